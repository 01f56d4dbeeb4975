"""Confidence intervals and paired tests of scores, one method in each file.

:func:`accuracy_interval`, :func:`log_loss_interval` and :func:`loss_interval`, and the
functions of differences beside them, take the result of every validation of a sample
and compute the effective number of samples (:func:`effective_n_samples`).
:func:`mean_interval` and :func:`paired_difference` take the scores of folds, for any
metric. Their intervals are
about one and a half times as wide in the middle of the range, and too narrow near its
ends. The coverage of all intervals was :ref:`simulated <coverage>`.
"""

from skn_noise.statistics._accuracy import accuracy_difference, accuracy_interval
from skn_noise.statistics._common import MeanInterval, PairedDifference
from skn_noise.statistics._effective import effective_n_samples
from skn_noise.statistics._folds import mean_interval, paired_difference
from skn_noise.statistics._holm import holm_adjusted
from skn_noise.statistics._log_loss import log_loss_difference, log_loss_interval
from skn_noise.statistics._loss import loss_difference, loss_interval
from skn_noise.statistics._planning import required_n_samples
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
    "loss_difference",
    "loss_interval",
    "mean_interval",
    "paired_difference",
    "required_n_samples",
    "wilson_interval",
]
