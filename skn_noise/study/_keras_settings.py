"""Settings of Keras for the whole process, which workers must share to score alike."""

import sys

_NAMES = ("dtype_policy", "floatx", "epsilon")
_DEFAULTS = {"dtype_policy": "float32", "floatx": "float32", "epsilon": 1e-7}


def keras_settings():
    """Return the settings of this process, None if Keras has not been loaded."""
    keras = sys.modules.get("keras")
    if not hasattr(keras, "config"):
        return None
    settings = {name: getattr(keras.config, name)() for name in _NAMES}
    return settings | {"dtype_policy": settings["dtype_policy"].name}


def take_keras_settings(settings):
    """Set in a worker what the main process had; in that itself it changes nothing."""
    if settings is None or settings == (keras_settings() or _DEFAULTS):
        return
    # Keras takes seconds to load: only if it is to be told something.
    from skn_noise.network._tensorflow import keras

    for name, value in settings.items():
        getattr(keras.config, f"set_{name}")(value)
