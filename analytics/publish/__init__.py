"""Publication: the analysts' DuckDB file with its dictionary, built aside and swapped in one rename."""
