"""One edition of the page: which week is its headline, and which weeks stand around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.sections import Target
from analytics.settings import Settings
from dashboards.annotations import NO_ANNOTATIONS, Annotations
from dashboards.figures import Event
from dashboards.judgement import Change, change, published_change
from dashboards.labelers import is_one_series, labeler_events, series_breaks
from dashboards.publication import Publication, weeks_between
from dashboards.records import Driver, Kpi

#: A quarter, the span of the charts.
WEEKS_SHOWN = 13
BASELINE_WEEKS = 26


@dataclass(frozen=True)
class Edition:
    """The page of `week`; its charts end at `through`, which is later where younger weeks stand beside the headline."""

    publication: Publication
    settings: Settings
    week: date
    through: date
    annotations: Annotations = NO_ANNOTATIONS

    @property
    def min_n(self) -> int:
        """Below this count a value is suppressed."""
        return self.settings.reporting.min_n

    @property
    def weeks(self) -> list[date]:
        """The weeks of the charts, oldest first, weeks without calls included."""
        oldest = max(self.publication.weeks[0], self.through - timedelta(weeks=WEEKS_SHOWN - 1))
        return weeks_between(min(oldest, self.week), self.through)

    @property
    def younger_weeks(self) -> list[date]:
        """Weeks after the headline week that are still settling."""
        return [week for week in self.publication.weeks if self.week < week <= self.through]

    def total(self, metric: str) -> Kpi:
        """The headline week's total of a metric."""
        return self.publication.total(self.week, metric)

    @property
    def long_weeks(self) -> list[date]:
        """The weeks of the process behaviour chart: half a year, the span of its baseline."""
        oldest = max(self.publication.weeks[0], self.through - timedelta(weeks=BASELINE_WEEKS - 1))
        return weeks_between(min(oldest, self.week), self.through)

    def series(self, metric: str, weeks: Sequence[date] | None = None) -> list[Kpi]:
        """Totals of a metric, one for each week of the charts or of another span."""
        return [self.publication.total(week, metric) for week in (self.weeks if weeks is None else weeks)]

    def change(self, metric: str) -> Change | None:
        """The published step, else the one from the newest earlier final week of the same series that has a value."""
        now, before = self.total(metric), self.earlier(metric)
        if now.previous_week:
            return published_change(now, self.publication.total(now.previous_week, metric))
        return None if self.starts_series(metric) else change(now, before)

    def earlier(self, metric: str) -> Kpi | None:
        """The newest earlier final week that has a value."""
        earlier = (
            self.publication.total(week, metric) for week in reversed(self.publication.weeks) if week < self.week
        )
        return next((kpi for kpi in earlier if kpi.status == "final" and kpi.value is not None), None)

    def starts_series(self, metric: str) -> bool:
        """Whether another labeler or estimator made the headline week's number than the one before it."""
        before = self.earlier(metric)
        return before is not None and not is_one_series(self.publication, self.total(metric), before)

    @property
    def drivers(self) -> list[Driver]:
        """What the segments added to the headline week's step; nothing where the labeler changed with it."""
        if series_breaks(self.publication, [self.week]):
            return []
        return [row for row in self.publication.drivers if row.week == self.week]

    def events(self, metric: str) -> list[Event]:
        """Releases, changes of the labeler, and the team's notes about a metric or about all, in their first week."""
        releases = [Event(one.week, f"\N{BLACK DOWN-POINTING SMALL TRIANGLE} {one.agent_version}", "release")
                    for one in self.publication.releases]  # fmt: skip
        changes = labeler_events(self.publication, self.long_weeks, metric)
        return [*releases, *changes, *self.annotations.events(self.long_weeks, metric)]

    def target(self, metric: str) -> Target | None:
        """The threshold that the metric is judged against, if there is one."""
        return getattr(self.settings.targets, metric, None)

    def final_from(self, week: date) -> date:
        """The day on which a week is judged for the last time."""
        return week + timedelta(days=7 + self.settings.reporting.maturity_days)


def latest_edition(publication: Publication, settings: Settings, annotations: Annotations = NO_ANNOTATIONS) -> Edition:
    """The newest final week with a number and the younger weeks beside it; without one, the newest with a number."""
    published = [week for week in publication.weeks if publication.is_published(week)]
    final = [week for week in published if publication.total(week, "north_star").status == "final"]
    candidates = final or published or publication.weeks
    return Edition(publication, settings, candidates[-1], publication.weeks[-1], annotations)


def week_editions(
    publication: Publication, settings: Settings, annotations: Annotations = NO_ANNOTATIONS
) -> list[Edition]:
    """One edition per week, each ending at its own week."""
    return [Edition(publication, settings, week, week, annotations) for week in publication.weeks]
