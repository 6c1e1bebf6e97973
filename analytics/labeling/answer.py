"""From the bytes of an answer to a label: a pure function, never a repair and never a default.

A chat completion in, one status and, with `ok` only, labels out. The same bytes come from one request and from a batch.
"""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from analytics.labeling.interface import Conversation, Label, Outcome, Quote, Sentiment, Status

Topic = Literal[
    "billing", "appointment", "booking", "order", "account", "technical", "insurance", "security", "information",
    "other", "unclear",
]  # fmt: skip
Probability = Annotated[float, Meta(ge=0, le=1)]


class Evidence(Struct, frozen=True, forbid_unknown_fields=True):
    """A quote as the model gives it."""

    seq: int
    quote: str


class ModelAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The model's JSON object: `rubric/v1/answer.schema.json`, checked again here since not every server obeys it."""

    evidence: Annotated[tuple[Evidence, ...], Meta(max_length=4)]
    sentiment_start: Sentiment
    sentiment: Sentiment
    outcome: Outcome
    resolved_probability: Probability
    nps_predicted: Annotated[int, Meta(ge=0, le=10)]
    positive_probability: Probability
    topic: Topic
    injection_suspected: bool


class Usage(Struct, frozen=True):
    """Tokens that an answer is billed for; `cached_tokens` and `cache_write_tokens` are among `input_tokens`."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    cache_write_tokens: int = 0


class Receipt(Struct, frozen=True):
    """Who answered, at which service tier, and what it is billed for; None where the answer does not say."""

    model: str | None = None
    service_tier: str | None = None
    usage: Usage | None = None


class _Message(Struct):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct):
    message: _Message
    finish_reason: str | None = None


class _Completion(Struct):
    choices: list[_Choice]


#: No answer is billed for more: a count beyond it is a broken one, and would not fit into the journal.
Count = Annotated[int, Meta(ge=0, le=10**9)]


class _InputDetails(Struct):
    cached_tokens: Count | None = None
    cache_write_tokens: Count | None = None


class _Usage(Struct):
    prompt_tokens: Count
    completion_tokens: Count
    prompt_tokens_details: _InputDetails | None = None


class _Receipt(Struct):
    usage: msgspec.Raw = msgspec.Raw(b"null")
    model: str | None = None
    service_tier: str | None = None


_completion = msgspec.json.Decoder(_Completion)
_receipt = msgspec.json.Decoder(_Receipt)
_usage = msgspec.json.Decoder(_Usage)
_answer = msgspec.json.Decoder(ModelAnswer)
#: RecursionError: a thousand brackets in a field that nobody asked for.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_FINISHED: dict[str | None, Status] = {"content_filter": "refused", "length": "truncated"}


def status_of(body: bytes, conversation: Conversation) -> Status:
    """How an answered request ended: ok, refused, truncated or invalid."""
    return parse_answer(body, conversation).status


def parse_answer(body: bytes, conversation: Conversation) -> Label:
    """The label that a response body with HTTP status 200 holds for this call."""
    try:
        (choice,) = _completion.decode(body).choices
    except (*_UNREADABLE, ValueError):  # ValueError: none, or a second one that may say something else
        return Label(conversation.call_id, "invalid")
    if not _is_unambiguous(body):
        return Label(conversation.call_id, "invalid")
    if choice.message.refusal:
        return Label(conversation.call_id, "refused")
    if choice.finish_reason != "stop":
        return Label(conversation.call_id, _FINISHED.get(choice.finish_reason, "invalid"))
    return _label(choice.message.content or "", conversation)


def _label(content: str, conversation: Conversation) -> Label:
    try:
        answer = _answer.decode(content)
    except _UNREADABLE:
        return Label(conversation.call_id, "invalid")
    if not _is_unambiguous(content) or not _are_verbatim(answer.evidence, conversation):
        return Label(conversation.call_id, "invalid")
    fields = {name: getattr(answer, name) for name in answer.__struct_fields__ if name != "evidence"}
    quotes = tuple(Quote(seq=evidence.seq, text=evidence.quote) for evidence in answer.evidence)
    return Label(conversation.call_id, "ok", evidence=quotes, **fields)


class _DuplicateKey(Exception):
    """An object names one key twice."""


def _is_unambiguous(text: str | bytes) -> bool:
    """Whether no object names a key twice, of which msgspec keeps the last one, and no part is unreadable."""
    try:
        json.loads(text, object_pairs_hook=_refuse_duplicates)
    except (_DuplicateKey, ValueError, RecursionError):
        return False
    return True


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) < len(pairs):
        raise _DuplicateKey


def _are_verbatim(evidence: Sequence[Evidence], conversation: Conversation) -> bool:
    """Whether every quote has words and stands in that turn, and somebody (no system message) said it."""
    said = {turn.seq: turn.text for turn in conversation.turns if turn.text and turn.speaker != "system"}
    return all(item.quote.strip() and item.quote in said.get(item.seq, "") for item in evidence)


def receipt_of(body: bytes) -> Receipt:
    """What the answer is billed for; an unreadable body has an empty receipt."""
    try:
        receipt = _receipt.decode(body)
    except _UNREADABLE:
        return Receipt()
    return Receipt(receipt.model, receipt.service_tier, _billed(receipt.usage))


def _billed(raw: msgspec.Raw) -> Usage | None:
    try:
        usage = _usage.decode(raw)
    except _UNREADABLE:
        return None
    details = usage.prompt_tokens_details or _InputDetails()
    cached = min(details.cached_tokens or 0, usage.prompt_tokens)
    written = min(details.cache_write_tokens or 0, usage.prompt_tokens - cached)
    return Usage(usage.prompt_tokens, usage.completion_tokens, cached, written)
