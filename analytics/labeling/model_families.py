"""What is known of a model before it is asked: prompt cache, sampling, price per tier, retirement."""

import re
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

#: How long before a model retires a warning is given.
_NOTICE = timedelta(days=90)
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


class Family(Struct, frozen=True):
    """How one family of models is asked."""

    prefix: str
    cache: Literal["explicit", "automatic", "none"]
    takes_temperature: bool


#: A server of one's own: no cache settings that it might refuse.
OWN_SERVER = Family(prefix="", cache="none", takes_temperature=True)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def family_of(model: str) -> Family:
    """The family with the longest prefix of the model's name."""
    fitting = [entry for entry in _table()["family"] if _starts(model, entry["prefix"])]
    return Family(**max(fitting, key=lambda entry: len(entry["prefix"]))) if fitting else OWN_SERVER


def _starts(model: str, prefix: str) -> bool:
    # "o" means o1, o3, o4-mini; not olmo
    return re.match(rf"{re.escape(prefix)}(?=[\d.-]|$)", model) is not None or model == prefix


def retires_on(model: str) -> date | None:
    """The announced day on which the model, or the one that its dated snapshot belongs to, is shut down."""
    named = {name: date.fromisoformat(day) for day, names in _table()["retires"].items() for name in names}
    return named.get(model) or named.get(_SNAPSHOT.sub("", model))


def retirement_warning(model: str, today: date) -> str | None:
    """A sentence for a model that is retired or will be within 90 days."""
    day = retires_on(model)
    if day is None or today < day - _NOTICE:
        return None
    checked = _table()["checked_on"]
    tense = "was to retire" if day <= today else "retires"
    return f"model {model} {tense} on {day} (list of {checked}): choose another as labeling.model and compare the two"


def tier_share(tier: str | None) -> Decimal | None:
    """Share of the list price that an answer of this service tier costs; None where it is not known."""
    share = _table()["tiers"].get(tier or "default")
    return None if share is None else Decimal(share)
