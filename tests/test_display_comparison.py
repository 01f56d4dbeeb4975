import matplotlib.pyplot as plt
import numpy as np
import pytest
from curves import legend_texts

from skn_noise import NoiseComparisonDisplay, noise_curve

SCALES = [0.5, 1.0, 2.0]


def labels(handles):
    return [handle.get_label() for handle in handles]


@pytest.fixture
def curves(quick_pipeline, digits):
    return {
        training: noise_curve(
            quick_pipeline, *digits, scales=SCALES, training=training, cv=3
        )
        for training in ("frozen", "clean")
    }


def test_each_curve_is_the_line_of_its_validation_means(curves):
    display = NoiseComparisonDisplay.from_curves(curves)
    for line, curve in zip(display.lines_, curves.values(), strict=True):
        means = curve.summary().query("split == 'validation' and metric == 'accuracy'")
        np.testing.assert_array_equal(line.get_xdata(), means["scale"])
        np.testing.assert_array_equal(line.get_ydata(), means["mean"])


def test_the_frame_of_a_comparison_is_what_is_drawn(curves):
    frame = NoiseComparisonDisplay.from_curves(curves).frame()
    assert list(frame) == [
        "curve",
        "metric",
        "split",
        "scale",
        "fold",
        "value",
        "mean",
        "lower",
        "upper",
    ]
    assert len(frame) == 2 * 3 * 3
    assert set(frame["split"]) == {"validation"}


def test_curves_keep_their_order_and_look_different(curves):
    reverse = dict(reversed(curves.items()))
    lines = NoiseComparisonDisplay.from_curves(reverse).lines_
    assert labels(lines) == ["clean (95 % interval)", "frozen (95 % interval)"]
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


def test_a_comparison_is_drawn_on_given_axes(curves):
    _, ax = plt.subplots()
    assert NoiseComparisonDisplay.from_curves(curves, ax=ax).ax_ is ax


def test_curves_without_the_metric(curves):
    with pytest.raises(ValueError, match="no metric 'f1'; there are"):
        NoiseComparisonDisplay.from_curves(curves, metric="f1")


@pytest.mark.parametrize("n_curves", [0, 8])
def test_no_curves_or_too_many(curves, n_curves):
    many = dict.fromkeys(range(n_curves), curves["clean"])
    with pytest.raises(ValueError, match=f"1 to 7 noise curves.*got {n_curves}"):
        NoiseComparisonDisplay.from_curves(many)
