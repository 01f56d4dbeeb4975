import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import stats
from sklearn.base import clone
from small_networks import latest_graph, small, weights

from skn_noise.layers import InputNoise

# --- the layer ------------------------------------------------------------------------


def test_noise_is_normal_with_its_standard_deviation():
    noise = InputNoise(3.0, seed=0)(np.zeros((1000, 20), np.float32), training=True)
    assert stats.kstest(np.ravel(noise) / 3, "norm").pvalue > 1e-3


def test_noise_is_drawn_afresh_in_every_call():
    layer, x = InputNoise(1.0, seed=0), np.zeros((500, 4), np.float32)
    first, second = (np.ravel(layer(x, training=True)) for _ in range(2))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1


def test_noise_is_added_to_the_inputs():
    x = np.arange(12, dtype=np.float32).reshape(3, 4)
    noise, noisy = (
        InputNoise(1.0, seed=0)(values, training=True) for values in (0 * x, x)
    )
    np.testing.assert_allclose(noisy - x, noise, atol=1e-5)


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


def test_without_input_noise_there_is_no_such_layer(digits):
    names = [layer.name for layer in small().fit(*digits).model_.layers]
    assert "input_noise" not in names


def test_the_layer_comes_first_and_has_the_standard_deviation(digits):
    network = small(input_noise=2.0).fit(*digits).model_
    assert isinstance(network.layers[0], InputNoise)
    assert float(network.layers[0].stddev) == 2.0


def test_predictions_have_no_noise(digits):
    X, y = digits
    classifier = small(input_noise=3.0).fit(X, y)
    np.testing.assert_array_equal(
        classifier.predict_proba(X), classifier.predict_proba(X)
    )
    plain = keras.Sequential(classifier.model_.layers[1:])
    np.testing.assert_allclose(
        classifier.predict_proba(X), plain(X.astype(np.float32)), atol=1e-6
    )


def test_training_has_noise(digits):
    losses = [
        small(input_noise=scale, epochs=30).fit(*digits).history_["loss"][-1]
        for scale in (0.0, 3.0)
    ]
    assert losses[1] > losses[0]


def test_every_epoch_has_noise_of_its_own(digits):
    X, y = digits
    untrained = small(
        input_noise=1.0, learning_rate=1e-30, dropout=0, batch_size=300, epochs=3
    ).fit(X, y)
    assert len(set(untrained.history_["loss"])) == 3


def test_initial_weights_are_those_without_noise(digits):
    plain, noisy = (
        weights(small(input_noise=scale, learning_rate=1e-30, epochs=1).fit(*digits))
        for scale in (0.0, 1.0)
    )
    np.testing.assert_allclose(plain, noisy, atol=1e-20)


def test_fits_are_reproducible(digits):
    classifier = small(input_noise=1.0)
    expected = weights(classifier.fit(*digits))
    clone(classifier).set_params(input_noise=4.0, random_state=7).fit(*digits)
    np.testing.assert_array_equal(weights(classifier.fit(*digits)), expected)


def test_all_standard_deviations_share_a_graph(digits):
    small(input_noise=1.0).fit(*digits)
    graph = latest_graph()
    small(input_noise=2.0).fit(*digits)
    assert latest_graph() is graph
    small().fit(*digits)
    assert latest_graph() is not graph


def test_the_noise_is_that_of_keras_where_keras_has_it(digits):
    """With the same seeds as GaussianNoise, which takes up to 1, the losses agree."""
    X = digits[0].astype(np.float32)
    ours, theirs = InputNoise(0.7, seed=5), keras.layers.GaussianNoise(0.7, seed=5)
    np.testing.assert_allclose(ours(X, training=True), theirs(X, training=True))


@pytest.mark.parametrize("input_noise", [-0.1, float("nan"), float("inf"), "1"])
def test_input_noise_out_of_its_range(input_noise, digits):
    with pytest.raises(ValueError, match="'input_noise' parameter"):
        small(input_noise=input_noise).fit(*digits)


def test_a_saved_network_is_loaded_in_another_process(digits, tmp_path):
    X, y = digits
    classifier = small(input_noise=2.0).fit(X, y)
    classifier.model_.save(tmp_path / "network.keras")
    np.save(tmp_path / "X.npy", X[:5].astype(np.float32))
    script = (
        "import keras, numpy as np, skn_noise.layers;"
        "network = keras.saving.load_model('network.keras');"
        "print(float(network.layers[0].stddev));"
        "np.save('y.npy', network(np.load('X.npy')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-1] == "2.0"
    np.testing.assert_allclose(
        np.load(tmp_path / "y.npy"), classifier.predict_proba(X[:5]), atol=1e-6
    )
