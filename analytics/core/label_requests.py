"""Which calls a model is asked about: the eligible ones of core.calls, in the order in which a budget takes them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from analytics.core.price_book import read_price_book
from analytics.labeling.backlog import Candidate
from analytics.labeling.batch_collect import Harvest
from analytics.labeling.interface import Conversation, Status
from analytics.labeling.model_families import retirement_warning
from analytics.labeling.plan import Plan
from analytics.labeling.prices import TokenPrices, token_prices
from analytics.labeling.remote import RemoteLabeler
from analytics.lake import Window
from analytics.redaction.policy import policy_of
from analytics.redaction.redactor import Finder
from analytics.redaction.shared_values import find_conversation_values
from analytics.redaction.table import TEXT_TABLES, view_redacted
from analytics.shipped import sql
from analytics.workspace import Workspace

#: Calls that are in memory at a time.
BATCH_CALLS = 2_000


def ask_days(
    workspace: Workspace, labeler: RemoteLabeler, days: list[date], retry: frozenset[Status] = frozenset()
) -> Counter[str]:
    """Ask about the eligible calls of some days that have no final answer, or one of the statuses in `retry`.

    Under a cap they are one round: the sample is random over all of these days.

    Returns:
        How many calls ended in which status.

    Raises:
        LabelingStopped: the model's server refuses everything.
    """
    retiring = retirement_warning(labeler.model, workspace.now.date())
    if retiring is not None:
        workspace.progress(f"warning: {retiring}")
    with workspace.connection() as connection:
        view_calls(workspace, connection, days)
        counts = labeler.ask(_told(workspace, labeler, candidates(connection, labeler)), retry)
    if counts:
        ended = ", ".join(f"{status} {count}" for status, count in sorted(counts.items()))
        workspace.progress(f"asked {labeler.model} about {counts.total()} calls: {ended}")
    return counts


def candidates(connection: duckdb.DuckDBPyConnection, labeler: RemoteLabeler) -> Iterator[Candidate]:
    """The eligible calls of core.calls: by day, or, where a cap may leave calls out, in their random order."""
    calls = sql("core/_conversations")
    if labeler.capped:
        places = {"call_id": pa.string(), "draw": pa.float64()}
        stored = [dict(zip(places, row, strict=True)) for row in labeler.draws()]
        connection.register("stored_draws", pa.Table.from_pylist(stored, schema=pa.schema(places)))
        calls = f"from ({calls}) join ({sql('core/_draws')}) using (call_id) order by draw, call_id"
    for batch in rows_of(connection.sql(calls)):
        for call in batch:
            if call["eligible"]:
                yield Candidate(msgspec.convert(call, Conversation), call.get("draw", 0.0))


def ask_all(workspace: Workspace, labeler: RemoteLabeler, retry: frozenset[Status] = frozenset()) -> Counter[str]:
    """Ask about the calls of all days, and let the next run write the rows of those days whose labels can change.

    Raises:
        LabelingStopped: the model's server refuses everything.
    """
    window = all_days(workspace)
    if window is None:
        return Counter()
    with workspace.ledger.transaction():  # before asking: a killed command has answers that no row shows yet
        workspace.ledger.mark_dirty(_days_to_write(workspace, labeler, retry))
    return ask_days(workspace, labeler, window.days, retry)


def submit_all(workspace: Workspace, labeler: RemoteLabeler, retry: frozenset[Status] = frozenset()) -> Counter[str]:
    """Put the calls of all days that are due into batches; returns calls by what became of them.

    Raises:
        LabelingStopped: the server refuses, or does not answer.
    """
    batches, window = labeler.batches(), all_days(workspace)
    if window is None:
        return Counter()
    with workspace.ledger.transaction():
        workspace.ledger.mark_dirty(_days_to_write(workspace, labeler, retry))
    with workspace.connection() as connection:
        view_calls(workspace, connection, window.days)
        submission = batches.submit(_told(workspace, labeler, candidates(connection, labeler)), retry)
    for problem in submission.problems:
        workspace.progress(f"warning: {problem}")
    workspace.progress(f"submitted {submission.counts['submitted']} calls in {submission.batches} batches")
    return submission.counts


def collect_all(workspace: Workspace, labeler: RemoteLabeler) -> Harvest:
    """Take in the batches that have ended, and let the next run write the rows of the days that wait for them.

    Raises:
        LabelingStopped: the server does not tell whether a batch was created.
    """
    batches, window = labeler.batches(), all_days(workspace)
    if window is None:
        return batches.collect(lambda _: ())
    with workspace.ledger.transaction():  # before collecting: a killed command has answers that no row shows yet
        workspace.ledger.mark_dirty(_days_to_write(workspace, labeler, frozenset()))
    with workspace.connection() as connection:
        view_calls(workspace, connection, window.days)
        return batches.collect(lambda call_ids: _conversations(connection, call_ids))


def _conversations(connection: duckdb.DuckDBPyConnection, call_ids: Sequence[str]) -> Iterator[Conversation]:
    connection.register("wanted", pa.table({"call_id": pa.array(call_ids, pa.string())}))
    calls = f"from ({sql('core/_conversations')}) semi join wanted using (call_id)"
    for batch in rows_of(connection.sql(calls)):
        yield from (msgspec.convert(call, Conversation) for call in batch)


def plan_all(workspace: Workspace, labeler: RemoteLabeler, retry: frozenset[Status] = frozenset()) -> Plan | None:
    """What `ask_all` would send; None before any call is in core."""
    window = all_days(workspace)
    if window is None:
        return None
    with workspace.connection() as connection:
        view_calls(workspace, connection, window.days)
        return labeler.plan(candidates(connection, labeler), retry)


def labeling_prices(workspace: Workspace, model: str) -> TokenPrices | None:
    """Prices of a model on the day of the run: component analysis of the price book, else llm, provider openai."""
    with workspace.connection() as connection:
        read_price_book(workspace, connection)
        query = (
            "select unit, usd, per from price_book"
            " where component = $component and provider = 'openai' and model = $model"
            " and $day >= valid_from and $day < coalesce(valid_to, date '9999-12-31') order by valid_from, price_id"
        )
        for component in ("analysis", "llm"):
            values = {"component": component, "model": model, "day": workspace.now.date()}
            rows = connection.execute(query, values).fetchall()
            prices = token_prices({unit: usd / per for unit, usd, per in rows})  # the newest period comes last
            if prices is not None:
                return prices
    return None


def all_days(workspace: Workspace) -> Window | None:
    """From the first to the last day of core.calls; None where there is no call."""
    if not all(workspace.lake.exists(f"core/{table}") for table in ("calls", *TEXT_TABLES, "redacted_texts")):
        return None
    with workspace.connection() as connection:
        workspace.lake.view(connection, "core/calls")
        found = connection.execute("select min(call_date), max(call_date) from core.calls").fetchall()
    first, last = found[0]
    return None if first is None else Window(first, last + timedelta(days=1))


def _days_to_write(workspace: Workspace, labeler: RemoteLabeler, retry: frozenset[Status]) -> list[date]:
    """Days with a row of this version whose status, or whose probability to be taken, may change."""
    if not workspace.lake.exists("core/labels"):
        return []
    with workspace.connection() as connection:
        workspace.lake.view(connection, "core/labels")
        days = connection.execute(
            "select distinct call_date from core.labels where labeler_version = $version and"
            " (list_contains($statuses, status) or ($again and selection_probability < 1)) order by call_date",
            {
                "version": labeler.version,
                "statuses": ["pending", *sorted(retry)],
                "again": "skipped_budget" in retry,
            },
        )
        return [day for (day,) in days.fetchall()]


def view_calls(workspace: Workspace, connection: duckdb.DuckDBPyConnection, days: list[date]) -> None:
    """Make the tables readable that conversations are made of: nothing that a labeler reads is unredacted."""
    workspace.lake.view(connection, "core/calls", days)
    view_redacted(workspace, connection, days)
    find_conversation_values(connection, Finder(policy_of(workspace.settings.redaction)))


def rows_of(relation: duckdb.DuckDBPyRelation) -> Iterator[list[dict[str, Any]]]:
    """Rows in batches."""
    for batch in relation.to_arrow_reader(BATCH_CALLS):
        yield batch.to_pylist()


def _told(workspace: Workspace, labeler: RemoteLabeler, calls: Iterable[Candidate]) -> Iterator[Candidate]:
    """Say how far it is, once per batch."""
    for position, call in enumerate(calls):
        if position % BATCH_CALLS == 0:
            workspace.progress(f"asking {labeler.model}: {position} calls looked at")
        yield call
