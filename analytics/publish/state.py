"""Not publishable is a state: why nothing newer can be published, kept until something is."""

from datetime import datetime

import msgspec
from msgspec import Struct

from analytics.ledger import Ledger

_FACT = "refusal"


class Refusal(Struct, frozen=True):
    """Why the newest run published nothing; `since` is the first run that was refused without one published between."""

    since: datetime
    as_of: datetime
    reason: str


def refusal(ledger: Ledger) -> Refusal | None:
    """The state that is in force; None where the newest numbers are published."""
    text = ledger.fact(_FACT)
    return msgspec.json.decode(text, type=Refusal) if text else None


def remember_refusal(ledger: Ledger, now: datetime, as_of: datetime, reason: str) -> Refusal:
    """From now on nothing newer can be published, for this reason."""
    before = refusal(ledger)
    state = Refusal(before.since if before else now, as_of, reason)
    with ledger.transaction():
        ledger.remember(_FACT, msgspec.json.encode(state).decode())
    return state


def forget_refusal(ledger: Ledger) -> None:
    """The newest numbers are published."""
    if refusal(ledger):
        with ledger.transaction():
            ledger.remember(_FACT, "")
