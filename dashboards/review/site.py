"""The pages of a sample, one per reviewer; each appears whole or not at all."""

from pathlib import Path

from analytics.audit.review import ReviewedCall, reviewed_calls
from analytics.audit.samples import Drawn
from analytics.workspace import Workspace
from dashboards.review.page import ReviewCase, render_review


def write_reviews(workspace: Workspace, hands: dict[str, list[Drawn]], out: Path) -> list[Path]:
    """Write `<sample>-<reviewer>.html` for each reviewer; a page of the same name is replaced.

    Args:
        workspace: the open home.
        hands: drawn cases of one sample by reviewer, in the order in which they are shown.
        out: folder for the pages; made where it is missing.
    """
    calls = reviewed_calls(workspace, sorted({drawn.case_id for hand in hands.values() for drawn in hand}))
    out.mkdir(parents=True, exist_ok=True)
    pages = []
    for reviewer, hand in hands.items():
        sample_id, drawn_at = hand[0].sample_id, hand[0].drawn_at
        cases = [_case(drawn, tuple(calls[drawn.case_id])) for drawn in hand]
        html = render_review(sample_id, drawn_at, reviewer, cases, workspace.settings.reporting.zone)
        page = out / f"{sample_id}-{reviewer}.html"
        staged = out / f"{page.name}.part"
        staged.write_text(html, "utf-8", newline="\n")
        pages.append(staged.replace(page))
    return pages


def _case(drawn: Drawn, calls: tuple[ReviewedCall, ...]) -> ReviewCase:
    """A published case id is the source, which holds no colon, a colon and the id that the source gave."""
    source, _, case_id = drawn.case_id.partition(":")
    return ReviewCase(source, case_id, drawn.sampling_probability, calls)
