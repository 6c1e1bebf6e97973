"""Erasure: a person is gone from every layer, stays gone, and the books still balance."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from analytics.erasure import erase
from analytics.errors import ConfigurationError
from analytics.ingest import recover
from analytics.ingest.stage import Quarantined
from analytics.publish.meta import meta_rows
from analytics.publish.warehouse import keep_newest, publish_warehouse
from analytics.workspace import Workspace
from dagster_project.run import run_pipeline
from tests.pipeline import call, land, read, refresh, rows, summarise, workspace_at

SECRET = "u-secret-77"  # noqa: S105 (a customer id)
PERSON = call("c-secret-1", "2026-10-05T10:00:00Z", customer_id=SECRET, use_case="x", case_id="T-secret-9")
OTHER = call("other", "2026-10-05T11:00:00Z", customer_id="u-2", use_case="x")
DELIVERY = [
    PERSON,
    OTHER,
    {"record": "event", "call_id": "c-secret-1", "type": "hold", "code": "secret-event"},
    {"record": "survey", "id": "s-1", "case_id": "T-secret-9", "instrument": "nps", "score": None},
    {"record": "case", "id": "T-secret-9", "handled": True},
    {"record": "human_label", "call_id": "c-secret-1", "labeled_by": "r", "labeled_at": "2026-10-06T10:00:00Z"},
    '{"record":"turn","call_id":"c-secret-1","seq":1,"speaker":"caller","text":"my secret-pin is 1234"',
]


def everything(workspace: Workspace) -> bytes:
    """All bytes of the home but the landing folder."""
    files = [
        file for file in workspace.home.root.rglob("*") if file.is_file() and workspace.home.landing not in file.parents
    ]
    return b"".join(file.read_bytes() for file in files)


def refused(workspace: Workspace, lines: int) -> list[Quarantined]:
    """The entries of the quarantined file with so many lines."""
    files = [file.read_bytes().splitlines() for file in workspace.home.quarantine.iterdir()]
    return [msgspec.json.decode(line, type=Quarantined) for line in next(f for f in files if len(f) == lines)]


def erased_home(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", DELIVERY)
    refresh(workspace)
    summarise(workspace)
    publish_warehouse(workspace)
    assert (erase(workspace, customer=SECRET).calls, erase(workspace, customer=SECRET).calls) == (1, 0)
    refresh(workspace)
    summarise(workspace)
    object.__setattr__(workspace, "run_id", "later")
    publish_warehouse(workspace)
    workspace.lake.forget_history()
    keep_newest(workspace.home, 1)


def test_no_byte_of_a_person_is_left_in_any_layer(workspace: Workspace) -> None:
    erased_home(workspace)
    left = everything(workspace)
    for trace in (SECRET, "c-secret-1", "T-secret-9", "secret-event", "secret-pin"):
        assert trace.encode() not in left, trace
    assert rows(workspace, "select call_id from core.calls") == [{"call_id": "native:other"}]
    assert [entry["code"] for entry in meta_rows(workspace, "quarantine")] == ["invalid_json"]


def test_a_file_that_is_delivered_again_brings_nothing_back(workspace: Workspace) -> None:
    erased_home(workspace)
    land(workspace, "again.jsonl", [*DELIVERY[:-1], call("new", "2026-10-07T10:00:00Z")])
    report = read(workspace)
    assert (report.rows_in, report.rows_loaded, report.rows_superseded) == (7, 1, 6)
    assert rows(workspace, "select id from raw.calls order by id") == [{"id": "new"}, {"id": "other"}]


def test_a_refused_line_that_is_delivered_again_keeps_no_byte(workspace: Workspace) -> None:
    erased_home(workspace)
    land(workspace, "again.jsonl", DELIVERY)
    land(workspace, "more.jsonl", [*DELIVERY, "{broken"])
    read(workspace)
    assert b"secret-pin" not in everything(workspace)
    assert [entry.content() for entry in refused(workspace, 2)] == [b"", b"{broken"]


@pytest.mark.parametrize(
    ("call_id", "written"),
    [("caf\u00e9-1", "caf\\u00e9-1"), ("a/b", "a\\/b"), ("\U0001f600" * 256, "\\ud83d\\ude00" * 256)],
    ids=["accent", "slash", "longest"],
)
def test_a_refused_line_is_recognised_however_its_id_is_written(
    call_id: str, written: str, workspace: Workspace
) -> None:
    turn = '{"record":"turn","call_id":"%s","seq":1,"speaker":"caller","text":"my secret-pin is 1234"'
    land(workspace, "1.jsonl", [call(call_id, "2026-10-05T10:00:00Z"), turn % written, turn % call_id])
    read(workspace)
    erase(workspace, call=f"native:{call_id}")
    assert [entry.content() for entry in refused(workspace, 2)] == [b"", b""]


@pytest.mark.parametrize(
    "record",
    [
        {"record": "turn", "call_id": "c:1", "seq": 1, "speaker": "caller", "text": "my secret-pin is 1234"},
        {"record": "tool_call", "call_id": "c:1", "id": "t", "name": "pay", "arguments": {"pin": "secret-pin"}},
        {"record": "survey", "source": "crm", "call_source": "native", "id": "s", "call_id": "c:1",
         "instrument": "nps", "score": None, "channel": "secret-pin"},
        call("c:1", "2026-10-05T10:00:00Z", use_case="secret-pin", connected="no"),
    ],
    ids=["orphaned turn", "orphaned tool call", "survey alone", "refused line"],
)  # fmt: skip
@pytest.mark.parametrize("named", ["c:1", "native:c:1"])
def test_a_call_whose_own_record_never_came_can_be_erased(
    record: dict[str, object], named: str, workspace: Workspace
) -> None:
    land(workspace, "1.jsonl", [record, {"record": "turn", "call_id": "d", "seq": 1, "speaker": "caller"}])
    read(workspace)
    assert erase(workspace, call=named).calls == 1
    workspace.lake.forget_history()
    assert b"secret-pin" not in everything(workspace)
    land(workspace, "2.jsonl", [record])
    read(workspace)
    assert b"secret-pin" not in everything(workspace)


def test_a_person_who_calls_again_later_is_a_new_person(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        erased_home(workspace)
        later = (workspace.now + timedelta(hours=1)).isoformat()
        land(
            workspace,
            "again.jsonl",
            [call("later", later, customer_id=SECRET), call("before", "2026-10-01T10:00:00Z", customer_id=SECRET)],
        )
        assert read(workspace).rows_loaded == 1


def test_one_call_can_be_erased_by_its_published_id(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [PERSON, OTHER])
    refresh(workspace)
    assert erase(workspace, call="native:other").calls == 1
    refresh(workspace)
    assert rows(workspace, "select call_id from core.calls") == [{"call_id": "native:c-secret-1"}]


def test_an_unknown_call_is_said(workspace: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="'nobody': no such call"):
        erase(workspace, call="nobody")


def test_children_of_a_late_call_of_an_erased_person_go_with_it(workspace: Workspace) -> None:
    erased_home(workspace)
    turn = {"record": "turn", "call_id": "late", "seq": 9, "speaker": "caller", "text": "my secret-pin is 1234"}
    land(workspace, "late.jsonl", [turn, call("late", "2026-10-01T10:00:00Z", customer_id=SECRET), turn | {"seq": 10}])
    read(workspace)
    assert rows(workspace, "select count(*) as n from raw.turns") == [{"n": 0}]


@pytest.mark.parametrize("step", ["_rewrite", "_scrub_quarantine"])
def test_an_erasure_that_was_killed_is_finished_by_the_next_run(
    step: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(workspace, "1.jsonl", DELIVERY)
    refresh(workspace)
    honest = getattr(recover, step)

    def dying(*arguments: object) -> None:
        honest(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(recover, step, dying)
        with pytest.raises(KeyboardInterrupt):
            erase(workspace, customer=SECRET)
    refresh(workspace)
    workspace.lake.forget_history()
    assert SECRET.encode() not in everything(workspace)
    assert b"secret-pin" not in everything(workspace)


def test_a_commit_of_the_erasure_that_was_not_booked_is_not_undone_for_good(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(workspace, "1.jsonl", DELIVERY)
    refresh(workspace)
    with monkeypatch.context() as patched:
        patched.setattr(type(workspace.ledger), "set_raw_version", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            erase(workspace, customer=SECRET)
    refresh(workspace)
    assert rows(workspace, "select id from raw.calls") == [{"id": "other"}]


@pytest.mark.slow
def test_the_erasure_is_the_reason_of_the_numbers_that_it_changes(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        land(workspace, "1.jsonl", DELIVERY[:-1])
        run_pipeline(workspace, [], None)
        erase(workspace, customer=SECRET)
        object.__setattr__(workspace, "run_id", "later")
        run_pipeline(workspace, [], None)
        assert rows(
            workspace,
            "select old_value, new_value, reason from mart.kpi_revisions where metric = 'calls' and dimension = 'all'",
        ) == [{"old_value": 2.0, "new_value": 1.0, "reason": "erase"}]


def test_digests_cannot_be_computed_without_the_key_of_the_home(tmp_path: Path) -> None:
    digests = []
    for home in ("a", "b"):
        with workspace_at(tmp_path / home) as workspace:
            land(workspace, "1.jsonl", DELIVERY)
            read(workspace)
            erase(workspace, customer=SECRET)
            digests.append({digest for _, digest in workspace.ledger.tombstones()})
            assert workspace.home.tombstone_key.stat().st_mode & 0o077 == 0
    assert not digests[0] & digests[1]


def test_a_home_whose_key_is_gone_refuses_rather_than_let_erased_records_back_in(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", DELIVERY)
    read(workspace)
    erase(workspace, customer=SECRET)
    workspace.home.tombstone_key.unlink()
    with pytest.raises(ConfigurationError, match=r"tombstones\.key: the key of the tombstones is gone"):
        read(workspace)
