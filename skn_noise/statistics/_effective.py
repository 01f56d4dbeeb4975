"""The effective number of samples of a cross-validation."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from skn_noise._sklearn import Interval
from skn_noise.statistics._common import (
    as_number,
    as_samples,
    as_vector,
    check_same_length,
)

_FROM_1 = Interval(Real, 1, None, closed="left")
# A greater weight does not make an interval any wider.
_FROM_0_TO_1000 = Interval(Real, 0, 1000, closed="both")


def effective_n_samples(
    samples: ArrayLike,
    *,
    n_train: float,
    training_weight: float,
    weights: ArrayLike | None = None,
) -> float:
    r"""Compute the effective number of samples of a cross-validation.

    This is the number of independent samples that would give the same variance of the
    mean.

    Parameters
    ----------
    samples : array-like of shape (n_validations,)
        Identifier of the sample in every validation, for instance its row in X, with
        all folds and repeats concatenated.

    n_train : float
        Number of training samples of each fit; the mean if folds differ in size.

    training_weight : float
        Weight of the choice of the training samples in the variance, from 0 to
        1000 (:math:`a` below).

    weights : array-like of shape (n_validations,), default=None
        Weight of every validation, greater than 0. If None, all weights are equal.
        With one over the size of its fold, the mean is that of the fold scores.

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
    accuracy_interval : The interval of an accuracy for this number of samples.

    Notes
    -----
    The number is

    .. math:: n_\text{eff} = \frac{n_d}{1 + a\, n_d / n_\text{train}}, \qquad
              n_d = \frac{N^2}{\sum_i M_i^2}

    where :math:`M_i` is the number of validations of sample :math:`i`, or the sum of
    their `weights`; :math:`N = \sum_i M_i`; :math:`n_d` is Kish's effective number of
    samples [1]_; :math:`n_\text{train}` is `n_train` and :math:`a` is
    `training_weight`.

    The mean over all validations then has the variance

    .. math:: \frac{\sigma^2}{n_\text{eff}} = \sigma^2
              \left(\frac{1}{n_d} + \frac{a}{n_\text{train}}\right)

    where :math:`\sigma^2` is the variance of the result of one sample. The term
    :math:`a / n_\text{train}` is the variance due to the choice of the training
    samples. :math:`a = 1` gives the correction of Nadeau and Bengio [2]_ for a
    cross-validation without repeats. :math:`a = 0` gives the variance of Bayle et al.
    [3]_: it holds for the given fits, but not for fits on other training samples. There
    is no unbiased estimate of this term, so that :math:`a` cannot be estimated from the
    data. The intervals use values between 0 and 1 that are calibrated by
    :ref:`simulation <coverage>`.

    Repeated validations of a sample count as one, although each has other training
    samples and other noise. Therefore the number is too small for repeated folds.

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
        mend="Pass the number of training samples of each fit, for instance "
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
    """Compute Kish's effective number of samples of repeated validations."""
    times = np.bincount(samples, weights)
    return float(times.sum() ** 2 / np.sum(times**2))


def as_weights(weights, samples):
    """Check the weights of validations; return equal weights for None."""
    if weights is None:
        return np.ones(len(samples))
    weights = as_vector(weights, name="weights")
    check_same_length(weights=weights, samples=samples)
    if not np.all((weights > 0) & np.isfinite(weights)):
        raise ValueError(
            f"weights must be finite and above 0, got {weights.tolist()!r}. Leave out "
            "validations with weight 0."
        )
    return weights
