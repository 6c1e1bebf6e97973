"""Usage lines of one call: billed by the provider, or quantities for a price book."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analytics.simulate import scenario
from analytics.simulate.records import Money, Turn, Usage

if TYPE_CHECKING:
    from random import Random

_MINUTE_S: Final = 60
_PROMPT_TOKENS: Final = 820
_TOKENS_PER_TURN: Final = 46
_CHARACTERS_PER_TOKEN: Final = 4
_CACHE_BLOCK_TOKENS: Final = 128


def usage_of(rng: Random, channel: str, turns: list[Turn], duration_ms: int) -> list[Usage]:
    """Return one line per component that the call used; chat uses neither speech nor telephony."""
    random = rng.random
    seconds = -(-duration_ms // 1000)
    answers, characters = _agent_speech(turns)
    lines = [_llm(rng, answers, characters)] if answers else []
    if channel != "chat":
        lines.append(Usage("stt", "deepgram", "nova-3", audio_s=duration_ms / 1000))
        lines.append(Usage("tts", "cartesia", "sonic-3", characters=characters))
    if channel in {"phone", "sip"}:
        lines.append(_telephony(rng, seconds))
    platform = Usage("platform", "livekit", "agent-session", billed_s=seconds)
    if random() < scenario.PLATFORM_BILLED_SHARE:
        platform.cost = _money(-(-seconds * scenario.PLATFORM_USD_E4_PER_MINUTE // _MINUTE_S), "USD")
    lines.append(platform)
    if answers and random() < scenario.ANALYSIS_SHARE:
        tokens = 600 + characters // 2
        lines.append(Usage("analysis", "openai", "gpt-4.1-mini", input_tokens=tokens, output_tokens=90, requests=1))
    return lines


def _agent_speech(turns: list[Turn]) -> tuple[int, int]:
    answers = characters = 0
    for turn in turns:
        if turn.speaker == "agent":
            answers += 1
            characters += len(turn.text)
    return answers, characters


def _llm(rng: Random, answers: int, characters: int) -> Usage:
    """One line for all requests: each sends the prompt and the history, most of it cached."""
    input_tokens = answers * (_PROMPT_TOKENS + answers * _TOKENS_PER_TURN)
    cached_share = 0.45 + 0.4 * rng.random()
    cached_tokens = int(input_tokens * cached_share) // _CACHE_BLOCK_TOKENS * _CACHE_BLOCK_TOKENS
    model = scenario.UNPRICED_MODEL if rng.random() < scenario.UNPRICED_SHARE else "gpt-4.1-mini"
    output_tokens = characters // _CHARACTERS_PER_TOKEN + 6 * answers
    return Usage("llm", "openai", model, input_tokens, cached_tokens, output_tokens, requests=answers)


def _telephony(rng: Random, seconds: int) -> Usage:
    minutes = -(-seconds // _MINUTE_S)
    line = Usage("telephony", "twilio", "voice-us-inbound", billed_s=minutes * _MINUTE_S)
    if rng.random() < scenario.TELEPHONY_BILLED_SHARE:
        currency = "EUR" if rng.random() < scenario.EUR_SHARE else "USD"
        line.cost = _money(minutes * scenario.TELEPHONY_USD_E4_PER_MINUTE, currency)
    return line


def _money(amount_e4: int, currency: str) -> Money:
    return Money(f"{amount_e4 // 10_000}.{amount_e4 % 10_000:04d}", currency)
