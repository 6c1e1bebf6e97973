-- One row per week with eligible cases: how many, and how many of them have settled; newest first.  in: core.cases
select week, count(*) as cases, count(*) filter (settled) as settled, bool_and(day_settled) as complete
from core.cases where eligible
group by week order by week desc
