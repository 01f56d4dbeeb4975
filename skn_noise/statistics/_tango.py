"""The score interval and test of a difference of paired proportions."""

import numpy as np
from scipy import optimize, special


def tango_bounds(gained, lost, n_samples, confidence):
    """Compute Tango's interval of gained - lost, two shares of n_samples samples."""
    z = special.ndtri(0.5 + 0.5 * confidence)
    lower = _lower_bound(gained, lost, z**2 / n_samples)
    # Swapping the two turns the difference round, and its bounds with it.
    return lower, -_lower_bound(lost, gained, z**2 / n_samples)


def tango_p_value(gained, lost, n_samples):
    """Compute the two-sided p value of the hypothesis that gained equals lost."""
    if gained == lost:
        return 1.0
    z = abs(gained - lost) * np.sqrt(n_samples / (gained + lost))
    return float(2 * special.ndtr(-z))


def _lower_bound(gained, lost, scaled_z_squared):
    difference = gained - lost

    def excess(bound):
        """Tell by how much the squared distance is more than the score test allows."""
        variance = _variance_if_difference_were(bound, gained, lost)
        return (difference - bound) ** 2 - scaled_z_squared * variance

    # At the difference itself the variance may be zero, and then so is the excess.
    start = difference - 1e-12
    return float(optimize.brentq(excess, -1.0, start)) if start > -1 else -1.0


def _variance_if_difference_were(difference, gained, lost):
    """Compute a sample's variance, with the likeliest shares of that difference."""
    slope = (2 - gained + lost) * difference - (gained + lost)
    intercept = -lost * difference * (1 - difference)
    root = np.sqrt(max(slope**2 - 8 * intercept, 0.0))
    likeliest_lost = (root - slope) / 4
    return 2 * likeliest_lost + difference * (1 - difference)
