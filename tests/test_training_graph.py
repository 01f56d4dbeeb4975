"""What networks of a kind share, and what they must not."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import blueprint, latest_graph, small, weights

from skn_noise.network._training import _drop, _graph_key, _graphs

# --- which networks share a graph -----------------------------------------------------


ALIKE = [{"random_state": 1}, {"learning_rate": 0.1}, {"epochs": 1}]
UNLIKE = [{"hidden_layer_sizes": (8,)}, {"activation": "tanh"}, {"dropout": 0.4}]
UNLIKE += [{"input_noise": 1.0}, {"optimizer": "sgd"}]
UNLIKE += [{"optimizer": keras.optimizers.Adam()}]


@pytest.mark.parametrize("params", ALIKE + UNLIKE)
def test_networks_of_a_kind_and_no_others_share_a_graph(params):
    is_shared = _graph_key(blueprint(**params)) == _graph_key(blueprint())
    assert is_shared == (params in ALIKE)


def test_all_scales_of_the_input_noise_share_a_graph(digits):
    classifier = small(input_noise=1.0).fit(*digits)
    expected, graph = weights(classifier), latest_graph()
    other = small(input_noise=2.0, random_state=1).fit(*digits)
    assert latest_graph() is graph
    assert not np.array_equal(weights(other), expected)
    np.testing.assert_array_equal(weights(classifier), expected)
    np.testing.assert_array_equal(weights(classifier.fit(*digits)), expected)


def test_a_graph_takes_batches_of_one_size(digits):
    small().fit(*digits)
    graph = latest_graph()
    small(batch_size=100).fit(*digits)
    assert latest_graph() is not graph


def test_few_graphs_are_kept(digits):
    for n_units in (2, 3, 4):
        small(hidden_layer_sizes=(n_units,), epochs=1).fit(*digits)
    assert len(_graphs) == 2


# --- the network and its twin ---------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_earlier_fits_leave_nothing_behind(digits, optimizer):
    X, y = digits
    classifier = small(optimizer=optimizer).fit(X, y)
    expected = weights(classifier)
    small(optimizer=optimizer, learning_rate=0.5, random_state=1).fit(X[::-1], y)
    np.testing.assert_array_equal(weights(classifier), expected)
    np.testing.assert_array_equal(weights(classifier.fit(X, y)), expected)


class TrainsAnother(keras.callbacks.Callback):
    def __init__(self, X, y):
        super().__init__()
        self.samples = X, y

    def __deepcopy__(self, memo):
        return TrainsAnother(*self.samples)

    def on_epoch_end(self, epoch, logs=None):
        small(random_state=1).fit(*self.samples)


def test_a_callback_may_train_a_network_of_the_same_kind(digits, plain):
    watched = small(callbacks=TrainsAnother(*digits)).fit(*digits)
    np.testing.assert_array_equal(weights(watched), weights(plain))


class Remembers(keras.callbacks.Callback):
    seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.model.get_weights()[0])

    def on_train_end(self, logs=None):
        self.seen.append(self)


def test_callbacks_have_the_network_in_training_and_then_the_fitted_one(digits):
    Remembers.seen.clear()
    network = small(callbacks=Remembers()).fit(*digits).model_
    first, last, used = Remembers.seen
    assert not np.array_equal(first, last)
    np.testing.assert_array_equal(last, network.get_weights()[0])
    assert network.history.model is network
    assert used.model is network


def test_weights_that_a_callback_restores_are_the_fitted_ones(digits):
    stopping = keras.callbacks.EarlyStopping(
        monitor="accuracy", mode="min", patience=3, restore_best_weights=True
    )
    restored = small(epochs=4, learning_rate=0.01, callbacks=stopping).fit(*digits)
    once = small(epochs=1, learning_rate=0.01).fit(*digits)
    np.testing.assert_array_equal(weights(restored), weights(once))


def test_the_fitted_network_keeps_the_state_of_its_optimizer(digits):
    classifier = small(epochs=3, batch_size=100, learning_rate=0.02).fit(*digits)
    optimizer = classifier.model_.optimizer
    assert int(optimizer.iterations) == 9
    assert float(optimizer.learning_rate) == pytest.approx(0.02)
    assert all(np.any(moment) for moment in optimizer.variables[2:])


# --- dropout --------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 0.95), st.integers(1, 7), st.integers(0, 2**31 - 1))
def test_dropout_keeps_the_expected_sum(rate, n_units, seed):
    n = 20_000
    dropped = _drop(tf.ones((n, n_units)), rate, (seed, 0)).numpy()
    kept = dropped != 0
    assert dropped[kept] == pytest.approx(1 / (1 - rate))
    deviation = np.sqrt(rate * (1 - rate) / n) + 2**-16
    assert np.abs(kept.mean(axis=0) - (1 - rate)).max() < 6 * deviation


def test_dropout_treats_units_independently():
    dropped = _drop(tf.ones((50_000, 4)), 0.5, (1, 2)).numpy()
    correlations = np.corrcoef(dropped, rowvar=False) - np.eye(4)
    assert np.abs(correlations).max() < 0.03
