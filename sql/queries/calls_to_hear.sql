-- question: Which calls of the last final week should people listen to, and from which turn on?
-- metric: north_star
-- columns: rank, call_id, reason, turn_seq, use_case, agent_version, nps_score, outcome, worst_turn_ms, failed_tool
select rank, call_id, reason, turn_seq, use_case, agent_version, nps_score, outcome, worst_turn_ms, failed_tool
from mart.listen_list
where week = (select max(week) from mart.kpi_week where metric = 'calls' and dimension = 'all' and status = 'final')
order by rank
