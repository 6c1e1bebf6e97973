"""The console script `lodestar`. Heavy parts are imported by the command that needs them."""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analytics.errors import DISK_FULL, ConfigurationError, LodestarError, is_disk_full
from analytics.home import Home
from dagster_project.audit import audit
from dagster_project.classify import classify
from dagster_project.command import Moment, home_option, workspace_at
from dagster_project.evaluate import evaluate
from dagster_project.tell import alerts, brief

if TYPE_CHECKING:
    from analytics.lake import Window
    from analytics.workspace import Workspace


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="lodestar-calls")
def cli() -> None:
    """Offline call analytics for voice AI: calls in, one honest weekly number out."""


def main() -> None:
    """Run the command; expected failures are one message and their exit code, never a traceback."""
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit("interrupted")
    except LodestarError as error:
        click.echo(f"lodestar: {error}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        click.echo(f"lodestar: {error.filename or 'the home'}: {error.strerror or error}", err=True)
        sys.exit(1)
    except Exception as error:
        if not is_disk_full(error):
            raise
        click.echo(f"lodestar: {DISK_FULL}", err=True)
        sys.exit(1)


@cli.command()
@home_option
@click.option("--landing", multiple=True, type=click.Path(path_type=Path), help="Folder to read (repeatable).")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="Rebuild from this day on, changed or not.")
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), help="Rebuild up to this day, changed or not.")
@click.option("--reprice", is_flag=True, help="Price all of history again with the dated rows of the price book.")
@click.option("--as-of", type=Moment(), help="Moment of all judgements (default: now).")
@click.option(
    "--labeler", type=click.Choice(["offline", "openai"]), help="Who labels the calls (default: lodestar.toml)."
)
@click.option("--wait", "wait_s", type=click.FloatRange(min=0), default=0.0, help="Seconds to wait for a running run.")
def run(
    home: Path,
    landing: tuple[Path, ...],
    start: datetime | None,
    end: datetime | None,
    reprice: bool,
    as_of: datetime | None,
    labeler: str | None,
    wait_s: float,
) -> None:
    """Bring every table up to date with the landing folder, publish, and build the pages."""
    from dagster_project.booking import booked

    with workspace_at(home, as_of=as_of, wait_s=wait_s, labeler=labeler) as workspace:
        forced = _forced(workspace, start, end, everything=reprice)
        with booked(workspace):
            _bring_up_to_date(workspace, landing, forced)
            _say(workspace)


def _bring_up_to_date(workspace: "Workspace", landing: tuple[Path, ...], forced: "Window | None") -> None:
    """Run the pipeline, unless it could change nothing; the scheduler need not be imported to find that out."""
    from analytics.publish.standing import stands

    folders = [folder.absolute() for folder in landing] or [workspace.home.landing]
    if forced is None and stands(workspace, folders):
        workspace.progress("nothing new: the publication stands as it is")
        return
    from dagster_project.resources import labeler_for
    from dagster_project.run import run_pipeline

    labeler_for(workspace)  # a missing key is said before anything is read
    run_pipeline(workspace, folders, forced)


def _forced(
    workspace: "Workspace", start: datetime | None, end: datetime | None, *, everything: bool
) -> "Window | None":
    from analytics.lake import Window

    if everything:
        start = end = None
    elif start is None and end is None:
        return None
    first = start.date() if start else date(2000, 1, 1)
    last = end.date() if end else workspace.now.date()
    if last < first:
        msg = f"--to {last} is before --from {first}"
        raise ConfigurationError(msg)
    return Window(first, last + timedelta(days=1))


def _say(workspace: "Workspace") -> None:
    from analytics.publish.snapshot import closing_lines

    for line in closing_lines(workspace.home, workspace.home.site / "index.html", workspace.as_of):
        click.echo(line)


@cli.command()
@click.option("--cases-per-week", type=click.IntRange(min=1), required=True, help="Average number of cases a week.")
@click.option("--weeks", type=click.IntRange(min=1), required=True, help="Number of whole ISO weeks.")
@click.option("--seed", type=int, required=True, help="Equal seeds give equal bytes.")
@click.option("--end", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last week ends on or before it.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Landing folder to write.")
@click.option("--truth", type=click.Path(path_type=Path, dir_okay=False), help="File for the true KPIs.")
@click.option("--plain", is_flag=True, help="Write .jsonl instead of .jsonl.zst.")
def simulate(
    cases_per_week: int, weeks: int, seed: int, end: datetime, out: Path, truth: Path | None, plain: bool
) -> None:
    """Write a realistic landing folder with known true KPIs."""
    from analytics.simulate import simulate as simulate_operation

    summary = simulate_operation(
        out,
        cases_per_week=cases_per_week,
        weeks=weeks,
        seed=seed,
        end=end.date(),
        truth=truth,
        compress=not plain,
        on_progress=_progress("calls"),
    )
    click.echo(f"{summary.calls} calls of {summary.cases} cases in {summary.files} files below {out}")


def _progress(unit: str) -> Callable[[int], None]:
    """A counter on one line of a terminal; silent elsewhere."""

    def show(count: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{count} {unit}", nl=False, err=True)

    return show


@cli.command()
@home_option
@click.option("--coverage", is_flag=True, help="What each source delivers, and for which share of its records.")
def status(home: Path, coverage: bool) -> None:
    """Tables, freshness, coverage, quarantine counts and the last runs."""
    from dagster_project.status import coverage_lines, status_lines

    where = Home(home.absolute())
    _echo(coverage_lines(where) if coverage else status_lines(where, dict(os.environ)))


@cli.command()
@home_option
@click.option("--reason", help="Only entries with this reason code.")
@click.option("--export", type=click.Path(path_type=Path, file_okay=False), help="Folder for the raw lines.")
def quarantine(home: Path, reason: str | None, export: Path | None) -> None:
    """What was set aside, as FILE:LINE: PATH: REASON [code]."""
    from dagster_project.quarantine import export_quarantine, quarantine_lines

    where = Home(home.absolute())
    if not _echo(quarantine_lines(where, reason)):
        click.echo(f"nothing is in quarantine{f' with the reason code {reason!r}' if reason else ''}", err=True)
    if export is not None:
        click.echo(f"{export_quarantine(where, reason, export)} files written to {export}", err=True)


@cli.command()
@home_option
@click.argument("statement", required=False)
@click.option("--saved", help="Name of a saved query (sql/queries/NAME.sql).")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write (parquet needs one).")
def query(home: Path, statement: str | None, saved: str | None, form: str, out: Path | None) -> None:
    """Run read-only SQL on the published snapshot."""
    from dagster_project.query import answer, saved_query

    if (statement is None) == (saved is None):
        raise click.UsageError("give either a statement or --saved NAME")
    text = saved_query(saved) if saved else str(statement)
    answer(Home(home.absolute()), text, form, out)


@cli.command()
@home_option
@click.option("--week", help="ISO week of the page, like 2026-W46 (default: the latest).")
@click.option("--standalone", is_flag=True, help="Write one self-contained file too, for mail.")
@click.option("--pdf", is_flag=True, help="Print it to a PDF too; needs an installed Chromium.")
def page(home: Path, week: str | None, standalone: bool, pdf: bool) -> None:
    """Build the weekly pages again from the published snapshot."""
    from analytics.publish.state import refusal
    from dashboards.handouts import page_name, print_pdf, write_standalone
    from dashboards.notice import publish_notice
    from dashboards.site import build_site

    with workspace_at(home, must_exist=True) as workspace:
        name = page_name(workspace.home, workspace.settings, week)
        click.echo(build_site(workspace.home, workspace.settings).with_name(f"{name}.html"))
        if standalone:
            click.echo(write_standalone(workspace.home, workspace.settings, week))
        if pdf:
            click.echo(print_pdf(workspace.home, workspace.settings, week))
        if state := refusal(workspace.ledger):
            click.echo(publish_notice(workspace.home, state))


@cli.command()
@home_option
@click.option("--customer", help="The producer's customer id, in all sources.")
@click.option("--call", "call_id", help="A call_id as published, or the producer's id.")
@click.option("--as-of", type=Moment(), help="Moment of all judgements of the new publication (default: now).")
def erase(home: Path, customer: str | None, call_id: str | None, as_of: datetime | None) -> None:
    """Remove a person or a call from every layer, for good, and publish again without it."""
    from analytics.erasure import erase as erase_records
    from dagster_project.booking import booked

    if (customer is None) == (call_id is None):
        raise click.UsageError("give either --customer ID or --call ID")
    with workspace_at(home, as_of=as_of, must_exist=True) as workspace:
        # before the run is booked: a mistyped id is no failed run, and no id may reach books and alerts
        erased = erase_records(workspace, customer=customer, call=call_id)
        with booked(workspace):
            _publish_without(workspace)
        click.echo(f"erased {erased.calls} calls and {erased.cases} cases; landed files are yours to delete")


def _publish_without(workspace: "Workspace") -> None:
    """Publish what is left; where nothing is left, no publication may go on showing what was erased."""
    from analytics.erasure import finish_erasure
    from analytics.errors import NothingToPublish, NotPublishable
    from dagster_project.run import run_pipeline

    try:
        run_pipeline(workspace, [], None)
    except NothingToPublish as nothing:
        finish_erasure(workspace)
        click.echo(str(nothing), err=True)
    except NotPublishable:
        workspace.lake.forget_history()
        click.echo("erased, but the last publication still shows it: the next one takes it away", err=True)
        raise


@cli.command(context_settings={"ignore_unknown_options": True})
@home_option
@click.option("--prepare", is_flag=True, help="Only write the settings of Dagster into the home, for services.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def ui(home: Path, prepare: bool, arguments: tuple[str, ...]) -> None:
    """Start Dagster's web server and daemon on the same home, telemetry off; ARGUMENTS go to `dagster dev`."""
    from dagster_project.instance import prepare_instance
    from dagster_project.ui import start_ui

    where = Home(home.absolute()).create()
    if prepare:
        prepare_instance(where.dagster)
    else:
        start_ui(where, arguments)


def _echo(lines: Iterable[str]) -> bool:
    """Print lines; returns whether there were any."""
    said = False
    for line in lines:
        click.echo(line)
        said = True
    return said


for command in (audit, classify, evaluate, brief, alerts):
    cli.add_command(command)

if __name__ == "__main__":
    main()
