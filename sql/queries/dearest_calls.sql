-- question: Which calls cost most, and how did they end?
-- metric: cost_per_minute_usd
-- columns: call_id, week, use_case, cost_usd, duration_s, turns, end_reason, eligible
select call_id, week, use_case, cost_usd, duration_s, turns, end_reason, eligible
from core.calls
where cost_usd is not null
order by cost_usd desc, call_id
limit 20
