"""One asset per table: `raw`, `core`, `mart`, then the publication."""
