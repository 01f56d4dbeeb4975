"""Intervals of the scores of a metric at one scale, and of differences of scores.

Every interval comes with the name of its method in one word, and with notes: what the
interval holds for, or why there is none.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from skn_noise._draws import mean_over_draws
from skn_noise._metrics import counts_samples, is_log_loss, score_range
from skn_noise.results._cells import (
    FOLD,
    SIZES,
    is_of_one_model,
    with_draws,
    with_repeats,
)
from skn_noise.statistics._accuracy import (
    accuracy_bounds,
    accuracy_interval,
    paired_accuracy_bounds,
)
from skn_noise.statistics._effective import (
    FEWEST_CLUSTERS,
    as_validations,
    count_labels,
)
from skn_noise.statistics._folds import mean_interval, paired_difference
from skn_noise.statistics._log_loss import as_log_losses, is_clipped, log_losses
from skn_noise.statistics._loss import as_losses, loss_bounds, paired_loss_bounds
from skn_noise.statistics._wilson import wilson_interval

NO_INTERVAL = "none"  # the method where there is none
# Notes on an interval, one or several in a cell of a table.
THIS_MODEL, BY_GROUPS, FOLDS_DIFFER = "this model", "by groups", "folds differ"
THIS_FIT, COUNTED = "this fit alone", "counted samples"
_SEPARATOR, _DETAILS = "; ", ": "
# Notes that say why there is no interval.
NO_FOLD, ONE_FOLD, TRAINING = "no fold was scored", "one fold", "training"
_INFINITE = "a score is infinite"
_UNCOUNTED = "numbers of samples unknown"
_EQUAL_FOLDS = "all folds have the same score"
_EQUAL_DIFFERENCES = "all folds differ alike"
INFINITE_LOSS = "infinite loss"
_UNKNOWN_SPREAD = "the losses do not tell their spread"
_FEW_GROUPS = "fewer than four groups"
_ROUNDING = 1e-12
# Sums in another order differ by rounding errors, and losses may be sums in float32.
_ACCURACY_ROUNDING, _LOSS_ROUNDING = 1e-9, 1e-5
_VALIDATION = [*FOLD, "sample", "draw"]
_TRAINING_WEIGHT_OF_LOSSES = 1 / 3
_ERRORS = [
    "neg_mean_absolute_error",
    "neg_mean_squared_error",
    "neg_root_mean_squared_error",
]


@dataclass(frozen=True, eq=False)
class Scores:
    """The scores of one metric at one scale, without the folds that failed.

    `values` and `sizes` have a row for each fold. `results` has a row for each
    validation of a sample, with its `result`: whether it is correct, the probability of
    its target, or its loss. It is None if there are no predictions, or if the scores
    are not the means of the results, for instance with sample weights.
    """

    metric: str
    values: pd.Series
    sizes: pd.DataFrame
    results: pd.DataFrame | None

    @cached_property
    def validation_train_ratio(self):
        """Mean of n_validation / n_train; NaN if the numbers are unknown."""
        return (self.sizes["n_validation"] / self.sizes["n_train"]).mean()

    @property
    def fold_means(self):
        """Scores of the folds, averaged over the repeats on the same samples."""
        return self.values.groupby(level="fold", sort=False).mean()

    def in_folds(self, folds):
        """Keep only some folds."""
        is_kept = self.values.index.isin(folds)
        if is_kept.all():
            return self
        results = self.results
        return replace(
            self,
            values=self.values[is_kept],
            sizes=self.sizes[is_kept],
            results=None if results is None else _in_folds(results, folds),
        )

    def validations(self):
        """Return the labels and the weights of all validations."""
        results = self.results
        folds, _ = _number_folds(results)
        sizes = np.bincount(folds)[folds]
        return as_validations(
            results["sample"],
            clusters=results.get("group"),
            folds=results["fold"],
            repeats=results["repeat"],
            # With these weights, the mean over validations equals that over folds.
            weights=1 / sizes,
        )

    def losses(self):
        """Return the losses of all validations."""
        results = self.results["result"].to_numpy()
        if "variance" in self.results:  # sums of losses at several scales
            variances = self.results["variance"].to_numpy()
            return as_losses(results)._replace(variances=variances)
        return (
            as_log_losses(results) if is_log_loss(self.metric) else as_losses(results)
        )


class Interval(NamedTuple):
    """The bounds of a mean, NaN where there are none, the method, and notes."""

    lower: float
    upper: float
    method: str
    note: str = ""


class Difference(NamedTuple):
    """A mean difference over `n` folds, its bounds, p value, method and notes.

    The fields are the columns of a table of differences.
    """

    difference: float
    n: int
    method: str
    p_value: float
    lower: float
    upper: float
    note: str


def by_fold(scores):
    """Return a table of scores as :func:`read_scores` reads its parts.

    This takes as long for the whole table as for the scores at one scale.
    """
    table = with_repeats(mean_over_draws(scores))
    # A table of the user may lack the numbers of samples.
    table = table.assign(**{name: np.nan for name in SIZES if name not in table})
    dtypes = dict.fromkeys(["value", *SIZES], float) | dict.fromkeys(FOLD, int)
    return table.astype(dtypes).set_index(FOLD)


def read_scores(scores, predictions=None):
    """Read the rows of one metric at one scale, with the predictions at that scale.

    `scores` are rows of a table of :func:`by_fold`.
    """
    metric = scores["metric"].iloc[0]
    folds = scores[scores["value"].notna()].sort_index()
    values, sizes = folds["value"], folds[SIZES]
    results = None if predictions is None else _results(predictions, metric)
    if results is not None:
        results = _in_folds(results, values.index)
        # Sample weights, or a user's metric with the same name, give other scores.
        results = results if _reproduce(results, values, metric) else None
    return Scores(metric, values, sizes, results)


def _results(predictions, metric):
    """Return the result of every validation, None if the metric has none."""
    table = with_repeats(predictions)
    target, prediction = table["target"], table["prediction"]
    if counts_samples(metric):
        result = target == prediction
    elif "probability" not in table:
        scored = [table[name] for name in (*FOLD, "draw") if name in table]
        result = _errors(target, prediction, metric, scored)
    elif is_log_loss(metric):
        result = table["probability"]
    elif metric == "neg_brier_score":  # of two classes
        result = (1 - table["probability"]) ** 2
    else:
        result = None
    if result is None:
        return None
    # The note on a missing interval of a log loss names the targets.
    names = [*_VALIDATION, "group", *(["target"] if is_log_loss(metric) else [])]
    table = table[table.columns.intersection(names)]
    return with_draws(table).assign(result=result)


def _errors(target, prediction, metric, scored):
    """Return the errors of a regressor whose means are its scores."""
    if metric not in _ERRORS:
        return None
    errors = prediction.astype(float) - target.astype(float)
    if metric == "neg_mean_absolute_error":
        return errors.abs()
    if metric == "neg_mean_squared_error":
        return errors**2
    # The root of a mean is nearly linear in the squares (the delta method).
    roots = np.sqrt((errors**2).groupby(scored).transform("mean"))
    return (roots + errors**2 / roots) / 2


def _number_folds(results):
    """Return one number for every fold of every repeat, and the index of these."""
    repeats, folds = (results[name].to_numpy(np.intp) for name in FOLD)
    n_folds = folds.max(initial=0) + 1
    numbers = repeats * n_folds + folds
    known = np.divmod(np.flatnonzero(np.bincount(numbers)), n_folds)
    return numbers, pd.MultiIndex.from_arrays(known, names=FOLD)


def _in_folds(results, folds):
    """Keep the results of some folds."""
    numbers, known = _number_folds(results)
    is_kept = known.isin(folds)
    if is_kept.all():
        return results
    return results[np.isin(numbers, np.unique(numbers)[is_kept])]


def _reproduce(results, values, metric):
    """Return whether the means of the results equal the scores of all folds."""
    if len(values) == 0 or results["result"].isna().any():
        return False
    sign, rounding, result = -1, _LOSS_ROUNDING, results["result"].to_numpy()
    if counts_samples(metric):
        sign, rounding = 1, _ACCURACY_ROUNDING
    elif is_log_loss(metric):
        result = log_losses(result)
    numbers, known = _number_folds(results)
    if not known.equals(values.index):
        return False
    counts = np.bincount(numbers)
    means = sign * np.bincount(numbers, result)[counts > 0] / counts[counts > 0]
    return np.allclose(means, values, rtol=rounding, atol=1e-12)


def no_interval(reason):
    """Return an interval without bounds."""
    return Interval(np.nan, np.nan, NO_INTERVAL, reason)


def join_once(texts):
    """Join the different texts of a column, such as notes, into one."""
    return _SEPARATOR.join(dict.fromkeys(text for text in texts if text))


def reason_of(note):
    """Return a note without its details, which are others at every scale."""
    return note.partition(_DETAILS)[0]


def split_notes(text):
    """Return the notes in a cell of a table."""
    return text.split(_SEPARATOR) if text else []


def find_interval(scores, confidence):
    """Compute the interval of a mean validation score."""
    reason = _why_none(scores, scores.values)
    if reason is not None:
        return no_interval(reason)
    # The results of samples make narrower intervals than the scores of folds.
    make = _from_folds if scores.results is None else _from_samples
    lower, upper, method, note = make(scores, confidence)
    least, greatest = _range_of(scores)
    mean = scores.values.mean()
    # Rounding must not move a bound past the mean; minimum and maximum keep NaN.
    return Interval(
        float(np.minimum(np.maximum(lower, least), mean)),
        float(np.maximum(np.minimum(upper, greatest), mean)),
        method,
        note,
    )


def find_difference(scores, reference, confidence, training_weight=None):
    """Compute the difference of two mean validation scores on the same folds."""
    scores, reference = share_validations(scores, reference)
    # The index pairs the folds, which may be in another order in the tables.
    differences = scores.values - reference.values
    mean, n = float(differences.mean()), len(differences)
    reason = _why_none(scores, differences)
    if reason is not None:
        found, p_value = no_interval(reason), np.nan
    elif scores.results is None:
        found, p_value = _paired_folds(scores, reference, confidence)
    else:
        found, p_value = _paired_samples(scores, reference, confidence, training_weight)
    lower, upper, method, note = found
    widest = np.ptp(_range_of(scores, reference))
    lower = float(np.minimum(np.maximum(lower, -widest), mean))
    upper = float(np.maximum(np.minimum(upper, widest), mean))
    return Difference(mean, n, method, p_value, lower, upper, note)


def share_validations(*several):
    """Keep the common folds, and the results of samples if all can be paired."""
    folds = several[0].values.index
    for one in several[1:]:
        folds = folds.intersection(one.values.index)
    several = [one.in_folds(folds) for one in several]
    results = [one.results for one in several]
    if any(table is None for table in results):
        return [replace(one, results=None) for one in several]
    if not _are_paired(*results):
        results = [table.sort_values(_VALIDATION) for table in results]
    if not _are_paired(*results):
        results = [None] * len(several)
    return [
        replace(one, results=table) for one, table in zip(several, results, strict=True)
    ]


def _are_paired(first, *others):
    """Return whether all tables have the same validations in the same order."""
    return all(
        np.array_equal(first[name], other[name])
        for other in others
        for name in _VALIDATION
    )


def _why_none(scores, values):
    """Return the reason if there can be no interval, else None."""
    if len(values) == 0:
        return NO_FOLD
    if not np.isfinite(values).all():
        return _INFINITE
    return _UNCOUNTED if np.isnan(scores.validation_train_ratio) else None


def _range_of(*scores):
    """Return the range of the metric; infinite if a user's metric leaves the range."""
    least, greatest = score_range(scores[0].metric)
    is_within = all(one.values.between(least, greatest).all() for one in scores)
    return (least, greatest) if is_within else (-np.inf, np.inf)


def _from_samples(scores, confidence):
    validations, n_train = scores.validations(), float(scores.sizes["n_train"].mean())
    if _has_few_groups(validations):
        return no_interval(_FEW_GROUPS)
    if counts_samples(scores.metric):
        correct = scores.results["result"].to_numpy()
        options = validations, n_train, None, confidence
        (_, lower, upper), evidence = accuracy_bounds(correct, *options)
        return Interval(lower, upper, "wilson", _notes(scores, validations, evidence))
    options = validations, n_train, _TRAINING_WEIGHT_OF_LOSSES, confidence
    (_, lower, upper), evidence = loss_bounds(scores.losses(), *options)
    if np.isnan(lower):
        return no_interval(_why_no_loss(scores))
    return Interval(-upper, -lower, "log", _notes(scores, validations, evidence))


def _paired_samples(scores, reference, confidence, training_weight):
    """Return the interval of a difference from paired samples, and the p value."""
    validations, n_train = scores.validations(), float(scores.sizes["n_train"].mean())
    if _has_few_groups(validations):
        return no_interval(_FEW_GROUPS), np.nan
    if counts_samples(scores.metric):
        pair = (one.results["result"].to_numpy() for one in (scores, reference))
        options = validations, n_train, training_weight, confidence
        (_, lower, upper, p_value), evidence = paired_accuracy_bounds(*pair, *options)
        note = _notes(scores, validations, evidence)
        return Interval(lower, upper, "tango", note), p_value
    pair = scores.losses(), reference.losses()
    options = validations, n_train, _TRAINING_WEIGHT_OF_LOSSES, confidence
    (_, lower, upper, p_value), evidence = paired_loss_bounds(*pair, *options)
    if np.isnan(lower):
        return no_interval(_why_no_loss(scores, reference)), np.nan
    note = _notes(scores, validations, evidence)
    return Interval(-upper, -lower, "mover", note), p_value


def _has_few_groups(validations):
    groups = validations.clusters
    return groups is not None and count_labels(groups) < FEWEST_CLUSTERS


def _notes(scores, validations, evidence):
    notes = {
        THIS_MODEL: is_of_one_model(scores.sizes),
        BY_GROUPS: validations.clusters is not None,
        FOLDS_DIFFER: evidence.folds_differ,
    }
    return join_once(note for note, holds in notes.items() if holds)


def _why_no_loss(*pair):
    """Return the reason, with the samples that have an infinite log loss if known."""
    if not any(np.isnan(one.losses().variances).any() for one in pair):
        return _UNKNOWN_SPREAD
    tables = [one.results for one in pair]
    if any("variance" in table for table in tables):  # sums over several scales
        return INFINITE_LOSS
    infinite = [table[is_clipped(table["result"].to_numpy())] for table in tables]
    samples = pd.concat(infinite).drop_duplicates("sample")
    counts = samples["target"].value_counts()
    target, count, n = counts.index[0], counts.iloc[0], len(samples)
    of_class = f" of class {target}" if count == n else f", {count} of class {target}"
    return f"{INFINITE_LOSS}{_DETAILS}{n} sample{'s'[: n > 1]}{of_class}"


def _from_folds(scores, confidence):
    values = scores.fold_means
    if len(values) == 1:
        return _from_holdout(scores, confidence)
    if _are_alike(values, values):
        return _from_equal_folds(scores, confidence)
    ratio = scores.validation_train_ratio
    bounds = mean_interval(values, validation_train_ratio=ratio, confidence=confidence)
    return Interval(*bounds, "t")


def _paired_folds(scores, reference, confidence):
    """Return the interval of a difference from paired folds, and the p value."""
    values, reference_values = scores.fold_means, reference.fold_means
    differences = values - reference_values
    if len(values) == 1:
        return no_interval(ONE_FOLD), np.nan
    if _are_alike(differences, np.append(values, reference_values)):
        return no_interval(_EQUAL_DIFFERENCES), np.nan
    _, lower, upper, p_value = paired_difference(
        values,
        reference_values,
        validation_train_ratio=scores.validation_train_ratio,
        confidence=confidence,
    )
    return Interval(lower, upper, "t"), p_value


def _are_alike(values, terms):
    """Return whether values differ only by rounding errors of their terms."""
    return np.ptp(values) <= _ROUNDING * np.abs(terms).max() or np.var(values) == 0


def _from_holdout(scores, confidence):
    """Compute the interval of an accuracy on one fold, for this fit only."""
    accuracy = scores.values.mean()
    if not (counts_samples(scores.metric) and 0 <= accuracy <= 1):
        return no_interval(ONE_FOLD)
    n_samples = scores.sizes["n_validation"].iloc[0]
    bounds = wilson_interval(accuracy, n_samples=n_samples, confidence=confidence)
    return Interval(*bounds, "wilson", THIS_FIT)


def _from_equal_folds(scores, confidence):
    """Compute the interval from counts, as equal scores of folds have no spread."""
    n_correct = scores.values * scores.sizes["n_validation"]
    is_counted = np.allclose(n_correct, n_correct.round(), rtol=0, atol=1e-6)
    if not (counts_samples(scores.metric) and is_counted and n_correct.min() >= 0):
        return no_interval(_EQUAL_FOLDS)
    n_validations = int(scores.sizes["n_validation"].sum())
    # A sample that repeated folds validate again counts once: numbers start again.
    _, lower, upper = accuracy_interval(
        np.arange(n_validations) < round(n_correct.sum()),
        samples=np.arange(n_validations) % int(scores.sizes.iloc[0].sum()),
        n_train=float(scores.sizes["n_train"].mean()),
        confidence=confidence,
    )
    return Interval(lower, upper, "wilson", COUNTED)
