"""Commands that tell somebody: the weekly brief and the alerts."""

import os
import sys
from pathlib import Path

import click

from analytics.home import Home
from dagster_project.command import home_option, workspace_at


@click.command()
@home_option
@click.option("--week", help="Week like 2026-W46 (default: the newest final one).")
@click.option("--format", "form", type=click.Choice(["markdown", "html"]), default="markdown")
@click.option("--send", is_flag=True, help="Send it by the channels of alerts.brief instead of printing it.")
def brief(home: Path, week: str | None, form: str, send: bool) -> None:
    """The week in a few computed sentences, and whether there is anything to see."""
    from dagster_project.alerting import brief_of, send_brief

    where, environment = Home(home.absolute()), dict(os.environ)
    if send:
        _report(send_brief(where, environment, week))
    else:
        made = brief_of(where, environment, week)
        click.echo(made.html if form == "html" else made.markdown, nl=False)


@click.command()
@home_option
@click.option("--test", is_flag=True, help="Send a test message by every channel.")
def alerts(home: Path, test: bool) -> None:
    """Send what somebody has to know and was not told yet; for cron, where no scheduler runs."""
    from analytics.workspace import settings_of
    from dagster_project.alerting import alert, send_test

    environment = dict(os.environ)
    if test:
        _report(send_test(settings_of(Home(home.absolute()), environment), environment))
        return
    with workspace_at(home, must_exist=True) as workspace:
        _report(alert(workspace, environment, workspace.now))


def _report(problems: list[str]) -> None:
    """What could not be sent is a failure of the command, and of no run."""
    for problem in problems:
        click.echo(f"lodestar: {problem}", err=True)
    if problems:
        sys.exit(1)
