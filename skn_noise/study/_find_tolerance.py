"""Find a tolerance by adding scales where they narrow its interval."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from numbers import Integral, Real
from typing import Any

from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from skn_noise._sklearn import Interval, validate_params
from skn_noise.results._curve import NoiseCurve
from skn_noise.results._tolerance import (
    NoiseTolerance,
    check_one_target,
    tolerance_of,
)
from skn_noise.statistics._common import as_confidence
from skn_noise.study._noise_curve import noise_curve
from skn_noise.study._plan import folds_vary
from skn_noise.study._prefit import is_prefit
from skn_noise.study._scales import choose_scales

# One fit without noise serves several scales, so that fewer rounds are fewer fits.
_SCALES_OF_A_FIT = 3
# Without an upper end, each scale is 4 times the last one. More of them, from scale 1,
# would leave the range of float32.
_MOST_SCALES = 60


@validate_params(
    {
        "target": [Real, None],
        "relative": [Real, None],
        "metric": [str, None],
        "ratio": [Interval(Real, 1.01, None, closed="left")],
        "max_scales": [Interval(Integral, 1, _MOST_SCALES, closed="both")],
        "scales": ["array-like", None],
        "snr": ["array-like", None],
    },
    prefer_skip_nested_validation=False,
)
def find_tolerance(
    estimator: BaseEstimator,
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    target: float | None = None,
    relative: float | None = None,
    metric: str | None = None,
    confidence: float = 0.95,
    ratio: float = 1.1,
    max_scales: int = 20,
    scales: ArrayLike | None = None,
    snr: ArrayLike | None = None,
    **options: Any,
) -> tuple[NoiseCurve, NoiseTolerance]:
    """Find how much noise an estimator takes, to a factor of `ratio`.

    Runs :func:`noise_curve` at `scales`, and then at further scales that narrow the
    interval of :meth:`NoiseCurve.tolerance`: larger or smaller ones until the interval
    has two ends, and then the middle (of the logarithms) of the gaps at its ends. Pass
    either `target` or `relative`.

    Parameters
    ----------
    estimator : estimator object
        An estimator with a parameter for the scale of the noise, as for
        :func:`noise_curve`.

    X : array-like of shape (n_samples, n_features)
        Samples.

    y : array-like of shape (n_samples,) or None
        Targets.

    target : float, default=None
        Lowest score to accept; for a loss, the highest loss, as a positive number.

    relative : float, default=None
        Lowest score to accept, as a fraction of the score at the smallest of `scales`,
        greater than 0 and at most 1. Not for losses.

    metric : str, default=None
        Name of the metric. If None, the first metric of the curve.

    confidence : float, default=0.95
        Confidence level of the interval, between 0 and 1.

    ratio : float, default=1.1
        Ratio of the upper to the lower end of the interval that is narrow enough, at
        least 1.01. The search ends earlier if the samples do not decide between the
        scales in the interval, so that more scales would narrow it by less than this
        factor. ``print(tolerance)`` then says that more samples, draws or repeats
        would.

    max_scales : int, default=20
        Largest number of scales to run, if `scales` are not more; at most 60.

    scales : array-like of shape (n_scales,), default=None
        Scales to begin with. If None, those of `snr`, or (0.0, 1.0).

    snr : array-like of shape (n_scales,), default=None
        The scales to begin with as ratios of signal to noise in decibels, as in
        :func:`noise_curve`.

    **options : dict
        Further arguments of :func:`noise_curve`, such as `training`, `cv`, `scoring`,
        `n_jobs`, `n_repeats` or `memory`. With `memory`, an interrupted search goes on
        where it was.

    Returns
    -------
    curve : NoiseCurve
        The curve of all scales that were run.

    tolerance : NoiseTolerance
        Its tolerance. ``print(tolerance)`` shows it as a sentence.

    Raises
    ------
    ValueError
        If both or none of `target` and `relative` are given, if `cv` draws other folds
        in every call, if no score of the first scales reaches `target`, or if
        :func:`noise_curve` or :meth:`NoiseCurve.tolerance` raises it.

    See Also
    --------
    noise_curve : Run scales of your choice.
    NoiseCurve.tolerance : Find the tolerance of a curve.

    Notes
    -----
    Every round of the search halves the gaps between the scales around the tolerance,
    on a logarithmic axis. With ``training="clean"``, a study with many scales takes one
    fit for each fold. If predictions are fast, :func:`noise_curve` with a fine grid of
    scales is then faster than this search, which fits again in every round.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import GaussianNoiseTransformer, find_tolerance
    >>> X, y = load_digits(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> pipeline = Pipeline([("noise", noise), ("neighbours", KNeighborsClassifier())])
    >>> curve, tolerance = find_tolerance(pipeline, X, y, relative=0.9)
    >>> tolerance.upper < 1.6 * tolerance.lower
    True
    """
    check_one_target(target, relative)
    confidence = as_confidence(confidence)
    new = choose_scales(
        scales,
        snr,
        estimator=estimator,
        param_name=options.get("param_name", "noise__scale"),
        default=(0.0, 1.0),
    )
    cv = options.get("cv")
    if isinstance(cv, Iterator):  # each round needs the folds
        cv = list(cv)
    if folds_vary(cv):
        raise ValueError(
            "find_tolerance needs the same folds at every scale, but cv draws other "
            f"folds in every call, got {cv!r}. Set its random_state to an int."
        )
    is_one_fit = options.get("training") == "clean" or is_prefit(cv)
    n_between = _SCALES_OF_A_FIT if is_one_fit else 1
    curves: list[NoiseCurve] = []
    n_scales = 0
    while True:
        # A splitter with a RandomState would draw other folds in the next round.
        options["cv"] = deepcopy(cv)
        curves.append(noise_curve(estimator, X, y, scales=new, **options))
        curve = NoiseCurve.concat(curves)
        tolerance = tolerance_of(
            curve,
            target,
            relative=relative,
            metric=metric,
            confidence=confidence,
            ratio=float(ratio),
            n_between=n_between,
        )
        n_scales += len(new)
        new = tolerance.next_scales[: max(0, max_scales - n_scales)]
        if not new:
            return curve, tolerance
