"""The current truth: core/* tables built from raw/* by the SQL of the same name."""
