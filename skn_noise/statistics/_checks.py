"""Checks of what is passed, common to intervals and tests."""

from numbers import Real

import numpy as np
import pandas as pd

from skn_noise._sklearn import Interval

_BETWEEN_0_AND_1 = Interval(Real, 0, 1, closed="neither")


def as_floats(values):
    """Return real numbers as floats, None for dates, text and whatever else is none."""
    try:
        array = np.asarray(values)
        is_real = array.dtype.kind in "biuf" or all(
            isinstance(value, Real | None) for value in array.ravel()
        )
        return array.astype(np.float64) if is_real else None
    except (TypeError, ValueError, OverflowError):
        return None


def as_vector(values, *, name):
    vector = None if np.ma.is_masked(values) else as_floats(values)
    if vector is None:
        raise ValueError(
            f"{name} must be a list of numbers, got {values!r}. Pass one number a fold "
            "or test."
        )
    if vector.ndim != 1:
        raise ValueError(
            f"{name} must have one dimension, got shape {vector.shape}. Pass one list "
            "of numbers at a time."
        )
    return vector


def as_samples(samples):
    """Return a number from 0 for each of the samples, whatever they are called."""
    try:
        numbers = pd.factorize(np.asarray(samples))[0]
    except (TypeError, ValueError):
        numbers = None
    if numbers is None or len(numbers) == 0 or min(numbers) < 0:
        raise ValueError(
            "samples must be one list with the number of the sample of every "
            f"validation, got {samples!r}. Pass the rows of X that were validated, all "
            "folds in a row."
        )
    return numbers


def as_number(value, within, *, name, expected, mend):
    """Return a number as a float, if it is within an interval of scikit-learn."""
    if not within.is_satisfied_by(value):
        raise ValueError(f"{name} must be {expected}, got {value!r}. {mend}")
    return float(value)


def as_confidence(confidence):
    return as_number(
        confidence,
        _BETWEEN_0_AND_1,
        name="confidence",
        expected="a number between 0 and 1",
        mend="Pass 0.95 for 95 percent.",
    )


def check_same_length(**lists):
    """Refuse lists that do not have one entry for each of the same validations."""
    lengths = [len(values) for values in lists.values()]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"{' and '.join(lists)} must have one entry a validation each, but got "
            f"{' and '.join(map(str, lengths))} entries. Pass what the same "
            "validations gave, in the same order."
        )
