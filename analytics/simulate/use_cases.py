"""The kinds of customer need: how often they come, how hard they are, how the release changes them.

Shares are 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UseCase:
    """One kind of customer need and how well the agent meets it."""

    name: str
    agent_id: str
    arrival_share: float
    need_met_share: float
    """Chance that one conversation meets the need, before the release."""
    release_effect: float = 0.0
    """Added to `need_met_share` by the new agent version, in share points."""
    liking: float
    """NPS points by which customers rate this kind of call above or below the average."""
    extra_pairs: float
    """Mean number of caller-agent pairs beyond the fixed six."""
    tool: str
    interface: str
    tool_scale: float
    """Tool duration relative to the median of `scenario.TOOL_MS`."""
    browser_share: float = 0.0
    """Tool calls that go through a remote-controlled browser instead of `interface`."""
    ticketed_share: float = 0.0
    """Needs that carry an explicit case id from a ticket system."""


USE_CASES: Final = (
    UseCase(
        name="reschedule",
        agent_id="frontdesk",
        arrival_share=0.25,
        need_met_share=0.76,
        release_effect=0.09,
        liking=0.3,
        extra_pairs=1.6,
        tool="reschedule",
        interface="mcp",
        tool_scale=0.9,
    ),
    UseCase(
        name="order_status",
        agent_id="frontdesk",
        arrival_share=0.24,
        need_met_share=0.85,
        liking=0.2,
        extra_pairs=1.2,
        tool="track_order",
        interface="api",
        tool_scale=0.8,
    ),
    UseCase(
        name="billing_dispute",
        agent_id="billing",
        arrival_share=0.17,
        need_met_share=0.62,
        release_effect=-0.12,
        liking=-0.4,
        extra_pairs=2.9,
        tool="adjust_invoice",
        interface="mcp",
        tool_scale=1.4,
        ticketed_share=0.9,
    ),
    UseCase(
        name="address_change",
        agent_id="frontdesk",
        arrival_share=0.14,
        need_met_share=0.8,
        liking=0.1,
        extra_pairs=1.7,
        tool="update_address",
        interface="api",
        tool_scale=1.0,
        browser_share=0.03,
    ),
    UseCase(
        name="technical_support",
        agent_id="support",
        arrival_share=0.12,
        need_met_share=0.56,
        liking=-0.3,
        extra_pairs=3.4,
        tool="run_line_test",
        interface="mcp",
        tool_scale=2.2,
        browser_share=0.04,
        ticketed_share=0.9,
    ),
    UseCase(
        name="cancel_contract",
        agent_id="billing",
        arrival_share=0.08,
        need_met_share=0.67,
        liking=-0.5,
        extra_pairs=2.2,
        tool="cancel_contract",
        interface="api",
        tool_scale=1.3,
        browser_share=0.06,
    ),
)
