"""The calls that are picked for listening, each with its reason and the turn at which to start."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from dashboards import wording
from dashboards.call_records import Listened
from dashboards.edition import Edition

#: Each rule as a heading and as part of a sentence after a number of calls.
_REASONS = {
    "driver_segment": ("The segment that fell most", "of the segment that fell most"),
    "slow_and_detractor": ("A slow answer, and the customer is a detractor", "slow with a detractor"),
    "label_disagrees": ("The label says positive, the customer does not", "where label and customer disagree"),
    "tool_failure": ("A tool failed, and so did the case", "with a failed tool"),
    "repeat_after_handled": ("Handled, and the customer called again", "that came back after being handled"),
    "failed_case": ("Another case that failed", "of other failed cases"),
    "random_control": ("Drawn at random", "drawn at random"),
}
_TEMPLATE_FIELDS = ("call_id", "source_call_id", "source")


@dataclass(frozen=True)
class ListenItem:
    """One line of the listen list."""

    rank: int
    call_id: str
    reason: str
    facts: list[str]
    anchor: str
    recording: str
    start: str


def listened(edition: Edition) -> list[Listened]:
    """The picked calls of the headline week by rank."""
    return [call for call in edition.publication.listened if call.week == edition.week]


def listen_items(edition: Edition) -> list[ListenItem]:
    """The list as the page shows it."""
    return [_item(edition, call) for call in listened(edition)]


def reason_in_words(reason: str) -> str:
    """Why calls were picked, after their number; an unknown rule is named as it is."""
    return _REASONS[reason][1] if reason in _REASONS else reason.replace("_", " ")


def transcripts_file(week: date) -> str:
    """Name of the page that holds the transcripts of a week's picked calls."""
    return f"{wording.iso_week(week)}-calls.html"


def anchor(call: Listened, seq: int | None) -> str:
    """Id of a turn on the transcripts' page; made of numbers only, since call ids are data."""
    return f"call-{call.rank}" if seq is None else f"call-{call.rank}-turn-{seq}"


def recording_url(template: str | None, call: Listened) -> str:
    """Address of the recording; every value is percent-encoded, so that no id can change the address around it."""
    if not template:
        return ""
    values = {
        "call_id": call.call_id,
        "source_call_id": call.source_call_id or call.call_id,
        "source": call.source or "",
    }
    return template.format(**{name: quote(values[name], safe="") for name in _TEMPLATE_FIELDS})


def _item(edition: Edition, call: Listened) -> ListenItem:
    return ListenItem(
        rank=call.rank,
        call_id=call.call_id,
        reason=_reason(call),
        facts=_facts(edition, call),
        anchor=anchor(call, call.turn_seq),
        recording=recording_url(edition.settings.page.recording_url_template, call),
        start="the beginning" if call.turn_seq is None else f"turn {call.turn_seq}{_offset(call)}",
    )


def _reason(call: Listened) -> str:
    heading = _REASONS[call.reason][0] if call.reason in _REASONS else call.reason.replace("_", " ")
    return f"{heading}: {wording.quoted(call.driver_segment)}" if call.driver_segment else heading


def _facts(edition: Edition, call: Listened) -> list[str]:
    """What is known of the call; what is not known is left out."""
    rated = None if call.nps_score is None else f"NPS {call.nps_score} from the customer"
    judged = " and ".join(name for name in (call.outcome, call.sentiment) if name)
    worst = None if call.worst_turn_ms is None else f"longest wait {wording.amount(call.worst_turn_ms, 'ms')}"
    tool = None if not call.failed_tool else f"tool {wording.quoted(call.failed_tool)} failed"
    version = None if not call.agent_version else f"version {wording.quoted(call.agent_version)}"
    use_case = None if not call.use_case else wording.quoted(call.use_case)
    facts = [use_case, call.language, version, rated, f"label: {judged}" if judged else None, worst, tool]
    return [*([_when(edition, call.started_at)] if call.started_at else []), *(fact for fact in facts if fact)]


def _when(edition: Edition, started_at: datetime) -> str:
    return wording.moment(started_at, edition.settings.reporting.zone)


def _offset(call: Listened) -> str:
    """Where the turn is in the recording, mm:ss."""
    if call.start_ms is None or call.start_ms < 0:
        return ""
    minutes, seconds = divmod(int(call.start_ms) // 1000, 60)
    return f" at {minutes:02}:{seconds:02}"
