"""Results in one file: a zip archive of JSON and of NumPy's arrays, without pickle.

The first member, ``skn_noise.json``, says what the file holds and keeps all that is no
number; every column of a table is one more member, an array of :func:`numpy.save`.
"""

import json
import os
import secrets
import zipfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

PATH = [str, os.PathLike]  # what save and load take
_FORMAT = 1
_HEAD = "skn_noise.json"
_NUMBERS = "biuf"  # the kinds of dtypes that an array keeps as they are


def save_results(path, kind, tables, values):
    """Write tables, and values that JSON knows, to a file that is whole or not there.

    Equal results are equal bytes.
    """
    arrays, columns = {}, {}
    for name, table in tables.items():
        columns[name] = []
        for column in table:
            arrays[f"{name}/{column}"], told = _to_array(table[column])
            columns[name].append({"name": column, **told})
    head = {"format": _FORMAT, "kind": kind, "tables": columns, "values": values}
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        _add(file, _HEAD, _to_json(head))
        for name, array in arrays.items():
            _add(file, f"{name}.npy", _to_bytes(array))
    write_whole(as_file(path), archive.getvalue())


def load_results(path, kind):
    """Return the tables and the values of a file that `save_results` wrote."""
    content = as_file(path).read_bytes()
    # The name of the first member stands at the very beginning.
    if _HEAD.encode() not in content[:100]:
        raise ValueError(
            f"{path} must be a file that {kind}.save wrote, and it is not. Name such a "
            "file."
        )
    with _refusing_damage(path, kind):
        archive = zipfile.ZipFile(BytesIO(content))
        head = json.loads(archive.read(_HEAD))
        version, kept = head["format"], head["kind"]
    _check_head(path, version, kept, kind)
    with _refusing_damage(path, kind):
        return _read_tables(archive, head["tables"]), dict(head["values"])


def as_file(path):
    """Return the path of a file, in a user's home if it says so."""
    path = Path(path).expanduser()
    if not path.name:
        raise ValueError(f"path must name a file, got {str(path)!r}.")
    return path


@contextmanager
def _refusing_damage(path, kind):
    try:
        yield
    except Exception as error:  # whatever reading damaged bytes may raise
        raise ValueError(
            f"{path} must be whole, as {kind}.save wrote it, but it is damaged. Copy "
            "it again, or save the results anew."
        ) from error


def _check_head(path, version, kept, kind):
    if version != _FORMAT:
        raise ValueError(
            f"{path} must be in the format {_FORMAT}, which this version of skn_noise "
            f"reads, got {version}. Update skn_noise to the version that wrote it."
        )
    if kept != kind:
        raise ValueError(
            f"{path} must hold a {kind}, got a {kept}. Read it with {kept}.load."
        )


def _to_array(column):
    """Return the values of a column as numbers, and what else tells what they were."""
    told = {"dtype": str(column.dtype)}
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in _NUMBERS:
        return column.to_numpy(), told
    numbers, labels = {}, []
    codes = np.empty(len(column), dtype=np.int32)
    for row, label in enumerate(map(_plain, column)):
        text = repr(label)  # which tells 1, "1", True, 1.0 and -0.0 apart
        if text not in numbers:
            numbers[text] = len(labels)
            labels.append(label)
        codes[row] = numbers[text]
    if pd.Series(labels, dtype=told["dtype"]).dtype != column.dtype:
        raise ValueError(
            f"save cannot keep the type {column.dtype!r} of {column.name!r}. Convert "
            "it to numbers or strings."
        )
    return codes, told | {"labels": labels}


def _plain(label):
    """Return a label as Python's own type, which JSON knows."""
    label = label.item() if isinstance(label, np.generic) else label
    if not isinstance(label, str | int | float | bool | None):
        raise ValueError(
            "save keeps numbers, strings, booleans and None, but a table holds "
            f"{label!r}. Convert the targets before the study."
        )
    return label


def _read_tables(archive, tables):
    return {
        name: pd.DataFrame(
            {
                column["name"]: _to_column(
                    archive.read(f"{name}/{column['name']}.npy"), column
                )
                for column in columns
            }
        )
        for name, columns in tables.items()
    }


def _to_column(content, told):
    values = np.lib.format.read_array(BytesIO(content), allow_pickle=False)
    if "labels" not in told:
        return pd.Series(values)
    labels = [told["labels"][number] for number in values]
    return pd.Series(labels, dtype=told["dtype"])


def _to_bytes(array):
    content = BytesIO()
    np.lib.format.write_array(content, array, allow_pickle=False)
    return content.getvalue()


def _to_json(head):
    try:
        return json.dumps(head).encode()
    except TypeError as error:
        raise ValueError(
            f"save keeps a manifest that JSON knows, and this one is not: {error}. "
            "Convert it to dicts, lists, strings and numbers."
        ) from error


def _add(file, name, content):
    """Add a member whose bytes depend on nothing but its content."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = 3  # of Unix, on all
    member.external_attr = 0o644 << 16
    file.writestr(member, content)


def write_whole(path, content):
    """Write a file beside its place, then move it there."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
