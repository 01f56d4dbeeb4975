"""What a study found, in sentences and in a table for people to read."""

import numpy as np
import pandas as pd

from skn_noise._metrics import check_metric, is_negated, natural_name

# The question that a study answers depends on the noise in training: a model that is
# trained on the noise stands more of it. A study that sets no regime has the noise
# where the transformer's own `apply_to` puts it.
_TRAINING_IN_WORDS = {
    "frozen": "when the model is trained on such noise",
    "fresh": "when the model is trained on such noise",
    "clean": "when the model is trained without noise",
    "'both'": "when the model is trained on such noise",
    "'train'": "when the model is trained on such noise and validated without it",
    "'test'": "when the model is trained without noise",
}


def training_in_words(manifest):
    """Say whether the model was trained on such noise; nothing if it is not known."""
    if manifest is None:
        return ""
    regime = manifest.get("training")
    if regime is None:
        step, separator, _ = str(manifest.get("param_name")).rpartition("__")
        regime = manifest.get("parameters", {}).get(f"{step}{separator}apply_to")
    return _TRAINING_IN_WORDS.get(regime, "")


def unit_in_words(manifest):
    """Name the unit of the scales; nothing of a curve without a manifest."""
    if manifest is None:
        return ""
    return manifest.get("unit") or "the units of the data that the noise is added to"


def describe_cost(curve, metric=None):
    """Say in one sentence what the greatest noise costs, against the smallest."""
    metric = check_metric(curve.scores, metric)
    name, figures = f"validation {natural_name(metric)}", _Figures(metric)
    means = _validation_means(curve, metric)
    if means.empty:
        return f"There is no {name}, as no fit was scored."
    least, most = means.index[0], means.index[-1]
    if least == most:
        return f"{name.capitalize()} at scale {most:g} is {figures.score(means[most])}."
    change = means[most] - means[least]
    interval = figures.interval(change, *_cost_bounds(curve, metric, least, most))
    unit, training = unit_in_words(curve.manifest), training_in_words(curve.manifest)
    return (
        f"Noise of scale {most:g} instead of {least:g}{unit and f', in {unit},'} "
        f"{figures.change(change, name)}{interval}{training and f' {training}'}: "
        f"{figures.score(means[most])} instead of {figures.score(means[least])}."
    )


def lay_out(summary):
    """Lay out means with their intervals as text, a row a scale."""
    by = [name for name in ("training", "scale") if name in summary]
    negated = summary["metric"].map(is_negated).to_numpy(dtype=bool)
    figures = summary[["mean", "lower", "upper"]].to_numpy(copy=True)
    figures[negated] = -figures[negated][:, [0, 2, 1]]
    table = summary.assign(
        metric=summary["metric"].map(natural_name),
        split=summary["split"].replace("train", "training"),
        text=[
            f"{mean:.4f}" + (f" [{lower:.4f}, {upper:.4f}]" if lower == lower else "")
            for mean, lower, upper in figures
        ],
    )
    if "training" in by:  # in their order
        names = table["training"].unique()
        table["training"] = pd.Categorical(table["training"], names)
        by = by if len(names) > 1 else ["scale"]
    return table.pivot(index=by, columns=["split", "metric"], values="text")


def _validation_means(curve, metric):
    scores = curve.scores
    chosen = (scores["split"] == "validation") & (scores["metric"] == metric)
    return scores[chosen].groupby("scale")["value"].mean().dropna()


def _cost_bounds(curve, metric, reference, scale):
    """Return the bounds of the change, NaN where there is no interval."""
    try:
        cost = curve.cost(reference)
    except ValueError:  # a single fold without results of samples, for instance
        return np.nan, np.nan
    chosen = (cost["metric"] == metric) & (cost["scale"] == scale)
    return cost.loc[chosen, ["lower", "upper"]].to_numpy()[0]


class _Figures:
    """Write figures of a metric with its natural sign, an accuracy's in points."""

    def __init__(self, metric):
        self.in_points = metric == "accuracy"
        self.sign = -1 if is_negated(metric) else 1

    def score(self, value):
        """Write a score."""
        return f"{value:.3f}" if self.in_points else f"{self.sign * value:.4g}"

    def change(self, change, name):
        """Say by how much a score is less or more."""
        if self.sign < 0:
            verb = "raises" if change <= 0 else "lowers"
            return f"{verb} {name} by {abs(change):.3g}"
        verb = "costs" if change <= 0 else "wins"
        size = (
            f"{100 * abs(change):.1f} points"
            if self.in_points
            else f"{abs(change):.3g}"
        )
        return f"{verb} {size} of {name}"

    def interval(self, change, lower, upper):
        """Write the interval of the size of a change, none if its bounds are NaN."""
        if np.isnan([lower, upper]).any():
            return ""
        low, high = (-upper, -lower) if change <= 0 else (lower, upper)
        factor, digits = (100, ".1f") if self.in_points else (1, ".3g")
        return f" (95 % interval {factor * low:{digits}} to {factor * high:{digits}})"
