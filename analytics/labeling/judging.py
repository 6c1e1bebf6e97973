"""From one reply, to a POST or to a line of a batch, to its record in the journal."""

from msgspec import structs

from analytics.labeling.answer import receipt_of, status_of
from analytics.labeling.interface import Conversation
from analytics.labeling.journal_records import Answered
from analytics.labeling.prices import TokenPrices
from analytics.labeling.reply import Reply
from analytics.labeling.retries import error_code, is_maybe_paid


def answer_of(
    request_id: int,
    reply: Reply,
    conversation: Conversation,
    *,
    now: str,
    prices: TokenPrices | None,
    in_batch: bool = False,
    asked_longer: bool,
) -> Answered:
    """The record of an answer; one that is cut at its length is final only if it was `asked_longer` already."""
    status, receipt = status_of(reply.body, conversation), receipt_of(reply.body)
    return Answered(
        request_id, status, status != "truncated" or asked_longer, now, reply.http_status,
        model=receipt.model,
        service_tier=receipt.service_tier,
        cost_nano_usd=None if prices is None else prices.billed_nano_usd(receipt, in_batch=in_batch),
        body=reply.body,
        **(structs.asdict(receipt.usage) if receipt.usage else {}),
    )  # fmt: skip


def failure_of(request_id: int, reply: Reply, *, now: str, final: bool) -> Answered:
    """The record of a request without an answer; an error that was told is not billed."""
    nothing = None if is_maybe_paid(reply) else 0
    return Answered(
        request_id, "error", final, now, reply.http_status, error_code(reply),
        input_tokens=nothing,
        output_tokens=nothing,
        cost_nano_usd=nothing,
    )  # fmt: skip
