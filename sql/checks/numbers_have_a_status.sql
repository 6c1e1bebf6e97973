-- numbers_have_a_status | table: mart/kpi_week | when: built | severity: error | why: a number is published with its status, and one without trust is not published
select week, metric, dimension, segment, status, value
from mart.kpi_week
where status is null or status not in ('final', 'provisional', 'suppressed', 'not_publishable')
    or (status in ('final', 'provisional')) <> (value is not null)
