"""The largest scale of the noise at which a score stays at or above a target."""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from skn_noise._draws import mean_over_draws
from skn_noise._metrics import (
    check_metric,
    is_negated,
    natural_name,
    score_range,
)
from skn_noise._sklearn import Interval
from skn_noise.display._series import bounds_in_words
from skn_noise.results._cells import FOLD, validation_scores, with_repeats
from skn_noise.results._html import tolerance_html
from skn_noise.results._scores import join_once, reason_of
from skn_noise.results._summary import (
    summary_table,
    training_in_words,
    unit_in_words,
)
from skn_noise.results._table import listed

_STEP = 4.0  # factor to the next scale where no scale bounds the tolerance
_ROUNDING = 1e-12
_FINITE = Interval(Real, None, None, closed="neither")


@dataclass(frozen=True)
class NoiseTolerance:
    """The largest scale of the noise at which a score stays at or above a target.

    Returned by :meth:`NoiseCurve.tolerance`. ``print`` shows it as a sentence.

    Attributes
    ----------
    metric : str
        Name of the metric.

    target : float
        Lowest score to accept; for a loss, the highest loss to accept, as a positive
        number.

    scale : float
        The tolerance, interpolated between the last scale before the mean score first
        misses the target and the scale at which it does. Minus infinity if the mean
        misses the target at the smallest scale, infinity if it does at no scale.

    lower, upper : float
        Bounds of the interval of the tolerance. Both are scales that were run: the last
        one up to which all lower bounds of the score reach the target, and the first
        one whose upper bound misses it. Infinite where there is no such scale, NaN if
        the scores have no intervals.

    n : int
        Number of folds.

    smallest_scale, largest_scale : float
        Smallest and largest scale of the curve, which may be 0.

    confidence : float
        Confidence level of the interval.

    method : str
        Method of the intervals of the scores, as in :meth:`NoiseCurve.summary`. Several
        methods are separated by semicolons.

    note : str
        What the intervals of the scores hold for, or why there are none at some or all
        scales, separated by semicolons.

    unit : str
        Unit of the scales, in words; empty if it is unknown.

    training : str
        Whether the model was trained on such noise, in words; empty if it is unknown,
        as for a search.

    relative : float or None
        The target as a fraction of the score at the smallest scale; None if the target
        was given as a score.

    reached_again : tuple of float
        Scales above the tolerance at which the mean score is at the target again.

    next_scales : tuple of float
        Scales that would narrow the interval if they were run, too. Empty if more
        scales would narrow it by less than the factor `ratio`.

    ratio : float
        Ratio of the ends of an interval that is narrow enough.

    Examples
    --------
    >>> import pandas as pd
    >>> from skn_noise import NoiseCurve
    >>> table = {"scale": [1.0, 2.0], "fold": 0, "split": "validation"}
    >>> table |= {"metric": "accuracy", "value": [0.9, 0.7]}
    >>> tolerance = NoiseCurve(pd.DataFrame(table)).tolerance(0.8)
    >>> round(tolerance.scale, 2)
    1.41
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
    note: str = ""
    unit: str = ""
    training: str = ""
    relative: float | None = None
    reached_again: tuple[float, ...] = ()
    next_scales: tuple[float, ...] = ()
    ratio: float = 1.1

    _repr_html_ = tolerance_html

    def __str__(self):
        """Return the tolerance as a sentence."""
        sides = ["above", "below"]
        side, other = sides[::-1] if is_negated(self.metric) else sides
        name, target = natural_name(self.metric), f"{self.target:.4g}"
        first = _at(self.smallest_scale)
        if self.relative is not None:
            target += f" ({100 * self.relative:g} % of that {first})"
        stays = f"{name} stays at or {side} {target}"
        if self.scale == -np.inf:
            text = f"{name} is {other} {target} already {first}, the smallest scale run"
        elif self.scale == np.inf:
            text = f"{stays} up to scale {self.largest_scale:g}, the largest scale run"
        else:
            text = f"{stays} up to scale {self.scale:.3g}, interpolated"
        unit = self.unit and f"in {self.unit}"
        words = f"{text} ({self._interval_in_words()})", unit, self.training
        sentence = ", ".join(word for word in words if word)
        if self.reached_again:
            again = _listed(self.reached_again)
            sentence += f"; it is at or {side} the target again at {again}"
        more = ""
        if self.next_scales:
            more = _listed(self.next_scales)
        elif self.upper > max(0, self.ratio * self.lower):
            more = "more samples, draws or repeats"
        what = "down the tolerance" if np.isnan(self.lower) else "the interval"
        return sentence + (more and f"; {more} would narrow {what}")

    def _interval_in_words(self):
        if np.isnan(self.lower):
            return f"no interval: {self.note}"
        bounds = bounds_in_words(self.lower, self.upper)
        return f"{100 * self.confidence:g} % interval: {bounds}"


def _at(scale):
    return f"at scale {scale:g}" if scale > 0 else "without noise"


def _listed(scales):
    return f"scale{'s'[: len(scales) > 1]} {listed([f'{s:g}' for s in scales])}"


def tolerance_of(
    curve,
    target,
    *,
    relative,
    metric,
    confidence,
    ratio=NoiseTolerance.ratio,
    n_between=1,
):
    """Find the tolerance of a curve; NoiseCurve.tolerance documents it."""
    metric = check_metric(curve.scores, metric)
    scores = mean_over_draws(validation_scores(curve.scores, metric))
    scores = complete_folds(with_repeats(scores), metric)
    band = find_band(scores, curve.predictions, confidence)
    target = natural_target(band, target, relative, metric)
    least = least_score(target, metric, band["mean"].max())
    scale, lower, upper = locate(band, least)
    run = band.index.to_numpy(dtype=float)
    is_reached = _reaches(band["mean"], least)
    ends = lower, upper
    if np.isnan(lower):  # the means alone say where the tolerance lies
        ends = (
            run[run <= scale].max(initial=-np.inf),
            run[run > scale].min(initial=np.inf),
        )
    return NoiseTolerance(
        metric=metric,
        target=target,
        scale=scale,
        lower=lower,
        upper=upper,
        n=int(band["n"].iloc[0]),
        smallest_scale=float(run[0]),
        largest_scale=float(run[-1]),
        confidence=confidence,
        method=join_once(band["method"]),
        note=join_once(band["note"].map(reason_of)),
        unit=unit_in_words(curve.manifest),
        training=training_in_words(curve.manifest),
        relative=relative,
        reached_again=tuple(run[is_reached & (run > scale)].tolist()),
        next_scales=narrowing_scales(run, *ends, ratio, n_between),
        ratio=ratio,
    )


def least_score(target, metric, highest):
    """Return the target with the sign of the scores; none may be above the highest."""
    least = -target if is_negated(metric) else target
    if least > highest:
        sides = ("below", "lowest") if is_negated(metric) else ("above", "highest")
        highest = 0 - highest if is_negated(metric) else highest
        raise ValueError(
            f"target must be a score that the curve reaches, but {target:g} is "
            f"{sides[0]} every mean {natural_name(metric)}; the {sides[1]} is "
            f"{highest:.4g}. Pass another target, or relative=0.9."
        )
    return least


def find_band(scores, predictions, confidence):
    """Return the mean and the bounds of one metric at each scale."""
    summary = summary_table(scores, predictions, confidence=confidence)
    return summary.set_index("scale").sort_index()


def locate(band, least):
    """Find the scale at which a band falls below the least score, and its bounds.

    The lower bound is wrong only if the first scale beyond the tolerance seems to reach
    the least score, the upper one mostly if the last scale before it seems to miss it.
    Therefore the interval of each score alone is enough, without a simultaneous band.
    """
    band = band.dropna(subset=["mean"])
    ends = [-np.inf, *band.index.tolist(), np.inf]
    lower = ends[_n_reaching(band["lower"], least)]  # NaN shows nothing
    upper = ends[_n_reaching(band["upper"].fillna(np.inf), least) + 1]
    if band[["lower", "upper"]].isna().all(axis=None):
        lower = upper = np.nan
    number = _n_reaching(band["mean"], least)
    if number in (0, len(band)):
        return np.inf if number else -np.inf, lower, upper
    before, after = ends[number : number + 2]
    high, low = band["mean"].iloc[[number - 1, number]]
    part = max(0.0, (high - least) / (high - low))
    # Scales of noise span decades, but 0 has no logarithm.
    scale = before * (after / before) ** part if before else after * part
    return float(scale), lower, upper


def _n_reaching(scores, least):
    """Count the scores before the first one that misses the least score."""
    return int(np.argmin([*_reaches(scores, least), False]))


def _reaches(scores, least):
    # The mean of equal scores may be rounded to less than these.
    return (scores >= least - _ROUNDING * abs(least)).to_numpy()


def narrowing_scales(run, lower, upper, ratio, n):
    """Return scales that would narrow an interval, `n` within each gap at its ends.

    Scores at the scales within the interval neither reach nor miss the target for sure,
    and more scales between them would not either. The gaps lie before and after these.
    """
    within = run[(run > lower) & (run < upper)]
    gaps = [(lower, upper)]
    if len(within):
        gaps, ratio = [(lower, within[0]), (within[-1], upper)], np.sqrt(ratio)
    return tuple(
        # Four digits can be typed, and differ for the smallest ratio.
        float(f"{scale:.4g}")
        for low, high in gaps
        if high > max(0, ratio * low)
        for scale in _between(low, high, n)
    )


def _between(low, high, n):
    steps = _STEP ** np.arange(1, n + 1)
    if high == np.inf:
        return steps * (low or 1 / _STEP)
    return np.geomspace(low, high, n + 2)[1:-1] if low > 0 else high / steps


def complete_folds(scores, metric):
    """Leave out the folds that failed at any scale."""
    folds = [scores[name] for name in FOLD]
    has_failed = scores["value"].isna().groupby(folds).transform("any")
    if has_failed.all():
        raise ValueError(
            f"tolerance needs a fold with {metric} at every scale, but every fold "
            "failed at some scale. Repair the failed fits, or leave out these scales."
        )
    return scores[~has_failed]


def check_one_target(target, relative):
    """Raise an error unless one of both is given, and `relative` is a fraction."""
    if (target is None) == (relative is None):
        raise ValueError(
            "Pass either target=, a score, or relative=, a fraction of the score at "
            f"the smallest scale; got target={target!r} and relative={relative!r}."
        )
    if not (relative is None or (isinstance(relative, Real) and 0 < relative <= 1)):
        raise ValueError(
            "relative must be a fraction of the score at the smallest scale, greater "
            f"than 0 and at most 1; got {relative!r}."
        )


def natural_target(band, target, relative, metric):
    """Check `target` and `relative`; return the target, positive for a loss."""
    check_one_target(target, relative)
    if relative is not None:
        score = band["mean"].iloc[0]
        if not score > 0:
            raise ValueError(
                f"relative needs a score greater than 0, but {metric} at scale "
                f"{band.index[0]:g} is {score:g}. Pass a target; for a loss, the "
                "highest to accept, as a positive number."
            )
        return float(relative * score)
    low, high = (0, np.inf) if is_negated(metric) else score_range(metric)
    if not (_FINITE.is_satisfied_by(target) and low <= target <= high):
        raise ValueError(
            f"target must be a finite number from {low:g} to {high:g}, as the "
            f"{natural_name(metric)} is; got {target!r}. Divide a percentage by 100, "
            "and pass a loss without its negative sign."
        )
    return float(target)
