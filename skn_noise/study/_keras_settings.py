"""Settings of Keras for the whole process, on which the scores of a network depend."""

import json
import os
import sys
from pathlib import Path

# Workers take over these; the others say how long Keras trains, and on what.
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
    settings = _DEFAULTS | _settings_on_disk()
    return settings | {"dtype_policy": settings["floatx"]}


def _settings_on_disk():
    folder = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()
    try:
        settings = json.loads((folder / "keras.json").read_text())
    except (OSError, ValueError):
        settings = {}
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
    """Set in a worker what the main process had; in that itself it changes nothing."""
    here = all_keras_settings()
    if settings is None or settings == {name: here[name] for name in _SHARED}:
        return
    # Keras takes seconds to load: only if it is to be set.
    from skn_noise.network._tensorflow import keras

    for name, value in settings.items():
        getattr(keras.config, f"set_{name}")(value)
