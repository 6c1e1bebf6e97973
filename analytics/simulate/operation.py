"""The simulated company, day by day: takes calls, asks customers, keeps the true books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from analytics.simulate.calls import CallMaker
from analytics.simulate.chance import stream
from analytics.simulate.clock import DAY_MS, DAYS_PER_WEEK, day_of, day_start_ms, moment_ms
from analytics.simulate.delivery import Courier, encode
from analytics.simulate.demand import Demand, Need
from analytics.simulate.dirt import Dirt
from analytics.simulate.facts import facts_of
from analytics.simulate.outcomes import Outcome, Outcomes
from analytics.simulate.recalls import Recalls
from analytics.simulate.release import Release
from analytics.simulate.scenario import NEW_VERSION, OLD_VERSION
from analytics.simulate.surveys import Surveys
from analytics.simulate.tickets import Tickets
from analytics.simulate.true_cases import TrueCase, TrueCases
from analytics.simulate.truth import Truth, release_truth, week_truth

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from analytics.simulate.landing import Landing
    from analytics.simulate.records import Call, Survey


@dataclass(frozen=True, slots=True)
class Period:
    """Whole ISO weeks, half-open."""

    start: date
    end: date

    @property
    def days(self) -> list[date]:
        """Every day, in order."""
        return [self.start + timedelta(days=i) for i in range((self.end - self.start).days)]

    @property
    def mondays(self) -> list[date]:
        """The first day of every week, in order."""
        return self.days[::DAYS_PER_WEEK]


class Operation:
    """The parts of the simulated company and how a call passes through them."""

    def __init__(self, landing: Landing, period: Period, *, cases_per_week: int, seed: int) -> None:
        end_ms = day_start_ms(period.end)
        self._landing = landing
        self._period = period
        self._seed = seed
        self._cases_per_week = cases_per_week
        self._end_ms = end_ms
        self._release = Release.in_the_middle(period.start, len(period.mondays))
        self._versions = stream(seed, "versions")
        self._demand = Demand(seed=seed, cases_per_week=cases_per_week)
        self._outcomes = Outcomes(seed=seed)
        self._maker = CallMaker(seed=seed)
        self._recalls = Recalls(seed=seed)
        self._books = TrueCases(period.mondays)
        self._surveys = Surveys(seed=seed, end_ms=end_ms)
        self._tickets = Tickets(seed=seed, end_ms=end_ms)
        self._dirt = Dirt(seed=seed)
        self._courier = Courier(landing, self._dirt, seed=seed)

    @property
    def calls(self) -> int:
        """Calls made so far."""
        return self._maker.made

    def run(self, day: date) -> None:
        """Simulate one day and publish its files."""
        new_share = self._release.share_on(day)
        for at_ms, need in self._demand.calls_of(day):
            self._take_call(need, at_ms, day, new_version=self._versions.random() < new_share)
        for case in self._books.settle(day_start_ms(day) + DAY_MS):
            self._keep_surveys(self._surveys.call_back(case))
        self._landing.end_day()

    def finish(self) -> Truth:
        """Close the books."""
        self._books.close()
        last = self._period.mondays[-1]
        weeks = [week_truth(week, complete=week.monday != last) for week in self._books.weeks]
        return Truth(
            seed=self._seed,
            cases_per_week=self._cases_per_week,
            start=self._period.start,
            end=self._period.end,
            calls=sum(week.calls for week in weeks),
            cases=sum(week.all.cases for week in weeks),
            lines=self._landing.lines,
            lines_to_quarantine=self._dirt.quarantined,
            dirt=dict(sorted(self._dirt.counts.items())),
            release=release_truth(self._release, weeks),
            weeks=weeks,
        )

    def _take_call(self, need: Need, at_ms: int, day: date, *, new_version: bool) -> None:
        if need.calls == 0:
            self._open(need, at_ms, day)
        outcome = self._outcomes.decide(need, new_version=new_version)
        call = self._maker.make(need, outcome, at_ms=at_ms, version=NEW_VERSION if new_version else OLD_VERSION)
        dirt = self._dirt.pick(call)
        facts = facts_of(call)
        case = self._books.add(call, facts, need, outcome, at_ms=at_ms)
        self._courier.deliver(call, dirt, day=day, at_ms=at_ms)
        need.calls += 1
        need.conversations += outcome.contact == "conversation"
        self._follow_up(call, need, outcome, case, at_ms)

    def _open(self, need: Need, at_ms: int, day: date) -> None:
        need.opened_ms = at_ms
        if need.case_id is not None:
            self._landing.keep("cases", day, encode(self._tickets.opened(need.case_id, at_ms)))

    def _follow_up(self, call: Call, need: Need, outcome: Outcome, case: TrueCase | None, at_ms: int) -> None:
        ended_ms = max(at_ms, moment_ms(call.ended_at)) if call.ended_at else at_ms
        next_ms = self._recalls.next_call_ms(need, outcome, ended_ms=ended_ms)
        if next_ms is not None:
            if next_ms < self._end_ms:
                self._demand.call_again(need, next_ms)
            return
        if case is not None:
            self._keep_surveys(self._surveys.invite(case, ended_ms=ended_ms))
        ticket = self._tickets.closed(need, ended_ms=ended_ms)
        if ticket is not None:
            closed_ms, record = ticket
            self._landing.keep("cases", day_of(closed_ms), encode(record))

    def _keep_surveys(self, deliveries: Iterable[tuple[int, Survey]]) -> None:
        for at_ms, survey in deliveries:
            self._landing.keep("surveys", day_of(at_ms), encode(survey))
