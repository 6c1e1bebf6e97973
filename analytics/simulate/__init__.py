"""A seeded simulator of a production voice-AI operation: native JSON Lines with known true KPIs."""

from analytics.simulate.generator import SimulationSummary, simulate

__all__ = ["SimulationSummary", "simulate"]
