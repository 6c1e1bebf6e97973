"""The registry: a metric is one file, and its files say what a reader needs."""

import re
import shutil
from pathlib import Path

import msgspec
import pytest

from analytics.metrics import build
from analytics.metrics.document import document
from analytics.metrics.registry import DIMENSIONS, Metric, registry
from analytics.metrics.rollup import rollup
from analytics.sections import Targets
from analytics.shipped import shipped
from analytics.workspace import Workspace
from tests.pipeline import call, land, refresh, rows, summarise

CONTRACT = """north_star handled_rate neutral_to_positive_rate nps cost_per_minute_usd cost_per_handled_positive_case_usd
ttft_p50_ms ttft_p95_ms ttft_slo_share slow_call_share containment_rate first_contact_resolution_rate recontact_rate
handover_rate drop_rate reconnect_success_rate interruption_rate tool_success_rate browser_share survey_response_rate
label_coverage cases calls""".split()


def test_every_metric_of_the_contract_has_its_file() -> None:
    assert set(CONTRACT) <= set(registry())


def test_a_target_is_a_key_of_the_settings() -> None:
    named = {metric.target for metric in registry().values() if metric.target}
    assert named == set(Targets.model_fields)


def test_the_north_star_comes_first_and_constraints_after_business() -> None:
    tiers = [metric.tier for metric in registry().values()]
    assert tiers[0] == "north_star"
    assert tiers.index("constraint") > max(place for place, tier in enumerate(tiers) if tier == "business")


def test_an_unknown_key_in_a_metric_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `avg`"):
        msgspec.convert({"id": "x", "avg": "rate"}, Metric)


@pytest.mark.parametrize("metric", registry().values(), ids=lambda metric: metric.id)
def test_every_division_of_a_rollup_guards_zero(metric: Metric) -> None:
    guarded = re.sub(r"/ nullif\(", "", rollup(metric, "week"))
    assert "/" not in guarded


NEW_METRIC = """
id: caller_words_per_call
label: Words
tier: quality
unit: count
grain: call
aggregation: ratio
included: eligible
numerator: caller_words
denominator: "1"
interval: linearized
limits: xmr
direction: none
version: 1
owner: product
plain: How much did callers say?
pitfalls: []
"""


def test_a_new_ratio_metric_is_one_new_file(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(shipped("sql") / "metrics", tmp_path / "metrics")
    (tmp_path / "metrics" / "caller_words_per_call.yaml").write_text(NEW_METRIC)
    monkeypatch.setattr("analytics.metrics.registry.shipped", lambda _: tmp_path)
    monkeypatch.setattr(build, "registry", registry.__wrapped__)
    land(workspace, "1.jsonl", [call(f"c{n}", "2026-10-05T10:00:00Z", language="en") for n in range(30)])
    refresh(workspace)
    summarise(workspace)
    found = rows(workspace, "select * from mart.kpi_week where metric = 'caller_words_per_call'")
    assert {row["dimension"] for row in found} == {"all", *DIMENSIONS}
    assert {(row["value"], row["ci_low"], row["n"]) for row in found} == {(4.0, 4.0, 30)}


def test_the_dictionary_page_says_what_the_registry_says() -> None:
    page = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text("utf-8")
    assert page == document(), "run: python -m analytics.metrics.document > docs/metrics.md"
