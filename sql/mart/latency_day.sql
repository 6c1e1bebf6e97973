-- mart.latency_day: one row per day (in the reporting zone), component, dimension and segment, as mart.latency_week.
-- in: _latency (by day)   units: *_ms milliseconds
select period as day, _latency.* exclude (period) from _latency order by all
