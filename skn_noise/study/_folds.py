"""Folds that a user lists: pairs of what to fit on and what to validate on."""

from numbers import Integral

import numpy as np


def as_folds(cv, n_samples):
    """Return listed folds as pairs of arrays that choose from so many samples.

    Numbers of folds and splitters are what scikit-learn takes as they are.
    """
    is_splitter = hasattr(cv, "split") and hasattr(cv, "get_n_splits")
    if cv is None or isinstance(cv, Integral) or is_splitter:
        return cv
    try:
        return [
            (_as_choice(train, n_samples), _as_choice(validation, n_samples))
            for train, validation in cv
        ]
    except (TypeError, ValueError) as error:
        raise ValueError(
            "cv must be a number of folds, a splitter, or a list of pairs of the "
            f"numbers of samples to fit on and to validate on, got {cv!r}: {error}. "
            "Pass, for instance, cv=5."
        ) from error


def read_folds(splits):
    """Return the numbers of the samples of every fold."""
    return [[_as_numbers(indices) for indices in split] for split in splits]


def _as_numbers(indices):
    """Return the numbers of samples that are chosen by their numbers or by a mask."""
    indices = np.asarray(indices)
    return np.flatnonzero(indices) if indices.dtype == bool else indices


def _as_choice(indices, n_samples):
    array = np.asarray(indices)
    if array.ndim != 1 or (array.dtype.kind not in "iub" and array.size):
        raise ValueError(f"{indices!r} is no list of the numbers of samples")
    numbers = _as_numbers(array)
    if numbers.size and not (-n_samples <= min(numbers) and max(numbers) < n_samples):
        raise ValueError(f"there are {n_samples} samples, counted from 0")
    return array.astype(int) if array.size == 0 else array
