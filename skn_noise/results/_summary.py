"""Summaries of a curve: means, costs, and the finding in a sentence."""

import numpy as np
import pandas as pd

from skn_noise._defaults import REGIME_OF_APPLY_TO, TRAINED
from skn_noise._metrics import check_metric, is_negated, natural_name
from skn_noise.results._cells import SIZES, validation_scores
from skn_noise.results._scores import (
    FOLDS_DIFFER,
    NO_FOLD,
    ONE_FOLD,
    TRAINING,
    Difference,
    by_fold,
    find_difference,
    find_interval,
    no_interval,
    read_scores,
    split_notes,
)
from skn_noise.statistics._common import as_confidence
from skn_noise.statistics._holm import bonferroni, holm_adjusted


def summary_table(
    scores,
    predictions=None,
    *,
    by=("scale", "split", "metric"),
    confidence=0.95,
    simultaneous=False,
):
    """Compute mean, spread and interval of each group of rows with equal `by`."""
    confidence = as_confidence(confidence)
    if simultaneous:
        points = scores[[name for name in by if name not in ("split", "metric")]]
        confidence = bonferroni(confidence, len(points.drop_duplicates()))
    # The predictions of a fit know its scale, but no metric.
    known = [name for name in by if predictions is not None and name in predictions]
    validations = split_predictions(predictions, known)
    rows = []
    for names, folds in by_fold(scores).groupby(list(by), sort=False, observed=True):
        group = dict(zip(by, names, strict=True))
        point = tuple(group[name] for name in known)
        found = read_scores(folds, validations.get(point))
        if folds["split"].iloc[0] == "train":
            interval = no_interval(TRAINING)
        else:
            interval = find_interval(found, confidence)
        values = found.values
        with np.errstate(invalid="ignore"):  # of infinite scores
            spread = values.mean(), values.std()
        bounds = interval.lower, interval.upper, interval.note
        rows.append((*names, *spread, len(values), interval.method, *bounds))
    # In a narrow terminal pandas leaves out the columns in the middle.
    columns = ["mean", "std", "n", "method", "lower", "upper", "note"]
    return pd.DataFrame(rows, columns=[*by, *columns])


def cost_table(curve, *, reference, confidence, simultaneous):
    """Compute the paired difference of every scale to the reference, by metric."""
    confidence = as_confidence(confidence)
    validation = curve.scores[curve.scores["split"] == "validation"]
    reference = _check_reference(validation, reference)
    if simultaneous:
        confidence = bonferroni(confidence, validation["scale"].nunique() - 1)
    validations = split_predictions(curve.predictions)
    cost = pd.concat(
        [
            _cost_of_metric(metric, folds, validations, reference, confidence)
            for metric, folds in validation.groupby("metric", sort=False)
        ],
        ignore_index=True,
    )
    check_cost(cost)
    return cost


def check_cost(cost):
    """Raise an error if no scale was compared with the reference."""
    if cost["note"].isin([NO_FOLD, ONE_FOLD]).all():
        raise ValueError(
            "cost needs predictions (for accuracy and log loss), or at least two folds "
            "in which both a scale and the reference were scored; got "
            f"{cost['n'].max()} folds. Cross-validate with more folds, for instance "
            "cv=5."
        )


def split_predictions(predictions, by="scale"):
    """Return the predictions at each scale; an empty dict if there are none."""
    if predictions is None:
        return {}
    return dict(iter(predictions.groupby(by, observed=True)))


def read_scales(scores, validations):
    """Read the scores of one metric at each scale, from the smallest scale."""
    return {
        scale: read_scores(folds, validations.get(scale))
        for scale, folds in by_fold(scores).groupby("scale")
    }


def _cost_of_metric(metric, folds, validations, reference, confidence):
    found = read_scales(folds, validations)
    rows = {
        (metric, scale): find_difference(one, found[reference], confidence)
        for scale, one in found.items()
        if scale != reference
    }
    return difference_table(rows, ["metric", "scale"])


def difference_table(differences, names):
    """Make a table of differences by their names, with p values adjusted for all."""
    rows = [(*values, *found) for values, found in differences.items()]
    table = pd.DataFrame(rows, columns=[*names, *Difference._fields])
    adjusted = holm_adjusted(table["p_value"])
    table.insert(len(table.columns) - 1, "p_adjusted", adjusted)
    return table


def _check_reference(scores, reference):
    scales = sorted(scores["scale"].unique().tolist())
    if reference is not None and reference not in scales:
        raise ValueError(
            f"reference must be a scale of the curve, one of {scales}; got "
            f"{reference!r}."
        )
    if len(scales) < 2:
        raise ValueError(
            f"cost compares at least two scales, but the curve has only {scales}. Run "
            "noise_curve with more scales."
        )
    check_sizes(scores)
    return scales[0] if reference is None else reference


def check_sizes(scores):
    """Raise an error if the numbers of samples are unknown."""
    if scores.reindex(columns=SIZES).isna().any(axis=None):
        raise ValueError(
            "cost needs the number of samples in each fold, which is missing. Pass X "
            "and y of the search to from_search."
        )


def training_in_words(manifest):
    """Say whether the model was trained on such noise; "" if it is unknown."""
    return TRAINED.get(regime_of(manifest), "")


def regime_of(manifest):
    """Return what the model was trained on, one of the keys of TRAINED; else None."""
    if manifest is None:
        return None
    if manifest.get("cv") == "prefit":
        return "prefit"
    if manifest.get("training") is not None:
        return manifest["training"]
    step, separator, _ = str(manifest.get("param_name")).rpartition("__")
    apply_to = manifest.get("parameters", {}).get(f"{step}{separator}apply_to")
    return REGIME_OF_APPLY_TO.get(apply_to)


def unit_in_words(manifest):
    """Name the unit of the scales; "" if it is unknown, as without a manifest."""
    if manifest is None:
        return ""
    # A study may also vary another parameter, which has no unit of the data.
    is_noise = str(manifest.get("param_name")).rpartition("__")[2] == "scale"
    unit = "the units of the data that the noise is added to" if is_noise else ""
    return manifest.get("unit") or unit


def describe_unit(manifest):
    """Name the unit of the scales in a sentence with a space before it, if known."""
    unit = unit_in_words(manifest)
    return unit and f" Scales are in {unit}."


def describe_cost(curve, metric=None):
    """Describe the cost of the greatest noise against the smallest in a sentence."""
    metric = check_metric(curve.scores, metric)
    name, figures = f"validation {natural_name(metric)}", _Figures(metric)
    scores = validation_scores(curve.scores, metric)
    means = scores.groupby("scale")["value"].mean().dropna()
    if means.empty:
        return f"There is no {name}, as no fit was scored."
    least, most = means.index[0], means.index[-1]
    if least == most:
        return f"{name.capitalize()} at scale {most:g} is {figures.score(means[most])}."
    change = means[most] - means[least]
    effect = figures.effect(change, *_cost_bounds(curve, metric, least, most), name)
    unit, training = unit_in_words(curve.manifest), training_in_words(curve.manifest)
    return (
        f"Noise of scale {most:g} instead of {least:g}{unit and f', in {unit},'} "
        f"{effect}{training and f' {training}'}: "
        f"{figures.score(means[most])} instead of {figures.score(means[least])}."
        f"{_folds_in_words(scores, curve.predictions)}"
    )


def _folds_in_words(scores, predictions):
    """Warn if folds differ more than their samples explain; "" if they do not."""
    notes = summary_table(scores, predictions)["note"]
    n_differ = sum(FOLDS_DIFFER in split_notes(note) for note in notes)
    if not n_differ:
        return ""
    return (
        f" At {n_differ} of {len(notes)} scales the folds differ more than their "
        "samples explain, so that other training samples or seeds may give another "
        "score; the intervals there are computed from the scores of the folds. Repeats "
        "(n_repeats=3) show how much is due to the seeds."
    )


def _cost_bounds(curve, metric, reference, scale):
    """Return the bounds of the change, NaN where there is no interval."""
    try:
        cost = curve.cost(reference)
    except ValueError:  # for instance a single fold without predictions
        return np.nan, np.nan
    chosen = (cost["metric"] == metric) & (cost["scale"] == scale)
    return cost.loc[chosen, ["lower", "upper"]].to_numpy()[0]


class _Figures:
    """Format the values of a metric: losses as positive numbers, accuracy in points."""

    def __init__(self, metric):
        self.in_points = metric == "accuracy"
        self.sign = -1 if is_negated(metric) else 1

    def score(self, value):
        """Format a score."""
        return f"{value:.3f}" if self.in_points else f"{self.sign * value:.4g}"

    def effect(self, change, lower, upper, name):
        """Say by how much a score is less or more, if its interval does not hold 0."""
        factor, digits = (100, ".1f") if self.in_points else (1, ".3g")
        points = " points" if self.in_points else ""
        change, lower, upper = factor * change, factor * lower, factor * upper
        if lower <= 0 <= upper:
            # The sum with 0 turns -0.0 into 0.0.
            low, shown, high = sorted(
                self.sign * value + 0.0 for value in (lower, change, upper)
            )
            return (
                f"makes no clear difference to {name} ({shown:+{digits}}{points}, "
                f"95 % interval {low:+{digits}} to {high:+{digits}})"
            )
        if np.isclose(change, 0, atol=1e-12):  # without an interval
            return f"makes no difference to {name}"
        low, high = sorted([abs(lower), abs(upper)])
        interval = (
            ""
            if np.isnan([lower, upper]).any()
            else f" (95 % interval {low:{digits}} to {high:{digits}})"
        )
        size = f"{abs(change):{digits}}{points}"
        if self.sign < 0:
            verb = "raises" if change <= 0 else "lowers"
            return f"{verb} {name} by {size}{interval}"
        verb = "costs" if change <= 0 else "wins"
        return f"{verb} {size} of {name}{interval}"
