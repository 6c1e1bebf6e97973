"""A run materialises assets: the same ones in this process as in the daemon, over a range as day by day."""

import errno
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from analytics.lake import Window
from analytics.workspace import Workspace
from dagster_project.assets.core import DAILY_ASSETS
from dagster_project.definitions import SUMMARY_ASSETS, defs
from dagster_project.instance import open_instance
from dagster_project.partitions import range_tags
from dagster_project.run import run_pipeline, windows
from tests.pipeline import call, land, read, rows, workspace_at

pytestmark = pytest.mark.slow

DAYS = [date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 9)]


def pipeline(workspace: Workspace, forced: Window | None = None) -> list[str]:
    said: list[str] = []
    run_pipeline(replace(workspace, progress=said.append), [], forced)
    return said


def lands(workspace: Workspace) -> None:
    for day in DAYS:
        calls = [call(f"{day}-{n}", f"{day}T10:00:{n:02}Z", customer_id=f"u{n}", use_case="x") for n in range(3)]
        land(workspace, f"{day}.jsonl", calls)


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def tables(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    core = {
        name: rows(workspace, f"select * exclude (received_at) from core.{name} order by all") for name in ("calls",)
    }
    core |= {name: rows(workspace, f"select * from core.{name} order by all") for name in ("turns", "cases")}
    return core | {"kpi_week": rows(workspace, "select * from mart.kpi_week order by all")}


def test_a_late_file_rebuilds_its_day_and_ends_where_one_delivery_would(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "late") as late:
        lands(late)
        assert "rebuilding 2026-10-05 to 2026-10-09" in pipeline(late)
        land(late, "more.jsonl", [call("late", "2026-10-06T12:00:00Z", customer_id="u1", use_case="x")])
        assert "rebuilding 2026-10-06 to 2026-10-06" in pipeline(late)
        in_two = tables(late)
    with workspace_at(tmp_path / "once") as once:
        lands(once)
        land(once, "more.jsonl", [call("late", "2026-10-06T12:00:00Z", customer_id="u1", use_case="x")])
        pipeline(once)
        assert tables(once) == in_two


def test_an_unchanged_run_rebuilds_no_day(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        lands(workspace)
        pipeline(workspace)
        before = tables(workspace)
        assert not [step for step in pipeline(workspace) if step.startswith("rebuilding")]
        assert tables(workspace) == before


def test_a_changed_definition_rebuilds_every_day(tmp_path: Path) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        lands(workspace)
        pipeline(workspace)
    with workspace_at(tmp_path / "home", environment={"LODESTAR_ELIGIBILITY__MIN_CALLER_WORDS": "9"}) as stricter:
        assert "rebuilding 2026-10-05 to 2026-10-09" in pipeline(stricter)
        assert rows(stricter, "select count(*) filter (eligible) as n from core.calls") == [{"n": 0}]


def test_days_that_were_not_finished_are_rebuilt_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace_at(tmp_path / "home") as workspace:
        lands(workspace)
        with monkeypatch.context() as dying:
            dying.setattr("dagster_project.assets.core.label_window", full_disk)
            with pytest.raises(OSError, match="No space left"):
                pipeline(workspace)
        assert workspace.ledger.dirty_days() == DAYS
        pipeline(workspace)
        assert workspace.ledger.dirty_days() == []


def test_a_range_equals_day_by_day_and_both_replace_what_was_there(tmp_path: Path) -> None:
    whole = [Window(DAYS[0], DAYS[-1] + timedelta(days=1))]
    found = []
    for name, parts in (("range", whole), ("days", [Window(day, day + timedelta(days=1)) for day in whole[0].days])):
        with workspace_at(tmp_path / name) as workspace, open_instance(workspace.home.dagster) as instance:
            lands(workspace)
            pipeline(workspace)
            # every day changes, so that a write that does nothing shows
            calls = [call(f"{day}-0", f"{day}T10:00:00Z", revision=2, language="de") for day in DAYS]
            land(workspace, "revised.jsonl", calls)
            read(workspace)
            for window in parts:
                resources = {"workspace": workspace}
                done = dg.materialize(DAILY_ASSETS, instance=instance, resources=resources, tags=range_tags(window))
                assert done.success
            core = "select * exclude (received_at) from core.calls order by all"
            found.append((rows(workspace, core), rows(workspace, "select * from core.turns order by all")))
    assert found[0] == found[1]
    assert [row["language"] for row in found[0][0] if row["revision"] == 2] == ["de"] * 3


def test_days_become_few_windows() -> None:
    assert windows([]) == []
    assert windows(DAYS) == [Window(date(2026, 10, 5), date(2026, 10, 10))]
    assert windows([DAYS[0], date(2026, 11, 5)]) == [
        Window(DAYS[0], date(2026, 10, 6)), Window(date(2026, 11, 5), date(2026, 11, 6)),
    ]  # fmt: skip


def test_the_definitions_load_and_every_table_is_an_asset() -> None:
    dg.Definitions.validate_loadable(defs)
    keys = {key.to_user_string() for key in defs.resolve_asset_graph().get_all_asset_keys()}
    assert {"raw/calls", "core/calls", "core/cases", "mart/kpi_week", "publication/warehouse"} <= keys
    assert len(SUMMARY_ASSETS) == len({asset.key for asset in SUMMARY_ASSETS})


def test_telemetry_is_off_from_the_first_start(tmp_path: Path) -> None:
    with open_instance(tmp_path / "dagster") as instance:
        assert instance.telemetry_enabled is False
