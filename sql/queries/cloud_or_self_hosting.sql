-- question: From how many minutes a year on would it be cheaper to host the language model ourselves?
-- metric: cost_per_minute_usd
-- columns: option, usd_per_minute, usd_per_minute_low, usd_per_minute_high, minutes_per_year, break_even_minutes
select option, usd_per_minute, usd_per_minute_low, usd_per_minute_high, minutes_per_year, break_even_minutes
from mart.break_even
where is_today
order by usd_per_minute, option
