-- _what_if_models: one row per language model that the price book prices at the clock.  in: price_book   params: $as_of
-- units: US dollars per token; cached tokens without a price of their own cost as fresh ones
with valid as (
    select concat_ws(' ', provider, model) as name, unit, usd::double / per as usd
    from price_book
    where component = 'llm' and valid_from <= $as_of::date and $as_of::date < coalesce(valid_to, date '9999-12-31')
    qualify row_number() over (partition by provider, model, unit order by valid_from desc) = 1
)
select name,
    max(usd) filter (unit = 'input_token') as input_usd,
    coalesce(max(usd) filter (unit = 'cached_input_token'), input_usd) as cached_usd,
    max(usd) filter (unit = 'output_token') as output_usd
from valid group by name
having input_usd is not null and output_usd is not null
order by name
