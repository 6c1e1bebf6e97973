-- mart.frontier: one row per agent version and language model: what a minute cost and how well its cases went.
-- in: _facts_call, _facts_case, core.cost_items (newest 13 weeks)   params: $min_n   units: US dollars
-- A call has the model of its language-model lines (`several` for more than one), a case that of its first call.
-- Cost: connected production calls whose cost is fully known, a ratio of sums with the linearised variance over cases
-- (Cochran 1977, Sampling Techniques, 6.4).  North star: observed, Wilson interval, weighted where a budget sampled.  A value on fewer than min_n calls or
-- cases is NULL.  on_frontier: no other row is both no dearer and no worse, and better in one of the two.
with models as (
    select call_id, case when count(distinct model) = 1 then any_value(model) else 'several' end as model
    from core.cost_items
    where component in ('llm', 'realtime') and model is not null
    group by call_id
),
spent as (
    select coalesce(agent_version, 'unknown') as agent_version, coalesce(model, 'unknown') as model, case_id,
        count(*) as calls, sum(cost_usd) as usd, sum(connected_minutes) as minutes
    from _facts_call left join models using (call_id)
    where connected_production and cost_known
    group by all
),
costs as (
    select agent_version, model, sum(calls)::bigint as calls, sum(usd) as cost_usd, sum(minutes) as minutes,
        sum(usd) / nullif(sum(minutes), 0) as ratio, count(*) as clusters,
        -- doubles are sorted before they are added, so that a sum does not depend on the order of rows
        list_sum(list_sort(list(usd::double ** 2))) as squares,
        list_sum(list_sort(list(usd::double * minutes::double))) as products,
        list_sum(list_sort(list(minutes::double ** 2))) as minutes_squares
    from spent group by agent_version, model
),
went as (
    select coalesce(cases.agent_version, 'unknown') as agent_version, coalesce(model, 'unknown') as model,
        count(*) filter (decided) as cases,
        count(*) filter (decided and handled_positive) as handled_positive_cases,
        sum(weight) filter (decided and handled_positive) as good_weight,
        sum(weight) filter (decided) as decided_weight,
        -- sum w / sum w^2: turns weights into an effective number of cases (Kish 1965, Survey Sampling, 11.7)
        (sum(weight) filter (decided))::double
            / nullif(sum((weight::double ** 2)::decimal(38, 12)) filter (decided), 0)::double as shrink
    from _facts_case cases left join models on models.call_id = cases.first_call_id
    where counted
    group by all
),
points as (
    select agent_version, model, coalesce(calls, 0) as calls, cost_usd, minutes,
        case when calls >= $min_n then ratio end as cost_per_minute_usd,
        1.959963984540054 * sqrt(clusters / nullif(clusters - 1, 0)
            * greatest(squares - 2 * ratio * products + ratio ** 2 * minutes_squares, 0)) / nullif(minutes, 0) as half_width,
        coalesce(cases, 0) as cases, coalesce(handled_positive_cases, 0) as handled_positive_cases,
        case when cases >= $min_n then coalesce(good_weight, 0)::double / decided_weight::double end as north_star,
        coalesce(good_weight, 0)::double * shrink as effective_good, decided_weight::double * shrink as effective_cases
    from costs full join went using (agent_version, model)
)
select agent_version, model, calls, cost_usd, minutes, cost_per_minute_usd,
    cost_per_minute_usd - half_width as cost_ci_low, cost_per_minute_usd + half_width as cost_ci_high,
    cases, handled_positive_cases, north_star,
    case when north_star is not null then wilson_low(effective_good, effective_cases) end as north_star_ci_low,
    case when north_star is not null then wilson_high(effective_good, effective_cases) end as north_star_ci_high,
    case when cost_per_minute_usd is not null and north_star is not null then not exists (
        select 1 from points other
        where other.cost_per_minute_usd <= points.cost_per_minute_usd and other.north_star >= points.north_star
            and (other.cost_per_minute_usd < points.cost_per_minute_usd or other.north_star > points.north_star)
    ) end as on_frontier
from points
order by agent_version, model
