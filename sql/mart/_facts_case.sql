-- _facts_case: eligible cases opened before the clock.  in: core.cases   params: $as_of
-- counted: settled; while its week is provisional, only of opening days that have settled as a whole, since a day
-- that is half settled would show the fast cases only.
select *, settled and (week_final or day_settled) as counted
from core.cases
where eligible and opened_at < $as_of
