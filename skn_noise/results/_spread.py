"""How far scores move from repeat to repeat, and from sample to sample."""

import numpy as np
import pandas as pd

from skn_noise.results._cells import n_repeats, with_repeats
from skn_noise.statistics._log_loss import log_losses

_BY = ["scale", "split", "metric"]
_COLUMNS = [*_BY, "mean", "between_repeats", "between_samples", "n_repeats"]


def spread_table(curve):
    """Return the two standard deviations of every score."""
    n = n_repeats(curve.scores)
    if n < 2:
        raise ValueError(
            f"spread compares repeats, and this curve has {n}. Run noise_curve with "
            "n_repeats=3, for instance."
        )
    rows = []
    for names, scores in with_repeats(curve.scores).groupby(_BY, sort=False):
        means = _means_of_repeats(scores)
        error = _error_of_samples(curve.predictions, *names)
        rows.append((*names, means.mean(), _deviation(means), error, len(means)))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _means_of_repeats(scores):
    """Return the mean of each repeat, over the folds that no repeat lacks."""
    folds = scores.pivot(index="fold", columns="repeat", values="value")
    return folds.dropna().mean()


def _deviation(values):
    """Return the standard deviation, NaN if a value is missing or has no square."""
    with np.errstate(over="ignore"):
        has_squares = np.isfinite(values**2).all()
    if len(values) < 2 or not has_squares:
        return np.nan
    # The mean of equal values may round to another number than they are.
    return values.std(ddof=1) if np.ptp(values) > 0 else 0.0


def _error_of_samples(predictions, scale, split, metric):
    """Return the standard error of one repeat's mean over samples, NaN if unknown."""
    result_of = {"accuracy": _is_correct, "neg_log_loss": _log_probability}.get(metric)
    if predictions is None or split == "train" or result_of is None:
        return np.nan
    chosen = with_repeats(predictions[predictions["scale"] == scale])
    results = chosen.assign(result=result_of(chosen))
    repeats = results.groupby("repeat")
    variances = [_variance_of_mean(of_repeat) for _, of_repeat in repeats]
    return np.sqrt(np.mean(variances)) if variances else np.nan


def _variance_of_mean(results):
    """Return the variance of a mean over samples, each weighted by its validations."""
    by_sample = results.groupby("sample")["result"]
    counts, n = by_sample.size(), by_sample.ngroups
    if n < 2 or results["result"].isna().any():
        return np.nan
    residuals = by_sample.sum() - counts * results["result"].mean()
    return n / (n - 1) * (residuals**2).sum() / counts.sum() ** 2


def _is_correct(predictions):
    return (predictions["target"] == predictions["prediction"]).astype(float)


def _log_probability(predictions):
    return -log_losses(predictions["probability"])
