"""What so many validations of so many samples are worth."""

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from skn_noise._sklearn import Interval
from skn_noise.statistics._checks import (
    as_number,
    as_samples,
    as_vector,
    check_same_length,
)

_FROM_1 = Interval(Real, 1, None, closed="left")
# Beyond, an interval is as wide as it can be, and computes no better.
_FROM_0_TO_1000 = Interval(Real, 0, 1000, closed="both")


def effective_n_samples(
    samples: ArrayLike,
    *,
    n_train: float,
    training_weight: float,
    weights: ArrayLike | None = None,
) -> float:
    r"""Count the independent samples that would tell as much as a cross-validation.

    Parameters
    ----------
    samples : array-like of shape (n_validations,)
        For every validation the sample that was validated, for instance its number in
        X: all folds in a row, all repeats too. In a cross-validation without repeats,
        and on a holdout, every sample stands here once.

    n_train : float
        Number of samples that each fit was trained on; their mean if folds differ.

    training_weight : float
        How much the choice of the training samples adds to the variance, from 0 to
        1000 (:math:`a` below).

    weights : array-like of shape (n_validations,), default=None
        How much every validation counts in the mean, above 0; None for all alike. One
        over the size of its fold gives the mean of the folds' scores.

    Returns
    -------
    n_effective : float
        Effective number of samples, above 0 and at most the number of different
        samples.

    Raises
    ------
    ValueError
        If there are no samples, or an argument is out of its range.

    See Also
    --------
    accuracy_interval : The interval of an accuracy that stands on this number.

    Notes
    -----
    The number is

    .. math:: n_\text{eff} = \frac{n_d}{1 + a\, n_d / n_\text{train}}, \qquad
              n_d = \frac{N^2}{\sum_i M_i^2}

    where :math:`M_i` is how often sample :math:`i` was validated, or the sum of its
    `weights`; :math:`N = \sum_i M_i`; :math:`n_d` is Kish's effective number of samples
    [1]_; :math:`n_\text{train}` is `n_train` and :math:`a` is `training_weight`.

    It says that the mean over all validations has the variance

    .. math:: \frac{\sigma^2}{n_\text{eff}} = \sigma^2
              \left(\frac{1}{n_d} + \frac{a}{n_\text{train}}\right)

    where :math:`\sigma^2` is the variance of one sample's result. :math:`a = 1` gives
    the correction of Nadeau and Bengio [2]_ for a cross-validation without repeats,
    and :math:`a = 0` the variance of Bayle et al. [3]_, which holds for the fits at
    hand, but not for fits on other training samples. No estimate of that part is
    unbiased, so :math:`a` cannot be had from the data; what stands in between is
    calibrated by simulation (see :func:`accuracy_interval`).

    Repeats of a sample's validation count as one sample, though each has other
    training samples and other noise: for repeated folds the number is too small.

    References
    ----------
    .. [1] Kish (1965). "Survey Sampling". Wiley.
    .. [2] Nadeau, Bengio (2003). "Inference for the generalization error".
       Machine Learning 52(3).
    .. [3] Bayle, Bayle, Janson, Mackey (2020). "Cross-validation confidence intervals
       for test error". Advances in Neural Information Processing Systems 33.

    Examples
    --------
    Five folds of 200 samples, three times:

    >>> import numpy as np
    >>> from skn_noise.statistics import effective_n_samples
    >>> samples = np.tile(np.arange(200), 3)
    >>> round(effective_n_samples(samples, n_train=160, training_weight=0.5), 1)
    123.1
    """
    samples = as_samples(samples)
    n_train = as_number(
        n_train,
        _FROM_1,
        name="n_train",
        expected="a number of samples, 1 or more",
        mend="Pass how many samples each fit was trained on, for instance "
        "len(y_train).",
    )
    training_weight = as_number(
        training_weight,
        _FROM_0_TO_1000,
        name="training_weight",
        expected="a number from 0 to 1000",
        mend="Pass 1 for the correction of Nadeau and Bengio, 0 for none.",
    )
    n_different = n_different_samples(samples, as_weights(weights, samples))
    return float(n_different / (1 + training_weight * n_different / n_train))


def n_different_samples(samples, weights):
    """Compute Kish's effective number of samples, some of which come more than once."""
    times = np.bincount(samples, weights)
    return float(times.sum() ** 2 / np.sum(times**2))


def as_weights(weights, samples):
    """Return a weight a validation, all alike if none are passed."""
    if weights is None:
        return np.ones(len(samples))
    weights = as_vector(weights, name="weights")
    check_same_length(weights=weights, samples=samples)
    if not np.all((weights > 0) & np.isfinite(weights)):
        raise ValueError(
            f"weights must be finite and above 0, got {weights.tolist()!r}. Leave out "
            "the validations that shall not count."
        )
    return weights
