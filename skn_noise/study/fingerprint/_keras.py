"""What tells one object of Keras from another: settings, weights, own code in it."""

import warnings
from copy import deepcopy
from functools import partial
from types import FunctionType

import numpy as np

from skn_noise.study.fingerprint._code import Named, is_own

_COUNTED = bool, int, float, str, np.ndarray, FunctionType, partial

# Keras wraps these functions of a layer, and the others change as it is used.
_NOT_STATE = {"build", "built", "compiled", "name", "quantize", "stop_training"}

# Where the settings of a network refer to its layers.
_REFERENCES = {"input_layers", "keras_history", "output_layers"}


def keras_parts(value):
    """Return what an object of Keras is made of; None for what is none of its."""
    is_keras = any(cls.__module__.startswith("keras.") for cls in type(value).__mro__)
    if not is_keras or not hasattr(value, "get_config"):
        return None
    layers = list(getattr(value, "layers", []))
    variables = list(map(np.asarray, getattr(value, "variables", [])))
    compiled = [getattr(value, name, None) for name in ("optimizer", "loss")]
    # The settings of some losses, Huber's for instance, lack their numbers.
    of_function = dict(getattr(value, "_fn_kwargs", {}))
    return (
        type(value),
        _settings(value),
        layers,
        variables,
        compiled,
        of_function,
        _attributes(value),
    )


def _settings(value):
    """Return the settings without the names, which Keras numbers as it goes along."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of lambdas, whose code counts anyway
            settings = deepcopy(value.get_config())
    except NotImplementedError:  # a network of the user's, made of attributes and code
        if not is_own(type(value)):
            raise
        return None
    named = [owner for owner in _named(settings) if "name" in owner]
    names = dict.fromkeys(owner["name"] for owner in named)
    numbers = {name: number for number, name in enumerate(names)}
    for owner in named:
        owner["name"] = numbers[owner["name"]]
    return _with_numbers(settings, numbers)


def _named(settings):
    """Yield the settings of a layer and of those in it, with what surrounds them."""
    yield settings
    layers = settings.get("layers", [])
    for layer in [*layers, settings.get("layer")]:
        if isinstance(layer, dict) and isinstance(layer.get("config"), dict):
            yield layer
            yield from _named(layer["config"])


def _with_numbers(settings, numbers, *, refers=False):
    """Refer to layers by their numbers."""
    if isinstance(settings, dict):
        return {
            key: _with_numbers(item, numbers, refers=key in _REFERENCES)
            for key, item in settings.items()
        }
    if isinstance(settings, list | tuple):
        return [_with_numbers(item, numbers, refers=refers) for item in settings]
    if refers and isinstance(settings, str):
        return numbers.get(settings, settings)
    return settings


def _attributes(value):
    """List what was set on an object, of which its settings may know but the name."""
    return [
        Named(name, item)
        for name, item in sorted(vars(value).items())
        if name not in _NOT_STATE
        and ((isinstance(item, _COUNTED) and name[0] != "_") or is_own(type(item)))
    ]
