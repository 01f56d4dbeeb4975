"""Versions and settings that scores depend on, though no parameter tells of them."""

import json
import os
import sys
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from sklearn import get_config

from skn_noise.study.fingerprint._installed import version_of

DISTRIBUTIONS = {
    "joblib": "joblib",
    "keras": "keras",
    "numpy": "numpy",
    "pandas": "pandas",
    "scikeras": "scikeras",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "skn_noise": "skn_noise",
    "tensorflow": "tensorflow",
}

_ONLY_SHOWN = {"display", "print_changed_only"}

_KERAS_DEFAULTS = {
    "backend": "tensorflow",
    "epsilon": 1e-7,
    "floatx": "float32",
    "image_data_format": "channels_last",
    "max_epochs": None,
    "max_steps_per_epoch": None,
}


class Environment(NamedTuple):
    """Versions, sources and settings."""

    python: tuple
    packages: list
    skn_noise: list
    sklearn: list
    keras: tuple


def environment():
    """Return versions and settings, the same whether Keras is loaded yet or not."""
    settings = get_config()
    return Environment(
        sys.version_info[:2],
        [(name, _versions(name)) for name in DISTRIBUTIONS],
        _our_sources(),
        [item for item in settings.items() if item[0] not in _ONLY_SHOWN],
        _keras_settings(),
    )


def _versions(package):
    """Return the version on disk, which workers load, and the one that is loaded."""
    try:
        on_disk = metadata.version(DISTRIBUTIONS[package])
    except metadata.PackageNotFoundError:
        on_disk = None
    return on_disk, version_of(package)


@cache
def _our_sources():
    """Return the sources of this package: in development they change by the hour."""
    package = Path(__file__).parents[2]
    return [path.read_bytes() for path in sorted(package.rglob("*.py"))]


def _keras_settings():
    keras = sys.modules.get("keras")
    if not hasattr(keras, "config"):
        settings = _KERAS_DEFAULTS | _settings_on_disk()
        return *(settings[name] for name in sorted(_KERAS_DEFAULTS)), settings["floatx"]
    settings = [getattr(keras.config, name)() for name in sorted(_KERAS_DEFAULTS)]
    return *settings, keras.config.dtype_policy().name


def _settings_on_disk():
    """Return what Keras will read when it is loaded."""
    folder = os.environ.get("KERAS_HOME", "~/.keras")
    try:
        settings = json.loads(Path(folder, "keras.json").expanduser().read_text())
    except (OSError, ValueError):
        settings = {}
    for name in _KERAS_DEFAULTS:
        if value := os.environ.get(f"KERAS_{name.upper()}"):
            settings[name] = int(value) if value.isdecimal() else value
    return settings
