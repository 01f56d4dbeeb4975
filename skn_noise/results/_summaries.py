"""Means, intervals and comparisons of the scores in a table."""

import numpy as np
import pandas as pd

from skn_noise.results._intervals import (
    NO_FOLD,
    ONE_FOLD,
    find_difference,
    find_interval,
    no_interval,
)
from skn_noise.results._scored import read_scored
from skn_noise.statistics._checks import as_confidence
from skn_noise.statistics._holm import holm_adjusted


def summary_table(
    scores,
    predictions=None,
    *,
    by=("scale", "split", "metric"),
    confidence=0.95,
    simultaneous=False,
):
    """Return mean, spread and interval of each group that the columns `by` make."""
    confidence = as_confidence(confidence)
    if simultaneous:
        points = scores[[name for name in by if name not in ("split", "metric")]]
        confidence = bonferroni(confidence, len(points.drop_duplicates()))
    validations = split_by_scale(predictions)
    rows = []
    for names, folds in scores.groupby(list(by), sort=False):
        group = dict(zip(by, names, strict=True))
        scored = read_scored(folds, validations.get(group.get("scale")))
        if folds["split"].iloc[0] == "train":
            interval = no_interval("none: training samples")
        else:
            interval = find_interval(scored, confidence)
        lower, upper, method = interval
        values = scored.values
        with np.errstate(invalid="ignore"):  # of infinite scores
            spread = values.mean(), values.std()
        rows.append((*names, *spread, lower, upper, len(values), method))
    columns = ["mean", "std", "lower", "upper", "n", "method"]
    return pd.DataFrame(rows, columns=[*by, *columns])


def cost_table(
    scores, predictions=None, *, reference=None, confidence=0.95, simultaneous=False
):
    """Return the paired difference of every scale to the reference, by metric."""
    confidence = as_confidence(confidence)
    validation = scores[scores["split"] == "validation"]
    reference = _check_reference(validation, reference)
    if simultaneous:
        confidence = bonferroni(confidence, validation["scale"].nunique() - 1)
    validations = split_by_scale(predictions)
    cost = pd.concat(
        [
            _cost_of_metric(metric, folds, validations, reference, confidence)
            for metric, folds in validation.groupby("metric", sort=False)
        ],
        ignore_index=True,
    )
    if cost["method"].isin([NO_FOLD, ONE_FOLD]).all():
        raise ValueError(
            "cost needs a scale and a metric that were scored, and so was the "
            f"reference, in at least two folds, got {cost['n'].max()}; or the "
            "predictions for every sample, which accuracies and log losses can be "
            "compared by. Cross-validate with more folds, for instance cv=5."
        )
    return cost


def bonferroni(confidence, n_intervals):
    """Return the confidence of each interval if all shall hold together."""
    return 1 - (1 - confidence) / n_intervals


def split_by_scale(predictions):
    """Return the predictions at each scale; none if they were not kept."""
    return {} if predictions is None else dict(iter(predictions.groupby("scale")))


def read_scales(scores, validations):
    """Return what the metric of a table scored at each scale, from the smallest."""
    return {
        scale: read_scored(folds, validations.get(scale))
        for scale, folds in scores.groupby("scale")
    }


def _cost_of_metric(metric, folds, validations, reference, confidence):
    scored = read_scales(folds, validations)
    rows = []
    for scale in scored:
        if scale == reference:
            continue
        mean, lower, upper, p_value, n, method = find_difference(
            scored[scale], scored[reference], confidence
        )
        names = metric, scale, reference
        rows.append((*names, mean, lower, upper, p_value, p_value, n, method))
    columns = ["metric", "scale", "reference", "difference", "lower", "upper"]
    columns += ["p_value", "p_adjusted", "n", "method"]
    cost = pd.DataFrame(rows, columns=columns)
    return cost.assign(p_adjusted=holm_adjusted(cost["p_value"]))


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
    sizes = scores.reindex(columns=["n_train", "n_validation"])
    if sizes.isna().any(axis=None):
        raise ValueError(
            "cost needs the numbers of samples in the folds. Pass from_search the X "
            "and y that the search was fitted on."
        )
    return scales[0] if reference is None else reference
