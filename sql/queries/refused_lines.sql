-- question: Which lines were refused, and why?
-- metric: all
-- columns: code, file, lines, open_lines, first_line, example
select code, file, count(*) as lines, count(*) filter (resolved is not true) as open_lines, min(line) as first_line,
    any_value(reason order by line) as example
from meta.quarantine
group by code, file
order by lines desc, code, file
