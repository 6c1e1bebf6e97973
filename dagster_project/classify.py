"""`lodestar classify`: what labeling by a model would send and cost, and asking apart from a run."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from dagster_project.command import home_option, workspace_at

if TYPE_CHECKING:
    from analytics.labeling.batch_collect import Harvest
    from analytics.labeling.plan import Plan
    from analytics.labeling.remote import RemoteLabeler
    from analytics.labeling.tokens import Range
    from analytics.workspace import Workspace

DEAD_LETTERS = ("refused", "truncated", "invalid", "error", "skipped_budget")


@click.command()
@home_option
@click.option("--plan", "is_plan", is_flag=True, help="Only say what would be sent and what it would cost.")
@click.option("--submit", "is_submit", is_flag=True, help="Put the calls into batches, at the batch price.")
@click.option("--collect", "is_collect", is_flag=True, help="Take in the answers of the batches that have ended.")
@click.option("--retry", type=click.Choice(DEAD_LETTERS), help="Ask again about the calls of this status, too.")
def classify(home: Path, is_plan: bool, is_submit: bool, is_collect: bool, retry: str | None) -> None:
    """Ask the model of [labeling] about the calls that it has not answered; the next run writes the labels."""
    from analytics.core.label_requests import ask_all, collect_all, plan_all, submit_all
    from analytics.labeling.interface import Status
    from dagster_project.resources import remote_labeler

    if is_plan + is_submit + is_collect > 1 or (is_collect and retry):
        raise click.UsageError("give one of --plan, --submit and --collect; --retry goes with the first two, or alone")
    again = frozenset(status for status in get_args(Status) if status == retry)
    with workspace_at(home) as workspace:
        labeler = remote_labeler(workspace)
        if is_plan:
            plan = plan_all(workspace, labeler, again)
            lines = _plan_lines(workspace, labeler, plan) if plan is not None else iter([_NOTHING])
        elif is_submit:
            lines = _submitted_lines(submit_all(workspace, labeler, again))
        elif is_collect:
            lines = _collected_lines(collect_all(workspace, labeler))
        else:
            lines = _ended_lines(ask_all(workspace, labeler, again))
        for line in lines:
            click.echo(line)


_WRITTEN_NEXT = "next: lodestar run --labeler openai writes the labels and publishes"
_NOTHING = "no calls yet: `lodestar run --labeler offline` brings them in, and costs nothing"


def _ended_lines(counts: dict[str, int]) -> Iterator[str]:
    yield from _counted(counts)
    yield _WRITTEN_NEXT if counts else "nothing to ask about"


def _submitted_lines(counts: dict[str, int]) -> Iterator[str]:
    yield from _counted(counts)
    yield "next: lodestar classify --collect, until no batch is open" if counts else "nothing to submit"


def _collected_lines(harvest: "Harvest") -> Iterator[str]:
    yield f"{'batches collected':<22}{harvest.collected}"
    yield f"{'batches open':<22}{len(harvest.open_batches)}"
    for batch in harvest.open_batches:
        yield f"  {batch.remote_id}: {batch.status}"
    yield from _counted(harvest.counts)
    if harvest.foreign_lines:
        yield f"{'lines refused':<22}{harvest.foreign_lines}, they answer no request of their batch"
    for problem in harvest.problems:
        yield f"{'warning':<22}{problem}"
    if harvest.counts["asked again"]:
        yield "next: lodestar classify --submit sends again what the batches left open"
    elif harvest.counts:
        yield _WRITTEN_NEXT


def _counted(counts: dict[str, int]) -> Iterator[str]:
    for status, calls in sorted(counts.items()):
        yield f"{status:<22}{calls}"


def _plan_lines(workspace: "Workspace", labeler: "RemoteLabeler", plan: "Plan") -> Iterator[str]:
    settings, counts = workspace.settings.labeling, plan.counts
    yield f"{'model':<22}{labeler.model} at {settings.base_url}, labeler version {labeler.version}"
    yield f"{'eligible calls':<22}{counts.eligible}"
    yield f"{'  answered before':<22}{counts.answered}"
    yield f"{'  in an open batch':<22}{counts.in_batch}"
    yield f"{'  equal to another':<22}{counts.equal}"
    yield f"{'  left out by a cap':<22}{counts.left_out}"
    yield f"{'  to send':<22}{counts.to_send}"
    yield f"{'':<22}{'low':>14}{'expected':>14}{'high':>14}"
    yield _range("input tokens", plan.input_tokens, 0)
    yield _range("output tokens", plan.output_tokens, 0)
    if plan.usd is not None:
        yield _range("US dollars", plan.usd, 4)
    if plan.batch_usd is not None:
        yield _range("US dollars, batch", plan.batch_usd, 4)
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
