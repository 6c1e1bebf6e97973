"""Landing files in, raw tables and a balanced book out: `ingest` is the one entry point."""

from analytics.ingest.run import IngestReport, ingest

__all__ = ["IngestReport", "ingest"]
