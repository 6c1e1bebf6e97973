-- mart.price_changes: one row per price that took effect while calls were made: an annotation, not a revision.
-- in: price_book, core.cost_items, core.calls   units: usd US dollars per `per` units
-- old_*: the price of the same thing before; NULL for a thing that had none.
with dated as (
    select *,
        lag(price_id) over of_thing as old_price_id,
        lag(usd) over of_thing as old_usd,
        lag(per) over of_thing as old_per
    from price_book
    window of_thing as (partition by component, provider, model, unit order by valid_from)
),
used as (
    select price_id, count(*) as lines from core.cost_items where price_id is not null group by price_id
)
select date_trunc('week', valid_from)::date as week, valid_from, component, provider, model, unit, usd, per,
    old_usd, old_per, price_id, old_price_id, coalesce(used.lines, 0) as lines, source
from dated
left join used using (price_id)
where valid_from > (select min(call_date) from core.calls) and valid_from <= (select max(call_date) from core.calls)
    and (used.lines is not null or old_price_id in (select price_id from used))
order by valid_from, price_id
