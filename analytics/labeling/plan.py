"""What labeling would send and cost, before a cent is spent: from the calls, the journal and the price book alone."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from msgspec import Struct, structs

from analytics.labeling.backlog import Candidate
from analytics.labeling.interface import Status
from analytics.labeling.journal import Journal
from analytics.labeling.journal_records import Entry, Selection
from analytics.labeling.model_families import tier_share
from analytics.labeling.prices import TokenPrices
from analytics.labeling.request import Message, Prompt
from analytics.labeling.tokens import Range, TokenEstimate, estimate_tokens

_CHUNK = 256


class Counts(Struct):
    """Eligible calls by what would happen to them; `content_bytes` are those of the calls to send."""

    eligible: int = 0
    answered: int = 0
    in_batch: int = 0
    equal: int = 0
    left_out: int = 0
    to_send: int = 0
    content_bytes: int = 0


class Plan(Struct, frozen=True):
    """Counts and estimates; `usd` and `batch_usd` are None without a price of the model, `room_usd` without a cap."""

    counts: Counts
    input_tokens: Range
    output_tokens: Range
    usd: Range | None
    batch_usd: Range | None
    room_usd: Decimal | None
    is_measured: bool

    @property
    def fitting_calls(self) -> int:
        """About how many of the calls to send fit under the caps."""
        if self.usd is None or self.room_usd is None or self.usd.expected == 0:
            return self.counts.to_send
        return min(int(self.counts.to_send * float(self.room_usd) / self.usd.expected), self.counts.to_send)


def count_calls(
    calls: Iterable[Candidate], prompt: Prompt, journal: Journal, retry: frozenset[Status] = frozenset()
) -> Counts:
    """Look every call up in the journal; equal calls are sent once."""
    counts, seen, version = Counts(), set[bytes](), prompt.version
    remaining = iter(calls)
    while chunk := list(islice(remaining, _CHUNK)):
        messages = [prompt.message(call.conversation) for call in chunk]
        entries = journal.entries([message.sha256 for message in messages], version)
        selections = journal.selections([call.conversation.call_id for call in chunk], version)
        for call, message in zip(chunk, messages, strict=True):
            selection = selections.get(call.conversation.call_id)
            _count(counts, message, entries.get(message.sha256), selection, retry, seen)
    return counts


def _count(
    counts: Counts,
    message: Message,
    entry: Entry | None,
    selection: Selection | None,
    retry: frozenset[Status],
    seen: set[bytes],
) -> None:
    counts.eligible += 1
    if entry is not None and entry.in_batch:
        counts.in_batch += 1
    elif selection is not None and selection.left_out and "skipped_budget" not in retry:
        counts.left_out += 1
    elif entry is not None and entry.status is not None and entry.status not in retry:
        counts.answered += 1
    elif message.sha256[:8] in seen:
        counts.equal += 1
    else:
        seen.add(message.sha256[:8])
        counts.to_send += 1
        counts.content_bytes += message.size


def plan_for(
    counts: Counts, prompt: Prompt, journal: Journal, prices: TokenPrices | None, room_usd: Decimal | None
) -> Plan:
    """Tokens and US dollars of the calls to send."""
    estimate = estimate_tokens(journal.usages(prompt.version), prompt.form().size)
    tokens = estimate.input_range(counts.to_send, counts.content_bytes)
    answers = estimate.output_range(counts.to_send, prompt.sampling.max_output_tokens)
    usd, batch_usd = (
        None if prices is None else _usd(asked, prices, counts.to_send, estimate, tokens, answers)
        for asked in (prompt, structs.replace(prompt, service_tier="batch"))
    )
    return Plan(counts, tokens, answers, usd, batch_usd, room_usd, estimate.is_measured)


def _usd(
    prompt: Prompt, prices: TokenPrices, calls: int, estimate: TokenEstimate, tokens: Range, answers: Range
) -> Range | None:
    """Low: the static part is read from the server's cache every time. High: it is written every time."""
    share = tier_share(prompt.service_tier)
    if share is None:
        return None
    price, output = float(prices.input_usd * share), float(prices.output_usd * share)
    cached = 0.0 if prompt.family.cache == "none" else float((prices.input_usd - prices.cached_usd) * share)
    static = min(estimate.fixed * calls, tokens.low)
    dearest = float(max(prices.input_usd, prices.cache_write_usd) * share)
    return Range(
        tokens.low * price - static * cached + answers.low * output,
        tokens.expected * price + answers.expected * output,
        tokens.high * dearest + answers.high * output,
    )
