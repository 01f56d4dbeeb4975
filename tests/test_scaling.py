import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skn_noise import GlobalStandardScaler

MATRICES = arrays(
    np.float64,
    st.tuples(st.integers(1, 8), st.integers(1, 8)),
    elements=st.floats(-1e6, 1e6).map(lambda value: round(value, 6)),
)
any_units = pytest.mark.filterwarnings("ignore:GlobalStandardScaler subtracts")


def test_one_mean_and_one_deviation_over_all_values():
    X = np.random.default_rng(0).gamma(2.0, size=(3000, 5))
    scaler = GlobalStandardScaler().fit(X)
    assert isinstance(scaler.mean_, float)
    assert isinstance(scaler.scale_, float)
    assert scaler.mean_ == pytest.approx(X.mean(), rel=1e-12)
    assert scaler.scale_ == pytest.approx(X.std(), rel=1e-12)
    standardized = scaler.transform(X)
    assert standardized.mean() == pytest.approx(0, abs=1e-12)
    assert standardized.std() == pytest.approx(1)


@any_units
@given(X=MATRICES)
def test_inverse_transform_undoes_transform(X):
    scaler = GlobalStandardScaler().fit(X)
    restored = scaler.inverse_transform(scaler.transform(X))
    np.testing.assert_allclose(restored, X, atol=1e-9 * (1 + np.abs(X).max()))


@any_units
@given(X=MATRICES)
def test_memory_order_does_not_matter(X):
    scaler, other = (GlobalStandardScaler().fit(A) for A in (X, np.asfortranarray(X)))
    assert (scaler.mean_, scaler.scale_) == (other.mean_, other.scale_)


@pytest.mark.parametrize("value", [0.0, 0.1, 1e9])
def test_constant_data_do_not_divide_by_zero(value):
    X = np.full((7, 3), value)
    scaler = GlobalStandardScaler().fit(X)
    assert scaler.scale_ == 1.0
    np.testing.assert_allclose(scaler.transform(X), 0, atol=1e-6)


def test_nan_are_left_out_and_stay_both_ways():
    X = np.array([[1.0, np.nan], [3.0, 5.0]])
    scaler = GlobalStandardScaler().fit(X)
    assert scaler.mean_ == 3.0
    np.testing.assert_array_equal(np.isnan(scaler.transform(X)), np.isnan(X))
    np.testing.assert_array_equal(np.isnan(scaler.inverse_transform(X)), np.isnan(X))


def test_float32_is_kept_and_its_figures_are_exact():
    X = np.random.default_rng(0).random((5000, 100), dtype=np.float32) + 1000
    scaler = GlobalStandardScaler().fit(X)
    assert scaler.transform(X).dtype == np.float32
    assert scaler.inverse_transform(X).dtype == np.float32
    assert scaler.scale_ == pytest.approx(X.astype(np.float64).std(), rel=1e-10)


@pytest.mark.parametrize("X", [[[0.0, 1e31]], [[1e308, -1e308]], [[0.0, 1e-60]]])
def test_a_deviation_that_float32_could_not_hold_is_refused(X):
    message = "expects values with a standard deviation from 1e-30 to 1e.30, got "
    with pytest.raises(ValueError, match=message):
        GlobalStandardScaler().fit(X)


def test_columns_in_units_of_their_own_are_warned_of():
    volts_and_pascals = pd.DataFrame({"V": [0.0, 1.0], "Pa": [0.0, 1001]})
    message = "range of column 'V' is less than 1/1000 of the range of column 'Pa'"
    with pytest.warns(UserWarning, match=message):
        GlobalStandardScaler().fit(volts_and_pascals)


@pytest.mark.parametrize("steps", [[1, 1], [1, 0], [10, 20]])
def test_columns_that_differ_in_their_means_are_warned_of(steps):
    celsius_and_pascals = np.array([20, 1e5]) + np.outer([0, 1, 2], steps)
    message = "range of column 0 is less than 1/1000 of that deviation"
    with pytest.warns(UserWarning, match=message):
        GlobalStandardScaler().fit(celsius_and_pascals)


@pytest.mark.parametrize(
    "X",
    [
        [[0.0, 0], [1, 1000]],
        [[0.0, 7.0], [1e5, 7.0]],
        [[0.0, np.nan], [9, 8]],
        [[20.0, 1e5], [120, 1e5 + 100]],
    ],
    ids=["a thousand times", "a constant", "a column of one number", "other means"],
)
def test_other_columns_are_not(X):
    with warnings.catch_warnings(action="error"):
        GlobalStandardScaler().fit(X)


def test_a_border_pixel_that_is_dark_in_all_images_but_one_is_not():
    X = np.random.default_rng(0).integers(0, 256, size=(5000, 3))
    X[:, 0] = 0
    X[7, 0] = 1
    with warnings.catch_warnings(action="error"):
        GlobalStandardScaler().fit(X)


def test_float16_becomes_float32():
    X = np.array([[-6e4, 6e4], [0, 1]], np.float16)
    standardized = GlobalStandardScaler().fit_transform(X)
    assert standardized.dtype == np.float32
    assert standardized.std() == pytest.approx(1)
