import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import ShuffleSplit

from skn_noise import (
    EpochCurveDisplay,
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


@pytest.fixture
def holdout_curve(quick_pipeline, digits):
    holdout = ShuffleSplit(1, test_size=0.3, random_state=0)
    return noise_curve(quick_pipeline, *digits, scales=[0.5, 2.0], cv=holdout)


def legend_texts(legend):
    return [text.get_text() for text in legend.get_texts()]


def drawn_heights(band):
    (path,) = band.get_paths()
    return path.vertices[:, 1]


# --- curve ----------------------------------------------------------------------------


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


# --- epochs ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tracked(digits):
    pipeline = make_noise_pipeline(
        hidden_layer_sizes=(16,), epochs=3, batch_size=32, random_state=0
    )
    return noise_curve(pipeline, *digits, scales=[2.0, 0.5], cv=2, track_epochs=True)


def of_scales(curve, scales):
    """Return a curve with the epochs of the first scale at each of `scales`."""
    epochs = curve.epochs[curve.epochs["scale"] == curve.epochs["scale"].iloc[0]]
    frames = [epochs.assign(scale=scale) for scale in scales]
    return NoiseCurve(curve.scores, epochs=pd.concat(frames))


def mean_lines(panel):
    return [line for line in panel.lines if not line.get_label().startswith("_")]


def fold_lines(panel):
    return [line for line in panel.lines if line.get_label().startswith("_")]


def test_a_panel_a_scale(tracked):
    display = EpochCurveDisplay.from_curve(tracked)
    titles = [panel.get_title() for panel in display.axes_]
    assert titles == ["scale 0.5", "scale 2"]


def test_strong_lines_are_the_means_of_the_frame(tracked):
    display = EpochCurveDisplay.from_curve(tracked)
    means = display.frame().groupby(["scale", "split"])
    lines = [line for panel in display.axes_ for line in mean_lines(panel)]
    for line, (_, series) in zip(lines, means, strict=True):
        drawn = series.groupby("epoch")["value"].mean()
        np.testing.assert_array_equal(line.get_xdata(), drawn.index)
        np.testing.assert_allclose(line.get_ydata(), drawn)
        assert set(line.get_ydata()) == set(series["mean"])


def test_lines_are_the_means_panel_by_panel(tracked):
    display = EpochCurveDisplay.from_curve(tracked)
    assert [line.axes for line in display.lines_] == [*display.axes_.repeat(2)]
    labels = [line.get_label() for line in display.lines_]
    assert labels == ["train", "validation"] * 2


def test_thin_lines_are_the_folds_of_the_frame(tracked):
    display = EpochCurveDisplay.from_curve(tracked)
    folds = display.frame().groupby(["scale", "split", "fold"])
    lines = [line for panel in display.axes_ for line in fold_lines(panel)]
    for line, (_, series) in zip(lines, folds, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), series["epoch"])
        np.testing.assert_array_equal(line.get_ydata(), series["value"])


def test_frame_holds_the_epochs_of_the_metric(tracked):
    frame = EpochCurveDisplay.from_curve(tracked, metric="loss").frame()
    loss = tracked.epochs.query("metric == 'loss'").reset_index(drop=True)
    pd.testing.assert_frame_equal(frame[list(loss)], loss)


def test_one_fold_has_no_thin_lines(tracked):
    epochs = tracked.epochs.query("fold == 0")
    display = EpochCurveDisplay.from_curve(NoiseCurve(tracked.scores, epochs=epochs))
    assert [len(panel.lines) for panel in display.axes_] == [2, 2]


def test_mean_ends_where_the_first_fold_ends(tracked):
    epochs = tracked.epochs.query("not (scale == 0.5 and fold == 1 and epoch == 3)")
    display = EpochCurveDisplay.from_curve(NoiseCurve(tracked.scores, epochs=epochs))
    stopped, full = display.lines_[0], display.lines_[2]
    np.testing.assert_array_equal(np.isnan(stopped.get_ydata()), [False, False, True])
    assert np.isfinite(full.get_ydata()).all()


def test_panels_share_their_axes(tracked):
    display = EpochCurveDisplay.from_curve(tracked)
    left, right = display.axes_
    assert left.get_ylim() == right.get_ylim()
    assert left.get_xlim() == right.get_xlim()


def test_every_epoch_is_in_view_though_the_last_panel_stopped_early(tracked):
    epochs = tracked.epochs.query("not (scale == 2 and epoch > 1)")
    display = EpochCurveDisplay.from_curve(NoiseCurve(tracked.scores, epochs=epochs))
    assert display.axes_[0].get_xlim()[1] > 3


@pytest.mark.parametrize("n_epochs", [1, 3])
def test_ticks_are_whole_epochs(tracked, n_epochs):
    epochs = tracked.epochs.query("epoch <= @n_epochs")
    display = EpochCurveDisplay.from_curve(NoiseCurve(tracked.scores, epochs=epochs))
    left, right = display.axes_[0].get_xlim()
    ticks = [tick for tick in display.axes_[0].get_xticks() if left < tick < right]
    assert ticks == list(range(1, n_epochs + 1))


def test_epoch_axes_are_named_once(tracked):
    display = EpochCurveDisplay.from_curve(tracked, metric="loss")
    assert display.figure_.get_supxlabel() == "epoch"
    assert display.figure_.get_supylabel() == "loss"


def test_one_legend_off_the_panels(tracked):
    display = EpochCurveDisplay.from_curve(tracked)
    display.figure_.canvas.draw()
    (legend,) = display.figure_.legends
    assert legend_texts(legend) == ["train", "validation"]
    assert not any(
        legend.get_window_extent().overlaps(panel.get_tightbbox())
        for panel in display.axes_
    )


def test_many_scales_make_a_grid_with_ticks_below_each_column(tracked):
    display = EpochCurveDisplay.from_curve(of_scales(tracked, range(1, 8)))
    assert display.axes_.shape == (7,)
    assert display.figure_.axes == [*display.axes_]
    ticks = [panel.xaxis.get_major_ticks()[0] for panel in display.axes_]
    are_labelled = [tick.label1.get_visible() for tick in ticks]
    assert are_labelled == [False] * 3 + [True] * 4


def test_panels_take_the_place_of_the_axes_given(tracked):
    figure, (above, below) = plt.subplots(2, layout="constrained")
    display = EpochCurveDisplay.from_curve(tracked, ax=below)
    figure.canvas.draw()
    assert display.figure_ is figure
    assert not below.axison
    for panel in display.axes_:
        assert panel.get_tightbbox().y1 < above.get_tightbbox().y0


def test_axes_that_panels_replaced_are_not_drawn_on_again(tracked):
    _, ax = plt.subplots()
    display = EpochCurveDisplay.from_curve(tracked, ax=ax)
    with pytest.raises(ValueError, match="Pass another Axes"):
        display.plot(ax=ax)


def test_panels_are_the_axes_given(tracked):
    figure, axes = plt.subplots(2, 2)
    display = EpochCurveDisplay.from_curve(tracked, ax=axes[1])
    assert [*display.axes_] == [*axes[1]]
    assert display.figure_ is figure
    assert len(axes[0, 0].lines) == 0


def test_axes_given_are_named_where_they_have_tick_labels(tracked):
    _, axes = plt.subplots(2, 2, sharex=True, sharey=True)
    for row in axes:
        EpochCurveDisplay.from_curve(tracked, ax=row)
    assert [ax.get_xlabel() for ax in axes.flat] == ["", "", "epoch", "epoch"]
    assert [ax.get_ylabel() for ax in axes.flat] == ["accuracy", ""] * 2


def test_axes_given_have_one_legend(tracked):
    figure, axes = plt.subplots(1, 2)
    EpochCurveDisplay.from_curve(tracked, ax=axes)
    assert legend_texts(axes[1].get_legend()) == ["train", "validation"]
    assert axes[0].get_legend() is None
    assert figure.legends == []


def test_as_many_axes_as_scales(tracked):
    _, axes = plt.subplots(1, 3)
    with pytest.raises(ValueError, match="2, one for each scale; got 3"):
        EpochCurveDisplay.from_curve(tracked, ax=axes)


def test_epoch_plot_returns_self(tracked):
    display = EpochCurveDisplay.from_curve(tracked)
    assert display.plot() is display


def test_epochs_from_estimator_equal_those_from_curve(small_mlp_pipeline, digits):
    params = {"scales": [1.0], "cv": 2}
    display = EpochCurveDisplay.from_estimator(
        small_mlp_pipeline, *digits, metric="loss", **params
    )
    curve = noise_curve(small_mlp_pipeline, *digits, track_epochs=True, **params)
    pd.testing.assert_frame_equal(
        display.frame(), EpochCurveDisplay.from_curve(curve, metric="loss").frame()
    )


def test_a_curve_without_epochs(curve):
    with pytest.raises(ValueError, match="no epochs; pass track_epochs=True"):
        EpochCurveDisplay.from_curve(curve)


def test_epochs_without_the_metric(tracked):
    with pytest.raises(ValueError, match=r"no metric 'f1'; there are .*accuracy"):
        EpochCurveDisplay.from_curve(tracked, metric="f1")


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
