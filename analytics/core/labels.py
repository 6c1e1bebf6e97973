"""core/labels: one row per call and labeler version; every call ends in exactly one status."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from analytics.labeling.asking import Candidate
from analytics.labeling.interface import Conversation, Label, Labeler, Status
from analytics.labeling.remote import RemoteLabeler
from analytics.lake import Window
from analytics.shipped import sql
from analytics.workspace import Workspace

_BATCH_CALLS = 2_000

_SCHEMA = pa.schema(
    [
        ("call_id", pa.string()),
        ("labeler_version", pa.string()),
        ("labeler", pa.string()),
        ("model", pa.string()),
        ("sentiment_start", pa.string()),
        ("sentiment", pa.string()),
        ("outcome", pa.string()),
        ("nps_predicted", pa.int64()),
        ("positive_probability", pa.float64()),
        ("resolved_probability", pa.float64()),
        ("topic", pa.string()),
        ("evidence", pa.string()),
        ("injection_suspected", pa.bool_()),
        ("status", pa.string()),
        ("selection_probability", pa.float64()),
        ("is_current", pa.bool_()),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("cost_usd", pa.decimal128(38, 12)),
        ("kept_share", pa.float64()),
        ("labeled_at", pa.timestamp("us", tz="UTC")),
        ("call_date", pa.date32()),
    ]
)


def label_window(workspace: Workspace, labeler: Labeler, window: Window) -> dict[str, int]:
    """Replace the days of `window` in core/labels; returns the number of calls per status of this labeler version.

    A call that is not eligible is `gated`: it is not shown to the labeler and has no label. Rows of other versions
    stay, as not current, while their call does. A labeler behind a server is first asked about what its journal does
    not answer.

    Raises:
        LabelingStopped: the model's server refuses everything; nothing is replaced.
    """
    if isinstance(labeler, RemoteLabeler):
        ask_window(workspace, labeler, window)
    with workspace.connection() as connection:
        _view(workspace, connection, window)
        ours = (_labeled(labeler, batch, workspace.now) for batch in _rows(connection.sql(sql("core/_conversations"))))
        # the first reader is used up before the second one begins: a connection streams one result at a time
        batches = chain(_of_others(workspace, connection, labeler.version, window), ours)
        workspace.lake.replace_window("core/labels", pa.RecordBatchReader.from_batches(_SCHEMA, batches), window)
        workspace.lake.view(connection, "core/labels", window.days)
        counts = "select status, count(*) from core.labels where is_current group by status"
        return dict(connection.execute(counts).fetchall())


def ask_window(
    workspace: Workspace, labeler: RemoteLabeler, window: Window, retry: frozenset[Status] = frozenset()
) -> Counter[str]:
    """Ask about the eligible calls of `window` that have no final answer, or one of the statuses in `retry`.

    Returns:
        How many calls ended in which status.

    Raises:
        LabelingStopped: the model's server refuses everything.
    """
    with workspace.connection() as connection:
        _view(workspace, connection, window)
        counts = labeler.ask(_told(workspace, labeler, candidates(connection, labeler)), retry)
    if counts:
        ended = ", ".join(f"{status} {count}" for status, count in sorted(counts.items()))
        workspace.progress(f"asked {labeler.model} about {counts.total()} calls: {ended}")
    return counts


def candidates(connection: duckdb.DuckDBPyConnection, labeler: RemoteLabeler) -> Iterator[Candidate]:
    """The eligible calls of core.calls: by day, or, where a cap may leave calls out, in their random order."""
    calls = sql("core/_conversations")
    if labeler.capped:
        places = {"call_id": pa.string(), "draw": pa.float64()}
        stored = [dict(zip(places, row, strict=True)) for row in labeler.draws()]
        connection.register("stored_draws", pa.Table.from_pylist(stored, schema=pa.schema(places)))
        calls = f"from ({calls}) join ({sql('core/_draws')}) using (call_id) order by draw, call_id"
    for batch in _rows(connection.sql(calls)):
        for call in batch:
            if call["eligible"]:
                yield Candidate(msgspec.convert(call, Conversation), call.get("draw", 0.0))


def _view(workspace: Workspace, connection: duckdb.DuckDBPyConnection, window: Window) -> None:
    for table in ("calls", "turns", "tool_calls"):
        workspace.lake.view(connection, f"core/{table}", window.days)


def _rows(relation: duckdb.DuckDBPyRelation) -> Iterator[list[dict[str, Any]]]:
    for batch in relation.to_arrow_reader(_BATCH_CALLS):
        yield batch.to_pylist()


def _told(workspace: Workspace, labeler: RemoteLabeler, calls: Iterable[Candidate]) -> Iterator[Candidate]:
    """Say how far it is, once per batch."""
    for position, call in enumerate(calls):
        if position % _BATCH_CALLS == 0:
            workspace.progress(f"asking {labeler.model}: {position} calls looked at")
        yield call


def _of_others(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, version: str, window: Window
) -> Iterator[pa.RecordBatch]:
    connection.register("no_labels", _SCHEMA.empty_table())
    if workspace.lake.exists("core/labels"):
        workspace.lake.view(connection, "core/labels", window.days)
    else:
        connection.execute("create view core.labels as from no_labels")
    others = connection.sql(sql("core/_labels_of_others"), params={"version": version}).select(*_SCHEMA.names)
    return (batch.cast(_SCHEMA) for batch in others.to_arrow_reader(_BATCH_CALLS))


def _labeled(labeler: Labeler, calls: list[dict[str, Any]], labeled_at: datetime) -> pa.RecordBatch:
    conversations = [msgspec.convert(call, Conversation) for call in calls if call["eligible"]]
    labels = {label.call_id: label for label in labeler.label(conversations)}
    rows = [_row(labeler, call, labels, labeled_at) for call in calls]
    return pa.RecordBatch.from_pylist(rows, schema=_SCHEMA)


def _row(labeler: Labeler, call: dict[str, Any], labels: dict[str, Label], labeled_at: datetime) -> dict[str, object]:
    label = labels[call["call_id"]] if call["eligible"] else Label(call["call_id"], "gated")
    said = {name: getattr(label, name) for name in label.__struct_fields__}
    return {
        "labeled_at": labeled_at,
        "selection_probability": 1.0 if call["eligible"] else None,
        **said,
        "evidence": msgspec.json.encode(label.evidence).decode(),
        "labeler": labeler.name,
        "model": said.get("model") or labeler.model,
        "labeler_version": labeler.version,
        "is_current": True,
        "call_date": call["call_date"],
    }
