"""Result types and checks of arguments that all methods share."""

from numbers import Real
from typing import NamedTuple

import numpy as np
import pandas as pd

from skn_noise._sklearn import Interval

LARGEST = 1e150  # whose square is finite
_BETWEEN_0_AND_1 = Interval(Real, 0, 1, closed="neither")


class PairedDifference(NamedTuple):
    """Mean difference between two lists of scores, its interval and its p value.

    Attributes
    ----------
    mean : float
        Mean of the differences, in the units of the scores.

    lower : float
        Lower bound of the interval of the mean.

    upper : float
        Upper bound of the interval of the mean.

    p_value : float
        Two-sided p value of the hypothesis that the scores do not differ.

    Examples
    --------
    >>> from skn_noise.statistics import paired_difference
    >>> scores, reference = [0.8, 0.7, 0.9], [0.9, 0.9, 0.9]
    >>> result = paired_difference(scores, reference, validation_train_ratio=0.5)
    >>> round(result.mean, 2)
    -0.1
    """

    mean: float
    lower: float
    upper: float
    p_value: float


class MeanInterval(NamedTuple):
    """Mean over all validations, and its interval.

    Attributes
    ----------
    mean : float
        Mean of the results of the validations, in their units.

    lower : float
        Lower bound of the interval of the mean.

    upper : float
        Upper bound of the interval of the mean.

    Examples
    --------
    >>> from skn_noise.statistics import accuracy_interval
    >>> correct, samples = [True] * 9 + [False], range(10)
    >>> mean, lower, upper = accuracy_interval(correct, samples=samples, n_train=40)
    >>> bool(lower < mean < upper)
    True
    """

    mean: float
    lower: float
    upper: float


def as_floats(values):
    """Convert real numbers to floats; return None for text, dates and other values."""
    try:
        array = np.asarray(values)
        is_real = array.dtype.kind in "biuf" or all(
            isinstance(value, Real | None) for value in array.ravel()
        )
        return array.astype(np.float64) if is_real else None
    except (TypeError, ValueError, OverflowError):
        return None


def as_vector(values, *, name):
    """Convert a list of numbers to floats, and raise an error for anything else."""
    vector = None if np.ma.is_masked(values) else as_floats(values)
    if vector is None:
        raise ValueError(
            f"{name} must be a list of numbers, got {values!r}. Pass one number for "
            "each fold or test."
        )
    if vector.ndim != 1:
        raise ValueError(
            f"{name} must have one dimension, got shape {vector.shape}. Pass one list "
            "of numbers at a time."
        )
    return vector


def as_labels(values, name, expected):
    """Encode labels of any type as integers from 0, not always without gaps."""
    try:
        if isinstance(getattr(values, "dtype", None), pd.CategoricalDtype):
            numbers = pd.Series(values).cat.codes.to_numpy()
        else:
            numbers = np.asarray(values)
            if numbers.dtype.kind in "US":  # NumPy turns NaN among texts into a text
                numbers = np.asarray(values, dtype=object)
            # Millions of labels are slow to encode, and rows of X need not be.
            if numbers.dtype.kind not in "iu" or not _are_compact(numbers):
                numbers = pd.factorize(numbers)[0]
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if len(numbers) == 0 or numbers.min() < 0:
        raise ValueError(
            f"{name} must be a list with one label for every validation and none "
            f"missing, got {values!r}. Pass {expected}."
        )
    return numbers.astype(np.intp, copy=False)


def _are_compact(numbers):
    return numbers.min() >= 0 and numbers.max() < 2 * len(numbers)


def as_number(value, within, *, name, expected, mend):
    """Convert a number to float, and raise an error if it is out of its range."""
    if not within.is_satisfied_by(value):
        raise ValueError(f"{name} must be {expected}, got {value!r}. {mend}")
    return float(value)


def as_confidence(confidence):
    """Check a confidence level."""
    return as_number(
        confidence,
        _BETWEEN_0_AND_1,
        name="confidence",
        expected="a number between 0 and 1",
        mend="Pass 0.95 for 95 percent.",
    )


def check_same_length(**lists):
    """Raise an error unless lists have one entry for each validation."""
    lengths = [len(values) for values in lists.values()]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"{' and '.join(lists)} must have one entry for each validation, but got "
            f"{' and '.join(map(str, lengths))} entries. Pass the same validations in "
            "the same order."
        )
