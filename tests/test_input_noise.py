import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats
from small_networks import blueprint, small

from skn_noise.layers import InputNoise
from skn_noise.network._build import build_network

# --- the layer ------------------------------------------------------------------------


def test_noise_is_normal_with_its_standard_deviation():
    noise = InputNoise(3.0, seed=0)(np.zeros((1000, 20), np.float32), training=True)
    assert stats.kstest(np.ravel(noise) / 3, "norm").pvalue > 1e-3


def test_noise_is_drawn_afresh_in_every_call():
    layer, x = InputNoise(1.0, seed=0), np.zeros((500, 4), np.float32)
    first, second = (np.ravel(layer(x, training=True)) for _ in range(2))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1


def test_no_noise_in_prediction():
    x = np.ones((3, 4), np.float32)
    np.testing.assert_array_equal(InputNoise(5.0)(x), x)


def test_a_layer_is_made_again_from_its_configuration():
    config = InputNoise(0.1, seed=3, name="noise").get_config()
    again = InputNoise.from_config(config)
    assert again.get_config() == config
    assert (config["stddev"], config["seed"]) == (0.1, 3)


@pytest.mark.parametrize(
    "stddev", [-1.0, float("nan"), float("inf"), "1", None, [1.0], 1j, np.ones(2)]
)
def test_layers_of_no_standard_deviation(stddev):
    with pytest.raises(ValueError, match=r"stddev must be a number .* got "):
        InputNoise(stddev)


def test_half_precision():
    layer = InputNoise(1.0, seed=0, dtype="mixed_float16")
    assert layer(np.zeros((2, 3), np.float32), training=True).dtype == tf.float16


# --- the classifier -------------------------------------------------------------------


@pytest.fixture(scope="module")
def noisy(digits):
    return small(input_noise=2.0).fit(*digits)


def test_predictions_have_no_noise(digits, noisy):
    X = digits[0].astype(np.float32)
    without = keras.Sequential(noisy.model_.layers[1:])
    np.testing.assert_allclose(noisy.predict_proba(X), without(X), atol=1e-6)


def test_every_epoch_has_noise_of_its_own(digits):
    untrained = small(
        input_noise=1.0, learning_rate=1e-30, dropout=0, batch_size=300, epochs=3
    ).fit(*digits)
    assert len(set(untrained.history_["loss"])) == 3


def test_initial_weights_are_those_without_noise():
    without, noisy = (
        build_network(blueprint(input_noise=scale)).trainable_weights
        for scale in (0.0, 1.0)
    )
    for one, other in zip(without, noisy, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_noise_is_that_of_keras_where_keras_has_it(digits):
    """With the same seeds as GaussianNoise, which takes up to 1, the outputs agree."""
    X = digits[0].astype(np.float32)
    ours, theirs = InputNoise(0.7, seed=5), keras.layers.GaussianNoise(0.7, seed=5)
    np.testing.assert_allclose(ours(X, training=True), theirs(X, training=True))
