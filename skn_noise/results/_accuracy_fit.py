"""A curve of three parameters through accuracies against the scale of the noise."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

_SMALLEST_PROBABILITY = 1e-12
_LOG_SLOPES = np.log(0.05), np.log(20)
_LOG_THRESHOLDS = np.log(1e-3), np.log(1e3)  # in units of the scales
N_PARAMETERS = 3


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

    Methods
    -------
    predict(scales) : Accuracies at scales.
    tolerance(target) : The scale at which accuracy has fallen to a target.
    """

    chance: float
    lapse: float
    threshold: float
    slope: float

    def predict(self, scales):
        """Compute accuracies.

        Parameters
        ----------
        scales : array-like
            Scales of the noise.

        Returns
        -------
        accuracies : ndarray, of the shape of `scales`
        """
        decays = np.exp(-((np.asarray(scales) / self.threshold) ** self.slope))
        return self.chance + (1 - self.chance - self.lapse) * decays

    def tolerance(self, target):
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
        if target <= self.chance:
            return np.inf
        if target > 1 - self.lapse:
            return -np.inf
        decay = (target - self.chance) / (1 - self.chance - self.lapse)
        return float(self.threshold * (-np.log(decay)) ** (1 / self.slope))


def fit_accuracy(scales, n_correct, n_samples, *, n_classes):
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

    Returns
    -------
    fit : AccuracyFit

    Raises
    ------
    ValueError
        If there are fewer than three scales, or numbers are out of their range.

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
    >>> round(fit.tolerance(0.9), 2)
    1.84
    """
    scales, n_correct, n_samples = _check_counts(scales, n_correct, n_samples)
    chance = 1 / n_classes
    n_wrong = n_samples - n_correct

    def loss(parameters):
        fit = _as_fit(chance, parameters)
        rights = np.clip(
            fit.predict(scales), _SMALLEST_PROBABILITY, 1 - _SMALLEST_PROBABILITY
        )
        log_likelihood = n_correct @ np.log(rights) + n_wrong @ np.log1p(-rights)
        return -log_likelihood / n_samples.sum()

    found = minimize(
        loss,
        _first_guess(scales, n_correct / n_samples, chance),
        bounds=[(0, 1 - chance), _LOG_THRESHOLDS + np.log(scales.max()), _LOG_SLOPES],
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-14, "maxiter": 4000, "maxfev": 8000},
    )
    return _as_fit(chance, found.x)


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
    return [min(1 - best, 1 - chance), np.log(threshold), np.log(2)]


def _check_counts(scales, n_correct, n_samples):
    scales, n_correct, n_samples = (
        np.asarray(values, dtype=np.float64)
        for values in (scales, n_correct, n_samples)
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
    if not ((n_correct >= 0) & (n_correct <= n_samples) & (n_samples > 0)).all():
        raise ValueError(
            "n_correct must lie between 0 and n_samples, which must not be 0; got "
            f"{n_correct.tolist()} of {n_samples.tolist()}."
        )
    return scales, n_correct, n_samples
