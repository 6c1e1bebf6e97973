"""`lodestar classify`: what labeling by a model would send and cost, and asking apart from a run."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from dagster_project.command import home_option, workspace_at

if TYPE_CHECKING:
    from analytics.labeling.plan import Plan
    from analytics.labeling.remote import RemoteLabeler
    from analytics.labeling.tokens import Range
    from analytics.workspace import Workspace

DEAD_LETTERS = ("refused", "truncated", "invalid", "error", "skipped_budget")


@click.command()
@home_option
@click.option("--plan", "is_plan", is_flag=True, help="Only say what would be sent and what it would cost.")
@click.option("--retry", type=click.Choice(DEAD_LETTERS), help="Ask again about the calls of this status, too.")
def classify(home: Path, is_plan: bool, retry: str | None) -> None:
    """Ask the model of [labeling] about the calls that it has not answered; the next run writes the labels."""
    from analytics.core.label_requests import ask_all, plan_all
    from analytics.labeling.interface import Status
    from dagster_project.resources import remote_labeler

    again = frozenset(status for status in get_args(Status) if status == retry)
    with workspace_at(home) as workspace:
        labeler = remote_labeler(workspace)
        if is_plan:
            plan = plan_all(workspace, labeler, again)
            lines = _plan_lines(workspace, labeler, plan) if plan is not None else iter([_NOTHING])
        else:
            lines = _ended_lines(ask_all(workspace, labeler, again))
        for line in lines:
            click.echo(line)


_NOTHING = "no calls yet: `lodestar run --labeler offline` brings them in, and costs nothing"


def _ended_lines(counts: dict[str, int]) -> Iterator[str]:
    for status, calls in sorted(counts.items()):
        yield f"{status:<22}{calls}"
    yield (
        "nothing to ask about" if not counts else "next: lodestar run --labeler openai writes the labels and publishes"
    )


def _plan_lines(workspace: "Workspace", labeler: "RemoteLabeler", plan: "Plan") -> Iterator[str]:
    settings, counts = workspace.settings.labeling, plan.counts
    yield f"{'model':<22}{labeler.model} at {settings.base_url}, labeler version {labeler.version}"
    yield f"{'eligible calls':<22}{counts.eligible}"
    yield f"{'  answered before':<22}{counts.answered}"
    yield f"{'  equal to another':<22}{counts.equal}"
    yield f"{'  left out by a cap':<22}{counts.left_out}"
    yield f"{'  to send':<22}{counts.to_send}"
    yield f"{'':<22}{'low':>14}{'expected':>14}{'high':>14}"
    yield _range("input tokens", plan.input_tokens, 0)
    yield _range("output tokens", plan.output_tokens, 0)
    if plan.usd is not None:
        yield _range("US dollars", plan.usd, 4)
    yield f"{'estimated from':<22}{'answers so far' if plan.is_measured else 'bytes; no answers yet'}"
    for name, cap in (("per run", settings.max_usd_per_run), ("per month", settings.max_usd_per_month)):
        yield f"{'cap ' + name:<22}{'none' if cap is None else f'{cap} US dollars'}"
    if plan.room_usd is not None:
        yield f"{'left under the caps':<22}{plan.room_usd:.4f} US dollars, about {plan.fitting_calls} calls"
    for warning in _warnings(workspace, labeler, plan):
        yield f"{'warning':<22}{warning}"


def _range(name: str, values: "Range", digits: int) -> str:
    return f"{name:<22}" + "".join(f"{value:>14,.{digits}f}" for value in (values.low, values.expected, values.high))


def _warnings(workspace: "Workspace", labeler: "RemoteLabeler", plan: "Plan") -> Iterator[str]:
    from analytics.labeling.model_families import retirement_warning
    from analytics.labeling.remote import unpriced

    retiring = retirement_warning(labeler.model, workspace.now.date())
    if retiring is not None:
        yield retiring
    if plan.usd is None and labeler.capped:
        yield unpriced(labeler.model)
    elif plan.usd is None:
        yield f"no price for provider openai, model {labeler.model!r} in the price book: costs will be NULL"
