"""The mean score over the scales of a curve: one figure for the curve."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from skn_noise._metrics import counts_samples, is_negated, natural_name, score_range
from skn_noise.results._cells import validation_scores
from skn_noise.results._scores import (
    Scores,
    find_difference,
    find_interval,
    share_validations,
)
from skn_noise.results._summary import read_scales, split_predictions, unit_in_words


@dataclass(frozen=True)
class NoiseArea:
    """The mean score over the scales of a curve: its area divided by its range.

    Returned by :meth:`NoiseCurve.area`. ``print`` shows it as a sentence.

    Attributes
    ----------
    metric : str
        Name of the metric.

    mean : float
        Mean validation score over the scales; negative for a loss.

    lower, upper : float
        Bounds of its interval, NaN if there is none.

    axis : {"log", "linear"}
        Axis of the scales that the mean is taken over.

    smallest_scale, largest_scale : float
        Range of the scales. Areas over other ranges cannot be compared.

    n_scales : int
        Number of scales.

    n : int
        Number of folds in which no fit failed.

    confidence : float
        Confidence level of the interval.

    method : str
        Method of the interval in one word, ``"none"`` if there is none.

    note : str
        What the interval holds for, or the reason if there is none, as in
        :meth:`NoiseCurve.summary`.

    unit : str
        Unit of the scales, in words; empty if it is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> from skn_noise import NoiseCurve
    >>> table = {"scale": [1.0, 2.0], "fold": 0, "split": "validation"}
    >>> table |= {"metric": "accuracy", "value": [0.9, 0.7]}
    >>> print(NoiseCurve(pd.DataFrame(table)).area("log"))  # doctest: +ELLIPSIS
    mean accuracy over scales 1 to 2, on a log axis, is 0.8 (no interval: ...
    """

    metric: str
    mean: float
    lower: float
    upper: float
    axis: str
    smallest_scale: float
    largest_scale: float
    n_scales: int
    n: int
    confidence: float = 0.95
    method: str = ""
    note: str = ""
    unit: str = ""

    def __str__(self):
        """Return the area as a sentence."""
        bounds = self.lower, self.upper
        sign = -1 if is_negated(self.metric) else 1
        low, high = sorted(sign * bound for bound in bounds)
        interval = (
            f"no interval: {self.note}"
            if np.isnan(bounds).any()
            else f"{100 * self.confidence:g} % interval: {low:.4g} to {high:.4g}"
        )
        unit = f", in {self.unit}" if self.unit else ""
        return (
            f"mean {natural_name(self.metric)} over scales {self.smallest_scale:g} to "
            f"{self.largest_scale:g}{unit}, on a {self.axis} axis, is "
            f"{sign * self.mean:.4g} ({interval})"
        )


class ScaleSum(NamedTuple):
    """The weighted sum of the scores at all scales of a curve.

    `offset` was taken off: the sum for an accuracy is that of its errors.
    """

    metric: str
    axis: str
    scales: tuple[float, ...]
    scores: Scores
    offset: float

    @property
    def mean(self):
        """Mean score over the scales."""
        with np.errstate(invalid="ignore"):  # of infinite scores
            return float(self.scores.values.mean() + self.offset)


def area_of(curve, metric, axis, confidence):
    """Compute the mean score over the scales of a curve, with its interval."""
    total = sum_scales(curve, metric, axis)
    lower, upper, method, note = find_interval(total.scores, confidence)
    least, greatest = score_range(metric)
    return NoiseArea(
        metric,
        total.mean,
        float(np.maximum(lower + total.offset, least)),
        float(np.minimum(upper + total.offset, greatest)),
        axis,
        total.scales[0],
        total.scales[-1],
        len(total.scales),
        len(total.scores.values),
        confidence,
        method,
        note,
        unit_in_words(curve.manifest),
    )


def area_difference(total, reference, confidence):
    """Compute the paired difference of two sums over the same scales."""
    found = find_difference(total.scores, reference.scores, confidence)
    widest = np.ptp(score_range(total.metric))
    return found._replace(
        lower=float(np.maximum(found.lower, -widest)),
        upper=float(np.minimum(found.upper, widest)),
    )


def sum_scales(curve, metric, axis):
    """Sum the scores of all scales, weighted by the trapezoidal rule.

    Validations of a sample at all scales make one result, so that the interval of the
    sum is that of a mean loss. The loss of an accuracy is the error, 1 - accuracy.
    """
    scores = validation_scores(curve.scores, metric)
    scales = np.unique(scores["scale"].to_numpy(dtype=float))
    weights = _weights(scales, axis)  # refuses the axis before the predictions are read
    found = read_scales(scores, split_predictions(curve.predictions))
    found = share_validations(*found.values())
    offset = float(counts_samples(metric))
    values = _weighted_sum(weights, [one.values for one in found])
    results = found[0].results
    if results is not None:
        losses = [one.losses() for one in found]
        results = results.assign(
            result=_weighted_sum(weights, [one.values for one in losses]),
            # The deviations of a sum are largest if its terms are correlated.
            variance=_weighted_sum(weights, [np.sqrt(one.variances) for one in losses])
            ** 2,
        )
        if offset:
            results["result"] = np.maximum(offset - results["result"], 0)
    name = "neg_error" if offset else metric
    summed = Scores(name, values - offset, found[0].sizes, results)
    return ScaleSum(metric, axis, tuple(scales.tolist()), summed, offset)


def _weighted_sum(weights, terms):
    return sum(weight * term for weight, term in zip(weights, terms, strict=True))


def _weights(scales, axis):
    """Return the weight of each scale in the mean, by the trapezoidal rule."""
    if axis not in ("log", "linear"):
        raise ValueError(
            f"axis must be 'log' or 'linear', got {axis!r}. Pass the axis of the "
            "scales that the area is computed on."
        )
    if len(scales) < 2:
        raise ValueError(
            "an area needs validation scores at two scales or more, got "
            f"{scales.tolist()}. Run noise_curve with more scales."
        )
    if axis == "log" and scales[0] == 0:
        raise ValueError(
            "axis='log' needs scales above 0, but the curve has scale 0. Pass "
            "axis='linear', or run the curve without scale 0."
        )
    widths = np.diff(np.log(scales) if axis == "log" else scales)
    return (np.append(widths, 0) + np.append(0, widths)) / (2 * widths.sum())
