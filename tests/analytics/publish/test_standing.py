"""A run that could change nothing leaves the publication; whatever might change a figure rebuilds it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.publish.standing import remember_standing, stands
from analytics.publish.warehouse import publish_warehouse
from analytics.workspace import Workspace
from tests.pipeline import call, land, refresh, summarise, workspace_at

#: A Wednesday; the only call started two days before and settles on the Monday after.
AS_OF = datetime(2026, 10, 7, 12, 0, tzinfo=UTC)
STARTED = "2026-10-05T10:00:00Z"
SETTLED = datetime(2026, 10, 12, 10, 0, tzinfo=UTC)


def publish(root: Path, as_of: datetime = AS_OF) -> None:
    with workspace_at(root, as_of=as_of) as workspace:
        survey = {"record": "survey", "id": "s", "call_id": "c", "instrument": "nps", "score": 9}
        land(workspace, "1.jsonl", [call("c", STARTED), survey | {"answered_at": "2026-10-07T15:00:00Z"}])
        refresh(workspace)
        summarise(workspace)
        publish_warehouse(workspace)
        (workspace.home.site / "index.html").write_text("page")
        remember_standing(workspace)


def stands_at(root: Path, as_of: datetime = AS_OF, environment: dict[str, str] | None = None) -> bool:
    with workspace_at(root, as_of=as_of, environment=environment) as workspace:
        return stands(workspace, [workspace.home.landing])


def test_nothing_is_known_to_stand_before_the_first_publication(tmp_path: Path) -> None:
    assert not stands_at(tmp_path)


def test_a_clock_that_passes_nothing_leaves_the_publication_whichever_way_it_moves(tmp_path: Path) -> None:
    publish(tmp_path)
    assert stands_at(tmp_path)
    assert stands_at(tmp_path, AS_OF + timedelta(hours=2))
    assert stands_at(tmp_path, AS_OF - timedelta(hours=2))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(AS_OF, datetime(2026, 10, 7, 15, 0, 1, tzinfo=UTC), id="a survey is answered"),
        pytest.param(AS_OF, datetime(2026, 10, 8, 0, 0, tzinfo=UTC), id="a day ends"),
        pytest.param(
            datetime(2026, 10, 5, 9, 0, tzinfo=UTC), datetime(2026, 10, 5, 11, 0, tzinfo=UTC), id="a call starts"
        ),
        pytest.param(SETTLED - timedelta(hours=1), SETTLED, id="a case settles"),
        pytest.param(AS_OF, datetime(2026, 10, 22, 0, 0, tzinfo=UTC), id="a week becomes final"),
    ],
)
def test_a_moment_between_the_clocks_rebuilds_in_both_directions(
    tmp_path: Path, before: datetime, after: datetime
) -> None:
    publish(tmp_path, before)
    assert not stands_at(tmp_path, after)
    with workspace_at(tmp_path, as_of=after) as workspace:
        remember_standing(workspace)
    assert not stands_at(tmp_path, before)


def test_days_end_in_the_reporting_zone(tmp_path: Path) -> None:
    zone = {"LODESTAR_REPORTING__TIMEZONE": "Asia/Tokyo"}
    publish(tmp_path, datetime(2026, 10, 9, 14, 0, tzinfo=UTC))
    with workspace_at(tmp_path, as_of=datetime(2026, 10, 9, 14, 0, tzinfo=UTC), environment=zone) as workspace:
        remember_standing(workspace)
    assert stands_at(tmp_path, datetime(2026, 10, 9, 14, 59, tzinfo=UTC), zone)
    assert not stands_at(tmp_path, datetime(2026, 10, 9, 15, 0, tzinfo=UTC), zone)


def _dirty(workspace: Workspace) -> None:
    with workspace.ledger.transaction():
        workspace.ledger.mark_dirty([AS_OF.date()])


def _unbooked(workspace: Workspace) -> None:
    with workspace.connection() as connection:
        workspace.lake.view(connection, "raw/calls")
        workspace.lake.append("raw/calls", connection.sql("select * from raw.calls"), "day")


CHANGES: dict[str, Callable[[Workspace], object]] = {
    "a file landed": lambda workspace: land(workspace, "2.jsonl", [call("d", STARTED)]),
    "a file to skip landed": lambda workspace: land(workspace, "notes.txt", ["hello"]),
    "a landed file grew": lambda workspace: land(workspace, "1.jsonl", [call("c", STARTED)] * 3),
    "a day waits": _dirty,
    "a table was dropped": lambda workspace: workspace.lake.drop("core/turns"),
    "a raw commit is not booked": _unbooked,
    "a page was deleted": lambda workspace: (workspace.home.site / "index.html").unlink(),
    "the published file is gone": lambda workspace: (workspace.home.warehouse / "analytics.duckdb").resolve().unlink(),
    "another store of labels was written": lambda workspace: (workspace.home.ledger.parent / "labels.sqlite").touch(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_else_changed_rebuilds(tmp_path: Path, change: str) -> None:
    publish(tmp_path)
    with workspace_at(tmp_path, as_of=AS_OF) as workspace:
        CHANGES[change](workspace)
    assert not stands_at(tmp_path)


@pytest.mark.parametrize(
    "environment", [{"LODESTAR_REPORTING__MIN_N": "5"}, {"LODESTAR_CUSTOMER_KEY": "k"}], ids=["setting", "customer key"]
)
def test_other_settings_and_another_key_rebuild(tmp_path: Path, environment: dict[str, str]) -> None:
    publish(tmp_path)
    assert not stands_at(tmp_path, environment=environment)
