-- _unhandled: settled cases whose need was not met, or that a human took over.  in: _facts_case
select week, case_id, opened_at from _facts_case where counted and not handled
