"""`python -m analytics.metrics.document > docs/metrics.md`: the metric dictionary, generated from the registry."""

import sys

from analytics.metrics.registry import Metric, registry

_HEADER = """# Metrics

Generated from `sql/metrics/*.yaml` by `python -m analytics.metrics.document`. A metric is one file there; its columns
are those of `sql/mart/_facts_<grain>.sql`.
"""


def document() -> str:
    """The whole page, one section per metric in the order of the registry."""
    return _HEADER + "\n".join(_section(metric) for metric in registry().values())


def _section(metric: Metric) -> str:
    facts = [
        f"unit {metric.unit}",
        f"tier {metric.tier}",
        f"grain {metric.grain}",
        f"interval {metric.interval}",
        *([f"target targets.{metric.target}"] if metric.target else []),
        f"version {metric.version}",
        f"owner {metric.owner}",
        "waits for settled days" if metric.waits_for_cases else "uses all calls before the clock",
    ]
    pitfalls = "".join(f"- {pitfall}\n" for pitfall in metric.pitfalls)
    return (
        f"\n## `{metric.id}`: {metric.label}\n\n{metric.plain}\n\n{', '.join(facts)}\n\n{_formula(metric)}\n{pitfalls}"
    )


def _formula(metric: Metric) -> str:
    parts = {
        "rows that count": metric.included,
        "numerator": metric.numerator,
        "denominator": metric.denominator,
        "value": metric.value and f"quantile {metric.quantile} of {metric.value}",
        "weight": metric.weight,
        "undecided": metric.undecided,
        "coverage": metric.coverage_of and f"{metric.coverage or metric.included} / {metric.coverage_of}",
    }
    lines = [f"{name + ':':<17}{text}" for name, text in parts.items() if text]
    return "```\n" + "\n".join(lines) + "\n```\n"


if __name__ == "__main__":
    sys.stdout.write(document())
