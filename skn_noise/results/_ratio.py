"""How many times the noise one curve takes that another takes."""

import numpy as np


def ratio_of_scales(tolerance, reference, smallest, largest):
    """Return the ratio of two tolerances and its bounds, by MOVER on logarithms.

    Each is a scale with its two bounds; infinite ones lie outside the scales run.
    """
    scale, lower, upper = _logarithms(tolerance, smallest, largest)
    other, other_lower, other_upper = _logarithms(reference, smallest, largest)
    if np.isfinite([scale, other]).all():
        difference = scale - other
        low = difference - np.hypot(scale - lower, other_upper - other)
        high = difference + np.hypot(upper - scale, other - other_lower)
    else:
        # Where one is not known there are no distances to add up, but the extremes.
        difference = np.nan if np.isinf([scale, other]).all() else scale - other
        low, high = lower - other_upper, upper - other_lower
    return tuple(float(np.exp(log)) for log in (difference, low, high))


def ratio_in_words(ratio, lower, upper, confidence):
    """Say a ratio with its interval, or that alone if the scales tell no more."""
    interval = "no interval"
    if not np.isnan([lower, upper]).any():
        interval = f"{100 * confidence:g} % interval: {_bounds_in_words(lower, upper)}"
    times = "an unknown multiple of"  # outside the scales that were run
    if 0 < ratio < np.inf:
        times = f"{ratio:#.2g}".removesuffix(".") + " times"
    return f"{times} the noise ({interval})"


def _bounds_in_words(lower, upper):
    if lower > 0:
        return (
            f"{lower:.2g} to {upper:.2g}" if upper < np.inf else f"{lower:.2g} or more"
        )
    return f"{upper:.2g} or less" if upper < np.inf else "open on both sides"


def _logarithms(tolerance, smallest, largest):
    """Return a scale and its bounds as logarithms, no bound beyond what is known."""
    scale, lower, upper = tolerance
    lower = largest if lower == np.inf else lower
    upper = smallest if upper == -np.inf else upper
    return [_log(scale), _log(lower), _log(upper)]


def _log(scale):
    return -np.inf if scale == -np.inf else np.log(scale)
