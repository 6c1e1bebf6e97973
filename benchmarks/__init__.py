"""Timings as ratios of one alternated run; `make bench` prints them, nothing here is a pass mark."""

import dagster_project  # noqa: F401  # what is measured runs in a process that is set up like the command line's
