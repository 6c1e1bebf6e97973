"""Metrics: one YAML file each in `sql/metrics/`, from which the SQL of every rate, cost and percentile is generated."""
