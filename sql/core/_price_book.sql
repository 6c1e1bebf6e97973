-- price_book: one row per price and period, from a CSV file.   param: $file
-- usd buys `per` units; valid from the first day on, valid_to exclusive (empty: still valid).
select
    row_number() over (order by component, provider, model, unit, valid_from)::varchar as price_id,
    component,
    nullif(provider, '') as provider,
    nullif(model, '') as model,
    unit, usd, per, valid_from, valid_to
from read_csv($file, header = true, columns = {
    'component': 'VARCHAR', 'provider': 'VARCHAR', 'model': 'VARCHAR', 'unit': 'VARCHAR', 'per': 'BIGINT',
    'usd': 'DECIMAL(18, 9)', 'valid_from': 'DATE', 'valid_to': 'DATE', 'source': 'VARCHAR', 'retrieved_at': 'DATE'
})
