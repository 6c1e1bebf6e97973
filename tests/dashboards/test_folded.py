"""What waits behind a summary: money spent for nothing, what was paid for, prices that changed, state of the calls."""

from pathlib import Path

import pytest

from analytics.settings import Settings
from dashboards.call_states import call_states
from dashboards.charts.cost import cost_chart
from dashboards.edition import Edition, latest_edition
from dashboards.publication import read_publication
from dashboards.spending import spending
from dashboards.tables import NO_VALUE, Table
from tests.dashboards.published import FINAL_WEEK, full
from tests.dashboards.published_parts import add_call_states, add_spending
from tests.dashboards.reading import Page


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    home = add_call_states(add_spending(full(2))).write(tmp_path_factory.mktemp("folded"))
    return latest_edition(read_publication(home), Settings())


def texts(table: Table) -> list[list[str]]:
    return [[row.name, *(cell.text for cell in row.cells)] for row in table.rows]


def test_waste_is_the_cost_of_calls_that_could_not_help_over_the_cost_of_all_connected_ones(edition: Edition) -> None:
    wasted = spending(edition)[0]
    assert wasted.finding == "30.0% of the money went to calls that could not help anybody (36.4% the week before)."
    assert texts(wasted.tables[0]) == [
        ["could help", "30", "300", "$70.00", "70.0%"],
        ["failed", "9", "90", "$20.00", "20.0%"],
        ["ineligible", "2", "20", "$10.00", "10.0%"],
        ["not connected", "4", "0", "$5.00", NO_VALUE],
    ]


def test_what_was_paid_for_tells_the_dearest_unit_and_what_has_no_price(edition: Edition) -> None:
    by_unit = spending(edition)[1]
    assert "llm, per input token" in by_unit.finding
    assert by_unit.finding.endswith("$0.1463 a minute; 12 of 150 usage lines have no price.")
    assert texts(by_unit.tables[0])[-1] == ["x", NO_VALUE, NO_VALUE, "not priced", "not priced", "9"]


def test_a_bill_that_states_no_quantity_can_be_the_dearest_part(tmp_path: Path) -> None:
    tables = full(2)
    bill = {"week": FINAL_WEEK, "component": "stt", "unit": None, "cost_usd": 4, "cost_per_minute_usd": 0.5, "lines": 1}
    tables.add("mart.cost_part_week", bill | {"unpriced_lines": 0, "included_in_total": True})
    by_unit = spending(latest_edition(read_publication(tables.write(tmp_path)), Settings()))[0]
    assert "stt" in by_unit.finding
    assert texts(by_unit.tables[0]) == [["stt", NO_VALUE, NO_VALUE, "$4.00", "$0.5000", "0"]]


def test_a_usage_line_that_names_its_component_alone_has_no_unit(tmp_path: Path) -> None:
    tables = add_spending(full(2))
    alone = {"week": FINAL_WEEK, "component": "gpu", "included_in_total": True, "lines": 1, "unpriced_lines": 1}
    tables.add("mart.cost_part_week", alone)
    edition = latest_edition(read_publication(tables.write(tmp_path)), Settings())
    assert texts(spending(edition)[1].tables[0])[2] == ["gpu", NO_VALUE, NO_VALUE, "not priced", "not priced", "1"]


def test_prices_that_changed_stand_in_a_table_and_once_on_the_cost_chart(edition: Edition) -> None:
    assert texts(spending(edition)[1].tables[1]) == [
        [
            "11 Nov 2026",
            "llm m, input token",
            "$0.4000 per 1,000,000 input tokens",
            "$0.2000 per 1,000,000 input tokens",
        ],
        ["11 Nov 2026", "llm m, output token", NO_VALUE, "$1.60 per 1,000,000 output tokens"],
    ]
    figure = cost_chart(edition).figure
    assert figure is not None
    marks = [(mark.x, mark.text) for mark in figure.layout.annotations if "price" in mark.text]
    assert [(week, "llm m" in text) for week, text in marks] == [("2026-W46", True)]


def test_states_of_calls_stand_beside_the_week_before_with_how_many_can_know(edition: Edition) -> None:
    states = call_states(edition)
    assert states is not None
    assert states.finding == "4.0% of the agent's turns were cut short, 1.4% of connected calls dropped."
    during, ends = states.tables
    assert texts(during)[0] == ["drop", "1.4%", "0.4% to 2.4%", "14", "1,000", "3.0%", "99.0%"]
    assert texts(during)[-1] == ["resume", "unknown", NO_VALUE, "0", "0", NO_VALUE, "99.0%"]
    assert [row.name for row in ends.rows] == ["customer hangup", "network drop"]


def test_a_publication_without_these_tables_says_so_in_one_line(tmp_path: Path, index: Page) -> None:
    bare = latest_edition(read_publication(full(2).write(tmp_path)), Settings())
    assert bare.week == FINAL_WEEK
    assert (spending(bare), call_states(bare)) == ([], None)
    assert "State of the calls: none is published for this week." in index.seen()
