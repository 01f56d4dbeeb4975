"""Scores against the scale as all pictures have them: lines, dots, bands, axes."""

import numpy as np

from skn_noise.results._metrics import is_negated, natural_name
from skn_noise.results._summaries import summary_table

_LETTERS_IN_A_ROW = 70


def series_frame(scores, metric, split):
    """Return a row for every fold at every scale, with the mean and its interval."""
    folds = scores[(scores["metric"] == metric) & (scores["split"] == split)]
    summary = summary_table(folds).set_index("scale")[["mean", "lower", "upper"]]
    series = folds[["scale", "fold", "value"]].join(summary, on="scale")
    if is_negated(metric):
        drawn = ["value", "mean", "lower", "upper"]
        series[drawn] = -series[["value", "mean", "upper", "lower"]].to_numpy()
    series.insert(0, "metric", natural_name(metric))
    series.insert(1, "split", split)
    return series


def draw_series(ax, series, *, label, style):
    """Draw the line of the means, the band of their interval and a dot a fold."""
    means = series.drop_duplicates("scale").sort_values("scale")
    if means["lower"].notna().any():
        _draw_band(ax, means, style["color"])
        label = f"{label} (95 % interval)"
    if series["fold"].nunique() > 1:
        dots = {"s": 8, "color": style["color"], "alpha": 0.6}
        ax.scatter(series["scale"], series["value"], **dots)
    (line,) = ax.plot(means["scale"], means["mean"], label=label, **style)
    return line


def draw_chance(ax, level, metric):
    """Draw the score that guessing gives."""
    label = f"{natural_name(metric)} by chance"
    return ax.axhline(level, color="0.5", linestyle=":", label=label)


def set_scale_axis(ax, scales):
    """Label every scale, on a logarithmic axis if that spaces them more evenly."""
    scales = np.sort(scales)
    positive = scales[scales > 0]
    if positive.size > 2 and _unevenness(np.log(positive)) < _unevenness(scales):
        if positive.size == scales.size:
            ax.set_xscale("log")
        else:
            ax.set_xscale("symlog", linthresh=positive[0])
    ax.set_xticks(scales, [f"{scale:g}" for scale in scales])
    ax.set_xticks([], minor=True)
    ax.set_xlabel("scale of the noise (its standard deviation)")


def add_legend(ax, handles):
    """Add a legend above the Axes, in one row if a new figure is wide enough for it."""
    n_letters = sum(len(handle.get_label()) for handle in handles)
    ax.legend(
        handles=handles,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=len(handles) if n_letters <= _LETTERS_IN_A_ROW else 2,
        frameon=False,
    )


def _draw_band(ax, means, color):
    ax.fill_between(
        *(means[column] for column in ("scale", "lower", "upper")),
        facecolor=(color, 0.2),
        # The edge is what shows of a band that is one scale wide.
        edgecolor=(color, 0.5),
        linewidth=1,
    )


def _unevenness(positions):
    gaps = np.diff(positions)
    return gaps.max() / gaps.min()
