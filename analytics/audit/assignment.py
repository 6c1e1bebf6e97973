"""Who reviews which case, in which order: by chance, and the same again for the same sample and reviewers."""

from analytics.audit.draw import place
from analytics.audit.samples import Drawn
from analytics.errors import ConfigurationError

#: Takes the second ratings where only one reviewer is named.
SECOND_REVIEWER = "second-reviewer"


def assign(sample: list[Drawn], reviewers: tuple[str, ...]) -> dict[str, list[Drawn]]:
    """Cases of each reviewer in random order; those of a second rating stand on two lists.

    Cases are dealt in turn, a second rating goes to the next reviewer; with one reviewer to `SECOND_REVIEWER`.

    Raises:
        ConfigurationError: a name stands twice.
    """
    if len(set(reviewers)) < len(reviewers) or reviewers == (SECOND_REVIEWER,):
        msg = f"--reviewers {','.join(reviewers)}: every reviewer needs a name of their own"
        raise ConfigurationError(msg)
    hands: dict[str, list[Drawn]] = {reviewer: [] for reviewer in reviewers}
    seconds = reviewers[1:] + reviewers[:1] if len(reviewers) > 1 else (SECOND_REVIEWER,)
    dealt = sorted(sample, key=lambda drawn: place(drawn.sample_id, "deal", drawn.case_id))
    for turn, drawn in enumerate(dealt):
        hands[reviewers[turn % len(reviewers)]].append(drawn)
        if drawn.second_rating:
            hands.setdefault(seconds[turn % len(seconds)], []).append(drawn)
    return {
        reviewer: sorted(hand, key=lambda drawn: place(drawn.sample_id, reviewer, drawn.case_id))
        for reviewer, hand in hands.items()
        if hand
    }
