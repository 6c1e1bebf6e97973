-- core.cost_items: one row per usage line and unit.  in: _winners, raw.calls, raw.usage, price_book
-- units: quantity in `unit` (input_token, cached_input_token, cache_write_token, output_token, character, request,
-- second, or bill), cost_usd US dollars (exact decimal).  An unknown price is NULL, never 0; money in a currency
-- other than USD is unpriced.  A stated cost is taken as it is; only a line without one is priced from the book.  A line
-- of component `total` counts only in a call that has no other line but analysis and human.  input_tokens hold the tokens
-- read from and written to the cache (OpenTelemetry, gen_ai.usage.input_tokens): fresh ones are the rest.
with arrays as not materialized (
    select _winners.call_id, _winners.call_date, calls.revision, calls.file_seq, calls.line, calls.usage
    from _winners join raw.calls on calls.file_seq = usage_place.file_seq and calls.line = usage_place.line
),
separate as not materialized (
    select _winners.call_id, _winners.call_date, usage.revision, usage.file_seq, usage.line, 0 as place,
        -- of equal lines in one file, the how-manieth this is: the end of a content's identity
        case when id is null then split_part(usage.identity, ' ', -1)::bigint end as stored_ordinal,
        usage.* exclude (call_id, source, revision, file_seq, line, byte_offset, fingerprint, received_at, identity, day)
    from raw.usage usage join _winners on _winners.call_id = usage.source || ':' || usage.call_id
),
-- Calls whose usage comes from more than one row: here equal ones must be found, elsewhere not.
scattered as not materialized (
    select distinct call_id from separate
),
compared as (
    select *,
        case when id is null then {'component': component, 'provider': provider, 'model': model,
            'input_tokens': input_tokens, 'cached_input_tokens': cached_input_tokens,
            'cache_write_tokens': cache_write_tokens, 'output_tokens': output_tokens, 'characters': characters,
            'requests': requests, 'audio_s': audio_s, 'billed_s': billed_s, 'amount': cost.amount,
            'currency': cost.currency, 'attributes': attributes} end as content
    from (
        select * exclude (item), item.*
        from (
            select * exclude (usage), generate_subscripts(usage, 1) as place, unnest(usage) as item from arrays
            semi join scattered using (call_id)
        )
        union all by name
        select * from separate
    )
),
deduplicated as (
    select * replace (once_each(usage, by_id) as usage)
    from (
        select *, ids_in_order(list_transform(usage, lambda item: item.id)) as by_id
        from arrays anti join scattered using (call_id)
    )
),
chosen as (
    select * exclude (item), item.*
    from (
        select * exclude (usage, by_id), generate_subscripts(usage, 1) as place, unnest(usage) as item from deduplicated
    )
    union all by name
    select * exclude (content, ordinal, stored_ordinal)
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
lines as (
    select *,
        (row_number() over in_call)::bigint as usage_seq,
        -- a vendor's total repeats what the other lines of the call are made of
        component = 'total' and bool_or(component not in ('total', 'analysis', 'human')) over in_call as repeats_others,
        coalesce(known_or_unknown(component, components()), 'unknown') as known_component,
        least(input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, characters, requests, audio_s,
            billed_s) < 0 as negative
    from chosen
    window in_call as (
        partition by call_id order by component, provider, model, id, file_seq, line, place
        rows between unbounded preceding and unbounded following
    )
),
measured as (
    select *,
        -- a count that was delivered but cannot be is unknown: its unit stays, without a quantity and so without a price
        case when input_tokens is not null then {'unit': 'input_token', 'quantity': case when input_tokens >= 0 then
            greatest(input_tokens - coalesce(not_negative(cached_input_tokens), 0)
                - coalesce(not_negative(cache_write_tokens), 0), 0) end} end as fresh_input,
        case when billed_s is not null then {'unit': 'second', 'quantity': not_negative(billed_s)}
            when audio_s is not null then {'unit': 'second', 'quantity': not_negative(audio_s)} end as seconds
    from lines
),
-- A count of requests is a price unit only where the book prices requests or where nothing else is known.
request_prices as (
    select distinct component, provider, model from price_book where unit = 'request'
),
quantities as (
    select measured.*, unnest(case
        when cost is not null then [{'unit': 'bill', 'quantity': 1::double}]
        when parts = [] and requests is null then [{'unit': null, 'quantity': null}]
        when requests is null or (parts <> [] and request_prices.component is null) then parts
        else list_append(parts, {'unit': 'request', 'quantity': not_negative(requests)::double})
    end) as part
    from (
        select *, list_filter([
            {'unit': fresh_input.unit, 'quantity': fresh_input.quantity::double},
            {'unit': case when cached_input_tokens is not null then 'cached_input_token' end,
                'quantity': not_negative(cached_input_tokens)::double},
            {'unit': case when cache_write_tokens is not null then 'cache_write_token' end,
                'quantity': not_negative(cache_write_tokens)::double},
            {'unit': case when output_tokens is not null then 'output_token' end,
                'quantity': not_negative(output_tokens)::double},
            {'unit': case when characters is not null then 'character' end,
                'quantity': not_negative(characters)::double},
            {'unit': seconds.unit, 'quantity': seconds.quantity::double}
        ], lambda part: part.unit is not null) as parts
        from measured
    ) measured
    left join request_prices on request_prices.component = known_component
        and request_prices.provider is not distinct from measured.provider
        and request_prices.model is not distinct from measured.model
),
priced as (
    select quantities.*, case when part.quantity is not null then price_book.price_id end as price_id,
        case
            when cost.currency = 'USD' then cost.amount::decimal(38, 12)
            when cost is null then (part.quantity * price_book.usd::double / price_book.per)::decimal(38, 12)
        end as cost_usd
    from quantities
    left join price_book
        on quantities.cost is null
        and price_book.component = known_component
        and price_book.provider is not distinct from quantities.provider
        and price_book.model is not distinct from quantities.model
        and price_book.unit = part.unit
        and quantities.call_date >= price_book.valid_from
        and quantities.call_date < coalesce(price_book.valid_to, date '9999-12-31')
    qualify row_number() over (
        partition by call_id, usage_seq, part.unit order by price_book.valid_from desc, price_book.price_id
    ) = 1
)
select
    call_id, usage_seq, known_component as component, provider, model,
    part.quantity::decimal(38, 6) as quantity,
    part.unit as unit,
    cost_usd,
    case when cost_usd is null then 'unpriced' when cost is not null then 'billed' else 'priced' end as basis,
    price_id,
    known_component not in ('analysis', 'human') and not repeats_others as included_in_total,
    not_negative(billed_s)::decimal(38, 6) as billed_s,
    cost.amount as received_amount,
    cost.currency as received_currency,
    id as usage_id,
    component as received_component,
    flags([
        case when negative then 'negative_quantity' end,
        case when cost.currency <> 'USD' then 'foreign_currency' end,
        case when not list_contains(components(), component) then 'unknown_component' end
    ]) as quality_flags,
    call_date
from priced
order by call_date, call_id, usage_seq, unit
