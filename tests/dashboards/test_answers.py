"""A script reads the page as it stands without JavaScript and answers the eight questions of the week."""

from pathlib import Path

import duckdb
import pytest
from pyarrow import csv, parquet

from tests.dashboards.reading import Page

QUESTIONS = ("moved", "real", "factors", "segment", "trust", "ttft", "cost", "listen")


def answer(page: Page, question: str) -> tuple[str, str]:
    """Text and verdict of an answer."""
    element = page.all("li", id_=f"answer-{question}")[0]
    return " ".join(element.text.split()), element["data-verdict"]


def test_the_eight_questions_stand_in_order_before_everything_else(complete_index: Page) -> None:
    ids = [e["id"] for e in complete_index.elements if "id" in e.attributes]
    assert [i.removeprefix("answer-") for i in ids if i.startswith("answer-")] == list(QUESTIONS)
    assert ids.index("answer-listen") < ids.index("north-star")


@pytest.mark.parametrize(
    ("question", "said", "verdict"),
    [
        ("moved", "unchanged inside the interval (+0.4 pp); the 95% interval of the difference is \N{MINUS SIGN}1.6 pp to +2.4 pp", None),
        ("real", "No limits yet, they take six weeks: read the interval. A change of 2.9 pp would have shown.", "no limits"),
        ("factors", "Handled 75.0% (±0.0 pp, unchanged inside the interval).", None),
        ("segment", "Largest real driver: use case \N{FIRST STRONG ISOLATE}billing\N{POP DIRECTIONAL ISOLATE}, \N{MINUS SIGN}3.1 pp.", "driver"),
        ("trust", "69.9% to 72.7%, on 1,000 decided cases, 96.4% of those settled. Estimator: observed. 1 of 2 checks warns: \N{FIRST STRONG ISOLATE}late files\N{POP DIRECTIONAL ISOLATE}.",
         "checks warn"),
        ("ttft", "96.2% came within 2,000 ms (target 95.0%: met).", "met"),
        ("ttft", "is associated with \N{MINUS SIGN}6.0 pp neutral-to-positive, the mix of cases held equal.", "met"),
        ("cost", "A connected minute cost $0.0832; a handled neutral-to-positive case $0.6104", "no target"),
        ("listen", "2 calls: 1 slow with a detractor, 1 drawn at random.", "2"),
    ],
)  # fmt: skip
def test_an_answer_is_computed_from_published_values(
    complete_index: Page, question: str, said: str, verdict: str | None
) -> None:
    text, found = answer(complete_index, question)
    assert said in text
    assert verdict is None or found == verdict


def test_nothing_is_answered_that_was_not_published(unmeasured_site: Path) -> None:
    page = Page((unmeasured_site / "index.html").read_text("utf-8"))
    assert "not measured" in answer(page, "ttft")[0]
    assert "not measured" in answer(page, "cost")[0]
    assert answer(page, "listen") == ("What do I listen to? No calls are picked for this week.", "0")


def test_every_exact_value_on_the_page_is_in_the_view_and_in_its_files(
    complete_site: Path, complete_index: Page
) -> None:
    columns = "week, metric, dimension, segment, value"
    comma = csv.read_csv(complete_site / "data" / "index" / "kpi_week.csv")
    columnar = parquet.read_table(complete_site / "data" / "index" / "kpi_week.parquet")
    with duckdb.connect(str(complete_site.parent / "warehouse" / "analytics.duckdb"), read_only=True) as connection:
        view = set(connection.execute(f"select {columns} from mart.kpi_week").fetchall())
        from_csv = set(connection.execute(f"select {columns} from comma").fetchall())
        from_parquet = set(connection.execute(f"select {columns} from columnar").fetchall())
    assert comma.num_rows == columnar.num_rows
    assert from_csv == from_parquet <= view
    shown = {
        (e["data-week"], e["data-metric"], e["data-dimension"], e["data-segment"], float(e["data-value"]))
        for e in complete_index.elements
        if e.attributes.get("data-metric") and e["data-value"]
    }
    assert len(shown) > 80
    assert shown <= {(week.strftime("%G-W%V"), *rest) for week, *rest in from_csv}
