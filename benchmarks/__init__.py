"""Timings as ratios of one alternated run; `make bench` prints them, nothing here is a pass mark."""
