"""How a call reaches the landing folder: compact or log form, once or more often, clean or not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from analytics.simulate import scenario
from analytics.simulate.chance import stream
from analytics.simulate.dirt import BREAKAGES, Dirt, broken

if TYPE_CHECKING:
    from datetime import date

    from analytics.simulate.landing import Landing
    from analytics.simulate.records import Call

encode: Final = msgspec.json.Encoder().encode

_NEXT_DAY: Final = timedelta(days=1)


class Courier:
    """Delivers calls to the landing folder."""

    def __init__(self, landing: Landing, dirt: Dirt, *, seed: int) -> None:
        self._landing = landing
        self._dirt = dirt
        self._rng = stream(seed, "delivery")

    def deliver(self, call: Call, kind: str | None, *, day: date, at_ms: int) -> None:
        """Write one call; `kind` is its dirt."""
        if kind is not None:
            self._deliver_dirty(call, kind, day, at_ms)
        elif call.turns and self._rng.random() < scenario.LOG_FORM_SHARE:
            self._deliver_as_log(call, day)
        else:
            self._landing.write_call(encode(call))

    def _deliver_dirty(self, call: Call, kind: str, day: date, at_ms: int) -> None:
        tomorrow = day + _NEXT_DAY
        if kind == "corrected":
            wrong = replace(call, use_case=None, end_reason=None, ended_at=None)
            self._landing.write_call(encode(wrong))
            self._landing.keep("calls", tomorrow, encode(_bare(call, revision=2)))
            return
        if kind == "older_revision":
            self._landing.keep("calls", tomorrow, encode(_bare(replace(call, end_reason=None), revision=1)))
            call = replace(call, revision=2)
        line = encode(call)
        self._landing.write_call(line)
        if kind == "duplicate":
            self._landing.keep("calls", tomorrow if self._rng.random() < 0.5 else day, line)
        elif kind == "orphan_survey":
            self._landing.keep("surveys", day, encode(self._dirt.orphan(at_ms)))
        elif kind in BREAKAGES:
            self._landing.write_call(broken(kind, line))

    def _deliver_as_log(self, call: Call, day: date) -> None:
        self._landing.write_call(encode(_bare(call, revision=None)))
        children = (("turn", call.turns), ("tool_call", call.tool_calls), ("event", call.events), ("usage", call.usage))
        for record, rows in children:
            for i, row in enumerate(rows or ()):
                line: dict[str, Any] = {"record": record, "call_id": call.id, **msgspec.to_builtins(row)}
                if record in {"event", "usage"}:
                    line["id"] = f"{call.id}-{record}-{i}"
                late = self._rng.random() < scenario.NEXT_DAY_SHARE
                self._landing.keep("events", day + _NEXT_DAY if late else day, encode(line))


def _bare(call: Call, *, revision: int | None) -> Call:
    """Return the call without its children: an absent key leaves those of a lower revision alone."""
    return replace(call, revision=revision, turns=None, tool_calls=None, events=None, usage=None)
