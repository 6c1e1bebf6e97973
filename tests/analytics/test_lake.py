"""What the log of a table tells without a look into its files."""

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow as pa

from analytics.lake import Lake

SCHEMA = pa.schema({"n": pa.int64(), "day": pa.date32()})
FIRST, SECOND, THIRD = (date(2026, 10, day) for day in (5, 6, 7))


def rows(*days: date) -> pa.RecordBatchReader:
    batch = pa.record_batch({"n": list(range(len(days))), "day": list(days)}, SCHEMA)
    return pa.RecordBatchReader.from_batches(SCHEMA, [batch])


def test_the_log_tells_the_rows_of_each_day(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.rows_per_day("raw/calls") == Counter()
    lake.append("raw/calls", rows(), "day")
    assert lake.rows_per_day("raw/calls") == Counter()
    lake.append("raw/calls", rows(SECOND, FIRST, SECOND), "day")
    lake.append("raw/calls", rows(SECOND, THIRD), "day")
    assert lake.rows_per_day("raw/calls") == {FIRST: 1, SECOND: 3, THIRD: 1}
    lake.replace_days("raw/calls", rows(SECOND), [SECOND, THIRD])
    assert lake.rows_per_day("raw/calls") == {FIRST: 1, SECOND: 1}
