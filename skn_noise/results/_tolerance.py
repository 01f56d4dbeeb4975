"""The largest scale of the noise at which a score stays at or above a target."""

from numbers import Real
from typing import NamedTuple

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq
from sklearn.isotonic import isotonic_regression

from skn_noise._metrics import (
    check_metric,
    is_fraction,
    is_negated,
    natural_name,
)
from skn_noise._sklearn import Interval
from skn_noise.display._series import scale_in_words
from skn_noise.results._cells import FOLD, validation_scores, with_repeats
from skn_noise.results._html import tolerance_html
from skn_noise.results._summary import (
    summary_table,
    training_in_words,
    unit_in_words,
)

_FINITE = Interval(Real, None, None, closed="neither")


class NoiseTolerance(NamedTuple):
    """The largest scale of the noise at which a score stays at or above a target.

    Returned by :meth:`NoiseCurve.tolerance`. ``print`` shows it as a sentence. Scales
    are not extrapolated: minus infinity stands for a scale below all scales of the
    curve, infinity for a scale above them.

    Attributes
    ----------
    metric : str
        Name of the metric.

    target : float
        Lowest score to accept; for a loss, the highest loss to accept, as a positive
        number.

    scale : float
        The tolerance.

    lower, upper : float
        Bounds of its interval; infinite on a side on which the interval is open, NaN if
        there is no interval.

    n : int
        Number of folds.

    smallest_scale, largest_scale : float
        Smallest and largest scale of the curve, without scale 0.

    confidence : float
        Confidence level of the interval.

    method : str
        Method of the intervals of the scores, as in :meth:`NoiseCurve.summary`. The
        interval of the tolerance is computed from these.

    unit : str
        Unit of the scales, in words; empty if it is unknown.

    training : str
        Whether the model was trained on such noise, in words; empty if it is unknown,
        as for a search.
    """

    metric: str
    target: float
    scale: float
    lower: float
    upper: float
    n: int
    smallest_scale: float
    largest_scale: float
    confidence: float = 0.95
    method: str = ""
    unit: str = ""
    training: str = ""

    def _repr_html_(self):
        return tolerance_html(self)

    def __str__(self):
        """Return the tolerance as a sentence."""
        sides = ["above", "below"]
        side, other = sides[::-1] if is_negated(self.metric) else sides
        name, target = natural_name(self.metric), f"{self.target:.4g}"
        unit = self.unit and f" in {self.unit}"
        if self.scale == -np.inf:
            text = (
                f"{name} is {other} {target} already at scale "
                f"{self.smallest_scale:g}, the smallest above 0 that was run"
            )
        elif self.scale == np.inf:
            text = (
                f"{name} stays at or {side} {target} at all scales up to "
                f"{self.largest_scale:g}, the largest that was run"
            )
        else:
            text = f"{name} stays at or {side} {target} up to scale {self.scale:.3g}"
        comma = "," if unit and np.isinf(self.scale) else ""
        training = self.training and f", {self.training}"
        return f"{text} ({self._interval_in_words()}){comma}{unit}{training}"

    def _interval_in_words(self):
        if np.isnan([self.lower, self.upper]).any():
            return "no interval" + self.method.removeprefix("none")
        lower, upper = (scale_in_words(self, s) for s in (self.lower, self.upper))
        is_open = np.isinf([self.lower, self.upper])
        if self.lower == self.upper:
            bounds = lower
        elif is_open.all():
            bounds = "all scales that were run"
        elif is_open.any():
            bounds = f"{lower} or more" if is_open[1] else f"{upper} or less"
        else:
            bounds = f"{lower} to {upper}"
        return f"{100 * self.confidence:g} % interval: {bounds}"


def find_tolerance(curve, target, *, relative, metric, confidence):
    """Find the tolerance of a curve; NoiseCurve.tolerance documents it."""
    metric = check_metric(curve.scores, metric)
    scores = validation_scores(curve.scores, metric)
    scores = _complete_folds(with_repeats(scores), metric)
    band = find_band(scores, curve.predictions, confidence)
    target = natural_target(band, target, relative, metric)
    least = -target if is_negated(metric) else target
    highest = scores["value"].max()
    if least > highest:
        sides = ("below", "lowest") if is_negated(metric) else ("above", "highest")
        raise ValueError(
            f"target must be a score that the curve reaches, but {target:g} is "
            f"{sides[0]} every {natural_name(metric)}; the {sides[1]} is "
            f"{abs(highest):.4g}. Pass another target, or relative=0.9."
        )
    run = _check_band(band)
    return NoiseTolerance(
        metric,
        target,
        *locate(band, least),
        int(band["n"].iloc[0]),
        run[0],
        run[-1],
        confidence,
        "; ".join(band.loc[run, "method"].unique()),
        unit_in_words(curve.manifest),
        training_in_words(curve.manifest),
    )


def find_band(scores, predictions, confidence):
    """Return the mean and the bounds of one metric at each scale."""
    summary = summary_table(scores, predictions, confidence=confidence)
    return summary.set_index("scale").sort_index()


def _check_band(band):
    """Return the scales to interpolate between, at least two, of finite scores."""
    run = band.index[band.index > 0].tolist()
    if len(run) < 2:
        raise ValueError(
            "tolerance interpolates between at least two scales greater than 0, got "
            f"{run}. Run noise_curve with more scales."
        )
    infinite = band["mean"][np.isinf(band["mean"])]
    if len(infinite):
        raise ValueError(
            "tolerance interpolates between finite scores, but the mean at scale "
            f"{infinite.index[0]:g} is {infinite.iloc[0]:g}. Leave this scale out, or "
            "pass another metric."
        )
    return run


def locate(band, least):
    """Find where a falling band crosses the least score: scale, lower, upper bound."""
    run = _check_band(band)
    band = band.loc[run].dropna(subset=["mean"])
    scale = _crossing(band["mean"], least)
    # Scores fall with the scale. Therefore a scale without an interval gets the lower
    # bound of the next scale and the upper bound of the previous one, if these exist.
    lower, upper = band["lower"].bfill().dropna(), band["upper"].ffill().dropna()
    if lower.empty or upper.empty:
        return scale, np.nan, np.nan
    low, high = _crossing(lower, least), _crossing(upper, least)
    if low == np.inf and len(lower) < len(run):
        low = lower.index[-1]
    if high == -np.inf and len(upper) < len(run):
        high = upper.index[0]
    return scale, float(min(low, scale)), float(max(high, scale))


def _complete_folds(scores, metric):
    """Leave out the folds that failed at any scale."""
    folds = [scores[name] for name in FOLD]
    has_failed = scores["value"].isna().groupby(folds).transform("any")
    if has_failed.all():
        raise ValueError(
            f"tolerance needs a fold with {metric} at every scale, but every fold "
            "failed at some scale. Repair the failed fits, or leave out these scales."
        )
    return scores[~has_failed]


def natural_target(band, target, relative, metric):
    """Check `target` and `relative`; return the target, positive for a loss."""
    if (target is None) == (relative is None):
        raise ValueError(
            "Pass either target=, a score, or relative=, a fraction of the score at "
            f"the smallest scale; got target={target!r} and relative={relative!r}."
        )
    if relative is not None:
        _check_relative(relative, band["mean"], metric)
        return float(relative * band["mean"].iloc[0])
    if not (_FINITE.is_satisfied_by(target)):
        raise ValueError(f"target must be a score, a finite number; got {target!r}.")
    if is_fraction(metric) and not 0 <= target <= 1:
        raise ValueError(
            f"target must be a score between 0 and 1, as {metric} is; got {target!r}. "
            "Divide a percentage by 100."
        )
    if is_negated(metric) and target < 0:
        raise ValueError(
            f"target must be a {natural_name(metric)} of 0 or more, got {target!r}. "
            f"Pass it without the negative sign of {metric}."
        )
    return float(target)


def _check_relative(relative, means, metric):
    if is_negated(metric):
        raise ValueError(
            f"relative is a fraction of a score, but {metric!r} is a negated loss. "
            "Pass the highest loss to accept as target."
        )
    if not (isinstance(relative, Real) and 0 < relative <= 1):
        raise ValueError(
            "relative must be a fraction of the score at the smallest scale, greater "
            f"than 0 and at most 1; got {relative!r}."
        )
    if not means.iloc[0] > 0:
        raise ValueError(
            f"relative needs a score greater than 0, but {metric} at scale "
            f"{means.index[0]:g} is {means.iloc[0]:g}. Pass a target."
        )


def _crossing(values, least):
    """Interpolate the scale at which values, indexed by scale, fall below `least`.

    Return minus infinity if all values are below it, infinity if none is.
    """
    # Noise scales span decades, so that the curve is smooth over their logarithm.
    log_scales = np.log(values.index.to_numpy())
    falling = isotonic_regression(values.to_numpy(), increasing=False)
    # The mean of equal scores may be rounded to less than these.
    falling[np.isclose(falling, least, rtol=1e-12, atol=0)] = least
    n_above = np.count_nonzero(falling >= least)
    if n_above in (0, len(falling)):
        return np.inf if n_above else -np.inf
    curve = PchipInterpolator(log_scales, falling)
    between = log_scales[n_above - 1 : n_above + 1]
    log_scale = brentq(lambda log_scale: curve(log_scale) - least, *between)
    return float(np.exp(log_scale))
