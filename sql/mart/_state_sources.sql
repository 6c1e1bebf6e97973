-- _state_sources: what each source delivered in calls of the group of weeks: a source that never tells of a kind of
-- thing cannot be said to have none.  in: _facts_call, core.turns, core.events
select distinct source, told_by
from (
    select source, case
        when type in ('disconnect', 'reconnect') then 'disconnect'
        when type = 'barge_in' then 'interruption'
        when type in ('silence', 'false_interruption') then type
    end as told_by
    from core.events join _facts_call using (call_id)
    union all
    select source, 'interruption' from core.turns turns join _facts_call using (call_id)
    where turns.interrupted and turns.speaker = 'agent'
    union all
    select source, 'handover' from _facts_call where handover <> 'none'
)
where told_by is not null
