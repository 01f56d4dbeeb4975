"""Shape of images: flatten them so that they can be drawn again."""

from math import isqrt

import numpy as np

_CHANNELS = (1, 3)  # grey and colour: what can be drawn


def flatten_images(X, *, is_table):
    """Return one row a sample, channels last, and the shape to draw it in, or None."""
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
        return rows, None if is_table else _square(*sample)
    return rows, sample if len(sample) == 2 or is_channels_last else None


def _square(n_features):
    """Return the shape of square images, None if they cannot be square."""
    side = isqrt(n_features)
    return (side, side) if side > 1 and side * side == n_features else None
