"""Names that users choose: of classes, curves, metrics and data sets."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from pictures import is_inside, pictured_curve, pictured_epochs, pictured_matrix

from skn_noise import (
    ClassRecallDisplay,
    EpochCurveDisplay,
    NoiseComparisonDisplay,
    NoiseCurve,
    NoiseCurveDisplay,
    NoiseMatrixDisplay,
    NoisySamplesDisplay,
    compare_curves,
)

FORMULA = r"$a_b^{c}$ \x $"
LONG = "n" * 3000
SMALL = (3.4, 2.4)


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
    return NoiseCurveDisplay.from_curve(renamed(name), name=name, title=name)


def draw_two_metrics(name):
    return NoiseCurveDisplay.from_curve(renamed(name), second_metric="neg_log_loss")


def draw_curves(name):
    curves = {name: renamed(name), "other": renamed(name)}
    return NoiseComparisonDisplay.from_curves(curves)


def draw_differences(name):
    curves = {name: pictured_curve(), f"{name}2": pictured_curve(drop=2)}
    return NoiseComparisonDisplay.from_comparison(compare_curves(curves), title=name)


def draw_recall(name):
    return ClassRecallDisplay.from_curve(renamed(name), title=name)


def draw_matrix(name):
    matrix = pictured_matrix([0, 1], [0, 1], metric=name)
    return NoiseMatrixDisplay.from_matrix(matrix)


def draw_epochs(name):
    curve = pictured_epochs()
    epochs = curve.epochs.replace({"metric": {"accuracy": name}})
    curve = NoiseCurve(curve.scores, epochs=epochs)
    return EpochCurveDisplay.from_curve(curve, metric=name, name=name, title=name)


def draw_samples(name):
    panels = {name: np.eye(2)} if name == FORMULA else {"no noise": np.eye(2)}
    options = {"samples": [0, 1], "row_labels": [name[:28]] * 2, "title": name}
    return NoisySamplesDisplay(panels=panels, **options).plot()


DRAWINGS = [
    draw_curve,
    draw_two_metrics,
    draw_curves,
    draw_differences,
    draw_recall,
    draw_matrix,
    draw_epochs,
    draw_samples,
]


def texts_with(figure, words):
    texts = figure.findobj(Text)
    return [text for text in texts if words in text.get_text() and text.get_visible()]


@pytest.mark.parametrize("draw", DRAWINGS)
def test_dollar_signs_and_backslashes_are_letters(draw):
    figure = draw(FORMULA).figure_
    figure.canvas.draw()  # an invalid formula would raise an error
    texts = texts_with(figure, "b^{c}$")
    assert texts
    assert not any(text.get_parse_math() for text in texts)


@pytest.mark.parametrize("draw", DRAWINGS)
def test_long_names_leave_room_for_the_axes(draw):
    figure = draw(LONG).figure_
    figure.canvas.draw()
    for ax in figure.axes:
        assert ax.get_window_extent().height > 0.25 * figure.bbox.height
    for text in texts_with(figure, "nnn"):
        assert is_inside(text, figure)


def test_names_that_start_with_an_underscore_are_in_the_legend():
    curves = {"_a": pictured_curve(), "_b": pictured_curve(drop=2)}
    for display in (
        NoiseComparisonDisplay.from_curves(curves),
        NoiseComparisonDisplay.from_comparison(compare_curves(curves)),
        EpochCurveDisplay.from_curve(pictured_epochs(), name="_a"),
    ):
        texts = [text.get_text() for text in display.figure_.findobj(Text)]
        assert any(text.startswith(" _a") for text in texts)


def test_user_formulas_stay_formulas():
    display = NoiseCurveDisplay.from_curve(pictured_curve())
    title = display.ax_.set_title(r"$\sigma$")
    assert title.get_parse_math()


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize(
    "options", [{}, {"second_metric": "neg_log_loss"}, {"name": LONG}], ids=str
)
def test_the_legend_of_small_axes_covers_no_curve(layout, options):
    figure, ax = plt.subplots(figsize=SMALL, layout=layout)
    curve = pictured_curve([0.1, 0.5, 1, 2, 4], n_folds=1)
    display = NoiseCurveDisplay.from_curve(curve, ax=ax, **options)
    figure.canvas.draw()
    legend = (display.second_ax_ or ax).get_legend()
    box = legend.get_window_extent()
    assert is_inside(legend, figure)
    for line in display.lines_:
        path = line.get_path().transformed(line.get_transform())
        assert not path.intersects_bbox(box, filled=False)


def test_no_label_of_small_axes_is_cut():
    curves = {"a reference with a long name": pictured_curve(), LONG: pictured_curve()}
    comparison = compare_curves(curves)
    for second_metric in (None, "neg_log_loss"):
        figure, ax = plt.subplots(figsize=SMALL, layout="constrained")
        if second_metric is None:
            NoiseComparisonDisplay.from_comparison(comparison, ax=ax)
        else:
            NoiseCurveDisplay.from_curve(
                pictured_curve(), second_metric=second_metric, ax=ax
            )
        figure.canvas.draw()
        for one in figure.axes:
            assert is_inside(one.xaxis.label, figure)
            assert is_inside(one.yaxis.label, figure)
