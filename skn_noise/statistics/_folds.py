"""Intervals and paired tests for the scores of folds."""

from __future__ import annotations

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from skn_noise._sklearn import Interval
from skn_noise.statistics._common import (
    LARGEST,
    PairedDifference,
    as_confidence,
    as_number,
    as_vector,
)

_FROM_0 = Interval(Real, 0, None, closed="left")


def mean_interval(
    scores: ArrayLike, *, validation_train_ratio: float, confidence: float = 0.95
) -> tuple[float, float]:
    r"""Compute the corrected resampled t interval of a mean score.

    Parameters
    ----------
    scores : array-like of shape (n_folds,)
        One score for each fold, with all repeats of the cross-validation
        concatenated.

    validation_train_ratio : float
        Number of validation samples divided by the number of training samples of a
        fold, for instance 1 / 4 in 5-fold cross-validation. 0 if the folds are
        independent.

    confidence : float, default=0.95
        Confidence level, between 0 and 1.

    Returns
    -------
    lower, upper : float
        Bounds of the interval, in the units of the scores.

    Raises
    ------
    ValueError
        If there are fewer than two scores, a score is not finite, or another argument
        is out of its range.

    See Also
    --------
    paired_difference : The interval of a difference between scores of the same folds.
    accuracy_interval : The interval of an accuracy, from the results of samples.
    log_loss_interval : The interval of a mean log loss, from the results of samples.

    Notes
    -----
    The interval is

    .. math:: \bar{x} \pm t \sqrt{\left(\frac{1}{k} + \rho\right) s^2}

    where :math:`k` is the number of folds times the number of repeats, :math:`\bar{x}`
    and :math:`s^2` are the mean and the sample variance of the scores, :math:`\rho` is
    `validation_train_ratio`, and :math:`t` is the quantile of Student's distribution
    with :math:`k - 1` degrees of freedom for `confidence`. Folds share
    training samples, so that their scores are correlated; :math:`\rho` corrects for
    this correlation [1]_. The ordinary interval (:math:`\rho = 0`) is too narrow.

    The interval is for the expected score of a fit on as many training samples as a
    fold has. It is an approximation: too wide for a cross-validation without repeats,
    and too narrow for accuracies near 1 on a few dozen samples.

    References
    ----------
    .. [1] Nadeau, Bengio (2003). "Inference for the generalization error".
       Machine Learning 52(3).

    Examples
    --------
    >>> from skn_noise.statistics import mean_interval
    >>> scores = [0.81, 0.84, 0.79, 0.86, 0.80]
    >>> lower, upper = mean_interval(scores, validation_train_ratio=1 / 4)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    0.766 to 0.874
    """
    scores = _as_fold_scores(scores, name="scores")
    validation_train_ratio = _as_ratio(validation_train_ratio)
    confidence = as_confidence(confidence)
    quantile = stats.t.isf((1 - confidence) / 2, len(scores) - 1)
    margin = float(quantile) * _standard_error(scores, validation_train_ratio)
    mean = float(scores.mean())
    return mean - margin, mean + margin


def paired_difference(
    scores: ArrayLike,
    reference_scores: ArrayLike,
    *,
    validation_train_ratio: float,
    confidence: float = 0.95,
) -> PairedDifference:
    r"""Compare scores with the scores of a reference on the same folds.

    Parameters
    ----------
    scores : array-like of shape (n_folds,)
        One score for each fold, with all repeats of the cross-validation
        concatenated.

    reference_scores : array-like of shape (n_folds,)
        Scores of the reference, of the same folds in the same order.

    validation_train_ratio : float
        Number of validation samples divided by the number of training samples of a
        fold, for instance 1 / 4 in 5-fold cross-validation. 0 if the folds are
        independent.

    confidence : float, default=0.95
        Confidence level of the interval, between 0 and 1.

    Returns
    -------
    difference : PairedDifference
        Mean of `scores` - `reference_scores`, its interval (`lower`, `upper`) and the
        two-sided `p_value`.

    Raises
    ------
    ValueError
        If the two lists have different lengths, there are fewer than two scores, a
        score is not finite, or another argument is out of its range.

    See Also
    --------
    accuracy_difference : Compare two accuracies by the results of samples.
    holm_adjusted : Adjust the p values of several comparisons.

    Notes
    -----
    The interval is that of :func:`mean_interval`, for the differences of the folds. The
    p value is that of the corrected resampled t test [1]_,

    .. math:: p = 2 P\left(T > \frac{|\bar{d}|}{\sqrt{(1 / k + \rho) s^2}}\right)

    where :math:`T` has Student's distribution with :math:`k - 1` degrees of freedom,
    :math:`k` is the number of folds times the number of repeats, :math:`\bar{d}` and
    :math:`s^2` are the mean and the sample variance of the differences, and
    :math:`\rho` is `validation_train_ratio`. If all differences are equal, p is 1 if
    they are zero, and 0 otherwise.

    References
    ----------
    .. [1] Nadeau, Bengio (2003). "Inference for the generalization error".
       Machine Learning 52(3).

    Examples
    --------
    >>> from skn_noise.statistics import paired_difference
    >>> noisy = [0.81, 0.84, 0.79, 0.86, 0.80]
    >>> clean = [0.90, 0.91, 0.88, 0.92, 0.89]
    >>> difference = paired_difference(noisy, clean, validation_train_ratio=1 / 4)
    >>> print(f"{difference.mean:.3f}, p = {difference.p_value:.4f}")
    -0.080, p = 0.0011
    """
    scores = _as_fold_scores(scores, name="scores")
    reference_scores = _as_fold_scores(reference_scores, name="reference_scores")
    if len(scores) != len(reference_scores):
        raise ValueError(
            "paired_difference expects scores and reference_scores of the same folds, "
            f"but got {len(scores)} and {len(reference_scores)} of them. Score both "
            "with the same cv."
        )
    differences = scores - reference_scores
    lower, upper = mean_interval(
        differences,
        validation_train_ratio=validation_train_ratio,
        confidence=confidence,
    )
    mean = float(differences.mean())
    error = _standard_error(differences, _as_ratio(validation_train_ratio))
    if error == 0:
        p_value = float(mean == 0)
    else:
        p_value = float(2 * stats.t.sf(abs(mean) / error, len(differences) - 1))
    return PairedDifference(mean, lower, upper, p_value)


def _standard_error(scores, validation_train_ratio):
    """Compute the corrected standard error of the mean of correlated scores."""
    # The mean of equal scores may be rounded, and then their deviation is not zero.
    if np.ptp(scores) == 0:
        return 0.0
    return float(np.sqrt(1 / len(scores) + validation_train_ratio) * scores.std(ddof=1))


def _as_fold_scores(scores, *, name):
    scores = as_vector(scores, name=name)
    if len(scores) < 2:
        raise ValueError(
            f"An interval needs the {name} of at least two folds, got {len(scores)}. "
            "Cross-validate with more folds, for instance cv=5."
        )
    n_failed = np.count_nonzero(~(np.abs(scores) < LARGEST))
    if n_failed:
        raise ValueError(
            f"{name} must be finite, but {n_failed} of {len(scores)} are NaN or "
            f"infinite, or {LARGEST:g} or more, whose squares are. Drop the failed "
            "folds, also from the scores they are paired with."
        )
    return scores


def _as_ratio(validation_train_ratio):
    return as_number(
        validation_train_ratio,
        _FROM_0,
        name="validation_train_ratio",
        expected="a finite number, 0 or more",
        mend="Pass n_validation / n_train, for instance 1 / 4 for cv=5.",
    )
