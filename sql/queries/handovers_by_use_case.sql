-- question: Which use cases end with a human, and how does that change?
-- metric: handover_rate, containment_rate
-- columns: iso_week, use_case, calls, handover_rate, containment_rate
select iso_week, segment as use_case,
    any_value(n) filter (metric = 'handover_rate') as calls,
    any_value(value) filter (metric = 'handover_rate') as handover_rate,
    any_value(value) filter (metric = 'containment_rate') as containment_rate
from mart.kpi_week
where dimension = 'use_case'
group by week, iso_week, segment
order by week, calls desc, use_case
