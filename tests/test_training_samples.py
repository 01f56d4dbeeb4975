"""Which noise a matrix gets: that of training, once more, or noise of its own.

Bounds on correlations are five standard errors wide, and the seeds are fixed.
"""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.decomposition import (
    NMF,
    PCA,
    FactorAnalysis,
    FastICA,
    KernelPCA,
    TruncatedSVD,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, validation_curve
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from skn_noise import GaussianNoiseTransformer
from skn_noise._training_samples import TrainingSamples

DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
STEPS = [
    PCA(30, svd_solver="full"),
    PCA(30, svd_solver="full", whiten=True),
    PCA(30, svd_solver="arpack", random_state=0),
    PCA(10, svd_solver="randomized", random_state=0),
    PCA(30, svd_solver="randomized", whiten=True, random_state=0),
    PCA(0.95, whiten=True),
    KernelPCA(30),
    KernelPCA(30, kernel="rbf", gamma=1e-3),
    FastICA(30, whiten="unit-variance", max_iter=20, random_state=0),
    TruncatedSVD(30, random_state=0),
    FactorAnalysis(10, max_iter=20, random_state=0),
]


def unit_noise(X, transformer, method="transform"):
    """The noise alone, in standard deviations, so large that X does not matter."""
    scale = 1e6 * (1 + np.abs(X).max())
    return getattr(transformer.set_params(scale=scale), method)(X) / scale


def noise_of_training(X, seed=0):
    return unit_noise(X, GaussianNoiseTransformer(random_state=seed), "fit_transform")


def is_taken_for_training(X, train):
    transformer = GaussianNoiseTransformer(random_state=0).fit(train)
    return np.allclose(
        unit_noise(X, transformer), noise_of_training(train), rtol=0, atol=1e-2
    )


def assert_independent(noise, other):
    noise, other = (np.ravel(part).astype(float) for part in (noise, other))
    n_values = min(len(noise), len(other))
    correlation = np.corrcoef(noise[:n_values], other[:n_values])[0, 1]
    assert abs(correlation) < 5 / np.sqrt(n_values)


# --- the training samples again -------------------------------------------------------


@DTYPES
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_training_samples_are_known_behind_a_step_that_rounds(step, dtype):
    X, y = (array[:600] for array in load_digits(return_X_y=True))
    pipeline = Pipeline(
        [
            ("step", step),
            ("noise", GaussianNoiseTransformer(3.0, random_state=0)),
            ("neighbor", KNeighborsClassifier(1)),
        ]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        pipeline.fit(X.astype(dtype), y)
    assert pipeline.score(X.astype(dtype), y) == 1


def test_training_score_of_a_validation_curve_is_that_of_the_copies_trained_on():
    X, y = (array[:600] for array in load_digits(return_X_y=True))
    pipeline = Pipeline(
        [
            ("pca", PCA(30, svd_solver="full", whiten=True)),
            ("noise", GaussianNoiseTransformer(random_state=0)),
            ("neighbor", KNeighborsClassifier(1)),
        ]
    )
    train_scores, _ = validation_curve(
        pipeline, X, y, param_name="noise__scale", param_range=[1, 16]
    )
    assert (train_scores == 1).all()


def test_predict_and_predict_proba_see_the_same_noise():
    X, y = load_digits(return_X_y=True)
    pipeline = Pipeline(
        [
            ("noise", GaussianNoiseTransformer(8.0, random_state=0)),
            ("neighbor", KNeighborsClassifier(1)),
        ]
    ).fit(X[:600], y[:600])
    probabilities = pipeline.predict_proba(X[600:])
    np.testing.assert_array_equal(
        pipeline.predict(X[600:]), pipeline.classes_[probabilities.argmax(axis=1)]
    )


def test_step_that_truly_differs_makes_the_training_score_one_on_new_noise():
    X, y = load_digits(return_X_y=True)
    pipeline = Pipeline(
        [
            ("nmf", NMF(10, init="nndsvda", max_iter=20, tol=0.1)),
            ("noise", GaussianNoiseTransformer(3.0, random_state=0)),
            ("neighbor", KNeighborsClassifier(1)),
        ]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        assert pipeline.fit(X, y).score(X, y) < 1


@DTYPES
@given(seed=st.integers(0, 2**32 - 1))
def test_training_samples_are_known_up_to_rounding(dtype, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(40, 5)).astype(dtype)
    rounded = X * (1 + 100 * np.finfo(dtype).eps * rng.uniform(-1, 1, X.shape))
    assert is_taken_for_training(rounded.astype(dtype), X)


@pytest.mark.parametrize(("dtype", "error"), [(np.float32, 1e-6), (np.float64, 1e-12)])
@pytest.mark.parametrize("n_rows", [1, 50])
def test_rows_that_are_all_the_same_are_known_up_to_rounding(n_rows, dtype, error):
    X = np.full((n_rows, 3), [5.0, -0.1, 300.0], dtype=dtype)
    assert is_taken_for_training((X * (1 + error)).astype(dtype), X)


# --- what is nearly, but not, the training set ----------------------------------------


def sorted_column(n_samples):
    return np.sort(np.random.default_rng(0).normal(size=(n_samples, 1)), axis=0)


def even_steps(n_samples):
    return np.linspace(-1, 1, n_samples)[:, np.newaxis]


def slow_walk(n_samples):
    return np.random.default_rng(0).normal(size=(n_samples, 3)).cumsum(axis=0)


def windows_of_a_wave(n_samples):
    wave = np.sin(np.linspace(0, 2 * np.pi, n_samples + 9))[:, np.newaxis]
    return np.lib.stride_tricks.sliding_window_view(wave[:, 0], 10)


def sorted_levels(n_samples):
    return np.sort(np.random.default_rng(0).integers(0, 5, (n_samples, 2)), axis=0)


def one_slow_column_of_two(n_samples):
    constant = np.full((n_samples, 1), 7.0)
    return np.hstack([constant, even_steps(n_samples)])


@DTYPES
@pytest.mark.parametrize("n_samples", [10**3, 10**5])
@pytest.mark.parametrize("place", [(0, 1), (300, 5), (1e6, 1)])
@pytest.mark.parametrize(
    "make",
    [
        sorted_column,
        even_steps,
        slow_walk,
        windows_of_a_wave,
        sorted_levels,
        one_slow_column_of_two,
    ],
)
def test_odd_rows_are_not_taken_for_the_even(make, place, n_samples, dtype):
    offset, spread = place
    X = make(n_samples).astype(np.float64)
    X = (offset + spread * X / X.std()).astype(dtype)
    assert not is_taken_for_training(X[1::2], X[::2])


@DTYPES
@pytest.mark.parametrize("place", [(0, 1), (300, 5), (1e6, 1)])
def test_fold_is_not_taken_for_another_of_equal_size(place, dtype):
    X = np.random.default_rng(0).normal(*place, size=(10, 4)).astype(dtype)
    assert not is_taken_for_training(X[:5], X[5:])


@pytest.mark.parametrize("value", [5.0, 0.0, -1e-3])
def test_constant_column_is_not_taken_for_another_constant(value):
    assert not is_taken_for_training(np.full((50, 1), value), np.full((50, 1), 6.0))


def test_one_row_of_many_that_differs_makes_another_matrix():
    X = np.random.default_rng(0).normal(size=(1000, 4))
    other = X.copy()
    other[17] *= -1
    assert not is_taken_for_training(other, X)


def test_another_order_makes_another_matrix():
    X = np.random.default_rng(0).normal(size=(1000, 4))
    assert not is_taken_for_training(X[::-1], X)


@pytest.mark.parametrize("size", [1e154, 1e200, 1e-150])
def test_matrices_of_huge_or_tiny_values_are_told_apart(size):
    X = np.random.default_rng(0).normal(size=(1000, 4))
    X[:, 0] *= size
    assert not is_taken_for_training(X[::-1], X)
    assert is_taken_for_training(X * (1 + 1e-12), X)


def test_equal_sets_cannot_be_told_apart():
    table = np.sort(np.repeat([0.0, 1, 2, 3], 20))[:, np.newaxis]
    assert is_taken_for_training(table[1::2], table[::2])


# --- independence, on 10^6 values -----------------------------------------------------


@DTYPES
def test_validation_noise_is_independent_of_training_noise(dtype):
    X = np.random.default_rng(0).integers(0, 2, size=(4000, 500)).astype(dtype)
    transformer = GaussianNoiseTransformer(random_state=0).fit(X[:2000])
    assert_independent(unit_noise(X[2000:], transformer), noise_of_training(X[:2000]))


@DTYPES
def test_folds_have_independent_noise(dtype):
    X = np.random.default_rng(0).normal(size=(3000, 500)).astype(dtype)
    training, validation = [], []
    for train, test in KFold(3).split(X):
        transformer = GaussianNoiseTransformer(random_state=0).fit(X[train])
        training.append(unit_noise(X[train], transformer))
        validation.append(unit_noise(X[test], transformer))
    for noises in (training, validation):
        for noise, other in zip(noises, [*noises[1:], noises[0]], strict=True):
            assert_independent(noise, other)


@DTYPES
def test_chunks_have_independent_noise(dtype):
    X = np.random.default_rng(0).normal(size=(6000, 500)).astype(dtype)
    transformer = GaussianNoiseTransformer(random_state=0).fit(X[:2000])
    chunks = [
        unit_noise(X[rows], transformer) for rows in np.split(np.arange(6000), 3)[1:]
    ]
    assert_independent(*chunks)
    assert_independent(unit_noise(X[2000:], transformer)[:2000], chunks[0])


@DTYPES
@pytest.mark.parametrize("n_features", [8, 64])
def test_single_rows_have_independent_noise(n_features, dtype):
    X = np.random.default_rng(0).normal(size=(1000, n_features)).astype(dtype)
    transformer = GaussianNoiseTransformer(random_state=0).fit(X)
    noise = np.vstack([unit_noise(row[np.newaxis], transformer) for row in X])
    assert len(np.unique(noise, axis=0)) == len(X)
    assert_independent(noise[1:], noise[:-1])
    assert_independent(noise, noise_of_training(X))


@DTYPES
def test_rows_of_a_call_have_independent_noise_equal_rows_too(dtype):
    noise = noise_of_training(np.ones((2000, 500), dtype=dtype))
    assert_independent(noise[1:], noise[:-1])
    assert_independent(noise[:, 1:], noise[:, :-1])


@DTYPES
def test_blocks_have_independent_noise(dtype):
    """A block of rows is drawn from a stream of its own."""
    noise = noise_of_training(np.zeros((2**20, 1), dtype=dtype))
    for n_rows in (2**15, 2**16, 2**17, 2**18):
        assert_independent(noise[n_rows:], noise[:-n_rows])


@pytest.mark.parametrize("other_seed", [1, 2, 2**31])
def test_seeds_have_independent_noise(other_seed):
    X = np.zeros((2000, 500))
    assert_independent(noise_of_training(X), noise_of_training(X, other_seed))


@DTYPES
def test_noise_has_mean_0_and_variance_1_everywhere(dtype):
    noise = noise_of_training(np.zeros((2**20, 3), dtype=dtype)).astype(float)
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=5 / 2**10)
    np.testing.assert_allclose(noise.var(axis=0), 1, atol=5 * np.sqrt(2) / 2**10)


# --- errors in the last digits --------------------------------------------------------


@pytest.mark.parametrize(("dtype", "error"), [(np.float32, 1e-6), (np.float64, 1e-12)])
@pytest.mark.parametrize("offset", [0, 60])
@pytest.mark.parametrize("kind", ["new", "training", "fitted anew"])
def test_small_errors_leave_the_draw_as_it_is(kind, offset, dtype, error):
    rng = np.random.default_rng(0)
    n_changed = 0
    for _ in range(100):
        X, train = (rng.normal(offset, size=(20, 4)).astype(dtype) for _ in range(2))
        wrong = (X * (1 + error * rng.choice([-1, 1], X.shape))).astype(dtype)
        transformer = GaussianNoiseTransformer(random_state=0)
        transformer.fit(train if kind == "new" else X)
        noise = unit_noise(X, transformer)
        if kind == "fitted anew":
            transformer.fit(wrong)
        n_changed += not np.allclose(unit_noise(wrong, transformer), noise, atol=1e-2)
    assert n_changed <= 2  # one in hundreds is expected


def test_an_ulp_does_not_matter_to_the_noise_of_a_fold():
    X = np.random.default_rng(0).normal(size=(100, 4))
    noise = noise_of_training(X)
    np.testing.assert_allclose(noise_of_training(np.nextafter(X, 2 * X)), noise)


# --- the same noise in every version --------------------------------------------------


def waves(n_samples, n_features):
    """Columns of all sizes and offsets, without a generator of random numbers."""
    columns = np.arange(n_features)
    places = np.arange(n_samples * n_features).reshape(n_samples, n_features)
    return (1 + columns) * np.sin(1.7 * places) + columns**2.0


def odd_waves():
    """Columns with NaN, constant ones and one of a spread that could be rounding."""
    X = waves(40, 4)
    X[3, 0] = np.nan
    X[:, 1:3] = [7, 0]
    X[:, 3] *= 1e-15
    return X


def rare_waves():
    """A column of zeros but for a few rows, of which not all are looked at."""
    X = waves(3000, 50)
    X[:, 7] = 0
    X[1000:1010, 7] = 100
    return X


@pytest.mark.parametrize(
    ("X", "of_training", "of_reversed"),
    [
        (
            waves(1, 1),
            [-78354996, -24367454, -142158233],
            [-78354996, -24367454, -142158233],
        ),
        (
            waves(2, 3),
            [-471663071, 170547738, 271954083],
            [-470781419, 218541019, 283296005],
        ),
        (
            waves(3000, 50),
            [-235396575, 8929349, -400020262],
            [-239914230, 19579588, -418255843],
        ),
        (
            waves(7, 3000),
            [41584015, 236396867, 240246816],
            [41490628, 236396504, 240202448],
        ),
        (
            waves(9, 70000),
            [219726548, -499493522, 376909814],
            [-92031502, 269617057, 146315158],
        ),
        (
            rare_waves(),
            [-229722301, 10964725, -385937745],
            [-232518785, 21695967, -407422103],
        ),
        (
            odd_waves(),
            [-1222635300, 122557605, 2109250970],
            [-1170626449, 198723216, 2235303627],
        ),
    ],
)
def test_the_key_of_a_matrix_stays_what_it_was(X, of_training, of_reversed):
    samples = TrainingSamples(X, seed=3)
    keys = [samples.key, samples.find_key(X[::-1])]
    assert [key.view(np.int64)[:7].tolist() for key in keys] == [
        [3, 0, *X.shape, *of_training],
        [3, int(len(X) > 1), *X.shape, *of_reversed],
    ]
