"""The scales of a study: numbers in the unit of the noise, or given in decibels."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from skn_noise._defaults import SCALES
from skn_noise._units import STD_OF_COLUMNS, STD_OF_VALUES, check_has_decibels
from skn_noise.scaling import GlobalStandardScaler
from skn_noise.statistics._common import as_floats


def choose_scales(
    scales, snr, *, estimator, param_name, default=SCALES, names=("scales", "snr")
):
    """Return the scales of a study, given as `scales`, as `snr`, or not at all."""
    if snr is None:
        return check_scales(default if scales is None else scales, names[0])
    if scales is not None:
        raise ValueError(f"Pass either {names[0]} or {names[1]}, got both.")
    check_has_decibels(unit_of_scales(estimator, param_name), names[1])
    return check_scales(_scales_of(snr, names[1]), names[1])


def _scales_of(decibels, name):
    """Return the scales of ratios of signal to noise; infinity is scale 0."""
    values, limits = as_floats(decibels), np.finfo(np.float32)
    if values is not None and values.ndim == 1:
        with np.errstate(over="ignore"):
            scales = 10 ** (-values / 20)
        can_be_held = (scales >= limits.tiny) & (scales <= limits.max)
        if (can_be_held | np.isposinf(values)).all():
            # Four digits can be read and typed; the error is less than .005 decibels.
            return [float(f"{scale:.4g}") for scale in scales]
    raise ValueError(
        f"{name} must be a list of decibels between -770 and 750 (the range of scales "
        f"in float32), or infinity for no noise; got {decibels!r}."
    )


def check_scales(scales, name="scales"):
    """Return the scales as a tuple of different numbers, none negative."""
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


def unit_of_scales(estimator, param_name):
    """Name the unit of the scales if the noise or the step before it sets it."""
    owner, _, parameter = param_name.rpartition("__")
    if parameter != "scale":
        return None
    if noise_unit(estimator, param_name) == "std":
        return STD_OF_COLUMNS
    names = [name for name, _ in getattr(estimator, "steps", [])]
    # Of a nested pipeline, steps between the scaler and the noise could be overlooked.
    if owner not in names[1:]:
        return None
    before = estimator.named_steps[names[names.index(owner) - 1]]
    if isinstance(before, GlobalStandardScaler):
        return STD_OF_VALUES
    if isinstance(before, StandardScaler) and before.with_std:
        return STD_OF_COLUMNS
    return None


def noise_unit(estimator, param_name):
    """Return the parameter `unit` of the owner of a scale, "absolute" without one."""
    params = estimator.get_params()
    owner = "".join(param_name.rpartition("__")[:2])
    return params.get(f"{owner}unit", "absolute")
