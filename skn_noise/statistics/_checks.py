"""Checks of what is passed, common to intervals and tests."""

from numbers import Real

import numpy as np


def as_vector(values, *, name):
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must be a list of numbers, got {values!r}. Pass one number a fold "
            "or test."
        ) from error
    if vector.ndim != 1:
        raise ValueError(
            f"{name} must have one dimension, got shape {vector.shape}. Pass one list "
            "of numbers at a time."
        )
    return vector


def check_confidence(confidence):
    if not (isinstance(confidence, Real) and 0 < confidence < 1):
        raise ValueError(
            f"confidence must be a number between 0 and 1, got {confidence!r}. Pass "
            "0.95 for 95 percent."
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
