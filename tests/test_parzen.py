import pickle
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp
from sklearn.base import clone
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skn_noise import GaussianNoiseTransformer, GaussianParzenClassifier


def expected_probabilities(X_train, y_train, X, scale):
    """The formula in double precision, one difference at a time."""
    distances = ((X[:, None] - X_train[None]) ** 2).sum(axis=2)
    exponents = -distances / (2 * scale**2)
    logs = np.column_stack(
        [logsumexp(exponents[:, y_train == c], axis=1) for c in np.unique(y_train)]
    )
    return np.exp(logs - logsumexp(logs, axis=1, keepdims=True))


@pytest.mark.parametrize("scale", [0.05, 0.3, 1.0, 20.0])
def test_probabilities_follow_the_formula(digits, scale):
    X, y = digits
    noisy = GaussianNoiseTransformer(scale, random_state=0).fit_transform(X[200:])
    classifier = GaussianParzenClassifier(scale).fit(X[:200], y[:200])
    expected = expected_probabilities(X[:200], y[:200], noisy, scale)
    assert classifier.predict_proba(noisy) == pytest.approx(expected, abs=2e-4)


def test_classes_weigh_as_often_as_they_occur():
    X, y = np.array([[0.0], [0.0], [0.0], [1.0]]), ["a", "a", "a", "b"]
    classifier = GaussianParzenClassifier(1e3).fit(X, y)
    assert classifier.predict_proba([[0.5]]) == pytest.approx(
        np.array([[0.75, 0.25]]), abs=1e-5
    )


def test_small_scales_are_the_rule_of_the_nearest_neighbour(digits):
    X, y = digits
    classifier = GaussianParzenClassifier(1e-3).fit(X[:200], y[:200])
    nearest = KNeighborsClassifier(1).fit(X[:200], y[:200])
    np.testing.assert_array_equal(classifier.predict(X[200:]), nearest.predict(X[200:]))
    assert classifier.median_effective_neighbors(X[200:]) == pytest.approx(1)


def test_it_is_the_rule_of_bayes_for_noisy_copies_of_its_samples():
    rng = np.random.default_rng(0)
    X, y = np.array([[-1.0, 0], [1, 0], [0, 3]]), np.array([0, 1, 1])
    labels = rng.integers(3, size=4000)
    noisy = X[labels] + rng.normal(size=(4000, 2))
    bayes = GaussianParzenClassifier(1.0).fit(X, y)
    trained = GaussianNB().fit(noisy, y[labels])
    losses = [
        log_loss(y[labels], classifier.predict_proba(noisy))
        for classifier in (bayes, trained)
    ]
    assert losses[0] < losses[1]
    # Each sample belongs to its class as often as its probability says.
    probabilities = bayes.predict_proba(noisy)[:, 1]
    for low in np.arange(0, 1, 0.25):
        chosen = (probabilities >= low) & (probabilities < low + 0.25)
        rate, expected = y[labels][chosen].mean(), probabilities[chosen].mean()
        assert abs(rate - expected) < 4 / (2 * np.sqrt(chosen.sum()))


def test_effective_neighbours_of_samples_at_one_distance():
    corners = np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]])
    classifier = GaussianParzenClassifier(0.1).fit(corners, [0, 1, 0, 1])
    assert classifier.median_effective_neighbors([[0.0, 0.0]]) == pytest.approx(4)


def test_effective_neighbours_grow_with_the_scale(digits):
    X, y = digits
    classifier = GaussianParzenClassifier().fit(X[:200], y[:200])
    numbers = [
        classifier.set_params(scale=scale).median_effective_neighbors(X[200:])
        for scale in (0.1, 0.5, 2.0, 1e3)
    ]
    assert numbers == sorted(numbers)
    assert numbers[-1] == pytest.approx(200, rel=1e-3)


def test_fitted_it_is_twice_as_large_as_its_samples(digits):
    X, y = digits
    samples = X.astype(np.float32)
    n_bytes = len(pickle.dumps(GaussianParzenClassifier().fit(samples, y)))
    assert n_bytes < 2.2 * samples.nbytes


def test_another_scale_needs_no_other_fit(digits):
    X, y = digits
    classifier = GaussianParzenClassifier(1.0).fit(X[:200], y[:200])
    again = clone(classifier).set_params(scale=0.2).fit(X[:200], y[:200])
    np.testing.assert_array_equal(
        classifier.set_params(scale=0.2).predict_proba(X[200:]),
        again.predict_proba(X[200:]),
    )


@given(
    st.integers(0, 2**32 - 1),
    st.tuples(*[st.sampled_from([0, 1, -300, 1.7e9, 1e12])] * 3),
    st.tuples(*[st.sampled_from([0, 1e-3, 1, 40, 3e4])] * 3),
    st.sampled_from([0.1, 1, 30]),
    st.sampled_from([np.float32, np.float64]),
)
def test_columns_may_have_any_offset_and_spread(seed, offset, spread, scale, dtype):
    rng = np.random.default_rng(seed)
    X = (offset + np.multiply(spread, rng.integers(-3, 4, (30, 3)))).astype(dtype)
    noisy = (X + scale * rng.normal(size=X.shape)).astype(dtype)
    y = rng.integers(2, size=30) > 0
    y[:2] = [False, True]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = GaussianParzenClassifier(scale).fit(X, y).predict_proba(noisy)
    expected = expected_probabilities(
        X.astype(np.float64), y, noisy.astype(np.float64), scale
    )
    assert ours == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("offset", "spread", "scale"),
    [
        (0, 1, 0.01),
        (300, 5, 1),
        (1e5, 1e3, 1),
        (-1e6, 1, 0.25),
        (0, 1e14, 1e14),
        (0, 1e-13, 1e-15),
        (0, 1e14, 1e9),
    ],
)
def test_every_way_of_computing_is_exact_and_gives_float32(
    offset, spread, scale, dtype
):
    rng = np.random.default_rng(0)
    X = (offset + spread * rng.normal(size=(40, 3))).astype(dtype)
    noisy = (X + scale * rng.normal(size=X.shape)).astype(dtype)
    y = np.arange(40) % 3
    ours = GaussianParzenClassifier(scale).fit(X, y).predict_proba(noisy)
    expected = expected_probabilities(
        X.astype(np.float64), y, noisy.astype(np.float64), scale
    )
    assert ours.dtype == np.float32
    assert ours == pytest.approx(expected, abs=1e-3)


def test_a_sample_far_from_a_single_one_has_a_probability():
    classifier = GaussianParzenClassifier(1e-15).fit(
        np.zeros((1, 1), np.float32), ["a"]
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert classifier.predict_proba(np.array([[9e14]], np.float32)) == [[1]]


def test_samples_far_away_tell_neighbours_apart():
    """As far away at right angles: their products with both are sums of 0, nearly."""
    rng = np.random.default_rng(0)
    one = rng.uniform(-50, 50, size=4)
    beside = one + 2.0**-14 * np.eye(4)[0]
    samples, y = np.array([one, beside, -one], dtype=np.float32), np.array([0, 1, 0])
    directions = rng.normal(size=(50, 4))
    directions -= np.outer(directions @ one, one) / (one @ one)
    X = (1e5 * directions).astype(np.float32)
    expected = expected_probabilities(samples.astype(float), y, X.astype(float), 1.0)
    assert np.ptp(expected) > 0.8
    given = GaussianParzenClassifier().fit(samples, y).predict_proba(X)
    np.testing.assert_allclose(given, expected, atol=1e-3)


def test_scales_small_for_the_samples_are_followed_in_double_precision(digits):
    X, _ = digits
    noisy = GaussianNoiseTransformer(1e-3, random_state=0).fit_transform(X[200:])
    # Pairs of classes that are but a little apart, so that rounding would tell.
    train = np.vstack([X[200:], noisy + 1e-3])
    labels = np.repeat([0, 1], 100)
    ours = GaussianParzenClassifier(1e-2).fit(train, labels).predict_proba(noisy)
    expected = expected_probabilities(train, labels, noisy, 1e-2)
    assert ours == pytest.approx(expected, abs=1e-3)


def test_scales_of_any_kind_of_number(digits):
    X, y = digits
    expected = GaussianParzenClassifier(0.5).fit(X, y).predict_proba(X)
    for scale in (Fraction(1, 2), np.float32(0.5)):
        ours = GaussianParzenClassifier(scale).fit(X, y).predict_proba(X)
        np.testing.assert_array_equal(ours, expected)


def test_large_classes_are_summed_up_exactly():
    X, y = np.zeros((2 * 10**5, 1)), np.arange(2 * 10**5) < 6 * 10**4
    classifier = GaussianParzenClassifier(1.0).fit(X, y)
    assert classifier.predict_proba([[1.0]])[0, 1] == pytest.approx(0.3, abs=1e-5)


@given(st.integers(1, 600), st.integers(1, 40))
def test_probabilities_sum_to_1_in_blocks_of_any_size(n_samples, n_centers):
    rng = np.random.default_rng(n_samples)
    X, y = rng.normal(size=(n_centers, 3)), rng.integers(3, size=n_centers)
    classifier = GaussianParzenClassifier(0.1).fit(X, y)
    probabilities = classifier.predict_proba(rng.normal(size=(n_samples, 3)))
    assert probabilities.shape == (n_samples, len(classifier.classes_))
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0, np.nan, np.inf, "1", 10**400, 1e-16])
def test_scales_out_of_range_also_after_the_fit(scale, digits):
    classifier = GaussianParzenClassifier().fit(*digits).set_params(scale=scale)
    for call in (
        lambda: classifier.predict(digits[0]),
        lambda: classifier.fit(*digits),
    ):
        with pytest.raises(ValueError, match="'scale' parameter"):
            call()


@pytest.mark.parametrize(
    ("is_far", "value"),
    [("training", 1e7), ("training", -1e300), ("noisy", 2e15), ("noisy", 1e300)],
)
def test_samples_too_far_away_for_float64_are_refused(is_far, value, digits):
    X, y = digits[0][:20].astype(float), digits[1][:20]
    far = X.copy()
    far[3, 4] = value
    train, noisy = (far, X) if is_far == "training" else (X, far)
    classifier = GaussianParzenClassifier(1.0).fit(train, y)
    message = "a million times the scale apart, but with scale=1.0 .* Check the units"
    with pytest.raises(ValueError, match=message):
        classifier.predict(noisy)
