"""Audits: a random sample of settled cases, judged by people, is what the north star is corrected to."""
