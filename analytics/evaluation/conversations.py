"""Conversations of single calls, as a labeler reads them: redacted, from the lake."""

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from analytics.core.label_requests import rows_of, view_calls
from analytics.labeling.interface import Conversation
from analytics.shipped import sql
from analytics.workspace import Workspace


def conversations_of(workspace: Workspace, calls: Mapping[str, date]) -> Iterator[Conversation]:
    """The calls that are named with their UTC dates, by date and id; a day is in memory at a time."""
    some = f"from ({sql('core/_conversations')}) where call_id in (select unnest($ids::varchar[]))"
    with workspace.connection() as connection:
        for day in sorted(set(calls.values())):
            view_calls(workspace, connection, [day])
            wanted = {"ids": sorted(call_id for call_id, date in calls.items() if date == day)}
            for batch in rows_of(connection.sql(some, params=wanted)):
                yield from (msgspec.convert(call, Conversation) for call in batch)
