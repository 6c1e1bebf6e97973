"""What one run works with: home, settings, lake, ledger and the clock. Everything a step needs comes in through it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import duckdb

from analytics.engine import connect
from analytics.errors import ConfigurationError
from analytics.home import Home
from analytics.lake import Lake
from analytics.ledger import Ledger
from analytics.settings import Settings, load_settings
from analytics.shipped import shipped

#: DuckDB takes what it may. Streaming 88 000 calls of 15 KB, this limit cost no time and saved 400 MB against 2 GB; a
#: second thread cost 15 % more CPU, since most of the way (gate, Parquet) is one thread's work.
STREAMING = {"memory_limit": "600MB", "threads": 1}
#: Used where LODESTAR_CUSTOMER_KEY is not set; `lodestar status` says so, since anyone can hash with it.
PUBLIC_CUSTOMER_KEY = "lodestar-public-default"


Progress: TypeAlias = Callable[[str], None]


def _silent(_: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Workspace:
    """One home under its lock, at one moment of judgement.

    Attributes:
        as_of: the only clock of all judgements; records after it do not count.
        now: the wall clock of receipt.
        progress: takes one line per step, for a person who watches.
        customer_key: secret of the keyed hash that hides customer ids; never stored, never printed.
    """

    home: Home
    settings: Settings
    ledger: Ledger
    as_of: datetime
    now: datetime
    customer_key: str
    run_id: str
    progress: Progress = _silent

    @property
    def lake(self) -> Lake:
        """The Delta tables of this home."""
        return Lake(self.home.lake)

    @property
    def price_book(self) -> Path:
        """The dated prices in force: the configured file or the shipped one.

        Raises:
            ConfigurationError: the configured file is not there.
        """
        configured = self.settings.cost.price_book
        if configured is not None and not configured.is_file():
            msg = f"{configured}: no such price book; correct cost.price_book"
            raise ConfigurationError(msg)
        return configured or shipped("data_samples/price_book.csv")

    @contextmanager
    def connection(self, *, streams: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A fresh in-memory DuckDB for one step; one that only streams rows through gets by with less."""
        engine = self.settings.engine
        connection = connect(engine.model_copy(update=STREAMING) if streams else engine, self.home.stage)
        try:
            yield connection
        finally:
            connection.close()

    def parameters(self) -> dict[str, object]:
        """Every parameter that the SQL files may name."""
        settings = self.settings
        return {
            "as_of": self.as_of,
            "zone": settings.reporting.timezone,
            "maturity_days": settings.reporting.maturity_days,
            "min_n": settings.reporting.min_n,
            "frozen_sample_calls": settings.reporting.frozen_sample_calls,
            "min_caller_words": settings.eligibility.min_caller_words,
            "slo_ttft_ms": settings.slo.ttft_ms,
            "dead_air_ms": settings.slo.dead_air_ms,
            "ttft_slo_target": settings.targets.ttft_slo_share.value,
            "stitch_seconds": settings.cases.stitch_seconds,
            "required_components": list(settings.cost.required_components),
            "high_call_usd": settings.cost.high_call_usd,
            "customer_key": self.customer_key,
            "text_sources": sorted(self.ledger.text_sources()),
        }


@contextmanager
def open_workspace(
    home: Home,
    environment: Mapping[str, str],
    *,
    now: datetime,
    as_of: datetime | None = None,
    wait_s: float = 0.0,
    progress: Progress = _silent,
) -> Iterator[Workspace]:
    """Validate the settings, take the lock and open the ledger.

    Raises:
        ConfigurationError: a setting or the home cannot be used.
        HomeLocked: another process works on the home.
    """
    settings = settings_of(home, environment)
    with home.create().locked(wait_s=wait_s), Ledger.open(home.ledger) as ledger:
        yield Workspace(
            home=home,
            settings=settings,
            ledger=ledger,
            as_of=as_of or now,
            now=now,
            customer_key=environment.get("LODESTAR_CUSTOMER_KEY") or PUBLIC_CUSTOMER_KEY,
            run_id=now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ"),
            progress=progress,
        )


def settings_of(home: Home, environment: Mapping[str, str]) -> Settings:
    """The settings of `lodestar.toml` in the home, else in the working folder, overlaid by the environment.

    Raises:
        ConfigurationError: an unknown key or a bad value.
    """
    inside = home.root / "lodestar.toml"
    return load_settings(inside if inside.exists() else Path("lodestar.toml"), environment)
