-- price_book: one row per price and period, from a CSV file.   param: $file
-- usd buys `per` units; valid from the first day on, valid_to exclusive (empty: still valid).
-- price_id says which row it is, whatever other rows the book has.
select
    concat_ws('/', component, provider, model, unit, valid_from) as price_id,
    row_number() over () + 1 as line,
    component,
    nullif(provider, '') as provider,
    nullif(model, '') as model,
    unit, usd, per, valid_from, valid_to, source, retrieved_at
from read_csv($file, header = true, columns = {
    'component': 'VARCHAR', 'provider': 'VARCHAR', 'model': 'VARCHAR', 'unit': 'VARCHAR', 'per': 'BIGINT',
    'usd': 'DECIMAL(18, 9)', 'valid_from': 'DATE', 'valid_to': 'DATE', 'source': 'VARCHAR', 'retrieved_at': 'DATE'
})
