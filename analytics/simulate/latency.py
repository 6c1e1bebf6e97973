"""Latency of one answer: parts that do not overlap, each with its own heavy tail."""

from __future__ import annotations

from typing import Final

from analytics.simulate import scenario
from analytics.simulate.chance import TABLE_BITS, TABLE_MASK, heavy_tail_table
from analytics.simulate.records import Latency

ANSWER_BITS: Final = 5 * TABLE_BITS
"""Random bits that one answer consumes."""


class AnswerLatency:
    """Draws the latency of an agent's answer from random bits."""

    def __init__(self) -> None:
        self._endpointing_ms = heavy_tail_table(*scenario.ENDPOINTING_MS)
        self._stt_ms = heavy_tail_table(*scenario.STT_MS)
        self._llm_ttft_ms = heavy_tail_table(*scenario.LLM_TTFT_MS)
        self._tts_ttfb_ms = heavy_tail_table(*scenario.TTS_TTFB_MS)
        self._unattributed_ms = heavy_tail_table(*scenario.UNATTRIBUTED_MS)

    def draw(self, bits: int, load: float) -> Latency:
        """Return an answer without a tool call; `load` slows the model down."""
        endpointing_ms = self._endpointing_ms[bits & TABLE_MASK]
        stt_ms = self._stt_ms[(bits >> TABLE_BITS) & TABLE_MASK]
        llm_ttft_ms = int(self._llm_ttft_ms[(bits >> 2 * TABLE_BITS) & TABLE_MASK] * load)
        tts_ttfb_ms = self._tts_ttfb_ms[(bits >> 3 * TABLE_BITS) & TABLE_MASK]
        unattributed_ms = self._unattributed_ms[(bits >> 4 * TABLE_BITS) & TABLE_MASK]
        ttft_ms = endpointing_ms + stt_ms + llm_ttft_ms + tts_ttfb_ms + unattributed_ms
        return Latency(ttft_ms, endpointing_ms, stt_ms, llm_ttft_ms, None, tts_ttfb_ms)
