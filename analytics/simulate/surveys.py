"""Survey lines: invitations after the last call of a need, and a small random call-back arm."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final

from analytics.simulate import scenario
from analytics.simulate.chance import stream
from analytics.simulate.clock import DAY_MS, HOUR_MS, MINUTE_MS, stamp
from analytics.simulate.records import Survey
from analytics.simulate.true_cases import WINDOW_MS, TrueCase

if TYPE_CHECKING:
    from collections.abc import Iterator

_CASE_ID_ONLY_SHARE: Final = 0.3
_ANSWER_DELAYS_MS: Final = (
    (0.55, 2 * MINUTE_MS, HOUR_MS),
    (0.85, HOUR_MS, 12 * HOUR_MS),
    (1.00, 12 * HOUR_MS, 5 * DAY_MS),
)
_CALLBACK_SPAN_MS: Final = 36 * HOUR_MS

Delivery = tuple[int, Survey]
"""The moment at which a survey line reaches the landing folder, and the line."""


class Surveys:
    """Asks customers and notes in their case that they were asked."""

    def __init__(self, *, seed: int, end_ms: int) -> None:
        self._seed = seed
        self._end_ms = end_ms
        self._rng = stream(seed, "surveys")
        self._asked = 0

    def invite(self, case: TrueCase, *, ended_ms: int) -> Iterator[Delivery]:
        """Yield the lines of a case whose last call has just ended; many cases are never invited."""
        random = self._rng.random
        invited_ms = ended_ms + (15 + int(random() * 105)) * MINUTE_MS
        if random() >= scenario.INVITED_SHARE or invited_ms >= self._end_ms:
            return
        survey = self._ask(case, invited_ms, "sms" if random() < 0.7 else "email")
        answers = random() < scenario.ANSWER_SHARES[case.felt_nps]
        yield from self._deliver(case, survey, invited_ms, self._answer_delay_ms() if answers else None)

    def call_back(self, case: TrueCase) -> Iterator[Delivery]:
        """Yield the line of a settled case that the random arm has drawn."""
        random = self._rng.random
        asked_ms = case.first_ms + WINDOW_MS + int(random() * _CALLBACK_SPAN_MS)
        if random() >= scenario.CALLBACK_SHARE or asked_ms >= self._end_ms - HOUR_MS:
            return
        survey = self._ask(case, asked_ms, "callback")
        survey.sampling_probability = scenario.CALLBACK_SHARE
        answers = random() < scenario.CALLBACK_ANSWERED_SHARE
        case.week.callbacks_asked += 1
        case.week.callbacks_answered += answers
        yield from self._deliver(case, survey, asked_ms, 4 * MINUTE_MS if answers else None)

    def _ask(self, case: TrueCase, invited_ms: int, channel: str) -> Survey:
        self._asked += 1
        survey = Survey(f"s-{self._seed}-{self._asked}", "nps", None, stamp(invited_ms), channel=channel)
        survey.case_id = case.case_id
        if case.case_id is None or self._rng.random() >= _CASE_ID_ONLY_SHARE:
            survey.call_id = case.last_call_id
        return survey

    def _deliver(self, case: TrueCase, survey: Survey, invited_ms: int, delay_ms: int | None) -> Iterator[Delivery]:
        answered_ms = None if delay_ms is None else invited_ms + delay_ms
        if answered_ms is not None and answered_ms >= self._end_ms:
            answered_ms = None  # nobody knows of this answer yet
        case.note_survey(answered_ms)
        if answered_ms is None:
            yield invited_ms, survey
            return
        if self._rng.random() < scenario.ANSWER_REVISED_SHARE:
            yield invited_ms, survey
            survey = copy(survey)
            survey.revision = 2
        survey.score, survey.answered_at = case.felt_nps, stamp(answered_ms)
        yield answered_ms, survey

    def _answer_delay_ms(self) -> int:
        point = self._rng.random()
        below = 0.0
        for reached, shortest_ms, longest_ms in _ANSWER_DELAYS_MS:
            if point < reached:
                return shortest_ms + int((longest_ms - shortest_ms) * (point - below) / (reached - below))
            below = reached
        return _ANSWER_DELAYS_MS[-1][2]
