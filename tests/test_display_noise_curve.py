import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pytest
from curves import curve_of, legend_texts
from pictures import overlaps, pictured_curve, tick_labels

from skn_noise import NoiseComparisonDisplay, NoiseCurve, NoiseCurveDisplay


@pytest.fixture(scope="module")
def curve():
    return pictured_curve()


@pytest.fixture(scope="module")
def display(curve):
    return NoiseCurveDisplay.from_curve(curve)


@pytest.fixture(scope="module")
def holdout_curve():
    return pictured_curve([0.5, 2.0], n_folds=1)


def band_of(ax):
    (band,) = [one for one in ax.collections if one.get_label() == "95 % interval"]
    return band


def drawn_heights(band):
    (path,) = band.get_paths()
    return path.vertices[:, 1]


def test_lines_are_the_means_of_the_frame(display):
    frame = display.frame
    for line, split in zip(display.lines_, ["train", "validation"], strict=True):
        drawn = frame[frame["split"] == split].drop_duplicates("scale")
        np.testing.assert_array_equal(line.get_xdata(), drawn["scale"])
        np.testing.assert_array_equal(line.get_ydata(), drawn["mean"])


def test_band_is_the_interval_of_the_summary(curve, display):
    frame = display.frame
    drawn = frame.query("split == 'validation'").drop_duplicates("scale")
    summary = curve.summary().query("split == 'validation' and metric == 'accuracy'")
    columns = ["scale", "mean", "lower", "upper"]
    np.testing.assert_array_equal(drawn[columns], summary[columns])


def test_band_of_a_single_scale_is_seen(curve):
    scores = curve.scores.query("scale == 1.0")
    display = NoiseCurveDisplay.from_curve(NoiseCurve(scores))
    band = band_of(display.ax_)
    assert np.ptp(drawn_heights(band)) > 0
    assert band.get_linewidth()[0] > 0


def test_dots_are_the_folds_and_only_validation_has_a_band(display):
    frame = display.frame
    train_dots, band, validation_dots = display.ax_.collections
    for dots, split in [(train_dots, "train"), (validation_dots, "validation")]:
        folds = frame[frame["split"] == split]
        np.testing.assert_array_equal(dots.get_offsets(), folds[["scale", "value"]])
    means = frame[frame["split"] == "validation"]
    assert set(drawn_heights(band)) == {*means["lower"], *means["upper"]}


def test_the_legend_names_lines_first(display):
    legend = display.ax_.get_legend()
    lines = ["train", "validation", "accuracy by chance"]
    assert legend_texts(legend) == [*lines, "95 % interval"]


def test_no_interval_is_named_where_none_is_drawn(holdout_curve):
    """The loss of a single holdout has no interval."""
    display = NoiseCurveDisplay.from_curve(holdout_curve, metric="neg_log_loss")
    assert len(display.ax_.collections) == 0
    legend = display.ax_.get_legend()
    assert legend_texts(legend) == ["train", "validation", "log loss by chance"]


def test_chance_level_is_drawn(display):
    assert display.chance_level == 0.1
    assert display.ax_.lines[-1].get_ydata()[0] == 0.1


def test_losses_have_their_natural_sign(curve):
    display = NoiseCurveDisplay.from_curve(curve, metric="neg_log_loss")
    frame = display.frame
    assert (frame["value"] > 0).all()
    drawn = frame.query("split == 'validation'").drop_duplicates("scale")
    chosen = "split == 'validation' and metric == 'neg_log_loss'"
    summary = curve.summary().query(chosen)
    np.testing.assert_array_equal(drawn["lower"], -summary["upper"])
    np.testing.assert_array_equal(drawn["upper"], -summary["lower"])
    assert display.ax_.get_ylabel() == "log loss"
    assert display.chance_level == pytest.approx(np.log(10))


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
    curve = curve_of([0.5] * len(scales), scales=scales, n_validation=30)
    display = NoiseCurveDisplay.from_curve(curve)
    assert display.ax_.get_xscale() == axis
    labels = [label.get_text() for label in display.ax_.get_xticklabels()]
    assert labels == [f"{scale:g}" for scale in scales]


def test_unknown_numbers_of_samples_leave_no_band(curve):
    scores = curve.scores.assign(n_train=np.nan, n_validation=np.nan)
    display = NoiseCurveDisplay.from_curve(NoiseCurve(scores))
    assert len(display.ax_.collections) == 2  # the dots of the two splits
    assert display.frame["lower"].isna().all()


@pytest.fixture(scope="module")
def wide_curve():
    return pictured_curve([0.5, 1.0, 2.0, 4.0])


def test_a_tolerance_is_marked_with_its_target_and_interval(wide_curve):
    tolerance = wide_curve.tolerance(relative=0.6)
    display = NoiseCurveDisplay.from_curve(wide_curve, tolerance=tolerance)
    lower, upper = tolerance.lower, tolerance.upper
    label = f"tolerance {tolerance.scale:.3g} ({lower:.3g} to {upper:.3g})"
    texts = legend_texts(display.ax_.get_legend())
    assert {label, f"target {tolerance.target:.3g}"} <= set(texts)
    assert texts.count("95 % interval") == 1
    (line,) = [one for one in display.ax_.lines if one.get_label() == label]
    assert set(line.get_xdata()) == {tolerance.scale}
    (span,) = display.ax_.patches
    assert span.get_x() == pytest.approx(lower)
    assert span.get_x() + span.get_width() == pytest.approx(upper)


def test_a_tolerance_outside_the_scales_is_named_in_words(wide_curve):
    display = NoiseCurveDisplay.from_curve(
        wide_curve, tolerance=wide_curve.tolerance(0.0)
    )
    texts = legend_texts(display.ax_.get_legend())
    assert "tolerance above 4 (4 or more)" in texts


def test_a_bound_outside_the_scales_is_drawn_to_their_end():
    curve = pictured_curve([0.5, 1, 2, 4], n_folds=1)
    last = curve.summary().query("split == 'validation' and metric == 'accuracy'")
    tolerance = curve.tolerance(last["mean"].iloc[-1] + 0.01)
    assert tolerance.upper == np.inf
    display = NoiseCurveDisplay.from_curve(curve, tolerance=tolerance)
    (span,) = display.ax_.patches
    assert span.get_x() + span.get_width() == 4


def test_a_tolerance_of_another_metric(wide_curve):
    tolerance = wide_curve.tolerance(relative=0.8)
    with pytest.raises(ValueError, match="that of the metric drawn, 'neg_log_loss'"):
        NoiseCurveDisplay.from_curve(
            wide_curve, metric="neg_log_loss", tolerance=tolerance
        )


@pytest.mark.parametrize(
    "scales",
    [
        np.geomspace(0.1, 10, 20),
        [0.0, *np.geomspace(0.1, 10, 20)],
        [0.0, 0.25, *np.linspace(0.313, 0.459, 9), 1.0],  # as a search chooses them
    ],
)
def test_labels_of_many_scales_do_not_overlap(scales):
    _, ax = plt.subplots(figsize=(3, 4))
    NoiseCurveDisplay.from_curve(pictured_curve(scales), ax=ax)
    ax.figure.canvas.draw()
    labels = tick_labels(ax.xaxis)
    assert not overlaps(labels)
    assert len(labels) >= 3
    assert {*ax.get_xticks(), *ax.get_xticks(minor=True)} == set(scales)


def test_line_options_pass_through(curve):
    options = {"line_kw": {"lw": 5, "c": "red"}, "fill_between_kw": {"alpha": 0.1}}
    display = NoiseCurveDisplay.from_curve(curve, **options)
    assert {line.get_linewidth() for line in display.lines_} == {5}
    assert {line.get_color() for line in display.lines_} == {"red"}
    assert band_of(display.ax_).get_alpha() == 0.1


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"curve": [1]}, TypeError, "must be a result of noise_curve, got list"),
        ({"ax": plt}, TypeError, "ax must be matplotlib Axes or None, got module"),
        ({"tolerance": 0.9}, TypeError, "must be a result of NoiseCurve.tolerance"),
    ],
)
def test_arguments_of_wrong_types_are_named(curve, wrong, error, message):
    with pytest.raises(error, match=message):
        NoiseCurveDisplay.from_curve(**({"curve": curve} | wrong))


def test_the_axis_names_the_unit_that_all_curves_share():
    unit = "standard deviations of each column"
    curve = curve_of([0.9, 0.8], scales=[1, 2])
    with_unit = dataclasses.replace(curve, manifest={"unit": unit})
    label = NoiseCurveDisplay.from_curve(with_unit).ax_.get_xlabel()
    assert label == f"scale of the noise (in {unit})"
    for other, expected in [(with_unit, label), (curve, "scale of the noise")]:
        both = NoiseComparisonDisplay.from_curves({"a": with_unit, "b": other})
        assert both.ax_.get_xlabel() == expected
