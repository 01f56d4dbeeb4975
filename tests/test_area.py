import numpy as np
import pytest
from curves import REFERENCE, curve_of, curve_of_results
from hypothesis import given
from hypothesis import strategies as st
from per_sample import noisy, predicted_curve
from sklearn.linear_model import LogisticRegression

from skn_noise import compare_curves

FOLDS = [[[1, 1, 1, 1, 0]] * 2 + [[1, 0, 1, 1, 0]], [[1, 1, 0, 1, 1]] * 3]
OTHERS = [[[1, 1, 1, 0, 0]] * 3, [[1, 1, 0, 1, 1]] * 2 + [[0, 0, 0, 1, 1]]]


@pytest.mark.parametrize(
    ("axis", "scales", "expected"),
    [
        ("linear", [0, 1, 4], (0.8 * 1 + 0.4 * 3) / 4),
        ("log", [1, 2, 8], (0.8 * 1 + 0.4 * 2) / 3),
        ("log", [8, 2, 1], (0.4 * 1 + 0.8 * 2) / 3),  # in any order
    ],
)
def test_the_area_is_that_of_trapezoids_over_the_range(axis, scales, expected):
    area = curve_of([1.0, 0.6, 0.2], scales=scales, metric="f1").area(axis)
    assert area.mean == pytest.approx(expected)
    assert (area.smallest_scale, area.largest_scale) == (min(scales), max(scales))


@given(
    value=st.floats(0, 1),
    scales=st.lists(st.floats(0.01, 100), min_size=2, max_size=6, unique=True),
    axis=st.sampled_from(["log", "linear"]),
)
def test_the_area_of_a_constant_curve_is_the_constant(value, scales, axis):
    curve = curve_of([value] * len(scales), scales=scales)
    assert curve.area(axis).mean == pytest.approx(value)


@pytest.mark.parametrize("folds", [FOLDS, [[[0] * 5] * 2 + [[0, 1, 0, 0, 0]]] * 2])
def test_bounds_of_an_accuracy_stay_between_0_and_1(folds):
    area = curve_of_results(*folds, scales=[1, 2, 4]).area("log")
    assert 0 <= area.lower < area.mean < area.upper <= 1


def test_the_interval_of_equal_results_at_all_scales_is_that_of_one_scale():
    curve = curve_of_results(
        *[[row] * 2 for row in np.arange(60).reshape(2, 30) % 4 > 0], scales=[1, 2]
    )
    area, one = curve.area("log"), curve.summary().iloc[0]
    assert area.method == "log"
    # The accuracy of one scale has Wilson's interval, the area that of a mean loss.
    assert (area.lower, area.upper) == pytest.approx((one.lower, one.upper), abs=0.03)


def test_a_log_loss_has_an_area_with_an_interval(digits):
    classifier = LogisticRegression(max_iter=500)
    curve = predicted_curve(noisy(classifier), *digits, scales=(0.5, 1))
    area = curve.area("linear", metric="neg_log_loss")
    assert area.method == "log"
    assert area.lower < area.mean < area.upper < 0


def test_without_predictions_the_interval_is_that_of_the_folds():
    area = curve_of(REFERENCE, [score - 0.01 for score in REFERENCE]).area("log")
    assert area.method == "t"
    assert 0 <= area.lower < area.mean < area.upper <= 1


def test_a_fold_that_failed_at_one_scale_is_left_out_at_all():
    area = curve_of([0.9, 0.8], [0.5, np.nan], scales=[1, 2]).area("log")
    assert (area.mean, area.n) == (pytest.approx(0.85), 1)


def test_the_sentence_names_range_axis_and_interval():
    curve = curve_of([-1.0, -2.0], [-1.1, -2.2], scales=[1, 2], metric="neg_log_loss")
    text = str(curve.area("log", confidence=0.9))
    assert text.startswith("mean log loss over scales 1 to 2, on a log axis, is 1.575 ")
    assert "(90 % interval: " in text


@pytest.mark.parametrize(
    ("scales", "axis", "message"),
    [
        ([0, 1], "log", "axis='log' needs scales above 0"),
        ([0, 1], "cubic", "axis must be 'log' or 'linear', got 'cubic'"),
        ([1], "log", "needs validation scores at two scales"),
    ],
)
def test_an_area_that_cannot_be_computed_is_refused(scales, axis, message):
    curve = curve_of([0.9] * len(scales), scales=scales)
    with pytest.raises(ValueError, match=message):
        curve.area(axis)


def test_areas_are_compared_on_the_same_samples():
    curves = {
        name: curve_of_results(*folds, scales=[1, 2, 4])
        for name, folds in {"first": FOLDS, "other": OTHERS}.items()
    }
    comparison = compare_curves(curves, area="log")
    row = comparison.areas.iloc[0]
    means = [curve.area("log").mean for curve in curves.values()]
    assert row["difference"] == pytest.approx(means[1] - means[0])
    assert row["method"] == "mover"
    assert -1 <= row["lower"] < row["difference"] < row["upper"] <= 1
    assert "other: mean accuracy over scales 1 to 4, on a log axis" in str(comparison)


def test_areas_over_other_ranges_are_not_compared():
    curves = {
        name: curve_of([0.9, 0.8], scales=scales)
        for name, scales in {"first": [1, 2], "other": [1, 4]}.items()
    }
    with pytest.raises(ValueError, match="curves of the same scales"):
        compare_curves(curves, area="log")
