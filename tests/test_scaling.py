import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.exceptions import NotFittedError

from skn_noise import GlobalStandardScaler

MATRICES = arrays(
    np.float64,
    st.tuples(st.integers(1, 8), st.integers(1, 8)),
    elements=st.floats(-1e6, 1e6, allow_subnormal=False),
)


def test_one_mean_and_one_deviation_over_all_values():
    X = np.random.default_rng(0).gamma(2.0, size=(3000, 5))
    scaler = GlobalStandardScaler().fit(X)
    assert isinstance(scaler.mean_, float)
    assert isinstance(scaler.scale_, float)
    assert scaler.mean_ == pytest.approx(X.mean(), rel=1e-12)
    assert scaler.scale_ == pytest.approx(X.std(), rel=1e-12)


def test_training_data_get_mean_zero_and_deviation_one():
    X = np.random.default_rng(0).uniform(5, 9, size=(40, 6))
    standardized = GlobalStandardScaler().fit_transform(X)
    assert standardized.mean() == pytest.approx(0, abs=1e-12)
    assert standardized.std() == pytest.approx(1)


@given(X=MATRICES)
def test_inverse_transform_undoes_transform(X):
    scaler = GlobalStandardScaler().fit(X)
    restored = scaler.inverse_transform(scaler.transform(X))
    np.testing.assert_allclose(restored, X, atol=1e-9 * (1 + np.abs(X).max()))


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


def test_nan_are_left_out_and_stay():
    X = np.array([[1.0, np.nan], [3.0, 5.0]])
    scaler = GlobalStandardScaler().fit(X)
    assert scaler.mean_ == 3.0
    np.testing.assert_array_equal(np.isnan(scaler.transform(X)), np.isnan(X))


def test_nan_stay_on_the_way_back():
    scaler = GlobalStandardScaler().fit([[1.0, 3.0]])
    assert np.isnan(scaler.inverse_transform([[np.nan, 1.0]])).tolist() == [[1, 0]]


def test_tags_tell_what_is_kept():
    tags = GlobalStandardScaler().__sklearn_tags__()
    assert tags.input_tags.allow_nan is True
    assert tags.transformer_tags.preserves_dtype == ["float64", "float32"]


def test_nothing_but_nan():
    message = (
        r"^GlobalStandardScaler expects at least one number in X, got only NaN\. Check "
        r"how the samples were read\.$"
    )
    with pytest.raises(ValueError, match=message):
        GlobalStandardScaler().fit(np.full((2, 2), np.nan))


def test_float32_is_kept_and_its_figures_are_exact():
    X = np.random.default_rng(0).random((5000, 100), dtype=np.float32) + 1000
    scaler = GlobalStandardScaler().fit(X)
    assert scaler.transform(X).dtype == np.float32
    assert scaler.inverse_transform(X).dtype == np.float32
    assert scaler.scale_ == pytest.approx(X.astype(np.float64).std(), rel=1e-10)


@given(
    arrays(np.float64, (5, 3), elements=st.floats(allow_nan=False)).filter(
        lambda X: np.isfinite(X).all() and np.ptp(X / 4) > 1e-300
    )
)
def test_values_of_any_size_are_standardized_without_overflow(X):
    standardized = GlobalStandardScaler().fit_transform(X)
    assert standardized.mean() == pytest.approx(0, abs=1e-6)
    assert standardized.std() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("end", ["tiny", "max"])
def test_values_at_both_ends_of_a_dtype_come_back(dtype, end):
    X = np.array([[-1, 1, 1], [0, 0.5, 1]], dtype) / 2 * getattr(np.finfo(dtype), end)
    scaler = GlobalStandardScaler().fit(X)
    standardized = scaler.transform(X)
    assert standardized.std() == pytest.approx(1)
    restored = scaler.inverse_transform(standardized)
    np.testing.assert_allclose(restored / X.max(), X / X.max(), rtol=0, atol=1e-6)


def test_constant_of_the_largest_size():
    X = np.full((3, 2), np.finfo(np.float64).max)
    np.testing.assert_array_equal(GlobalStandardScaler().fit_transform(X), 0)


def test_spread_that_float64_cannot_tell():
    message = "^GlobalStandardScaler expects values that differ by more than 5.2e-318"
    with pytest.raises(ValueError, match=message):
        GlobalStandardScaler().fit([[0.0, 5e-324]])


@pytest.mark.parametrize("method", ["transform", "inverse_transform"])
def test_samples_that_leave_the_range(method):
    largest = {"transform": 1e-30, "inverse_transform": 1e30}[method]
    scaler = GlobalStandardScaler().fit([[0.0, largest]])
    what = {"transform": "Standardised samples"}
    what["inverse_transform"] = "Samples in their original units"
    with pytest.raises(ValueError, match=f"^{what[method]} must be .* of float32"):
        getattr(scaler, method)(np.array([[1e30, -1e30]], np.float32))


def test_float16_becomes_float32():
    X = np.array([[-6e4, 6e4], [0, 1]], np.float16)
    scaler = GlobalStandardScaler().fit(X)
    assert scaler.transform(X).dtype == scaler.inverse_transform(X).dtype == np.float32
    assert scaler.transform(X).std() == pytest.approx(1)


def test_images_that_are_not_flattened():
    with pytest.raises(ValueError, match="reshape"):
        GlobalStandardScaler().fit(np.zeros((5, 8, 8)))


@pytest.mark.parametrize("method", ["transform", "inverse_transform"])
def test_another_number_of_features(method):
    scaler = GlobalStandardScaler().fit(np.eye(3))
    with pytest.raises(ValueError, match=r"X has 4 features.* 3 features"):
        getattr(scaler, method)(np.ones((2, 4)))


def test_transform_before_fit():
    with pytest.raises(NotFittedError):
        GlobalStandardScaler().transform([[1.0]])
