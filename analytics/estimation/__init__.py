"""Estimation: from counts, noisy labels and a few audits to a share with a valid interval. Pure functions."""
