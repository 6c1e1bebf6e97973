"""Tool calls: duration, transport failures with one retry, and a business result that mostly tells the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analytics.simulate import scenario
from analytics.simulate.chance import TABLE_BITS, heavy_tail_table
from analytics.simulate.records import ToolCall

if TYPE_CHECKING:
    from random import Random

    from analytics.simulate.use_cases import UseCase

LOOKUP: Final = "lookup_customer"
_LOOKUP_SCALE: Final = 0.55
_LOOKUP_FOUND_SHARE: Final = 0.97
_RETRY_SHARE: Final = 0.7
_RETRY_PAUSE_MS: Final = 40


class ToolBench:
    """Runs the tools of all calls."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._durations_ms = heavy_tail_table(*scenario.TOOL_MS)

    def run(self, name: str, use_case: UseCase, *, need_met: bool, start_ms: int, turn_seq: int) -> list[ToolCall]:
        """Return the tool call of one turn, and a second one where the first failed and was tried again."""
        first = self._attempt(name, use_case, need_met=need_met, start_ms=start_ms, turn_seq=turn_seq)
        if first.transport_ok or self._rng.random() >= _RETRY_SHARE:
            return [first]
        again_ms = start_ms + first.duration_ms + _RETRY_PAUSE_MS
        second = self._attempt(name, use_case, need_met=need_met, start_ms=again_ms, turn_seq=turn_seq)
        second.id = f"t{turn_seq}b"
        return [first, second]

    def _attempt(self, name: str, use_case: UseCase, *, need_met: bool, start_ms: int, turn_seq: int) -> ToolCall:
        random = self._rng.random
        if name == LOOKUP:
            interface, scale, business_ok = "api", _LOOKUP_SCALE, random() < _LOOKUP_FOUND_SHARE
        else:
            browser = random() < use_case.browser_share
            interface = "browser" if browser else use_case.interface
            scale = use_case.tool_scale * (scenario.BROWSER_SCALE if browser else 1.0)
            business_ok = need_met == (random() < scenario.TOOL_AGREES_SHARE)
        duration_ms = int(self._durations_ms[self._rng.getrandbits(TABLE_BITS)] * scale)
        call = ToolCall(f"t{turn_seq}", turn_seq, name, interface, start_ms, duration_ms, True, business_ok)
        if interface == "mcp":
            call.server = f"{use_case.agent_id}-tools"
        luck = random()
        if luck < scenario.TOOL_TIMEOUT_SHARE or duration_ms >= scenario.TOOL_TIMEOUT_MS:
            _fail(call, "timeout", scenario.TOOL_TIMEOUT_MS)
        elif luck < scenario.TOOL_TIMEOUT_SHARE + scenario.TOOL_ERROR_SHARE:
            _fail(call, "http_502" if interface == "api" else "connection_reset", duration_ms)
        return call


def _fail(call: ToolCall, error_type: str, duration_ms: int) -> None:
    call.transport_ok, call.business_ok = False, None
    call.error_type, call.duration_ms = error_type, duration_ms
