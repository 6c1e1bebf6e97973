"""Every number that says which published row it is equals that row in DuckDB and in the download beside the page."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboards.wording import iso_week
from tests.dashboards.reading import Page
from tests.dashboards.referenced import Record, downloaded, reads_as, same, shown_rows

#: Tables whose rows a page shows as they are published.
VIEWS = {
    "break_even", "cost_part_week", "frontier", "kpi_revisions", "latency_budget", "latency_week", "north_star_drivers",
    "north_star_estimates", "price_changes", "state_week", "tool_week", "ttft_nps", "waste_week",
}  # fmt: skip


@pytest.fixture(scope="module")
def published(complete_site: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(complete_site.parent / "warehouse" / "analytics.duckdb"), read_only=True) as connection:
        yield connection


def rows_of(connection: duckdb.DuckDBPyConnection, view: str) -> list[Record]:
    columns, *rows = [[item[0] for item in connection.execute(f"from mart.{view}").description], *connection.fetchall()]
    return [dict(zip(columns, ("" if v is None else str(v) for v in row), strict=True)) for row in rows]


@pytest.mark.parametrize("stem", ["2026-W46", "index"])
def test_every_row_of_a_table_is_a_row_of_its_view_and_of_its_download(
    complete_site: Path, published: duckdb.DuckDBPyConnection, stem: str
) -> None:
    rows = list(shown_rows(Page((complete_site / f"{stem}.html").read_text("utf-8"))))
    assert {row.view for row in rows} == VIEWS
    for view in VIEWS:
        for record_set in (rows_of(published, view), downloaded(complete_site / "data" / stem, view)):
            for row in (row for row in rows if row.view == view):
                assert any(row.is_in(record) for record in record_set), (view, [c["data-value"] for _, c in row.cells])


@pytest.mark.parametrize("stem", ["2026-W46", "index"])
def test_every_metric_and_every_cost_is_in_the_download_of_its_page(complete_site: Path, stem: str) -> None:
    page = Page((complete_site / f"{stem}.html").read_text("utf-8"))
    kpis = {
        (row["iso_week"], row["metric"], row["dimension"], row["segment"]): row["value"]
        for row in downloaded(complete_site / "data" / stem, "kpi_week")
    }
    numbers = [element for element in page.elements if "data-metric" in element.attributes]
    assert len(numbers) > 100
    for one in numbers:
        key = (one["data-week"], one["data-metric"], one["data-dimension"], one["data-segment"])
        assert same(one["data-value"], kpis.get(key)), key
    costs = {
        (iso_week(date.fromisoformat(row["week"])), row["component"]): row["cost_per_minute_usd"]
        for row in downloaded(complete_site / "data" / stem, "cost_week")
    }
    parts = [element for element in page.elements if "data-component" in element.attributes]
    assert len(parts) > 50
    for one in parts:
        assert same(one["data-value"], costs[one["data-week"], one["data-component"]])


@pytest.mark.parametrize("stem", ["2026-W46", "index"])
def test_what_a_reader_sees_is_the_exact_value_rounded(complete_site: Path, stem: str) -> None:
    page = Page((complete_site / f"{stem}.html").read_text("utf-8"))
    for element in page.elements:
        if "data-value" in element.attributes:
            assert reads_as(element.text, element["data-value"]), (element.text, element["data-value"])


@pytest.mark.parametrize(
    ("text", "value", "is_same"),
    [
        ("71.3%", "0.7125", True),
        ("71.2%", "0.7125", False),
        ("\N{MINUS SIGN}3.1 pp", "-0.031", True),
        ("$0.0832", "0.08324", True),
        ("1,240 ms", "1239.5", True),
        ("not measured", "", True),
        ("0 ms", "", False),
        ("not measured", "3.0", False),
    ],
    ids=str,
)
def test_a_number_that_reads_otherwise_is_found(text: str, value: str, *, is_same: bool) -> None:
    assert reads_as(text, value) is is_same
