"""Lodestar: offline call analytics for voice AI. Plain Python, importable from a notebook, no scheduler inside."""
