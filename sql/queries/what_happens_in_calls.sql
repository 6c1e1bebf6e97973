-- question: How often are callers cut short, left in silence, dropped or handed over, and how many calls can say so?
-- metric: interruption_rate, drop_rate, handover_rate
-- columns: iso_week, measure, kind, share, numerator, denominator, coverage
select strftime(week, '%G-W%V') as iso_week, measure, kind, share, numerator, denominator, coverage
from mart.state_week
where measure <> 'end_reason'
order by week, measure, kind
