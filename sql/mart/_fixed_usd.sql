-- _fixed_usd: one row per day: US dollars per connected production minute of the monthly items of the price book.
-- in: core.calls, price_book   params: $zone, $as_of
-- An item of component `fixed` and unit `month` costs usd / per a month, that is the same on each of its days; the
-- minutes of a day share what the day costs.  Of two rows of an item the one that began later holds, as for other prices.
with days as (
    select day, sum(duration_s) / 60 as minutes
    from core.calls
    where connected and environment = 'production' and duration_s > 0 and started_at < $as_of
    group by day
)
select day,
    (list_sum(list_sort(list(usd::double / per / day(last_day(day))))) / any_value(minutes)::double)::decimal(38, 12) as usd_per_minute
from (
    select day, minutes, usd, per
    from days
    join price_book on component = 'fixed' and unit = 'month'
        and days.day >= valid_from and days.day < coalesce(valid_to, date '9999-12-31')
    qualify row_number() over (partition by day, provider, model order by valid_from desc) = 1
)
group by day
