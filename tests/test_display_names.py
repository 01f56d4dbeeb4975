"""Pictures in small figures, and with names that users choose."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from pictures import (
    covers_a_curve,
    is_inside,
    overlaps,
    pictured_curve,
    pictured_epochs,
    pictured_matrix,
    tick_labels,
)

from skn_noise import (
    ClassRecallDisplay,
    EpochCurveDisplay,
    FeatureToleranceDisplay,
    NoiseComparisonDisplay,
    NoiseCurve,
    NoiseCurveDisplay,
    NoiseMatrixDisplay,
    NoisySamplesDisplay,
    compare_curves,
)
from skn_noise.display._style import letters

FORMULA = r"$a_b^{c}$ \x $"
LONG = "n" * 3000
SMALL = (3.4, 2.4)
SCALES = [0.1, 0.5, 1, 2, 4]


def renamed(name):
    """Return a curve with a metric of this name, and classes with this prefix."""
    scores = pictured_curve(n_folds=1).scores.assign(n_validation=9)
    scores = scores.replace({"metric": {"accuracy": name}})
    rows = [
        (float(scale), 0, sample, f"{name}{sample % 3}", f"{name}0", 0.5)
        for scale, sample in itertools.product([0.5, 1, 2], range(9))
    ]
    columns = ["scale", "fold", "sample", "target", "prediction", "probability"]
    return NoiseCurve(scores, predictions=pd.DataFrame(rows, columns=columns))


def draw_curve(name):
    return NoiseCurveDisplay.from_curve(renamed(name))


def draw_curves(name):
    curves = {name: renamed(name), "other": renamed(name)}
    return NoiseComparisonDisplay.from_curves(curves)


def draw_differences(name):
    curves = {name: pictured_curve(), f"{name}2": pictured_curve(drop=2)}
    return NoiseComparisonDisplay.from_comparison(compare_curves(curves))


def draw_recall(name):
    return ClassRecallDisplay.from_curve(renamed(name))


def draw_matrix(name):
    return NoiseMatrixDisplay.from_matrix(pictured_matrix([0, 1], [0, 1], metric=name))


def draw_epochs(name):
    curve = pictured_epochs()
    epochs = curve.epochs.replace({"metric": {"accuracy": name}})
    return EpochCurveDisplay.from_curve(
        NoiseCurve(curve.scores, epochs=epochs), metric=name
    )


def draw_samples(name):
    options = {"samples": [0, 1], "feature_names": [name, "b"]}
    return NoisySamplesDisplay(panels={"no noise": np.eye(2)}, **options).plot()


def draw_tolerances(name):
    row = {"feature": name, "metric": name, "target": 0.5, "scale": 1.0}
    row |= {"lower": 0.5, "upper": np.inf, "largest_scale": 2.0}
    return FeatureToleranceDisplay(frame=pd.DataFrame([row])).plot()


DRAWINGS = [
    draw_curve,
    draw_curves,
    draw_differences,
    draw_recall,
    draw_matrix,
    draw_epochs,
    draw_samples,
    draw_tolerances,
]


@pytest.mark.parametrize("draw", DRAWINGS)
def test_dollar_signs_and_backslashes_are_letters(draw):
    figure = draw(FORMULA).figure_
    figure.draw_without_rendering()  # an invalid formula would raise an error
    texts = [text for text in figure.findobj(Text) if "b^{c}" in text.get_text()]
    assert texts
    for text in texts:
        drawn, is_formula = text._preprocess_math(text.get_text())
        assert not is_formula
        assert "b^{c}$" in drawn
        assert "\\$" not in drawn


@pytest.mark.parametrize("draw", DRAWINGS)
def test_long_names_leave_room_for_the_axes(draw):
    figure = draw(LONG).figure_
    figure.draw_without_rendering()
    for ax in figure.axes:
        assert ax.get_window_extent().height > 0.25 * figure.bbox.height
    texts = [text for text in figure.findobj(Text) if "nnn" in text.get_text()]
    assert all(is_inside(text, figure) for text in texts if text.get_visible())


def test_a_name_keeps_all_its_letters_for_the_legend():
    assert letters("_a\n b") == " _a b"
    assert letters("abcdefg", 5) == "ab…fg"


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize("n_panels", [1, 2])
def test_small_axes_show_all_labels_and_curves(layout, n_panels):
    size = SMALL[0] * n_panels, SMALL[1]
    figure, axes = plt.subplots(1, n_panels, figsize=size, layout=layout, squeeze=False)
    curve = pictured_curve(SCALES)
    for ax in axes.flat:
        NoiseCurveDisplay.from_curve(curve, ax=ax, tolerance=curve.tolerance(0.5))
    figure.draw_without_rendering()
    for ax in axes.flat:
        assert is_inside(ax.get_legend(), figure)
        assert is_inside(ax.xaxis.label, figure)
        assert is_inside(ax.yaxis.label, figure)
        assert not covers_a_curve(ax.get_legend(), ax)
        assert not overlaps([ax.get_legend(), ax.xaxis.label, *tick_labels(ax.xaxis)])


def test_small_axes_show_the_legend_of_seven_curves():
    figure, ax = plt.subplots(figsize=SMALL)
    curves = {f"curve number {i}": pictured_curve(SCALES, 1) for i in range(7)}
    NoiseComparisonDisplay.from_curves(curves, ax=ax)
    figure.draw_without_rendering()
    assert is_inside(ax.get_legend(), figure)
    assert is_inside(ax.yaxis.label, figure)
    assert ax.get_window_extent().height > 0.2 * figure.bbox.height


def test_small_axes_show_the_labels_of_differences():
    figure, ax = plt.subplots(figsize=SMALL)
    curves = {"a reference with a long name": pictured_curve(), LONG: pictured_curve()}
    NoiseComparisonDisplay.from_comparison(compare_curves(curves), ax=ax)
    figure.draw_without_rendering()
    for artist in (ax.xaxis.label, ax.yaxis.label, ax.get_legend()):
        assert is_inside(artist, figure)


def test_a_layout_that_the_figure_has_is_kept():
    figure, ax = plt.subplots(layout="tight")
    engine = figure.get_layout_engine()
    NoiseCurveDisplay.from_curve(pictured_curve(), ax=ax)
    assert figure.get_layout_engine() is engine


def test_axes_outside_a_grid_are_drawn_without_a_warning():
    figure = plt.figure()
    NoiseCurveDisplay.from_curve(
        pictured_curve(), ax=figure.add_axes((0.2, 0.4, 0.7, 0.5))
    )
    figure.draw_without_rendering()
    assert figure.get_layout_engine() is None
