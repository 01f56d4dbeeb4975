"""The adjustment of the p values of several tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from skn_noise.statistics._common import as_vector


def holm_adjusted(p_values: ArrayLike) -> NDArray[np.float64]:
    r"""Adjust the p values of several tests with Holm's step-down method.

    If every hypothesis with an adjusted p value of at most :math:`\alpha` is rejected,
    the probability of any false rejection is at most :math:`\alpha`. This also holds
    for dependent tests.

    Parameters
    ----------
    p_values : array-like of shape (n_tests,)
        One p value for each test. NaN stands for a test that could not be computed;
        it is not counted.

    Returns
    -------
    adjusted : ndarray of shape (n_tests,)
        Adjusted p values in the order of `p_values`; NaN stays NaN.

    Raises
    ------
    ValueError
        If a p value is out of [0, 1].

    See Also
    --------
    paired_difference : The test of one comparison.

    Notes
    -----
    The adjusted p value of the i-th smallest of :math:`m` p values is

    .. math:: \tilde{p}_{(i)} = \max_{j \le i} \min(1, (m - j + 1) p_{(j)})

    where :math:`p_{(j)}` is the j-th smallest p value [1]_.

    References
    ----------
    .. [1] Holm (1979). "A simple sequentially rejective multiple test procedure".
       Scandinavian Journal of Statistics 6(2).

    Examples
    --------
    >>> from skn_noise.statistics import holm_adjusted
    >>> holm_adjusted([0.01, 0.04, 0.03, 0.005])
    array([0.03, 0.06, 0.06, 0.02])
    """
    p_values = as_vector(p_values, name="p_values")
    is_outside = (p_values < 0) | (p_values > 1)
    if is_outside.any():
        raise ValueError(
            f"p_values must lie between 0 and 1, got {p_values[is_outside].tolist()}. "
            "Pass p values, not test statistics or percentages."
        )
    # argsort puts NaN last, after all tests that count.
    order = np.argsort(p_values)[: np.count_nonzero(~np.isnan(p_values))]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    adjusted = np.full_like(p_values, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def bonferroni(confidence, n_intervals):
    """Return the confidence of each interval so that all hold together."""
    return 1 - (1 - confidence) / max(n_intervals, 1)
