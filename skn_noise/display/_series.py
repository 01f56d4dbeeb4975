"""Lines, dots and bands of scores or differences against the scale of the noise."""

import numpy as np

from skn_noise._draws import mean_over_draws
from skn_noise._metrics import is_negated, natural_name
from skn_noise.display._style import (
    TOLERANCE_COLOR,
    add_legend,
    label_axis,
    lay_out,
    letters,
    line_style,
    set_scale_axis,
)

_DIFFERENCES = ["curve", "reference", "scale", "difference", "lower", "upper"]


def series_frame(scores, summary, metric, split):
    """Return a row for every fold at every scale, with the mean and its interval."""
    folds, means = (
        table[(table["metric"] == metric) & (table["split"] == split)]
        for table in (mean_over_draws(scores), summary)
    )
    means = means.set_index("scale")[["mean", "lower", "upper"]]
    series = folds[["scale", "fold", "value"]].join(means, on="scale")
    series = with_natural_sign(series, ["value", "mean"], metric)
    series.insert(0, "metric", natural_name(metric))
    series.insert(1, "split", split)
    return series


def difference_frame(differences, metric):
    """Return a row for every curve and scale, with the natural sign of the metric."""
    frame = differences[_DIFFERENCES].reset_index(drop=True)
    frame = with_natural_sign(frame, ["difference"], metric)
    frame.insert(0, "metric", natural_name(metric))
    return frame


def with_natural_sign(table, columns, metric=None):
    """Return a table with the losses of its scorers, or of one scorer, above 0.

    A greater score is a smaller loss, so the bounds of a loss change places.
    """
    table = table.copy()
    metrics = table["metric"] if metric is None else [metric] * len(table)
    negated = np.array([is_negated(one) for one in metrics], dtype=bool)
    figures = table.loc[negated, [*columns, "upper", "lower"]]
    # Not the negative, which would turn 0.0 into -0.0.
    table.loc[negated, [*columns, "lower", "upper"]] = 0 - figures.to_numpy()
    return table


def draw_series(ax, series, *, label, style, confidence=0.95, line_kw, fill_between_kw):
    """Draw the line of the means, the band of their interval and a dot per fold."""
    from matplotlib.cbook import normalize_kwargs  # importing skn_noise stays light
    from matplotlib.collections import PolyCollection

    means = series.drop_duplicates("scale").sort_values("scale")
    style = line_style(style, line_kw)
    if means["lower"].notna().any():
        # The edge makes a band visible that has a single scale.
        options = {
            "facecolor": (style["color"], 0.2),
            "edgecolor": (style["color"], 0.5),
            "linewidth": 1,
            "label": f"{100 * confidence:g} % interval",
        } | normalize_kwargs(fill_between_kw or {}, PolyCollection)
        ax.fill_between(means["scale"], means["lower"], means["upper"], **options)
    # A single fold is its own mean, and would hide the marker of the line.
    if series["fold"].nunique() > 1:
        dots = {"s": 8, "color": style["color"], "alpha": 0.6}
        ax.scatter(series["scale"], series["value"], **dots)
    (line,) = ax.plot(means["scale"], means["mean"], **({"label": label} | style))
    return line


def draw_chance(ax, level, metric):
    """Draw the score of a random guess, if it is known."""
    if level is not None:
        label = f"{letters(natural_name(metric))} by chance"
        ax.axhline(level, color="0.5", linestyle=":", label=label)


def finish_axes(ax, frame, y_label, unit):
    """Label both axes, and add the legend."""
    set_scale_axis(ax, frame["scale"], unit)
    add_legend(ax)
    lay_out(ax)  # the legend takes from the height
    label_axis(ax.yaxis, y_label)


def mark_target(ax, target, color=TOLERANCE_COLOR):
    """Mark the score that tolerances are for."""
    ax.axhline(target, linewidth=1, label=f"target {target:.3g}", color=color)


def mark_tolerance(ax, tolerance, color=TOLERANCE_COLOR, *, has_band=True):
    """Mark the tolerance, and as a band the scales between which it lies."""
    limits = tolerance.smallest_scale, tolerance.largest_scale
    outside = {-np.inf: f"below {limits[0]:g}", np.inf: f"above {limits[1]:g}"}
    words = outside.get(tolerance.scale, f"{tolerance.scale:.3g}")
    if not np.isnan(tolerance.lower):
        words += f" ({bounds_in_words(tolerance.lower, tolerance.upper)})"
        if has_band:
            # The side on which no scale bounds it is open up to the last one.
            ends = np.clip([tolerance.lower, tolerance.upper], *limits)
            ax.axvspan(*ends, alpha=0.2, linewidth=0, color=color)
    # Without a scale on the axis, the line is seen in the legend only.
    place = np.nan if np.isinf(tolerance.scale) else tolerance.scale
    ax.axvline(place, linestyle="--", label=f"tolerance {words}", color=color)


def bounds_in_words(lower, upper):
    """Describe an interval of positive numbers, which 0 and infinity leave open."""
    if lower > 0:
        above = "or more" if upper == np.inf else f"to {upper:.3g}"
        return f"{lower:.3g} {above}"
    return f"{upper:.3g} or less" if upper < np.inf else "open on both sides"


def unit_of(*results):
    """Return the unit of the scales, if it is known and the same for all results."""
    # A unit that is unknown may be another one, so it does not count as the same.
    units = {(getattr(one, "manifest", None) or {}).get("unit") for one in results}
    return units.pop() if len(units) == 1 else None
