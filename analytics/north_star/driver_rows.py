"""Rows of mart.north_star_drivers."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import duckdb
import pyarrow as pa

from analytics.estimation.drivers import Counts, Driver, drivers, is_simpson, q_values, two_factors
from analytics.north_star.evidence import TOTAL, Cell, Evidence

DIMENSIONS = ("use_case", "agent_version", "language", "channel")
SCHEMA = pa.schema(
    [("week", pa.date32()), ("previous_week", pa.date32()), ("dimension", pa.string()), ("segment", pa.string()),
     ("n", pa.int64()), ("n_before", pa.int64()), ("mix_effect", pa.float64()), ("handled_effect", pa.float64()),
     ("nps_effect", pa.float64()), ("total_effect", pa.float64()), ("se", pa.float64()), ("p_value", pa.float64()),
     ("q_value", pa.float64()), ("rank", pa.int64()), ("is_simpson", pa.bool_())]
)  # fmt: skip
#: The step from the change of the observed north star to the change of the published value.
LABEL_CORRECTION = "label_correction"
_CORRECTIONS = """
select week, headline.value - observed.value
from mart.north_star_estimates headline
join mart.north_star_estimates observed using (week, dimension, segment)
where dimension = 'all' and headline.is_headline and observed.estimator = 'observed' and observed.value is not null
"""


def driver_rows(evidence: Evidence, connection: duckdb.DuckDBPyConnection, min_n: int) -> pa.Table:
    """Drivers of every final week since the final week before; weeks whose total is suppressed are passed over."""
    corrections = dict(connection.execute(_CORRECTIONS).fetchall())
    cells = evidence.cells.get(TOTAL, {})
    weeks = sorted(week for week in cells if week in evidence.final and cells[week].decided >= min_n)
    rows: list[dict[str, object]] = []
    for before, week in pairwise(weeks):
        rows += _of_week(evidence, week, before, corrections.get(week, 0.0) - corrections.get(before, 0.0))
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _of_week(evidence: Evidence, week: date, before: date, correction: float) -> Iterator[dict[str, object]]:
    total = evidence.cells[TOTAL]
    moved = two_factors(_counts(total[week]), _counts(total[before]))
    corrected = Driver(LABEL_CORRECTION, moved.n, moved.n_before, 0.0, 0.0, 0.0, 0.0)
    by_dimension = {dimension: _of_dimension(evidence, dimension, week, before) for dimension in DIMENSIONS}
    q = iter(q_values([driver.p_value for found in by_dimension.values() for driver in found]))
    both = {"week": week, "previous_week": before}
    yield both | _row("all", moved) | {"is_simpson": None}
    yield both | _row("all", corrected) | {"total_effect": correction, "se": None, "p_value": None}
    for dimension, found in by_dimension.items():
        simpson = is_simpson(found)
        for rank, driver in enumerate(found, start=1):
            yield both | _row(dimension, driver) | {"rank": rank, "q_value": next(q), "is_simpson": simpson}


def _of_dimension(evidence: Evidence, dimension: str, week: date, before: date) -> list[Driver]:
    segments = {segment: weeks for (cut, segment), weeks in evidence.cells.items() if cut == dimension}
    now = {segment: _counts(weeks[week]) for segment, weeks in segments.items() if week in weeks}
    return drivers(now, {segment: _counts(weeks[before]) for segment, weeks in segments.items() if before in weeks})


def _counts(cell: Cell) -> Counts:
    return Counts(cell.decided_weight, cell.handled_weight, cell.good_weight, cell.decided)


def _row(dimension: str, driver: Driver) -> dict[str, object]:
    return {
        "dimension": dimension,
        "segment": driver.segment,
        "n": driver.n,
        "n_before": driver.n_before,
        "mix_effect": driver.mix_effect,
        "handled_effect": driver.handled_effect,
        "nps_effect": driver.nps_effect,
        "total_effect": driver.total_effect,
        "se": driver.se,
        "p_value": driver.p_value,
    }
