-- percentiles_are_ordered | table: mart/latency_week | when: built | severity: error | why: a 95th percentile below the median is of other turns
select week, component, dimension, segment, p50_ms, p90_ms, p95_ms, p99_ms
from mart.latency_week
where not (p50_ms <= p90_ms and p90_ms <= p95_ms and p95_ms <= p99_ms) or (p50_ms < 0 and component <> 'unattributed')
