-- segments_sum_to_the_total | table: mart/kpi_week | when: built | severity: error | why: segments that do not sum up to their week lost calls or count them twice
select week, metric, dimension, total.numerator as total, parts.numerator as parts
from (select week, metric, numerator from mart.kpi_week where dimension = 'all') total
join (
    select week, metric, dimension, sum(numerator) as numerator
    from mart.kpi_week where dimension <> 'all' group by all
) parts using (week, metric)
where metric in ('calls', 'cases') and total.numerator <> parts.numerator
