"""Intervals of accuracies and of their differences, from results of samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from skn_noise.statistics._common import (
    MeanInterval,
    PairedDifference,
    as_confidence,
    as_vector,
    check_same_length,
)
from skn_noise.statistics._effective import as_validations
from skn_noise.statistics._wilson import wilson_bounds


def accuracy_interval(
    correct: ArrayLike,
    *,
    samples: ArrayLike,
    n_train: float,
    training_weight: float | None = None,
    confidence: float = 0.95,
    clusters: ArrayLike | None = None,
    folds: ArrayLike | None = None,
    repeats: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> MeanInterval:
    r"""Compute the confidence interval of an accuracy from the results of samples.

    Parameters
    ----------
    correct : array-like of bool of shape (n_validations,)
        Whether the prediction of each validation is correct, with all folds and
        repeats concatenated. A holdout is one fold.

    samples : array-like of shape (n_validations,)
        Identifier of the sample in every validation, for instance its row in X.

    n_train : float
        Number of training samples of each fit; the mean if folds differ in size.
        Infinity for the interval of a given model.

    training_weight : float, default=None
        Weight of the choice of the training samples in the variance, from 0 to
        1000. If None, :math:`1 / 4 + p (1 - p)`, see Notes.

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
        Fraction of correct validations (`mean`), and the bounds of its interval
        (`lower`, `upper`), all between 0 and 1.

    Raises
    ------
    ValueError
        If `correct` and `samples` have different lengths, `correct` has values other
        than true and false, or another argument is out of its range.

    See Also
    --------
    accuracy_difference : The interval of the difference of two accuracies.
    effective_n_samples : The effective number of samples.
    mean_interval : The interval of any score, from those of folds alone.

    Notes
    -----
    The bounds are the two roots :math:`\pi` of Wilson's equation [1]_

    .. math:: (p - \pi)^2 = z^2 \pi (1 - \pi) / n_\text{eff}

    where :math:`p` is the share of validations that are correct,
    :math:`n_\text{eff}` is the effective number of samples
    (:func:`effective_n_samples`, with :math:`a = 1 / 4 + p (1 - p)`), and :math:`z` is
    the quantile of the normal distribution for `confidence`. With `clusters`, or if the
    `folds` differ, the variance is estimated, and :math:`z` is the quantile of
    Student's distribution, with the degrees of freedom of :func:`log_loss_interval`.

    The interval is for the expected accuracy of a fit on `n_train` other samples of the
    same kind, of other clusters. Wilson's equation and the variance between clusters
    are derived. :math:`a` is calibrated by :ref:`simulation <coverage>`, and was
    checked with other classifiers and data.

    Limits: if fits differ much between training sets, one study may not show it, and
    :math:`a` is too small. Trees that find a rule on some training sets only had a
    coverage of .88 with `folds` and of .28 to .81 without; three `repeats` gave .93. On
    a holdout of a few dozen samples near accuracy 1, only few different intervals are
    possible, and the coverage falls below `confidence`.

    References
    ----------
    .. [1] Wilson (1927). "Probable inference, the law of succession, and statistical
       inference". Journal of the American Statistical Association 22(158).

    Examples
    --------
    Of 200 samples, 188 were classified correctly in a 5-fold cross-validation:

    >>> import numpy as np
    >>> from skn_noise.statistics import accuracy_interval
    >>> samples = np.arange(200)
    >>> accuracy, lower, upper = accuracy_interval(
    ...     samples < 188, samples=samples, n_train=160
    ... )
    >>> print(f"{accuracy:.3f} ({lower:.3f} to {upper:.3f})")
    0.940 (0.889 to 0.968)
    """
    correct = _as_booleans(correct, name="correct")
    validations = as_validations(samples, clusters, folds, repeats, weights)
    check_same_length(correct=correct, samples=validations.samples)
    confidence = as_confidence(confidence)
    options = n_train, training_weight, confidence
    return accuracy_bounds(correct, validations, *options)[0]


def accuracy_difference(
    correct: ArrayLike,
    reference_correct: ArrayLike,
    *,
    samples: ArrayLike,
    n_train: float,
    training_weight: float | None = None,
    confidence: float = 0.95,
    clusters: ArrayLike | None = None,
    folds: ArrayLike | None = None,
    repeats: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> PairedDifference:
    r"""Compare two accuracies by their results on the same samples.

    Parameters
    ----------
    correct : array-like of bool of shape (n_validations,)
        Whether the prediction of each validation is correct, with all folds and
        repeats concatenated. A holdout is one fold.

    reference_correct : array-like of bool of shape (n_validations,)
        The same for the reference: the same validations in the same order.

    samples : array-like of shape (n_validations,)
        Identifier of the sample in every validation, for instance its row in X.

    n_train : float
        Number of training samples of each fit; the mean if folds differ in size.
        Infinity for the interval of a given model.

    training_weight : float, default=None
        Weight of the choice of the training samples in the variance, from 0 to
        1000. If None, :math:`1 / 4 + p (1 - p)`, for two scales of the noise (see
        Notes). Pass 1 / 4 to compare two different classifiers.

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
        Accuracy minus the accuracy of the reference (`mean`), the bounds of its
        interval (`lower`, `upper`), all between -1 and 1, and the two-sided `p_value`.

    Raises
    ------
    ValueError
        If the lists have different lengths, `correct` or `reference_correct` has
        values other than true and false, or another argument is out of its range.

    See Also
    --------
    accuracy_interval : The interval of one of the two.
    holm_adjusted : Adjust the p values of several comparisons.

    Notes
    -----
    The bounds are the smallest and the largest :math:`\delta` that Tango's score test
    [1]_ does not reject,

    .. math:: \frac{(g - l - \delta)^2}{2 \tilde{l} + \delta (1 - \delta)}
              = \frac{z^2}{n_\text{eff}}

    where :math:`g` is the fraction of validations that are correct here, but not for
    the reference, :math:`l` is the fraction that are correct only for the reference,
    :math:`z` is the quantile of the normal distribution for `confidence`, and
    :math:`n_\text{eff}` is the effective number of samples of
    :func:`effective_n_samples` with :math:`a` = `training_weight`. The maximum
    likelihood estimate of :math:`l`, if the true difference is :math:`\delta`, is

    .. math:: \tilde{l} = \frac{\sqrt{B^2 + 8 l \delta (1 - \delta)} - B}{4}, \qquad
              B = (2 - g + l) \delta - (g + l)

    The p value is that of the same test at :math:`\delta = 0`. It is McNemar's test
    [2]_ for :math:`n_\text{eff}` samples,

    .. math:: p = 2 P\left(Z > |g - l| \sqrt{n_\text{eff} / (g + l)}\right)

    where :math:`Z` has the standard normal distribution; p is 1 if :math:`g = l`.

    Tango's test is derived. Its use with effective samples, and the weight
    :math:`a = 1 / 4 + p (1 - p)`, with :math:`p` the lower of the two accuracies, or
    :math:`a = 1 / 4` between two classifiers, are calibrated by
    :ref:`simulation <coverage>`. With `clusters`, or if the `folds` differ, the
    quantiles are those of Student's distribution, as in :func:`accuracy_interval`. The
    interval is for these two classifiers and other samples of the same kind.

    References
    ----------
    .. [1] Tango (1998). "Equivalence test and confidence interval for the difference
       in proportions for the paired-sample design". Statistics in Medicine 17(8).
    .. [2] McNemar (1947). "Note on the sampling error of the difference between
       correlated proportions or percentages". Psychometrika 12(2).

    Examples
    --------
    With noise, 12 of 200 samples become wrong and 2 others become correct:

    >>> import numpy as np
    >>> from skn_noise.statistics import accuracy_difference
    >>> samples = np.arange(200)
    >>> clean, noisy = samples < 190, (samples >= 12) & (samples < 192)
    >>> difference = accuracy_difference(noisy, clean, samples=samples, n_train=160)
    >>> print(f"{difference.mean:.3f}, p = {difference.p_value:.3f}")
    -0.050, p = 0.025
    >>> print(f"{difference.lower:.3f} to {difference.upper:.3f}")
    -0.104 to -0.008
    """
    correct = _as_booleans(correct, name="correct")
    reference_correct = _as_booleans(reference_correct, name="reference_correct")
    validations = as_validations(samples, clusters, folds, repeats, weights)
    check_same_length(
        correct=correct,
        reference_correct=reference_correct,
        samples=validations.samples,
    )
    confidence = as_confidence(confidence)
    pair, options = (correct, reference_correct), (n_train, training_weight, confidence)
    return paired_accuracy_bounds(*pair, validations, *options)[0]


def accuracy_bounds(correct, validations, n_train, training_weight, confidence):
    """Compute the interval of an accuracy, and the evidence that it stands on."""
    accuracy = validations.mean(correct)
    weight = _weight(training_weight, accuracy)
    evidence = validations.evidence(correct, n_train, weight)
    evidence = _of_score_test(evidence, validations)
    bounds = wilson_bounds(
        accuracy, evidence.n_effective, evidence.quantile(confidence)
    )
    return MeanInterval(accuracy, *bounds), evidence


def paired_accuracy_bounds(
    correct, reference_correct, validations, n_train, training_weight, confidence
):
    """Compute the interval of a difference, and the evidence that it stands on."""
    lower_accuracy = min(map(validations.mean, (correct, reference_correct)))
    weight = _weight(training_weight, lower_accuracy)
    change = correct.astype(float) - reference_correct
    evidence = validations.evidence(change, n_train, weight)
    evidence = _of_score_test(evidence, validations)
    gained, lost = validations.mean(change > 0), validations.mean(change < 0)
    n_samples, quantile = evidence.n_effective, evidence.quantile(confidence)
    if np.isnan(n_samples):
        return PairedDifference(gained - lost, np.nan, np.nan, np.nan), evidence
    lower, upper = _tango_bounds(gained, lost, quantile**2 / n_samples)
    p_value = 1.0
    if gained != lost:
        z = abs(gained - lost) * np.sqrt(n_samples / (gained + lost))
        p_value = evidence.p_value(z)
    return PairedDifference(gained - lost, lower, upper, p_value), evidence


def _of_score_test(evidence, validations):
    """Return the evidence with a normal quantile if no variance was estimated.

    The variance of a share of independent samples follows from the share itself.
    """
    if validations.clusters is not None or evidence.folds_differ:
        return evidence
    return replace(evidence, n_free=np.inf)


def _tango_bounds(gained, lost, scaled_z_squared):
    """Compute Tango's interval of gained - lost, for the squared quantile over n."""
    lower = _lower_bound(gained, lost, scaled_z_squared)
    # Swapping the two changes the sign of the difference and of its bounds.
    return lower, -_lower_bound(lost, gained, scaled_z_squared)


def _lower_bound(gained, lost, scaled_z_squared):
    difference = gained - lost

    def excess(bound):
        """Return the squared distance minus the critical value of the score test."""
        variance = _variance_if_difference_were(bound, gained, lost)
        return (difference - bound) ** 2 - scaled_z_squared * variance

    # At the difference itself the variance may be zero, and then the excess is zero.
    start = difference - 1e-12
    return float(optimize.brentq(excess, -1.0, start)) if start > -1 else -1.0


def _variance_if_difference_were(difference, gained, lost):
    """Compute the variance of a sample under the hypothesis of this difference."""
    slope = (2 - gained + lost) * difference - (gained + lost)
    intercept = -lost * difference * (1 - difference)
    root = np.sqrt(max(slope**2 - 8 * intercept, 0.0))
    likeliest_lost = (root - slope) / 4
    return 2 * likeliest_lost + difference * (1 - difference)


def _weight(training_weight, accuracy):
    if training_weight is None:
        return 1 / 4 + accuracy * (1 - accuracy)
    return training_weight


def _as_booleans(values, *, name):
    try:
        numbers = as_vector(values, name=name)
    except ValueError:
        numbers = np.empty(0)
    if not (len(numbers) > 0 and np.isin(numbers, [0, 1]).all()):
        raise ValueError(
            f"{name} must be a list with True or False for each validation, got "
            f"{values!r}. Pass, for instance, y_pred == y_validation."
        )
    return numbers.astype(bool)
