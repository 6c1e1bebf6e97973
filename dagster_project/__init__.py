"""Orchestration: assets, schedules and the command line. Thin: each asset calls one function of `analytics`."""
