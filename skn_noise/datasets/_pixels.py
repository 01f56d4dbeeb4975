"""Pixels: from grey levels to [0, 1]."""

from numbers import Real

import numpy as np

_USUAL_WHITE = 255
_HINT = (
    "Pass the grey level of white, such as white=255, or pixels=False for numbers "
    "that are no pixels."
)


def check_white(white):
    """Raise an error unless `white` is a level by which pixels can be divided."""
    if not isinstance(white, Real) or isinstance(white, bool):
        raise TypeError(
            f"Expected a number as white, got {type(white).__name__}. Pass the grey "
            "level of white, such as 255."
        )
    float32 = np.finfo(np.float32)
    if not float(float32.tiny) <= white <= float(float32.max):
        raise ValueError(
            "Expected white to be a positive number within the range of float32, got "
            f"{float(white) if abs(white) < 1e300 else 'a larger one'}. Pass the grey "
            "level of white, such as 255."
        )


def to_pixels(parts, white):
    """Put the parts behind each other as float32 in [0, 1]."""
    for part in parts:
        _check_range(part, white)
    arrays = [part.X for part in parts]
    pixels = np.concatenate(arrays, dtype=np.float32, casting="unsafe")
    if white is None:
        white = _guess_white(pixels, parts)
    if white != 1:
        pixels /= float(white)
    return pixels


def _check_range(part, white):
    low, high = float(part.X.min()), float(part.X.max())
    limit = _USUAL_WHITE if white is None else white
    if low < 0 or high > limit:
        raise ValueError(
            f"{part.X_name} holds values from {low:g} to {high:g}; expected pixels "
            f"from 0 to 1 or grey levels from 0 to {float(limit):g}. {_HINT}"
        )


def _guess_white(pixels, parts):
    """Return 1 or 255; raise an error where pixels might be either, or another."""
    high = float(pixels.max())
    if high <= 1:
        return 1
    for part in parts:
        if 0 < part.X.max() <= 1:
            other = next(other for other in parts if other is not part)
            raise ValueError(
                f"{part.X_name} holds values up to {part.X.max():g}, but "
                f"{other.X_name} up to {other.X.max():g}. Bring them to one range. "
                f"{_HINT}"
            )
    n_bright = np.count_nonzero(pixels > 1)
    if high <= _USUAL_WHITE / 2 or 2 * n_bright < np.count_nonzero(pixels):
        raise ValueError(
            f"{parts[0].X_name} holds values up to {high:g}, {n_bright} of them above "
            f"1: it is not clear which value is white. {_HINT}"
        )
    return _USUAL_WHITE
