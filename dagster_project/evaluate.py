"""`lodestar evaluate`: a labeler against people, baselines, another version, and instructions to the rater."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagster_project.audit import IsoWeek
from dagster_project.command import home_option, workspace_at

if TYPE_CHECKING:
    from analytics.labeling.interface import Labeler
    from analytics.workspace import Workspace


@click.command()
@home_option
@click.option("--labeler-version", "version", help="Version to evaluate, or how it begins (default: the current one).")
@click.option("--against", help="Version to compare it with, or how it begins (default: the newest other one).")
@click.option(
    "--week", "weeks", type=IsoWeek(), multiple=True, help="Only calls and cases of this ISO week (repeatable)."
)
@click.option("--ask", is_flag=True, help="Send the injection set to a labeler behind a server; this costs money.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def evaluate(
    home: Path, version: str | None, against: str | None, weeks: tuple[date, ...], ask: bool, form: str
) -> None:
    """Hold the labels against human labels, simple rules, another labeler version, and instructions to the rater."""
    import msgspec

    from analytics.evaluation.evaluation import Request
    from analytics.evaluation.evaluation import evaluate as evaluate_labels
    from dagster_project.evaluation_lines import evaluation_lines

    request = Request(version=version, against=against, weeks=weeks, ask=ask)
    with workspace_at(home) as workspace:
        evaluation = evaluate_labels(workspace, request, lambda name: _labeler(workspace, name))
    if evaluation is None:
        click.echo("null" if form == "json" else "no labels yet: `lodestar run` brings the calls in and labels them")
    elif form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(evaluation), indent=1))
    else:
        click.echo("\n".join(evaluation_lines(evaluation)))


def _labeler(workspace: "Workspace", name: str) -> "Labeler | None":
    from analytics.labeling import offline, remote

    if name == "offline":
        return offline.OfflineLabeler()
    if name != remote.NAME:
        return None
    from dagster_project.resources import remote_labeler

    return remote_labeler(workspace)
