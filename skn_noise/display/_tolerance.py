"""The tolerance of a noise curve, marked on a picture of it."""

import numpy as np

from skn_noise.display._style import TOLERANCE_COLOR
from skn_noise.results._tolerance import scale_in_words


def mark_tolerance(ax, tolerance):
    """Mark the target, the tolerance and its interval; name them."""
    color = {"color": TOLERANCE_COLOR}
    limits = tolerance.smallest_scale, tolerance.largest_scale
    target = f"target {tolerance.target:.3g}"
    across = ax.axhline(tolerance.target, linewidth=1, label=target, **color)
    # A bound outside the scales is drawn at their end; NaN stays NaN.
    lower, upper = np.clip([tolerance.lower, tolerance.upper], *limits)
    is_bounded = lower < upper
    if is_bounded:
        ax.axvspan(lower, upper, alpha=0.2, linewidth=0, **color)
    scale = scale_in_words(tolerance, tolerance.scale)
    if np.isinf(tolerance.scale):
        across.set_label(f"{target}: tolerance {scale}")
    else:
        interval = " (95 % interval)" if is_bounded else ""
        label = f"tolerance {scale}{interval}"
        ax.axvline(tolerance.scale, ls="--", label=label, **color)
