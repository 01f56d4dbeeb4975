"""Intervals of mean losses of 0 or more, and of their differences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from skn_noise.statistics._common import (
    LARGEST,
    MeanInterval,
    PairedDifference,
    as_confidence,
    as_vector,
    check_same_length,
)
from skn_noise.statistics._effective import as_validations


class Losses(NamedTuple):
    """The loss of every validation, its least variance, and its rounding error."""

    values: np.ndarray
    variances: np.ndarray
    eps: float


def loss_interval(
    losses: ArrayLike,
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
    r"""Compute the confidence interval of a mean loss from the losses of samples.

    Parameters
    ----------
    losses : array-like of shape (n_validations,)
        Loss of every validation, 0 or more, for instance its squared error, with all
        folds and repeats concatenated. A holdout is one fold.

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
        Mean loss (`mean`), and the bounds of its interval (`lower`, `upper`), in the
        units of the losses. The bounds are NaN if all losses are equal, or with fewer
        than four `clusters`.

    Raises
    ------
    ValueError
        If the lists have different lengths, a loss is not finite or below 0, or another
        argument is out of its range.

    See Also
    --------
    loss_difference : The interval of the difference of two mean losses.
    log_loss_interval : The same for log losses, which have a least variance.

    Notes
    -----
    The interval is that of :func:`log_loss_interval`, with the variance of the losses
    :math:`s^2` alone. It is too narrow for heavy tails, where a few samples dominate
    the mean.

    Examples
    --------
    The mean squared error of a regressor on 200 samples:

    >>> import numpy as np
    >>> from skn_noise.statistics import loss_interval
    >>> samples = np.arange(200)
    >>> errors = np.sin(samples)
    >>> loss, lower, upper = loss_interval(errors**2, samples=samples, n_train=160)
    >>> print(f"{loss:.3f} ({lower:.3f} to {upper:.3f})")
    0.499 (0.443 to 0.561)
    """
    losses = _as_losses(losses, name="losses")
    validations = as_validations(samples, clusters, folds, repeats, weights)
    check_same_length(losses=losses.values, samples=validations.samples)
    options = n_train, training_weight, as_confidence(confidence)
    return loss_bounds(losses, validations, *options)[0]


def loss_difference(
    losses: ArrayLike,
    reference_losses: ArrayLike,
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
    """Compare two mean losses by the losses of the same samples.

    Parameters
    ----------
    losses : array-like of shape (n_validations,)
        Loss of every validation, 0 or more, for instance its squared error.

    reference_losses : array-like of shape (n_validations,)
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
        Mean loss minus that of the reference (`mean`), the bounds of its interval
        (`lower`, `upper`) and the two-sided `p_value`. If one of the two losses has no
        interval (:func:`loss_interval`), the bounds and the p value are NaN.

    Raises
    ------
    ValueError
        If the lists have different lengths, a loss is not finite or below 0, or another
        argument is out of its range.

    See Also
    --------
    loss_interval : The interval of one of the two.
    log_loss_difference : The same for log losses; its Notes have the method.

    Examples
    --------
    >>> import numpy as np
    >>> from skn_noise.statistics import loss_difference
    >>> samples = np.arange(200)
    >>> clean, noisy = np.sin(samples), np.sin(samples) + 0.1
    >>> difference = loss_difference(noisy**2, clean**2, samples=samples, n_train=160)
    >>> print(f"{difference.lower:.3f} to {difference.upper:.3f}")
    -0.012 to 0.037
    """
    losses = _as_losses(losses, name="losses")
    reference_losses = _as_losses(reference_losses, name="reference_losses")
    validations = as_validations(samples, clusters, folds, repeats, weights)
    check_same_length(
        losses=losses.values,
        reference_losses=reference_losses.values,
        samples=validations.samples,
    )
    options = n_train, training_weight, as_confidence(confidence)
    return paired_loss_bounds(losses, reference_losses, validations, *options)[0]


def as_losses(losses):
    """Return losses whose variance can be 0."""
    return Losses(losses, np.zeros(len(losses)), np.finfo(float).eps * losses.max())


def loss_bounds(losses, validations, n_train, training_weight, confidence):
    """Compute the interval of a mean loss, and the evidence that it stands on."""
    evidence = validations.evidence(losses.values, n_train, training_weight)
    mean, error = _mean_and_error(losses, validations, evidence)
    bounds = _bounds(mean, error, evidence.quantile(confidence))
    return MeanInterval(mean, *bounds), evidence


def paired_loss_bounds(
    losses, reference_losses, validations, n_train, training_weight, confidence
):
    """Compute the interval of a difference, and the evidence that it stands on."""
    change = losses.values - reference_losses.values
    pair = losses, reference_losses
    first, second, evidence = (
        validations.evidence(values, n_train, training_weight)
        for values in (losses.values, reference_losses.values, change)
    )
    estimates = [
        _mean_and_error(one, validations, found)
        for one, found in zip(pair, (first, second), strict=True)
    ]
    r = _correlation(*(e.variance / e.n_effective for e in (first, second, evidence)))
    lower, upper = _mover_bounds(*estimates, r, evidence.quantile(confidence))
    p_value = _mover_p_value(*estimates, r, evidence)
    mean = estimates[0][0] - estimates[1][0]
    return PairedDifference(mean, lower, upper, p_value), evidence


def _mean_and_error(losses, validations, evidence):
    """Compute the mean loss and its standard error, NaN if it is unknown."""
    variance = np.maximum(evidence.variance, validations.mean(losses.variances))
    mean = validations.mean(losses.values)
    # Rounding errors are not a spread.
    is_known = mean > 0 and variance > losses.eps**2
    return mean, float(np.sqrt(variance / evidence.n_effective)) if is_known else np.nan


def _bounds(mean, error, quantile):
    if np.isnan(error):
        return np.nan, np.nan
    stretch = np.exp(2 * np.arcsinh(quantile * error / (2 * mean)))
    return float(mean / stretch), float(mean * stretch)


def _correlation(variance, other, of_difference):
    """Compute the correlation of two means from the variances of both."""
    if variance == 0 or other == 0:
        return 0.0
    correlation = (
        (variance + other - of_difference) / 2 / np.sqrt(variance) / np.sqrt(other)
    )
    return float(np.clip(correlation, -1, 1))


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


def _mover_p_value(estimate, reference, correlation, evidence):
    """Compute the p value, at which the bound of the interval reaches zero."""
    difference = estimate[0] - reference[0]
    if np.isnan(estimate[1] + reference[1]) or not evidence.n_free > 0:
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
    return evidence.p_value(quantile)


def _as_losses(values, *, name):
    try:
        losses = as_vector(values, name=name)
    except ValueError:
        losses = np.empty(0)
    if not (len(losses) > 0 and np.all((losses >= 0) & (losses < LARGEST))):
        raise ValueError(
            f"{name} must be a list of finite numbers, 0 or more, one for each "
            f"validation, got {values!r}. Pass, for instance, the squared errors."
        )
    return as_losses(losses)
