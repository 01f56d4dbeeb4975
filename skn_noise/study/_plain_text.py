"""Results of cells as text, and back: numbers and names only, never code."""

import json
from numbers import Real

import numpy as np

from skn_noise.study._cell import CellResult, Score

_RECORDS = {kind.__name__: kind for kind in (CellResult, Score)}


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
    return {"dict": dict, "tuple": tuple, "complex": lambda pair: complex(*pair)}[kind](
        content
    )
