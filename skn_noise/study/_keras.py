"""Settings and objects of Keras, as far as the scores of a network depend on them."""

import json
import os
import sys
import warnings
from functools import partial
from pathlib import Path
from types import FunctionType

import numpy as np

# Keras wraps the first two of a layer, and changes the others as it is used.
_NOT_KERAS = {"build", "quantize", "name", "built", "compiled", "stop_training"}

# Workers use the values of the main process for these. The others are read from its
# files and environment, which workers have, too.
_SHARED = ("dtype_policy", "floatx", "epsilon")
_DEFAULTS = {
    "backend": "tensorflow",
    "dtype_policy": None,
    "epsilon": 1e-7,
    "floatx": "float32",
    "image_data_format": "channels_last",
    "max_epochs": None,
    "max_steps_per_epoch": None,
}


def all_keras_settings():
    """Return the settings that Keras has, or will have once it is loaded."""
    keras = sys.modules.get("keras")
    if hasattr(keras, "config"):
        settings = {name: getattr(keras.config, name)() for name in _DEFAULTS}
        return settings | {"dtype_policy": settings["dtype_policy"].name}
    # Keras takes seconds to load, too long for a study whose cells are all finished.
    # The hash must be the same before and after it is loaded.
    settings = _DEFAULTS | _settings_on_disk()
    return settings | {"dtype_policy": settings["floatx"]}


def _settings_on_disk():
    """Return the settings that Keras will read when it is loaded."""
    folder = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    try:
        settings = json.loads((folder / "keras.json").read_text())
    except (OSError, ValueError):
        settings = {}
    # Keras prefers a variable of the environment to its file.
    for name in _DEFAULTS:
        if value := os.environ.get(f"KERAS_{name.upper()}"):
            settings[name] = int(value) if value.isdecimal() else value
    return {name: settings[name] for name in _DEFAULTS.keys() & settings.keys()}


def keras_settings():
    """Return the settings that workers share, None if Keras has not been loaded."""
    if not hasattr(sys.modules.get("keras"), "config"):
        return None
    return {name: all_keras_settings()[name] for name in _SHARED}


def take_keras_settings(settings):
    """Use the settings of the main process in this one, which may be a worker."""
    here = all_keras_settings()
    if settings is None or settings == {name: here[name] for name in _SHARED}:
        return
    # Keras takes seconds to load: only if it is to be set.
    from skn_noise.network._tensorflow import keras

    for name, value in settings.items():
        getattr(keras.config, f"set_{name}")(value)


def keras_state(obj, is_own):
    """Return the configuration, weights and attributes of an object of Keras.

    `is_own` is a function that returns whether the module of a name is own code.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # of a lambda, which is hashed
            config = obj.get_config()
        # Keras numbers the names of its layers, such as "dense_3", in a process.
        config = {key: value for key, value in config.items() if key != "name"}
    except NotImplementedError:  # a subclass of Model, made of attributes and code
        if not is_own(type(obj).__module__):
            raise
        config = None
    # Attributes that a user has set, but no state that Keras keeps in private names.
    kinds = bool, int, float, str, np.ndarray, FunctionType, partial
    values = {
        name: value
        for name, value in sorted(vars(obj).items())
        if name not in _NOT_KERAS
        and (
            (isinstance(value, kinds) and name[0] != "_")
            or is_own(type(value).__module__)
        )
    }
    weights = [np.asarray(one) for one in getattr(obj, "variables", [])]
    parts = [getattr(obj, name, None) for name in ("layers", "optimizer", "loss")]
    # The configuration of some losses, such as Huber's, lacks their numbers.
    return config, weights, parts, values, getattr(obj, "_fn_kwargs", None)
