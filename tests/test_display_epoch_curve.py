import numpy as np
import pandas as pd
import pytest
from pictures import is_inside, overlaps, pictured_curve, pictured_epochs

from skn_noise import EpochCurveDisplay, NoiseCurve


@pytest.fixture(scope="module")
def tracked():
    return pictured_epochs()


def lines(panel, are_means):
    """Return the lines of the means, or of the folds, which have no label."""
    return [
        line for line in panel.lines if line.get_label().startswith("_") != are_means
    ]


def of_epochs(curve, epochs, **params):
    curve = NoiseCurve(curve.scores, epochs=epochs, **params)
    return EpochCurveDisplay.from_curve(curve)


def test_a_panel_a_scale(tracked):
    display = EpochCurveDisplay.from_curve(tracked, metric="loss")
    titles = [panel.get_title() for panel in display.axes_]
    assert titles == ["scale 0.5", "scale 2"]
    assert [panel.get_xlabel() for panel in display.axes_] == ["epoch"] * 2
    assert display.figure_.get_supylabel() == "loss"


def test_the_unit_of_the_scales_is_named(tracked):
    display = of_epochs(tracked, tracked.epochs, manifest={"unit": "grey levels"})
    assert display.figure_.get_suptitle() == "scale of the noise (in grey levels)"


def test_strong_lines_are_the_means_and_thin_lines_the_folds_of_the_frame(tracked):
    display = EpochCurveDisplay.from_curve(tracked)
    means = [line for panel in display.axes_ for line in lines(panel, True)]
    folds = [line for panel in display.axes_ for line in lines(panel, False)]
    assert means == display.lines_
    drawn = display.frame.groupby(["scale", "split", "epoch"])["value"].mean()
    for line, (_, values) in zip(means, drawn.groupby(["scale", "split"]), strict=True):
        np.testing.assert_allclose(line.get_ydata(), values)
    drawn = display.frame.groupby(["scale", "split", "fold"])
    for line, (_, series) in zip(folds, drawn, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), series["epoch"])
        np.testing.assert_array_equal(line.get_ydata(), series["value"])


def test_mean_ends_where_the_first_fold_ends(tracked):
    epochs = tracked.epochs.query("not (scale == 0.5 and fold == 1 and epoch == 3)")
    display = of_epochs(tracked, epochs)
    stopped, full = display.lines_[0], display.lines_[2]
    np.testing.assert_array_equal(np.isnan(stopped.get_ydata()), [False, False, True])
    assert np.isfinite(full.get_ydata()).all()


def test_every_epoch_is_in_view_though_the_last_panel_stopped_early(tracked):
    display = of_epochs(tracked, tracked.epochs.query("not (scale == 2 and epoch > 1)"))
    assert display.axes_[0].get_xlim()[1] > 3


@pytest.mark.parametrize("n_epochs", [1, 3])
def test_ticks_are_whole_epochs(tracked, n_epochs):
    display = of_epochs(tracked, tracked.epochs.query("epoch <= @n_epochs"))
    left, right = display.axes_[0].get_xlim()
    ticks = [tick for tick in display.axes_[0].get_xticks() if left < tick < right]
    assert ticks == list(range(1, n_epochs + 1))


def test_many_scales_make_a_grid_with_ticks_below_each_column():
    display = EpochCurveDisplay.from_curve(pictured_epochs(range(1, 8), 1, 2))
    display.figure_.draw_without_rendering()
    panels = display.axes_
    assert display.figure_.axes == [*panels]
    ticks = [panel.xaxis.get_major_ticks()[0] for panel in panels]
    are_labelled = [tick.label1.get_visible() for tick in ticks]
    assert are_labelled == [False] * 4 + [True] * 3
    labels = [panel.xaxis.label for panel in panels if panel.get_xlabel()]
    (legend,) = display.figure_.legends
    assert not overlaps([panel.title for panel in panels] + [*labels, legend])
    assert is_inside(legend, display.figure_)


def test_a_curve_without_epochs():
    with pytest.raises(ValueError, match="no epochs; pass track_epochs=True"):
        EpochCurveDisplay.from_curve(pictured_curve())


def test_line_options_pass_through(tracked):
    display = EpochCurveDisplay.from_curve(tracked, line_kw={"lw": 3})
    assert {line.get_linewidth() for line in display.lines_} == {3}


def test_repeats_of_a_fold_are_lines_of_their_own(tracked):
    epochs = [tracked.epochs.assign(repeat=repeat) for repeat in range(2)]
    display = of_epochs(tracked, pd.concat(epochs, ignore_index=True))
    assert len(lines(display.axes_[0], False)) == 2 * 2 * 2
