"""core/labels: one row per call and labeler version; every call ends in exactly one status."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from analytics.labeling.interface import Conversation, Label, Labeler
from analytics.lake import Window
from analytics.redaction.table import view_redacted
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
        ("labeled_at", pa.timestamp("us", tz="UTC")),
        ("call_date", pa.date32()),
    ]
)


def label_window(workspace: Workspace, labeler: Labeler, window: Window) -> dict[str, int]:
    """Replace the days of `window` in core/labels; returns the number of calls per status.

    A call that is not eligible is `gated`: it is not shown to the labeler and has no label.
    """
    with workspace.connection() as connection:
        workspace.lake.view(connection, "core/calls", window.days)
        view_redacted(workspace, connection, window.days)
        batches = (_labeled(labeler, batch, workspace.now) for batch in _conversations(connection))
        rows = pa.RecordBatchReader.from_batches(_SCHEMA, batches)
        workspace.lake.replace_window("core/labels", rows, window)
        workspace.lake.view(connection, "core/labels", window.days)
        return dict(connection.execute("select status, count(*) from core.labels group by status").fetchall())


def _conversations(connection: duckdb.DuckDBPyConnection) -> Iterator[list[dict[str, Any]]]:
    reader = connection.sql(sql("core/_conversations")).to_arrow_reader(_BATCH_CALLS)
    for batch in reader:
        yield batch.to_pylist()


def _labeled(labeler: Labeler, calls: list[dict[str, Any]], labeled_at: datetime) -> pa.RecordBatch:
    conversations = [msgspec.convert(call, Conversation) for call in calls if call["eligible"]]
    labels = {label.call_id: label for label in labeler.label(conversations)}
    rows = [_row(labeler, call, labels, labeled_at) for call in calls]
    return pa.RecordBatch.from_pylist(rows, schema=_SCHEMA)


def _row(labeler: Labeler, call: dict[str, Any], labels: dict[str, Label], labeled_at: datetime) -> dict[str, object]:
    label = labels[call["call_id"]] if call["eligible"] else Label(call["call_id"], "gated")
    return {
        **{name: getattr(label, name) for name in label.__struct_fields__},
        "evidence": msgspec.json.encode(label.evidence).decode(),
        "labeler": labeler.name,
        "model": labeler.model,
        "labeler_version": labeler.version,
        "selection_probability": 1.0,
        "is_current": True,
        "labeled_at": labeled_at,
        "call_date": call["call_date"],
    }
