"""Intervals and paired tests for the scores of folds."""

from skn_noise.statistics._difference import PairedDifference
from skn_noise.statistics._folds import mean_interval, paired_difference
from skn_noise.statistics._holm import holm_adjusted
from skn_noise.statistics._wilson import wilson_interval

__all__ = [
    "PairedDifference",
    "holm_adjusted",
    "mean_interval",
    "paired_difference",
    "wilson_interval",
]
