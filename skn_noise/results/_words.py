"""What a study found, in sentences and in a table for people to read."""

import numpy as np
import pandas as pd

from skn_noise.results._metrics import is_negated, natural_name


def describe_cost(curve, metric=None):
    """Say in one sentence what the greatest noise costs, against the smallest."""
    metric = curve.scores["metric"].iloc[0] if metric is None else metric
    means = _validation_means(curve, metric)
    least, most = means.index[0], means.index[-1]
    name, figure = f"validation {natural_name(metric)}", _Figures(metric)
    if least == most:
        return (
            f"{name.capitalize()} at scale {most:g} is {figure.score(means[most])}."
        )
    change = means[most] - means[least]
    verb = "costs" if change <= 0 else "wins"
    interval = figure.interval(*_cost_bounds(curve, metric, least, most), change)
    return (
        f"Noise of scale {most:g} instead of {least:g} {verb} {figure.change(change)} "
        f"of {name}{interval}: {figure.score(means[most])} instead of "
        f"{figure.score(means[least])}."
    )


def lay_out(summary):
    """Lay out means with their intervals as text, a row a scale."""
    by = [name for name in ("training", "scale") if name in summary]
    negated = summary["metric"].map(is_negated).to_numpy()
    figures = summary[["mean", "lower", "upper"]].to_numpy(copy=True)
    figures[negated] = -figures[negated][:, [0, 2, 1]]
    table = summary.assign(
        metric=summary["metric"].map(natural_name),
        text=[
            f"{mean:.4f}" + (f" [{lower:.4f}, {upper:.4f}]" if lower == lower else "")
            for mean, lower, upper in figures
        ],
    )
    if "training" in by:
        order = table["training"].unique()
        table["training"] = pd.Categorical(table["training"], order)
    return table.pivot(index=by, columns=["split", "metric"], values="text")


def _validation_means(curve, metric):
    summary = curve.summary()
    chosen = (summary["split"] == "validation") & (summary["metric"] == metric)
    return summary[chosen].set_index("scale")["mean"].sort_index()


def _cost_bounds(curve, metric, reference, scale):
    """Return the bounds of the cost, NaN where there is no interval."""
    try:
        cost = curve.cost(reference)
    except ValueError:  # a single fold without results of samples, for instance
        return np.nan, np.nan
    chosen = (cost["metric"] == metric) & (cost["scale"] == scale)
    return cost.loc[chosen, ["lower", "upper"]].to_numpy()[0]


class _Figures:
    """Write figures of a metric: an accuracy's change in points, others as they are."""

    def __init__(self, metric):
        self.in_points = metric == "accuracy"

    def score(self, value):
        return f"{value:.3f}" if self.in_points else f"{abs(value):.4g}"

    def change(self, value):
        value = abs(value)
        return f"{100 * value:.1f} points" if self.in_points else f"{value:.3g}"

    def interval(self, lower, upper, change):
        if np.isnan([lower, upper]).any():
            return ""
        sign = -1 if change <= 0 else 1
        low, high = sorted([sign * lower, sign * upper])
        factor, digits = (100, ".1f") if self.in_points else (1, ".3g")
        return (
            f" (95 % interval {factor * low:{digits}} to {factor * high:{digits}})"
        )
