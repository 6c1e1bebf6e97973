"""Small literal conversations, and the real ones where they are present."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from analytics.labeling.interface import Conversation, SpokenTurn, ToolUse

REAL_CALLS = Path(__file__).parents[4] / "shared" / "data" / "star" / "star_2020-W20_W21.jsonl.gz"

Call = Callable[..., Conversation]


@pytest.fixture(scope="session")
def call() -> Call:
    """Builds a conversation from lines such as `caller: hello`; the n-th line is turn n."""

    def build(
        lines: Sequence[str],
        *,
        language: str | None = "en",
        tools: Sequence[ToolUse] = (),
        use_case: str | None = None,
        end_reason: str | None = "agent_hangup",
        handover: str = "none",
        dropped: bool | None = False,
    ) -> Conversation:
        return Conversation(
            call_id="native:c-1",
            channel="phone",
            language=language,
            use_case=use_case,
            end_reason=end_reason,
            handover=handover,
            dropped=dropped,
            turns=tuple(turn(seq, line) for seq, line in enumerate(lines)),
            tools=tuple(tools),
        )

    return build


def turn(seq: int, line: str) -> SpokenTurn:
    speaker, _, text = line.partition(": ")
    return SpokenTurn(seq=seq, speaker=speaker, text=text or None)


@pytest.fixture(scope="session")
def tool() -> Callable[..., ToolUse]:
    """Builds a tool call that was delivered; its answer is JSON text."""

    def build(
        name: str,
        result: str | None = None,
        *,
        transport_ok: bool | None = True,
        business_ok: bool | None = None,
        error_type: str | None = None,
    ) -> ToolUse:
        return ToolUse(
            turn_seq=None,
            name=name,
            interface="mcp",
            transport_ok=transport_ok,
            business_ok=business_ok,
            error_type=error_type,
            result=result,
        )

    return build


@pytest.fixture(scope="session")
def real_calls() -> Path:
    if not REAL_CALLS.exists():
        pytest.skip(f"the real conversations are not here: {REAL_CALLS.name} in ../shared/data/star")
    return REAL_CALLS
