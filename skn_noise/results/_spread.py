"""Split the variance of a mean score into its sources, which add up to it."""

import numpy as np
import pandas as pd
from scipy.stats import chi2

from skn_noise._draws import mean_over_draws
from skn_noise._metrics import counts_samples
from skn_noise.results._cells import (
    is_of_one_model,
    n_draws,
    n_repeats,
    with_draws,
    with_repeats,
)
from skn_noise.results._scores import by_fold, read_scores
from skn_noise.statistics._common import as_confidence

DRAW, SAMPLES = "draw of the noise", "validation samples"
TRAINING, TRAINED_ON = "training", "choice of training samples"
_JOINED = "training and draw of the noise"  # one draw does not tell them apart
_SEED = "seed of the noise"  # in the place of a training, for a model trained before
_COLUMNS = ["scale", "metric", "source", "variance", "share", "error"]
_COLUMNS += ["lower", "upper", "to_halve"]


def spread_table(curve, confidence):
    """Return the variance of the mean by source, for every scale and metric."""
    confidence = as_confidence(confidence)
    scores = with_draws(with_repeats(curve.scores))
    scores = scores[scores["split"] == "validation"]
    if n_repeats(scores) < 2 and n_draws(scores) < 2:
        raise ValueError(
            "spread compares at least two repeats or draws of the noise, but this "
            "curve has one repeat and one draw. Run noise_curve with n_draws=5 or "
            "n_repeats=3, for instance."
        )
    predictions = curve.predictions
    if predictions is not None:
        predictions = with_draws(with_repeats(predictions))
    rows = []
    for scale, of_scale in scores.groupby("scale"):
        validations = None
        if predictions is not None:
            validations = predictions[predictions["scale"] == scale]
        for metric, of_metric in of_scale.groupby("metric", sort=False):
            found = _Sources(of_metric, validations, confidence).rows()
            total = sum(row[1] for row in found if not np.isnan(row[1]))
            for source, variance, bounds, to_halve in found:
                share = variance / total if total > 0 else np.nan
                errors = np.sqrt([variance, *bounds])
                row = scale, metric, source, variance, share, *errors, to_halve
                rows.append(row)
    return pd.DataFrame(rows, columns=_COLUMNS)


class _Sources:
    """The variance of the mean score of one metric at one scale, by source.

    A score is modelled as a sum of effects of the sample, of the repeat (its seeds), of
    both together, and of the draw. The variances of sample means and of repeat means
    both contain those of the last two, which the residuals of the two-way table of
    samples and repeats estimate.
    """

    def __init__(self, scores, validations, confidence):
        self._confidence = confidence
        self._n_repeats, self._n_draws = n_repeats(scores), n_draws(scores)
        self._unit = "validation samples"
        self._is_of_one_model = False
        with np.errstate(all="ignore"):  # scores may be infinite, or too large
            of_folds = mean_over_draws(scores)
            table = of_folds.pivot(index="fold", columns="repeat", values="value")
            table = table.dropna()  # folds that failed in no repeat
            means = table.mean()
            self.repeats = self.rest = np.nan
            self.samples = self.trained_on = np.nan
            if self._n_repeats > 1:
                self.repeats = _variance(means) / self._n_repeats
            self.draws = self._draws_from_scores(scores, table.index)
            found = read_scores(by_fold(scores), validations).in_folds(
                pd.MultiIndex.from_product([table.columns, table.index])
            )
            self._is_of_one_model = is_of_one_model(found.sizes)
            if found.results is not None and len(table):
                self._split(found)

    def rows(self):
        """Return source, variance, its bounds and what halves its error, by source."""
        draw = 0.0 if np.isnan(self.draws) else self.draws
        # The residuals of samples and repeats contain the draw.
        rest = draw if np.isnan(self.rest) else max(self.rest, draw)
        training = np.maximum(0.0, self.repeats - rest) + rest - draw
        has_repeats, has_draws = self._n_repeats > 1, self._n_draws > 1
        more = f"n_repeats={4 * self._n_repeats}"
        unknown = np.nan, np.nan
        of_repeats = TRAINING if has_draws else _JOINED
        rows = [
            (DRAW, self.draws, unknown, f"n_draws={4 * self._n_draws}"),
            (
                _SEED if self._is_of_one_model else of_repeats,
                training,
                self._bounds_of_training(training, draw),
                more if has_repeats else "unknown: pass n_repeats=3",
            ),
            (
                SAMPLES,
                np.maximum(0.0, self.samples - rest),
                unknown,
                f"4 times the {self._unit}",
            ),
            (TRAINED_ON, self.trained_on, unknown, "4 times the training samples"),
        ]
        if self._is_of_one_model:  # nothing was trained
            rows = rows[:3] if has_repeats else [rows[0], rows[2]]
        return rows if has_draws else rows[1:]

    def _draws_from_scores(self, scores, folds):
        """Estimate the variance of the draws from the means of each, of any metric."""
        if self._n_draws < 2 or len(folds) == 0:
            return np.nan
        scores = scores[scores["fold"].isin(folds)]
        means = scores.groupby(["repeat", "draw"])["value"].mean().unstack()
        n_means = self._n_repeats * self._n_draws
        return np.mean([_variance(row) for _, row in means.iterrows()]) / n_means

    def _split(self, scores):
        """Estimate the variances from the results of all samples."""
        table, is_share = scores.results, counts_samples(scores.metric)
        values = (
            table["result"].to_numpy(float) if is_share else -scores.losses().values
        )
        repeat, n_repeats = _codes(table["repeat"])
        fold, n_folds = _codes(table["fold"])
        sample, n_samples = _codes(table["sample"])
        cell = repeat * n_folds + fold
        # The mean over validations with these weights is that over the folds.
        weights = 1 / (n_folds * np.bincount(cell)[cell])
        mean = np.average(values, weights=weights)
        parts = weights * (values - mean)
        by_sample = _two_way(sample, n_samples, repeat, n_repeats, parts)
        self.samples, self.rest = by_sample
        inflation = 1.0
        if "group" in table:
            group, n_groups = _codes(table["group"])
            self._unit = "groups"
            self.samples, self.rest = _two_way(
                group, n_groups, repeat, n_repeats, parts
            )
            inflation = max(1.0, self.samples / by_sample[0]) if by_sample[0] else 1.0
        if self._n_draws > 1:
            place = cell * n_samples + sample
            self.draws = self._draws_within(place, parts) / n_repeats**2
        # As in the intervals: calibrated by simulation, not estimated from the study.
        weight = 1 / 4 + mean * (1 - mean) if is_share else 1 / 3
        spread = np.average((values - mean) ** 2, weights=weights)
        self.trained_on = weight * inflation * spread / scores.sizes["n_train"].mean()

    def _draws_within(self, place, parts):
        """Estimate the variance of the draws from those of every validated sample."""
        n_draws = np.bincount(place)
        sums, squares = np.bincount(place, parts), np.bincount(place, parts**2)
        has_draws = n_draws > 1
        n, total, squares = (each[has_draws] for each in (n_draws, sums, squares))
        rest = squares - total**2 / n
        # Equal draws, as those without noise, leave rounding errors.
        rest[rest <= 1e-12 * squares] = 0
        return np.sum(n * rest / (n - 1))

    def _bounds_of_training(self, training, draws):
        """Return bounds of the variance of the repeats, which are few, by chi-squared.

        The variance of the draws stands on all samples, so that it is taken as known.
        """
        degrees = self._n_repeats - 1
        if degrees < 1 or np.isnan(training):
            return np.nan, np.nan
        tail = (1 - self._confidence) / 2
        least, greatest = (
            self.repeats * degrees / chi2.ppf(level, degrees) - draws
            for level in (1 - tail, tail)
        )
        return min(max(0.0, least), training), max(greatest, training)


def _two_way(unit, n_units, repeat, n_repeats, parts):
    """Return the variances of the mean that its units, and the residuals, explain."""
    if n_units < 2:
        return np.nan, np.nan
    sums = np.bincount(unit * n_repeats + repeat, parts, n_units * n_repeats)
    table = n_units * sums.reshape(n_units, n_repeats)
    of_units = table.mean(axis=1)
    units = _variance(of_units) / n_units
    if n_repeats < 2:
        return units, np.nan
    residuals = table - of_units[:, np.newaxis] - table.mean(axis=0) + table.mean()
    # Equal repeats leave rounding errors, which are no variance.
    residuals[np.abs(residuals) <= 1e-12 * np.abs(table).max()] = 0
    degrees = (n_units - 1) * (n_repeats - 1)
    return units, np.sum(residuals**2) / degrees / (n_units * n_repeats)


def _variance(values):
    """Return the variance with one degree of freedom less, NaN if it is not finite."""
    values = np.asarray(values, dtype=float)
    if len(values) < 2 or not np.isfinite(values**2).all():
        return np.nan
    # The mean of equal values may be rounded, so that their variance is not 0.
    return values.var(ddof=1) if np.ptp(values) > 0 else 0.0


def _codes(column):
    """Return the values of a column as numbers from 0, and how many there are."""
    codes, values = pd.factorize(column)
    return codes, len(values)
