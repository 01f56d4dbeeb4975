"""Which noise a matrix gets: that of training, once more, or noise of its own.

Bounds on correlations are five standard errors wide, and the seeds are fixed.
"""

import os
import pickle
import warnings
from copy import deepcopy
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_digits
from sklearn.decomposition import NMF, PCA, FastICA, KernelPCA, TruncatedSVD
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, validation_curve
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline

from skn_noise import GaussianNoiseTransformer
from skn_noise._training_samples import TrainingSamples


class UniformNoise(GaussianNoiseTransformer):
    def draw_unit_noise(self, rng, shape, dtype):
        return rng.uniform(-np.sqrt(3), np.sqrt(3), shape)


class PinkNoise(GaussianNoiseTransformer):
    """Noise whose neighbouring features are correlated."""

    def draw_unit_noise(self, rng, shape, dtype):
        spectrum = np.fft.rfft(rng.standard_normal(shape))
        amplitude = np.arange(1, spectrum.shape[1] + 1) ** -0.5
        noise = np.fft.irfft(spectrum * amplitude, shape[1])
        return noise / np.linalg.norm(np.fft.irfft(amplitude, shape[1]))


DTYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
ALL_KINDS = [GaussianNoiseTransformer, UniformNoise, PinkNoise]
KINDS = pytest.mark.parametrize("kind", ALL_KINDS)
RESAMPLE = pytest.mark.parametrize("resample", [False, True])


def unit_noise(X, transformer, method="transform"):
    """The noise alone, in standard deviations, so large that X does not matter."""
    scale = 1e6 * (1 + np.abs(X).max())
    return getattr(transformer.set_params(scale=scale), method)(X) / scale


def noise_of_training(X, kind=GaussianNoiseTransformer, seed=0):
    return unit_noise(X, kind(random_state=seed), "fit_transform")


def is_taken_for_training(X, train):
    transformer = GaussianNoiseTransformer(random_state=0).fit(train)
    return np.allclose(
        unit_noise(X, transformer), noise_of_training(train), rtol=0, atol=1e-2
    )


def assert_independent(noise, other):
    """Check that products of rows, which are independent of each other, have mean 0."""
    n_rows = min(len(noise), len(other))
    noise, other = (
        np.asarray(part[:n_rows], float).reshape(n_rows, -1) for part in (noise, other)
    )
    products = (noise * other).sum(axis=1)
    assert abs(products.mean()) < 5 * products.std() / np.sqrt(n_rows)


def digits(n_samples=300):
    return (array[:n_samples] for array in load_digits(return_X_y=True))


def rows(n_samples, n_features=20, dtype=np.float64, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n_samples, n_features)).astype(dtype)


# --- the training samples again -------------------------------------------------------


@DTYPES
@pytest.mark.parametrize(
    "step",
    [
        PCA(30, svd_solver="arpack", random_state=0),
        PCA(30, svd_solver="randomized", whiten=True, random_state=0),
        PCA(0.95, whiten=True),
        KernelPCA(30, kernel="rbf", gamma=1e-3),
        FastICA(30, whiten="unit-variance", max_iter=20, random_state=0),
        TruncatedSVD(30, random_state=0),
    ],
    ids=str,
)
def test_training_samples_are_known_behind_a_step_that_rounds(step, dtype):
    X, y = digits()
    pipeline = make_pipeline(
        step, GaussianNoiseTransformer(3.0, random_state=0), KNeighborsClassifier(1)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        pipeline.fit(X.astype(dtype), y)
    assert pipeline.score(X.astype(dtype), y) == 1


def test_training_score_of_a_validation_curve_is_that_of_the_copies_trained_on():
    X, y = digits()
    noise = GaussianNoiseTransformer(random_state=0)
    pipeline = Pipeline([("noise", noise), ("neighbor", KNeighborsClassifier(1))])
    train_scores, _ = validation_curve(
        pipeline, X, y, param_name="noise__scale", param_range=[1, 16]
    )
    assert (train_scores == 1).all()


def test_predict_and_predict_proba_see_the_same_noise():
    X, y = digits(600)
    noise = GaussianNoiseTransformer(8.0, random_state=0)
    pipeline = make_pipeline(noise, KNeighborsClassifier(1)).fit(X[:300], y[:300])
    probabilities = pipeline.predict_proba(X[300:])
    np.testing.assert_array_equal(
        pipeline.predict(X[300:]), pipeline.classes_[probabilities.argmax(axis=1)]
    )


def test_step_that_truly_differs_makes_the_training_score_one_on_new_noise():
    X, y = digits()
    pipeline = make_pipeline(
        NMF(10, init="nndsvda", max_iter=20, tol=0.1),
        GaussianNoiseTransformer(3.0, random_state=0),
        KNeighborsClassifier(1),
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


# --- matrices that are nearly the training set ----------------------------------------


def sorted_column(n_samples):
    return np.sort(rows(n_samples, 1), axis=0)


def slow_walk(n_samples):
    return rows(n_samples, 3).cumsum(axis=0)


def windows_of_a_wave(n_samples):
    wave = np.sin(np.linspace(0, 2 * np.pi, n_samples + 9))
    return np.lib.stride_tricks.sliding_window_view(wave, 10)


def sorted_levels(n_samples):
    return np.sort(np.random.default_rng(0).integers(0, 5, (n_samples, 2)), axis=0)


def one_slow_column_of_two(n_samples):
    return np.column_stack([np.full(n_samples, 7.0), np.linspace(-1, 1, n_samples)])


def ordered_rows(make, n_samples, place, dtype):
    offset, spread = place
    X = make(n_samples).astype(np.float64)
    return (offset + spread * X / X.std()).astype(dtype)


WALKS = [sorted_column, slow_walk, windows_of_a_wave, sorted_levels]
ORDERED = pytest.mark.parametrize("make", [*WALKS, one_slow_column_of_two])


@pytest.mark.parametrize(
    ("n_samples", "place", "dtype"),
    [
        (10**3, (300, 5), np.float32),
        (10**3, (1e6, 1), np.float64),
        (10**5, (0, 1), np.float64),
        (10**5, (1e6, 1), np.float32),
    ],
)
@ORDERED
def test_odd_rows_are_not_taken_for_the_even(make, n_samples, place, dtype):
    X = ordered_rows(make, n_samples, place, dtype)
    assert not is_taken_for_training(X[1::2], X[::2])


@DTYPES
@pytest.mark.parametrize("place", [(0, 1), (300, 5), (1e6, 1)])
def test_fold_is_not_taken_for_another_of_equal_size(place, dtype):
    X = np.random.default_rng(0).normal(*place, size=(10, 4)).astype(dtype)
    assert not is_taken_for_training(X[:5], X[5:])


@pytest.mark.parametrize("value", [5.0, 0.0, -1e-3])
def test_constant_column_is_not_taken_for_another_constant(value):
    assert not is_taken_for_training(np.full((50, 1), value), np.full((50, 1), 6.0))


def test_one_row_or_another_order_makes_another_matrix():
    X = rows(1000, 4)
    other = X.copy()
    other[17] *= -1
    assert not is_taken_for_training(other, X)
    assert not is_taken_for_training(X[::-1], X)


@pytest.mark.parametrize("size", [1e154, 1e200, 1e-150])
def test_matrices_of_huge_or_tiny_values_are_told_apart(size):
    X = rows(1000, 4)
    X[:, 0] *= size
    assert not is_taken_for_training(X[::-1], X)
    assert is_taken_for_training(X * (1 + 1e-12), X)


def test_equal_sets_cannot_be_told_apart():
    table = np.sort(np.repeat([0.0, 1, 2, 3], 20))[:, np.newaxis]
    assert is_taken_for_training(table[1::2], table[::2])


# --- the seed and the matrix alone ----------------------------------------------------


@st.composite
def matrices(draw, n_features=3):
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    values = st.floats(-1e3, 1e3, width=np.dtype(dtype).itemsize * 8)
    return draw(arrays(dtype, (draw(st.integers(1, 9)), n_features), elements=values))


@given(
    X=matrices(),
    train=matrices(),
    other_train=matrices(),
    kind=st.sampled_from(ALL_KINDS),
    resample=st.booleans(),
)
def test_noise_does_not_depend_on_what_the_transformer_was_fitted_on(
    X, train, other_train, kind, resample
):
    assume(len(X) not in (len(train), len(other_train)))
    noise = kind(random_state=0, resample=resample)
    np.testing.assert_array_equal(
        clone(noise).fit(train).transform(X), clone(noise).fit(other_train).transform(X)
    )


@given(X=matrices(), train=matrices())
def test_validation_noise_differs_from_training_noise_for_equal_rows_too(X, train):
    assume(len(X) != len(train))
    X[0] = train[0]
    noise = GaussianNoiseTransformer(random_state=0)
    noise_of_train = unit_noise(train, noise, "fit_transform")
    assert not np.allclose(unit_noise(X, noise)[0], noise_of_train[0], atol=1e-3)


def test_members_of_an_ensemble_validate_on_one_noisy_copy():
    X, y = digits()
    noise = GaussianNoiseTransformer(8.0, random_state=0)
    members = [(name, make_pipeline(clone(noise), GaussianNB())) for name in "ab"]
    voting = VotingClassifier(members).fit(X[:200], y[:200])
    first, second = (member[0].transform(X[200:]) for member in voting.estimators_)
    np.testing.assert_array_equal(first, second)


# --- independence ---------------------------------------------------------------------


@KINDS
@DTYPES
def test_folds_and_training_sets_have_independent_noise(dtype, kind):
    X = np.random.default_rng(0).integers(0, 2, size=(3000, 40)).astype(dtype)
    noises = []
    for train, test in KFold(3).split(X):
        transformer = kind(random_state=0).fit(X[train])
        noises += [unit_noise(X[part], transformer) for part in (train, test)]
    for pair in combinations(noises, 2):
        assert_independent(*pair)


@DTYPES
@pytest.mark.parametrize("place", [(0, 1), (300, 5)])
@ORDERED
def test_parts_of_ordered_rows_have_independent_noise(make, place, dtype):
    X = ordered_rows(make, 3000, place, dtype)
    transformer = GaussianNoiseTransformer(random_state=0).fit(X[:100])
    parts = X[:1000], X[1000:2000], X[2000:], X[1000:]
    for noises in combinations([unit_noise(part, transformer) for part in parts], 2):
        assert_independent(*noises)


@DTYPES
@ORDERED
def test_every_other_row_of_ordered_rows_has_independent_noise(make, dtype):
    X = make(300).astype(dtype)
    transformer = GaussianNoiseTransformer(random_state=0).fit(X[:100])
    assert_independent(*(unit_noise(X[start::2], transformer) for start in (0, 1)))


@pytest.mark.parametrize(
    ("kind", "place", "dtype"),
    [
        (GaussianNoiseTransformer, (0, 1), np.float32),
        (GaussianNoiseTransformer, (300, 5), np.float32),
        (UniformNoise, (0, 1), np.float64),
        (PinkNoise, (300, 5), np.float64),
    ],
)
def test_single_rows_have_independent_noise(place, dtype, kind):
    offset, spread = place
    X = offset + spread * rows(150, 8, dtype)
    transformer = kind(random_state=0).fit(X)
    noise = np.vstack([unit_noise(row[np.newaxis], transformer) for row in X])
    assert len(np.unique(noise.round(9), axis=0)) == len(X)
    assert_independent(noise[1:], noise[:-1])
    assert_independent(noise, noise_of_training(X, kind))


def test_single_rows_with_features_of_different_units_have_noise_of_their_own():
    X = rows(100, 3, np.float32) * [0, 1, 1e-3] + [2026, 0, 1e-3]
    X = X.astype(np.float32)
    transformer = GaussianNoiseTransformer(random_state=0).fit(X)
    noise = np.vstack([unit_noise(row[np.newaxis], transformer) for row in X])
    assert len(np.unique(noise.round(9), axis=0)) == len(X)


@KINDS
@DTYPES
def test_rows_of_a_call_have_independent_noise_equal_rows_too(dtype, kind):
    noise = noise_of_training(np.ones((2000, 50), dtype=dtype), kind)
    assert_independent(noise[1:], noise[:-1])


@DTYPES
def test_blocks_have_independent_noise(dtype):
    """A block of rows is drawn from a stream of its own."""
    noise = noise_of_training(np.zeros((2**19, 1), dtype=dtype))
    for n_rows in (2**16, 2**17, 2**18):
        assert_independent(noise[n_rows:], noise[:-n_rows])


@pytest.mark.parametrize("other_seed", [1, 2, 2**31])
def test_seeds_have_independent_noise(other_seed):
    X = np.zeros((2000, 50))
    assert_independent(noise_of_training(X), noise_of_training(X, seed=other_seed))


@KINDS
@DTYPES
def test_noise_has_mean_0_and_variance_1_everywhere(dtype, kind):
    noise = noise_of_training(np.zeros((2**16, 3), dtype=dtype), kind).astype(float)
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=5 / 2**8)
    np.testing.assert_allclose(noise.var(axis=0), 1, atol=5 * np.sqrt(2) / 2**8)


@KINDS
@RESAMPLE
def test_variances_of_two_steps_of_one_seed_add_up(resample, kind):
    X = rows(2000)
    steps = make_pipeline(
        *(kind(scale, resample=resample, random_state=0) for scale in (3.0, 4.0))
    )
    assert (steps.fit_transform(X) - X).std() == pytest.approx(5, abs=0.1)


@RESAMPLE
def test_columns_with_a_step_each_have_independent_noise(resample):
    length = rows(4000, 1)[:, 0]
    table = pd.DataFrame({"cm": length, "inch": length / 2.54, "warm": 293 + length})
    table = table.assign(celsius=20 + length, one=1.0, two=2.0)
    noise = GaussianNoiseTransformer(resample=resample, random_state=0)
    each = ColumnTransformer([(name, noise, [name]) for name in table])
    correlations = np.corrcoef((each.fit_transform(table) - table.to_numpy()).T)
    assert np.abs(correlations - np.eye(6)).max() < 5 / np.sqrt(4000)


# --- scales share one draw ------------------------------------------------------------


@given(
    X=matrices(),
    train=matrices(),
    kind=st.sampled_from(ALL_KINDS),
    scale=st.floats(0.01, 100),
)
def test_scales_share_one_draw(X, train, kind, scale):
    noise = kind(random_state=0).fit(train.astype(np.float64))
    X = X.astype(np.float64)
    z = noise.transform(X) - X
    scaled = noise.set_params(scale=scale).transform(X) - X
    np.testing.assert_allclose(scaled, scale * z, atol=1e-9)


# --- new noise in every call ----------------------------------------------------------


def of_calls(noise, X):
    return [noise.transform(X) for _ in range(3)]


def of_copies_in_one_process(noise, X):
    """As joblib makes them in a worker, one for each task."""
    return [pickle.loads(pickle.dumps(noise)).transform(X) for _ in range(3)]


def of_deep_copies(noise, X):
    return [deepcopy(noise).transform(X), noise.transform(X)]


@KINDS
@pytest.mark.parametrize("draw", [of_calls, of_copies_in_one_process, of_deep_copies])
def test_resample_draws_new_noise_in_every_call_and_copy(draw, kind):
    X = rows(400, 10)
    noise = kind(resample=True, random_state=0).fit(X)
    for noisy, other in combinations(draw(noise, X), 2):
        assert_independent(noisy - X, other - X)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked")
def test_resample_draws_new_noise_in_a_forked_process():
    """The key alone is made in the fork, where threads of BLAS are not."""
    calls = GaussianNoiseTransformer(resample=True).fit(rows(9))._calls
    read, write = os.pipe()
    if os.fork() == 0:
        os.write(write, str(calls.next()).encode())
        os._exit(0)
    os.wait()
    os.close(write)
    assert int(os.read(read, 100)) != calls.next()
    os.close(read)


@KINDS
def test_resample_repeats_its_series_after_a_new_fit(kind):
    X = rows(50)
    noise = kind(resample=True, random_state=0)
    series = [
        [each.fit_transform(X), each.transform(X), each.transform(X)]
        for each in (noise, clone(noise), noise)
    ]
    np.testing.assert_array_equal(series[1], series[0])
    np.testing.assert_array_equal(series[2], series[0])


# --- noise of a subclass --------------------------------------------------------------


@pytest.mark.parametrize("shape", [(), (3, 1), (2,)])
def test_unit_noise_of_another_shape_is_refused(shape):
    class Broadcast(GaussianNoiseTransformer):
        def draw_unit_noise(self, rng, _, dtype):
            return rng.standard_normal(shape)

    message = r"Broadcast.draw_unit_noise must return an array of shape \(3, 2\)"
    with pytest.raises(ValueError, match=message):
        Broadcast().fit_transform(np.zeros((3, 2)))


def test_pink_noise_keeps_its_spectrum_through_blocks():
    noise = noise_of_training(np.zeros((5000, 64)), PinkNoise)
    power = (np.abs(np.fft.rfft(noise)) ** 2).mean(axis=0)
    np.testing.assert_allclose(power * np.arange(1, 34), power[0], rtol=0.25)


# --- errors in the last digits --------------------------------------------------------


@pytest.mark.parametrize(("dtype", "error"), [(np.float32, 1e-6), (np.float64, 1e-12)])
@pytest.mark.parametrize("shape", [(20, 4), (1, 30)])
@pytest.mark.parametrize("offset", [0, 60])
@pytest.mark.parametrize("seen", ["new", "fitted anew"])
def test_small_errors_leave_the_draw_as_it_is(seen, offset, shape, dtype, error):
    rng = np.random.default_rng(0)
    samples = TrainingSamples(np.zeros((1, 1), dtype), seed=0)
    n_changed = 0
    for _ in range(100):
        X = rng.normal(offset, size=shape).astype(dtype)
        wrong = (X * (1 + error * rng.choice([-1, 1], shape))).astype(dtype)
        if seen == "new":
            keys = [samples.find_key(matrix) for matrix in (X, wrong)]
        else:
            keys = [TrainingSamples(matrix, seed=0).key for matrix in (X, wrong)]
        n_changed += not np.array_equal(*keys)
    assert n_changed <= 2  # one in hundreds is expected


@given(X=matrices())
def test_an_ulp_does_not_matter_to_the_noise_of_a_fold(X):
    X = X.astype(np.float64)
    noise = noise_of_training(X)
    np.testing.assert_allclose(
        noise_of_training(np.nextafter(X, 2 * X)), noise, atol=1e-3
    )


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


@pytest.mark.parametrize(
    ("X", "of_training", "of_reversed"),
    [
        (waves(1, 1), [-212990963, -66237607], [-212990963, -66237607]),
        (waves(3000, 50), [-235396575, 8929349], [-239914230, 19579588]),
        (waves(9, 70000), [405892947, -922696413], [-92031502, 269617057]),
        (odd_waves(), [-3323467320, 333146110], [-3182092603, 540185706]),
    ],
)
def test_the_key_of_a_matrix_stays_what_it_was(X, of_training, of_reversed):
    samples = TrainingSamples(X, seed=3)
    keys = [samples.key, samples.find_key(X[::-1])]
    assert [key.view(np.int64)[:6].tolist() for key in keys] == [
        [3, 0, *X.shape, *of_training],
        [3, int(len(X) > 1), *X.shape, *of_reversed],
    ]
