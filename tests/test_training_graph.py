"""What networks of a kind share, and what they must not."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from small_networks import latest_graph, small, weights

from skn_noise.network._training import _drop, _graphs


@pytest.mark.parametrize(
    "params", [{"random_state": 1}, {"learning_rate": 0.1}, {"epochs": 1}]
)
def test_networks_of_a_kind_share_a_graph(digits, params):
    small().fit(*digits)
    graph = latest_graph()
    small(**params).fit(*digits)
    assert latest_graph() is graph


@pytest.mark.parametrize(
    "params",
    [
        {"hidden_layer_sizes": (8,)},
        {"activation": "tanh"},
        {"dropout": 0.4},
        {"batch_size": 100},
        {"optimizer": "sgd"},
    ],
)
def test_networks_of_another_kind_do_not(digits, params):
    small().fit(*digits)
    graph = latest_graph()
    small(**params).fit(*digits)
    assert latest_graph() is not graph


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_earlier_fits_leave_nothing_behind(digits, optimizer):
    X, y = digits
    classifier = small(optimizer=optimizer)
    expected = weights(classifier.fit(X, y))
    clone(classifier).set_params(learning_rate=0.5, random_state=1).fit(X[::-1], y)
    np.testing.assert_array_equal(weights(classifier.fit(X, y)), expected)


def test_a_fitted_network_is_left_alone_by_later_fits(digits):
    classifier = small().fit(*digits)
    expected = weights(classifier)
    small(random_state=1).fit(*digits)
    np.testing.assert_array_equal(weights(classifier), expected)


class TrainsAnother(keras.callbacks.Callback):
    def __init__(self, X, y):
        super().__init__()
        self.samples = X, y

    def __deepcopy__(self, memo):
        return TrainsAnother(*self.samples)

    def on_epoch_end(self, epoch, logs=None):
        small(random_state=1).fit(*self.samples)


def test_a_callback_may_train_a_network_of_the_same_kind(digits):
    watched = small(callbacks=TrainsAnother(*digits)).fit(*digits)
    np.testing.assert_array_equal(weights(watched), weights(small().fit(*digits)))


def test_a_callback_sees_the_network_in_training(digits):
    class RemembersWeights(keras.callbacks.Callback):
        seen = []

        def on_epoch_end(self, epoch, logs=None):
            self.seen.append(self.model.get_weights()[0])

    classifier = small(callbacks=RemembersWeights()).fit(*digits)
    first, last = RemembersWeights.seen
    assert not np.array_equal(first, last)
    np.testing.assert_array_equal(last, classifier.model_.get_weights()[0])


def test_weights_that_a_callback_restores_are_the_fitted_ones(digits):
    X, y = digits
    stopping = keras.callbacks.EarlyStopping(
        monitor="accuracy", mode="min", patience=3, restore_best_weights=True
    )
    restored = small(epochs=4, learning_rate=0.01, callbacks=stopping).fit(X, y)
    once = small(epochs=1, learning_rate=0.01).fit(X, y)
    np.testing.assert_array_equal(weights(restored), weights(once))


def test_the_fitted_network_keeps_the_state_of_its_optimizer(digits):
    X, y = digits
    classifier = small(epochs=3, batch_size=100, learning_rate=0.02).fit(X, y)
    optimizer = classifier.model_.optimizer
    assert int(optimizer.iterations) == 9
    assert float(optimizer.learning_rate) == pytest.approx(0.02)
    assert all(np.any(moment) for moment in optimizer.variables[2:])


def test_callbacks_are_left_with_the_fitted_network(digits):
    class Remembers(keras.callbacks.Callback):
        seen = []

        def on_train_end(self, logs=None):
            self.seen.append(self)

    network = small(callbacks=Remembers()).fit(*digits).model_
    assert network.history.model is network
    (used,) = Remembers.seen
    assert used.model is network


def test_few_graphs_are_kept(digits):
    for n_units in range(2, 9):
        small(hidden_layer_sizes=(n_units,), epochs=1).fit(*digits)
    assert len(_graphs) == 2


def test_layers_are_named_by_their_place(digits):
    for _ in range(2):
        network = small(hidden_layer_sizes=(4, 3)).fit(*digits).model_
        assert [layer.name for layer in network.layers] == [
            "hidden_1",
            "dropout_1",
            "hidden_2",
            "dropout_2",
            "classes",
        ]


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
