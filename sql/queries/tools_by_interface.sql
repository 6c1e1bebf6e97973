-- question: How reliable is each tool, by the interface that it is called over, and how many unhandled cases had its errors?
-- metric: tool_success_rate, browser_share
-- columns: iso_week, interface, tool, calls, success_share, timeout_share, p50_ms, p95_ms, blame_share
select strftime(week, '%G-W%V') as iso_week, interface, tool, calls, success_share, timeout_share, p50_ms, p95_ms, blame_share
from mart.tool_week
order by week, interface, calls desc, tool
