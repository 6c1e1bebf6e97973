-- question: How many cases are in the north star, and where do the others drop out?
-- metric: north_star
-- columns: iso_week, opened, settled, decided, handled, handled_positive, surveyed
select iso_week(week) as iso_week, count(*) as opened,
    count(*) filter (settled) as settled,
    count(*) filter (settled and decided) as decided,
    count(*) filter (settled and decided and handled) as handled,
    count(*) filter (settled and decided and handled_positive) as handled_positive,
    count(*) filter (settled and decided and handled and nps_source = 'survey') as surveyed
from core.cases
where eligible
group by week
order by week
