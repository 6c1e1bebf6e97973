"""Answers are held against the stored draw: one wrong line refuses the file, and the message says where and why."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from analytics.audit.answers import Checked, Samples, check_files
from analytics.audit.samples import Drawn
from analytics.ingest.tombstones import Tombstones
from tests.audits import answer, write

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def case(case_id: str, sample_id: str = "2026-W45-1") -> Drawn:
    return Drawn(sample_id, date(2026, 11, 2), case_id, "yes, sure", 100, 0.1, False, 10, 0, "v", NOW)


CASE, TICKET = case("native:c1"), case("desk:T:9")
SAMPLES = Samples.of([CASE, TICKET, case("native:c2", "2026-W44-1")], Tombstones({}, "key"), NOW)


def check(file: Path, lines: list[Any], samples: Samples = SAMPLES) -> Checked:
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return check_files([file], samples)


def test_good_answers_come_out_with_one_way_to_name_a_case(tmp_path: Path) -> None:
    published = answer(CASE, case_id="desk:T:9", labeled_at="2026-11-24T11:00:00.5+01:00", comment="hm")
    checked = check(tmp_path / "a.jsonl", [answer(CASE), published, answer(TICKET, labeled_by="ben", handled=None)])
    assert checked.problems == []
    assert [(one.call_source or "native", one.case_id) for one in checked.records] == [
        ("native", "c1"), ("desk", "T:9"), ("desk", "T:9"),
    ]  # fmt: skip
    assert checked.records[1].revision == 1795514400500
    assert checked.records[1].attributes == {"comment": "hm"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (answer(CASE, sampling_probability=0.2), "$.sampling_probability: differs from the one"),
        ({key: value for key, value in answer(CASE).items() if key != "sampling_probability"}, "[wrong_probability]"),
        (answer(CASE, sample_id="2026-W99-1"), "$.sample_id: no such sample was drawn in this home [unknown_sample]"),
        (answer(CASE, case_id="c2"), "$.case_id: the case is not in this sample [not_in_sample]"),
        (answer(CASE, call_source="desk"), "[not_in_sample]"),
        (answer(CASE, call_id="c1"), "$.call_id: an answer of an audit names a case and no call [not_an_answer]"),
        (answer(CASE, labeled_by=" "), "$.labeled_by: the reviewer has no name [bad_value]"),
        (answer(CASE, labeled_by=""), "$.labeled_by: must be 1 to 256 characters"),
        (answer(CASE, labeled_at="2026-11-24"), "$.labeled_at: must be RFC 3339"),
        (answer(CASE, labeled_at="2026-11-27T00:00:00Z"), "$.labeled_at: more than 24 h in the future [bad_time]"),
        (answer(CASE, labeled_at="2026-10-02T00:00:00Z"), "$.labeled_at: before the week of the case [bad_time]"),
        (answer(CASE, nps=11), "$.nps: "),
        (answer(CASE, nps=None), "$.nps: required: 0 to 10, unless handled is null [missing_key]"),
        (answer(CASE, handled="yes"), "$.handled: "),
        ({key: value for key, value in answer(CASE).items() if key != "handled"}, "$.handled: required: true, false"),
        ({"record": "case", "id": "c1"}, "$.record: an answer is a human_label [not_an_answer]"),
        ("[1]", "$: a line must be one JSON object [not_an_object]"),
        ("{", "[invalid_json]"),
        (answer(CASE, comment="x" * 70_000), "$: longer than 64 KiB [line_too_long]"),
    ],
)
def test_a_wrong_line_is_named_with_its_reason(tmp_path: Path, wrong: Any, message: str) -> None:
    checked = check(tmp_path / "a.jsonl", [answer(TICKET), "", wrong])
    (problem,) = checked.problems
    assert problem.startswith(f"{tmp_path}/a.jsonl:3: $")
    assert message in problem


def test_nobody_answers_a_case_twice_in_one_file(tmp_path: Path) -> None:
    checked = check(tmp_path / "a.jsonl", [answer(CASE), answer(CASE, labeled_by="ben"), answer(CASE, nps=3)])
    assert checked.problems == [
        f"{tmp_path}/a.jsonl:3: $.case_id: this reviewer answered the case on an earlier line [answered_twice]"
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_answers"),
        (b"\n \n", "no_answers"),
        (b"PK\x03\x04 zipped", "unsupported_archive"),
        (bytes(range(256)) * 40, "too_many_problems"),
        (b"\x00" * (65 << 20), "file_too_large"),
        (gzip.compress(b"\n" * (65 << 20)), "file_too_large"),
        (gzip.compress(b"{}", mtime=0)[:-9], "truncated_stream"),
        (b"{}\n" * 5000, "too_many_problems"),
    ],
)
def test_a_hostile_file_is_refused_in_few_words(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "hostile.jsonl"
    file.write_bytes(content)
    checked = check_files([file], SAMPLES)
    assert (checked.records, len(checked.problems) <= 21) == ([], True)
    assert checked.problems[-1].endswith(f"[{code}]")


def test_a_folder_and_a_missing_file_are_no_answers(tmp_path: Path) -> None:
    checked = check_files([tmp_path, tmp_path / "gone"], SAMPLES)
    assert [problem.rpartition(" ")[2] for problem in checked.problems] == ["[not_a_file]", "[not_a_file]"]


def test_no_value_of_a_text_field_stands_in_a_message(tmp_path: Path) -> None:
    hostile = answer(CASE, sample_id="my secret", labeled_by="my secret\n", comment="my secret")
    assert "secret" not in " ".join(check(tmp_path / "a.jsonl", [hostile, answer(CASE, case_id="secret")]).problems)


def test_answers_about_an_erased_case_are_left_out_and_the_others_stay(tmp_path: Path) -> None:
    erased = Tombstones({("call", Tombstones({}, "key").digest("call", "native", "c1")): NOW}, "key")
    checked = check_files(
        [write(tmp_path / "a.jsonl", [answer(CASE), answer(TICKET)])], Samples.of([TICKET], erased, NOW)
    )
    assert (len(checked.records), checked.erased, checked.problems) == (1, 1, [])
