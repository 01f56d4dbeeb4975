import dataclasses

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from curves import legend_texts
from pictures import pictured_curve

from skn_noise import NoiseComparisonDisplay


def labels(handles):
    return [handle.get_label() for handle in handles]


@pytest.fixture
def curves():
    return {"frozen": pictured_curve(), "clean": pictured_curve(drop=2)}


def test_each_curve_is_the_line_of_its_validation_means(curves):
    display = NoiseComparisonDisplay.from_curves(curves)
    for line, curve in zip(display.lines_, curves.values(), strict=True):
        means = curve.summary().query("split == 'validation' and metric == 'accuracy'")
        np.testing.assert_array_equal(line.get_xdata(), means["scale"])
        np.testing.assert_array_equal(line.get_ydata(), means["mean"])


def test_curves_keep_their_order_and_look_different(curves):
    reverse = dict(reversed(curves.items()))
    lines = NoiseComparisonDisplay.from_curves(reverse).lines_
    assert labels(lines) == ["clean", "frozen"]
    for look in ("get_color", "get_linestyle", "get_marker"):
        assert len({getattr(line, look)() for line in lines}) == 2


def test_a_comparison_of_losses_has_their_natural_sign(curves):
    display = NoiseComparisonDisplay.from_curves(curves, metric="neg_log_loss")
    assert (display.frame()["value"] > 0).all()
    assert display.ax_.get_ylabel() == "validation log loss"


def test_a_comparison_draws_chance_if_all_curves_have_the_same(curves):
    display = NoiseComparisonDisplay.from_curves(curves)
    assert display.chance_level == 0.1
    assert "accuracy by chance" in legend_texts(display.ax_.get_legend())


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


def test_a_second_comparison_goes_on_with_other_colours(curves):
    first = NoiseComparisonDisplay.from_curves({"frozen": curves["frozen"]})
    second = NoiseComparisonDisplay.from_curves(
        {"clean": curves["clean"]}, ax=first.ax_
    )
    assert second.lines_[0].get_color() != first.lines_[0].get_color()
    assert legend_texts(first.ax_.get_legend()) == [
        "frozen",
        "clean",
        "95 % interval",
        "accuracy by chance",
    ]


def test_one_of_the_curves_is_none(curves):
    with pytest.raises(
        TypeError, match=r"curves\['b'\] must be a NoiseCurve, .*got int"
    ):
        NoiseComparisonDisplay.from_curves({"a": curves["clean"], "b": 3})


def test_a_composed_title_names_only_what_all_curves_share(curves):
    data = {"n_samples": 300, "n_features": 64}
    manifests = {
        name: {"estimator": f"Pipeline([('c', {name}())])", "data": data}
        for name in ("GaussianNB", "SVC")
    }
    curve = curves["frozen"]
    different = {
        name: dataclasses.replace(curve, manifest=manifest)
        for name, manifest in manifests.items()
    }
    same = {"a": different["SVC"], "b": different["SVC"]}
    titles = [
        NoiseComparisonDisplay.from_curves(some, title=True).title
        for some in (different, same)
    ]
    size = "300 samples of 64 features, 3 folds"
    assert titles == [size, f"SVC\n{size}"]


@pytest.fixture
def comparison():
    compare = pytest.importorskip("skn_noise.results._compare")
    differences = pd.DataFrame(
        {
            "curve": "clean",
            "reference": "frozen",
            "scale": [0.5, 2.0],
            "difference": [-0.1, -0.3],
            "lower": [-0.2, -0.5],
            "upper": [0.1, -0.2],
            "p_value": 0.01,
            "p_adjusted": 0.02,
            "n": 3,
            "method": "by hand",
        }
    )
    return compare.NoiseComparison(
        metric="neg_log_loss",
        reference="frozen",
        differences=differences,
        tolerances=pd.DataFrame(),
        target=None,
        confidence=0.9,
    )


def test_differences_are_drawn_with_the_natural_sign_of_the_metric(comparison):
    display = NoiseComparisonDisplay.from_comparison(comparison)
    (line,) = display.lines_
    np.testing.assert_array_equal(line.get_ydata(), [0.1, 0.3])
    frame = display.frame()
    np.testing.assert_array_equal(frame["lower"], [-0.1, 0.2])
    np.testing.assert_array_equal(frame["upper"], [0.2, 0.5])
    assert display.ax_.get_ylabel() == "difference in validation\nlog loss"
    assert legend_texts(display.ax_.get_legend()) == [
        "clean",
        "90 % interval",
        "frozen (reference)",
    ]
