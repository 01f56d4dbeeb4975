"""Intervals of mean log losses and of their differences, from losses of samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from skn_noise.statistics._common import (
    MeanInterval,
    PairedDifference,
    as_confidence,
    as_samples,
    as_vector,
    check_same_length,
)
from skn_noise.statistics._effective import (
    as_weights,
    effective_n_samples,
    n_different_samples,
)


def log_loss_interval(
    probabilities: ArrayLike,
    *,
    samples: ArrayLike,
    n_train: float,
    training_weight: float = 1 / 3,
    confidence: float = 0.95,
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

    training_weight : float, default=1 / 3
        Weight of the choice of the training samples in the variance, from 0 to
        1000.

    confidence : float, default=0.95
        Confidence level, between 0 and 1.

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
    :math:`t` is the quantile of Student's distribution with :math:`n_d - 1` degrees of
    freedom for `confidence`, :math:`n_d` being Kish's number of samples.

    The bounds are the two roots :math:`\mu` of
    :math:`(x - \mu)^2 = t^2 s_x^2 \mu / x`: as for a small proportion, the variance
    grows like the mean, and the lower bound stays above 0. :math:`v` is the variance
    that the losses of two classes would have if the probabilities were true. It is used
    if few samples have a high loss, or if all losses are equal. All of this is derived;
    only :math:`a = 1 / 3` is calibrated by :ref:`simulation <coverage>`.

    If every probability is 1 / 2, both variances are 0, although more samples or
    another fit may have other probabilities. In this case there is no interval, because
    its width would be zero.

    The interval is too narrow for heavy tails, where a few samples dominate the mean: a
    linear discriminant on samples from a t distribution with three degrees of freedom
    had a coverage of .88 at one scale of the noise, and of .76 on one holdout. Trees
    and nearest neighbours give some targets the probability 0, so that there is no
    interval for their losses.

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
    0.277 (0.211 to 0.363)
    """
    probabilities = _as_probabilities(probabilities, name="probabilities")
    samples = as_samples(samples)
    check_same_length(probabilities=probabilities, samples=samples)
    confidence = as_confidence(confidence)
    weights = as_weights(weights, samples)
    n_effective = effective_n_samples(
        samples, n_train=n_train, training_weight=training_weight, weights=weights
    )
    mean, error = _mean_and_error(probabilities, n_effective, weights)
    n_free = n_different_samples(samples, weights) - 1
    quantile = _student_quantile(confidence, n_free)
    return MeanInterval(mean, *_bounds(mean, error, quantile))


def log_loss_difference(
    probabilities: ArrayLike,
    reference_probabilities: ArrayLike,
    *,
    samples: ArrayLike,
    n_train: float,
    training_weight: float = 1 / 3,
    confidence: float = 0.95,
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

    training_weight : float, default=1 / 3
        Weight of the choice of the training samples in the variance, from 0 to
        1000.

    confidence : float, default=0.95
        Confidence level of the interval, between 0 and 1.

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
    :math:`u` are the bounds of :func:`log_loss_interval` of :math:`x`, those with index
    0 belong to the reference, and :math:`r` is the correlation of the losses of the
    same validations. The p value is 1 minus the confidence at which the interval just
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
    samples = as_samples(samples)
    check_same_length(
        probabilities=probabilities,
        reference_probabilities=reference_probabilities,
        samples=samples,
    )
    confidence = as_confidence(confidence)
    weights = as_weights(weights, samples)
    n_effective = effective_n_samples(
        samples, n_train=n_train, training_weight=training_weight, weights=weights
    )
    pair = (
        _mean_and_error(probabilities, n_effective, weights),
        _mean_and_error(reference_probabilities, n_effective, weights),
        _correlation(
            log_losses(probabilities), log_losses(reference_probabilities), weights
        ),
    )
    n_free = n_different_samples(samples, weights) - 1
    lower, upper = _mover_bounds(*pair, _student_quantile(confidence, n_free))
    p_value = _mover_p_value(*pair, n_free)
    return PairedDifference(pair[0][0] - pair[1][0], lower, upper, p_value)


def _mean_and_error(probabilities, n_effective, weights):
    """Compute the mean loss and its standard error, NaN if it is unknown."""
    losses, chances = log_losses(probabilities), _clipped(probabilities)
    log_odds = np.log(chances) - np.log1p(-chances)
    variance_if_true = np.average(
        chances * (1 - chances) * log_odds**2, weights=weights
    )
    mean = np.average(losses, weights=weights)
    # The mean of equal losses may be rounded, so that their variance is not zero.
    variance = np.cov(losses, aweights=weights) if np.ptp(losses) > 0 else 0.0
    variance = max(variance, variance_if_true)
    eps = np.finfo(probabilities.dtype).eps
    # Rounding errors are not a spread, and the true value of a clipped loss is unknown.
    is_known = variance > eps**2 and np.all(probabilities > eps)
    return float(mean), float(np.sqrt(variance / n_effective)) if is_known else np.nan


def log_losses(probabilities):
    """Return the log loss of every sample, whose mean is scikit-learn's log_loss."""
    return -np.log(_clipped(probabilities))


def _clipped(probabilities):
    """Clip probabilities near 0 and 1 as scikit-learn's log_loss does."""
    eps = np.finfo(probabilities.dtype).eps
    return np.clip(probabilities, eps, 1 - eps).astype(np.float64)


def _student_quantile(confidence, n_free):
    """Return the two-sided quantile of Student's t; NaN for a single sample."""
    return -special.stdtrit(n_free, (1 - confidence) / 2) if n_free > 0 else np.nan


def _bounds(mean, error, quantile):
    stretch = np.exp(2 * np.arcsinh(quantile * error / (2 * mean)))
    return float(mean / stretch), float(mean * stretch)


def _correlation(losses, reference_losses, weights):
    if np.ptp(losses) == 0 or np.ptp(reference_losses) == 0:
        return 0.0
    (variance, covariance), (_, other) = np.cov(
        losses, reference_losses, aweights=weights
    )
    return float(np.clip(covariance / np.sqrt(variance * other), -1, 1))


def _mover_bounds(estimate, reference, correlation, quantile):
    """Compute the bounds of a difference by MOVER from two means and their errors."""
    (mean, _), (reference_mean, _) = estimate, reference
    lower, upper = _bounds(*estimate, quantile)
    reference_lower, reference_upper = _bounds(*reference, quantile)
    below = _side_of_triangle(
        mean - lower, reference_upper - reference_mean, correlation
    )
    above = _side_of_triangle(
        upper - mean, reference_mean - reference_lower, correlation
    )
    difference = mean - reference_mean
    return difference - below, difference + above


def _side_of_triangle(first, second, cosine):
    """Compute the side opposite the angle whose cosine is given."""
    # This form of the law of cosines cannot become negative by rounding.
    return float(np.sqrt((first - second) ** 2 + 2 * (1 - cosine) * first * second))


def _mover_p_value(estimate, reference, correlation, n_free):
    """Compute the p value, at which the bound of the interval reaches zero."""
    difference = estimate[0] - reference[0]
    if np.isnan(estimate[1] + reference[1]) or n_free <= 0:
        return np.nan
    if difference == 0:
        return 1.0
    nearest = 0 if difference > 0 else 1

    def bound(quantile):
        return _mover_bounds(estimate, reference, correlation, quantile)[nearest]

    largest = 1.0
    while bound(largest) * difference > 0:
        largest *= 2
    quantile = optimize.brentq(bound, 0.0, largest)
    return float(2 * special.stdtr(n_free, -quantile))


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
