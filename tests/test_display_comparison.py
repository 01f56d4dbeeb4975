import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from curves import legend_texts
from pictures import pictured_curve

from skn_noise import NoiseComparisonDisplay
from skn_noise.results._compare import NoiseComparison


@pytest.fixture(scope="module")
def curves():
    return {"frozen": pictured_curve(), "clean": pictured_curve(drop=2)}


def test_each_curve_is_the_line_of_its_validation_means(curves):
    display = NoiseComparisonDisplay.from_curves(curves)
    assert [line.get_label() for line in display.lines_] == ["frozen", "clean"]
    for line, curve in zip(display.lines_, curves.values(), strict=True):
        means = curve.summary().query("split == 'validation' and metric == 'accuracy'")
        np.testing.assert_array_equal(line.get_xdata(), means["scale"])
        np.testing.assert_array_equal(line.get_ydata(), means["mean"])
    for look in ("get_color", "get_linestyle", "get_marker"):
        assert len({getattr(line, look)() for line in display.lines_}) == 2


def test_a_comparison_of_losses_has_their_natural_sign(curves):
    display = NoiseComparisonDisplay.from_curves(curves, metric="neg_log_loss")
    assert (display.frame["value"] > 0).all()
    assert display.ax_.get_ylabel() == "validation log loss"


def test_the_legend_names_interval_and_chance_once(curves):
    display = NoiseComparisonDisplay.from_curves(curves)
    texts = legend_texts(display.ax_.get_legend())
    assert texts == ["frozen", "clean", "accuracy by chance", "95 % interval"]


def test_the_tolerance_of_a_curve_is_marked_in_its_colour(curves):
    tolerances = {"clean": curves["clean"].tolerance(relative=0.9)}
    display = NoiseComparisonDisplay.from_curves(curves, tolerances=tolerances)
    texts = legend_texts(display.ax_.get_legend())
    (place,) = [text for text in texts if text.startswith("tolerance ")]
    (marked,) = [line for line in display.ax_.lines if line.get_label() == place]
    assert marked.get_color() == display.lines_[1].get_color()
    assert marked.get_xdata()[0] == tolerances["clean"].scale
    assert f"target {tolerances['clean'].target:.3g}" in texts


@pytest.mark.parametrize("n_curves", [0, 8])
def test_no_curves_or_too_many(curves, n_curves):
    many = dict.fromkeys(range(n_curves), curves["clean"])
    with pytest.raises(ValueError, match=f"1 to 7 noise curves, got {n_curves}"):
        NoiseComparisonDisplay.from_curves(many)


def test_no_curve_is_black_on_a_dark_ground(curves):
    with plt.style.context("dark_background"):
        many = {str(number): curves["clean"] for number in range(7)}
        display = NoiseComparisonDisplay.from_curves(many)
    assert display.lines_[3].get_color() == "white"


def test_one_of_the_curves_is_none(curves):
    with pytest.raises(TypeError, match=r"curves\['b'\] must be a result of .*got int"):
        NoiseComparisonDisplay.from_curves({"a": curves["clean"], "b": 3})


def comparison(metric="neg_log_loss", n_curves=1):
    rows = [
        (f"curve {i}", "frozen", scale, difference, difference - 0.1, difference + 0.2)
        for i in range(n_curves)
        for scale, difference in [(0.5, -0.1), (2.0, -0.3)]
    ]
    columns = ["curve", "reference", "scale", "difference", "lower", "upper"]
    differences = pd.DataFrame(rows, columns=columns)
    return NoiseComparison(metric, "frozen", differences, pd.DataFrame(), None, 0.9)


def test_differences_are_drawn_with_the_natural_sign_of_the_metric():
    display = NoiseComparisonDisplay.from_comparison(comparison())
    (line,) = display.lines_
    np.testing.assert_array_equal(line.get_ydata(), [0.1, 0.3])
    np.testing.assert_allclose(display.frame["lower"], [-0.1, 0.1])
    np.testing.assert_allclose(display.frame["upper"], [0.2, 0.4])
    assert display.ax_.get_ylabel() == "difference in validation log loss"
    texts = legend_texts(display.ax_.get_legend())
    assert texts == ["frozen (reference)", "curve 0", "90 % interval"]


def test_a_curve_looks_as_in_the_picture_of_scores(curves):
    scores = NoiseComparisonDisplay.from_curves(curves).lines_
    differences = NoiseComparisonDisplay.from_comparison(comparison()).lines_
    assert scores[1].get_color() == differences[0].get_color()


def test_more_differences_than_styles_are_all_drawn():
    display = NoiseComparisonDisplay.from_comparison(comparison(n_curves=9))
    assert len(display.lines_) == 9
