"""Save results to one file: a zip archive of JSON and NumPy arrays, without pickle.

The first member, ``skn_noise.json``, lists the tables and their columns, and has all
values that are not numbers. Each column is a further member, in the format of
:func:`numpy.save`.

Files may come from untrusted sources. Only the listed members are read, and a file is
never decompressed to more than a multiple of its size.
"""

import json
import os
import secrets
import struct
import unicodedata
import zipfile
import zlib
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from skn_noise._sklearn import validate_params

PATH = [str, os.PathLike]  # constraint of the argument `path`
_FORMAT = 1
_HEAD = "skn_noise.json"
_NUMBERS = "biuf"  # kinds of dtypes that are stored as they are
# Measured: large columns of a study deflate to a twentieth, small ones to a hundredth.
# A bomb deflates to a thousandth, and JSON may take twenty times its size in memory.
_FREE_BYTES, _MOST_BYTES_PER_BYTE = 2**27, 100
_FREE_BYTES_OF_HEAD, _MOST_BYTES_OF_HEAD_PER_BYTE = 2**22, 10
# Categories of Unicode: controls such as ESC, and formats such as U+202E, which turns
# around the text after it.
_CONTROLS = {"Cc", "Cf"}
_DAMAGE = (
    ValueError,  # also JSONDecodeError and UnicodeDecodeError
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    OverflowError,
    RecursionError,  # of deep JSON
    NotImplementedError,  # of zip files of a later standard
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
)


class SavedResult:
    """Base class of results that can be saved: tables, and values of JSON.

    `_tables` and `_values` are the names of the fields of each kind.
    """

    _tables: list[str]
    _values: list[str]

    @validate_params({"path": PATH}, prefer_skip_nested_validation=True)
    def save(self, path: str | os.PathLike) -> None:
        """Save the result to a file, without rounding.

        Parameters
        ----------
        path : str or os.PathLike
            Path of the file, for instance ``"curve.npz"``. An existing file is replaced
            after the new file has been written. A symbolic link is followed.

        Raises
        ------
        ValueError
            If a table has values other than numbers, strings, booleans and None, if the
            manifest cannot be written as JSON, or if `path` is a folder, a device or a
            pipe.

        FileNotFoundError
            If the folder of the file does not exist.

        Notes
        -----
        The file is a zip archive of NumPy arrays and JSON, without pickle. Every column
        is an array: ``numpy.load(path)["scores/value"]`` reads it without this package.
        Text columns are stored as integer codes; their labels, the manifest and the
        number of classes are in ``skn_noise.json``. The index of the tables is not
        saved. Control and format characters of Unicode in a text are loaded as escapes,
        because a terminal would obey them. Equal results give equal files.

        Examples
        --------
        >>> import os, tempfile
        >>> import pandas as pd
        >>> from skn_noise import NoiseCurve
        >>> curve = NoiseCurve(
        ...     pd.DataFrame(
        ...         {
        ...             "scale": [0.5, 1.0],
        ...             "fold": 0,
        ...             "split": "validation",
        ...             "metric": "accuracy",
        ...             "value": [0.97, 0.91],
        ...         }
        ...     )
        ... )
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "curve.npz")
        ...     curve.save(path)
        ...     loaded = NoiseCurve.load(path)
        >>> loaded.scores.equals(curve.scores)
        True
        """
        tables = {name: getattr(self, name) for name in self._tables}
        tables = {name: table for name, table in tables.items() if table is not None}
        values = {name: getattr(self, name) for name in self._values}
        save_results(path, type(self).__name__, tables, values)

    @classmethod
    @validate_params({"path": PATH}, prefer_skip_nested_validation=True)
    def load(cls, path: str | os.PathLike) -> Self:
        """Load a result from a file of :meth:`save`.

        Parameters
        ----------
        path : str or os.PathLike
            Path of the file. It is read without pickle, so that it cannot run code.
            The memory used is at most a multiple of the size of the file.

        Returns
        -------
        result : object
            The loaded result, of the class whose `load` was called.

        Raises
        ------
        ValueError
            If the file is damaged, was not written by :meth:`save`, or was written by a
            newer version of this package.
        """
        tables, values = load_results(path, cls.__name__, cls._tables, cls._values)
        return cls(**tables, **values)


def save_results(path, kind, tables, values):
    """Write tables and JSON values to a file, atomically.

    Equal results give equal bytes.
    """
    arrays, columns = {}, {}
    for name, table in tables.items():
        columns[name] = []
        for column in table:
            arrays[f"{name}/{column}"], described = _to_array(table[column])
            columns[name].append({"name": column, **described})
    head = {"format": _FORMAT, "kind": kind, "tables": columns, "values": values}
    try:
        text = json.dumps(head, default=_plain_integer)
    except TypeError as error:
        raise ValueError(
            f"save needs a manifest that can be written as JSON: {error}. Convert it "
            "to dicts, lists, strings and numbers."
        ) from error
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        _add(file, _HEAD, text.encode())
        for name, array in arrays.items():
            content = BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            _add(file, f"{name}.npy", content.getvalue())
    write_whole(as_file(path), archive.getvalue())


def _plain_integer(value):
    """Return an integer of NumPy, such as a number of classes, as one of JSON."""
    if isinstance(value, np.integer):
        return int(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def load_results(path, kind, tables, values):
    """Read a file of `save_results`, which must have these tables and values.

    Tables beyond the first one may be missing.
    """
    path = as_file(path)
    if path.exists() and not path.is_file():
        raise ValueError(
            f"{path} must be a file that {kind}.save wrote, got a folder or another "
            "special file. Pass the path of a file."
        )
    with path.open("rb") as file:
        # The name of the first member stands at the very beginning.
        if _HEAD.encode() not in file.read(100):
            raise ValueError(
                f"{path} must be a file that {kind}.save wrote, got a file of another "
                "format. Pass the path of a saved file."
            )
        with _refusing_damage(path, kind):
            n_bytes = path.stat().st_size
            archive = _Archive(file, _FREE_BYTES + _MOST_BYTES_PER_BYTE * n_bytes)
            most = _FREE_BYTES_OF_HEAD + _MOST_BYTES_OF_HEAD_PER_BYTE * n_bytes
            head = json.loads(archive.read(_HEAD, most))
            version, kept = head["format"], head["kind"]
        if version != _FORMAT:
            raise ValueError(
                f"{path} must be in the format {_FORMAT}, which this version of "
                f"skn_noise reads, got {version!r}. Update skn_noise to the version "
                "that wrote it."
            )
        if kept != kind:
            raise ValueError(
                f"{path} must contain a {kind}, got {kept!r}. Load it with that class."
            )
        with _refusing_damage(path, kind):
            head = _without_controls(head)
            _check_names(head, tables, values)
            return _read_tables(archive, head["tables"]), head["values"]


def as_file(path):
    """Return the path of a file, with ``~`` expanded."""
    file = Path(path).expanduser()
    if not file.name:
        raise ValueError(
            f"path must be the path of a file, got {os.fspath(path)!r}. Pass a name "
            "such as 'curve.npz'."
        )
    return file


def place_to_write(path):
    """Return the regular file to write, with links followed; it need not exist."""
    path = Path(os.path.realpath(path))
    # The move would replace a device or a pipe by a file.
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a device or a pipe"
        raise ValueError(
            f"path must name a regular file, or one to create, but {path} is {kind}. "
            "Pass another name."
        )
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"{path.name} cannot be written, as there is no folder {path.parent}. "
            "Create it, or pass another path."
        )
    return path


def write_whole(path, content):
    """Write a temporary file in the same folder, then rename it."""
    path = place_to_write(path)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def to_csv(table):
    """Return a table as the text of a CSV file.

    An apostrophe is put in front of text that a spreadsheet would run as a formula,
    such as a metric named ``=1+1``.
    """
    table = table.rename(columns=_without_formula)
    texts = table.select_dtypes(exclude="number").columns
    return table.assign(
        **{name: table[name].map(_without_formula) for name in texts}
    ).to_csv(index=False)


def _without_formula(value):
    is_formula = isinstance(value, str) and value.startswith(tuple("=+-@\t\r"))
    return f"'{value}" if is_formula and not _is_number(value) else value


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


class _Archive:
    """The members of a zip file, read within a bound on their size in all."""

    def __init__(self, file, most):
        self._archive, self._n_left = zipfile.ZipFile(file), most

    def read(self, name, most=None):
        """Return the content of a member, of at most so many bytes."""
        most = self._n_left if most is None else most
        member = self._archive.getinfo(name)
        # zipfile inflates in bounded steps, but not what bzip2 or lzma has packed.
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("a member is compressed by another method")
        if member.flag_bits & 1:
            raise zipfile.BadZipFile("a member is encrypted")
        if member.header_offset < 0:
            raise zipfile.BadZipFile("a member begins before the file")
        self.spend(member.file_size, most)
        with self._archive.open(member) as stream:
            # Without a number, read() would inflate the whole member, whatever size
            # the archive declares for it.
            return stream.read(member.file_size)

    def spend(self, n_bytes, most=None):
        """Raise an error if the file unpacks to more bytes than the bound."""
        if n_bytes > (self._n_left if most is None else most):
            raise ValueError("it unpacks to far more bytes than results have")
        self._n_left -= n_bytes


@contextmanager
def _refusing_damage(path, kind):
    try:
        yield
    except _DAMAGE as error:
        reason = _without_controls(f"{type(error).__name__}: {error}")[:300]
        raise ValueError(
            f"{path} must be a file as {kind}.save wrote it, but it is damaged "
            f"({reason}). Copy it again, or save the results again."
        ) from error


def _without_controls(value):
    r"""Replace control characters by text like ``\x1b``, for terminals."""
    if isinstance(value, dict):
        return {_without_controls(key): _without_controls(value[key]) for key in value}
    if isinstance(value, list):
        return [_without_controls(one) for one in value]
    if isinstance(value, str):
        return "".join(map(_escaped, value))
    return value


def _escaped(character):
    is_control = unicodedata.category(character) in _CONTROLS
    if not is_control or character in "\t\n\r":
        return character
    return character.encode("unicode_escape").decode()


def _check_names(head, tables, values):
    """Raise an error if the file does not have the tables and values of its kind."""
    first, *_ = tables
    is_ours = first in head["tables"] and set(head["tables"]) <= set(tables)
    if not (is_ours and set(head["values"]) == set(values)):
        raise ValueError(
            f"it has the tables {sorted(head['tables'])} and the values "
            f"{sorted(head['values'])}, instead of {tables} and {values}"
        )


def _to_array(column):
    """Return the values of a column as numbers, and the rest of its description."""
    described = {"dtype": str(column.dtype)}
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in _NUMBERS:
        return column.to_numpy(), described
    is_category = isinstance(column.dtype, pd.CategoricalDtype)
    if is_category and not (column.cat.ordered or column.hasnans):
        labels = [_plain(label) for label in column.cat.categories]
        return column.cat.codes.to_numpy(), described | {"labels": labels}
    numbers, labels = {}, []
    codes = np.empty(len(column), dtype=np.int32)
    for row, label in enumerate(map(_plain, column)):
        text = repr(label)  # distinguishes 1, "1", True, 1.0 and -0.0
        if text not in numbers:
            numbers[text] = len(labels)
            labels.append(label)
        codes[row] = numbers[text]
    if pd.Series(labels, dtype=described["dtype"]).dtype != column.dtype:
        raise ValueError(
            f"save does not support the dtype {column.dtype!r} of {column.name!r}. "
            "Convert the column to numbers or strings."
        )
    return codes, described | {"labels": labels}


def _plain(label):
    """Convert a label to a Python type that JSON has."""
    label = label.item() if isinstance(label, np.generic) else label
    if not isinstance(label, str | int | float | bool | None):
        raise ValueError(
            "save supports numbers, strings, booleans and None, but a table has "
            f"{label!r}. Convert the targets and groups before the study."
        )
    return label


def _read_tables(archive, tables):
    read = {}
    for name, columns in tables.items():
        series = {
            column["name"]: _read_column(archive, name, column) for column in columns
        }
        lengths = {one: len(column) for one, column in series.items()}
        if len(set(lengths.values())) > 1:
            # pandas would fill the shorter columns with NaN.
            raise ValueError(f"the columns of {name!r} differ in length: {lengths}")
        read[name] = pd.DataFrame(series)
    return read


def _read_column(archive, table, described):
    values = _read_array(archive.read(f"{table}/{described['name']}.npy"))
    if "labels" not in described:
        return pd.Series(values)
    labels = described["labels"]
    if values.dtype.kind not in "iu" or ((values < 0) | (values >= len(labels))).any():
        raise ValueError(f"a label of {described['name']!r} is missing")
    if described["dtype"] == "category":
        return pd.Series(pd.Categorical.from_codes(values, labels))
    # One long label in many rows is a bomb, too.
    sizes = np.array([len(label) if isinstance(label, str) else 0 for label in labels])
    archive.spend(int(sizes[values].sum()) if len(values) else 0)
    return pd.Series([labels[value] for value in values], dtype=described["dtype"])


def _read_array(content):
    """Read one column, whose header must give the size that it has."""
    stream = BytesIO(content)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("an array is in an unknown format")
    (n_rows,), _, dtype = np.lib.format.read_array_header_1_0(stream)
    start = stream.tell()
    # NumPy would allocate whatever size the header declares.
    if dtype.kind not in _NUMBERS or n_rows * dtype.itemsize != len(content) - start:
        raise ValueError("an array is shorter or longer than its header declares")
    return np.frombuffer(content, dtype, offset=start).copy()


def _add(file, name, content):
    """Add a member whose bytes depend on its content alone."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 3  # Unix, on all systems
    member.external_attr = 0o644 << 16
    file.writestr(member, content)
