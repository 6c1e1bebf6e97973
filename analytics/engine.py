"""DuckDB connections that are the same everywhere: UTC, no downloads, bounded memory, spill below the home."""

from pathlib import Path

import duckdb

from analytics.sections import Engine

OFFLINE = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


def connect(settings: Engine, spill: Path, database: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database, or `database`, with our limits; `spill` takes what does not fit in memory."""
    connection = duckdb.connect(
        str(database) if database else ":memory:",
        config={
            **OFFLINE,
            "memory_limit": settings.memory_limit,
            "threads": str(settings.threads),
            "temp_directory": str(spill),
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    return connection
