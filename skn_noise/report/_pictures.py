"""The pictures of a report, each with its words for those who do not see it."""

from typing import NamedTuple

from markupsafe import Markup

from skn_noise.display._class_recall import ClassRecallDisplay
from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.display._svg import as_svg, drawing_for_page, in_colours_of_page
from skn_noise._metrics import natural_name
from skn_noise.results._summary import describe_cost

_SIZE = (5.0, 4.0)  # inches, so that letters can be read on a phone


class Picture(NamedTuple):
    """An SVG element and the caption below it."""

    svg: Markup
    caption: str

    @classmethod
    def of(cls, figure, caption, *words):
        """Take a figure, and what its words say more than the caption does."""
        return cls(Markup(as_svg(figure, " ".join([caption, *words]))), caption)


def draw_scores(curves):
    """Draw each metric against the scale, one curve alone or several together."""
    metrics = next(iter(curves.values())).scores["metric"].unique()
    return [_draw_metric(curves, metric) for metric in metrics]


def _draw_metric(curves, metric):
    name = natural_name(metric)
    with drawing_for_page(_SIZE) as ax:
        if len(curves) == 1:
            (curve,) = curves.values()
            NoiseCurveDisplay.from_curve(curve, metric=metric, ax=ax)
            shown = f"Training and validation {name} against the scale of the noise."
        else:
            NoiseComparisonDisplay.from_curves(curves, metric=metric, ax=ax)
            shown = f"Validation {name} against the scale of the noise."
        findings = [f"{one}: {describe_cost(curves[one], metric)}" for one in curves]
        key = "Lines join the means, dots are single folds, bands are 95 % intervals."
        return Picture.of(ax.figure, f"{shown} {key}", *findings)


def draw_differences(comparison):
    """Draw what curves differ by."""
    caption = (
        f"Validation {natural_name(comparison.metric)} less that of "
        f"{comparison.reference}, on the same samples; above 0 is better. Bands are "
        f"{100 * comparison.confidence:g} % intervals."
    )
    with drawing_for_page(_SIZE) as ax:
        NoiseComparisonDisplay.from_comparison(comparison, ax=ax)
        return Picture.of(ax.figure, caption, str(comparison))


def draw_recall(curve, finding):
    """Draw how well each class is found at each scale."""
    n_classes = curve.predictions["target"].nunique()
    n_scales = curve.predictions["scale"].nunique()
    size = max(5.0, 2 + 0.6 * n_scales), min(1.2 + 0.3 * n_classes, 12.0)
    with drawing_for_page(size) as ax:
        ClassRecallDisplay.from_curve(curve, ax=ax)
        caption = "Share of each class that is still found at each scale."
        return Picture.of(ax.figure, caption, finding)


def draw_samples(display, name):
    """Draw samples as a display holds them; those that a study lost have labels."""
    import matplotlib.pyplot as plt  # importing skn_noise stays light

    caption = "Samples without noise, and with noise of every scale."
    if display.row_labels is not None:
        caption = (
            "The samples lost first, above, and those lost last or never, below, with "
            "the noise that they were classified with. A frame marks a wrong class."
        )
    labels = [label.replace("\n", " ") for label in display.row_labels or []]
    with in_colours_of_page():
        figure = display.plot().figure_
        plt.close(figure)  # pyplot knows it, and would show it
        return Picture.of(figure, caption, f"{name}:", "; ".join(labels))
