"""The label-error form: a share of labels turned into a share of truths by the labeler's two error rates."""

from dataclasses import dataclass
from math import sqrt

from analytics.estimation.estimate import Estimate, Refusal

#: Below this the labels hardly tell the two classes apart and the correction divides by noise.
MIN_YOUDEN = 0.2
MIN_PER_CLASS = 30


@dataclass(frozen=True)
class LabelErrors:
    """What a labeler says of cases whose truth is known.

    Attributes:
        sensitivity: mean label f among true ones, E(f | y = 1).
        false_positive: mean label among false ones, E(f | y = 0).
        positives, negatives: number of true and of false ones (effective, where they are weighted).
        variance_positive, variance_negative: variance of f within each class; s (1 - s) for a 0/1 label.
    """

    sensitivity: float
    false_positive: float
    positives: float
    negatives: float
    variance_positive: float
    variance_negative: float

    @property
    def youden(self) -> float:
        """Sensitivity minus false positive share (Youden's J): what the labels show of a real movement."""
        return self.sensitivity - self.false_positive

    @property
    def youden_se(self) -> float:
        """Standard error of `youden`."""
        return sqrt(self.variance_positive / self.positives + self.variance_negative / self.negatives)

    @property
    def refusal(self) -> Refusal | None:
        """Why these errors cannot carry a correction; None if they can."""
        n = round(self.positives + self.negatives)
        if min(self.positives, self.negatives) < MIN_PER_CLASS:
            return Refusal(f"fewer than {MIN_PER_CLASS} known cases of each class", n)
        if self.youden < MIN_YOUDEN:
            return Refusal(f"labels tell the classes apart by {self.youden:.2f} only (least: {MIN_YOUDEN})", n)
        return None


def errors_of_counts(hits: float, positives: float, false_hits: float, negatives: float) -> LabelErrors:
    """Errors of a 0/1 label: `hits` of `positives` true ones and `false_hits` of `negatives` false ones are labelled 1.

    The variance uses (x + 1) / (n + 2), so that no hit or no miss in a small class is not taken for certainty.
    """
    smoothed, smoothed_false = (hits + 1) / (positives + 2), (false_hits + 1) / (negatives + 2)
    return LabelErrors(
        sensitivity=hits / positives if positives else 0.0,
        false_positive=false_hits / negatives if negatives else 0.0,
        positives=positives,
        negatives=negatives,
        variance_positive=smoothed * (1 - smoothed),
        variance_negative=smoothed_false * (1 - smoothed_false),
    )


def corrected_share(labelled: float, cases: float, errors: LabelErrors) -> Estimate | Refusal:
    """The share of truths behind a share of labels q among `cases`, for this week's real share.

    theta = (q - Fp) / J
    Var = [ theta^2 V1 / n1 + (1 - theta)^2 V0 / n0  +  (theta V1 + (1 - theta) V0) / N ] / J^2: the errors are known
    from n1 and n0 cases, and which of this week's N cases were mislabelled is chance.
    Source: Rogan, Gladen 1978, American Journal of Epidemiology 107:71 (point and first part of the variance).
    Valid if the labeler errs alike on cases whose truth is known and on the others, given the truth.
    """
    if (refused := errors.refusal) is not None:
        return refused
    if cases <= 0:
        return Refusal("no cases")
    raw = (labelled - errors.false_positive) / errors.youden
    value = min(1.0, max(0.0, raw))
    variance = calibration_variance(value, errors) + label_noise(value, cases, errors)
    n = round(errors.positives + errors.negatives)
    return Estimate(value, sqrt(variance), n, n - 2, youden=errors.youden, youden_se=errors.youden_se)


def calibration_variance(value: float, errors: LabelErrors) -> float:
    """The part of the variance that comes from knowing the errors from a sample only; weeks share it."""
    known = errors.variance_positive / errors.positives * value**2
    return (known + errors.variance_negative / errors.negatives * (1 - value) ** 2) / errors.youden**2


def label_noise(value: float, cases: float, errors: LabelErrors) -> float:
    """The part that comes from which of the week's cases were mislabelled."""
    return (value * errors.variance_positive + (1 - value) * errors.variance_negative) / cases / errors.youden**2
