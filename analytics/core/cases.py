"""Tables that need all days at once: which case a call belongs to, surveys, human labels and the cases themselves."""

import duckdb

from analytics.audit.samples import view_samples
from analytics.core.build import raw_view
from analytics.lake import select
from analytics.shipped import sql
from analytics.workspace import Workspace

#: What each table reads of the core layer and of the raw layer, and whether it judges cases by the clock.
_INPUTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]] = {
    "case_calls": (("calls",), (), False),
    "surveys": (("calls", "case_calls"), ("surveys",), True),
    "human_labels": (("calls", "case_calls"), ("human_labels",), False),
    "audit_samples": (("human_labels",), (), False),
    "cases": (("calls", "case_calls", "labels", "surveys"), ("cases",), True),
}


def build_whole(workspace: Workspace, table: str) -> int:
    """Replace core/<table>; returns its number of rows."""
    core, raw, framed = _INPUTS[table]
    with workspace.connection() as connection:
        connection.execute(sql("core/_macros"))
        for name in core:
            workspace.lake.view(connection, f"core/{name}")
        for kind in raw:
            raw_view(workspace, connection, kind)
        if table == "audit_samples":
            view_samples(workspace.lake, connection)
        if framed:
            frame_cases(workspace, connection)
        workspace.lake.replace(f"core/{table}", select(connection, f"core/{table}", workspace.parameters()))
        workspace.lake.view(connection, f"core/{table}")
        return int(connection.execute(f"select count(*) from core.{table}").fetchall()[0][0])


def frame_cases(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> None:
    """Table `_case_frames` from core.calls and core.case_calls of the connection."""
    frames = select(connection, "core/_case_frames", workspace.parameters())
    frames.to_table("_case_frames")
