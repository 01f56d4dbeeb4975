"""Pictures of several curves, of matrices and of tolerances."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.model_selection import ShuffleSplit

from skn_noise import (
    NoiseComparisonDisplay,
    NoiseCurveDisplay,
    NoiseMatrixDisplay,
    noise_curve,
    noise_matrix,
)

SCALES = [0.5, 1.0, 2.0]


def labels(handles):
    return [handle.get_label() for handle in handles]


def legend_texts(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# --- several curves -------------------------------------------------------------------


@pytest.fixture
def curves(quick_pipeline, digits):
    return {
        training: noise_curve(
            quick_pipeline, *digits, scales=SCALES, training=training, cv=3
        )
        for training in ("frozen", "clean")
    }


def test_each_curve_is_the_line_of_its_validation_means(curves):
    display = NoiseComparisonDisplay.from_curves(curves)
    for line, curve in zip(display.lines_, curves.values(), strict=True):
        means = curve.summary().query("split == 'validation' and metric == 'accuracy'")
        np.testing.assert_array_equal(line.get_xdata(), means["scale"])
        np.testing.assert_array_equal(line.get_ydata(), means["mean"])


def test_the_frame_of_a_comparison_is_what_is_drawn(curves):
    frame = NoiseComparisonDisplay.from_curves(curves).frame()
    assert list(frame) == [
        "curve",
        "metric",
        "split",
        "scale",
        "fold",
        "value",
        "mean",
        "lower",
        "upper",
    ]
    assert len(frame) == 2 * 3 * 3
    assert set(frame["split"]) == {"validation"}


def test_curves_keep_their_order_and_look_different(curves):
    reverse = dict(reversed(curves.items()))
    lines = NoiseComparisonDisplay.from_curves(reverse).lines_
    assert labels(lines) == ["clean (95 % interval)", "frozen (95 % interval)"]
    for look in ("get_color", "get_linestyle", "get_marker"):
        assert len({getattr(line, look)() for line in lines}) == 2


def test_a_comparison_of_losses_has_their_natural_sign(curves):
    display = NoiseComparisonDisplay.from_curves(curves, metric="neg_log_loss")
    assert (display.frame()["value"] > 0).all()
    assert display.ax_.get_ylabel() == "validation log loss"


def test_a_comparison_draws_chance_if_all_curves_have_the_same(curves):
    display = NoiseComparisonDisplay.from_curves(curves)
    assert display.chance_level == 0.1
    assert "accuracy by chance" in legend_texts(display.ax_)


def test_a_comparison_is_drawn_on_given_axes(curves):
    _, ax = plt.subplots()
    assert NoiseComparisonDisplay.from_curves(curves, ax=ax).ax_ is ax


def test_curves_without_the_metric(curves):
    with pytest.raises(ValueError, match="no metric 'f1'; there are"):
        NoiseComparisonDisplay.from_curves(curves, metric="f1")


@pytest.mark.parametrize("n_curves", [0, 8])
def test_no_curves_or_too_many(curves, n_curves):
    many = dict.fromkeys(range(n_curves), curves["clean"])
    with pytest.raises(ValueError, match=f"1 to 7 noise curves.*got {n_curves}"):
        NoiseComparisonDisplay.from_curves(many)


# --- matrices -------------------------------------------------------------------------


@pytest.fixture
def matrix(quick_pipeline, digits):
    return noise_matrix(
        quick_pipeline, *digits, train_scales=[0, 1, 2], validation_scales=SCALES, cv=3
    )


def test_cells_of_the_heat_map_are_the_means(matrix):
    display = NoiseMatrixDisplay.from_matrix(matrix)
    frame = display.frame()
    means = matrix.summary().query("metric == 'accuracy'")
    assert frame.loc[1.0, 2.0] == pytest.approx(
        means.query("train_scale == 1 and validation_scale == 2")["mean"].item()
    )
    np.testing.assert_array_equal(display.im_.get_array(), frame)


def test_figures_are_written_on_the_cells(matrix):
    display = NoiseMatrixDisplay.from_matrix(matrix)
    written = [[text.get_text() for text in row] for row in display.text_]
    expected = [[f"{mean:.3f}" for mean in row] for row in display.frame().to_numpy()]
    assert written == expected
    assert display.text_[1, 2].get_position() == (2, 1)


def test_the_diagonal_is_marked_where_the_scales_are_the_same(matrix):
    display = NoiseMatrixDisplay.from_matrix(matrix)
    corners = [patch.get_xy() for patch in display.ax_.patches]
    assert corners == [(0.5, 0.5), (1.5, 1.5)]


def test_figures_can_be_read_on_dark_and_on_bright_cells(matrix):
    display = NoiseMatrixDisplay.from_matrix(matrix)
    means = display.frame().to_numpy()
    darkest = np.unravel_index(means.argmin(), means.shape)
    brightest = np.unravel_index(means.argmax(), means.shape)
    assert display.text_[darkest].get_color() == "white"
    assert display.text_[brightest].get_color() == "black"


def test_the_axes_of_a_matrix_name_the_scales(matrix):
    ax = NoiseMatrixDisplay.from_matrix(matrix).ax_
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["0", "1", "2"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0.5", "1", "2"]
    assert "training" in ax.get_ylabel()
    assert "validation" in ax.get_xlabel()


def test_a_matrix_of_losses_is_bright_where_they_are_small(matrix):
    display = NoiseMatrixDisplay.from_matrix(matrix, metric="neg_log_loss")
    assert (display.frame() > 0).all(axis=None)
    assert display.im_.get_cmap().name.endswith("_r")


def test_a_matrix_is_drawn_on_given_axes(matrix):
    _, ax = plt.subplots()
    assert NoiseMatrixDisplay.from_matrix(matrix, ax=ax).ax_ is ax


def test_a_matrix_from_an_estimator(quick_pipeline, digits):
    scales = {"train_scales": [1], "validation_scales": [1, 2]}
    display = NoiseMatrixDisplay.from_estimator(
        quick_pipeline, *digits, cv=2, metric="accuracy", **scales
    )
    assert display.frame().shape == (1, 2)


def test_a_matrix_without_the_metric(matrix):
    with pytest.raises(ValueError, match="no metric 'f1'; there are"):
        NoiseMatrixDisplay.from_matrix(matrix, metric="f1")


# --- tolerances -----------------------------------------------------------------------


@pytest.fixture
def curve(quick_pipeline, digits):
    return noise_curve(quick_pipeline, *digits, scales=[0.5, 1, 2, 4], cv=3)


def test_a_tolerance_is_marked_with_its_target_interval_and_fit(curve):
    tolerance = curve.tolerance(relative=0.8)
    display = NoiseCurveDisplay.from_curve(curve, tolerance=tolerance)
    texts = legend_texts(display.ax_)
    assert f"target {tolerance.target:.3g}" in texts
    assert f"tolerance {tolerance.scale:.3g} (95 % interval)" in texts
    assert "parametric fit" in texts
    by_label = {line.get_label(): line for line in display.ax_.get_lines()}
    down = by_label[f"tolerance {tolerance.scale:.3g} (95 % interval)"]
    assert set(down.get_xdata()) == {tolerance.scale}
    x, y = by_label["parametric fit"].get_data()
    np.testing.assert_array_equal(y, tolerance.fit.predict(x))
    (span,) = display.ax_.patches
    assert span.get_x() == pytest.approx(tolerance.lower)
    assert span.get_x() + span.get_width() == pytest.approx(tolerance.upper)


def test_a_tolerance_outside_the_scales_is_told_in_words(curve):
    tolerance = curve.tolerance(0.01)
    display = NoiseCurveDisplay.from_curve(curve, tolerance=tolerance)
    assert "target 0.01: tolerance above 4" in legend_texts(display.ax_)
    assert not display.ax_.patches


def test_a_bound_outside_the_scales_is_drawn_to_their_end(quick_pipeline, digits):
    holdout = ShuffleSplit(1, test_size=0.1, random_state=0)
    curve = noise_curve(quick_pipeline, *digits, scales=[0.5, 1, 2, 4], cv=holdout)
    last = curve.summary().query("split == 'validation' and metric == 'accuracy'")
    tolerance = curve.tolerance(last["mean"].iloc[-1] + 0.01)
    assert tolerance.upper == np.inf
    display = NoiseCurveDisplay.from_curve(curve, tolerance=tolerance)
    (span,) = display.ax_.patches
    assert span.get_x() + span.get_width() == 4


def test_a_tolerance_of_another_metric(curve):
    tolerance = curve.tolerance(relative=0.8)
    with pytest.raises(ValueError, match="one of the metric drawn, 'neg_log_loss'"):
        NoiseCurveDisplay.from_curve(curve, metric="neg_log_loss", tolerance=tolerance)
