-- _facts_case: eligible cases opened before the clock.  in: core.cases   params: $as_of
-- counted: settled; while its week is provisional, only of opening days that have settled as a whole, since a day
-- that is half settled would show the fast cases only.
-- weight: 1 / selection_probability where a budget sampled the calls to label; a case that needs no label counts once.
select *, settled and (week_final or day_settled) as counted,
    (case when handled_source = 'stated' and nps_source = 'survey' then 1 else 1 / selection_probability end)::decimal(38, 12)
        as weight
from core.cases
where eligible and opened_at < $as_of
