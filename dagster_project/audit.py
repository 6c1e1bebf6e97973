"""`lodestar audit`: draw a random review sample of cases, load what the reviewers answered."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analytics.errors import AnswersRefused
from dagster_project.command import home_option, workspace_at

if TYPE_CHECKING:
    from analytics.audit.load import Progress
    from analytics.audit.samples import Drawn
    from analytics.audit.strata import Candidate, PastError
    from analytics.ingest.records import HumanLabel
    from analytics.workspace import Workspace

#: Sample sizes of which `--plan` says what they buy.
PLANNED_SIZES = (50, 100, 200, 400, 800)


class IsoWeek(click.ParamType):
    """An ISO week, for example 2026-W46."""

    name = "WEEK"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The Monday of the week."""
        found = re.fullmatch(r"(\d{4})-W(\d\d)", str(value))
        try:
            return date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else self._refuse(value, param, ctx)
        except ValueError:
            return self._refuse(value, param, ctx)

    def _refuse(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        self.fail(f"{value!r} is no ISO week; write one like 2026-W46", param, ctx)


class Reviewers(click.ParamType):
    """Names with commas between them; a name becomes part of a file name."""

    name = "NAMES"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The names in the order given."""
        if isinstance(value, tuple):
            return value
        names = tuple(str(value).split(","))
        if not all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name) for name in names):
            self.fail("a name has 1 to 64 letters, digits, dots, hyphens or underscores", param, ctx)
        return names


@click.group()
def audit() -> None:
    """Random review samples of cases: what the north star is corrected to."""


@audit.command()
@home_option
@click.option("--n", type=click.IntRange(min=1), required=True, help="Cases to draw, in all weeks together.")
@click.option("--week", "weeks", type=IsoWeek(), multiple=True, help="Repeatable (default: the newest settled week).")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Equal seeds draw equal cases.")
@click.option("--reviewers", type=Reviewers(), default=("reviewer",), help="Names with commas between them.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the pages (HOME/audits).")
@click.option("--again", is_flag=True, help="One more sample of a week that has one.")
@click.option("--plan", is_flag=True, help="Say what audits buy; draw nothing.")
def draw(
    home: Path, n: int, weeks: tuple[date, ...], seed: int, reviewers: tuple[str, ...], out: Path | None,
    again: bool, plan: bool,
) -> None:  # fmt: skip
    """Draw N settled cases at random and write one offline review page per reviewer."""
    from analytics.audit.assignment import assign
    from analytics.audit.candidates import candidates, weeks_to_audit
    from analytics.audit.draw import sample_for
    from analytics.audit.strata import stratify
    from dashboards.review.site import write_reviews

    with workspace_at(home) as workspace:
        cases, errors = candidates(workspace, weeks_to_audit(workspace, list(weeks)))
        if plan:
            _say_plan(cases, errors, n)
            return
        assign([], reviewers)  # wrong names are said before anything is stored
        sample, new = sample_for(workspace, stratify(cases, errors, n), n, seed, again=again)
        pages = write_reviews(workspace, assign(sample, reviewers), out or workspace.home.audits)
        _say_sample(sample, pages, new=new)


def _say_plan(cases: "list[Candidate]", errors: "list[PastError]", n: int) -> None:
    from analytics.audit.candidates import POOLED_WEEKS, iso_week
    from analytics.audit.plan import what_audits_buy
    from analytics.audit.strata import allocation, stratify

    strata = stratify(cases, errors, n)
    click.echo(f"{'week':<10}{'stratum':<18}{'cases':>8}{'sd':>8}{'draw':>7}")
    for stratum, drawn in zip(strata, allocation(strata, n), strict=True):
        place = f"{iso_week(stratum.week):<10}{stratum.name:<18}"
        click.echo(f"{place}{len(stratum.cases):>8}{stratum.sd:>8.3f}{drawn:>7}")
    source = f"{len(errors)} audited cases and the probabilities" if errors else "the probabilities; no audit yet"
    click.echo(f"\nsd of audited less predicted value, from {source}\n")
    click.echo(
        f"half width of the north star's 95 % interval\n{'audit':>7}{'alone':>13}{f'{POOLED_WEEKS} weeks pooled':>18}"
    )
    for bought in what_audits_buy(cases, errors, {n, *PLANNED_SIZES}):
        alone, pooled = 100 * bought.half_width, 100 * bought.pooled_half_width
        click.echo(f"{bought.cases:>7}{alone:>6.1f} points{pooled:>11.1f} points")


def _say_sample(sample: "list[Drawn]", pages: list[Path], *, new: bool) -> None:
    what = "drawn" if new else "drawn earlier; its pages are written again"
    twice = sum(case.second_rating for case in sample)
    click.echo(f"sample {sample[0].sample_id}: {len(sample)} cases {what}, {twice} for two reviewers")
    for page in pages:
        click.echo(f"  {page}")


@audit.command()
@home_option
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def load(home: Path, files: tuple[Path, ...]) -> None:
    """Hold answers against the stored sample and store them; the next `lodestar run` works with them."""
    from analytics.audit.load import check, progress

    with workspace_at(home) as workspace:
        checked = check(workspace, files)
        for problem in checked.problems:
            click.echo(problem, err=True)
        if checked.problems:
            raise AnswersRefused("nothing was stored: correct what is listed above and load the files again")
        if checked.erased:
            click.echo(f"{checked.erased} answers about erased cases left out", err=True)
        if checked.records:
            _store(workspace, checked.records)
        samples = sorted({str(record.sample_id) for record in checked.records})
        for sample in progress(workspace, samples):
            _say_progress(sample)


def _store(workspace: "Workspace", records: "list[HumanLabel]") -> None:
    from analytics.audit.load import take
    from dagster_project.booking import booked

    with booked(workspace):
        report = take(workspace, records)
    click.echo(f"{len(records)} answers read, {report.rows_loaded} of them new")


def _say_progress(sample: "Progress") -> None:
    click.echo(f"sample {sample.sample_id}: {sample.answered} cases answered, {sample.cases - sample.answered} open")
    for name, found in (("handled", sample.handled), ("NPS class", sample.nps_class)):
        if not found.n:
            click.echo(f"  {name:<10} no case has two answers yet")
            continue
        figures = f"Cohen's kappa {_figure(found.kappa)}, Gwet's AC1 {_figure(found.ac1)}"
        click.echo(f"  {name:<10} {found.share:.0%} of {found.n} pairs equal, {figures}")


def _figure(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"
