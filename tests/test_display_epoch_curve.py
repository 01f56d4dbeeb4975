import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from curves import legend_texts
from pictures import LONG_NAME, is_inside, overlaps, pictured_curve, pictured_epochs

from skn_noise import EpochCurveDisplay, NoiseCurve


@pytest.fixture
def curve():
    return pictured_curve()


@pytest.fixture
def tracked():
    return pictured_epochs()


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


def test_thin_lines_are_the_folds_of_the_frame(tracked):
    display = EpochCurveDisplay.from_curve(tracked)
    folds = display.frame().groupby(["scale", "split", "fold"])
    lines = [line for panel in display.axes_ for line in fold_lines(panel)]
    for line, (_, series) in zip(lines, folds, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), series["epoch"])
        np.testing.assert_array_equal(line.get_ydata(), series["value"])


def test_mean_ends_where_the_first_fold_ends(tracked):
    epochs = tracked.epochs.query("not (scale == 0.5 and fold == 1 and epoch == 3)")
    display = EpochCurveDisplay.from_curve(NoiseCurve(tracked.scores, epochs=epochs))
    stopped, full = display.lines_[0], display.lines_[2]
    np.testing.assert_array_equal(np.isnan(stopped.get_ydata()), [False, False, True])
    assert np.isfinite(full.get_ydata()).all()


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


def test_the_metric_is_named_once_and_epochs_below_their_ticks(tracked):
    display = EpochCurveDisplay.from_curve(tracked, metric="loss")
    assert [panel.get_xlabel() for panel in display.axes_] == ["epoch"] * 2
    assert display.figure_.get_supylabel() == "loss"


def test_many_scales_make_a_grid_with_ticks_below_each_column(tracked):
    display = EpochCurveDisplay.from_curve(of_scales(tracked, range(1, 8)))
    assert display.axes_.shape == (7,)
    assert display.figure_.axes == [*display.axes_]
    ticks = [panel.xaxis.get_major_ticks()[0] for panel in display.axes_]
    are_labelled = [tick.label1.get_visible() for tick in ticks]
    assert are_labelled == [False] * 3 + [True] * 4


def test_axes_given_are_named_where_they_have_tick_labels(tracked):
    _, axes = plt.subplots(2, 2, sharex=True, sharey=True)
    for row in axes:
        EpochCurveDisplay.from_curve(tracked, ax=row)
    assert [ax.get_xlabel() for ax in axes.flat] == ["", "", "epoch", "epoch"]
    assert [ax.get_ylabel() for ax in axes.flat] == ["accuracy", ""] * 2


def test_as_many_axes_as_scales(tracked):
    _, axes = plt.subplots(1, 3)
    with pytest.raises(ValueError, match="2 Axes, one for each scale; got 3"):
        EpochCurveDisplay.from_curve(tracked, ax=axes)


def test_a_curve_without_epochs(curve):
    with pytest.raises(ValueError, match="no epochs; pass track_epochs=True"):
        EpochCurveDisplay.from_curve(curve)


def test_a_second_study_of_epochs_has_a_colour_of_its_own(tracked):
    first = EpochCurveDisplay.from_curve(tracked, name="frozen")
    second = EpochCurveDisplay.from_curve(
        tracked, name="fresh", ax=first.axes_, line_kw={"lw": 3}
    )
    colors = {line.get_color() for line in first.lines_}
    assert second.lines_[0].get_color() not in colors
    assert {line.get_linewidth() for line in second.lines_} == {3}
    assert len(legend_texts(first.axes_[1].get_legend())) == 4


def test_repeats_of_a_fold_are_lines_of_their_own(tracked):
    epochs = [tracked.epochs.assign(repeat=repeat) for repeat in range(2)]
    scores = [tracked.scores.assign(repeat=repeat) for repeat in range(2)]
    curve = NoiseCurve(pd.concat(scores), epochs=pd.concat(epochs, ignore_index=True))
    display = EpochCurveDisplay.from_curve(curve)
    assert len(fold_lines(display.axes_[0])) == 2 * 2 * 2


def test_titles_legend_and_names_of_epochs_do_not_overlap():
    epochs = pictured_epochs(np.geomspace(0.1, 4, 7))
    display = EpochCurveDisplay.from_curve(epochs, title="a title", name=LONG_NAME)
    display.figure_.canvas.draw()
    panels = display.axes_
    lowest = [panel.xaxis.label for panel in panels if panel.get_xlabel()]
    (legend,) = display.figure_.legends
    texts = [panel.title for panel in panels] + lowest
    assert not overlaps([*texts, legend, display.figure_._suptitle])
    assert is_inside(legend, display.figure_)


@pytest.mark.parametrize("ax", ["no Axes", ["left", "right"]])
def test_axes_of_epochs_of_the_wrong_type(tracked, ax):
    with pytest.raises(TypeError, match="ax must be matplotlib Axes or None, got str"):
        EpochCurveDisplay.from_curve(tracked, ax=ax)
