"""Intervals of mean log losses and of their differences, from losses of samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from skn_noise.statistics._common import (
    MeanInterval,
    PairedDifference,
    as_confidence,
    as_vector,
    check_same_length,
)
from skn_noise.statistics._effective import as_validations
from skn_noise.statistics._loss import Losses, loss_bounds, paired_loss_bounds


def log_loss_interval(
    probabilities: ArrayLike,
    *,
    samples: ArrayLike,
    n_train: float,
    training_weight: float = 1 / 3,
    confidence: float = 0.95,
    clusters: ArrayLike | None = None,
    folds: ArrayLike | None = None,
    repeats: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> MeanInterval:
    r"""Compute the confidence interval of a mean log loss from the results of samples.

    Parameters
    ----------
    probabilities : array-like of shape (n_validations,)
        The predicted probability of the target in every validation, between 0 and 1,
        with all folds and repeats concatenated. A holdout is one fold. Keep the dtype
        of the prediction: probabilities below its machine epsilon are clipped.

    samples : array-like of shape (n_validations,)
        Identifier of the sample in every validation, for instance its row in X.

    n_train : float
        Number of training samples of each fit; the mean if folds differ in size.
        Infinity for the interval of a given model.

    training_weight : float, default=1 / 3
        Weight of the choice of the training samples in the variance, from 0 to
        1000.

    confidence : float, default=0.95
        Confidence level, between 0 and 1.

    clusters : array-like of shape (n_validations,), default=None
        Cluster of the sample in every validation, for instance the subject of a
        recording. If None, every sample is a cluster.

    folds : array-like of shape (n_validations,), default=None
        Fold of every validation, the same in all repeats on the same samples. If None,
        the folds are not compared.

    repeats : array-like of shape (n_validations,), default=None
        Number of the repeat of every validation: repeats have the same folds and other
        seeds. If None, there is one repeat.

    weights : array-like of shape (n_validations,), default=None
        Weight of every validation, greater than 0. If None, all weights are equal.
        With one over the size of its fold, the mean is that of the fold scores.

    Returns
    -------
    interval : MeanInterval
        The mean log loss (`mean`), in nats, as :func:`sklearn.metrics.log_loss`
        computes it for all validations, and the bounds of its interval (`lower`,
        `upper`), 0 or more. The bounds are NaN if a probability is so close to 0 that
        its loss is infinite or clipped, if all validations are of one sample, or if
        every probability is 1 / 2 (up to rounding).

    Raises
    ------
    ValueError
        If `probabilities` and `samples` have different lengths, a probability is not
        between 0 and 1, or another argument is out of its range.

    See Also
    --------
    log_loss_difference : The interval of the difference of two log losses.
    mean_interval : The interval of any score, from the scores of folds.

    Notes
    -----
    The bounds are :math:`x e^{\pm w}`, with

    .. math:: w = 2 \operatorname{arsinh} \frac{t\, s_x}{2 x}, \qquad
              s_x^2 = \frac{\max(s^2, v)}{n_\text{eff}}, \qquad
              v = \frac{1}{N} \sum_j q_j (1 - q_j) \ln^2 \frac{q_j}{1 - q_j}

    where :math:`x` is the mean and :math:`s^2` the sample variance of the losses
    :math:`-\ln q_j`, :math:`q_j` is the probability of the target in
    validation :math:`j` of :math:`N`, :math:`n_\text{eff}` is the effective number of
    samples of :func:`effective_n_samples` with :math:`a` = `training_weight`, and
    :math:`t` is the quantile of Student's distribution for `confidence`. Its degrees of
    freedom are fewer if few samples dominate the variance (Satterthwaite [1]_):
    :math:`2 / (\sum_c u_c^4 / (\sum_c u_c^2)^2 - 1 / C)`, from 4 to :math:`C - 1`.
    :math:`u_c` is the sum of :math:`-\ln q_j - x` in cluster :math:`c` of the :math:`C`
    samples or `clusters`. If the `folds` differ, it is their number minus 1.

    The bounds are the two roots :math:`\mu` of
    :math:`(x - \mu)^2 = t^2 s_x^2 \mu / x`: as for a small proportion, the variance
    grows like the mean, and the lower bound stays above 0. :math:`v` is the variance
    that the losses of two classes would have if the probabilities were true. It is used
    if few samples have a high loss, or if all losses are equal. All of this is derived;
    only :math:`a = 1 / 3` is calibrated by :ref:`simulation <coverage>`. The interval
    is for the expected loss of a fit on `n_train` other samples of the same kind.

    If every probability is 1 / 2, both variances are 0, although more samples or
    another fit may have other probabilities. In this case there is no interval, because
    its width would be zero.

    The interval is too narrow for heavy tails, where a few samples dominate the mean:
    squared errors whose variance is infinite had a coverage of .90. Trees and nearest
    neighbours give some targets the probability 0, so that there is no interval for
    their losses.

    References
    ----------
    .. [1] Satterthwaite (1946). "An approximate distribution of estimates of variance
       components". Biometrics Bulletin 2(6).

    Examples
    --------
    >>> import numpy as np
    >>> from skn_noise.statistics import log_loss_interval
    >>> samples = np.arange(200)
    >>> probabilities = 1 - 0.8 * (samples / 200) ** 3
    >>> loss, lower, upper = log_loss_interval(
    ...     probabilities, samples=samples, n_train=160
    ... )
    >>> print(f"{loss:.3f} ({lower:.3f} to {upper:.3f})")
    0.277 (0.211 to 0.364)
    """
    probabilities = _as_probabilities(probabilities, name="probabilities")
    validations = as_validations(samples, clusters, folds, repeats, weights)
    check_same_length(probabilities=probabilities, samples=validations.samples)
    options = n_train, training_weight, as_confidence(confidence)
    return loss_bounds(as_log_losses(probabilities), validations, *options)[0]


def log_loss_difference(
    probabilities: ArrayLike,
    reference_probabilities: ArrayLike,
    *,
    samples: ArrayLike,
    n_train: float,
    training_weight: float = 1 / 3,
    confidence: float = 0.95,
    clusters: ArrayLike | None = None,
    folds: ArrayLike | None = None,
    repeats: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> PairedDifference:
    r"""Compare two mean log losses by their results on the same samples.

    Parameters
    ----------
    probabilities : array-like of shape (n_validations,)
        The probability of the target in every validation, between 0 and 1, in the dtype
        of the prediction.

    reference_probabilities : array-like of shape (n_validations,)
        The same for the reference: the same validations in the same order.

    samples : array-like of shape (n_validations,)
        Identifier of the sample in every validation, for instance its row in X.

    n_train : float
        Number of training samples of each fit; the mean if folds differ in size.
        Infinity for the interval of a given model.

    training_weight : float, default=1 / 3
        Weight of the choice of the training samples in the variance, from 0 to
        1000.

    confidence : float, default=0.95
        Confidence level of the interval, between 0 and 1.

    clusters : array-like of shape (n_validations,), default=None
        Cluster of the sample in every validation, for instance the subject of a
        recording. If None, every sample is a cluster.

    folds : array-like of shape (n_validations,), default=None
        Fold of every validation, the same in all repeats on the same samples. If None,
        the folds are not compared.

    repeats : array-like of shape (n_validations,), default=None
        Number of the repeat of every validation: repeats have the same folds and other
        seeds. If None, there is one repeat.

    weights : array-like of shape (n_validations,), default=None
        Weight of every validation, greater than 0. If None, all weights are equal.
        With one over the size of its fold, the mean is that of the fold scores.

    Returns
    -------
    difference : PairedDifference
        Mean log loss minus that of the reference (`mean`), in nats, the bounds of its
        interval (`lower`, `upper`) and the two-sided `p_value`. If one of the two
        losses has no interval (:func:`log_loss_interval`), the bounds and the p value
        are NaN.

    Raises
    ------
    ValueError
        If the lists have different lengths, a probability is not between 0 and 1, or
        another argument is out of its range.

    See Also
    --------
    log_loss_interval : The interval of one of the two.
    holm_adjusted : Adjust the p values of several comparisons.

    Notes
    -----
    The interval is computed from the intervals of the two losses by MOVER, the method
    of variance estimates recovery [1]_,

    .. math:: L &= d - \sqrt{(x - l)^2 + (u_0 - x_0)^2
                   - 2 r (x - l)(u_0 - x_0)} \\
              U &= d + \sqrt{(u - x)^2 + (x_0 - l_0)^2
                   - 2 r (u - x)(x_0 - l_0)}

    where :math:`d = x - x_0` is the difference of the mean losses, :math:`l` and
    :math:`u` are the bounds of :func:`log_loss_interval` of :math:`x` (but with the
    degrees of freedom of the differences), those with index 0 belong to the reference,
    and :math:`r` is the correlation of the two means, from the variances of both and of
    their difference. The p value is 1 minus the confidence at which the interval just
    reaches 0.

    As that of :func:`log_loss_interval`, the interval is too narrow for heavy tails.

    References
    ----------
    .. [1] Zou, Donner (2008). "Construction of confidence limits about effect measures:
       a general approach". Statistics in Medicine 27(10).

    Examples
    --------
    >>> import numpy as np
    >>> from skn_noise.statistics import log_loss_difference
    >>> samples = np.arange(200)
    >>> clean = 1 - 0.8 * (samples / 200) ** 3
    >>> noisy = 1 - 0.8 * (samples / 200) ** 2
    >>> difference = log_loss_difference(noisy, clean, samples=samples, n_train=160)
    >>> print(f"{difference.mean:.3f}, p = {difference.p_value:.1g}")
    0.100, p = 1e-05
    >>> print(f"{difference.lower:.3f} to {difference.upper:.3f}")
    0.080 to 0.122
    """
    probabilities = _as_probabilities(probabilities, name="probabilities")
    reference_probabilities = _as_probabilities(
        reference_probabilities, name="reference_probabilities"
    )
    validations = as_validations(samples, clusters, folds, repeats, weights)
    check_same_length(
        probabilities=probabilities,
        reference_probabilities=reference_probabilities,
        samples=validations.samples,
    )
    options = n_train, training_weight, as_confidence(confidence)
    pair = as_log_losses(probabilities), as_log_losses(reference_probabilities)
    return paired_loss_bounds(*pair, validations, *options)[0]


def as_log_losses(probabilities):
    """Return the log losses, and the variance of each if the probabilities were true.

    The variances are NaN if there is no interval.
    """
    chances = _clipped(probabilities)
    log_odds = np.log(chances) - np.log1p(-chances)
    variances = chances * (1 - chances) * log_odds**2
    eps = np.finfo(probabilities.dtype).eps
    # The true value of a clipped loss is unknown.
    if np.any(is_clipped(probabilities)):
        variances = np.full(len(variances), np.nan)
    return Losses(-np.log(chances), variances, eps)


def is_clipped(probabilities):
    """Whether the loss of each sample is infinite, as scikit-learn clips it."""
    return probabilities <= np.finfo(probabilities.dtype).eps


def log_losses(probabilities):
    """Return the log loss of every sample, whose mean is scikit-learn's log_loss."""
    return -np.log(_clipped(probabilities))


def _clipped(probabilities):
    """Clip probabilities near 0 and 1 as scikit-learn's log_loss does."""
    eps = np.finfo(probabilities.dtype).eps
    return np.clip(probabilities, eps, 1 - eps).astype(np.float64)


def _as_probabilities(values, *, name):
    try:
        probabilities = as_vector(values, name=name)
    except ValueError:
        probabilities = np.empty(0)
    is_inside = (probabilities >= 0) & (probabilities <= 1)
    if not (len(probabilities) > 0 and np.all(is_inside)):
        raise ValueError(
            f"{name} must be a list of numbers between 0 and 1, one for each "
            f"validation, got {values!r}. Pass the probability of each target."
        )
    dtype = np.asarray(values).dtype
    return probabilities.astype(dtype if dtype.kind == "f" else np.float64)
