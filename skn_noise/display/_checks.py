"""Checks of the arguments of the Displays."""

import math
import operator

from skn_noise._sklearn import validate_params

# Decorator of the methods that take some of these.
checks_options = validate_params(
    {
        "interval": ["boolean"],
        "same_greys": ["boolean"],
        "groups": ["array-like", None],
        "name": [str, None],
        "title": ["boolean", str, None],
        "line_kw": [dict, None],
        "fill_between_kw": [dict, None],
        "im_kw": [dict, None],
    },
    prefer_skip_nested_validation=False,
)


def check_result(result, attributes, expected, name="curve"):
    """Raise an error unless an object has the attributes that are drawn."""
    if not all(hasattr(result, attribute) for attribute in attributes):
        raise TypeError(f"{name} must be {expected}, got {_kind(result)}.")


def check_curve(curve, name="curve"):
    """Raise an error unless an object has the scores and means of a NoiseCurve."""
    expected = "a NoiseCurve, as noise_curve returns it"
    check_result(curve, ["scores", "summary", "n_classes"], expected, name)


def check_ax(ax, is_needed=False):
    """Raise an error unless `ax` is Axes of matplotlib, or None if not needed."""
    from matplotlib.axes import Axes  # importing skn_noise stays light

    if not (isinstance(ax, Axes) or (ax is None and not is_needed)):
        raise TypeError(
            f"ax must be matplotlib Axes or None, got {_kind(ax)}. plt.subplots makes "
            "Axes."
        )


def check_image_shape(image_shape, n_features):
    """Return the shape of an image, which as many features must fill, or None."""
    if image_shape is None:
        return None
    try:
        shape = tuple(operator.index(size) for size in image_shape)
    except TypeError:
        shape = ()
    shape = shape[:2] if shape[2:] == (1,) else shape
    is_image = len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)
    if not is_image or min(shape) < 1 or math.prod(shape) != n_features:
        raise ValueError(
            "image_shape must be None or the shape of images of "
            f"{n_features} values, (height, width) or (height, width, 3); got "
            f"{image_shape!r}. Move channels that come first to the end, with "
            "images.transpose(0, 2, 3, 1)."
        )
    return shape


def _kind(value):
    return f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")
