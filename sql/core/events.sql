-- core.events: one row per event of a call.  in: _winners, raw.calls, raw.events
-- An event without an id is told by its content and its ordinal among equal ones of its file, so that the same event
-- that comes inline and on a line of its own, or in two files, counts once.
with arrays as not materialized (
    select _winners.call_id, _winners.call_date, calls.revision, calls.file_seq, calls.line, calls.events
    from _winners join raw.calls on calls.file_seq = events_place.file_seq and calls.line = events_place.line
),
separate as not materialized (
    select _winners.call_id, _winners.call_date, events.revision, events.file_seq, events.line, 0 as place,
        -- of equal lines in one file, the how-manieth this is: the end of a content's identity
        case when id is null then split_part(events.identity, ' ', -1)::bigint end as stored_ordinal,
        events.* exclude (call_id, source, revision, file_seq, line, byte_offset, fingerprint, received_at, identity, day)
    from raw.events join _winners on _winners.call_id = events.source || ':' || events.call_id
),
-- Calls whose events come from more than one row: here equal ones must be found. Elsewhere one array has all: it is
-- read once and put in order by list functions, since windows over all events would take five times as long.
scattered as not materialized (
    select distinct call_id from separate
),
compared as (
    select *, case when id is null then {'type': type, 'offset_ms': offset_ms, 'by': "by", 'component': component,
        'code': code, 'attributes': attributes} end as content
    from (
        select * exclude (event), event.*
        from (
            select * exclude (events), generate_subscripts(events, 1) as place, unnest(events) as event from arrays
            semi join scattered using (call_id)
        )
        union all by name
        select * from separate
    )
),
deduplicated as (
    select call_id, call_date, once_each(events, by_id) as events
    from (
        select *, ids_in_order(list_transform(events, lambda event: event.id)) as by_id
        from arrays anti join scattered using (call_id)
    )
),
-- Events are numbered by offset. An array whose offsets ascend is in order as it is; for others the ranks are sorted,
-- not the events, and by a key without what need not be moved.
ranked as (
    select call_id, call_date, unnest(ranks) as seq, unnest(events) as event
    from (
        select call_id, call_date, events, case
            when len(list_filter(offsets, lambda offset_ms, place: offset_ms < offsets[place + 1])) = len(offsets) - 1
                then range(1, len(offsets) + 1)
            else list_grade_up(list_transform(
                list_sort(list_transform(events, lambda event, place: {
                    'offset_ms': event.offset_ms, 'type': event.type, 'id': event.id, 'code': event.code, 'place': place
                })),
                lambda event: event.place
            ))
        end as ranks
        from (select *, list_transform(events, lambda event: event.offset_ms) as offsets from deduplicated)
    )
),
chosen as (
    select *
    from (
        select *, coalesce(stored_ordinal, row_number() over (
            partition by call_id, content, stored_ordinal is null order by place
        )) as ordinal
        from compared
    )
    qualify row_number() over (
        partition by call_id, id, content, case when id is null then ordinal end
        order by revision desc, file_seq desc, line desc, place desc
    ) = 1
),
numbered as (
    select call_id, call_date, seq, event.* from ranked
    union all by name
    select * exclude (content, ordinal, stored_ordinal, revision, file_seq, line, place),
        row_number() over (
            partition by call_id order by offset_ms nulls last, type, id, code, file_seq, line, place
        ) as seq
    from chosen
)
select
    call_id, seq::bigint as seq,
    whole_ms(offset_ms) as offset_ms,
    known_type as type,
    "by",
    known_component as component,
    code, attributes,
    id as event_id,
    type as received_type,
    case when offset_ms < 0 or known_type = 'unknown' or known_component = 'unknown' then flags([
        case when offset_ms < 0 then 'negative_offset' end,
        case when known_type = 'unknown' and type <> 'unknown' then 'unknown_type' end,
        case when known_component = 'unknown' and component <> 'unknown' then 'unknown_component' end
    ]) else [] end as quality_flags,
    call_date
from (
    select *,
        known_or_unknown(type, event_types()) as known_type,
        known_or_unknown(component, components()) as known_component
    from numbered
)
