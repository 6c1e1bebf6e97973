"""Conversations of single calls, as a labeler reads them: redacted, from the lake."""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from analytics.core.label_requests import rows_of
from analytics.labeling.interface import Conversation
from analytics.redaction.table import view_redacted
from analytics.shipped import sql
from analytics.workspace import Workspace


def conversations_of(workspace: Workspace, calls: Mapping[str, date]) -> Iterator[Conversation]:
    """The calls that are named with their UTC dates, by date and id; a day is in memory at a time."""
    with workspace.connection() as connection:
        for day in sorted(set(calls.values())):
            workspace.lake.view(connection, "core/calls", [day])
            view_redacted(workspace, connection, [day])
            for batch in rows_of(connection.sql(sql("core/_conversations"))):
                yield from (msgspec.convert(call, Conversation) for call in batch if call["call_id"] in calls)
