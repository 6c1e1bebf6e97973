-- _winners: the row that speaks for each call of the window, and the rows that supply its inline children.
-- in: raw.calls (days of the window and days linked to it)   params: $start, $end (UTC dates, half-open)
-- The highest revision wins; of equal ones the later received. An inline array replaces all inline children of its
-- kind, an absent one leaves those of the newest row that has one. A place is where a row lies: file_seq and line are
-- unique in raw.calls.
select
    identity,
    source || ':' || id as call_id,
    max(place) as call_place,
    max(place) filter (turns is not null) as turns_place,
    max(place) filter (tool_calls is not null) as tool_calls_place,
    max(place) filter (events is not null) as events_place,
    max(place) filter (usage is not null) as usage_place,
    arg_max(day, place) as call_date,
    -- arg_max skips NULL, so what may be NULL travels in a struct
    arg_max({'channel': channel}, place).channel as channel
from (select *, {'revision': revision, 'file_seq': file_seq, 'line': line} as place from raw.calls)
group by all
having not arg_max(coalesce(deleted, false), place)
    and arg_max(day, place) >= $start and arg_max(day, place) < $end
