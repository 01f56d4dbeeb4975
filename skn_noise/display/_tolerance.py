"""The tolerance of a noise curve, marked on a picture of it."""

import numpy as np

from skn_noise.display._style import TOLERANCE_COLOR

_POINTS_OF_A_FIT = 200


def mark_tolerance(ax, tolerance, scales):
    """Mark the target, the tolerance with its interval, and the fit; name them."""
    color = {"color": TOLERANCE_COLOR}
    scales = scales[scales > 0]
    limits = scales.min(), scales.max()
    target = f"target {tolerance.target:.3g}"
    handles = [ax.axhline(tolerance.target, linewidth=1, label=target, **color)]
    bounds = tolerance.lower, tolerance.upper
    lower, upper = (_as_number(bound, limits) for bound in bounds)
    is_bounded = np.isfinite([lower, upper]).all()
    if is_bounded:
        ax.axvspan(lower, upper, alpha=0.2, linewidth=0, **color)
    if isinstance(tolerance.scale, str):
        handles[0].set_label(f"{target}: tolerance {tolerance.scale}")
    else:
        interval = " (95 % interval)" if is_bounded else ""
        label = f"tolerance {tolerance.scale:.3g}{interval}"
        handles.append(ax.axvline(tolerance.scale, ls="--", label=label, **color))
    if tolerance.fit is not None:
        x = np.geomspace(*limits, _POINTS_OF_A_FIT)
        fit = tolerance.fit.predict(x)
        handles += ax.plot(x, fit, "k:", linewidth=1, label="parametric fit")
    return handles


def _as_number(bound, limits):
    """Return a bound; in place of one in words the end of the scales it names."""
    if isinstance(bound, str):
        return limits[0] if bound.startswith("below") else limits[1]
    return bound
