"""Lines, dots and bands of scores or differences against the scale of the noise."""

import re

import numpy as np

from skn_noise._draws import mean_over_draws
from skn_noise._metrics import is_negated, natural_name
from skn_noise.display._style import (
    CURVE_STYLES,
    TOLERANCE_COLOR,
    count_studies,
    label_y,
    legend_label,
    line_style,
    short,
    study_id,
    text_color,
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
    if is_negated(metric):
        drawn = ["value", "mean", "lower", "upper"]
        series[drawn] = -series[["value", "mean", "upper", "lower"]].to_numpy()
    series.insert(0, "metric", natural_name(metric))
    series.insert(1, "split", split)
    return series


def difference_frame(differences, metric):
    """Return a row for every curve and scale, with the natural sign of the metric."""
    frame = differences[_DIFFERENCES].reset_index(drop=True)
    if is_negated(metric):
        drawn = ["difference", "lower", "upper"]
        frame[drawn] = -frame[["difference", "upper", "lower"]].to_numpy()
    frame.insert(0, "metric", natural_name(metric))
    return frame


def draw_series(
    ax,
    series,
    *,
    label,
    style,
    study,
    confidence=0.95,
    line_kw=None,
    fill_between_kw=None,
):
    """Draw the line of the means, the band of their interval and a dot per fold."""
    means = series.drop_duplicates("scale").sort_values("scale")
    style = line_style(style, line_kw)
    if means["lower"].notna().any():
        _draw_band(ax, means, style["color"], confidence, fill_between_kw)
    if series["fold"].nunique() > 1:
        dots = {"s": 8, "color": style["color"], "alpha": 0.6}
        ax.scatter(series["scale"], series["value"], **dots)
    options = {"label": legend_label(label), "gid": study_id(study)} | style
    (line,) = ax.plot(means["scale"], means["mean"], **options)
    return line


def _draw_band(ax, means, color, confidence, fill_between_kw):
    from matplotlib.cbook import normalize_kwargs  # importing skn_noise stays light
    from matplotlib.collections import PolyCollection

    # The edge makes a band visible that has a single scale.
    options = {"facecolor": (color, 0.2), "edgecolor": (color, 0.5), "linewidth": 1}
    options["label"] = f"{100 * confidence:g} % interval"
    options |= normalize_kwargs(fill_between_kw or {}, PolyCollection)
    bounds = (means[column] for column in ("scale", "lower", "upper"))
    ax.fill_between(*bounds, **options)


def draw_curves(ax, frame, **options):
    """Draw the series of each curve in its own style; return the lines."""
    # The reference of differences takes the first style, so that a curve looks the same
    # in a picture of scores and in one of differences.
    n_before = count_studies(ax) + ("difference" in frame)
    return [
        draw_series(
            ax,
            series,
            label=short(name),
            style=CURVE_STYLES[study % len(CURVE_STYLES)],
            study=study,
            **options,
        )
        for study, (name, series) in enumerate(
            frame.groupby("curve", sort=False), start=n_before
        )
    ]


def draw_differences(ax, frame, **options):
    """Draw a line for each curve, and one at 0 for the reference; return the former."""
    lines = draw_curves(ax, frame.assign(mean=frame["difference"], fold=0), **options)
    reference, metric = frame[["reference", "metric"]].iloc[0]
    label = legend_label(f"{short(reference)} (reference)")
    ax.axhline(0, color=text_color(), linewidth=0.8, label=label)
    label_y(ax, f"difference in validation {short(metric)}")
    return lines


def draw_chance(ax, level, metric):
    """Draw the score of guessing."""
    label = legend_label(f"{short(natural_name(metric))} by chance")
    ax.axhline(level, color="0.5", linestyle=":", label=label)


def mark_tolerance(ax, tolerance):
    """Mark the target, and the tolerance with its interval."""
    limits = tolerance.smallest_scale, tolerance.largest_scale
    target = f"target {tolerance.target:.3g}"
    across = ax.axhline(
        tolerance.target, linewidth=1, color=TOLERANCE_COLOR, label=target
    )
    # A bound outside the scales is drawn at their end; NaN stays NaN.
    lower, upper = np.clip([tolerance.lower, tolerance.upper], *limits)
    is_bounded = lower < upper
    if is_bounded:
        ax.axvspan(lower, upper, alpha=0.2, linewidth=0, color=TOLERANCE_COLOR)
    label = f"tolerance {scale_in_words(tolerance, tolerance.scale)}"
    if np.isinf(tolerance.scale):
        across.set_label(f"{target}: {label}")
        return
    if is_bounded:
        label += f" ({bounds_in_words(tolerance.lower, tolerance.upper)})"
    ax.axvline(tolerance.scale, linestyle="--", label=label, color=TOLERANCE_COLOR)


def scale_in_words(tolerance, scale):
    """Return a scale of a tolerance as text; infinity is outside of the scales."""
    if scale == -np.inf:
        return f"below {tolerance.smallest_scale:g}"
    return f"above {tolerance.largest_scale:g}" if scale == np.inf else f"{scale:.3g}"


def bounds_in_words(lower, upper):
    """Describe an interval of positive numbers, which 0 and infinity leave open."""
    if lower > 0:
        above = "or more" if upper == np.inf else f"to {upper:.3g}"
        return f"{lower:.3g} {above}"
    return f"{upper:.3g} or less" if upper < np.inf else "open on both sides"


def make_title(title, *results):
    """Return the title of a picture of results, None for none.

    True composes it of the estimator, the data and the folds, where all results know
    them and agree on them.
    """
    if title is not True:
        return title or None
    # One title stands for all results, so a line that holds for some is left out.
    lines = [(_estimator_of(result), _data_of(result)) for result in results]
    agreed = [set(line) for line in zip(*lines, strict=True)]
    return "\n".join(line for (line, *others) in agreed if line and not others) or None


def unit_of(*results):
    """Return the unit of the scales, if it is known and the same for all results."""
    units = {(getattr(one, "manifest", None) or {}).get("unit") for one in results}
    return units.pop() if len(units) == 1 else None


def estimator_in_words(estimator):
    """Return the names of the classes in an estimator or its text, in their order."""
    names = re.findall(r"\b([A-Z]\w*)\(", str(estimator))
    return ", ".join(name for name in names if name != "Pipeline")


def _estimator_of(result):
    manifest = getattr(result, "manifest", None) or {}
    return estimator_in_words(manifest.get("estimator", ""))


def _data_of(result):
    data = (getattr(result, "manifest", None) or {}).get("data")
    n_folds = result.scores["fold"].nunique()
    folds = f"{n_folds} {'fold' if n_folds == 1 else 'folds'}"
    if data is not None:
        samples = f"{data['n_samples']} samples of {data['n_features']} features"
        return f"{samples}, {folds}"
    sizes = result.scores.reindex(columns=["n_train", "n_validation"]).max()
    if sizes.isna().any():
        return folds
    training, validation = sizes.astype(int)
    return f"{folds} of {training} training and {validation} validation samples"
