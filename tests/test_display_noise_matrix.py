import matplotlib.pyplot as plt
import numpy as np
import pytest

from skn_noise import NoiseMatrixDisplay, noise_matrix

SCALES = [0.5, 1.0, 2.0]


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
