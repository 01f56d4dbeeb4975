"""What a comparison of two lists gives."""

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
