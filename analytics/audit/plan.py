"""What an audit buys, before anybody reviews a case: the expected interval by its size, from the data at hand."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from analytics.audit.candidates import POOLED_WEEKS
from analytics.audit.strata import Candidate, PastError, allocation, sizes_and_sds, stratify
from analytics.estimation.audit_design import expected_half_width


class Bought(Struct, frozen=True):
    """Expected half widths of the corrected north star's 95 % interval, as shares (0 to 1)."""

    cases: int
    half_width: float
    pooled_half_width: float  # with an audit of this size in each of `POOLED_WEEKS` weeks


def what_audits_buy(cases: list[Candidate], errors: list[PastError], sizes: Iterable[int]) -> Iterator[Bought]:
    """One row per size that can be drawn, ascending; each is stratified as a sample of that size would be."""
    weeks = len({case.week for case in cases})
    for size in sorted(set(sizes)):
        if weeks <= size <= len(cases):
            strata = stratify(cases, errors, size)
            population, sds = sizes_and_sds(strata)
            drawn = allocation(strata, size)
            alone, pooled = (expected_half_width(population, sds, drawn, audits) for audits in (1, POOLED_WEEKS))
            yield Bought(size, alone, pooled)
