"""core/labels: one row per call and labeler version; every call ends in exactly one status."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from analytics.core.label_requests import BATCH_CALLS, ask_days, rows_of, view_calls
from analytics.labeling.interface import Conversation, Label, Labeler
from analytics.labeling.remote import RemoteLabeler
from analytics.lake import Window
from analytics.shipped import sql
from analytics.workspace import Workspace

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
        ask_days(workspace, labeler, window.days)
    with workspace.connection() as connection:
        view_calls(workspace, connection, window.days)
        ours = (
            _labeled(labeler, batch, workspace.now) for batch in rows_of(connection.sql(sql("core/_conversations")))
        )
        # the first reader is used up before the second one begins: a connection streams one result at a time
        batches = chain(_of_others(workspace, connection, labeler.version, window), ours)
        workspace.lake.replace_window("core/labels", pa.RecordBatchReader.from_batches(_SCHEMA, batches), window)
        workspace.lake.view(connection, "core/labels", window.days)
        counts = "select status, count(*) from core.labels where is_current group by status"
        return dict(connection.execute(counts).fetchall())


def _of_others(
    workspace: Workspace, connection: duckdb.DuckDBPyConnection, version: str, window: Window
) -> Iterator[pa.RecordBatch]:
    connection.register("no_labels", _SCHEMA.empty_table())
    if workspace.lake.exists("core/labels"):
        workspace.lake.view(connection, "core/labels", window.days)
    else:
        connection.execute("create view core.labels as from no_labels")
    others = connection.sql(sql("core/_labels_of_others"), params={"version": version}).select(*_SCHEMA.names)
    return (batch.cast(_SCHEMA) for batch in others.to_arrow_reader(BATCH_CALLS))


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
