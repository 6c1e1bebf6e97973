"""Section 8, cases: membership, settling, what counts as handled, which survey answer counts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.reference.gate import instant
from tests.reference.rules import WINDOW

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.reference.calls import Call
    from tests.reference.receipt import Receipt, Record
    from tests.reference.rules import Rules


@dataclass(frozen=True)
class Label:
    """What the labeler said of a call: taken as it is."""

    status: str
    outcome: str | None
    nps_predicted: int | None


@dataclass
class Case:
    """One row of `core.cases`."""

    case_id: str
    case_key_source: str
    calls: list[Call] = field(default_factory=list)
    settled: bool = False
    decided: bool = False
    handled: bool | None = None
    handled_by: str | None = None
    recontacted: bool = False
    invited: bool = False
    nps_score: int | None = None
    nps_predicted: int | None = None
    unasked: int | None = None
    called_back: tuple[int, float] | None = None
    window: list[Call] = field(default_factory=list)

    @property
    def eligible_calls(self) -> list[Call]:
        return sorted((call for call in self.calls if call.eligible), key=in_time)

    @property
    def first(self) -> Call:
        return self.eligible_calls[0]

    @property
    def score(self) -> int | None:
        return self.nps_score if self.nps_score is not None else self.nps_predicted

    @property
    def nps_source(self) -> str:
        if self.nps_score is not None:
            return "survey"
        return "none" if self.nps_predicted is None else "inferred"

    @property
    def handled_positive(self) -> bool:
        return bool(self.decided and self.handled and self.score is not None and self.score >= 7)


@dataclass
class Survey:
    """One row of `core.surveys`."""

    survey_id: str
    record: Record
    case_id: str | None
    excluded: bool = True


def in_time(call: Call) -> tuple[datetime, str]:
    return (call.started_at, call.call_id)


def assign(calls: list[Call]) -> dict[str, Case]:
    """Every call gets its case; a pure function of the calls."""
    cases: dict[str, Case] = {}
    groups: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in calls:
        use_case = call.segments["use_case"]
        if call.explicit_case is not None:
            _join(cases, call.explicit_case, "explicit", call)
        elif call.customer is None or use_case is None:
            _join(cases, call.call_id, "single", call)
        else:
            groups[call.customer, use_case].append(call)
    for group in groups.values():
        _group(cases, group)
    return cases


def _join(cases: dict[str, Case], case_id: str, key_source: str, call: Call) -> Case:
    call.case_id = case_id
    case = cases.setdefault(case_id, Case(case_id, key_source))
    case.calls.append(call)
    return case


def _group(cases: dict[str, Case], group: list[Call]) -> None:
    opened: list[Call] = []
    for call in sorted((call for call in group if call.eligible), key=in_time):
        if not opened or call.started_at >= opened[-1].started_at + WINDOW:
            opened.append(call)
        _join(cases, opened[-1].call_id, "grouped", call)
    for call in (call for call in group if not call.eligible):
        at_its_time = [one for one in opened if one.started_at <= call.started_at < one.started_at + WINDOW]
        if at_its_time:
            _join(cases, at_its_time[0].call_id, "grouped", call)
        else:
            _join(cases, call.call_id, "single", call)


def judge(
    calls: list[Call], received: Receipt, labels: dict[str, Label], rules: Rules
) -> tuple[dict[str, Case], list[Survey]]:
    """All cases with what is known of them at `rules.as_of`, and all surveys."""
    cases = assign(calls)
    surveys = [_survey(record, {call.call_id: call for call in calls}, cases) for record in received.of_kind("survey")]
    records = {f"{one.get('call_source', one['source'])}:{one['id']}": one for one in received.of_kind("case")}
    same_need: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in calls:
        if call.eligible and call.customer is not None and call.segments["use_case"] is not None:
            same_need[call.customer, call.segments["use_case"]].append(call)
    for case in cases.values():
        if case.eligible_calls and case.first.started_at < rules.as_of:
            cutoff = rules.cutoff(case.first.week)
            end = min(case.first.started_at + WINDOW, cutoff)
            case.window = [call for call in case.eligible_calls if call.started_at < end]
            case.settled = rules.as_of >= case.first.started_at + WINDOW
            case.recontacted = _is_recontacted(case, same_need, end)
            _choose_answer(case, [one for one in surveys if one.case_id == case.case_id], cutoff)
            record = records.get(case.case_id) if case.case_key_source == "explicit" else None
            _judge_handling(case, record, labels.get(case.window[-1].call_id), cutoff)
    return cases, surveys


def _is_recontacted(case: Case, same_need: dict[tuple[str, str], list[Call]], end: datetime) -> bool:
    first = case.first
    others = same_need.get((first.customer or "", first.segments["use_case"] or ""), [])
    if first.customer is None:
        return False
    return any(first.started_at <= other.started_at < end for other in others if other is not first)


def _survey(record: Record, calls: dict[str, Call], cases: dict[str, Case]) -> Survey:
    target = record.get("call_source", record["source"])
    call = calls.get(f"{target}:{record.get('call_id')}")
    named = f"{target}:{record.get('case_id')}"
    case_id = call.case_id if call else None
    if call is None and named in cases and cases[named].case_key_source == "explicit":
        case_id = named
    return Survey(f"{record['source']}:{record['id']}", record, case_id)


def _choose_answer(case: Case, surveys: Iterable[Survey], cutoff: datetime) -> None:
    answers = []
    for survey in surveys:
        record = survey.record
        if record["instrument"] != "nps":
            continue
        invited_in_time = "invited_at" in record and instant(record["invited_at"]) < cutoff
        if invited_in_time or ("score" not in record and "invited_at" not in record):
            case.invited = True
        if "score" in record and case.first.started_at < instant(record["answered_at"]) < cutoff:
            answers.append(survey)
    if answers:
        counted = max(answers, key=lambda survey: (instant(survey.record["answered_at"]), survey.survey_id))
        counted.excluded = False
        case.nps_score = counted.record["score"]
        _tell_apart(case, sorted(answers, key=lambda survey: (instant(survey.record["answered_at"]), survey.survey_id)))


def _tell_apart(case: Case, answers: list[Survey]) -> None:
    """The latest answer that nobody drew, and the latest of the random call-back arm."""
    for survey in answers:
        if (probability := survey.record.get("sampling_probability")) is None:
            case.unasked = survey.record["score"]
        else:
            case.called_back = (survey.record["score"], float(probability))


def _judge_handling(case: Case, record: Record | None, label: Label | None, cutoff: datetime) -> None:
    need_met = None
    if label is not None and label.status == "ok":
        case.nps_predicted = label.nps_predicted
        if label.outcome not in (None, "unclear"):
            need_met = label.outcome == "resolved"
    in_time = record is not None and ("closed_at" not in record or instant(record["closed_at"]) < cutoff)
    if record is not None and in_time and "handled" in record:
        need_met = record["handled"]
    by_human = any(call.handover == "completed" for call in case.window)
    case.handled = False if by_human else need_met
    case.decided = need_met is not None and case.score is not None
    if by_human:
        case.handled_by = "human"
    elif case.handled is not None:
        case.handled_by = "agent" if case.handled else "nobody"


def counted(cases: Iterable[Case], rules: Rules) -> list[Case]:
    """Settled cases; while their week is provisional, only of days that have settled."""
    opened = [case for case in cases if case.window]
    return [case for case in opened if rules.is_final(case.first.week) or rules.day_has_settled(case.first.day)]
