"""core/labels: versions stand side by side, a budget draws from every stratum, and a call has one current row."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analytics.core.label_requests import ask_all, labeling_prices, plan_all
from analytics.core.labels import label_window
from analytics.erasure import erase
from analytics.lake import Window
from analytics.metrics.build import build_mart
from analytics.workspace import Workspace
from dagster_project.resources import labeler_for, remote_labeler
from tests.analytics.labeling.fault_server import FaultServer, fault_server
from tests.pipeline import NOW, ScriptedLabeler, call, land, refresh, rows, workspace_at


class Newer(ScriptedLabeler):
    """The same labeler in another version."""

    version = "scripted-2"


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as running:
        yield running


def days(workspace: Workspace) -> Window:
    found = rows(workspace, "select min(call_date) as first, max(call_date) + 1 as behind from core.calls")
    return Window(found[0]["first"], found[0]["behind"])


def lands(workspace: Workspace, calls: int = 120) -> None:
    land(
        workspace,
        "1.jsonl",
        [
            call(
                f"c{n}",
                f"2026-10-{11 + n % 2:02}T10:{n // 60:02}:{n % 60:02}Z",
                use_case="ab"[n % 3 == 0],
                turns=[{"seq": 0, "speaker": "caller", "text": f"please help me now {n}"}],
            )
            for n in range(calls)
        ],
    )
    refresh(workspace)


def environment(server: FaultServer, **more: str) -> Mapping[str, str]:
    settings = {"LABELER": "openai", "MODEL": "gpt-4.1-mini", "BASE_URL": server.base_url, "CONCURRENCY": "4"} | more
    return {f"LODESTAR_LABELING__{key}": value for key, value in settings.items()}


def versions(workspace: Workspace) -> list[dict[str, Any]]:
    return rows(
        workspace,
        "select labeler_version, is_current, count(*) as n from core.labels group by all order by labeler_version",
    )


def test_versions_stand_side_by_side_and_one_is_current(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z"), call("b", "2026-10-06T10:00:00Z")])
    refresh(workspace)
    label_window(workspace, Newer({}), days(workspace))
    assert versions(workspace) == [
        {"labeler_version": "scripted-1", "is_current": False, "n": 2},
        {"labeler_version": "scripted-2", "is_current": True, "n": 2},
    ]
    label_window(workspace, ScriptedLabeler({}), days(workspace))
    assert [version["is_current"] for version in versions(workspace)] == [True, False]


def test_a_rebuilt_day_changes_only_its_own_rows_of_its_own_version(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z"), call("b", "2026-10-06T10:00:00Z")])
    refresh(workspace)
    label_window(workspace, Newer({}), days(workspace))
    before = rows(workspace, "select * from core.labels order by all")
    label_window(workspace, Newer({}), days(workspace))
    assert rows(workspace, "select * from core.labels order by all") == before


def test_a_call_that_is_gone_has_no_row_of_any_version(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z"), call("b", "2026-10-05T11:00:00Z")])
    refresh(workspace)
    label_window(workspace, Newer({}), days(workspace))
    land(workspace, "2.jsonl", [call("a", "2026-10-05T10:00:00Z", revision=2, deleted=True)])
    refresh(workspace)
    assert {row["call_id"] for row in rows(workspace, "select call_id from core.labels")} == {"native:b"}
    assert len(versions(workspace)) == 2


def test_a_gated_call_was_never_up_for_selection(workspace: Workspace) -> None:
    land(workspace, "1.jsonl", [call("a", "2026-10-05T10:00:00Z", end_reason="voicemail")])
    refresh(workspace)
    assert rows(workspace, "select status, selection_probability from core.labels") == [
        {"status": "gated", "selection_probability": None}
    ]


def test_a_budget_draws_the_same_share_of_every_week_and_use_case(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    with workspace_at(tmp_path / "home", environment=environment(server, MAX_USD_PER_RUN="0.03")) as workspace:
        lands(workspace)
        found = label_window(workspace, labeler_for(workspace), days(workspace))
        assert found["ok"] + found["skipped_budget"] == 120
        strata = rows(
            workspace,
            "select week, use_case, count(*) as n, count(*) filter (status = 'ok') as taken,"
            " min(selection_probability) as p, max(selection_probability) as same from core.labels"
            " join core.calls using (call_id) where is_current group by all",
        )
        assert len(strata) == 4
        for stratum in strata:
            assert 0 < stratum["p"] == stratum["same"] < 1
            assert abs(stratum["taken"] - stratum["n"] * stratum["p"]) <= 1
        paid = rows(workspace, "select sum(cost_usd) as usd from core.labels where is_current")[0]["usd"]
        assert 0.02 < paid <= 0.03


def test_left_out_calls_can_be_asked_for_later_and_nothing_is_paid_twice(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    with workspace_at(tmp_path / "home", environment=environment(server, MAX_USD_PER_RUN="0.03")) as workspace:
        lands(workspace)
        label_window(workspace, labeler_for(workspace), days(workspace))
    with workspace_at(tmp_path / "home", environment=environment(server)) as workspace:
        plan = plan_all(workspace, remote_labeler(workspace), frozenset({"skipped_budget"}))
        assert plan is not None
        ask_all(workspace, remote_labeler(workspace), frozenset({"skipped_budget"}))
        assert len(workspace.ledger.dirty_days()) == 2
        assert plan.counts.to_send == 120 - plan.counts.answered
        assert label_window(workspace, labeler_for(workspace), days(workspace)) == {"ok": 120}
        assert rows(workspace, "select distinct selection_probability as p from core.labels where is_current") == [
            {"p": 1.0}
        ]
    assert server.paid.total() == len(server.paid) == 120


def test_a_row_says_what_was_kept_who_answered_and_what_it_cost(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    with workspace_at(tmp_path / "home", environment=environment(server, MAX_CALL_BYTES="1000")) as workspace:
        said = [{"seq": n, "speaker": "caller", "text": f"please help me now {n}"} for n in range(100)]
        land(workspace, "1.jsonl", [call("long", "2026-10-05T10:00:00Z", turns=said)])
        refresh(workspace)
        label_window(workspace, labeler_for(workspace), days(workspace))
        row = rows(workspace, "select * from core.labels where is_current")[0]
        assert (row["labeler"], row["model"]) == ("openai", "gpt-4.1-mini-2026-09-01")
        assert 0.05 < row["kept_share"] < 0.3
        assert row["labeled_at"] == NOW
        assert row["cost_usd"] > 0
        assert (row["output_tokens"], row["selection_probability"]) == (100, 1.0)


def test_what_labeling_cost_stands_beside_the_cost_of_the_calls(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    line = {"component": "llm", "cost": {"amount": "0.5", "currency": "USD"}}
    with workspace_at(tmp_path / "home", environment=environment(server)) as workspace:
        land(workspace, "1.jsonl", [call("priced", "2026-10-05T10:00:00Z", usage=[line])])
        refresh(workspace)
        label_window(workspace, labeler_for(workspace), days(workspace))
        for table in ("cost_week", "cost_part_week"):
            build_mart(workspace, table)
        paid = rows(workspace, "select cost_usd from core.labels where is_current")[0]["cost_usd"]
        assert paid > 0
        found = rows(workspace, "select component, cost_usd, included_in_total as total from mart.cost_week order by 1")
        assert [tuple(row.values()) for row in found] == [
            ("all", Decimal("0.5"), True), ("analysis", paid, False), ("llm", Decimal("0.5"), True),
        ]  # fmt: skip
        part = rows(workspace, "select unit, quantity, cost_usd from mart.cost_part_week where component = 'analysis'")
        assert part == [{"unit": "label", "quantity": 1.0, "cost_usd": paid}]


def test_an_erased_call_leaves_the_journal(
    server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    with workspace_at(tmp_path / "home", environment=environment(server)) as workspace:
        turns = [{"seq": 0, "speaker": "caller", "text": "secret-said to help me"}]
        land(workspace, "1.jsonl", [call("secret-1", "2026-10-05T10:00:00Z", customer_id="u", turns=turns)])
        refresh(workspace)
        label_window(workspace, labeler_for(workspace), days(workspace))
        journal = workspace.home.label_journal
        assert b"secret-said" in _bytes(journal.parent)
        erase(workspace, customer="u")
        assert b"secret-" not in _bytes(journal.parent)


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("labels.sqlite*"))


def test_the_price_of_the_day_of_the_run_counts_and_analysis_before_llm(tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    head = "component,provider,model,unit,per,usd,valid_from,valid_to,source,retrieved_at\n"
    lines = [
        "llm,openai,m,input_token,1000000,9,2020-01-01,,s,2026-11-04",
        "llm,openai,m,output_token,1000000,9,2020-01-01,,s,2026-11-04",
        "analysis,openai,m,input_token,1000000,1,2020-01-01,,s,2026-11-04",
        "analysis,openai,m,input_token,1000000,2,2026-06-01,2026-12-01,s,2026-11-04",
        "analysis,openai,m,input_token,1000000,3,2026-12-01,,s,2026-11-04",
        "analysis,openai,m,output_token,1000000,4,2020-01-01,,s,2026-11-04",
        "llm,openai,half,input_token,1000000,4,2020-01-01,,s,2026-11-04",
    ]
    book.write_text(head + "\n".join(lines) + "\n")
    with workspace_at(tmp_path / "home", environment={"LODESTAR_COST__PRICE_BOOK": str(book)}) as workspace:
        prices = labeling_prices(workspace, "m")
        assert prices is not None
        assert [float(price) * 10**6 for price in (prices.input_usd, prices.output_usd, prices.cached_usd)] == [2, 4, 2]
        assert labeling_prices(workspace, "half") is None
        assert labeling_prices(workspace, "unknown") is None
