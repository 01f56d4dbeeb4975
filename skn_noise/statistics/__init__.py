"""Intervals and paired tests: of results of single samples, and of scores of folds."""

from skn_noise.statistics._accuracy import accuracy_difference, accuracy_interval
from skn_noise.statistics._effective import effective_n_samples
from skn_noise.statistics._folds import mean_interval, paired_difference
from skn_noise.statistics._holm import holm_adjusted
from skn_noise.statistics._log_loss import log_loss_difference, log_loss_interval
from skn_noise.statistics._results import MeanInterval, PairedDifference
from skn_noise.statistics._wilson import wilson_interval

__all__ = [
    "MeanInterval",
    "PairedDifference",
    "accuracy_difference",
    "accuracy_interval",
    "effective_n_samples",
    "holm_adjusted",
    "log_loss_difference",
    "log_loss_interval",
    "mean_interval",
    "paired_difference",
    "wilson_interval",
]
