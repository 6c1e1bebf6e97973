"""What the data alone can say when nothing is assumed of the undecided cases."""


def manski_bounds(positive: float, decided: float, undecided: float) -> tuple[float, float] | None:
    """The share if every undecided case were bad, and if every one were good; None without cases.

    Source: Manski 1989, Journal of Human Resources 24:343 (worst-case bounds).
    """
    cases = decided + undecided
    return (positive / cases, (positive + undecided) / cases) if cases > 0 else None
