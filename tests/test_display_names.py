"""Pictures in small figures, and with names that users choose."""

import itertools
import re

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
    GaussianNoiseTransformer,
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


def from_curve(ax):
    curve = pictured_curve(SCALES)
    NoiseCurveDisplay.from_curve(curve, ax=ax, tolerance=curve.tolerance(0.5))


def with_decibels(ax):
    frame = NoiseCurveDisplay.from_curve(pictured_curve(SCALES)).frame
    unit = "standard deviations of each column"
    NoiseCurveDisplay(frame=frame, metric="accuracy", unit=unit, snr=True).plot(ax)


def from_curves(ax):
    names = ["a reference with a long name", LONG, "the third model"]
    NoiseComparisonDisplay.from_curves(
        {name: pictured_curve(SCALES) for name in names}, ax=ax
    )


def from_comparison(ax):
    curves = {"a reference with a long name": pictured_curve(), LONG: pictured_curve()}
    NoiseComparisonDisplay.from_comparison(compare_curves(curves), ax=ax)


def from_matrix(ax):
    NoiseMatrixDisplay.from_matrix(pictured_matrix(SCALES, SCALES), ax=ax)


def from_classes(ax):
    ClassRecallDisplay.from_curve(renamed("class "), ax=ax)


def from_estimator(ax):
    X = np.arange(320.0).reshape(5, 64)
    noise = GaussianNoiseTransformer(random_state=0)
    NoisySamplesDisplay.from_estimator(
        noise, X, param_name="scale", image_shape=(8, 8), ax=ax
    )


def texts_in(pdf):
    """Return the texts of a PDF that is not compressed, without their spacing.

    The ligature "ff", which a newer matplotlib numbers itself, is left out.
    """
    blocks = re.findall(rb"BT(.*?)ET", pdf, re.DOTALL)
    strings = [re.findall(rb"\(((?:\\.|[^\\)])*)\)", block) for block in blocks]
    texts = [re.sub(rb"[\0-\x1f]", b"", b"".join(parts)) for parts in strings]
    texts = [re.sub(rb"\\(.)", rb"\1", text).decode("latin-1") for text in texts]
    return {text.replace("ff", "") for text in texts}


@pytest.mark.parametrize(
    "draw",
    [
        from_curve,
        with_decibels,
        from_curves,
        from_comparison,
        from_matrix,
        from_classes,
        from_estimator,
    ],
)
def test_a_column_of_a_paper_holds_everything_and_text_as_text(draw, tmp_path):
    file = tmp_path / "column.pdf"
    figure, ax = plt.subplots(figsize=(3.4, 2.6))
    settings = {"font.size": 8, "pdf.fonttype": 42, "pdf.compression": 0}
    with plt.rc_context(settings):
        draw(ax)
        figure.savefig(file)
    drawn = figure.get_tightbbox().extents  # in inches
    assert (drawn[:2] > -0.01).all()
    assert (drawn[2:] < figure.get_size_inches() + 0.01).all()
    for axis in (one for axes in figure.axes for one in (axes.xaxis, axes.yaxis)):
        assert not overlaps(tick_labels(axis))
        label = axis.label.get_text().replace("ff", "")
        assert set(label.splitlines()) <= texts_in(file.read_bytes())


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
