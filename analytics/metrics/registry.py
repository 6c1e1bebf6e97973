"""The metric registry: `sql/metrics/<id>.yaml`, read once and checked.

A metric names the fact view that it counts (`grain`), the rows that count (`included`) and what it sums over them.
Expressions are SQL over the columns of `sql/mart/_facts_<grain>.sql`.
"""

from functools import cache
from typing import Literal, get_args

import msgspec
import yaml
from msgspec import Struct

from analytics.shipped import shipped

Tier = Literal["north_star", "business", "constraint", "quality", "volume"]
_TIERS = get_args(Tier)
Unit = Literal["share", "usd", "ms", "points", "count"]

#: Columns by which every metric is cut; `all` is the total.
DIMENSIONS = ("use_case", "agent_version", "language", "channel", "source")


class Metric(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One metric.

    Attributes:
        grain: fact view: case, call, turn, tool_call, disconnect or spend.
        aggregation: share (rows where `numerator` holds / rows), ratio (sum / sum), quantile (of `value`), count.
        included: rows that count; for a share they are the denominator.
        undecided: rows that could belong to either side; they make the bounds (all bad, all good).
        coverage, coverage_of: rows or amounts; coverage is sum / sum (default: included / all rows of the view).
        weight: what a row of a share counts for where the rows were sampled; an exact decimal of the view.
        n: what is counted as n where it is not the included rows.
        target: the key of `[targets]` in lodestar.toml that the page judges it against.
        scale: factor of the published value (100 for the NPS).
    """

    id: str
    label: str
    tier: Tier
    unit: Unit
    grain: Literal["case", "call", "turn", "tool_call", "disconnect", "spend"]
    aggregation: Literal["share", "ratio", "quantile", "count"]
    included: str
    numerator: str | None = None
    denominator: str | None = None
    value: str | None = None
    quantile: float | None = None
    undecided: str | None = None
    coverage: str | None = None
    coverage_of: str | None = None
    weight: str | None = None
    n: str | None = None
    target: str | None = None
    scale: int = 1
    interval: Literal["wilson", "linearized", "none"]
    limits: Literal["laney_p", "xmr", "none"]
    direction: Literal["up", "down", "none"]
    version: int
    owner: str
    plain: str
    pitfalls: list[str]

    @property
    def waits_for_cases(self) -> bool:
        """Whether a provisional week shows settled opening days only."""
        return self.grain in ("case", "spend")

    @property
    def needs_labels(self) -> bool:
        """Whether a labeler's answers are part of the number, so that another labeler starts another series."""
        return self.undecided is not None or self.grain == "spend" or self.id == "label_coverage"


@cache
def registry() -> dict[str, Metric]:
    """All metrics by id: the north star and its factors first, then by tier.

    Raises:
        msgspec.ValidationError: a file lacks a key, has an unknown one or a value that is not allowed.
        ValueError: a file is not named after its metric.
    """
    files = sorted((shipped("sql") / "metrics").glob("*.yaml"))
    metrics = [_read(file.stem, file.read_text("utf-8")) for file in files]
    return {metric.id: metric for metric in sorted(metrics, key=_place)}


def _place(metric: Metric) -> tuple[int, int, str]:
    factors = ("handled_rate", "neutral_to_positive_rate")
    return _TIERS.index(metric.tier), factors.index(metric.id) if metric.id in factors else len(factors), metric.id


def _read(name: str, text: str) -> Metric:
    metric = msgspec.convert(yaml.safe_load(text), Metric)
    if metric.id != name:
        msg = f"sql/metrics/{name}.yaml: its id is {metric.id!r}; name the file after it"
        raise ValueError(msg)
    return metric
