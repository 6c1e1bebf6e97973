-- redacted_turns, redacted_tool_calls, redacted_events: the core tables with every text in redacted form.
-- in: core.redacted_texts (the texts that redaction changed), core.turns, core.tool_calls, core.events
create or replace temp view redacted_turns as
with changed as (
    select call_id, item::bigint as seq,
        any_value(text) filter (field = 'text') as text,
        any_value(text) filter (field = 'text_intended') as text_intended,
        any_value(text) filter (field = 'attributes') as attributes
    from core.redacted_texts where part = 'turn' group by all
)
select turns.* replace (
    coalesce(changed.text, turns.text) as text,
    coalesce(changed.text_intended, turns.text_intended) as text_intended,
    coalesce(changed.attributes, turns.attributes::varchar) as attributes
)
from core.turns left join changed using (call_id, seq);

create or replace temp view redacted_tool_calls as
with changed as (
    select call_id, item as tool_call_id,
        any_value(text) filter (field = 'arguments') as arguments,
        any_value(text) filter (field = 'result') as result,
        any_value(text) filter (field = 'error_type') as error_type,
        any_value(text) filter (field = 'attributes') as attributes
    from core.redacted_texts where part = 'tool_call' group by all
)
select tool_calls.* replace (
    coalesce(changed.arguments, tool_calls.arguments) as arguments,
    coalesce(changed.result, tool_calls.result) as result,
    coalesce(changed.error_type, tool_calls.error_type) as error_type,
    coalesce(changed.attributes, tool_calls.attributes) as attributes
)
from core.tool_calls left join changed using (call_id, tool_call_id);

create or replace temp view redacted_events as
with changed as (
    select call_id, item::bigint as seq, any_value(text) as attributes
    from core.redacted_texts where part = 'event' group by all
)
select events.* replace (coalesce(changed.attributes, events.attributes::varchar) as attributes)
from core.events left join changed using (call_id, seq);
