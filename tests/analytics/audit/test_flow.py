"""From cases over a draw and answers to core.human_labels: what is drawn, stored, corrected, killed and erased."""

from datetime import date, datetime
from pathlib import Path

import pytest

from analytics.audit import load
from analytics.audit.candidates import candidates, weeks_to_audit
from analytics.audit.samples import Drawn
from analytics.erasure import erase
from analytics.errors import ConfigurationError
from analytics.workspace import Workspace
from tests.audits import answer, sampled, settle, write
from tests.pipeline import call, land, refresh, rows, workspace_at

LABELS = "select call_id, case_id, labeled_by, sample_id, handled, nps from core.human_labels order by all"


def take(workspace: Workspace, tmp_path: Path, records: list[dict[str, object]]) -> int:
    checked = load.check(workspace, [write(tmp_path / "answers.jsonl", records)])
    assert checked.problems == []
    return load.take(workspace, checked.records).rows_loaded


def of_kind(sample: list[Drawn], source: str) -> Drawn:
    return next(drawn for drawn in sample if drawn.case_id.startswith(f"{source}:"))


def test_explicit_and_grouped_cases_of_any_source_join_back(workspace: Workspace, tmp_path: Path) -> None:
    settle(workspace)
    sample = sampled(workspace, 60)
    ticket, grouped = of_kind(sample, "desk"), of_kind(sample, "native")
    assert take(workspace, tmp_path, [answer(ticket), answer(grouped, handled=None, nps=3)]) == 2
    refresh(workspace)
    assert rows(workspace, LABELS.replace("call_id, ", "")) == [
        {"case_id": ticket.case_id, "labeled_by": "ann", "sample_id": "2026-W45-1", "handled": True, "nps": 8},
        {"case_id": grouped.case_id, "labeled_by": "ann", "sample_id": "2026-W45-1", "handled": None, "nps": 3},
    ]
    answered = "select count(*) as n from core.audit_samples join core.cases using (case_id) where reviewers = 1"
    assert rows(workspace, answered) == [{"n": 2}]


def test_strata_are_what_the_labeler_predicts(workspace: Workspace) -> None:
    settle(workspace)
    sizes = {drawn.stratum: drawn.stratum_cases for drawn in sampled(workspace, 80)}
    assert sizes == {"yes, sure": 24, "yes, unsure": 12, "no, sure": 12, "undecided": 12}


def test_surveys_and_tickets_do_not_move_a_case_to_another_stratum(workspace: Workspace) -> None:
    settle(workspace)
    before = candidates(workspace, [date(2026, 11, 2)])[0]
    survey = {"record": "survey", "id": "s", "call_id": "call-000", "instrument": "nps", "score": 0,
              "answered_at": "2026-11-02T11:00:00Z"}  # fmt: skip
    land(workspace, "survey.jsonl", [survey, {"record": "case", "id": "T-001", "source": "desk", "handled": False}])
    refresh(workspace)
    known = "select count(*) as n from core.cases where nps_score = 0 or handled_source = 'stated'"
    assert rows(workspace, known) == [{"n": 2}]
    assert candidates(workspace, [date(2026, 11, 2)])[0] == before


def test_the_newest_answer_of_a_reviewer_wins_in_whatever_order_files_come(
    workspace: Workspace, tmp_path: Path
) -> None:
    settle(workspace)
    drawn = sampled(workspace, 60)[0]
    corrected = answer(drawn, nps=2, labeled_at="2026-11-24T12:00:00Z")
    assert [take(workspace, tmp_path, [one]) for one in (corrected, answer(drawn), corrected)] == [1, 0, 0]
    refresh(workspace)
    assert [row["nps"] for row in rows(workspace, LABELS)] == [2]


def test_progress_counts_cases_and_pairs_before_any_run(workspace: Workspace, tmp_path: Path) -> None:
    settle(workspace)
    one, two, three = sampled(workspace, 60)[:3]
    take(workspace, tmp_path, [answer(one), answer(one, labeled_by="ben"), answer(two, nps=9), answer(three),
                               answer(three, labeled_by="ben", handled=False)])  # fmt: skip
    (found,) = load.progress(workspace, ["2026-W45-1"])
    assert (found.cases, found.answered, found.handled.n, found.handled.share) == (60, 3, 2, 0.5)
    assert (found.nps_class.share, found.nps_class.ac1) == (1.0, 1.0)


def test_nothing_of_the_answers_stays_in_the_landing_folder(workspace: Workspace, tmp_path: Path) -> None:
    settle(workspace)
    take(workspace, tmp_path, [answer(sampled(workspace, 60)[0])])
    assert [file.name for file in workspace.home.landing.iterdir()] == ["calls.jsonl"]


def test_answers_that_were_landed_when_the_power_failed_come_with_the_next_run(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(workspace)
    drawn = sampled(workspace, 60)[0]
    with monkeypatch.context() as patched:
        patched.setattr(load, "ingest", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            take(workspace, tmp_path, [answer(drawn)])
    refresh(workspace)
    assert [row["case_id"] for row in rows(workspace, LABELS)] == [drawn.case_id]
    assert take(workspace, tmp_path, [answer(drawn)]) == 0


def test_a_draw_is_stored_once_and_the_same_command_finds_it(workspace: Workspace) -> None:
    settle(workspace)
    first = sampled(workspace, 30, seed=5)
    assert sorted(first, key=lambda drawn: drawn.case_id) == sampled(workspace, 30, seed=5)
    assert rows(workspace, "select count(*) as n, count(distinct sample_id) as samples from raw.audit_samples") == [
        {"n": 30, "samples": 1}
    ]


@pytest.mark.parametrize(("n", "seed"), [(31, 5), (30, 6)])
def test_a_second_sample_of_a_week_has_to_be_asked_for(workspace: Workspace, n: int, seed: int) -> None:
    settle(workspace)
    first = sampled(workspace, 30, seed=5)
    with pytest.raises(ConfigurationError, match="2026-W45-1: already drawn"):
        sampled(workspace, n, seed=seed)
    second = sampled(workspace, n, seed=seed, again=True)
    assert {drawn.sample_id for drawn in second} == {"2026-W45-2"}
    assert {drawn.case_id for drawn in second} != {drawn.case_id for drawn in first}


def test_a_week_is_drawn_from_when_all_its_cases_have_settled(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home", as_of=datetime.fromisoformat("2026-11-10T09:00:00Z")) as early:
        land(early, "older.jsonl", [call("older", "2026-10-28T10:00:00Z")])
        settle(early)
        assert weeks_to_audit(early, []) == [date(2026, 10, 26)]
        with pytest.raises(ConfigurationError, match=r"2026-W45: \d+ of 60 cases, or its last days, have not settled"):
            weeks_to_audit(early, [date(2026, 11, 2)])
        with pytest.raises(ConfigurationError, match="2026-W30: no eligible case"):
            weeks_to_audit(early, [date(2026, 7, 20)])


def test_before_the_first_run_there_is_nothing_to_draw(workspace: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="run `lodestar run` first"):
        weeks_to_audit(workspace, [])


def test_audits_of_past_weeks_are_errors_of_the_next_draw(workspace: Workspace, tmp_path: Path) -> None:
    settle(workspace)
    sample = sampled(workspace, 80)
    take(workspace, tmp_path, [answer(drawn, handled=False) for drawn in sample if drawn.stratum == "yes, sure"])
    refresh(workspace)
    errors = candidates(workspace, [date(2026, 11, 2)])[1]
    assert {(one.predicted, one.band, round(one.error, 4)) for one in errors} == {("yes", "sure", -0.9405)}
    assert len(errors) == 24


@pytest.mark.parametrize("kind", ["native", "desk"])
def test_an_erased_case_leaves_sample_answers_and_pages(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    settle(workspace)
    sample = sampled(workspace, 60)
    gone = of_kind(sample, kind)
    take(workspace, tmp_path, [answer(drawn, comment="note") for drawn in sample])
    refresh(workspace)
    workspace.home.audits.mkdir()
    (workspace.home.audits / "2026-W45-1-ann.html").write_text(gone.case_id)
    (named,) = rows(workspace, f"select call_id from core.case_calls where case_id = '{gone.case_id}'")
    assert erase(workspace, call=named["call_id"]).calls == 1
    refresh(workspace)
    workspace.lake.forget_history()
    for table in ("raw.audit_samples", "core.audit_samples", "core.human_labels"):
        assert rows(workspace, f"select count(*) as n from {table}") == [{"n": 59}], table
    files = [file for file in workspace.home.root.rglob("*") if file.is_file()]
    left = b"".join(file.read_bytes() for file in files if workspace.home.landing not in file.parents)
    assert gone.case_id.partition(":")[2].encode() not in left
    checked = load.check(workspace, [write(tmp_path / "again.jsonl", [answer(drawn) for drawn in sample])])
    assert (len(checked.records), checked.erased, checked.problems) == (59, 1, [])
