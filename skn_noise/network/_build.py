"""What a network is built from, and building it."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from skn_noise.network._tensorflow import keras
from skn_noise.network.layers import InputNoise

LOSS = "sparse_categorical_crossentropy"


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """All that a network is built from: two of the same blueprint are the same."""

    n_features: int
    hidden_layer_sizes: tuple[int, ...]
    n_classes: int
    activation: str | Callable
    dropout: float
    input_noise: float
    optimizer: str | keras.optimizers.Optimizer
    learning_rate: float  # of an optimizer given by name
    seed: int


def build_network(blueprint):
    """Build and compile the multilayer perceptron."""
    layers = _make_layers(blueprint)
    network = keras.Sequential(layers, name="multilayer_perceptron")
    network.compile(_make_optimizer(blueprint), LOSS, metrics=["accuracy"])
    return network


def _make_layers(blueprint):
    # Keras would draw these seeds from Python's global generator, which other threads,
    # those of a Dask worker for instance, draw from as well.
    generator = random.Random(blueprint.seed)

    def seed():
        return generator.randint(1, 10**9)

    def dense(n_units, activation, name):
        initializer = keras.initializers.GlorotUniform(seed())
        return keras.layers.Dense(
            n_units, activation, kernel_initializer=initializer, name=name
        )

    rate, stddev = blueprint.dropout, blueprint.input_noise
    layers = [keras.Input((blueprint.n_features,))]
    for i, n_units in enumerate(blueprint.hidden_layer_sizes, start=1):
        layers.append(dense(n_units, blueprint.activation, f"hidden_{i}"))
        if rate > 0:
            layers.append(keras.layers.Dropout(rate, seed=seed(), name=f"dropout_{i}"))
    layers.append(dense(blueprint.n_classes, "softmax", "classes"))
    if stddev > 0:
        # Its seed comes last: the others are those of a network without noise.
        layers.insert(1, InputNoise(stddev, seed=seed(), name="input_noise"))
    return layers


def _make_optimizer(blueprint):
    optimizer = blueprint.optimizer
    if isinstance(optimizer, str):
        by_name = type(keras.optimizers.get(optimizer))
        return by_name(learning_rate=blueprint.learning_rate)
    # An optimizer serves one network only, and a parameter is not ours to change.
    return type(optimizer).from_config(optimizer.get_config())
