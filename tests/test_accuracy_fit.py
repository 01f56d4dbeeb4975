import warnings

import numpy as np
import pytest
from curves import REFERENCE, SCALES, curve_of
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, kstest

from skn_noise import AccuracyFit, fit_accuracy


def test_the_fit_of_the_reference_table():
    fit = curve_of(REFERENCE, n_validation=10_000).fit_accuracy()
    assert fit.chance == 0.1
    assert fit.lapse == pytest.approx(0.018, abs=5e-4)
    assert fit.threshold == pytest.approx(5.83, abs=5e-3)
    assert fit.slope == pytest.approx(2.02, abs=5e-3)


@given(st.floats(0, 0.2), st.floats(0.7, 3), st.floats(0.7, 4))
def test_the_fit_finds_the_parameters_of_its_own_curve(lapse, threshold, slope):
    truth = AccuracyFit(0.1, lapse, threshold, slope)
    scales, n = np.array([0.1, 0.5, 1.0, 1.5, 2.0, 4.0]), 10**9
    n_correct = np.round(truth.predict(scales) * n)
    fit = fit_accuracy(scales, n_correct, np.full(6, n), n_classes=10)
    assert fit.predict(scales) == pytest.approx(truth.predict(scales), abs=1e-4)


def test_folds_are_fitted_together():
    better, worse = [0.98, 0.9, 0.7, 0.3], [0.94, 0.8, 0.6, 0.2]
    mean = np.mean([better, worse], axis=0)
    scales = [0.5, 1, 2, 4]
    together, fit = (
        curve_of(*folds, scales=scales).fit_accuracy()
        for folds in ([better, worse], [mean])
    )
    assert together[:4] == pytest.approx(fit[:4])
    assert together.deviance == pytest.approx(2 * fit.deviance)  # of twice the samples


def test_the_fit_inverts_its_prediction():
    fit = AccuracyFit(0.1, 0.02, 3.0, 2.0)
    assert fit.predict(fit.tolerance(0.7)) == pytest.approx(0.7)
    assert fit.tolerance(0.1) == np.inf
    assert fit.tolerance(0.99) == -np.inf


def test_accuracies_fall_from_the_lapse_to_chance_without_a_warning():
    fit = AccuracyFit(0.1, 0.02, 3.0, 2.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        accuracies = fit.predict([0, 3, 1e300])
    assert accuracies.tolist() == pytest.approx([0.98, 0.1 + 0.88 / np.e, 0.1])
    assert fit.tolerance(0.98) == 0


def test_scale_0_and_scales_near_it_are_fitted():
    n_correct = np.round(1e6 * AccuracyFit(0.1, 0.02, 3.0, 2.0).predict([0, 2, 4, 6]))
    for unit in (1e-140, 1, 1e100):
        scales = np.multiply([0, 2, 4, 6], unit)
        fit = fit_accuracy(scales, n_correct, [1e6] * 4, n_classes=10)
        assert fit[:4] == pytest.approx((0.1, 0.02, 3 * unit, 2), rel=1e-2)


def test_counts_that_cannot_be():
    with pytest.raises(ValueError, match="between 0 and n_samples"):
        fit_accuracy([1, 2, 3], [9, 9, 11], [10, 10, 10], n_classes=2)
    with pytest.raises(ValueError, match="same length"):
        fit_accuracy([1, 2, 3], [9, 9], [10, 10], n_classes=2)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_classes": 1}, "n_classes must be a whole number, 2 or more, got 1"),
        ({"n_classes": 2.5}, "n_classes"),
        ({"n_classes": "10"}, "n_classes"),
        ({"n_repeats": 0}, "n_repeats must be a finite number above 0, got 0"),
        ({"n_repeats": np.inf}, "n_repeats"),
        ({"n_repeats": np.nan}, "n_repeats"),
        ({"n_repeats": None}, "n_repeats"),
        ({"scales": [-1, 1, 2]}, "scales must not be negative, .*got"),
        ({"scales": [1, 2, np.inf]}, "scales must be one list of finite numbers"),
        ({"scales": [1, 2, 10**400]}, "scales"),
        ({"scales": [1, 2, 2]}, "needs three scales or more"),
        ({"scales": ["a", "b", "c"]}, "scales"),
        ({"scales": 3}, "scales"),
        ({"n_correct": [9, 8, np.nan]}, "n_correct must be one list"),
        ({"n_correct": [9, 8, -1]}, "between 0 and n_samples"),
        ({"n_correct": [0.9, 0.8, 0.5]}, "n_correct must be whole numbers"),
        ({"n_samples": [10, 10, 10.5]}, "n_samples must be whole numbers"),
        ({"n_correct": [0, 0, 0], "n_samples": [0, 10, 10]}, "must not be 0"),
        ({"n_correct": [[9], [8], [5]]}, "n_correct"),
        ({"n_samples": [10, 10]}, "same length"),
    ],
)
def test_what_is_out_of_its_range_is_named(changed, message):
    valid = {
        "scales": [1, 2, 4],
        "n_correct": [9, 8, 5],
        "n_samples": [10, 10, 10],
        "n_classes": 2,
    }
    with pytest.raises(ValueError, match=message):
        fit_accuracy(**valid | changed)


def test_all_or_none_correct_is_in_range():
    assert fit_accuracy([1, 2, 4], [10, 5, 0], [10] * 3, n_classes=2).chance == 0.5


@pytest.mark.parametrize(
    "n_correct",
    [[100] * 4, [90] * 4, [0] * 4, [50, 60, 70, 90], [100, 100, 50, 50]],
    ids=["all right", "no fall", "all wrong", "a rise", "a step"],
)
def test_the_parameters_stay_where_they_have_a_meaning(n_correct):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", category=RuntimeWarning)
        warnings.filterwarnings("ignore", message="The accuracies do not follow")
        fit = fit_accuracy([0, 1, 2, 4], n_correct, [100] * 4, n_classes=2)
    assert 0 <= fit.lapse < 0.51
    assert 1e-3 < fit.threshold < 5e3
    assert 0.04 < fit.slope < 21
    assert fit.deviance >= 0


def test_all_right_has_no_lapse_and_no_deviance():
    fit = fit_accuracy([0, 1, 2, 4], [100] * 4, [100] * 4, n_classes=2)
    assert fit.lapse == pytest.approx(0, abs=1e-6)
    assert fit.deviance == pytest.approx(0, abs=1e-4)


def test_the_deviance_is_that_of_the_counts_and_halved_by_two_repeats():
    counts = [0, 1, 2, 4, 8], [95, 93, 80, 60, 50], [100] * 5
    fit, halved = (
        fit_accuracy(*counts, n_classes=2, **more) for more in ({}, {"n_repeats": 2})
    )
    assert fit[:4] == halved[:4]
    assert halved.deviance == fit.deviance / 2
    right = 100 * fit.predict(counts[0])
    observed = np.array([counts[1], np.subtract(100, counts[1])])
    expected = np.array([right, 100 - right])
    deviance = 2 * np.sum(observed * np.log(observed / expected))
    assert fit.deviance == pytest.approx(deviance)
    assert fit.p_value == pytest.approx(chi2.sf(deviance, 2))


CLEAN = [0.9792, 0.9758, 0.9501, 0.7982, 0.4852]  # trained on clean MNIST


def test_a_curve_that_does_not_fit_is_warned_of():
    with pytest.warns(UserWarning, match="do not follow") as seen:
        fit = curve_of(CLEAN, n_validation=10_000).fit_accuracy()
    assert [str(warning.message) for warning in seen] == [
        "The accuracies do not follow the curve of three parameters (deviance 59.6 "
        "with 2 degrees of freedom, p = 1e-13). Do not rely on its parameters; for a "
        "tolerance use NoiseCurve.tolerance, whose scale and interval are isotonic and "
        "need no such curve."
    ]
    assert fit.deviance == pytest.approx(59.65, abs=0.01)
    assert fit.degrees_of_freedom == 2
    assert fit.is_refuted


@pytest.mark.parametrize(
    "fit",
    [
        lambda: curve_of(CLEAN, n_validation=10_000).fit_accuracy(),
        lambda: fit_accuracy(
            SCALES, np.multiply(CLEAN, 10_000), [10_000] * 5, n_classes=10
        ),
    ],
    ids=["curve", "counts"],
)
def test_the_warning_of_a_bad_fit_points_at_the_line_of_the_user(fit):
    with pytest.warns(UserWarning, match="deviance 59.6 with 2 degrees") as seen:
        fit()
    assert [warning.filename for warning in seen] == [__file__]


def test_three_scales_say_nothing_of_the_fit():
    fit = curve_of([0.94, 0.7, 0.3], scales=[0.5, 1.5, 3]).fit_accuracy()
    assert fit.deviance == pytest.approx(0, abs=1e-6)
    assert fit.degrees_of_freedom == 0
    assert np.isnan(fit.p_value)
    assert not fit.is_refuted


def test_p_values_of_binomial_counts_are_uniform():
    truth, rng = AccuracyFit(0.1, 0.05, 2.0, 2.0), np.random.default_rng(0)
    scales, n = [0.5, 1, 1.5, 2, 3, 4], np.full(6, 1000)
    p_values = [
        fit_accuracy(
            scales, rng.binomial(n, truth.predict(scales)), n, n_classes=10
        ).p_value
        for _ in range(60)
    ]
    assert kstest(p_values, "uniform").pvalue > 0.01


def test_equal_scales_count_as_one():
    one = fit_accuracy([1, 2, 4, 8], [90, 80, 50, 30], [100] * 4, n_classes=10)
    scales, n_correct = [1, 1, 2, 4, 8], [46, 44, 80, 50, 30]
    two = fit_accuracy(scales, n_correct, [50, 50, 100, 100, 100], n_classes=10)
    assert two.degrees_of_freedom == one.degrees_of_freedom == 1
    assert two.deviance == pytest.approx(one.deviance)


def test_repeated_folds_are_not_taken_for_more_samples():
    scores = [0.95, 0.9, 0.7, 0.3, 0.2]
    sizes = {"n_train": 1000, "n_validation": 1000}
    folds, repeated = (
        curve_of(*[scores] * n, **sizes).tolerance(0.8).fit for n in (2, 20)
    )
    assert repeated.deviance == pytest.approx(folds.deviance)
    assert repeated.p_value == pytest.approx(folds.p_value)


def test_a_lapse_near_zero_does_not_stop_the_fit_halfway():
    truth = AccuracyFit(0.1, 0.0024, 1.81, 1.30)
    scales, n = np.array([0.1, 0.5, 1.0, 1.5, 2.0, 4.0]), 10**9
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_accuracy(
            scales, np.round(truth.predict(scales) * n), [n] * 6, n_classes=10
        )
    assert fit.lapse == pytest.approx(truth.lapse, abs=1e-6)
