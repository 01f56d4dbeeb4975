"""Read the parts of a data set from a file or a folder."""

import errno
import gzip
from contextlib import contextmanager
from math import prod

import numpy as np
import pandas as pd

from skn_noise._sklearn import warn_user
from skn_noise.datasets._parts import Part

_NPZ_LAYOUTS = (
    ("x_train", "y_train", "x_test", "y_test"),
    ("train_images", "train_labels", "test_images", "test_labels"),
)
_NPZ_MEND = (
    "It is damaged, encrypted or not an .npz file, or it contains pickled objects, "
    "which are never loaded because they can run any code. Save plain arrays of "
    "numbers with np.savez."
)
# How programs write a missing number into a CSV file. Labels are read as they stand.
_MISSING = ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A"]
_IDX_MEND = "It is damaged; copy it again."
_CSV_MEND = (
    "It is damaged, or it is not UTF-8 text with a header, one row per sample, and "
    "commas between the columns. Save it again with to_csv(path, index=False)."
)
_PARQUET_MEND = (
    "It is damaged, encrypted or not a .parquet file. Save it again with "
    "to_parquet(path)."
)


@contextmanager
def _named_if_unreadable(path, mend):
    """Turn errors of a reader into one that names the file and how to repair it."""
    try:
        yield
    except ImportError as error:
        raise ImportError(f"{path} cannot be read: {error}") from error
    except Exception as error:  # damaged bytes raise errors of about ten kinds
        # An error of the system, or a time-out of the caller, does not mean that the
        # file is damaged. EINVAL does: damaged bytes may hold an invalid offset.
        is_outside = getattr(error, "errno", None) not in (None, errno.EINVAL)
        if is_outside or isinstance(error, TimeoutError):
            raise
        message = str(error).strip()
        raise ValueError(f"{path} cannot be read ({message}). {mend}") from error


def _open(path):
    """Open a file to read its bytes, decompressed if its name ends in .gz."""
    return (gzip.open if path.suffix.lower() == ".gz" else open)(path, "rb")


# --- NumPy archives -------------------------------------------------------------------


def read_npz(path):
    """Return the training and the test part of an archive."""
    with path.open("rb") as file:
        with _named_if_unreadable(path, _NPZ_MEND):
            archive = np.load(file, allow_pickle=False)
            found = archive.files
        layout = _find_layout(found, path)
        arrays = []
        for name in layout:
            with _named_if_unreadable(f"{name} of {path}", _NPZ_MEND):
                arrays.append(np.asarray(archive[name]))
    names = [f"{name} of {path}" for name in layout]
    return [Part(*arrays[:2], *names[:2]), Part(*arrays[2:], *names[2:])]


def _find_layout(found, path):
    """Return the names of the four arrays as the archive spells them."""
    names = {name.lower(): name for name in found}
    # If no layout is complete, the error names what the most similar one lacks.
    nearest = max(_NPZ_LAYOUTS, key=lambda layout: len(names.keys() & set(layout)))
    missing = [name for name in nearest if name not in names]
    if missing:
        raise ValueError(
            f"{path} lacks the arrays {missing}; it has {list(names.values())}. Save "
            "it with np.savez(path, x_train=..., y_train=..., x_test=..., y_test=...)."
        )
    return [names[name] for name in nearest]


# --- folders of idx-ubyte files -------------------------------------------------------


def read_idx_folder(folder):
    """Return the training and the test part in a folder."""
    return [_read_idx_part(folder, names) for names in (("train",), ("t10k", "test"))]


def _read_idx_part(folder, names):
    images = _find_idx(folder, names, "images-idx3")
    labels = _find_idx(folder, names, "labels-idx1")
    return Part(_read_idx(images), _read_idx(labels), str(images), str(labels))


def _find_idx(folder, names, content):
    """Return the file of a part; a file that is not compressed is preferred."""
    kinds = (content, content.replace("-idx", ".idx"))
    for ending in ("", ".gz"):
        found = {
            path
            for name in names
            for kind in kinds
            for path in folder.glob(f"*{name}-{kind}-ubyte{ending}")
            if path.is_file()
        }
        if len(found) == 1:
            return found.pop()
        if found:
            raise ValueError(
                f"{folder} contains several data sets: {sorted(p.name for p in found)}."
                " Move the four files of one data set to a folder of their own."
            )
    raise ValueError(
        f"{folder} contains no file {names[0]}-{content}-ubyte or "
        f"{names[0]}-{content}-ubyte.gz. Pass the folder with the four files of MNIST "
        "or of another data set in this format."
    )


def _read_idx(path):
    with _named_if_unreadable(path, _IDX_MEND):
        with _open(path) as file:
            content = file.read()
        if content[:3] != b"\x00\x00\x08":  # 8 is the type code of unsigned bytes
            raise ValueError(f"its first bytes are {content[:3]}, not those of ubytes")
        start = 4 + 4 * content[3]  # one size of four bytes for each axis
        shape = tuple(map(int, np.frombuffer(content[4:start], ">u4")))
        if len(content) != start + prod(shape):
            raise ValueError(
                f"{len(content) - start} bytes for an array of shape {shape}"
            )
        return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


# --- tables ---------------------------------------------------------------------------


def read_csv(path, label, drop):
    """Return the single part of a CSV file, with unchanged labels."""
    with _named_if_unreadable(path, _CSV_MEND):
        # Read the header as data, together with the first row: pandas would use fields
        # beyond the header as an index, and rename columns with the same name.
        with _open(path) as file:
            text = {"dtype": str, "keep_default_na": False}
            names = pd.read_csv(file, header=None, nrows=2, **text).iloc[0].tolist()
        with _open(path) as file:
            table = pd.read_csv(
                file,
                header=0,
                names=range(len(names)),
                # As numbers, the labels 250.1 and 250.10 would be the same class.
                dtype={i: str for i, name in enumerate(names) if name == label},
                keep_default_na=False,  # "NA" may be a label
                na_values={
                    i: [""] if name == label else _MISSING
                    for i, name in enumerate(names)
                },
                low_memory=False,  # one type per column, however long the file is
            )
    table.columns = names
    y = _take_labels(table, label, path)
    return [_to_part(table, _as_integers(y), label, drop, path)]


def read_parquet(path, label, drop):
    """Return the single part of a parquet file."""
    with _named_if_unreadable(path, _PARQUET_MEND), path.open("rb") as file:
        table = pd.read_parquet(file, engine="pyarrow")
    y = _take_labels(table, label, path)
    return [_to_part(table, y, label, drop, path)]


TABLE_READERS = {".csv": read_csv, ".csv.gz": read_csv, ".parquet": read_parquet}


def _take_labels(table, label, path):
    names = table.columns.tolist()
    twice = table.columns.duplicated()
    if twice.any():
        raise ValueError(
            f"{path} has several columns named {names[twice.argmax()]!r}; expected "
            "different names. Rename them."
        )
    if label not in names:
        raise ValueError(
            f"{path} has no column {label!r}; its columns are {names}. Pass the name "
            "of the column of labels as label=..., and separate columns by commas."
        )
    column = table[label]
    if column.isna().any():
        row = int(column.isna().to_numpy().argmax())
        raise ValueError(
            f"Column {label!r} of {path} has no label in row {row} (the first is 0). "
            "Add the label or drop the row."
        )
    return column.to_numpy()


def _as_integers(labels):
    """Convert labels to integers if no label changes its text, else keep the text.

    1 and 2 become integers; 01, 1.0, 1e0 and true stay text.
    """
    classes, codes = np.unique(labels.astype(str), return_inverse=True)
    try:
        numbers = np.array([int(text) for text in classes], dtype=np.int64)
    except (OverflowError, ValueError):
        return classes[codes]
    is_same = list(map(str, numbers)) == classes.tolist()
    return (numbers if is_same else classes)[codes]


def _to_part(table, y, label, drop, path):
    """Make a part of a table without the column of labels and the columns to drop."""
    if label in drop:
        raise ValueError(
            f"drop=[{label!r}] names the column of labels of {path}, which is needed. "
            "Drop other columns, or name another column of labels with label=...."
        )
    unknown = [name for name in drop if name not in table.columns]
    if unknown:
        raise ValueError(
            f"{path} has no column {unknown[0]!r} to drop; its columns are "
            f"{table.columns.tolist()}."
        )
    table = table.drop(columns=[label, *drop])
    for axis, what in enumerate(("rows below its header", "columns")):
        if table.shape[axis] == 0:
            raise ValueError(
                f"{path} has no {what} besides the labels; expected one row per sample "
                "and one column per feature."
            )
    columns = [_to_numbers(column, path) for _, column in table.items()]
    names = table.columns.tolist()
    _warn_of_row_numbers(dict(zip(names, columns, strict=True)), path)
    y_name = f"Column {label!r} of {path}"
    return Part(np.column_stack(columns), y, str(path), y_name, names)


def _to_numbers(column, path):
    """Return the values of a column, NaN where one is missing."""
    numbers = column
    if column.dtype.kind not in "biuf":
        numbers = pd.to_numeric(column.astype(str), errors="coerce")
    is_text = (numbers.isna() & column.notna()).to_numpy()
    if is_text.any():
        row = int(is_text.argmax())
        name = column.name
        raise ValueError(
            f"Column {name!r} of {path} has {column.iloc[row]!r} in row {row} (the "
            "first is 0), which is not a number. Only the column of labels may have "
            f"text: encode the column as numbers, or drop it with drop={[name]}."
        )
    if isinstance(numbers.dtype, np.dtype):
        return numbers.to_numpy()
    return numbers.to_numpy(dtype=float)


def _warn_of_row_numbers(columns, path):
    names = [name for name, values in columns.items() if _may_number_rows(values)]
    if names:
        listed = ", ".join(map(repr, names))
        warn_user(
            f"{path} has a different whole number in every row of {listed}. This may "
            "be a row number or an identifier, from which a model can learn the order "
            f"of the file. Unless it is a measurement, drop it with drop={names}."
        )


def _may_number_rows(values):
    """Return whether all values are different whole numbers."""
    # Check the range first: it excludes grey levels without a search for equal values.
    n = len(values)
    if n < 2 or values.dtype == bool:
        return False
    if not float(values.max()) - float(values.min()) >= n - 1:  # or a value is missing
        return False
    return (values == np.floor(values)).all() and pd.Series(values).is_unique
