"""The pictures of a report, each with a caption and a description."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from markupsafe import Markup

from skn_noise._metrics import is_negated, natural_name
from skn_noise.display._by_feature import FeatureToleranceDisplay
from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.display._heat_maps import ClassRecallDisplay
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.display._page import as_svg, in_colours_of_page, new_page_axes
from skn_noise.results._files import load_results, save_results
from skn_noise.results._summary import describe_cost
from skn_noise.results._tolerance import NoiseTolerance

_MOST_FEATURES = 30  # in a picture
_SIZE = (5.0, 4.0)  # inches: letters stay readable on a phone
_KIND = "NoisySamplesDisplay"
_VALUES = [
    "samples",
    "image_shape",
    "same_greys",
    "row_labels",
    "is_wrong",
    "feature_names",
]


class Picture(NamedTuple):
    """An SVG element and the caption below it."""

    svg: Markup
    caption: str

    @classmethod
    def of(cls, figure, caption, *words):
        """Make a picture of a figure; the words are for screen readers only."""
        return cls(Markup(as_svg(figure, " ".join([caption, *words]))), caption)


def draw_scores(curves, tolerances, snr=False):
    """Draw each metric against the scale, of one curve or of several together."""
    metrics = next(iter(curves.values())).scores["metric"].unique()
    return [_picture_of(curves, metric, tolerances, snr) for metric in metrics]


def _picture_of(curves, metric, tolerances, snr):
    name = natural_name(metric)
    with in_colours_of_page():
        display = draw_metric(curves, metric, tolerances, snr, new_page_axes(_SIZE))
        both = "Training and validation" if len(curves) == 1 else "Validation"
        shown = f"{both} {name} against the scale of the noise."
        # Readers who cannot see the picture hear its finding.
        findings = [f"{one}: {describe_cost(curves[one], metric)}" for one in curves]
        caption = f"{shown} {_explain(display.frame)}"
        return Picture.of(display.figure_, caption, *findings)


def draw_metric(curves, metric, tolerances, snr, ax):
    """Draw a metric of one curve, or of several together, with its tolerances."""
    # A curve that does not reach the target has a reason in place of a tolerance.
    marked = {
        name: one
        for name, one in tolerances.items()
        if isinstance(one, NoiseTolerance) and one.metric == metric
    }
    if len(curves) > 1:
        return NoiseComparisonDisplay.from_curves(
            curves, metric=metric, tolerances=marked, snr=snr, ax=ax
        )
    ((name, curve),) = curves.items()
    return NoiseCurveDisplay.from_curve(
        curve, metric=metric, tolerance=marked.get(name), snr=snr, ax=ax
    )


def _explain(frame):
    """Return the sentence that explains lines, dots and bands, as far as there are."""
    parts = ["lines join the means"]
    if frame["fold"].nunique() > 1:
        parts.append("dots are single folds")
    if frame["lower"].notna().any():
        parts.append("bands are 95 % intervals")
    return f"{', '.join(parts)}.".capitalize()


def draw_differences(comparison):
    """Draw the differences of curves."""
    side = "below" if is_negated(comparison.metric) else "above"
    caption = (
        f"Validation {natural_name(comparison.metric)} minus that of "
        f"{comparison.reference}, on the same samples; {side} 0 is better."
    )
    if comparison.differences["lower"].notna().any():
        caption += f" Bands are {100 * comparison.confidence:g} % intervals."
    with in_colours_of_page():
        ax = new_page_axes(_SIZE)
        NoiseComparisonDisplay.from_comparison(comparison, ax=ax)
        return Picture.of(ax.figure, caption, *comparison.findings)


def draw_recall(curve, finding):
    """Draw the recall of each class at each scale."""
    n_classes = curve.predictions["target"].nunique()
    n_scales = curve.predictions["scale"].nunique()
    # Many classes make a long picture, but not a longer one than a page.
    size = max(5.0, 2 + 0.6 * n_scales), min(1.2 + 0.3 * n_classes, 12.0)
    with in_colours_of_page():
        ax = new_page_axes(size)
        ClassRecallDisplay.from_curve(curve, ax=ax)
        caption = "Fraction of the samples of each class that is classified correctly."
        return Picture.of(ax.figure, caption, finding)


def draw_tolerances(found, unit, finding):
    """Draw the tolerance of each feature, of those with the smallest ones."""
    frame = found.tolerances.reset_index().head(_MOST_FEATURES)
    which = "" if len(frame) == len(found.tolerances) else f" {len(frame)} smallest"
    caption = f"The{which} tolerances of noise on one feature alone"
    if frame["lower"].notna().any():
        caption += ", with their 95 % intervals"
    with in_colours_of_page():
        ax = new_page_axes((6.0, max(2.5, 1.2 + 0.28 * len(frame))))
        FeatureToleranceDisplay(frame=frame, unit=unit).plot(ax)
        return Picture.of(ax.figure, f"{caption}.", finding)


def draw_samples(display, name):
    """Draw samples; those that a study lost have labels."""
    import matplotlib.pyplot as plt  # importing skn_noise stays light

    caption = "Samples without noise and with noise of each scale."
    if display.row_labels is not None:
        caption = (
            "The samples that were lost first (above), and last or never (below), with "
            "the noise that the classifier got. A frame marks a wrong prediction."
        )
    labels = [label.replace("\n", " ") for label in display.row_labels or []]
    with in_colours_of_page():
        figure = display.plot().figure_
        plt.close(figure)  # else a notebook would show it once more
        return Picture.of(figure, caption, f"{name}:", "; ".join(labels))


def save_samples(path, display):
    """Save a picture of samples to one file, from which it can be drawn again."""
    # A table has a column for each panel, with the samples one after the other.
    panels = {name: values.ravel() for name, values in display.panels.items()}
    is_wrong = display.is_wrong
    values = {
        "samples": np.asarray(display.samples).tolist(),
        "image_shape": display.image_shape and list(map(int, display.image_shape)),
        "same_greys": bool(display.same_greys),
        "row_labels": display.row_labels,
        "is_wrong": None if is_wrong is None else is_wrong.tolist(),
        "feature_names": display.feature_names,
    }
    save_results(path, _KIND, {"panels": pd.DataFrame(panels)}, values)


def load_samples(path):
    """Load a picture of samples that :func:`save_samples` saved."""
    tables, values = load_results(path, _KIND, ["panels"], _VALUES)
    n, is_wrong = len(values["samples"]), values["is_wrong"]
    shape = values["image_shape"]
    values |= {
        "samples": np.array(values["samples"]),
        "image_shape": None if shape is None else tuple(shape),
        "is_wrong": None if is_wrong is None else np.array(is_wrong),
    }
    panels = {
        name: column.to_numpy().reshape(n, -1)
        for name, column in tables["panels"].items()
    }
    return NoisySamplesDisplay(panels=panels, **values)
