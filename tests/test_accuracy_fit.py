import numpy as np
import pytest
from curves import REFERENCE, curve_of
from hypothesis import given
from hypothesis import strategies as st

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
    together = curve_of(better, worse, scales=scales).fit_accuracy()
    assert together == pytest.approx(curve_of(mean, scales=scales).fit_accuracy())


def test_the_fit_inverts_its_prediction():
    fit = AccuracyFit(0.1, 0.02, 3.0, 2.0)
    assert fit.predict(fit.tolerance(0.7)) == pytest.approx(0.7)
    assert fit.tolerance(0.1) == np.inf
    assert fit.tolerance(0.99) == -np.inf


def test_counts_that_cannot_be():
    with pytest.raises(ValueError, match="between 0 and n_samples"):
        fit_accuracy([1, 2, 3], [9, 9, 11], [10, 10, 10], n_classes=2)
    with pytest.raises(ValueError, match="same length"):
        fit_accuracy([1, 2, 3], [9, 9], [10, 10], n_classes=2)
