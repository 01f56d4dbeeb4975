import pickle
import tracemalloc
from fractions import Fraction
from multiprocessing import get_context

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from skn_noise import GaussianNoiseTransformer
from skn_noise.noise import _n_threads

FLOATS = st.sampled_from([np.float32, np.float64])


def fitted(X, **params):
    return GaussianNoiseTransformer(**{"random_state": 0, **params}).fit(X)


def noise_of(X, **params):
    X = np.asarray(X)
    return fitted(X, **params).transform(X) - X


@st.composite
def samples(draw):
    dtype = draw(FLOATS)
    shape = draw(st.tuples(st.integers(1, 12), st.integers(1, 9)))
    values = st.floats(-1e3, 1e3, width=np.dtype(dtype).itemsize * 8)
    return draw(arrays(dtype, shape, elements=values))


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(50, 7))


# --- one matrix, one draw -------------------------------------------------------------


@given(X=samples())
def test_fit_transform_equals_fit_then_transform(X):
    noise = GaussianNoiseTransformer(random_state=0)
    np.testing.assert_array_equal(noise.fit_transform(X), noise.transform(X))
    np.testing.assert_array_equal(noise.fit_transform(X), noise.fit(X).transform(X))


@given(X=samples())
def test_memory_order_and_the_sign_of_zero_do_not_matter(X):
    expected = fitted(X).transform(X + 0.0)
    negative = np.where(X == 0, -0.0, X).astype(X.dtype)
    for same in (np.asfortranarray(X), np.repeat(X, 2, axis=0)[::2], negative):
        np.testing.assert_array_equal(fitted(X).transform(same), expected)


@pytest.mark.parametrize(
    "as_container",
    [list, np.array, pd.DataFrame, lambda values: pl.DataFrame(values, orient="row")],
    ids=["list", "array", "pandas", "polars"],
)
def test_container_does_not_matter(as_container):
    values = [[1.0, 2.0], [3.0, 4.0]]
    expected = fitted(np.array(values)).transform(np.array(values))
    np.testing.assert_array_equal(
        GaussianNoiseTransformer(random_state=0).fit_transform(as_container(values)),
        expected,
    )


def test_another_process_makes_the_same_noise():
    X = np.random.default_rng(0).normal(size=(500, 30))
    noise = fitted(X)
    matrices = [X, X[:400]]
    with get_context("spawn").Pool(1) as pool:
        in_process = pool.map(noise.transform, matrices)
    for matrix, noisy in zip(matrices, in_process, strict=True):
        np.testing.assert_array_equal(noisy, noise.transform(matrix))


def test_number_of_threads_does_not_matter(monkeypatch):
    X = np.random.default_rng(0).normal(size=(5000, 300))
    noise = fitted(X)
    noisy = []
    for n_threads in ("1", "3"):
        monkeypatch.setenv("OMP_NUM_THREADS", n_threads)
        noisy.append(noise.transform(X[::-1]))
    np.testing.assert_array_equal(*noisy)


@pytest.mark.parametrize(
    ("variable", "expected"), [("3", 3), ("many", None), (None, None)]
)
def test_there_are_as_many_threads_as_are_granted(monkeypatch, variable, expected):
    if variable is None:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", variable)
    assert _n_threads() == (expected or joblib.cpu_count())


@pytest.mark.parametrize("random_state", [None, np.random.RandomState(0)])
def test_each_fit_draws_a_new_seed_unless_random_state_is_an_int(X, random_state):
    noise = GaussianNoiseTransformer(random_state=random_state)
    assert noise.fit(X).seed_ != noise.fit(X).seed_


# --- parameters -----------------------------------------------------------------------


def test_scale_and_loc_per_feature(X):
    z = noise_of(X)
    scale, loc = np.arange(7.0), np.arange(7.0)[::-1]
    np.testing.assert_allclose(
        noise_of(X, scale=scale, loc=loc), scale * z + loc, atol=1e-12
    )


def test_scale_of_any_kind_of_number(X):
    expected = noise_of(X, scale=0.5)
    for scale in (Fraction(1, 2), [Fraction(1, 2)] * 7, np.float32(0.5)):
        np.testing.assert_array_equal(noise_of(X, scale=scale), expected)


@pytest.mark.parametrize("name", ["scale", "loc"])
def test_series_is_taken_by_name(X, name):
    frame = pd.DataFrame(X, columns=list("abcdefg"))
    values = pd.Series(np.arange(7.0), index=list("abcdefg"))
    expected = fitted(frame, **{name: values.to_numpy()}).transform(frame)
    for series in (values, values[::-1], values.reset_index(drop=True)):
        noisy = fitted(frame, **{name: series}).transform(frame)
        np.testing.assert_array_equal(noisy, expected)


@pytest.mark.parametrize(
    "params",
    [{"apply_to": "tset"}, {"apply_to": None}, {"resample": "no"}, {"resample": 2}],
)
def test_parameters_that_are_set_after_the_fit_are_checked(X, params):
    noise = fitted(X).set_params(**params)
    message = f"^The {next(iter(params))!r} parameter of GaussianNoiseTransformer must "
    with pytest.raises(ValueError, match=message):
        noise.transform(X)


def test_generator_as_random_state_is_refused(X):
    with pytest.raises(ValueError, match=r"must be an int .*RandomState"):
        fitted(X, random_state=np.random.default_rng(0))


def test_scale_zero_returns_the_samples(X):
    np.testing.assert_array_equal(fitted(X, scale=0).transform(X), X)


@pytest.mark.parametrize(
    ("apply_to", "in_train", "in_test"),
    [("both", True, True), ("train", True, False), ("test", False, True)],
)
def test_apply_to(X, apply_to, in_train, in_test):
    noise = GaussianNoiseTransformer(apply_to=apply_to, random_state=0)
    assert (noise.fit_transform(X) != X).any() == in_train
    assert (noise.transform(X) != X).any() == in_test


def test_resample_is_tagged_non_deterministic():
    assert GaussianNoiseTransformer(resample=True).__sklearn_tags__().non_deterministic
    assert not GaussianNoiseTransformer().__sklearn_tags__().non_deterministic


# --- data -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_dtype", "dtype"),
    [
        ("float16", "float32"),
        ("float32", "float32"),
        ("float64", "float64"),
        ("int64", "float64"),
    ],
)
def test_dtype(given_dtype, dtype):
    X = np.arange(12).reshape(4, 3).astype(given_dtype)
    assert GaussianNoiseTransformer().fit_transform(X).dtype == dtype


@pytest.mark.parametrize(
    "as_float32",
    [
        lambda X: X.astype(">f4"),
        lambda X: pd.DataFrame(X).astype("Float32"),
        lambda X: pd.DataFrame(X).astype("float[pyarrow]"),
        lambda X: pl.DataFrame(X),
    ],
    ids=["big-endian", "pandas Float32", "pyarrow", "polars"],
)
def test_float32_of_any_kind_gets_the_noise_of_native_float32(X, as_float32):
    X = X.astype(np.float32)
    noisy = fitted(X).fit_transform(as_float32(X))
    assert noisy.dtype == np.float32
    np.testing.assert_array_equal(noisy, fitted(X).transform(X))


def test_nan_stays_nan_and_the_rest_gets_noise(X):
    X[3, 4] = np.nan
    X[:, 2] = np.nan
    noise = fitted(X)
    noisy = noise.transform(X)
    np.testing.assert_array_equal(np.isnan(noisy), np.isnan(X))
    assert len(np.unique(noisy[~np.isnan(noisy)] - X[~np.isnan(X)])) == 50 * 6 - 1
    np.testing.assert_array_equal(noise.fit_transform(X), noisy)


@given(X=samples())
def test_input_is_not_modified(X):
    X[0, 0] = -0.0
    before = X.tobytes()
    fitted(X).transform(X)
    assert X.tobytes() == before


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_output_container_has_the_feature_names_and_the_same_noise(X, output):
    frame = pd.DataFrame(X, columns=list("abcdefg"), index=range(100, 150))
    noise = GaussianNoiseTransformer(random_state=0).set_output(transform=output)
    expected = fitted(X).transform(X)
    np.testing.assert_array_equal(noise.fit_transform(frame), expected)
    noisy = noise.transform(frame)
    np.testing.assert_array_equal(noisy, expected)
    assert list(noisy.columns) == list(noise.get_feature_names_out()) == list("abcdefg")
    if output == "pandas":
        pd.testing.assert_index_equal(noisy.index, frame.index)


@pytest.mark.parametrize("shape", [(8000, 784), (10**6, 1), (60, 100_000)])
def test_extra_memory_is_a_few_mebibytes(shape):
    X = np.zeros(shape, dtype=np.float32)
    X[:, 0] = np.arange(len(X))
    noise = fitted(X)
    tracemalloc.start()
    noisy = noise.transform(X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - noisy.nbytes < 4 * 2**20


def test_fitted_transformer_keeps_at_most_16_bytes_a_row():
    X = np.random.default_rng(0).normal(size=(10_000, 100))
    assert len(pickle.dumps(fitted(X))) < 16 * len(X)


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["scale", "loc"])
@pytest.mark.parametrize("value", [np.nan, 10**400, [10**400] * 7, "wide", None])
def test_scale_or_loc_that_is_no_finite_number(X, name, value):
    with pytest.raises(ValueError, match=name):
        GaussianNoiseTransformer(**{name: value}).fit(X)


def test_noisy_samples_that_leave_the_range_in_a_thread():
    noise = GaussianNoiseTransformer(scale=3e38)
    with pytest.raises(ValueError, match="must be in the range of float32"):
        noise.fit_transform(np.zeros((10**6, 1), dtype=np.float32))


@pytest.mark.parametrize("method", ["fit", "fit_transform", "transform"])
@pytest.mark.parametrize("apply_to", ["both", "train", "test"])
def test_infinite_values(X, method, apply_to):
    noise = fitted(X, apply_to=apply_to)
    X[:, 2] = np.nan
    X[9, 4] = -np.inf
    with pytest.raises(ValueError, match="infinity"):
        getattr(noise, method)(X)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_numbers_are_not_infinite(dtype):
    X = np.full((3, 50), np.finfo(dtype).max, dtype=dtype)
    X[0] *= 0.5
    noise = fitted(X)
    assert np.isfinite(noise.transform(X)).all()
    np.testing.assert_array_equal(noise.transform(X), noise.fit_transform(X))


def test_numbers_far_beyond_those_of_training_get_noise():
    X = np.full((3, 50), np.finfo(np.float32).max, dtype=np.float32)
    noise = fitted(np.linspace(0, 1e-30, 150, dtype=np.float32).reshape(3, 50))
    assert np.isfinite(noise.transform(X)).all()


def test_sparse_input(X):
    with pytest.raises(TypeError, match="toarray"):
        GaussianNoiseTransformer().fit(sparse.csr_array(X))
