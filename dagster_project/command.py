"""What the commands of `lodestar` share: options, the open workspace, the booked run, progress."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analytics.home import Home

if TYPE_CHECKING:
    from analytics.workspace import Workspace

home_option = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="LODESTAR_HOME",
    default=Path("lodestar_home"),
    show_default=True,
    help="Folder that holds all state ($LODESTAR_HOME).",
)


class Moment(click.ParamType):
    """RFC 3339 with an offset: a naive time would be a guess."""

    name = "TIMESTAMP"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no timestamp; write one like 2026-02-06T00:00:00Z", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} has no offset; write one like 2026-02-06T00:00:00Z", param, ctx)
        return moment.astimezone(UTC)


@contextmanager
def workspace_at(
    home: Path,
    *,
    as_of: datetime | None = None,
    wait_s: float = 0.0,
    labeler: str | None = None,
    must_exist: bool = False,
) -> "Iterator[Workspace]":
    """The home under its lock, judged at `as_of` (default: now); progress goes to the error stream.

    `labeler` outranks the settings for this command. Where the home `must_exist`, a wrong path is an error and no new
    and empty home in which all is well.

    Raises:
        ConfigurationError: there is no home, and it must exist.
    """
    from analytics.errors import ConfigurationError
    from analytics.workspace import open_workspace

    if must_exist and not Home(home.absolute()).ledger.parent.is_dir():
        msg = f"{home.absolute()}: no home of Lodestar; name it with --home"
        raise ConfigurationError(msg)
    options = {"now": datetime.now(UTC), "as_of": as_of, "wait_s": wait_s, "progress": Steps().show}
    environment = dict(os.environ) | ({"LODESTAR_LABELING__LABELER": labeler} if labeler else {})
    with open_workspace(Home(home.absolute()), environment, **options) as workspace:
        yield workspace


class Steps:
    """One line per step with the seconds since the start, on the error stream."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def show(self, step: str) -> None:
        """Say that a step begins."""
        click.echo(f"[{time.monotonic() - self._start:6.1f} s] {step}", err=True)
