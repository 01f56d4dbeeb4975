"""Means, intervals and comparisons of the scores in a table."""

import numpy as np
import pandas as pd

from skn_noise.results._metrics import counts_samples
from skn_noise.statistics._folds import mean_interval, paired_difference
from skn_noise.statistics._holm import holm_adjusted
from skn_noise.statistics._wilson import wilson_interval


def summary_table(scores, by=("scale", "split", "metric")):
    """Return mean, spread and interval of each group that the columns `by` make."""
    rows = []
    for names, folds in scores.groupby(list(by), sort=False):
        values = folds["value"]
        split, metric = folds[["split", "metric"]].iloc[0]
        bounds = _interval(folds, split, metric)
        rows.append((*names, values.mean(), values.std(), *bounds, values.count()))
    return pd.DataFrame(rows, columns=[*by, "mean", "std", "lower", "upper", "n"])


def cost_table(scores, reference):
    """Return the paired difference of every scale to the reference, by metric."""
    validation = scores[scores["split"] == "validation"]
    reference = _check_reference(validation, reference)
    cost = pd.concat(
        [
            _cost_of_metric(metric, folds, reference)
            for metric, folds in validation.groupby("metric", sort=False)
        ],
        ignore_index=True,
    )
    if (cost["n"] < 2).all():
        raise ValueError(
            "cost needs a scale and a metric that were scored, and so was the "
            f"reference, in at least two folds, got {cost['n'].max()}. Cross-validate "
            "with more folds, for instance cv=5."
        )
    return cost


def _interval(folds, split, metric):
    """Return the bounds of the 95 % interval of the mean, NaN where none is known."""
    folds = folds.dropna(subset=["value"])
    ratio = validation_train_ratio(folds)
    is_known = split == "validation" and np.isfinite([ratio, *folds["value"]]).all()
    if is_known and len(folds) > 1:
        return mean_interval(folds["value"], validation_train_ratio=ratio)
    if is_known and counts_samples(metric):
        ((accuracy, n_samples),) = folds[["value", "n_validation"]].to_numpy()
        return wilson_interval(accuracy, n_samples=n_samples)
    return np.nan, np.nan


def validation_train_ratio(folds):
    """Return n_validation / n_train, its mean if folds differ by a sample or two."""
    sizes = _sizes(folds)
    return (sizes["n_validation"] / sizes["n_train"]).mean()


def _sizes(folds):
    """Return the numbers of samples, NaN in a table that lacks them."""
    return folds.reindex(columns=["n_train", "n_validation"])


def _check_reference(scores, reference):
    scales = sorted(scores["scale"].unique().tolist())
    if reference is not None and reference not in scales:
        raise ValueError(
            f"reference must be a scale that was run, one of {scales}; got "
            f"{reference!r}."
        )
    if len(scales) < 2:
        raise ValueError(
            f"cost compares scales, and only {scales} was run. Run at least two."
        )
    if _sizes(scores).isna().any(axis=None):
        raise ValueError(
            "cost needs the numbers of samples in the folds. Pass from_search the X "
            "and y that the search was fitted on."
        )
    return scales[0] if reference is None else reference


def _cost_of_metric(metric, folds, reference):
    values = folds.pivot(index="fold", columns="scale", values="value")
    ratio = validation_train_ratio(folds)
    rows = []
    for scale in values.columns.drop(reference):
        pairs = values[[scale, reference]].dropna()
        difference = _difference(pairs[scale], pairs[reference], ratio)
        rows.append((metric, scale, reference, *difference, len(pairs)))
    names = ["metric", "scale", "reference", "difference", "lower", "upper"]
    cost = pd.DataFrame(rows, columns=[*names, "p_value", "n"])
    cost.insert(cost.columns.get_loc("n"), "p_adjusted", holm_adjusted(cost["p_value"]))
    return cost


def _difference(scores, reference_scores, ratio):
    """Return the mean difference, its bounds and p value, NaN where not known."""
    differences = scores - reference_scores
    if len(differences) < 2 or not np.isfinite(differences).all():
        return differences.mean(), np.nan, np.nan, np.nan
    return paired_difference(scores, reference_scores, validation_train_ratio=ratio)
