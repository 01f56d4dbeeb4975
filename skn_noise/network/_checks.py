"""What a network cannot be made of, said before TensorFlow starts."""

from itertools import pairwise
from numbers import Integral

import numpy as np

# A matrix of 8 GiB; TensorFlow needs several of a size to train one.
_MOST_WEIGHTS = 2**31


def refuse_one_hot(name, y):
    """Refuse rows where one label a sample is expected."""
    shape = np.asarray(y, dtype=object).shape
    if len(shape) == 2 and shape[1] > 1:
        raise ValueError(
            f"{name} must hold one label a sample, shape (n_samples,), got shape "
            f"{shape}; if its rows are one-hot, pass np.argmax({name}, axis=1)."
        )


def check_is_object(name, value, example):
    """Refuse a class where an object of it was meant."""
    if isinstance(value, type):
        raise ValueError(
            f"{name} must be a name or an object, got the class {value.__name__}; "
            f"call it to make an object, as in {example}."
        )


def check_hidden_layer_sizes(sizes_given, n_features, n_classes):
    """Return the sizes as a tuple of int."""
    sizes = np.atleast_1d(np.asarray(sizes_given, dtype=object))
    if sizes.ndim > 1 or not all(
        isinstance(size, Integral) and size >= 1 for size in sizes
    ):
        raise ValueError(
            "hidden_layer_sizes must hold whole numbers of units, 1 or more for "
            f"each hidden layer, as in (512, 512); got {sizes_given!r}."
        )
    sizes = tuple(int(size) for size in sizes)
    ends = (n_features, *sizes, n_classes)
    most = max(before * after for before, after in pairwise(ends))
    if sizes and most > _MOST_WEIGHTS:
        raise ValueError(
            f"hidden_layer_sizes must make layers of at most {_MOST_WEIGHTS} weights "
            f"for {n_features} features, got {sizes_given!r}, which makes one of "
            f"{most}; name fewer units."
        )
    return sizes
