"""Objects of Keras are told apart by all that they compute with, but by no name."""

from inspect import isclass, signature

import keras
import pytest
from keras import layers
from ways_to_differ import network

from skn_noise.study.fingerprint._digest import fingerprint


def wired(first, second):
    """Subtract inputs and outputs of a layer; either may come first."""
    inputs = keras.Input((2,))
    values = inputs, layers.Dense(2, kernel_initializer="ones")(inputs)
    return keras.Model(inputs, layers.Subtract()([values[first], values[second]]))


class Own(keras.Sequential):
    pass


class Tuned:
    def __init__(self, factor):
        self.factor = factor


class Unset(keras.Model):
    """Has no settings, as Keras cannot write down what it is made of."""

    def __init__(self, tuned):
        super().__init__()
        self.tuned = tuned


def around(layer, **attributes):
    made = layers.TimeDistributed(layer)
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def called(name):
    return layers.Dense(2, kernel_initializer=name, bias_initializer=name, name=name)


UNLIKE = {
    "wiring": lambda z: wired(1, 0) if z else wired(0, 1),
    "optimizer": lambda z: network(compiled={"optimizer": "sgd" if z else "adam"}),
    "loss": lambda z: network(compiled={"loss": keras.losses.Huber(2.0 if z else 1.0)}),
    "class": lambda z: (Own if z else keras.Sequential)([keras.Input((2,))]),
    "layer within": lambda z: around(layers.Dense(3 if z else 2)),
    "weights": lambda z: network(2.0 if z else 1.0),
    "own object": lambda z: around(layers.Dense(2), own=Tuned(2 if z else 1)),
    "own object of a network without settings": lambda z: Unset(Tuned(2 if z else 1)),
    "number set later": lambda z: around(layers.Dense(2), rate=2.0 if z else 1.0),
    "text like a name": lambda z: called("Ones" if z else "Zeros"),
    "number of a loss": lambda z: keras.losses.Huber(2.0 if z else 1.0),
    "threshold": lambda z: keras.metrics.BinaryAccuracy(threshold=0.6 if z else 0.5),
}


@pytest.mark.parametrize("what", UNLIKE)
def test_objects_are_told_apart_by_their(what):
    one, copy, other = (fingerprint(value=UNLIKE[what](z)) for z in (0, 0, 1))
    assert one == copy != other


def test_a_network_of_a_library_that_has_no_settings_is_refused_in_one_sentence():
    library = type("Foreign", (Unset,), {"__module__": "sklearn.base"})
    message = (
        r"cannot tell the sklearn.base.Foreign in value from another: Object Foreign .*"
        r" Please implement `get_config\(\)`. Make value of numbers, text, arrays, "
        "functions and classes, or pass memory=None."
    )
    with pytest.raises(ValueError, match=f"{message}$"):
        fingerprint(value=library(Tuned(1)))


def test_names_of_layers_do_not_count_wherever_they_stand():
    def nested(name):
        inner = keras.Sequential([keras.Input((2,)), layers.Dense(2, name=name)])
        return keras.Sequential([keras.Input((2,)), inner, layers.ReLU()])

    one, other = nested("first"), nested("second")
    other.set_weights(one.get_weights())
    assert fingerprint(value=one) == fingerprint(value=other)


def numbers_of_constructors():
    """List the classes that may be part of a network with the numbers they take."""
    rooms = (keras.constraints, keras.losses, keras.optimizers, keras.regularizers)
    classes = {one for room in rooms for one in vars(room).values() if isclass(one)}
    for cls in sorted(classes, key=lambda one: one.__name__):
        for name, parameter in signature(cls).parameters.items():
            # That of the initial scale is made around another optimizer.
            if type(parameter.default) is float and name != "initial_scale":
                yield cls, name, parameter.default


@pytest.mark.parametrize(
    ("cls", "name", "default"),
    list(numbers_of_constructors()),
    ids=lambda value: getattr(value, "__name__", value),
)
def test_every_number_that_a_part_of_a_network_takes_counts(cls, name, default):
    one, copy, other = (
        fingerprint(value=cls(**{name: number}))
        for number in (default, default, 0.4 * default + 0.07)
    )
    assert one == copy != other
