"""Redaction: what identifies a person becomes `[KIND_n]` before any labeler or reader sees a text."""
