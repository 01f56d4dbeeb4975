"""What was scored at one scale: the scores of folds, and the results of samples."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from skn_noise._metrics import counts_samples, is_log_loss
from skn_noise.results._cells import with_repeats
from skn_noise.statistics._log_loss import log_losses

FOLD = ["repeat", "fold"]
SIZES = ["n_train", "n_validation"]
_PLACE = [*FOLD, "sample"]
# Sums in another order differ by rounding; a loss may have been summed in float32.
_ACCURACY_ROUNDING, _LOSS_ROUNDING = 1e-9, 1e-5


@dataclass(frozen=True, eq=False)
class Scored:
    """What one metric scored at one scale, failed folds left out.

    `values` and `sizes` have a row a fold. `results` has one a validation: whether it
    is correct, or the probability of its target; None where these are not known, or not
    what the metric is made of, as with sample weights.
    """

    metric: str
    values: pd.Series
    sizes: pd.DataFrame
    results: pd.Series | None

    @property
    def validation_train_ratio(self):
        """Mean of n_validation / n_train; NaN if the numbers are not known."""
        return (self.sizes["n_validation"] / self.sizes["n_train"]).mean()

    @property
    def fold_means(self):
        """Scores of the folds, over their repeats, which share their samples."""
        return self.values.groupby(level="fold", sort=False).mean()

    def in_folds(self, folds):
        """Keep only some folds."""
        is_kept = self.values.index.isin(folds)
        results = self.results
        return replace(
            self,
            values=self.values[is_kept],
            sizes=self.sizes[is_kept],
            results=None if results is None else _in_folds(results, folds),
        )

    def sample_options(self):
        """Return what the intervals of samples must know of every validation."""
        folds = self.results.groupby(level=FOLD)
        return {
            "samples": self.results.index.get_level_values("sample"),
            "n_train": float(self.sizes["n_train"].mean()),
            # So that the mean over the validations is that over the folds.
            "weights": 1 / folds.transform("size").to_numpy(),
        }


def read_scored(scores, predictions=None):
    """Read the scores of one metric at one scale, and what samples it stands on."""
    metric = scores["metric"].iloc[0]
    folds = with_repeats(scores).dropna(subset=["value"]).set_index(FOLD).sort_index()
    values = folds["value"].astype(float)
    # A table read from elsewhere may lack the numbers of samples.
    sizes = folds.reindex(columns=SIZES).astype(float)
    results = None if predictions is None else _results(predictions, metric)
    if results is not None:
        results = _in_folds(results, values.index)
        results = results if _reproduce(results, values, metric) else None
    return Scored(metric, values, sizes, results)


def in_common(first, second):
    """Keep the folds that both have, and results of samples if all can be paired."""
    folds = first.values.index.intersection(second.values.index)
    pair = first.in_folds(folds), second.in_folds(folds)
    samples = [None if one.results is None else one.results.index for one in pair]
    if samples[0] is not None and samples[0].equals(samples[1]):
        return pair
    return tuple(replace(one, results=None) for one in pair)


def _results(predictions, metric):
    """Return whether each validation is correct, or its target's probability."""
    table = with_repeats(predictions).set_index(_PLACE).sort_index()
    if counts_samples(metric):
        return table["target"] == table["prediction"]
    if is_log_loss(metric) and "probability" in table:
        return table["probability"]
    return None


def _in_folds(results, folds):
    return results[results.index.droplevel("sample").isin(folds)]


def _reproduce(results, values, metric):
    """Tell whether the results of samples give the scores of all folds."""
    if len(values) == 0 or results.isna().any():
        return False
    sign, rounding = 1, _ACCURACY_ROUNDING
    if is_log_loss(metric):
        sign, rounding = -1, _LOSS_ROUNDING
        results = log_losses(results)
    means = sign * results.groupby(level=FOLD).mean()
    is_known = means.index.equals(values.index)
    return is_known and np.allclose(means, values, rtol=rounding, atol=1e-12)
