import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from curves import legend_texts
from sklearn.model_selection import ShuffleSplit

from skn_noise import NoiseCurve, NoiseCurveDisplay, noise_curve


@pytest.fixture
def curve(quick_pipeline, digits):
    return noise_curve(quick_pipeline, *digits, scales=[0.5, 1.0, 2.0], cv=3)


@pytest.fixture
def holdout_curve(quick_pipeline, digits):
    holdout = ShuffleSplit(1, test_size=0.3, random_state=0)
    return noise_curve(quick_pipeline, *digits, scales=[0.5, 2.0], cv=holdout)


def drawn_heights(band):
    (path,) = band.get_paths()
    return path.vertices[:, 1]


def test_lines_are_the_means_of_the_frame(curve):
    display = NoiseCurveDisplay.from_curve(curve)
    frame = display.frame()
    for line, split in zip(display.lines_, ["train", "validation"], strict=True):
        drawn = frame[frame["split"] == split].drop_duplicates("scale")
        np.testing.assert_array_equal(line.get_xdata(), drawn["scale"])
        np.testing.assert_array_equal(line.get_ydata(), drawn["mean"])


@pytest.mark.parametrize("split", ["train", "validation"])
def test_dots_are_the_folds_of_the_frame(curve, split):
    display = NoiseCurveDisplay.from_curve(curve)
    folds = display.frame().query("split == @split")
    train_dots, _, validation_dots = display.ax_.collections
    dots = train_dots if split == "train" else validation_dots
    np.testing.assert_array_equal(dots.get_offsets(), folds[["scale", "value"]])


def test_band_is_that_of_the_frame(curve):
    display = NoiseCurveDisplay.from_curve(curve)
    means = display.frame().query("split == 'validation'").drop_duplicates("scale")
    heights = drawn_heights(display.ax_.collections[1])
    assert set(heights) == {*means["lower"], *means["upper"]}


def test_band_is_the_interval_of_the_summary(curve):
    frame = NoiseCurveDisplay.from_curve(curve).frame()
    drawn = frame.query("split == 'validation'").drop_duplicates("scale")
    summary = curve.summary().query("split == 'validation' and metric == 'accuracy'")
    columns = ["scale", "mean", "lower", "upper"]
    np.testing.assert_array_equal(drawn[columns], summary[columns])


def test_band_of_a_loss_has_natural_sign(curve):
    display = NoiseCurveDisplay.from_curve(curve, metric="neg_log_loss")
    drawn = display.frame().query("split == 'validation'").drop_duplicates("scale")
    summary = curve.summary().query(
        "split == 'validation' and metric == 'neg_log_loss'"
    )
    np.testing.assert_array_equal(drawn["lower"], -summary["upper"])
    np.testing.assert_array_equal(drawn["upper"], -summary["lower"])


def test_training_has_no_band(curve):
    display = NoiseCurveDisplay.from_curve(curve)
    train = display.frame().query("split == 'train'")
    assert train[["lower", "upper"]].isna().all(axis=None)


def test_legend_names_the_interval_where_there_is_one(curve):
    display = NoiseCurveDisplay.from_curve(curve)
    assert legend_texts(display.ax_.get_legend()) == [
        "train",
        "validation (95 % interval)",
        "accuracy by chance",
    ]


def test_accuracy_on_one_holdout_has_a_band(holdout_curve):
    display = NoiseCurveDisplay.from_curve(holdout_curve)
    (band,) = display.ax_.collections
    summary = holdout_curve.summary().query("metric == 'accuracy'")
    assert drawn_heights(band).min() == summary["lower"].min()


def test_loss_on_one_holdout_has_no_band(holdout_curve):
    display = NoiseCurveDisplay.from_curve(holdout_curve, second_metric="neg_log_loss")
    assert len(display.second_ax_.collections) == 0
    assert legend_texts(display.ax_.get_legend())[1] == "log loss"


def test_band_of_a_single_scale_is_seen(curve):
    scores = curve.scores.query("scale == 1.0")
    display = NoiseCurveDisplay.from_curve(NoiseCurve(scores))
    band = display.ax_.collections[1]
    assert np.ptp(drawn_heights(band)) > 0
    assert band.get_linewidth()[0] > 0


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
            "n_train": 70,
            "n_validation": 30,
        }
    )
    display = NoiseCurveDisplay.from_curve(NoiseCurve(scores))
    assert display.ax_.get_xscale() == axis
    labels = [label.get_text() for label in display.ax_.get_xticklabels()]
    assert labels == [f"{scale:g}" for scale in scales]


def test_unknown_numbers_of_samples_leave_no_band(curve):
    scores = curve.scores.assign(n_train=np.nan, n_validation=np.nan)
    display = NoiseCurveDisplay.from_curve(NoiseCurve(scores))
    assert len(display.ax_.collections) == 2  # the dots of the two splits
    assert display.frame()["lower"].isna().all()


def test_legend_lies_off_the_data(curve):
    display = NoiseCurveDisplay.from_curve(curve)
    display.figure_.canvas.draw()
    legend = display.ax_.get_legend().get_window_extent()
    assert not legend.overlaps(display.ax_.get_window_extent().shrunk(0.99, 0.99))


def test_legend_with_long_names_is_not_cut_off(curve):
    scores = curve.scores.replace({"metric": {"accuracy": "balanced_accuracy"}})
    display = NoiseCurveDisplay.from_curve(
        NoiseCurve(scores, n_classes=10), second_metric="neg_log_loss"
    )
    display.figure_.canvas.draw()
    legend = display.ax_.get_legend().get_window_extent()
    assert display.figure_.bbox.x0 <= legend.x0
    assert legend.x1 <= display.figure_.bbox.x1


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
    with pytest.raises(ValueError, match="no metric 'f1'; there are"):
        NoiseCurveDisplay.from_curve(curve, metric="f1")


@pytest.fixture
def wide_curve(quick_pipeline, digits):
    return noise_curve(quick_pipeline, *digits, scales=[0.5, 1, 2, 4], cv=3)


def test_a_tolerance_is_marked_with_its_target_interval_and_fit(wide_curve):
    tolerance = wide_curve.tolerance(relative=0.6)
    display = NoiseCurveDisplay.from_curve(wide_curve, tolerance=tolerance)
    texts = legend_texts(display.ax_.get_legend())
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


def test_a_tolerance_outside_the_scales_is_told_in_words(wide_curve):
    tolerance = wide_curve.tolerance(0.0)
    display = NoiseCurveDisplay.from_curve(wide_curve, tolerance=tolerance)
    assert "target 0: tolerance above 4" in legend_texts(display.ax_.get_legend())
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


def test_a_tolerance_of_another_metric(wide_curve):
    tolerance = wide_curve.tolerance(relative=0.8)
    with pytest.raises(ValueError, match="one of the metric drawn, 'neg_log_loss'"):
        NoiseCurveDisplay.from_curve(
            wide_curve, metric="neg_log_loss", tolerance=tolerance
        )
