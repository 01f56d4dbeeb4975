"""The noise is what it claims to be: independent N(0, 1) values.

Each bound is four to six standard errors wide, and the seeds are fixed.
"""

import numpy as np
import pytest
from scipy import stats

from skn_noise._keyed_normal import fill_unit_normals, random_words, row_keys

N_DRAWS = 10**7


def unit_noise(X, seed=0):
    keys, noise = row_keys(X, seed), np.empty(X.shape, dtype=X.dtype)
    for _ in fill_unit_normals(keys, out=noise):
        pass
    return noise


def correlation(a, b):
    return np.corrcoef(a.ravel().astype(float), b.ravel().astype(float))[0, 1]


@pytest.fixture(scope="module", params=[np.float32, np.float64])
def draws(request):
    """10^7 values, the noise of images that differ in a few grey levels."""
    grey_levels = np.random.default_rng(0).integers(0, 4, size=(N_DRAWS // 1000, 1000))
    return unit_noise((grey_levels / 255).astype(request.param))


@pytest.mark.parametrize(
    ("power", "moment", "variance"), [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)]
)
def test_moments(draws, power, moment, variance):
    standard_error = np.sqrt(variance / N_DRAWS)
    measured = np.mean(draws.astype(np.float64) ** power)
    assert abs(measured - moment) < 4 * standard_error


def test_kolmogorov_smirnov(draws):
    assert stats.kstest(draws.ravel().astype(np.float64), "norm").pvalue > 0.001


@pytest.mark.parametrize("threshold", [2.0, 3.0, 4.0, 5.0])
def test_tails(draws, threshold):
    expected = N_DRAWS * stats.norm.sf(threshold)
    for tail in (draws > threshold, draws < -threshold):
        assert abs(np.count_nonzero(tail) - expected) < 5 * np.sqrt(expected) + 1


def test_columns_are_uncorrelated(draws):
    n_rows = len(draws)
    correlations = np.corrcoef(draws[:, :200].astype(float), rowvar=False)
    off_diagonal = correlations[np.triu_indices(200, k=1)]
    assert np.abs(off_diagonal).max() < 6 / np.sqrt(n_rows)


def test_the_two_normals_of_a_pair_are_independent(draws):
    cosines, sines = draws[:, :500].astype(float), draws[:, 500:].astype(float)
    bound = 5 / np.sqrt(cosines.size)
    assert abs(correlation(cosines, sines)) < bound
    assert abs(correlation(cosines**2, sines**2)) < bound


def test_neighbouring_rows_are_uncorrelated(draws):
    assert abs(correlation(draws[:-1], draws[1:])) < 5 / np.sqrt(N_DRAWS)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_one_grey_level_apart_are_uncorrelated(dtype):
    images = np.random.default_rng(0).integers(0, 255, size=(2000, 784))
    brighter = images.copy()
    brighter[np.arange(2000), np.arange(2000) % 784] += 1
    noise, other = (unit_noise((X / 255).astype(dtype)) for X in (images, brighter))
    assert abs(correlation(noise, other)) < 5 / np.sqrt(noise.size)


def test_sets_of_samples_have_independent_noise():
    rng = np.random.default_rng(0)
    noise, other = (unit_noise(rng.normal(size=(2000, 500))) for _ in range(2))
    by_row = [correlation(a, b) for a, b in zip(noise, other, strict=True)]
    assert abs(correlation(noise, other)) < 5 / np.sqrt(noise.size)
    assert np.std(by_row) == pytest.approx(1 / np.sqrt(500), rel=0.1)


@pytest.mark.parametrize("other_seed", [1, 2, 2**32, 2**63])
def test_seeds_have_independent_noise(other_seed):
    X = np.random.default_rng(0).normal(size=(2000, 500))
    noise, other = unit_noise(X, seed=0), unit_noise(X, seed=other_seed)
    assert abs(correlation(noise, other)) < 5 / np.sqrt(noise.size)


def test_the_row_of_zeros_has_other_noise_under_another_seed():
    zeros = np.zeros((1, 1000))
    noise, other = unit_noise(zeros, seed=0), unit_noise(zeros, seed=1)
    assert abs(correlation(noise, other)) < 5 / np.sqrt(1000)


def test_equal_rows_have_independent_noise():
    noise = unit_noise(np.ones((2000, 500)))
    assert abs(correlation(noise[:-1], noise[1:])) < 5 / np.sqrt(noise.size)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "values", [[0, 1], [-1, 1], [0, 0.5], [2.0**20, 2.0**21], [0, 16], [0, 2.0**-100]]
)
def test_rows_of_round_numbers_have_different_keys(dtype, values):
    rows = np.random.default_rng(0).choice(values, size=(50_000, 64)).astype(dtype)
    rows = np.unique(rows, axis=0)
    keys = row_keys(rows, seed=0)
    assert len(np.unique(keys)) == len(rows)
    assert len(np.unique(keys >> np.uint64(16))) == len(rows)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("first_column", [0, 1])
@pytest.mark.parametrize("values", [[0, 1], [-1, 1]])
def test_rows_that_differ_in_every_second_column_have_different_keys(
    dtype, first_column, values
):
    rows = np.ones((5000, 64), dtype=dtype)
    rng = np.random.default_rng(0)
    rows[:, first_column::2] = rng.choice(values, size=(5000, 32))
    rows = np.unique(rows, axis=0)
    assert len(np.unique(row_keys(rows, seed=0) >> np.uint64(16))) == len(rows)


def test_each_bit_of_the_words_is_fair():
    words = random_words(row_keys(np.arange(20_000.0)[:, np.newaxis], seed=0), 50)
    bits = np.unpackbits(words.view(np.uint8).reshape(-1, 8), axis=1)
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 5 * 0.5 / np.sqrt(words.size)


@pytest.mark.parametrize("n_features", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_column_is_normal_whatever_their_number(n_features, dtype):
    noise = unit_noise(
        np.arange(20_000 * n_features, dtype=dtype).reshape(-1, n_features)
    )
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=5 / np.sqrt(20_000))
    np.testing.assert_allclose(noise.var(axis=0), 1, atol=5 * np.sqrt(2 / 20_000))
