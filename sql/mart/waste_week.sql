-- mart.waste_week: one row per week and reason: money spent on calls that could not help anybody.
-- in: _facts_call   units: cost_usd US dollars, minutes connected minutes
-- A call has the first reason that holds: ineligible; dropped (by the network or a technical error); failed (its label
-- says that the need was left unresolved or that the caller gave up).  `none` are the others; the reasons add up to the
-- total of mart.cost_week.  not_connected stands beside it: dial attempts that reached nobody.
with judged as (
    select *,
        case
            when not connected then 'not_connected'
            when not eligible then 'ineligible'
            when dropped then 'dropped'
            when outcome in ('unresolved', 'abandoned') then 'failed'
            else 'none'
        end as reason
    from _facts_call
    where environment = 'production' and cost_known
)
select week, reason, count(*) as calls, sum(cost_usd) as cost_usd, sum(connected_minutes) as minutes,
    case when reason <> 'not_connected' then
        sum(cost_usd) / nullif(sum(sum(cost_usd)) filter (reason <> 'not_connected') over (partition by week), 0) end
        as cost_share
from judged
group by week, reason
