"""The dated price book: a CSV file with the columns of `data_samples/price_book.csv`."""

import hashlib

import duckdb

from analytics.errors import ConfigurationError
from analytics.shipped import sql
from analytics.workspace import Workspace

#: What is wrong with a row; the first that holds is reported.
_FAULTS = """
select line, case
    when component is null or component = '' then 'component is empty'
    when unit is null or unit = '' then 'unit is empty'
    when usd is null or usd < 0 then 'usd is no amount of 0 or more'
    when per is null or per < 1 then 'per is no whole number of 1 or more'
    when valid_from is null then 'valid_from is empty'
    when valid_to <= valid_from then 'valid_to is not after valid_from'
    when count(*) over (partition by price_id) > 1 then 'the same price stands twice from the same day on'
end as fault
from price_book order by fault is null, line limit 1
"""


def read_price_book(workspace: Workspace, connection: duckdb.DuckDBPyConnection) -> None:
    """Table `price_book`: one row per price and period.

    Raises:
        ConfigurationError: the file is no price book, or a row of it cannot be; with file, line and reason.
    """
    file = workspace.price_book
    try:
        connection.execute(f"create or replace temp table price_book as {sql('core/_price_book')}", {"file": str(file)})
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        msg = f"{file}: not a price book as docs/cost.md describes it: {str(error).splitlines()[0]}"
        raise ConfigurationError(msg) from error
    for line, fault in connection.execute(_FAULTS).fetchall():
        if fault is not None:
            msg = f"{file}: line {line}: {fault}; correct the price book (docs/cost.md)"
            raise ConfigurationError(msg)


def prices_fingerprint(workspace: Workspace) -> str:
    """Changes with the price book."""
    return hashlib.sha256(workspace.price_book.read_bytes()).hexdigest()
