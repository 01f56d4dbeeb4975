"""Scales of the noise, and the parameter that is one, as a user names them."""

from difflib import get_close_matches

import numpy as np

from skn_noise.statistics._common import as_floats


def check_scales(scales, name="scales"):
    """Return the scales as a tuple of numbers, each there once, none negative."""
    values = as_floats(scales)
    if values is None:
        raise ValueError(f"{name} must be numbers, got {scales!r}.")
    if values.ndim != 1 or values.size == 0:
        raise ValueError(
            f"{name} must be a list of at least one number, got {scales!r}."
        )
    if not np.isfinite(values).all() or (values < 0).any():
        raise ValueError(f"{name} must be finite and not negative, got {scales!r}.")
    if len(np.unique(values)) < len(values):
        raise ValueError(f"{name} must hold each scale once, got {scales!r}.")
    return tuple(values.tolist())


def check_param_name(estimator, param_name):
    """Raise an error that names the near ones if there is no such parameter."""
    names = estimator.get_params()
    if isinstance(param_name, str) and param_name in names:
        return
    near = get_close_matches(str(param_name), names) or [
        name for name in names if name.endswith("scale")
    ]
    hint = f"The nearest are {near}. " if near else ""
    raise ValueError(
        f"{type(estimator).__name__} has no parameter {param_name!r}. {hint}Pass the "
        "parameter that is the scale of the noise as param_name; "
        "estimator.get_params() lists them all."
    )
