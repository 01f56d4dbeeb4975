import itertools

import numpy as np
import pandas as pd
import pytest
from pictures import overlaps, pictured_curve, tick_labels

from skn_noise import ClassRecallDisplay, NoiseCurve


@pytest.fixture
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
    np.testing.assert_allclose(display.frame(), [[1, 1], [2 / 3] * 2, [2 / 3] * 2])
    np.testing.assert_array_equal(display.im_.get_array(), display.frame())
    assert display.text_[1, 0].get_text() == "0.667"


def test_rows_are_classes_and_columns_are_scales(curve):
    ax = ClassRecallDisplay.from_curve(curve).ax_
    assert [label.get_text() for label in tick_labels(ax.yaxis)] == ["0", "1", "2"]
    assert [label.get_text() for label in tick_labels(ax.xaxis)] == ["1", "2"]


def test_classes_can_be_chosen(curve):
    frame = ClassRecallDisplay.from_curve(curve, classes=[2]).frame()
    assert frame.index.tolist() == [2]


def test_intervals_of_recalls_are_written_on_demand(curve):
    display = ClassRecallDisplay.from_curve(curve, interval=True)
    bounds = display.frame()[["lower", "upper"]].loc[1].to_numpy()
    text = display.text_[1, 0].get_text()
    assert text == f"0.667\n{bounds[0]:.3f} to {bounds[2]:.3f}"


def test_names_of_many_classes_do_not_overlap(curve):
    names = curve.predictions["sample"].map("class number {}".format)
    many = curve.predictions.assign(target=names, prediction=names)
    display = ClassRecallDisplay.from_curve(
        NoiseCurve(curve.scores, predictions=many), title="a title"
    )
    display.figure_.canvas.draw()
    assert not overlaps(tick_labels(display.ax_.yaxis))


def test_recalls_of_a_curve_without_predictions():
    with pytest.raises(ValueError, match="return_predictions=True"):
        ClassRecallDisplay.from_curve(pictured_curve())


def test_recalls_of_what_is_no_curve():
    with pytest.raises(TypeError, match="curve must be a NoiseCurve, got int"):
        ClassRecallDisplay.from_curve(3)
