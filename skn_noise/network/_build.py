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
    activation: str | Callable  # a layer is one, too
    dropout: float
    input_noise: float
    optimizer: str | keras.optimizers.Optimizer
    learning_rate: float  # of an optimizer given by name
    precision: str  # of the hidden layers' products in training
    dtype_policy: str
    seed: int


def build_network(blueprint):
    """Build and compile the multilayer perceptron."""
    layers = _make_layers(blueprint)
    network = keras.Sequential(layers, name="multilayer_perceptron")
    network.dtype_policy = blueprint.dtype_policy
    network.compile(_make_optimizer(blueprint), LOSS, metrics=["accuracy"])
    return network


def state_of(network):
    """Return all variables of a network and of its optimizer."""
    if not network.optimizer.built:
        network.optimizer.build(network.trainable_variables)
    return [*network.variables, *network.optimizer.variables]


def copy_state(source, target):
    """Bring a network into the state of another of its kind."""
    for theirs, mine in zip(state_of(source), state_of(target), strict=True):
        mine.assign(theirs)


def _make_layers(blueprint):
    # Keras would draw these seeds from Python's global generator, which other threads,
    # those of a Dask worker for instance, draw from as well.
    generator = random.Random(blueprint.seed)

    def seed():
        return generator.randint(1, 10**9)

    def settings(name):
        return {"name": name, "dtype": blueprint.dtype_policy}

    def dense(n_units, activation, name):
        initializer = keras.initializers.GlorotUniform(seed())
        return keras.layers.Dense(
            n_units, activation, kernel_initializer=initializer, **settings(name)
        )

    rate, stddev = blueprint.dropout, blueprint.input_noise
    layers = [keras.Input((blueprint.n_features,))]
    for i, n_units in enumerate(blueprint.hidden_layer_sizes, start=1):
        function, after = _split_activation(blueprint.activation, f"activation_{i}")
        layers += [dense(n_units, function, f"hidden_{i}"), *after]
        if rate > 0:
            name = f"dropout_{i}"
            layers.append(keras.layers.Dropout(rate, seed=seed(), **settings(name)))
    layers.append(dense(blueprint.n_classes, "softmax", "classes"))
    if stddev > 0:
        # Its seed comes last: the others are those of a network without noise.
        layers.insert(1, InputNoise(stddev, seed=seed(), **settings("input_noise")))
    return layers


def _split_activation(activation, name):
    """Return the activation as a function, or as a layer that has weights of its own.

    One layer must not be in a network twice, so each hidden layer is given a copy.
    """
    if not isinstance(activation, keras.layers.Layer):
        return _look_up("activation", activation, keras.activations, "relu"), []
    config = activation.get_config() | {"name": name}
    return None, [type(activation).from_config(config)]


def _look_up(name, value, known, example):
    try:
        return known.get(value)
    except ValueError as error:
        raise ValueError(
            f"{name} must be a name that Keras knows, such as {example!r}, got "
            f"{value!r}. keras.{known.__name__.split('.')[-1]} lists them."
        ) from error


def _make_optimizer(blueprint):
    optimizer = blueprint.optimizer
    if isinstance(optimizer, str):
        by_name = type(_look_up("optimizer", optimizer, keras.optimizers, "adam"))
        return by_name(learning_rate=float(blueprint.learning_rate))
    # An optimizer serves one network only, and a parameter is not ours to change.
    return type(optimizer).from_config(optimizer.get_config())
