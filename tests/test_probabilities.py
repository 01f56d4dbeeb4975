"""Probabilities are float32 whose sums log loss takes for 1, in whatever precision."""

import warnings

import numpy as np
import pytest
from sklearn.metrics import log_loss

from skn_noise.network._mlp import _as_probabilities


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.fixture(params=[2, 3, 10, 100])
def exact(request):
    rng = np.random.default_rng(0)
    spreads = rng.choice([0, 0.1, 1, 5, 20], (3000, 1))
    return softmax(rng.standard_normal((3000, request.param)) * spreads)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_sums_are_1_as_far_as_log_loss_looks(exact, dtype):
    sums = _as_probabilities(exact.astype(dtype)).sum(axis=1, dtype=np.float64)
    assert np.allclose(sums, 1, rtol=np.sqrt(np.finfo(np.float64).eps))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_most_probable_class_stays_the_same(exact, dtype):
    outputs = exact.astype(dtype)
    probabilities = _as_probabilities(outputs)
    assert (probabilities.argmax(axis=1) == outputs.argmax(axis=1)).all()


def test_no_probability_is_changed_by_more_than_half_or_a_rounding_error(exact):
    probabilities = _as_probabilities(exact)
    assert (
        np.abs(probabilities - exact) <= np.minimum(0.501 * exact, 1e-6) + 1e-45
    ).all()


def test_sums_that_are_close_enough_are_left_alone():
    outputs = np.array([[0.25, 0.75], [0.5, 0.5]], np.float32)
    np.testing.assert_array_equal(_as_probabilities(outputs), outputs)


def test_an_average_of_networks_gets_no_warning(plain, trained, digits):
    X, y = digits
    average = (plain.predict_proba(X).astype(float) + trained.predict_proba(X)) / 2
    with warnings.catch_warnings(action="error"):
        log_loss(y, average)
