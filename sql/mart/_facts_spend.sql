-- _facts_spend: what a week spent and what it reached, one row per call (spend) and per case (result), so that the two
-- can be summed into one ratio.  in: _facts_call, _facts_case   handled_positive_weight: 1 / selection_probability
-- A cost that is known for no call stays unknown.  While a week is provisional only calls of settled days count, to match its cases.
select week, day, use_case, agent_version, language, channel, source, case_id,
    connected_production and cost_known as included, connected_production and cost_known as priced, connected_production,
    cost_usd, connected_minutes, 0 as handled_positive, 0::decimal(38, 12) as handled_positive_weight
from _facts_call
where settled_day
union all by name
select week, day, use_case, agent_version, language, channel, source, case_id,
    counted as included, false as priced, false as connected_production,
    null::decimal(38, 12) as cost_usd, 0::decimal(38, 15) as connected_minutes,
    (counted and coalesce(handled_positive, false))::integer as handled_positive,
    case when counted and handled_positive then weight else 0 end as handled_positive_weight
from _facts_case
