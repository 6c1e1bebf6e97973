"""Checks: what must hold before a number is published. Rules in SQL, the books, and the contract of the publication."""

from analytics.checks.books import check_books
from analytics.checks.gate import GATE_CHECKS, ask_again, refuse_empty, run_checks
from analytics.checks.results import CheckResult, blocking, refuse, stored
from analytics.checks.rules import Rule, check_table, shipped_rules

__all__ = [
    "GATE_CHECKS",
    "CheckResult",
    "Rule",
    "ask_again",
    "blocking",
    "check_books",
    "check_table",
    "refuse",
    "refuse_empty",
    "run_checks",
    "shipped_rules",
    "stored",
]
