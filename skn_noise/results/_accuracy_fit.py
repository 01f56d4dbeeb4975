"""A curve of three parameters through accuracies against the scale of the noise."""

from numbers import Integral, Real
from typing import NamedTuple

import numpy as np
from numpy import ndarray
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import xlogy
from scipy.stats import chi2

from skn_noise._sklearn import Interval, warn_user
from skn_noise.statistics._checks import as_floats, as_number

_SMALLEST_PROBABILITY = 1e-12
_LOG_SLOPES = np.log(0.05), np.log(20)
_LOG_THRESHOLDS = np.log(1e-3), np.log(1e3)  # in units of the scales
_FIRST_SLOPES = np.log([1, 2, 4, 8])
N_PARAMETERS = 3
_SMALLEST_SCALE = 1e-150  # whose square is not 0
_ANY = Interval(Real, None, None, closed="neither")
_ABOVE_0 = Interval(Real, 0, None, closed="neither")
_SMALLEST_P_VALUE = 1e-3  # of a fit that is not warned of


class AccuracyFit(NamedTuple):
    """Accuracy as a function of the scale of the noise.

    Attributes
    ----------
    chance : float
        Accuracy that guessing gives, and noise without end.

    lapse : float
        Errors that are made without noise, as a fraction of all.

    threshold : float
        Scale at which accuracy has fallen to 1/e of the way down to chance.

    slope : float
        How steeply accuracy falls around the threshold.

    deviance : float
        How far the accuracies lie from the curve: twice the logarithm of how much
        likelier they are if every scale has an accuracy of its own. NaN if not fitted.

    degrees_of_freedom : int
        Number of scales less the three parameters.

    p_value : float
        Probability of such a deviance, or a greater one, if the curve is the true one;
        NaN without degrees of freedom. :func:`fit_accuracy` says what it assumes.

    is_refuted : bool
        Whether the p value is below 0.001.

    Methods
    -------
    predict(scales) : Accuracies at scales.
    tolerance(target) : The scale at which accuracy has fallen to a target.
    """

    chance: float
    lapse: float
    threshold: float
    slope: float
    deviance: float = np.nan
    degrees_of_freedom: int = 0
    p_value: float = np.nan

    @property
    def is_refuted(self):
        """Whether the accuracies speak against the curve."""
        return self.p_value < _SMALLEST_P_VALUE

    def predict(self, scales: ArrayLike) -> ndarray:
        """Compute accuracies.

        Parameters
        ----------
        scales : array-like
            Scales of the noise.

        Returns
        -------
        accuracies : ndarray, of the shape of `scales`
        """
        numbers = as_floats(scales)
        if numbers is None or not (numbers >= 0).all():
            raise ValueError(
                f"scales must be numbers, 0 or more, got {scales!r}. Pass the standard "
                "deviations of the noise."
            )
        with np.errstate(over="ignore"):  # of scales at which nothing is left
            decays = np.exp(-((numbers / self.threshold) ** self.slope))
        return self.chance + (1 - self.chance - self.lapse) * decays

    def tolerance(self, target: float) -> float:
        """Compute the largest scale at which accuracy is at or above a target.

        Parameters
        ----------
        target : float
            An accuracy.

        Returns
        -------
        scale : float
            Infinity for a target that chance reaches, minus infinity for one that is
            not reached without noise.
        """
        target = as_number(
            target,
            _ANY,
            name="target",
            expected="an accuracy, a number",
            mend="Divide a percentage by 100.",
        )
        if target <= self.chance:
            return np.inf
        if target > 1 - self.lapse:
            return -np.inf
        decay = (target - self.chance) / (1 - self.chance - self.lapse)
        return float(self.threshold * (-np.log(decay)) ** (1 / self.slope))


def fit_accuracy(
    scales: ArrayLike,
    n_correct: ArrayLike,
    n_samples: ArrayLike,
    *,
    n_classes: int,
    n_repeats: float = 1,
) -> AccuracyFit:
    r"""Fit accuracies against the scale of the noise by maximum likelihood.

    Parameters
    ----------
    scales : array-like of shape (n_scales,)
        Scales of the noise, three or more different ones.

    n_correct : array-like of shape (n_scales,)
        Number of samples that were classified correctly.

    n_samples : array-like of shape (n_scales,)
        Number of samples that were classified.

    n_classes : int
        Number of classes, two or more.

    n_repeats : float, default=1
        Above 0; how often each sample is counted at a scale, for instance in repeated
        cross-validation. The `deviance` is divided by it.

    Returns
    -------
    fit : AccuracyFit

    Raises
    ------
    ValueError
        If there are fewer than three scales, or numbers are out of their range.

    Warns
    -----
    UserWarning
        If the curve does not fit, that is if `p_value` is below 0.001.

    See Also
    --------
    NoiseCurve.fit_accuracy : The fit of a noise curve.

    Notes
    -----
    The accuracy at scale :math:`s` is

    .. math:: g + (1 - g - l) \exp\left(-(s / s_0)^h\right)

    with the `chance` :math:`g`, one over the number of classes, which is not fitted,
    the `lapse` :math:`l`, the `threshold` :math:`s_0` and the `slope` :math:`h`. The
    numbers of correct samples are taken to be binomial. It is the psychometric function
    of Weibull's form, turned round [1]_.

    How well it fits is told by the deviance of the :math:`k_i` correct of :math:`n_i`
    samples at each scale from the :math:`n_i p_i` of the curve,

    .. math:: 2 \sum_i k_i \ln \frac{k_i}{n_i p_i}
        + (n_i - k_i) \ln \frac{n_i - k_i}{n_i (1 - p_i)}

    and by its p value from the chi-square distribution with as many degrees of freedom
    as there are scales beyond three. Equal scales count as one, whose samples are added
    up. This takes many samples a scale, none sure to be right or wrong, and numbers
    that vary as much as binomial ones do:

    * Scales that share their samples and noise, as in :func:`noise_curve`, vary
      together, which the curve can follow. Then p is too large, if anything.
    * Networks vary from fit to fit. If each scale and fold has a fit of its own, the
      numbers vary more than binomial ones, all the more as folds share training data,
      and p is too small. Where this is as much as the samples do, halve the deviance.
    * Samples that are counted several times vary as often; `n_repeats` allows for that.

    References
    ----------
    .. [1] Wichmann, Hill (2001). "The psychometric function: I. Fitting, sampling, and
       goodness of fit". Perception & Psychophysics 63(8).

    Examples
    --------
    >>> from skn_noise import fit_accuracy
    >>> fit = fit_accuracy(
    ...     [0.1, 0.5, 1.0, 2.0, 4.0],
    ...     n_correct=[9823, 9754, 9562, 8881, 6524],
    ...     n_samples=[10_000] * 5,
    ...     n_classes=10,
    ... )
    >>> round(fit.lapse, 3), round(fit.threshold, 2), round(fit.slope, 2)
    (0.018, 5.83, 2.02)
    >>> round(fit.p_value, 2)
    0.62
    >>> round(fit.tolerance(0.9), 2)
    1.84
    """
    _check_numbers(n_classes, n_repeats)
    fit = find_fit(scales, n_correct, n_samples, n_classes, n_repeats)
    warn_if_refuted(fit)
    return fit


def find_fit(scales, n_correct, n_samples, n_classes, n_repeats):
    """Fit, and tell how well, without a warning."""
    scales, n_correct, n_samples = _check_counts(scales, n_correct, n_samples)
    chance = 1 / n_classes
    fit = _find_most_likely(scales, n_correct, n_samples, chance)
    deviance, n_scales = _deviance(fit, scales, n_correct, n_samples)
    deviance /= float(n_repeats)
    freedom = n_scales - N_PARAMETERS
    p_value = float(chi2.sf(deviance, freedom))  # NaN without any freedom
    return fit._replace(deviance=deviance, degrees_of_freedom=freedom, p_value=p_value)


def _find_most_likely(scales, n_correct, n_samples, chance):
    n_wrong = n_samples - n_correct

    def loss(parameters):
        root, *rest = parameters
        rights = _predict_below_1(_as_fit(chance, [root**2, *rest]), scales)
        log_likelihood = n_correct @ np.log(rights) + n_wrong @ np.log1p(-rights)
        return -log_likelihood / n_samples.sum()

    lapse, log_threshold = _first_guess(scales, n_correct / n_samples, chance)
    others = _LOG_THRESHOLDS + np.log(scales.max()), _LOG_SLOPES
    # The simplex may fall flat onto a bound, or end where the curve is a step, far from
    # the best: so several slopes to start from, and a root, which has no bound at 0.
    highest = np.sqrt(1 - chance)
    starts = [[np.sqrt(lapse), log_threshold, slope] for slope in _FIRST_SLOPES]
    bounds = [(-highest, highest), *others]
    found = min(
        (_minimize(loss, start, bounds) for start in starts), key=lambda found: found[1]
    )
    root, *rest = found[0]
    return _as_fit(chance, [root**2, *rest])


def _minimize(loss, start, bounds):
    """Return the best parameters, and their loss."""
    found = minimize(
        loss,
        start,
        bounds=bounds,
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-14, "maxiter": 4000, "maxfev": 8000},
    )
    return found.x, found.fun


def warn_if_refuted(fit):
    """Warn of a fit that its own p value speaks against."""
    if fit.is_refuted:
        warn_user(
            "The accuracies do not follow the curve of three parameters (deviance "
            f"{fit.deviance:.3g} with {fit.degrees_of_freedom} degrees of freedom, p = "
            f"{fit.p_value:.1g}). Do not rely on its parameters; for a tolerance use "
            "NoiseCurve.tolerance, whose scale and interval are isotonic and need no "
            "such curve."
        )


def _deviance(fit, scales, n_correct, n_samples):
    """Return the deviance from accuracies of their own, and the number of scales."""
    scales, of_scale = np.unique(scales, return_inverse=True)
    n_correct, n_samples = (
        np.bincount(of_scale, numbers) for numbers in (n_correct, n_samples)
    )
    expected = n_samples * _predict_below_1(fit, scales)
    n_wrong = n_samples - n_correct
    terms = xlogy(n_correct, n_correct / expected)
    terms += xlogy(n_wrong, n_wrong / (n_samples - expected))
    return max(0.0, 2 * float(terms.sum())), len(scales)


def _predict_below_1(fit, scales):
    """Return accuracies just below 1, so that the logarithm of errors is finite."""
    return np.minimum(fit.predict(scales), 1 - _SMALLEST_PROBABILITY)


def _as_fit(chance, parameters):
    lapse, log_threshold, log_slope = parameters
    return AccuracyFit(
        chance, float(lapse), float(np.exp(log_threshold)), float(np.exp(log_slope))
    )


def _first_guess(scales, accuracies, chance):
    """Guess from the best accuracy and the scale where 1/e of it is left."""
    best = accuracies.max()
    left = (accuracies - chance) / max(best - chance, _SMALLEST_PROBABILITY)
    threshold = scales[np.abs(left - 1 / np.e).argmin()] or scales.max()
    return min(1 - best, 1 - chance), np.log(threshold)


def _check_numbers(n_classes, n_repeats):
    if not (isinstance(n_classes, Integral) and n_classes >= 2):
        raise ValueError(
            f"n_classes must be a whole number, 2 or more, got {n_classes!r}. Pass "
            "len(np.unique(y)) for labels y."
        )
    if not _ABOVE_0.is_satisfied_by(n_repeats):
        raise ValueError(
            f"n_repeats must be a finite number above 0, got {n_repeats!r}. Pass how "
            "often each sample is counted at a scale, 1 if once."
        )


def _check_counts(scales, n_correct, n_samples):
    scales = _as_numbers(scales, "scales")
    n_correct = _as_numbers(n_correct, "n_correct")
    n_samples = _as_numbers(n_samples, "n_samples")
    if (scales < 0).any() or max(scales, default=1) < _SMALLEST_SCALE:
        raise ValueError(
            f"scales must not be negative, nor all below {_SMALLEST_SCALE:g}, got "
            f"{scales.tolist()}. Pass the standard deviations of the noise."
        )
    if len(np.unique(scales)) < N_PARAMETERS:
        raise ValueError(
            f"A fit of three parameters needs three scales or more, got "
            f"{scales.tolist()}. Run more scales."
        )
    if not scales.shape == n_correct.shape == n_samples.shape:
        raise ValueError(
            "scales, n_correct and n_samples must be lists of the same length, got "
            f"shapes {scales.shape}, {n_correct.shape} and {n_samples.shape}."
        )
    for name, counts in {"n_correct": n_correct, "n_samples": n_samples}.items():
        if not np.allclose(counts, np.round(counts), rtol=0, atol=1e-6):
            raise ValueError(
                f"{name} must be whole numbers of samples, got {counts.tolist()}. "
                "Multiply accuracies by the number of samples."
            )
    if not ((n_correct >= 0) & (n_correct <= n_samples) & (n_samples > 0)).all():
        raise ValueError(
            "n_correct must lie between 0 and n_samples, which must not be 0; got "
            f"{n_correct.tolist()} of {n_samples.tolist()}."
        )
    return scales, n_correct, n_samples


def _as_numbers(values, name):
    numbers = as_floats(values)
    if numbers is None or numbers.ndim != 1 or not np.isfinite(numbers).all():
        raise ValueError(
            f"{name} must be one list of finite numbers, got {values!r}. Pass one "
            "number a scale."
        )
    return numbers
