-- open_hours_have_calls | table: core/calls | when: published | severity: warning | why: an hour of the week that is always busy had no call; part of the deliveries may be missing
-- an hour is busy when the median of the same hour in the eight weeks before is at least quality.open_hour_calls
with hours as (
    select date_trunc('hour', timezone($zone, started_at)) as hour, count(*) as calls
    from core.calls where started_at < $as_of group by all
),
expected as (
    select unnest(generate_series(max(hour) - interval 7 day, max(hour) - interval 1 hour, interval 1 hour)) as hour
    from hours
),
usual as (
    select expected.hour, list_sum([coalesce(calls, 0) for calls in list(hours.calls)]) as total,
        quantile_cont(coalesce(hours.calls, 0), 0.5) as median_calls
    from expected
    cross join generate_series(1, 8) as back(weeks)
    left join hours on hours.hour = expected.hour - to_days(7 * back.weeks::integer)
    group by all
)
select hour, median_calls as calls_usually
from usual anti join hours using (hour)
where median_calls >= $open_hour_calls
