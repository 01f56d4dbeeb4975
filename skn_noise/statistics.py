"""Intervals and paired tests for the scores of folds."""

from numbers import Real
from typing import NamedTuple

import numpy as np
from scipy import stats


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


def mean_interval(scores, *, validation_train_ratio, confidence=0.95):
    r"""Compute the corrected resampled t interval of a mean score.

    Parameters
    ----------
    scores : array-like of shape (n_folds,)
        One score a fold, all repeats of the cross-validation in a row.

    validation_train_ratio : float
        Number of validation samples over number of training samples of a fold, for
        instance 1 / 4 in 5-fold cross-validation; 0 for folds that are independent.

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
    wilson_interval : The interval of an accuracy on a single holdout.

    Notes
    -----
    The interval is

    .. math:: \bar{x} \pm t \sqrt{\left(\frac{1}{k} + \rho\right) s^2}

    where :math:`k` is the number of folds times the number of repeats, :math:`\bar{x}`
    and :math:`s^2` are the mean and the sample variance of the scores, :math:`\rho` is
    `validation_train_ratio`, and :math:`t` is the quantile of Student's distribution
    with :math:`k - 1` degrees of freedom that `confidence` asks for. Folds share
    training samples, so their scores are correlated; :math:`\rho` stands for that
    correlation [1]_, and the ordinary interval (:math:`\rho = 0`) is too narrow.

    The mean that the interval covers is the score to expect of a fit on as many
    samples as a fold trains on. It is an approximation: wide for a cross-validation
    that is not repeated, too narrow for accuracies near 1 on a few dozen samples.

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
    _check_ratio(validation_train_ratio)
    _check_confidence(confidence)
    quantile = stats.t.isf((1 - confidence) / 2, len(scores) - 1)
    margin = float(quantile) * _standard_error(scores, validation_train_ratio)
    mean = float(scores.mean())
    return mean - margin, mean + margin


def paired_difference(
    scores, reference_scores, *, validation_train_ratio, confidence=0.95
):
    r"""Compare scores with reference scores of the same folds.

    Parameters
    ----------
    scores : array-like of shape (n_folds,)
        One score a fold, all repeats of the cross-validation in a row.

    reference_scores : array-like of shape (n_folds,)
        Scores of the reference, of the same folds in the same order.

    validation_train_ratio : float
        Number of validation samples over number of training samples of a fold, for
        instance 1 / 4 in 5-fold cross-validation; 0 for folds that are independent.

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
        If the two differ in length, there are fewer than two scores, a score is not
        finite, or another argument is out of its range.

    See Also
    --------
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
    they are zero and else 0.

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
    error = _standard_error(differences, validation_train_ratio)
    if error == 0:
        p_value = float(mean == 0)
    else:
        p_value = float(2 * stats.t.sf(abs(mean) / error, len(differences) - 1))
    return PairedDifference(mean, lower, upper, p_value)


def wilson_interval(accuracy, *, n_samples, confidence=0.95):
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
    mean_interval : The interval of a mean score of several folds.

    Notes
    -----
    The bounds are the two roots :math:`\pi` of

    .. math:: (p - \pi)^2 = z^2 \pi (1 - \pi) / n

    where :math:`n` is `n_samples`, :math:`p` is `accuracy`, rounded to a whole number
    of samples, and :math:`z` is the quantile of the normal distribution that
    `confidence` asks for [1]_. The interval is for the one fitted classifier: it knows
    nothing of other training samples or seeds.

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
    if not (isinstance(accuracy, Real) and 0 <= accuracy <= 1):
        raise ValueError(
            f"accuracy must be a number from 0 to 1, got {accuracy!r}. Divide a "
            "percentage by 100, and the number of correct samples by n_samples."
        )
    is_number = isinstance(n_samples, Real)
    if not (is_number and n_samples >= 1 and float(n_samples).is_integer()):
        raise ValueError(
            f"n_samples must be a whole number, 1 or more, got {n_samples!r}. Pass the "
            "number of samples in the holdout, for instance len(y_validation)."
        )
    _check_confidence(confidence)
    n_correct = round(float(accuracy) * int(n_samples))
    interval = stats.binomtest(n_correct, int(n_samples)).proportion_ci(
        confidence, method="wilson"
    )
    return float(interval.low), float(interval.high)


def holm_adjusted(p_values):
    r"""Adjust the p values of several tests with Holm's step-down method.

    Rejecting where the adjusted p value is at most :math:`\alpha` keeps the probability
    of any false rejection at :math:`\alpha` or less, however the tests depend on each
    other.

    Parameters
    ----------
    p_values : array-like of shape (n_tests,)
        One p value a test. NaN, a test that could not be made, does not count.

    Returns
    -------
    adjusted : ndarray of shape (n_tests,)
        Adjusted p values in the order given; NaN stays NaN.

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
    p_values = _as_vector(p_values, name="p_values")
    is_outside = (p_values < 0) | (p_values > 1)
    if is_outside.any():
        raise ValueError(
            f"p_values must lie between 0 and 1, got {p_values[is_outside].tolist()}. "
            "Pass p values, not test statistics or percentages."
        )
    # NaN come last in the order, after all tests that count.
    order = np.argsort(p_values)[: np.count_nonzero(~np.isnan(p_values))]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    adjusted = np.full_like(p_values, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def _standard_error(scores, validation_train_ratio):
    """Compute the corrected standard error of the mean of correlated scores."""
    # Their mean may round to another number, and then the deviation is not zero.
    if np.ptp(scores) == 0:
        return 0.0
    return float(np.sqrt(1 / len(scores) + validation_train_ratio) * scores.std(ddof=1))


def _as_vector(values, *, name):
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must be a list of numbers, got {values!r}. Pass one number a fold "
            "or test."
        ) from error
    if vector.ndim != 1:
        raise ValueError(
            f"{name} must have one dimension, got shape {vector.shape}. Pass one list "
            "of numbers at a time."
        )
    return vector


def _as_fold_scores(scores, *, name):
    scores = _as_vector(scores, name=name)
    if len(scores) < 2:
        raise ValueError(
            f"An interval needs the {name} of at least two folds, got {len(scores)}. "
            "Cross-validate with more folds, for instance cv=5."
        )
    n_failed = np.count_nonzero(~np.isfinite(scores))
    if n_failed:
        raise ValueError(
            f"{name} must be finite, but {n_failed} of {len(scores)} are NaN or "
            "infinite. Drop the failed folds, also from the scores they are paired "
            "with."
        )
    return scores


def _check_ratio(validation_train_ratio):
    is_number = isinstance(validation_train_ratio, Real)
    if not (is_number and 0 <= validation_train_ratio < np.inf):
        raise ValueError(
            "validation_train_ratio must be a finite number, 0 or more, got "
            f"{validation_train_ratio!r}. Pass n_validation / n_train, for instance "
            "1 / 4 for cv=5."
        )


def _check_confidence(confidence):
    if not (isinstance(confidence, Real) and 0 < confidence < 1):
        raise ValueError(
            f"confidence must be a number between 0 and 1, got {confidence!r}. Pass "
            "0.95 for 95 percent."
        )
