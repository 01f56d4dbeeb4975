"""The pictures of a report, each with its words for those who do not see it."""

from typing import NamedTuple

from markupsafe import Markup

from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.report._svg import as_svg, drawing_for_page
from skn_noise.results._metrics import natural_name
from skn_noise.results._words import describe_cost


class Picture(NamedTuple):
    """An SVG element and the caption below it."""

    svg: Markup
    caption: str


def draw_scores(curves):
    """Draw each metric against the scale, one curve alone or several together."""
    metrics = next(iter(curves.values())).scores["metric"].unique()
    return [_draw_metric(curves, metric) for metric in metrics]


def _draw_metric(curves, metric):
    name = natural_name(metric)
    with drawing_for_page() as ax:
        if len(curves) == 1:
            (curve,) = curves.values()
            NoiseCurveDisplay.from_curve(curve, metric=metric, ax=ax)
            caption = f"Training and validation {name} against the scale of the noise."
        else:
            NoiseComparisonDisplay.from_curves(curves, metric=metric, ax=ax)
            caption = f"Validation {name} of each training against the scale."
        finding = " ".join(describe_cost(curve, metric) for curve in curves.values())
        svg = as_svg(ax.figure, f"{caption} {finding}")
    caption += " Lines join the means, dots are folds, bands are 95 % intervals."
    return Picture(Markup(svg), caption)
