-- Texts of a day: one row per text that somebody said or wrote or that a tool got or gave, in the order in which a
-- call's placeholders are numbered.  in: core.turns, core.tool_calls, core.events   params: $day (UTC date)
with texts as (
    unpivot (
        select call_id, call_date, 1 as part, seq as position, seq::varchar as item,
            text, text_intended, attributes::varchar as attributes
        from core.turns where call_date = $day
    ) on text, text_intended, attributes into name field value text
    union all by name
    unpivot (
        select call_id, call_date, 2 as part, coalesce(start_ms, 0) as position, tool_call_id as item,
            arguments, result, error_type, attributes
        from core.tool_calls where call_date = $day
    ) on arguments, result, error_type, attributes into name field value text
    union all by name
    unpivot (
        select call_id, call_date, 3 as part, seq as position, seq::varchar as item, attributes::varchar as attributes
        from core.events where call_date = $day
    ) on attributes into name field value text
)
select call_id, call_date, ['turn', 'tool_call', 'event'][part] as part, item, field, text,
    field in ('arguments', 'result', 'attributes') as is_json
from texts
order by call_date, call_id, texts.part, position, item, field
