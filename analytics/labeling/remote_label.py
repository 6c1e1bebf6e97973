"""From what the journal knows of a call to its label, with what it cost."""

from datetime import datetime
from decimal import Decimal

from msgspec import structs

from analytics.labeling.answer import parse_answer
from analytics.labeling.interface import Conversation, Label, Status
from analytics.labeling.journal_records import Entry, Selection
from analytics.labeling.prices import usd_of
from analytics.labeling.request import Message


class RemoteLabel(Label, frozen=True):
    """A label with what it cost, over all attempts: None where a price or the cost of one attempt is unknown."""

    model: str | None = None
    kept_share: float | None = None
    selection_probability: float = 1.0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: Decimal | None = None
    labeled_at: datetime | None = None


def label_of(
    conversation: Conversation, message: Message, entry: Entry | None, selection: Selection | None
) -> RemoteLabel:
    """The label of a call; one that was never answered is left out by a cap, or pending."""
    probability = selection.probability if selection is not None and not selection.open else 1.0
    left_out = _is_left_out(conversation.call_id, entry, selection)
    if left_out or entry is None or entry.status is None or entry.answered_at is None:
        status: Status = "skipped_budget" if left_out else "pending"
        return RemoteLabel(
            conversation.call_id, status, kept_share=message.kept_share, selection_probability=probability
        )
    parsed = (
        parse_answer(entry.body, conversation) if entry.body is not None else Label(conversation.call_id, entry.status)
    )
    paid_here = entry.call_id == conversation.call_id
    return RemoteLabel(
        **structs.asdict(parsed),
        model=entry.model,
        kept_share=message.kept_share,
        selection_probability=probability,
        # an equal call was asked about before: this one cost nothing
        input_tokens=entry.input_tokens if paid_here else 0,
        output_tokens=entry.output_tokens if paid_here else 0,
        cost_usd=usd_of(entry.cost_nano_usd) if paid_here else Decimal(0),
        labeled_at=datetime.fromisoformat(entry.answered_at),
    )


def _is_left_out(call_id: str, entry: Entry | None, selection: Selection | None) -> bool:
    """Whether a cap left the call out, whatever an equal call was answered.

    With such an answer a call that has equals would stand in the sample more often than its probability says.
    """
    if selection is None or not selection.left_out:
        return False
    return entry is None or entry.status is None or entry.call_id != call_id
