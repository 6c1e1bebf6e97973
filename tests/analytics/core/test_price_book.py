"""The dated price book: what it may say, history that stays, prices that move it, and monthly items."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analytics.core.price_book import read_price_book
from analytics.errors import ConfigurationError
from analytics.metrics.build import build_mart
from analytics.workspace import Workspace
from tests.pipeline import call, land, refresh, rows, workspace_at

HEADER = "component,provider,model,unit,per,usd,valid_from,valid_to,source,retrieved_at\n"
TOKENS = "llm,openai,mini,output_token,1000000,{usd},{start},{end},a test,2026-01-01\n"
FIXED = "fixed,acme,monitoring,month,1,310,2026-10-01,,a test,2026-01-01\n"
USAGE = [{"component": "llm", "provider": "openai", "model": "mini", "output_tokens": 1_000_000}]


def book(file: Path, *lines: str) -> dict[str, str]:
    file.write_text(HEADER + "".join(lines), "utf-8")
    return {"LODESTAR_COST__PRICE_BOOK": str(file)}


@pytest.fixture
def priced(tmp_path: Path) -> Iterator[Workspace]:
    environment = book(
        tmp_path / "prices.csv",
        TOKENS.format(usd="1.60", start="2026-01-01", end=""),
        TOKENS.format(usd="1.20", start="2026-10-07", end=""),
        FIXED,
    )
    with workspace_at(tmp_path / "home", environment=environment) as workspace:
        days = (("a", "2026-10-06T23:59:59Z"), ("b", "2026-10-07T00:00:00Z"), ("c", "2026-10-07T10:00:00Z"))
        land(workspace, "1.jsonl", [call(name, at, usage=USAGE) for name, at in days])
        refresh(workspace)
        yield workspace


def costs(workspace: Workspace) -> dict[str, Any]:
    found = rows(workspace, "select call_id, cost_usd, price_id from core.cost_items order by call_id")
    return {row["call_id"]: (row["cost_usd"], row["price_id"]) for row in found}


def test_a_call_is_priced_with_the_price_of_its_day_and_says_which(priced: Workspace) -> None:
    old, new = "llm/openai/mini/output_token/2026-01-01", "llm/openai/mini/output_token/2026-10-07"
    right = {"native:a": (Decimal("1.60"), old), "native:b": (Decimal("1.20"), new), "native:c": (Decimal("1.20"), new)}
    assert costs(priced) == right


def test_a_price_that_changes_is_an_annotation(priced: Workspace) -> None:
    build_mart(priced, "price_changes")
    [change] = rows(priced, "select * from mart.price_changes")
    assert (str(change["valid_from"]), change["old_usd"], change["usd"]) == (
        "2026-10-07",
        Decimal("1.6"),
        Decimal("1.2"),
    )
    assert change["lines"] == 2


def test_monthly_items_are_shared_by_the_minutes_of_each_day(priced: Workspace) -> None:
    build_mart(priced, "cost_week")
    found = rows(priced, "select component, cost_usd from mart.cost_week order by component")
    # 310 USD a month are 10 USD on each of the two days, shared by one minute and by two
    assert {row["component"]: row["cost_usd"] for row in found} == {"all": 24, "fixed": 20, "llm": 4}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (TOKENS.format(usd="-1", start="2026-01-01", end=""), "line 3: usd is no amount of 0 or more"),
        (TOKENS.format(usd="1", start="2026-01-01", end="2026-01-01"), "line 3: valid_to is not after valid_from"),
        (TOKENS.format(usd="1", start="", end=""), "line 3: valid_from is empty"),
        (FIXED, "line 2: the same price stands twice from the same day on"),
        (
            FIXED.replace("acme,monitoring,month,1,", "acme,other,month,0,"),
            "line 3: per is no whole number of 1 or more",
        ),
        (FIXED.replace("month", ""), "line 3: unit is empty"),
    ],
)
def test_a_row_that_cannot_be_is_named(line: str, message: str, tmp_path: Path) -> None:
    environment = book(tmp_path / "prices.csv", FIXED, line)
    with workspace_at(tmp_path / "home", environment=environment) as workspace, workspace.connection() as connection:
        with pytest.raises(ConfigurationError) as raised:
            read_price_book(workspace, connection)
        assert f"prices.csv: {message}" in str(raised.value)
