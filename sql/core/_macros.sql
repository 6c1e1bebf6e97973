-- Macros that the core tables share.

-- Milliseconds as integers: fractions are rounded half up.
create or replace macro whole_ms(value) as floor(value + 0.5)::bigint;

-- A quantity that cannot be negative: a negative one is unknown, not zero.
create or replace macro not_negative(value) as case when value >= 0 then value end;

-- A vocabulary: a value outside it is `unknown`, an absent one stays NULL. The value is taken from the list, which takes
-- three quarters of the time of list_contains and a choice between the value and `unknown`.
create or replace macro known_or_unknown(value, vocabulary) as
    coalesce(vocabulary[list_position(vocabulary, value)], case when value is not null then 'unknown' end);

-- Texts of ASCII with single spaces between words and no other white space, as most are. Searches for single characters
-- take a third of the time of a regular expression.
create or replace macro simply_spaced(value) as strlen(value) = length(value) and not (
    contains(value, '  ') or starts_with(value, ' ') or ends_with(value, ' ')
    or contains(value, chr(9)) or contains(value, chr(10)) or contains(value, chr(11)) or contains(value, chr(12))
    or contains(value, chr(13)) or contains(value, chr(28)) or contains(value, chr(29)) or contains(value, chr(30))
    or contains(value, chr(31))
);

-- White-space tokens (Unicode white space, as Python's str.split counts them). Splitting at single spaces is five times
-- as fast and right for every text that has no other white space and none at its ends.
create or replace macro words(value) as case
    when value = '' then 0
    when simply_spaced(value) or not regexp_matches(
        value,
        '[\x09-\x0D\x1C-\x1F\x{0085}\x{00A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]|  |^ | $'
    ) then len(string_split(value, ' '))
    else len(regexp_extract_all(
        value,
        '[^\x09-\x0D\x1C-\x20\x{0085}\x{00A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}]+'
    ))
end;

-- Where `name` stands last before a place, NULL if nowhere. Most often it is directly before (a third of the time of a
-- search); a search looks at 512 names first, lest it reads a long list once per place.
create or replace macro last_before(place, names, name) as case
    when names[place - 1] = name then place - 1
    else place - coalesce(
        list_position(list_reverse(names[greatest(place - 512, 1):place - 1]), name),
        list_position(list_reverse(names[1:place - 1]), name)
    )
end;

-- Of the elements of an array that have the same id, the last counts. Few arrays have such: `ids_in_order` is NULL for all
-- others, and `once_each` leaves these as they are. by_id has to be a column, since it is looked at once per element.
create or replace macro ids_in_order(ids) as case when list_count(ids) > 0 and list_unique(ids) < list_count(ids)
    then list_sort(list_transform(ids, lambda id, place: {'id': id, 'place': place})) end;
create or replace macro once_each(elements, by_id) as case when by_id is null then elements
    else list_select(elements, list_sort(list_transform(
        list_filter(by_id, lambda this, i: this.id is null or this.id is distinct from by_id[i + 1].id),
        lambda this: this.place
    ))) end;

-- The Monday of the ISO week, and the day, of a moment in the reporting zone.
create or replace macro week_in(moment, zone) as date_trunc('week', timezone(zone, moment))::date;
create or replace macro day_in(moment, zone) as timezone(zone, moment)::date;

-- Local midnight of a date in the reporting zone, as a moment.
create or replace macro midnight_in(day, zone) as timezone(zone, day::timestamp);

-- Flags that hold: each element of the list is a name or NULL.
create or replace macro flags(names) as list_filter(names, lambda name: name is not null);

create or replace macro end_reasons() as [
    'customer_hangup', 'agent_hangup', 'transferred', 'transfer_failed', 'silence_timeout', 'max_duration', 'voicemail',
    'wrong_number', 'ivr_reached', 'no_answer', 'busy', 'rejected', 'failed_to_connect', 'abandoned_before_connect',
    'network_drop', 'llm_error', 'stt_error', 'tts_error', 'platform_error', 'blocked_by_limit', 'cancelled', 'unknown'
];
create or replace macro event_types() as [
    'disconnect', 'reconnect', 'network_degraded', 'handover_requested', 'handover_completed', 'handover_failed',
    'barge_in', 'false_interruption', 'hold', 'unhold', 'dtmf', 'silence', 'voicemail_detected', 'agent_handoff',
    'integration', 'error', 'unknown'
];
create or replace macro components() as [
    'telephony', 'network', 'vad', 'endpointing', 'stt', 'llm', 'tool', 'tts', 'realtime', 'platform', 'analysis',
    'human', 'fixed', 'unknown'
];
create or replace macro channels() as ['phone', 'web', 'sip', 'chat', 'sms', 'messaging', 'email', 'unknown'];
create or replace macro interfaces() as ['mcp', 'api', 'browser', 'client', 'system', 'unknown'];
