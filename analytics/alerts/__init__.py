"""Alerts: who has to know what, once per cause and period. Texts are counts, rules and weeks, never what was said."""
