"""What is handed to a Display is of the right kind, or refused in one sentence."""

from skn_noise.results._curve import NoiseCurve
from skn_noise.results._matrix import NoiseMatrix


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


def check_ax(ax):
    """Raise an error unless it is None or an Axes of matplotlib."""
    from matplotlib.axes import Axes  # importing skn_noise stays light

    if ax is not None and not isinstance(ax, Axes):
        raise TypeError(
            f"ax must be matplotlib Axes or None, got {_kind(ax)}. plt.subplots makes "
            "Axes."
        )


def check_title(title):
    """Raise an error unless it is a text, True or False."""
    if not isinstance(title, bool | str):
        raise TypeError(
            "title must be a text, True for one that is composed, or False for none; "
            f"got {title!r}."
        )


def _kind(value):
    return f"{type(value).__module__}.{type(value).__name__}".removeprefix("builtins.")
