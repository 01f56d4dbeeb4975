"""The largest scale of the noise at which a score stays at or above a target."""

from numbers import Real
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq
from sklearn.isotonic import isotonic_regression

from skn_noise.results._accuracy_fit import N_PARAMETERS, AccuracyFit, find_fit
from skn_noise.results._metrics import (
    check_metric,
    counts_samples,
    is_fraction,
    is_negated,
)
from skn_noise.results._summaries import summary_table, validation_train_ratio
from skn_noise.statistics._folds import mean_interval


class NoiseTolerance(NamedTuple):
    """The largest scale of the noise at which a score stays at or above a target.

    :meth:`NoiseCurve.tolerance` makes it. Scales are not extrapolated: minus infinity
    stands for one below the scales that were run, infinity for one above them. As text
    it says so in words.

    Attributes
    ----------
    metric : str
        The metric.

    target : float
        The score to stay at or above; if it is relative, its mean over the folds.

    scale : float
        The tolerance: the geometric mean of the folds'.

    lower, upper : float
        Bounds of its 95 % interval; NaN where none is known.

    n : int
        Number of folds.

    fit : AccuracyFit or None
        The parametric fit to all folds, if the metric is the accuracy and there are
        three scales or more.

    fitted_scale : float
        The scale at which the fit reaches the target; NaN without a fit.

    smallest_scale, largest_scale : float
        The ends of the scales that were run, 0 left out.
    """

    metric: str
    target: float
    scale: float
    lower: float
    upper: float
    n: int
    fit: AccuracyFit | None
    fitted_scale: float
    smallest_scale: float
    largest_scale: float

    def __str__(self):
        """Say it in a sentence."""
        scale, lower, upper, fitted = (
            scale_in_words(self, value)
            for value in (self.scale, self.lower, self.upper, self.fitted_scale)
        )
        text = f"{self.metric} stays at or above {self.target:.4g} up to scale {scale}"
        is_known = not np.isnan([self.lower, self.upper]).any()
        interval = f"95 % interval: {lower} to {upper}" if is_known else "no interval"
        return f"{text} ({interval}){self._fit_in_words(fitted)}"

    def _fit_in_words(self, fitted):
        if self.fit is None:
            return ""
        doubt = f", but fits badly (p = {self.fit.p_value:.1g})"
        return f"; the fit says {fitted}{doubt if self.fit.is_refuted else ''}"


def scale_in_words(tolerance, scale):
    """Return a scale of a tolerance as text, with words for one that is infinite."""
    if scale == -np.inf:
        return f"below {tolerance.smallest_scale:g}"
    if scale == np.inf:
        return f"above {tolerance.largest_scale:g}"
    return f"{scale:.3g}"


def find_tolerance(scores, target, *, relative, metric, n_classes):
    """Find the tolerance in a table of scores; NoiseCurve.tolerance documents it."""
    metric = check_metric(scores, metric)
    scores = _complete_folds(_validation_scores(scores, metric), metric)
    _check_more_is_better(scores, metric)
    folds = scores.pivot(index="fold", columns="scale", values="value")
    targets = _fold_targets(folds, target, relative, metric)
    run = folds.columns[folds.columns > 0]
    if len(run) < 2:
        raise ValueError(
            "tolerance interpolates between scales greater than 0, of which there are "
            f"{run.tolist()}. Run at least two."
        )
    tolerances = np.array(
        [_log_tolerance(folds.loc[fold, run], targets[fold]) for fold in folds.index]
    )
    bounds = _log_bounds(scores, tolerances, targets, run)
    fit = _fit(scores, metric, n_classes)
    mean_target = float(targets.mean() if target is None else target)
    fitted = np.nan if fit is None else _log(fit.tolerance(mean_target))
    return NoiseTolerance(
        metric,
        mean_target,
        *(_within(run, value) for value in (_middle(tolerances), *bounds)),
        len(folds),
        fit,
        _within(run, fitted),
        float(min(run)),
        float(max(run)),
    )


def fit_validation_accuracy(scores, n_classes):
    """Fit the validation accuracies in a table of scores, all folds together."""
    check_metric(scores, "accuracy")
    scores = _validation_scores(scores, "accuracy").dropna(subset=["value"])
    if not _is_countable(scores, n_classes):
        raise ValueError(
            "fit_accuracy needs the numbers of samples in the folds and of classes, of "
            "which each sample has one. Pass from_search the X and y that the search "
            "of a classifier was fitted on; there is no fit for several labels a "
            "sample."
        )
    n_correct = (scores["value"] * scores["n_validation"]).round()
    counts = scores.assign(n_correct=n_correct).groupby("scale")
    totals = counts[["n_correct", "n_validation"]].sum()
    return find_fit(
        totals.index,
        totals["n_correct"],
        totals["n_validation"],
        n_classes,
        _count_repeats(scores),
    )


def _count_repeats(scores):
    """Return how often a sample is validated at a scale, on average, at least 1."""
    shares = scores["n_validation"] / (scores["n_train"] + scores["n_validation"])
    return max(1.0, shares.groupby(scores["scale"]).sum().mean())


def _validation_scores(scores, metric):
    chosen = (scores["metric"] == metric) & (scores["split"] == "validation")
    return scores[chosen]


def _complete_folds(scores, metric):
    """Leave out the folds that failed at a scale."""
    has_failed = scores["value"].isna().groupby(scores["fold"]).transform("any")
    if has_failed.all():
        raise ValueError(
            f"tolerance needs a fold with a {metric} at every scale, and all have "
            "failed at some. Mend what failed, or leave out those scales."
        )
    return scores[~has_failed]


def _check_more_is_better(scores, metric):
    if is_negated(metric) or (scores["value"] < 0).all():
        raise ValueError(
            f"A tolerance needs a metric of which more is better, and {metric!r} is a "
            "loss with its sign changed. Pass another as metric=."
        )


def _fold_targets(folds, target, relative, metric):
    """Check what is asked for; return the target of every fold."""
    if (target is None) == (relative is None):
        raise ValueError(
            "tolerance takes a target, or relative= a fraction of the score at the "
            f"smallest scale; got target={target!r} and relative={relative!r}."
        )
    first = folds.iloc[:, 0]
    if relative is None:
        _check_target(target, metric)
        targets = pd.Series(float(target), index=folds.index)
    else:
        _check_relative(relative, first, metric)
        targets = first * relative
    highest = folds.max(axis=None)
    if targets.min() > highest:
        raise ValueError(
            f"target must be a score that was reached, but {target:g} is above every "
            f"{metric}, the highest of which is {highest:.4g}. Lower it, or pass "
            "relative=."
        )
    return targets


def _check_target(target, metric):
    if not (isinstance(target, Real) and np.isfinite(target)):
        raise ValueError(f"target must be a score, a finite number; got {target!r}.")
    if is_fraction(metric) and not 0 <= target <= 1:
        raise ValueError(
            f"target must be a score between 0 and 1, as {metric} is; got {target!r}. "
            "Divide a percentage by 100."
        )


def _check_relative(relative, first, metric):
    if not (isinstance(relative, Real) and 0 < relative <= 1):
        raise ValueError(
            "relative must be a fraction of the score at the smallest scale, greater "
            f"than 0 and at most 1; got {relative!r}."
        )
    if not (first > 0).all():
        raise ValueError(
            f"relative needs scores greater than 0, but {metric} at scale "
            f"{first.name:g} is {first.min():g}. Pass a target."
        )


def _log_tolerance(values, target):
    """Interpolate where values, indexed by scale, fall below the target.

    Returns minus infinity if they lie below at all scales, infinity if at none.
    """
    log_scales = np.log(values.index.to_numpy())
    falling = isotonic_regression(values.to_numpy(), increasing=False)
    # Means of equal scores may round to below them.
    falling[np.isclose(falling, target, rtol=1e-12, atol=0)] = target
    n_above = np.count_nonzero(falling >= target)
    if n_above in (0, len(falling)):
        return np.inf if n_above else -np.inf
    curve = PchipInterpolator(log_scales, falling)
    between = log_scales[n_above - 1 : n_above + 1]
    return brentq(lambda log_scale: curve(log_scale) - target, *between)


def _middle(tolerances):
    """Return the mean, or the median fold if one lies outside the scales."""
    if np.isfinite(tolerances).all():
        return tolerances.mean()
    return np.quantile(tolerances, 0.5, method="lower")


def _log_bounds(scores, tolerances, targets, run):
    """Return the bounds of the 95 % interval, NaN where none is known."""
    if len(tolerances) == 1:
        bounds = summary_table(scores).set_index("scale").loc[run, ["lower", "upper"]]
        if bounds.isna().any(axis=None):
            return np.nan, np.nan
        (target,) = targets
        return [_log_tolerance(bounds[side], target) for side in bounds]
    ratio = validation_train_ratio(scores)
    if not np.isfinite([ratio, *tolerances]).all():
        return np.nan, np.nan
    return mean_interval(tolerances, validation_train_ratio=ratio)


def _fit(scores, metric, n_classes):
    """Fit the accuracies; return None for another metric or too few scales."""
    is_enough = scores["scale"].nunique() >= N_PARAMETERS
    is_counted = counts_samples(metric) and _is_countable(scores, n_classes)
    if not (is_enough and is_counted):
        return None
    return fit_validation_accuracy(scores, n_classes)


def _is_countable(scores, n_classes):
    """Tell whether the numbers of classes and of samples are known."""
    return n_classes is not None and scores["n_validation"].notna().all()


def _log(scale):
    return np.log(scale) if scale > 0 else -np.inf


def _within(run, log_scale):
    """Return the scale of a logarithm, or an infinity outside the scales run."""
    if log_scale < np.log(min(run)):
        return -np.inf
    if log_scale > np.log(max(run)):
        return np.inf
    return float(np.exp(log_scale))
