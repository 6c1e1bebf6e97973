-- mart.break_even: one row per volume and option: self-hosting, and every language model that the price book prices.
-- in: _break_even (analytics/metrics/what_if.py)   units: volumes in connected minutes a year, US dollars
select * from _break_even order by minutes_per_year, option <> 'self_hosted', option
