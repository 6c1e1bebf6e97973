"""`python -m benchmarks.ingest HOME LANDING`: landing files to committed raw and daily core tables."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.core.build import build_days
from analytics.home import Home
from analytics.ingest import ingest
from analytics.lake import Window
from analytics.workspace import open_workspace


def main(home: str, landing: str) -> None:
    """Read what is new and rebuild the days that it touches."""
    with open_workspace(Home(Path(home)), {}, now=datetime.now(UTC)) as workspace:
        with workspace.connection(streams=True) as connection:
            ingest(
                workspace.home, workspace.ledger, connection, [Path(landing)],
                run_id=workspace.run_id, received_at=workspace.now,
            )  # fmt: skip
        days = workspace.ledger.dirty_days()
        if days:
            window = Window(days[0], days[-1] + timedelta(days=1))
            build_days(workspace, window)
            workspace.ledger.clear_dirty(days)


if __name__ == "__main__":
    main(*sys.argv[1:])
