"""What is handed to a Display is of the right kind, or refused in one sentence."""

import math
import operator

from skn_noise._sklearn import validate_params
from skn_noise.results._curve import NoiseCurve
from skn_noise.results._matrix import NoiseMatrix
from skn_noise.results._tolerance import NoiseTolerance

# A decorator of all that takes some of these.
checks_options = validate_params(
    {
        "interval": ["boolean"],
        "same_greys": ["boolean"],
        "groups": ["array-like", None],
        "tolerance": [NoiseTolerance, None],
        "name": [str, None],
        "title": ["boolean", str, None],
        "line_kw": [dict, None],
        "fill_between_kw": [dict, None],
        "im_kw": [dict, None],
    },
    prefer_skip_nested_validation=False,
)


def check_curve(curve, name="curve"):
    """Raise an error unless it is a NoiseCurve."""
    if not isinstance(curve, NoiseCurve):
        raise TypeError(
            f"{name} must be a NoiseCurve, got {_kind(curve)}. noise_curve makes one, "
            "and so does NoiseCurve.from_search."
        )


def check_matrix(matrix):
    """Raise an error unless it is a NoiseMatrix."""
    if not isinstance(matrix, NoiseMatrix):
        raise TypeError(
            f"matrix must be a NoiseMatrix, got {_kind(matrix)}. noise_matrix makes "
            "one."
        )


def check_ax(ax, is_needed=False):
    """Raise an error unless it is an Axes of matplotlib, or None if none is needed."""
    from matplotlib.axes import Axes  # importing skn_noise stays light

    if not (isinstance(ax, Axes) or (ax is None and not is_needed)):
        raise TypeError(
            f"ax must be matplotlib Axes or None, got {_kind(ax)}. plt.subplots makes "
            "Axes."
        )


def check_image_shape(image_shape, panels):
    """Return the shape of an image, which the features must fill, or None."""
    if image_shape is None:
        return None
    expected = "image_shape must be (height, width), or (height, width, 3) of colours"
    try:
        shape = tuple(operator.index(size) for size in image_shape)
    except TypeError as error:
        raise TypeError(
            f"{expected}, got {image_shape!r}. Pass None for samples that are "
            "no images."
        ) from error
    shape = shape[:2] if shape[2:] == (1,) else shape
    if len(shape) not in (2, 3) or shape[2:] not in ((), (3,)) or min(shape) < 1:
        raise ValueError(
            f"{expected}, got {image_shape!r}. Move the channels to the end, with "
            "images.transpose(0, 2, 3, 1), if they come first."
        )
    n_features = next(iter(panels.values())).shape[1]
    if n_features != math.prod(shape):
        raise ValueError(
            f"There are {n_features} features to draw, which do not fill images of "
            f"shape {shape}. Pass the shape of one image as image_shape, or None."
        )
    return shape


def check_title(title):
    """Raise an error unless it is a text, True or False."""
    if not isinstance(title, bool | str):
        raise TypeError(
            "title must be a text, True for one that is composed, or False for none; "
            f"got {title!r}."
        )


def _kind(value):
    return f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")
