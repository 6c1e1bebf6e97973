"""raw/audit_samples: what was drawn, append-only; it is never rebuilt, since the answers hang on its probabilities."""

from datetime import date, datetime

import duckdb
import pyarrow as pa
from msgspec import Struct

from analytics.lake import Lake

SAMPLES = "raw/audit_samples"

_SCHEMA = pa.schema(
    [
        ("sample_id", pa.string()),
        ("week", pa.date32()),
        ("case_id", pa.string()),
        ("stratum", pa.string()),
        ("stratum_cases", pa.int64()),
        ("sampling_probability", pa.float64()),
        ("second_rating", pa.bool_()),
        ("sample_cases", pa.int64()),
        ("seed", pa.int64()),
        ("labeler_version", pa.string()),
        ("drawn_at", pa.timestamp("us", tz="UTC")),
        ("day", pa.date32()),
    ]
)


class Drawn(Struct, frozen=True):
    """One drawn case; `sampling_probability` is n_h / N_h of its stratum in its week."""

    sample_id: str
    week: date
    case_id: str
    stratum: str
    stratum_cases: int
    sampling_probability: float
    second_rating: bool
    sample_cases: int
    seed: int
    labeler_version: str | None
    drawn_at: datetime


def store(lake: Lake, sample: list[Drawn]) -> None:
    """Append the sample in one commit: it is there as a whole or not at all."""
    table = pa.Table.from_pylist([_row(drawn) for drawn in sample], schema=_SCHEMA)
    lake.append(SAMPLES, table.to_reader(), "day")


def _row(drawn: Drawn) -> dict[str, object]:
    return {name: getattr(drawn, name) for name in drawn.__struct_fields__} | {"day": drawn.drawn_at.date()}


def stored(lake: Lake, connection: duckdb.DuckDBPyConnection) -> list[Drawn]:
    """Every drawn case of every sample that is not erased, by sample and case."""
    view_samples(lake, connection)
    columns = ", ".join(Drawn.__struct_fields__)
    rows = connection.execute(f"select {columns} from raw.audit_samples order by sample_id, case_id").fetchall()
    return [Drawn(*row) for row in rows]


def view_samples(lake: Lake, connection: duckdb.DuckDBPyConnection) -> None:
    """Make raw.audit_samples readable, empty before the first draw."""
    if lake.exists(SAMPLES):
        lake.view(connection, SAMPLES)
    else:
        connection.register("_no_samples", _SCHEMA.empty_table())
        connection.execute("create schema if not exists raw")
        connection.execute("create or replace view raw.audit_samples as select * from _no_samples")
