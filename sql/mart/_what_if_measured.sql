-- _what_if_measured: one row: inputs of the what-if that the newest weeks show; NULL where they do not.
-- in: _facts_call, _facts_turn, core.cost_items   params: $as_of, $zone
-- Volume: connected production minutes of complete weeks, as of a year of 365 days.  Turns and tokens: eligible calls
-- whose usage counts the tokens of the language model.
with volume as (
    select nullif(sum(connected_minutes), 0)::double / count(distinct week) / 7 * 365 as minutes_per_year
    from _facts_call
    where connected_production and midnight_in(week + 7, $zone) <= $as_of
),
tokens as (
    select call_id,
        sum(quantity) filter (unit = 'input_token') as fresh,
        coalesce(sum(quantity) filter (unit = 'cached_input_token'), 0) as cached,
        coalesce(sum(quantity) filter (unit = 'cache_write_token'), 0) as written,
        coalesce(sum(quantity) filter (unit = 'output_token'), 0) as output
    from core.cost_items where component = 'llm' group by call_id
),
turns as (
    select call_id, count(*) as agent_turns from _facts_turn group by call_id
),
shown as (
    select sum(agent_turns)::double as turns, sum(connected_minutes)::double as minutes, sum(fresh + cached + written)::double as context,
        sum(cached)::double as cached, sum(output)::double as output
    from tokens join turns using (call_id) join _facts_call using (call_id)
    where fresh is not null and connected_minutes > 0
)
select minutes_per_year,
    turns / nullif(minutes, 0) as turns_per_minute,
    context / nullif(turns, 0) as context_tokens,
    cached / nullif(context, 0) as cached_share,
    output / nullif(turns, 0) as output_tokens
from volume, shown
