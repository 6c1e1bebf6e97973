"""One call's turns and events on the call's own clock, pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from analytics.simulate import scenario
from analytics.simulate.chance import TABLE_BITS, TABLE_MASK, heavy_tail_table, spin
from analytics.simulate.latency import ANSWER_BITS, AnswerLatency
from analytics.simulate.phrasebook import NUMBER_MARK, POOL_BITS, POOL_MASK, Phrasebook, Utterance
from analytics.simulate.records import Event, Latency, ToolCall, Turn
from analytics.simulate.tools import ToolBench

if TYPE_CHECKING:
    from random import Random

    from analytics.simulate.dialogue import Step
    from analytics.simulate.use_cases import UseCase

_PAIR_BITS: Final = 2 * POOL_BITS + 4 * TABLE_BITS
_BARGE_IN_BELOW: Final = round(scenario.BARGE_IN_SHARE * (TABLE_MASK + 1))
_UNMEASURED_BELOW: Final = round(scenario.UNMEASURED_TURN_SHARE * (TABLE_MASK + 1))
_SHORTEST_BARGED_MS: Final = 1500
_LONG_TOOL_MS: Final = 500


class Studio:
    """What all conversations share: the generator, the latency tables and the tools."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.tools = ToolBench(rng)
        self.answers = AnswerLatency()
        self.pauses_ms = heavy_tail_table(850, 0.5)
        self.confidences = [max(40, 100 - n) / 100 for n in heavy_tail_table(6, 0.7)]


class Setting(Struct, gc=False):
    """The conditions of one conversation."""

    book: Phrasebook
    use_case: UseCase
    number: str
    """The customer, order or invoice number that both sides speak of."""
    need_met: bool
    load: float
    measured: bool
    """Whether the producer reports latency at all in this call."""
    parts: bool
    """Whether it reports the parts of the latency too."""


class Conversation:
    """Grows turn by turn; `now_ms` is the end of the last turn, counted from the call's start."""

    __slots__ = ("_open_agent", "_setting", "_studio", "events", "now_ms", "tool_calls", "turns")

    def __init__(self, studio: Studio, setting: Setting, start_ms: int) -> None:
        self._studio = studio
        self._setting = setting
        self._open_agent: Turn | None = None
        self.now_ms = start_ms
        self.turns: list[Turn] = []
        self.tool_calls: list[ToolCall] = []
        self.events: list[Event] = []

    def exchange(self, step: Step) -> None:
        """Add what the caller says and the agent's answer to it."""
        studio = self._studio
        bits = studio.rng.getrandbits(_PAIR_BITS + ANSWER_BITS)
        said = step.caller[bits & POOL_MASK]
        reply = step.agent[(bits >> POOL_BITS) & POOL_MASK]
        bits >>= 2 * POOL_BITS
        pause_ms = studio.pauses_ms[bits & TABLE_MASK]
        if (bits >> TABLE_BITS) & TABLE_MASK < _BARGE_IN_BELOW:
            self._interrupt(pause_ms)
        heard = self.caller_says(said, pause_ms)
        heard.confidence = studio.confidences[(bits >> 2 * TABLE_BITS) & TABLE_MASK]
        measured = self._setting.measured and (bits >> 3 * TABLE_BITS) & TABLE_MASK >= _UNMEASURED_BELOW
        latency = studio.answers.draw(bits >> 4 * TABLE_BITS, self._setting.load)
        if step.tool is None:
            self._answer(reply, latency, measured=measured)
        else:
            self._answer_with_tool(step.tool, reply, latency, measured=measured)

    def caller_says(self, said: Utterance, pause_ms: int) -> Turn:
        """Add a caller turn."""
        turns = self.turns
        start_ms = self.now_ms + pause_ms
        self.now_ms = end_ms = start_ms + said[1]
        turn = Turn(len(turns), "caller", self._text(said), start_ms, end_ms)
        turns.append(turn)
        self._open_agent = None
        return turn

    def agent_says(self, said: Utterance, pause_ms: int, speaker: str = "agent") -> Turn:
        """Add a turn of the agent, or of a human agent, without measured latency."""
        turns = self.turns
        start_ms = self.now_ms + pause_ms
        self.now_ms = end_ms = start_ms + said[1]
        turn = Turn(len(turns), speaker, self._text(said), start_ms, end_ms)
        turns.append(turn)
        self._open_agent = turn if speaker == "agent" else None
        return turn

    def agent_picks(self, pool: str, pause_ms: int) -> None:
        """Let the agent say something from a pool of this call's language."""
        self.agent_says(spin(self._studio.rng, self._setting.book[pool]), pause_ms)

    def caller_picks(self, pool: str, pause_ms: int) -> None:
        """Let the caller say something from a pool of this call's language."""
        self.caller_says(spin(self._studio.rng, self._setting.book[pool]), pause_ms)

    def cancelled_answer(self) -> None:
        """Add an answer that is thrown away because the caller goes on."""
        text, _ = spin(self._studio.rng, self._setting.book["agent.clarify"])
        latency = self._studio.answers.draw(self._studio.rng.getrandbits(ANSWER_BITS), self._setting.load)
        turn = self._answer((text, 120), latency, measured=self._setting.measured)
        turn.cancelled = True
        self._open_agent = None

    def event(self, kind: str, *, by: str | None = None, code: str | None = None, after_ms: int = 0) -> None:
        """Add an event `after_ms` from now; the clock moves there."""
        if after_ms:
            self.now_ms += after_ms
            self._open_agent = None
        self.events.append(Event(kind, self.now_ms, by, code))

    def _text(self, said: Utterance) -> str:
        text = said[0]
        return text.replace(NUMBER_MARK, self._setting.number) if NUMBER_MARK in text else text

    def _interrupt(self, pause_ms: int) -> None:
        """Cut the agent's last turn: the next caller turn will start before its end."""
        turn = self._open_agent
        if turn is None or turn.end_ms is None or turn.end_ms - turn.start_ms < _SHORTEST_BARGED_MS:
            return
        spoken_share = 0.4 + (pause_ms % 500) / 1000
        caller_start_ms = turn.start_ms + int((turn.end_ms - turn.start_ms) * spoken_share)
        turn.end_ms = caller_start_ms + 180 + pause_ms % 250
        turn.interrupted = True
        turn.text_intended = turn.text
        words = turn.text.split()
        turn.text = " ".join(words[: max(1, int(len(words) * spoken_share))])
        self.events.append(Event("barge_in", caller_start_ms, "caller"))
        self.now_ms = caller_start_ms - pause_ms

    def _answer(self, said: Utterance, latency: Latency, *, measured: bool) -> Turn:
        turn = self.agent_says(said, latency.ttft_ms)
        if measured:
            turn.latency = latency if self._setting.parts else Latency(latency.ttft_ms)
        return turn

    def _answer_with_tool(self, tool: str, said: Utterance, latency: Latency, *, measured: bool) -> None:
        tool_start_ms = self.now_ms + latency.ttft_ms - (latency.tts_ttfb_ms or 0)
        tool_ms = self._use_tool(tool, tool_start_ms)
        if tool_ms > _LONG_TOOL_MS and self._studio.rng.random() < scenario.FILLER_SHARE:
            self._answer(spin(self._studio.rng, self._setting.book["agent.filler"]), latency, measured=measured)
            self.agent_says(said, max(220, tool_start_ms + tool_ms + 260 - self.now_ms))
        else:
            latency.tool_ms = tool_ms
            latency.ttft_ms += tool_ms
            self._answer(said, latency, measured=measured)

    def _use_tool(self, tool: str, start_ms: int) -> int:
        """Add the tool calls of the next agent turn and return how long it waits for them."""
        setting, seq = self._setting, len(self.turns)
        calls = self._studio.tools.run(
            tool, setting.use_case, need_met=setting.need_met, start_ms=start_ms, turn_seq=seq
        )
        self.tool_calls += calls
        first, last = calls[0], calls[-1]
        if not first.transport_ok:
            failed_ms = first.start_ms + first.duration_ms
            self.events.append(Event("integration", failed_ms, "system", first.error_type))
        return last.start_ms + last.duration_ms - start_ms
