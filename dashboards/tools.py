"""Section 6: how reliable each tool is, by the interface that it is called over; the target for browsers is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards import wording
from dashboards.cards import Verdict, verdict
from dashboards.constraint_records import Tool
from dashboards.edition import Edition
from dashboards.judgement import absence
from dashboards.sentences import shown
from dashboards.tables import NO_VALUE, Cell, Row, Table, exact

MAX_ROWS = 20


@dataclass(frozen=True)
class ToolReport:
    """The finding in a sentence, the verdict on browsers, and the table."""

    sentence: str
    verdict: Verdict | None
    tables: list[Table]


def tool_report(edition: Edition) -> ToolReport:
    """The report of the headline week; without the table of tools only the totals are told."""
    tools = [tool for tool in edition.publication.tools if tool.week == edition.week]
    return ToolReport(_sentence(edition), verdict(edition, "browser_share"), [_table(tools)] if tools else [])


def _sentence(edition: Edition) -> str:
    if reason := absence(edition.total("tool_success_rate"), edition.min_n):
        return f"Tool calls: {reason}."
    success, browser = shown(edition, "tool_success_rate"), shown(edition, "browser_share")
    return f"{success} of tool calls worked; {browser} went over a browser."


def _table(tools: Sequence[Tool]) -> Table:
    columns = ["Tool", "Interface", "Calls", "Success", "95% interval", "Timeouts", "Retries", "p50", "p95", "Blame"]
    hidden = len(tools) - MAX_ROWS
    rest = f" {wording.count(hidden)} rarer tools are in mart.tool_week." if hidden > 0 else ""
    note = f"Blame: cases that were not handled with an error of this tool / all that were not handled.{rest}"
    shown = sorted(tools, key=lambda tool: tool.tool != "all")[:MAX_ROWS]
    fields = ("", "calls", "success_share", "", "timeout_share", "retry_share", "p50_ms", "p95_ms", "blame_share")
    return Table("Interfaces and tools", columns, [_row(tool) for tool in shown], note, view="tool_week", fields=fields)


def _row(tool: Tool) -> Row:
    ends = (tool.success_ci_low, tool.success_ci_high)
    interval = NO_VALUE if None in ends else wording.interval(ends[0] or 0.0, ends[1] or 0.0, "share")
    return Row(
        "all tools" if tool.tool == "all" else tool.tool,
        [
            Cell(tool.interface),
            Cell(wording.count(tool.calls), {"value": str(tool.calls)}),
            _share(tool.success_share),
            Cell(interval),
            _share(tool.timeout_share),
            _share(tool.retry_share),
            _ms(tool.p50_ms),
            _ms(tool.p95_ms),
            _share(tool.blame_share),
        ],
    )


def _share(value: float | None) -> Cell:
    return Cell(wording.share(value), {"value": exact(value)})


def _ms(value: float | None) -> Cell:
    return Cell("unknown" if value is None else wording.amount(value, "ms"), {"value": exact(value)})
