"""Orchestration: assets, schedules and the command line. Thin: each asset calls one function of `analytics`."""

import os

#: Nothing here multiplies matrices, and each further thread would spin for 0.1 CPU s when NumPy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
