"""Results of cells as text, and back: numbers and names only, never code."""

import base64
import json
import zlib
from numbers import Real

import numpy as np

from skn_noise.study._cell import CellResult, Score
from skn_noise.study._predictions import Predictions

_RECORDS = {kind.__name__: kind for kind in (CellResult, Predictions, Score)}


def to_text(value):
    """Write a value as JSON, from which :func:`from_text` makes the very same."""
    return json.dumps(_tagged(value))


def from_text(text):
    """Read what :func:`to_text` wrote."""
    return json.loads(text, object_hook=_untagged)


def _tagged(value):
    """Name the kind of all that JSON itself does not tell apart."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is list:
        return [_tagged(item) for item in value]
    if type(value).__name__ in _RECORDS:
        return {type(value).__name__: [_tagged(item) for item in value]}
    if isinstance(value, np.ndarray):
        return _tagged_array(value)
    if isinstance(value, dict):
        return {"dict": [[_tagged(key), _tagged(value[key])] for key in value]}
    if isinstance(value, tuple):
        return {"tuple": [_tagged(item) for item in value]}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, Real):  # a fraction, for instance
        return float(value)
    raise TypeError(f"a cell keeps numbers and text only, got {value!r}")


def _untagged(tagged):
    ((kind, content),) = tagged.items()
    if kind in _RECORDS:
        return _RECORDS[kind](*content)
    return _READERS[kind](content)


def _tagged_array(array):
    """Write the bytes of an array with their type, or its items if they are objects."""
    if array.dtype.kind in "OT":
        return {"objects": [_tagged(item) for item in array]}
    data = np.ascontiguousarray(array).tobytes()
    if array.dtype.kind != "f":  # labels repeat, and the digits of numbers do not
        data = zlib.compress(data, level=1)
    return {"array": [array.dtype.str, base64.b64encode(data).decode()]}


def _array(content):
    dtype, text = np.dtype(content[0]), content[1]
    data = base64.b64decode(text)
    return np.frombuffer(data if dtype.kind == "f" else zlib.decompress(data), dtype)


_READERS = {
    "array": _array,
    "complex": lambda pair: complex(*pair),
    "dict": dict,
    "objects": lambda items: np.array(items, dtype=object),
    "tuple": tuple,
}
