"""Build a Keras network from a blueprint, and wrap it in a scikeras classifier."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from skn_noise.network._tensorflow import KerasClassifier, keras
from skn_noise.network.layers import InputNoise

_LOSS = "sparse_categorical_crossentropy"

# --- the network ----------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """Description of a network before training; equal ones build equal networks."""

    n_features: int
    hidden_layer_sizes: tuple[int, ...]
    n_classes: int
    activation: str | Callable  # a Keras layer is callable, too
    dropout: float
    input_noise: float
    optimizer: str | keras.optimizers.Optimizer
    learning_rate: float  # used if the optimizer is a name
    precision: str  # of the products of the hidden layers in training
    dtype_policy: str
    seed: int


def build_network(blueprint):
    """Build and compile the multilayer perceptron."""
    layers = _make_layers(blueprint)
    network = keras.Sequential(layers, name="multilayer_perceptron")
    network.dtype_policy = blueprint.dtype_policy
    network.compile(_make_optimizer(blueprint), _LOSS, metrics=["accuracy"])
    return network


def state_of(network):
    """Return all variables of a network and of its optimizer."""
    if not network.optimizer.built:  # Keras builds it in the first step of training
        network.optimizer.build(network.trainable_variables)
    return [*network.variables, *network.optimizer.variables]


def copy_state(source, target):
    """Copy all variables of a network and of its optimizer to an equally built one."""
    for variable, copy in zip(state_of(source), state_of(target), strict=True):
        copy.assign(variable)


def _make_layers(blueprint):
    # Keras would draw these seeds from Python's global generator, from which other
    # threads draw as well, for instance those of a Dask worker.
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
        # Drawn last, its seed leaves the initial weights those of a network without it.
        layers.insert(1, InputNoise(stddev, seed=seed(), **settings("input_noise")))
    return layers


def _split_activation(activation, name):
    """Return the activation as a function and a list of layers; one of them is empty.

    A layer must not occur in a network twice, so that each hidden layer gets a copy.
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
    # A copy, as an optimizer is bound to the variables of one network, and as fit must
    # not change a parameter.
    return type(optimizer).from_config(optimizer.get_config())


# --- the network in scikeras ----------------------------------------------------------


class HeldKerasClassifier(KerasClassifier):
    """Wrapper of scikeras that pickles the variables of its network, not the network.

    Keras does not unpickle networks with functions of the user, so this rebuilds the
    network from its blueprint. Unpickling imports the module of the class first, and
    this module starts TensorFlow without messages.
    """

    def __getstate__(self):
        """Replace the network by a list of arrays."""
        state = super().__getstate__()
        if self._is_built_by_blueprint() and "model_" in state:
            state = state | {"model_": [v.numpy() for v in state_of(state["model_"])]}
        return state

    def __setstate__(self, state):
        """Rebuild the network and assign the arrays to its variables."""
        super().__setstate__(state)
        if isinstance(arrays := getattr(self, "model_", None), list):
            self.model_ = self.model()
            for variable, array in zip(state_of(self.model_), arrays, strict=True):
                variable.assign(array)

    def _is_built_by_blueprint(self):
        return isinstance(self.model, partial) and self.model.func is build_network


def wrap_in_scikeras(network, blueprint, classes, **params):
    """Return a fitted scikeras classifier around a trained network."""
    held = HeldKerasClassifier(
        network, optimizer=blueprint.optimizer, loss=_LOSS, **params
    )
    # `initialize` looks at the shape of X and at the labels only. Each label comes
    # twice, as scikeras takes many labels that occur once for a regression target.
    X = np.zeros((2 * len(classes), blueprint.n_features), np.float32)
    held.initialize(X, np.tile(classes, 2))
    # From now on its own `fit` builds a new network; it would train this one on.
    return held.set_params(
        model=partial(build_network, blueprint), random_state=blueprint.seed
    )
