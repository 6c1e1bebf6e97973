-- _state_counts: one row per week, source, measure and kind: what happened in calls.
-- in: _facts_call, _facts_turn, _facts_disconnect, core.turns, core.events   params: $dead_air_ms
-- The kind `all` of a measure has its denominator; its classes (why calls dropped or ended, how handovers went) share it.
-- calls: calls that the measure is about; known_calls: those that tell; told_by: what a source must ever have delivered
-- for its calls to tell (NULL: each call tells for itself).
with timed_turns as (
    select turns.*,
        lead(turns.speaker) over in_order as next_speaker,
        lead(turns.start_ms) over in_order as next_start_ms,
        max(turns.seq) filter (turns.answers and not turns.interrupted and not turns.cancelled) over (
            partition by turns.call_id) as last_answer_seq
    from core.turns turns semi join _facts_call using (call_id)
    window in_order as (partition by turns.call_id order by turns.seq)
),
turn_facts as (
    select call_id,
        count(*) filter (speaker = 'agent') as agent_turns,
        count(*) filter (speaker = 'caller') as caller_turns,
        count(*) filter (speaker = 'agent' and interrupted) as cut_by_caller,
        count(*) filter (speaker = 'agent' and interrupted and seq < last_answer_seq) as recovered,
        count(*) filter (speaker = 'caller' and end_ms is not null and next_start_ms is not null) as timed_caller_turns,
        count(*) filter (speaker = 'caller' and (interrupted or (next_speaker = 'agent' and next_start_ms < end_ms)))
            as cut_by_agent,
        count(next_start_ms - end_ms) as timed_gaps,
        count(*) filter (next_start_ms - end_ms > $dead_air_ms) as dead_airs
    from timed_turns group by call_id
),
event_facts as (
    select call_id,
        count(*) filter (type = 'silence') as silences,
        count(*) filter (type = 'false_interruption') as false_interruptions
    from core.events group by call_id
),
disconnect_facts as (
    select call_id, count(*) as disconnects, count(*) filter (reconnected) as reconnected
    from _facts_disconnect group by call_id
),
-- A question of the human agent is one that was asked before if it shares three in five of its words with one of the
-- agent's, three at least.
questions as (
    select call_id, speaker, list_distinct(regexp_extract_all(lower(text), '[\p{L}\p{N}]+')) as words
    from timed_turns
    where speaker in ('agent', 'human_agent') and contains(text, '?')
        and call_id in (select call_id from core.turns where speaker = 'human_agent')
),
repeated as (
    select distinct asked.call_id
    from questions asked join questions earlier using (call_id)
    where asked.speaker = 'human_agent' and earlier.speaker = 'agent'
        and len(list_intersect(asked.words, earlier.words)) >= 3
        and len(list_intersect(asked.words, earlier.words)) >= 0.6 * len(list_distinct(asked.words || earlier.words))
),
human_texts as (
    select distinct call_id from timed_turns where speaker = 'human_agent' and text is not null
),
calls as (
    select calls.*, turn_facts.* exclude (call_id), event_facts.* exclude (call_id), disconnect_facts.* exclude (call_id),
        repeated.call_id is not null as asked_again, human_texts.call_id is not null as human_text
    from _facts_call calls
    left join turn_facts using (call_id)
    left join event_facts using (call_id)
    left join disconnect_facts using (call_id)
    left join repeated on repeated.call_id = calls.call_id
    left join human_texts on human_texts.call_id = calls.call_id
),
told as (
    select week, source, unnest([
        {'measure': 'interruption', 'kind': 'by_caller', 'told_by': 'interruption', 'about': eligible, 'tells': true,
            'n': coalesce(cut_by_caller, 0), 'of': coalesce(agent_turns, 0)},
        {'measure': 'interruption', 'kind': 'by_agent', 'told_by': null, 'about': eligible,
            'tells': timed_caller_turns > 0, 'n': cut_by_agent, 'of': caller_turns},
        {'measure': 'interruption', 'kind': 'false', 'told_by': 'false_interruption', 'about': eligible, 'tells': true,
            'n': (false_interruptions > 0)::bigint, 'of': 1},
        {'measure': 'barge_in_recovery', 'kind': 'all', 'told_by': 'interruption', 'about': eligible, 'tells': true,
            'n': coalesce(recovered, 0), 'of': coalesce(cut_by_caller, 0)},
        {'measure': 'dead_air', 'kind': 'gap', 'told_by': null,
            'about': eligible and channel in ('phone', 'web', 'sip'), 'tells': timed_gaps > 0,
            'n': (dead_airs > 0)::bigint, 'of': 1},
        {'measure': 'dead_air', 'kind': 'silence_event', 'told_by': 'silence', 'about': eligible, 'tells': true,
            'n': (silences > 0)::bigint, 'of': 1},
        {'measure': 'drop', 'kind': 'all', 'told_by': null, 'about': connected_production, 'tells': dropped is not null,
            'n': dropped::bigint, 'of': 1},
        {'measure': 'resume', 'kind': 'all', 'told_by': null, 'about': connected_production and dropped,
            'tells': customer_key is not null and ended_at is not null, 'n': resumed::bigint, 'of': 1},
        {'measure': 'disconnect', 'kind': 'all', 'told_by': 'disconnect', 'about': eligible, 'tells': true,
            'n': (disconnects > 0)::bigint, 'of': 1},
        {'measure': 'reconnect', 'kind': 'all', 'told_by': 'disconnect', 'about': eligible, 'tells': true,
            'n': coalesce(reconnected, 0), 'of': coalesce(disconnects, 0)},
        {'measure': 'handover', 'kind': 'all', 'told_by': 'handover', 'about': eligible, 'tells': true,
            'n': (handover <> 'none')::bigint, 'of': 1},
        {'measure': 'handover_success', 'kind': 'all', 'told_by': null, 'about': eligible and handover <> 'none',
            'tells': handover <> 'requested', 'n': (handover = 'completed')::bigint, 'of': 1},
        {'measure': 'end_reason', 'kind': 'all', 'told_by': null, 'about': environment = 'production',
            'tells': end_reason <> 'unknown', 'n': 1, 'of': 1},
        {'measure': 'repeated_question', 'kind': 'all', 'told_by': null, 'about': eligible and handover = 'completed',
            'tells': human_text, 'n': asked_again::bigint, 'of': 1}
    ], recursive := true)
    from calls
),
classes as (
    select week, source, unnest([
        {'measure': 'drop', 'kind': case when connected_production and dropped then end_reason end},
        {'measure': 'handover', 'kind': case when eligible and handover <> 'none' then handover end},
        {'measure': 'end_reason', 'kind': case when environment = 'production' then nullif(end_reason, 'unknown') end}
    ], recursive := true)
    from calls
)
select week, source, measure, kind, told_by,
    coalesce(sum(n) filter (about and tells), 0)::bigint as numerator,
    coalesce(sum("of") filter (about and tells), 0)::bigint as denominator,
    count(*) filter (about and tells) as known_calls,
    count(*) filter (about) as calls
from told group by all
union all by name
select week, source, measure, kind, count(*) as numerator from classes where kind is not null group by all
