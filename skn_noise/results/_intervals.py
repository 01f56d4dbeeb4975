"""The interval of a score and of a difference of scores, and how each was made."""

from typing import NamedTuple

import numpy as np

from skn_noise._metrics import counts_samples, score_range
from skn_noise.results._scored import in_common
from skn_noise.statistics._accuracy import accuracy_difference, accuracy_interval
from skn_noise.statistics._folds import mean_interval, paired_difference
from skn_noise.statistics._log_loss import log_loss_difference, log_loss_interval
from skn_noise.statistics._wilson import wilson_interval

NO_FOLD, ONE_FOLD = "none: no fold was scored", "none: one fold"
_INFINITE = "none: a score is infinite"
_UNCOUNTED = "none: numbers of samples unknown"
_EQUAL_FOLDS = "none: all folds have the same score"
_CLIPPED = "none: a loss is infinite or clipped"
_ROUNDING = 1e-12
_UNKNOWN_SPREAD = "none: the losses do not tell their spread"


class Interval(NamedTuple):
    """The bounds of a mean, NaN where there are none, and how made, or why not."""

    lower: float
    upper: float
    method: str


class Difference(NamedTuple):
    """A mean difference of `n` folds, its bounds and p value, how made, or why not."""

    mean: float
    lower: float
    upper: float
    p_value: float
    n: int
    method: str


def no_interval(reason):
    """Return an interval that has none."""
    return Interval(np.nan, np.nan, reason)


def find_interval(scored, confidence):
    """Find the interval of a mean validation score."""
    reason = _why_none(scored, scored.values)
    if reason is not None:
        return no_interval(reason)
    make = _from_folds if scored.results is None else _from_samples
    lower, upper, method = make(scored, confidence)
    least, greatest = _range_of(scored)
    mean = scored.values.mean()
    # Rounding must not move a bound past the mean; minimum and maximum keep NaN.
    return Interval(
        float(np.minimum(np.maximum(lower, least), mean)),
        float(np.maximum(np.minimum(upper, greatest), mean)),
        method,
    )


def find_difference(scored, reference, confidence, training_weight=None):
    """Find by what a mean validation score differs from another on the same folds."""
    scored, reference = in_common(scored, reference)
    differences = scored.values - reference.values
    mean, n = float(differences.mean()), len(differences)
    reason = _why_none(scored, differences)
    if reason is not None:
        return Difference(mean, np.nan, np.nan, np.nan, n, reason)
    if scored.results is None:
        lower, upper, p_value, method = _paired_folds(scored, reference, confidence)
    else:
        lower, upper, p_value, method = _paired_samples(
            scored, reference, confidence, training_weight
        )
    widest = np.ptp(_range_of(scored, reference))
    lower = float(np.minimum(np.maximum(lower, -widest), mean))
    upper = float(np.maximum(np.minimum(upper, widest), mean))
    return Difference(mean, lower, upper, p_value, n, method)


def _why_none(scored, values):
    """Tell why there can be no interval; return None if there can."""
    if len(values) == 0:
        return NO_FOLD
    if not np.isfinite(values).all():
        return _INFINITE
    return _UNCOUNTED if np.isnan(scored.validation_train_ratio) else None


def _range_of(*scored):
    """Return the range of the metric, none if it was given another one's name."""
    least, greatest = score_range(scored[0].metric)
    is_within = all(one.values.between(least, greatest).all() for one in scored)
    return (least, greatest) if is_within else (-np.inf, np.inf)


def _from_samples(scored, confidence):
    results, options = scored.results.to_numpy(), scored.sample_options()
    if counts_samples(scored.metric):
        interval = accuracy_interval(results, confidence=confidence, **options)
        return Interval(*interval[1:], "Wilson, effective samples")
    interval = log_loss_interval(results, confidence=confidence, **options)
    if np.isnan(interval.lower):
        return no_interval(_why_no_loss(results))
    return Interval(-interval.upper, -interval.lower, "log scale, effective samples")


def _paired_samples(scored, reference, confidence, training_weight):
    pair = scored.results.to_numpy(), reference.results.to_numpy()
    options = {"confidence": confidence, **scored.sample_options()}
    if counts_samples(scored.metric):
        options["training_weight"] = training_weight
        difference = accuracy_difference(*pair, **options)
        return *difference[1:], "Tango, effective samples"
    _, lower, upper, p_value = log_loss_difference(*pair, **options)
    if np.isnan(lower):
        return np.nan, np.nan, np.nan, _why_no_loss(*pair)
    return -upper, -lower, p_value, "MOVER, effective samples"


def _why_no_loss(*probabilities):
    is_clipped = any((part <= np.finfo(part.dtype).eps).any() for part in probabilities)
    return _CLIPPED if is_clipped else _UNKNOWN_SPREAD


def _from_folds(scored, confidence):
    values = scored.fold_means
    if len(values) == 1:
        return _from_holdout(scored, confidence)
    if _are_alike(values, values):
        return _from_equal_folds(scored, confidence)
    options = {"validation_train_ratio": scored.validation_train_ratio}
    bounds = mean_interval(values, confidence=confidence, **options)
    return Interval(*bounds, "corrected t")


def _paired_folds(scored, reference, confidence):
    values, reference_values = scored.fold_means, reference.fold_means
    differences = values - reference_values
    if len(values) == 1:
        return np.nan, np.nan, np.nan, ONE_FOLD
    if _are_alike(differences, np.append(values, reference_values)):
        return np.nan, np.nan, np.nan, "none: all folds differ alike"
    options = {"validation_train_ratio": scored.validation_train_ratio}
    difference = paired_difference(
        values, reference_values, confidence=confidence, **options
    )
    return *difference[1:], "corrected t"


def _are_alike(values, terms):
    """Tell whether values have no spread but that of rounding in their terms."""
    return np.ptp(values) <= _ROUNDING * np.abs(terms).max() or np.var(values) == 0


def _from_holdout(scored, confidence):
    """Find the interval of an accuracy, as it holds for the one fit alone."""
    accuracy = scored.values.mean()
    if not (counts_samples(scored.metric) and 0 <= accuracy <= 1):
        return no_interval(ONE_FOLD)
    n_samples = scored.sizes["n_validation"].iloc[0]
    bounds = wilson_interval(accuracy, n_samples=n_samples, confidence=confidence)
    return Interval(*bounds, "Wilson, this fit alone")


def _from_equal_folds(scored, confidence):
    """Count samples, if these are accuracies: folds without spread tell no interval."""
    n_correct = scored.values * scored.sizes["n_validation"]
    is_counted = np.allclose(n_correct, n_correct.round(), rtol=0, atol=1e-6)
    if not (counts_samples(scored.metric) and is_counted and n_correct.min() >= 0):
        return no_interval(_EQUAL_FOLDS)
    n_validations = int(scored.sizes["n_validation"].sum())
    _, lower, upper = accuracy_interval(
        np.arange(n_validations) < round(n_correct.sum()),
        samples=np.arange(n_validations) % int(scored.sizes.iloc[0].sum()),
        n_train=float(scored.sizes["n_train"].mean()),
        confidence=confidence,
    )
    return Interval(lower, upper, "Wilson, counted samples")
