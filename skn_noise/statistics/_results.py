"""What intervals and tests give."""

from typing import NamedTuple


class PairedDifference(NamedTuple):
    """Mean difference of two lists of scores, its interval and its p value.

    Attributes
    ----------
    mean : float
        Mean of the differences, in the units of the scores.

    lower : float
        Lower bound of the interval of the mean.

    upper : float
        Upper bound of the interval of the mean.

    p_value : float
        Two-sided p value, in [0, 1], of the hypothesis that the scores do not differ.
    """

    mean: float
    lower: float
    upper: float
    p_value: float


class MeanInterval(NamedTuple):
    """Mean over all validations, and its interval.

    Attributes
    ----------
    mean : float
        Mean of the results of the validations, in their units.

    lower : float
        Lower bound of the interval of the mean.

    upper : float
        Upper bound of the interval of the mean.
    """

    mean: float
    lower: float
    upper: float
