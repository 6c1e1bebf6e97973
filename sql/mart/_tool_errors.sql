-- _tool_errors: one row per case, interface and tool with an error: when the first one began.  in: _facts_tool_call
select case_id, interface, name as tool, min(started_at) as first_error_at
from _facts_tool_call
where error
group by case_id, interface, name
