"""Not publishable is a state: why nothing newer can be published, kept until something is."""

from datetime import datetime

import msgspec
from msgspec import Struct

from analytics.ledger import Ledger
from analytics.workspace import Workspace

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


def remember_refusal(workspace: Workspace, reason: str) -> Refusal:
    """From now on nothing newer can be published, for this reason."""
    before = refusal(workspace.ledger)
    state = Refusal(before.since if before else workspace.now, workspace.as_of, reason)
    with workspace.ledger.transaction():
        workspace.ledger.remember(_FACT, msgspec.json.encode(state).decode())
    return state


def forget_refusal(workspace: Workspace) -> None:
    """The newest numbers are published."""
    if refusal(workspace.ledger):
        with workspace.ledger.transaction():
            workspace.ledger.remember(_FACT, "")
