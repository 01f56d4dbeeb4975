import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from skn_noise import (
    GaussianNoiseTransformer,
    NoiseCurve,
    NoiseCurveDisplay,
    NoisySamplesDisplay,
    make_noise_pipeline,
    noise_curve,
)


@pytest.fixture
def curve(quick_pipeline, digits):
    return noise_curve(quick_pipeline, *digits, scales=[0.5, 1.0, 2.0], cv=3)


# --- curve ----------------------------------------------------------------------------


def test_lines_are_the_means_of_the_frame(curve):
    display = NoiseCurveDisplay.from_curve(curve)
    frame = display.frame()
    for line, split in zip(display.lines_, ["train", "validation"], strict=True):
        drawn = frame[frame["split"] == split].drop_duplicates("scale")
        np.testing.assert_array_equal(line.get_xdata(), drawn["scale"])
        np.testing.assert_array_equal(line.get_ydata(), drawn["mean"])


def test_band_and_dots_are_those_of_the_frame(curve):
    display = NoiseCurveDisplay.from_curve(curve)
    train = display.frame().query("split == 'train'")
    band, dots = display.ax_.collections[:2]
    np.testing.assert_array_equal(dots.get_offsets()[:, 1], train["value"])
    heights = band.get_paths()[0].vertices[:, 1]
    assert heights.min() == train["lower"].min()
    assert heights.max() == train["upper"].max()


def test_chance_level_is_drawn(curve):
    display = NoiseCurveDisplay.from_curve(curve)
    assert display.chance_level == 0.1
    assert display.ax_.lines[-1].get_ydata()[0] == 0.1


def test_losses_have_their_natural_sign(curve):
    display = NoiseCurveDisplay.from_curve(curve, metric="neg_log_loss")
    assert (display.frame()["value"] > 0).all()
    assert display.ax_.get_ylabel() == "log loss"
    assert display.chance_level == pytest.approx(np.log(10))


def test_two_metrics_on_two_axes(curve):
    display = NoiseCurveDisplay.from_curve(curve, second_metric="neg_log_loss")
    assert set(display.frame()["metric"]) == {"accuracy", "log loss"}
    assert set(display.frame()["split"]) == {"validation"}
    assert display.second_ax_.get_ylabel() == "validation log loss"
    assert display.lines_[1].axes is display.second_ax_


@pytest.mark.parametrize(
    ("scales", "axis"),
    [
        ([0.1, 0.5, 1.0, 2.0, 4.0], "log"),
        ([0.0, 0.1, 1.0, 10.0], "symlog"),
        ([1.0, 2.0, 3.0, 4.0], "linear"),
        ([0.1, 4.0], "linear"),
        ([1.0], "linear"),
    ],
)
def test_axis_is_logarithmic_where_the_scales_ask_for_it(scales, axis):
    scores = pd.DataFrame(
        {
            "scale": scales,
            "fold": 0,
            "split": "validation",
            "metric": "accuracy",
            "value": 0.5,
        }
    )
    display = NoiseCurveDisplay.from_curve(NoiseCurve(scores))
    assert display.ax_.get_xscale() == axis
    labels = [label.get_text() for label in display.ax_.get_xticklabels()]
    assert labels == [f"{scale:g}" for scale in scales]


def test_one_fold_has_no_band():
    scores = pd.DataFrame(
        {
            "scale": [1.0, 2.0],
            "fold": 0,
            "split": "validation",
            "metric": "accuracy",
            "value": [0.9, 0.8],
        }
    )
    display = NoiseCurveDisplay.from_curve(NoiseCurve(scores))
    assert len(display.ax_.collections) == 0
    assert display.frame()["lower"].isna().all()


def test_legend_lies_off_the_data(curve):
    display = NoiseCurveDisplay.from_curve(curve)
    display.figure_.canvas.draw()
    legend = display.ax_.get_legend().get_window_extent()
    assert not legend.overlaps(display.ax_.get_window_extent().shrunk(0.99, 0.99))


def test_plot_draws_on_the_axes_given_and_returns_self(curve):
    _, ax = plt.subplots()
    display = NoiseCurveDisplay.from_curve(curve, ax=ax)
    assert display.ax_ is ax
    assert display.plot(ax=ax) is display


def test_from_estimator_equals_from_curve(quick_pipeline, digits, curve):
    display = NoiseCurveDisplay.from_estimator(
        quick_pipeline, *digits, scales=[0.5, 1.0, 2.0], cv=3
    )
    pd.testing.assert_frame_equal(
        display.frame(), NoiseCurveDisplay.from_curve(curve).frame()
    )


def test_unknown_metric(curve):
    with pytest.raises(ValueError, match="no metric 'f1'; it has"):
        NoiseCurveDisplay.from_curve(curve, metric="f1")


# --- samples --------------------------------------------------------------------------


@pytest.fixture
def samples(digits):
    return NoisySamplesDisplay.from_estimator(
        make_noise_pipeline(random_state=0),
        digits[0],
        scales=[0.5, 2.0],
        image_shape=(8, 8),
        n_samples=4,
    )


def test_panels_are_samples_noise_and_their_sums(samples):
    clean, noise = samples.panels["no noise"], samples.panels["noise alone"]
    for scale in (0.5, 2.0):
        np.testing.assert_allclose(
            samples.panels[f"scale {scale:g}"], clean + scale * noise
        )


def test_each_sample_has_its_own_noise(samples):
    correlations = np.corrcoef(samples.panels["noise alone"])
    assert np.abs(correlations[np.triu_indices(4, k=1)]).max() < 0.5


def test_samples_frame_is_what_is_drawn(samples):
    frame = samples.frame()
    mosaic = samples.ax_.images[0].get_array()
    first = frame.query("panel == 'no noise' and sample == 0")["grey"]
    np.testing.assert_array_equal(mosaic[1:9, 1:9].ravel(), first)
    last = frame.query("panel == 'scale 2' and sample == 3")["grey"]
    np.testing.assert_array_equal(mosaic[-9:-1, -9:-1].ravel(), last)
    assert len(frame) == 4 * 4 * 64


def test_columns_are_labelled(samples):
    labels = [label.get_text() for label in samples.ax_.get_xticklabels()]
    assert labels == ["no noise", "noise alone", "scale 0.5", "scale 2"]


def test_samples_of_a_bare_transformer_on_axes_given(digits):
    _, ax = plt.subplots()
    display = NoisySamplesDisplay.from_estimator(
        GaussianNoiseTransformer(),
        digits[0],
        param_name="scale",
        image_shape=(8, 8),
        ax=ax,
    )
    assert display.ax_ is ax


def test_colour_images():
    X = np.random.default_rng(0).random((10, 4 * 4 * 3))
    display = NoisySamplesDisplay.from_estimator(
        GaussianNoiseTransformer(), X, param_name="scale", image_shape=(4, 4, 3)
    )
    assert display.ax_.images[0].get_array().shape == (5 * 6, 7 * 6, 3)


def test_features_that_do_not_fill_the_images(digits):
    with pytest.raises(ValueError, match="do not fill images of shape"):
        NoisySamplesDisplay.from_estimator(
            GaussianNoiseTransformer(),
            digits[0],
            param_name="scale",
            image_shape=(9, 9),
        )
