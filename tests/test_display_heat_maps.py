import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from pictures import is_inside, overlaps, pictured_curve, pictured_matrix, tick_labels

from skn_noise import ClassRecallDisplay, NoiseCurve, NoiseMatrixDisplay


def display_of(rows, columns, value=None, metric="accuracy"):
    """Return a display of a score of two scales."""
    if value is None:

        def value(row, column):
            return 0.9 - 0.1 * column - 0.02 * row

    values = [[value(row, column) for column in columns] for row in rows]
    frame = pd.DataFrame(values, index=rows, columns=columns)
    return NoiseMatrixDisplay(frame=frame, metric=metric)


@pytest.fixture(scope="module")
def matrix():
    return pictured_matrix([0, 1, 2], [0.5, 1.0, 2.0])


@pytest.fixture(scope="module")
def drawn(matrix):
    return NoiseMatrixDisplay.from_matrix(matrix)


def test_cells_of_the_heat_map_are_the_means(matrix, drawn):
    means = matrix.summary().query("metric == 'accuracy'")
    mean = means.query("train_scale == 1 and validation_scale == 2")["mean"].item()
    assert drawn.frame.loc[1.0, 2.0] == mean
    np.testing.assert_array_equal(drawn.im_.get_array(), drawn.frame)


def test_figures_are_written_on_the_cells(drawn):
    written = [[text.get_text() for text in row] for row in drawn.text_]
    expected = [[f"{mean:.3f}" for mean in row] for row in drawn.frame.to_numpy()]
    assert written == expected
    assert drawn.text_[1, 2].get_position() == (2, 1)


def test_the_diagonal_is_marked_where_the_scales_are_the_same(drawn):
    corners = [patch.get_xy() for patch in drawn.ax_.patches]
    assert corners == [(0.5, 0.5), (1.5, 1.5)]


def test_figures_can_be_read_on_dark_and_on_bright_cells(drawn):
    means = drawn.frame.to_numpy()
    darkest = np.unravel_index(means.argmin(), means.shape)
    brightest = np.unravel_index(means.argmax(), means.shape)
    assert drawn.text_[darkest].get_color() == "white"
    assert drawn.text_[brightest].get_color() == "black"


def test_a_matrix_of_losses_is_bright_where_they_are_small():
    matrix = pictured_matrix(
        [0, 1], [0, 1], lambda _, scale: -1 - scale, metric="neg_log_loss"
    )
    display = NoiseMatrixDisplay.from_matrix(matrix, metric="neg_log_loss")
    assert (display.frame > 0).all(axis=None)
    assert display.im_.get_cmap().name.endswith("_r")


def test_cells_that_are_too_small_have_no_figures():
    _, ax = plt.subplots(figsize=(2, 2))
    assert display_of(range(9), range(9)).plot(ax).text_ is None
    assert len(ax.texts) == 0


def test_colour_bars_stay_off_other_panels():
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3))
    for ax in (left, right):
        display_of([0, 1], [0, 1]).plot(ax)
    figure.draw_without_rendering()
    bar = figure.axes[2].get_tightbbox()
    assert bar.x1 < right.get_window_extent().x0


def test_a_heat_map_in_a_part_of_a_figure():
    part, _ = plt.figure().subfigures(1, 2)
    assert display_of([0, 1], [0, 1]).plot(part.subplots()).figure_ is part


def test_colours_are_not_stretched_over_a_hundredth():
    near = display_of([0, 1], [0, 1], lambda *_: 0.99).plot()
    low, high = near.im_.get_clim()
    assert high - low == pytest.approx(0.1)
    assert high <= 1


def test_a_huge_loss_does_not_flatten_the_others():
    def loss(row, column):
        return 100.0 if (row, column) == (0, 4) else 0.1 + column / 4

    display = display_of(range(5), range(5), loss, metric="neg_log_loss").plot()
    assert display.im_.get_clim()[1] == pytest.approx(1.1, abs=0.01)
    assert display.im_.colorbar.extend == "max"
    assert display.text_[0, 4].get_text() == "100"


def test_a_missing_score_is_seen_on_a_dark_ground():
    with plt.style.context("dark_background"):
        display = display_of([0, 1], [0, 1], lambda row, _: 0.5 if row else np.nan)
        display.plot()
    assert display.text_[0, 0].get_color() == "white"


def test_a_norm_of_the_user_has_its_own_limits():
    norm = plt.Normalize(0, 2)
    assert display_of([0, 1], [0, 1]).plot(im_kw={"norm": norm}).im_.norm is norm


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_texts_stay_in_small_cells_and_names_apart(layout):
    figure, axes = plt.subplots(1, 2, figsize=(9, 3), layout=layout)
    for ax, n_scales in zip(axes, [4, 9], strict=True):
        scales = np.geomspace(0.1, 10, n_scales)
        display = display_of(scales, scales).plot(ax)
        if n_scales == 4:
            texts = display.text_.ravel()
    figure.draw_without_rendering()
    assert not overlaps(texts)
    for ax in axes:
        assert not overlaps(tick_labels(ax.xaxis))
        assert not overlaps(tick_labels(ax.yaxis))
        assert is_inside(ax.xaxis.label, figure)
        assert is_inside(ax.yaxis.label, figure)


# --- recall of classes ----------------------------------------------------------------


@pytest.fixture(scope="module")
def curve():
    rows = [
        (float(scale), 0, 3 * target + number, target, target if number else 0, 0.5)
        for scale, target, number in itertools.product([1, 2], range(3), range(3))
    ]
    columns = ["scale", "fold", "sample", "target", "prediction", "probability"]
    scores = pictured_curve([1.0, 2.0], n_folds=1).scores.assign(n_validation=9)
    return NoiseCurve(scores, predictions=pd.DataFrame(rows, columns=columns))


def test_cells_are_the_recalls_of_the_classes(curve):
    display = ClassRecallDisplay.from_curve(curve)
    np.testing.assert_allclose(display.frame, [[1, 1], [2 / 3] * 2, [2 / 3] * 2])
    np.testing.assert_array_equal(display.im_.get_array(), display.frame)
    assert display.text_[1, 0].get_text() == "0.667"


def test_rows_are_classes_and_columns_are_scales(curve):
    ax = ClassRecallDisplay.from_curve(curve).ax_
    assert [label.get_text() for label in tick_labels(ax.yaxis)] == ["0", "1", "2"]
    assert [label.get_text() for label in tick_labels(ax.xaxis)] == ["1", "2"]


def test_classes_can_be_chosen(curve):
    frame = ClassRecallDisplay.from_curve(curve, classes=[2]).frame
    assert frame.index.tolist() == [2]
