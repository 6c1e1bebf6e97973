-- _winners: the row that speaks for each call of the window, and the rows that supply its inline children.
-- in: raw.calls (days of the window and days linked to it)   params: $start, $end (UTC dates, half-open)
-- The highest revision wins; of equal ones the later received. An inline array replaces all inline children of its
-- kind, an absent one leaves those of the newest row that has one. A place is where a row lies: file_seq and line are
-- unique in raw.calls. Almost every call has one row, which supplies everything; only for the others are the arrays
-- looked at, since that reads every transcript.
with placed as not materialized (
    select *, {'revision': revision, 'file_seq': file_seq, 'line': line} as place from raw.calls
),
newest as (
    select
        identity,
        source || ':' || id as call_id,
        count(*) as copies,
        max(place) as call_place,
        -- arg_max skips NULL, so what may be NULL travels in a struct or has a default
        arg_max({'day': day, 'channel': channel, 'deleted': coalesce(deleted, false)}, place) as winner
    from placed group by all
),
suppliers as (
    select
        identity,
        max(place) filter (turns is not null) as turns_place,
        max(place) filter (tool_calls is not null) as tool_calls_place,
        max(place) filter (events is not null) as events_place,
        max(place) filter (usage is not null) as usage_place
    from placed semi join (select identity from newest where copies > 1) using (identity)
    group by identity
)
select
    identity, call_id, call_place, winner.day as call_date, winner.channel as channel,
    case when copies > 1 then turns_place else call_place end as turns_place,
    case when copies > 1 then tool_calls_place else call_place end as tool_calls_place,
    case when copies > 1 then events_place else call_place end as events_place,
    case when copies > 1 then usage_place else call_place end as usage_place
from newest left join suppliers using (identity)
where not winner.deleted and winner.day >= $start and winner.day < $end
