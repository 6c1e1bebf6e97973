-- mart.break_even_inputs: one row per input of mart.break_even: what calls show, else the setting of `[what_if]`.
-- in: _break_even_inputs (analytics/metrics/what_if.py)
select * from _break_even_inputs order by input
