"""Check the parts of a data set and join them."""

from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import PredefinedSplit

from skn_noise.datasets._dataset import Dataset

_WHITE_OF_BYTES = 255
_CHANNELS = (1, 3)  # grey and colour


class Part(NamedTuple):
    """Unchanged samples and labels, with their names for error messages."""

    X: np.ndarray
    y: np.ndarray
    X_name: str
    y_name: str
    columns: Sequence[str] | None = None


def assemble(name, parts, *, white, pixels):
    """Make a `Dataset` of a training part and, if there is one, a test part."""
    # Each part is checked by itself, so that an error can name the file or the array.
    for part in parts:
        _check_samples(part, allow_nan=not pixels)
    _check_same_shape(parts)
    y = _join_labels(parts)
    if pixels:
        X, image_shape = _flatten_images(_to_pixels(parts, white), squares=True)
    else:
        X, image_shape = _flatten_images(_join_numbers(parts), squares=False)
        if parts[0].columns is not None:
            X = pd.DataFrame(X, columns=parts[0].columns, copy=False)
    if len(parts) == 1:
        return Dataset(X, y, name, image_shape)
    # In a PredefinedSplit, -1 stands for samples that are never validated on.
    in_test = np.repeat([-1, 0], [len(part.X) for part in parts])
    return Dataset(X, y, name, image_shape, PredefinedSplit(in_test))


# --- samples --------------------------------------------------------------------------


def _check_samples(part, *, allow_nan):
    """Raise an error unless a part has finite numbers, at least one per sample.

    With `allow_nan`, a value may be missing, but not all values of a column.
    """
    if part.X.ndim < 2:
        raise ValueError(
            f"{part.X_name} has shape {part.X.shape}; expected (n_samples, ...) with "
            "at least two axes. Reshape it."
        )
    if part.X.size == 0:
        missing = "samples" if len(part.X) == 0 else "pixels"
        raise ValueError(
            f"{part.X_name} has no {missing}: its shape is {part.X.shape}. Save it "
            "again with at least one."
        )
    if part.X.dtype.kind not in "biuf":
        raise ValueError(
            f"{part.X_name} is of type {part.X.dtype}; expected real numbers. Save it "
            "again with a dtype such as float32 or uint8."
        )
    is_bad = np.isinf(part.X) if allow_nan else ~np.isfinite(part.X)
    bad = np.argwhere(is_bad)
    if len(bad):
        place = tuple(map(int, bad[0]))
        where = f"at index {place}"
        if part.columns is not None:
            where = f"in row {place[0]}, column {part.columns[place[1]]!r}"
        table = ""
        if np.isnan(part.X[place]):
            table = ", or pass pixels=False for a table, which may lack values"
        raise ValueError(
            f"{part.X_name} {where} is {part.X[place]}; expected finite numbers only. "
            f"Drop these samples{table}."
        )
    if allow_nan and part.columns is not None:
        empty = np.isnan(part.X).all(axis=0)
        if empty.any():
            name = part.columns[empty.argmax()]
            raise ValueError(
                f"Column {name!r} of {part.X_name} has no value in any row. Drop it "
                f"with drop={[name]}."
            )


def _check_same_shape(parts):
    first, *others = parts
    for part in others:
        if part.X.shape[1:] != first.X.shape[1:]:
            raise ValueError(
                f"The samples of {first.X_name} have shape {first.X.shape[1:]}, but "
                f"those of {part.X_name} {part.X.shape[1:]}. Save both parts with the "
                "same shape."
            )


def _join_numbers(parts):
    """Return all samples as float32, or as float64 if float32 would lose digits."""
    X = np.concatenate([part.X for part in parts])
    # Integers of 8 and 16 bits fit into float32. long double becomes float64.
    return X.astype(min(np.result_type(X, np.float32), np.dtype(np.float64)))


def _to_pixels(parts, white):
    """Return all samples as float32 pixels in [0, 1]."""
    X = np.concatenate([part.X for part in parts])
    low, high = float(X.min()), float(X.max())
    expected = (
        "uint8, whole numbers with a maximum of 128 to 255, or values from 0 to 1"
    )
    if white is None:
        white = _known_white(X, low, high)
    else:
        expected = f"values from 0 to white={float(white):g}"
    if white is None or low < 0 or high > white:
        names = " and ".join(part.X_name for part in parts)
        raise ValueError(
            f"The pixels of {names} have a minimum of {low:g} and a maximum of "
            f"{high:g}; expected {expected}. Pass the value of a white pixel as "
            "white=..., or pixels=False for numbers that are not pixels."
        )
    pixels = X.astype(np.float32)
    if white != 1:
        pixels /= float(white)
    return pixels


def _known_white(X, low, high):
    """Return the value of a white pixel; None if the user must pass it."""
    if X.dtype == np.uint8:
        return _WHITE_OF_BYTES
    if low >= 0 and high <= 1:
        return 1
    # Whole numbers that need eight bits; the brightest pixel may be less than white.
    is_bytes = low >= 0 and _WHITE_OF_BYTES / 2 < high <= _WHITE_OF_BYTES
    return _WHITE_OF_BYTES if is_bytes and (np.floor(X) == X).all() else None


def _flatten_images(X, *, squares):
    """Return one row per sample, channels last, and the shape of an image, or None.

    With `squares`, a row of 784 pixels is an image of 28 x 28.
    """
    sample = X.shape[1:]
    is_channels_last = len(sample) == 3 and sample[-1] in _CHANNELS
    if len(sample) == 3 and sample[0] in _CHANNELS and not is_channels_last:
        X = np.moveaxis(X, 1, -1)
        sample = X.shape[1:]
        is_channels_last = True
    if is_channels_last and sample[-1] == 1:
        sample = sample[:-1]
    rows = np.ascontiguousarray(X.reshape(len(X), -1))
    if len(sample) == 1:
        return rows, _square(*sample) if squares else None
    return rows, sample if len(sample) == 2 or is_channels_last else None


def _square(n_pixels):
    """Return the shape of square images; None if they cannot be square."""
    side = isqrt(n_pixels)
    return (side, side) if side > 1 and side * side == n_pixels else None


# --- labels ---------------------------------------------------------------------------


def _join_labels(parts):
    """Return the labels of all parts as an array of shape (n_samples,)."""
    labels = [_check_labels(part) for part in parts]
    # NumPy would turn the numbers into text, and 1.0 and "1" would be two classes.
    if len({y.dtype.kind == "U" for y in labels}) > 1:
        kinds = (
            f"{part.y_name} has {'text' if y.dtype.kind == 'U' else 'numbers'}"
            for y, part in zip(labels, parts, strict=True)
        )
        raise ValueError(
            f"{', but '.join(kinds)}. Save all labels as numbers, or all as text."
        )
    return np.concatenate(labels)


def _check_labels(part):
    """Return the labels of a part, one number or text per sample."""
    y, name = part.y, part.y_name
    if y.ndim == 0 or len(y) != len(part.X):
        n_labels = "a single value" if y.ndim == 0 else f"{len(y)} labels"
        raise ValueError(
            f"{part.X_name} has {len(part.X)} samples, but {name} has {n_labels}; "
            "expected one label per sample."
        )
    if y.dtype == object:
        # The hash of Python objects differs between processes.
        types = {type(label) for label in y.flat}
        if len(types) > 1 or not types <= {str, bool, int, float}:
            found = ", ".join(sorted(kind.__name__ for kind in types))
            raise ValueError(
                f"{name} has labels of type {found}; expected only numbers or only "
                "text. Convert them to one type."
            )
        y = np.array(y.tolist())
    if y.dtype.kind not in "biufU":
        raise ValueError(
            f"{name} is of type {y.dtype}; expected labels that are numbers or text. "
            "Save it again, for instance as y.astype(str)."
        )
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        row = int(np.argwhere(~np.isfinite(y))[0][0])
        raise ValueError(
            f"{name} has {y[row]} in row {row}, which is not a label. Drop the samples "
            "without a label."
        )
    if y.size == len(y):
        return y.reshape(-1)
    if y.ndim == 2 and ((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all():
        return y.argmax(axis=1)
    raise ValueError(
        f"{name} has shape {y.shape} and is not one-hot; expected one label per "
        "sample, or one-hot rows. Save one column of it."
    )
