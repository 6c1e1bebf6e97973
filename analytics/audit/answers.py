"""Reviewers' answers: every line is held against the stored draw; a file is taken as a whole or refused as a whole."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import UNSET, Struct

from analytics.audit.samples import Drawn
from analytics.ingest.gate import LATEST_START_AHEAD, admit
from analytics.ingest.lines import Line, rows
from analytics.ingest.records import HumanLabel
from analytics.ingest.streams import UnreadableError, decompressed
from analytics.ingest.strict import Rejected
from analytics.ingest.tombstones import Tombstones

#: 5 000 answers with comments of 2 000 characters are 12 MB; what is larger is no file of answers.
MAX_FILE_BYTES = 64 << 20
MAX_LINE_BYTES = 64 << 10
#: A file that is wrong throughout does not need a thousand messages.
MAX_PROBLEMS = 20


class Checked(Struct):
    """What files of answers hold: records to store, messages about what is wrong, answers about erased cases."""

    records: list[HumanLabel]
    problems: list[str]
    erased: int = 0


class Samples(Struct, frozen=True):
    """All drawn cases by sample and case, what was erased since, and the moment of receipt."""

    drawn: dict[tuple[str, str], Drawn]
    ids: frozenset[str]
    tombstones: Tombstones
    now: datetime

    @classmethod
    def of(cls, drawn: Iterable[Drawn], tombstones: Tombstones, now: datetime) -> "Samples":
        """Index the drawn cases."""
        by_case = {(case.sample_id, case.case_id): case for case in drawn}
        return cls(by_case, frozenset(sample_id for sample_id, _ in by_case), tombstones, now)


def check_files(files: Iterable[Path], samples: Samples) -> Checked:
    """Read files of answers; with a problem anywhere nothing of them may be stored.

    A problem reads FILE:LINE: PATH: REASON [code] and holds no value of a text field.
    """
    checked = Checked([], [])
    for file in files:
        try:
            _check_file(file, samples, checked)
        except UnreadableError as error:
            checked.problems.append(f"{file}: $: {error.reason} [{error.code}]")
    return checked


def _check_file(file: Path, samples: Samples, checked: Checked) -> None:
    if not file.is_file():
        raise UnreadableError("not_a_file", "no such file, or not a regular one")
    seen: set[tuple[object, ...]] = set()
    before = len(checked.records) + checked.erased
    for line in _lines_of(file):
        verdict = _judge(line, samples)
        if isinstance(verdict, HumanLabel):
            answered = (verdict.sample_id, verdict.call_source, verdict.case_id, verdict.labeled_by)
            if answered not in seen:
                seen.add(answered)
                checked.records.append(verdict)
                continue
            verdict = Rejected("answered_twice", "$.case_id", "this reviewer answered the case on an earlier line")
        if verdict is None:
            checked.erased += 1
        else:
            checked.problems.append(f"{file}:{line.number}: {verdict.json_path}: {verdict.reason} [{verdict.code}]")
            if len(checked.problems) >= MAX_PROBLEMS:
                raise UnreadableError("too_many_problems", f"not read further after {MAX_PROBLEMS} problems")
    if not checked.problems and before == len(checked.records) + checked.erased:
        raise UnreadableError("no_answers", "holds no answer; download the answers from the review page again")


def _lines_of(file: Path) -> Iterator[Line]:
    with file.open("rb") as handle:
        yield from rows(_bounded(decompressed(handle)))


def _bounded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            raise UnreadableError("file_too_large", f"larger than {MAX_FILE_BYTES >> 20} MiB: no file of answers")
        yield chunk


def _judge(line: Line, samples: Samples) -> HumanLabel | Rejected | None:
    """The answer as it is stored, the reason why it cannot be, or None: its case was erased."""
    if len(line.content) > MAX_LINE_BYTES:
        return Rejected("line_too_long", "$", f"longer than {MAX_LINE_BYTES >> 10} KiB")
    verdict = admit(line.content, samples.now)
    if isinstance(verdict, Rejected):
        return verdict
    record = verdict.record
    if not isinstance(record, HumanLabel):
        return Rejected("not_an_answer", "$.record", "an answer is a human_label")
    if not isinstance(record.case_id, str) or record.call_id:
        return Rejected("not_an_answer", "$.call_id", "an answer of an audit names a case and no call")
    if not isinstance(record.sample_id, str) or record.sample_id not in samples.ids:
        return Rejected("unknown_sample", "$.sample_id", "no such sample was drawn in this home")
    if samples.tombstones.cover(record):
        return None
    drawn = _drawn(record, samples)
    if drawn is None:
        return Rejected("not_in_sample", "$.case_id", "the case is not in this sample")
    return _unfit(record, drawn, samples.now) or _canonical(record, drawn)


def _drawn(record: HumanLabel, samples: Samples) -> Drawn | None:
    """The drawn case that a record names, by source and id or by its published id."""
    source = record.call_source or record.source or "native"
    for case_id in (f"{source}:{record.case_id}", str(record.case_id)):
        if found := samples.drawn.get((str(record.sample_id), case_id)):
            return found
    return None


def _unfit(record: HumanLabel, drawn: Drawn, now: datetime) -> Rejected | None:
    if record.sampling_probability != drawn.sampling_probability:
        return Rejected("wrong_probability", "$.sampling_probability", "differs from the one that was drawn with")
    if not record.labeled_by.strip():
        return Rejected("bad_value", "$.labeled_by", "the reviewer has no name")
    if record.handled is UNSET:
        return Rejected("missing_key", "$.handled", "required: true, false, or null for cannot tell")
    if record.handled is not None and not isinstance(record.nps, int):
        return Rejected("missing_key", "$.nps", "required: 0 to 10, unless handled is null")
    answered_at = _moment(record)
    if answered_at > now + LATEST_START_AHEAD:
        return Rejected("bad_time", "$.labeled_at", "more than 24 h in the future")
    if answered_at < datetime.combine(drawn.week, datetime.min.time(), UTC) - timedelta(days=1):
        return Rejected("bad_time", "$.labeled_at", "before the week of the case")
    return None


def _canonical(record: HumanLabel, drawn: Drawn) -> HumanLabel:
    """One way to name a case; the newest answer wins, in whatever order files are loaded."""
    source, _, case_id = drawn.case_id.partition(":")
    return msgspec.structs.replace(
        record,
        source=UNSET,
        call_source=UNSET if source == "native" else source,
        case_id=case_id,
        revision=int(_moment(record).timestamp() * 1000),
    )


def _moment(record: HumanLabel) -> datetime:
    return datetime.fromisoformat(record.labeled_at.upper()).astimezone(UTC)
