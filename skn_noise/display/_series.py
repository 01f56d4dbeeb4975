"""Scores against the scale as all pictures have them: lines, dots and bands."""

from skn_noise.display._style import CURVE_STYLES, line_style
from skn_noise._metrics import is_negated, natural_name

_STUDY = "study "


def series_frame(scores, summary, metric, split):
    """Return a row for every fold at every scale, with the mean and its interval."""
    folds, means = (
        table[(table["metric"] == metric) & (table["split"] == split)]
        for table in (scores, summary)
    )
    means = means.set_index("scale")[["mean", "lower", "upper"]]
    series = folds[["scale", "fold", "value"]].join(means, on="scale")
    if is_negated(metric):
        drawn = ["value", "mean", "lower", "upper"]
        series[drawn] = -series[["value", "mean", "upper", "lower"]].to_numpy()
    series.insert(0, "metric", natural_name(metric))
    series.insert(1, "split", split)
    return series


def count_studies(ax):
    """Count the studies whose lines are on Axes."""
    studies = {str(line.get_gid()) for line in ax.lines}
    return sum(study.startswith(_STUDY) for study in studies)


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
    """Draw the line of the means, the band of their interval and a dot a fold."""
    means = series.drop_duplicates("scale").sort_values("scale")
    style = line_style(style, line_kw)
    if means["lower"].notna().any():
        _draw_band(ax, means, style["color"], fill_between_kw)
        label = f"{label} ({100 * confidence:g} % interval)"
    if series["fold"].nunique() > 1:
        dots = {"s": 8, "color": style["color"], "alpha": 0.6}
        ax.scatter(series["scale"], series["value"], **dots)
    options = {"label": label, "gid": f"{_STUDY}{study}"} | style
    (line,) = ax.plot(means["scale"], means["mean"], **options)
    return line


def draw_curves(ax, frame, n_before, **options):
    """Draw the series of each curve in its style, after those of `n_before` studies."""
    return [
        draw_series(
            ax,
            series,
            label=name,
            style=CURVE_STYLES[study % len(CURVE_STYLES)],
            study=study,
            **options,
        )
        for study, (name, series) in enumerate(
            frame.groupby("curve", sort=False), start=n_before
        )
    ]


def draw_chance(ax, level, metric):
    """Draw the score that guessing gives, unless it is there from another study."""
    label = f"{natural_name(metric)} by chance"
    drawn = [
        (line.get_label(), line.get_ydata()[0])
        for line in ax.lines
        if len(line.get_ydata())
    ]
    if (label, level) not in drawn:
        ax.axhline(level, color="0.5", linestyle=":", label=label)


def _draw_band(ax, means, color, fill_between_kw):
    from matplotlib.cbook import normalize_kwargs  # importing skn_noise stays light
    from matplotlib.collections import PolyCollection

    # The edge is what shows of a band that is one scale wide.
    options = {"facecolor": (color, 0.2), "edgecolor": (color, 0.5), "linewidth": 1}
    options |= normalize_kwargs(fill_between_kw or {}, PolyCollection)
    bounds = (means[column] for column in ("scale", "lower", "upper"))
    ax.fill_between(*bounds, **options)
