"""What is known of a model before it is asked."""

from datetime import date
from decimal import Decimal

import pytest

from analytics.labeling.model_families import retirement_warning, tier_share


@pytest.mark.parametrize("model", ["gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"])
def test_a_model_is_warned_about_90_days_before_it_retires(model: str) -> None:
    assert retirement_warning(model, date(2026, 10, 15)) is None
    assert "retires on 2027-01-14" in str(retirement_warning(model, date(2026, 10, 16)))
    assert "was to retire on 2027-01-14" in str(retirement_warning(model, date(2027, 2, 1)))


def test_a_model_without_a_date_is_not_warned_about() -> None:
    assert retirement_warning("gpt-6-luna", date(2030, 1, 1)) is None
    assert retirement_warning("my-llama", date(2030, 1, 1)) is None


def test_a_tier_of_unknown_price_has_no_share() -> None:
    assert tier_share(None) == tier_share("default") == 1
    assert tier_share("flex") == Decimal("0.5")
    assert tier_share("priority") is None
