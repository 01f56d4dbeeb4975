import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from curves import curve_of, legend_texts
from pictures import (
    LONG_NAME,
    is_inside,
    overlaps,
    pictured_curve,
    tick_labels,
)
from sklearn.datasets import load_iris
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    NoiseComparisonDisplay,
    NoiseCurve,
    NoiseCurveDisplay,
    noise_curve,
)

IRIS = load_iris(return_X_y=True)
PIPELINE = make_pipeline(GaussianNoiseTransformer(random_state=0), GaussianNB())
PARAM_NAME = "gaussiannoisetransformer__scale"


@pytest.fixture
def curve():
    return pictured_curve()


@pytest.fixture
def holdout_curve():
    return pictured_curve([0.5, 2.0], n_folds=1)


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
    assert "log loss" in legend_texts(display.second_ax_.get_legend())


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
    legend = display.second_ax_.get_legend().get_window_extent()
    assert display.figure_.bbox.x0 <= legend.x0
    assert legend.x1 <= display.figure_.bbox.x1


def test_plot_draws_on_the_axes_given_and_returns_self(curve):
    _, ax = plt.subplots()
    display = NoiseCurveDisplay.from_curve(curve, ax=ax)
    assert display.ax_ is ax
    assert display.plot(ax=ax) is display


def test_from_estimator_equals_from_curve():
    params = {"scales": [0.5, 1.0], "cv": 2, "param_name": PARAM_NAME}
    display = NoiseCurveDisplay.from_estimator(PIPELINE, *IRIS, **params)
    curve = noise_curve(PIPELINE, *IRIS, **params)
    pd.testing.assert_frame_equal(
        display.frame(), NoiseCurveDisplay.from_curve(curve).frame()
    )


def test_unknown_metric(curve):
    with pytest.raises(ValueError, match="no metric 'f1'; there are"):
        NoiseCurveDisplay.from_curve(curve, metric="f1")


@pytest.fixture
def wide_curve():
    return pictured_curve([0.5, 1.0, 2.0, 4.0])


def test_a_tolerance_is_marked_with_its_target_and_interval(wide_curve):
    tolerance = wide_curve.tolerance(relative=0.6)
    display = NoiseCurveDisplay.from_curve(wide_curve, tolerance=tolerance)
    texts = legend_texts(display.ax_.get_legend())
    assert f"target {tolerance.target:.3g}" in texts
    assert f"tolerance {tolerance.scale:.3g} (95 % interval)" in texts
    by_label = {line.get_label(): line for line in display.ax_.get_lines()}
    down = by_label[f"tolerance {tolerance.scale:.3g} (95 % interval)"]
    assert set(down.get_xdata()) == {tolerance.scale}
    (span,) = display.ax_.patches
    assert span.get_x() == pytest.approx(tolerance.lower)
    assert span.get_x() + span.get_width() == pytest.approx(tolerance.upper)


def test_a_tolerance_outside_the_scales_is_told_in_words(wide_curve):
    tolerance = wide_curve.tolerance(0.0)
    display = NoiseCurveDisplay.from_curve(wide_curve, tolerance=tolerance)
    assert "target 0: tolerance above 4" in legend_texts(display.ax_.get_legend())
    assert not display.ax_.patches


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
    with pytest.raises(ValueError, match="one of the metric drawn, 'neg_log_loss'"):
        NoiseCurveDisplay.from_curve(
            wide_curve, metric="neg_log_loss", tolerance=tolerance
        )


@pytest.mark.parametrize("n_scales", [2, 5, 12, 20])
@pytest.mark.parametrize("smallest", [[], [0.0]])
@pytest.mark.parametrize("width", [3, 7])
def test_tick_labels_do_not_overlap(n_scales, smallest, width):
    _, ax = plt.subplots(figsize=(width, 4))
    scales = [*smallest, *np.geomspace(0.1, 10, n_scales)]
    NoiseCurveDisplay.from_curve(pictured_curve(scales), ax=ax)
    ax.figure.canvas.draw()
    labels = tick_labels(ax.xaxis)
    assert not overlaps(labels)
    assert len(labels) >= 2
    assert set(ax.get_xticks()) | set(ax.get_xticks(minor=True)) == set(scales)


def test_more_labels_stand_on_a_wider_axis():
    display = NoiseCurveDisplay.from_curve(pictured_curve(np.geomspace(0.1, 10, 20)))
    narrow = len(tick_labels(display.ax_.xaxis))
    display.figure_.set_figwidth(20)
    display.figure_.canvas.draw()
    assert narrow < len(tick_labels(display.ax_.xaxis)) == 20


def test_a_scale_is_named_with_three_digits_or_as_many_as_tell_it_apart():
    for scales, names in [([1 / 3, 1], ["0.333", "1"]), ([1, 1.0001], ["1", "1.0001"])]:
        display = NoiseCurveDisplay.from_curve(pictured_curve(scales))
        texts = [label.get_text() for label in tick_labels(display.ax_.xaxis)]
        assert texts == names


@pytest.mark.parametrize(
    ("scales", "n_marks"),
    [([0.0, 0.1, 1.0, 10.0], 1), ([0.1, 1.0, 10.0], 0), ([0.0, 1.0, 2.0], 0)],
)
def test_a_break_before_scale_0_is_marked(scales, n_marks):
    curve = pictured_curve(scales)
    ax = NoiseCurveDisplay.from_curve(curve).ax_
    NoiseCurveDisplay.from_curve(curve, ax=ax)
    marks = [text for text in ax.texts if text.get_text() == "//"]
    assert len(marks) == n_marks
    assert all(0 < mark.xy[0] < 0.1 for mark in marks)


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize("second_metric", [None, "neg_log_loss"])
def test_a_legend_stays_off_titles_other_panels_and_the_edge(layout, second_metric):
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 4), layout=layout)
    for ax in (left, right):
        NoiseCurveDisplay.from_curve(
            pictured_curve(), second_metric=second_metric, name=LONG_NAME, ax=ax
        )
        ax.set_title("a title")
    figure.canvas.draw()
    for ax, other in [(left, right), (right, left)]:
        (legend,) = [one.get_legend() for one in figure.axes if _has_legend_at(one, ax)]
        assert is_inside(legend, figure)
        box = legend.get_window_extent()
        assert not box.overlaps(ax.title.get_window_extent())
        assert not box.overlaps(other.get_window_extent())


def _has_legend_at(axes, ax):
    return axes.get_legend() and axes.get_subplotspec() is ax.get_subplotspec()


def test_a_title_is_broken_into_rows_and_stays_inside():
    title = f"{LONG_NAME}, {LONG_NAME}"
    display = NoiseCurveDisplay.from_curve(pictured_curve(), title=title)
    display.figure_.canvas.draw()
    assert display.ax_.get_title().replace("\n", " ") == title
    assert is_inside(display.ax_.title, display.figure_)


def test_there_is_no_title_unless_asked_for(curve):
    assert NoiseCurveDisplay.from_curve(curve).ax_.get_title() == ""


def test_a_composed_title_says_estimator_folds_and_samples():
    params = {"scales": [1.0], "cv": 2, "param_name": PARAM_NAME}
    display = NoiseCurveDisplay.from_estimator(PIPELINE, *IRIS, title=True, **params)
    words = display.ax_.get_title().replace("\n", " ")
    assert "GaussianNoiseTransformer, GaussianNB" in words
    assert "2 folds" in words


def test_a_composed_title_of_a_manifest_says_the_size_of_the_data(curve):
    data = {"fingerprint": "0", "n_samples": 300, "n_features": 64}
    manifest = {"estimator": "Pipeline(steps=[('nb', GaussianNB())])", "data": data}
    curve = dataclasses.replace(curve, manifest=manifest)
    title = NoiseCurveDisplay.from_curve(curve, title=True).ax_.get_title()
    assert title == "GaussianNB\n300 samples of 64 features, 3 folds"


def test_a_second_study_has_a_colour_and_a_name_of_its_own(curve):
    first = NoiseCurveDisplay.from_curve(curve, name="frozen")
    second = NoiseCurveDisplay.from_curve(
        pictured_curve([0.7, 1.0], drop=2), name="fresh", ax=first.ax_
    )
    assert len({line.get_color() for line in second.lines_}) == 1
    colors = {line.get_color() for line in first.lines_}
    assert second.lines_[0].get_color() not in colors
    assert legend_texts(first.ax_.get_legend()) == [
        "frozen, train",
        "frozen, validation (95 % interval)",
        "accuracy by chance",
        "fresh, train",
        "fresh, validation (95 % interval)",
    ]
    assert set(first.ax_.get_xticks()) == {0.5, 0.7, 1.0, 2.0}


def test_a_second_study_shares_the_axis_of_the_second_metric(curve):
    first = NoiseCurveDisplay.from_curve(curve, second_metric="neg_log_loss")
    second = NoiseCurveDisplay.from_curve(
        curve, second_metric="neg_log_loss", ax=first.ax_
    )
    assert second.second_ax_ is first.second_ax_


def test_line_options_pass_through(curve):
    options = {"line_kw": {"lw": 5, "c": "red"}, "fill_between_kw": {"alpha": 0.1}}
    display = NoiseCurveDisplay.from_curve(curve, **options)
    assert {line.get_linewidth() for line in display.lines_} == {5}
    assert {line.get_color() for line in display.lines_} == {"red"}
    assert display.ax_.collections[1].get_alpha() == 0.1


def test_a_curve_draws_itself(curve):
    display = curve.plot(metric="neg_log_loss", name="frozen")
    assert isinstance(display, NoiseCurveDisplay)
    assert display.ax_.get_ylabel() == "log loss"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"curve": [1]}, "curve must be a NoiseCurve, got list. noise_curve makes one"),
        ({"ax": plt}, "ax must be matplotlib Axes or None, got module"),
        ({"title": 3}, "The 'title' parameter of NoiseCurveDisplay.from_curve must be"),
    ],
)
def test_wrong_types_get_one_sentence(curve, wrong, message):
    with pytest.raises(TypeError, match=message):
        NoiseCurveDisplay.from_curve(**({"curve": curve} | wrong))


def test_the_axis_names_the_unit_of_the_scales():
    curve, unit = (
        curve_of([0.9, 0.8], scales=[1, 2]),
        "standard deviations of each column",
    )
    told = dataclasses.replace(curve, manifest={"unit": unit})
    for one, words in ((told, f"\n(in {unit})"), (curve, " (its standard deviation)")):
        display = NoiseCurveDisplay.from_curve(one)
        assert display.ax_.get_xlabel() == f"scale of the noise{words}"
    several = NoiseComparisonDisplay.from_curves({"a": told, "b": told})
    assert several.ax_.get_xlabel() == f"scale of the noise\n(in {unit})"
    mixed = NoiseComparisonDisplay.from_curves({"a": told, "b": curve})
    assert mixed.ax_.get_xlabel() == "scale of the noise (its standard deviation)"
