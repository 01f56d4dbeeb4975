"""The score interval of a proportion."""

from numbers import Real

import numpy as np
from scipy import special

from skn_noise._sklearn import Interval
from skn_noise.statistics._common import as_confidence, as_number

_FROM_0_TO_1 = Interval(Real, 0, 1, closed="both")
_FROM_1 = Interval(Real, 1, None, closed="left")


def wilson_interval(
    accuracy: float, *, n_samples: float, confidence: float = 0.95
) -> tuple[float, float]:
    r"""Compute the Wilson score interval of an accuracy on one holdout.

    Parameters
    ----------
    accuracy : float
        Fraction of the samples that were classified correctly, between 0 and 1.

    n_samples : int
        Number of independent samples in the holdout.

    confidence : float, default=0.95
        Confidence level, between 0 and 1.

    Returns
    -------
    lower, upper : float
        Bounds of the interval, between 0 and 1.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    See Also
    --------
    accuracy_interval : The same for folds, and for fits on other training samples.

    Notes
    -----
    The bounds are the two roots :math:`\pi` of

    .. math:: (p - \pi)^2 = z^2 \pi (1 - \pi) / n

    where :math:`n` is `n_samples`, :math:`p` is `accuracy`, rounded to a whole number
    of samples, and :math:`z` is the quantile of the normal distribution for
    `confidence` [1]_. The interval is for one fitted classifier: it leaves out
    the variation between training samples and between seeds.

    References
    ----------
    .. [1] Wilson (1927). "Probable inference, the law of succession, and statistical
       inference". Journal of the American Statistical Association 22(158).

    Examples
    --------
    >>> from skn_noise.statistics import wilson_interval
    >>> lower, upper = wilson_interval(0.8881, n_samples=10_000)
    >>> print(f"{lower:.4f} to {upper:.4f}")
    0.8818 to 0.8941
    """
    accuracy = as_number(
        accuracy,
        _FROM_0_TO_1,
        name="accuracy",
        expected="a number from 0 to 1",
        mend="Divide a percentage by 100, and the number of correct samples by "
        "n_samples.",
    )
    is_number = _FROM_1.is_satisfied_by(n_samples)
    if not (is_number and float(n_samples).is_integer()):
        raise ValueError(
            f"n_samples must be a whole number, 1 or more, got {n_samples!r}. Pass the "
            "number of samples in the holdout, for instance len(y_validation)."
        )
    confidence = as_confidence(confidence)
    n_samples = int(n_samples)
    share = round(accuracy * n_samples) / n_samples
    return wilson_bounds(share, n_samples, special.ndtri(0.5 + 0.5 * confidence))


def wilson_bounds(share, n_samples, z):
    """Compute Wilson's interval of a share of samples, not always a whole number."""
    if np.isnan(n_samples):
        return np.nan, np.nan
    denominator = 2 * (n_samples + z**2)
    centre = (2 * n_samples * share + z**2) / denominator
    margin = z / denominator * np.sqrt(4 * n_samples * share * (1 - share) + z**2)
    # Rounding must not move the ends past 0, 1 or the share itself.
    lower = 0.0 if share == 0 else min(centre - margin, share)
    upper = 1.0 if share == 1 else max(centre + margin, share)
    return float(lower), float(upper)
