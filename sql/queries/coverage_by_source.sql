-- question: What does each source deliver, and for which share of its records?
-- metric: all
-- columns: source, fact, known, of_all, share
with facts as (
    select source, unnest([
        {fact: 'calls with a customer', is_known: customer_key is not null},
        {fact: 'calls with a language', is_known: language is not null},
        {fact: 'calls with a use case', is_known: use_case is not null},
        {fact: 'calls with an agent version', is_known: agent_version is not null},
        {fact: 'calls with an end', is_known: ended_at is not null},
        {fact: 'calls with a known end reason', is_known: end_reason <> 'unknown'},
        {fact: 'calls with turns', is_known: turns > 0},
        {fact: 'calls with words of the caller', is_known: caller_words > 0},
        {fact: 'calls with a case of the producer', is_known: source_case_id is not null},
        {fact: 'calls with a fully known cost', is_known: cost_usd is not null and cost_coverage = 1},
        {fact: 'calls with an event', is_known: call_id in (select call_id from core.events)},
        {fact: 'calls with a tool call', is_known: call_id in (select call_id from core.tool_calls)},
        {fact: 'calls with a survey', is_known: call_id in (select call_id from core.surveys)}
    ], recursive := true)
    from core.calls
    union all
    select source, unnest([
        {fact: 'agent turns with a time to first token, measured', is_known: ttft_valid and ttft_source = 'measured'},
        {fact: 'agent turns with a time to first token, derived', is_known: ttft_valid and ttft_source = 'derived'},
        {fact: 'agent turns with start and end', is_known: start_ms is not null and end_ms is not null}
    ], recursive := true)
    from core.turns join core.calls using (call_id) where speaker = 'agent'
    union all
    select source, unnest([
        {fact: 'tool calls with a known interface', is_known: interface <> 'unknown'},
        {fact: 'tool calls with a duration', is_known: duration_ms is not null},
        {fact: 'tool calls with a business result', is_known: business_ok is not null}
    ], recursive := true)
    from core.tool_calls join core.calls using (call_id)
    union all
    select source, 'usage lines with a price', basis <> 'unpriced'
    from core.cost_items join core.calls using (call_id)
)
select source, fact, count(*) filter (is_known) as known, count(*) as of_all, known / of_all as share
from facts
group by source, fact
order by source, fact
