"""The effective number of samples of a cross-validation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from skn_noise._sklearn import Interval
from skn_noise.statistics._common import (
    as_labels,
    as_number,
    as_vector,
    check_same_length,
)

FEWEST_CLUSTERS = 4
_FROM_1 = Interval(Real, 1, None, closed="both")  # infinity included
# A greater weight does not make an interval any wider.
_FROM_0_TO_1000 = Interval(Real, 0, 1000, closed="both")
# Significance level at which folds differ more than their samples explain.
_SIGNIFICANT = 0.05
# With fewer degrees of freedom, intervals get wider without covering more often.
_LEAST_FREE = 4


def effective_n_samples(
    samples: ArrayLike,
    *,
    n_train: float,
    training_weight: float,
    results: ArrayLike | None = None,
    clusters: ArrayLike | None = None,
    folds: ArrayLike | None = None,
    repeats: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> float:
    r"""Compute the effective number of samples of a cross-validation.

    This is the number of independent samples that would give the same variance of the
    mean.

    Parameters
    ----------
    samples : array-like of shape (n_validations,)
        Identifier of the sample in every validation, for instance its row in X, with
        all folds, repeats and draws of the noise concatenated.

    n_train : float
        Number of training samples of each fit; the mean if folds differ in size.
        Infinity for the variance of a given model, without that of the choice of its
        training samples.

    training_weight : float
        Weight of the choice of the training samples in the variance, from 0 to
        1000 (:math:`a` below).

    results : array-like of shape (n_validations,), default=None
        Result of every validation, for instance 1 if it is correct and 0 otherwise. If
        None, validations of the same cluster are assumed to have the same result.

    clusters : array-like of shape (n_validations,), default=None
        Cluster of the sample in every validation, for instance the subject of a
        recording. Samples of different clusters are independent. If None, every sample
        is a cluster.

    folds : array-like of shape (n_validations,), default=None
        Fold of every validation, the same in all repeats on the same samples. If None,
        the folds are not compared.

    repeats : array-like of shape (n_validations,), default=None
        Number of the repeat of every validation: repeats have the same folds and other
        seeds. If None, there is one repeat.

    weights : array-like of shape (n_validations,), default=None
        Weight of every validation, greater than 0. If None, all weights are equal.
        With one over the size of its fold, the mean is that of the fold scores.

    Returns
    -------
    n_effective : float
        Effective number of samples, above 0. It is NaN with fewer than four `clusters`,
        whose variance cannot be estimated.

    Raises
    ------
    ValueError
        If there are no samples, or an argument is out of its range.

    See Also
    --------
    accuracy_interval : The interval of an accuracy for this number of samples.

    Notes
    -----
    The variance of the mean :math:`x` of :math:`N` validations is estimated from the
    sums of the residuals in clusters [1]_:

    .. math:: V_c = \frac{C}{C - 1} \sum_{c=1}^{C}
              \Bigl(\sum_{j \in c} \frac{w_j (x_j - x)}{\sum_k w_k}\Bigr)^2

    :math:`C` is the number of clusters, :math:`x_j` the result of validation :math:`j`
    and :math:`w_j` its weight. With the variance :math:`\sigma^2` of the results,
    :math:`n_d = \sigma^2 / V_c` is the effective number of validations [2]_. It is
    limited to the range from :math:`1 / \sum_c W_c^2` (Kish [3]_, :math:`W_c` being the
    share of cluster :math:`c` in the weights; results of a cluster are equal) to the
    number of all validations (they are independent). The effective number of samples is

    .. math:: \frac{1}{n_\text{eff}} = \frac{1}{n_d} + \frac{a\,D}{n_\text{train}} +
              \frac{\max(0, V_r - V_{c r})}{\sigma^2}

    * :math:`a / n_\text{train}` is the variance due to the choice of the training
      samples, with :math:`a` = `training_weight`. :math:`a = 1` gives the correction of
      Nadeau and Bengio [4]_ for a cross-validation without repeats. :math:`a = 0` gives
      the variance of Bayle et al. [5]_: it holds for the given fits, but not for fits
      on other training samples. There is no unbiased estimate of this term, so that
      :math:`a` cannot be estimated from the data. The intervals use values between 0
      and 1 that are calibrated by :ref:`simulation <coverage>`.
    * :math:`D`, at least 1, is :math:`V_c` divided by the same with every sample as a
      cluster: clusters reduce the number of independent training samples, too.
    * The last term is the variance between repeats in excess of that of their
      validations: the clusters are the repeats in :math:`V_r`, and the combinations of
      cluster and repeat in :math:`V_{c r}` [6]_. It widens the interval if the seeds
      matter.

    If `folds` are given and differ significantly more than their validations explain
    (F test, level .05), :math:`1 / n_\text{eff}` is at least
    :math:`(1 + n / n_\text{train}) V_f / \sigma^2`, with the folds as clusters in
    :math:`V_f` and :math:`n` samples in all folds together [4]_.

    References
    ----------
    .. [1] Liang, Zeger (1986). "Longitudinal data analysis using generalized linear
       models". Biometrika 73(1).
    .. [2] Korn, Graubard (1998). "Confidence intervals for proportions with small
       expected number of positive counts estimated from survey data". Survey
       Methodology 24(2).
    .. [3] Kish (1965). "Survey Sampling". Wiley.
    .. [4] Nadeau, Bengio (2003). "Inference for the generalization error".
       Machine Learning 52(3).
    .. [5] Bayle, Bayle, Janson, Mackey (2020). "Cross-validation confidence intervals
       for test error". Advances in Neural Information Processing Systems 33.
    .. [6] Cameron, Gelbach, Miller (2011). "Robust inference with multiway clustering".
       Journal of Business & Economic Statistics 29(2).

    Examples
    --------
    Five folds of 200 samples, three times:

    >>> import numpy as np
    >>> from skn_noise.statistics import effective_n_samples
    >>> samples = np.tile(np.arange(200), 3)
    >>> round(effective_n_samples(samples, n_train=160, training_weight=0.5), 1)
    123.1

    The same samples are recordings of 40 subjects, and the subject decides:

    >>> n_effective = effective_n_samples(
    ...     samples, clusters=samples // 5, n_train=160, training_weight=0.5
    ... )
    >>> round(n_effective, 1)
    24.6
    """
    validations = as_validations(samples, clusters, folds, repeats, weights)
    if results is None:
        results = np.zeros(len(validations.samples))
    results = as_vector(results, name="results")
    check_same_length(samples=validations.samples, results=results)
    return validations.evidence(results, n_train, training_weight).n_effective


@dataclass(frozen=True)
class Evidence:
    """Effective number of samples, and the variance of one sample.

    `n_free` is the number of degrees of freedom of the estimated variance.
    """

    n_effective: float
    n_free: float
    variance: float
    folds_differ: bool = False

    def quantile(self, confidence):
        """Return the two-sided quantile of Student's distribution, NaN if unknown."""
        if not self.n_free > 0:
            return np.nan
        return -special.stdtrit(self.n_free, (1 - confidence) / 2)

    def p_value(self, quantile):
        """Return the two-sided p value of a quantile."""
        return float(2 * special.stdtr(self.n_free, -quantile))


@dataclass(frozen=True, eq=False)
class Validations:
    """Labels of all validations, as integers from 0, and their weights."""

    samples: np.ndarray
    clusters: np.ndarray | None
    folds: np.ndarray | None
    repeats: np.ndarray | None
    weights: np.ndarray

    @cached_property
    def shares(self):
        """Weights divided by their sum."""
        return self.weights / self.weights.sum()

    @property
    def _clusters(self):
        return self.samples if self.clusters is None else self.clusters

    def mean(self, results):
        """Compute the mean of the results."""
        return float(self.weights @ results / self.weights.sum())

    def _share(self, errors, clusters, spread, least):
        """Return 1 / n_d, which lies between that of independent and equal results."""
        most = _concentration(self.shares, clusters)
        if spread == 0 or _is_one(clusters):
            return most
        return float(np.clip(_variance(errors, clusters) / spread, least, most))

    def _join_draws(self, errors):
        """Sum errors and weights over the draws of each sample in a fold and repeat.

        A cluster has all draws of such a sample or none, so that the sums over clusters
        stay the same, and are computed from fewer rows.
        """
        unit = self.samples
        for labels in (self.clusters, self.folds, self.repeats):
            unit = unit if labels is None else combine(unit, labels)
        present = np.flatnonzero(np.bincount(unit))
        if 2 * len(present) > len(unit):
            return self, errors
        row = np.empty(present[-1] + 1, dtype=np.intp)
        row[unit] = np.arange(len(unit))
        rows = row[present]
        joined = Validations(
            self.samples[rows],
            *(
                None if labels is None else labels[rows]
                for labels in (self.clusters, self.folds, self.repeats)
            ),
            weights=np.bincount(unit, self.shares)[present],
        )
        return joined, np.bincount(unit, errors)[present]

    def evidence(self, results, n_train, training_weight):
        """Compute the effective number of samples of the mean of the results."""
        n_train, training_weight = _check_training(n_train, training_weight)
        results = np.asarray(results, dtype=float)
        errors = results - self.mean(results)
        # The mean of equal results may be rounded, so that their spread is not 0.
        spread = self.mean(errors**2) if np.ptp(results) > 0 else 0.0
        least = float(self.shares @ self.shares)
        variance = spread / (1 - least) if spread else 0.0
        joined, errors = self._join_draws(errors * self.shares)
        of_clusters = joined._share(errors, joined._clusters, spread, least)
        n_free = _n_free(errors, joined._clusters)
        inverse, thinning = of_clusters, 1.0
        if joined.clusters is not None:
            if count_labels(joined.clusters) < FEWEST_CLUSTERS:
                return Evidence(np.nan, np.nan, variance)
            of_samples = joined._share(errors, joined.samples, spread, least)
            thinning = max(1.0, of_clusters / of_samples)
        inverse += training_weight * thinning / n_train
        if spread > 0 and not _is_one(joined.repeats):
            inverse += joined._excess(errors) / spread
        folds_differ = spread > 0 and joined._folds_differ(errors, n_free)
        if folds_differ:
            # The correction of Nadeau and Bengio, for the sum over the folds.
            n_validated = count_labels(combine(joined.samples, joined.folds))
            of_folds = _variance(errors, joined.folds) / spread
            inverse = max(inverse, of_folds * (1 + n_validated / n_train))
            n_free = count_labels(joined.folds) - 1
        return Evidence(1 / inverse, n_free, variance, folds_differ)

    def _excess(self, errors):
        """Return the variance of the repeats that their validations do not explain."""
        cells = combine(self._clusters, self.repeats)
        return max(0.0, _variance(errors, self.repeats) - _variance(errors, cells))

    def _folds_differ(self, errors, n_free):
        """Return whether folds differ more than their validations explain."""
        if _is_one(self.folds):
            return False
        within = _variance(errors, combine(self._clusters, self.folds))
        if within == 0:
            return False
        n_folds = count_labels(self.folds)
        ratio = _variance(errors, self.folds) / within
        return bool(special.fdtrc(n_folds - 1, n_free, ratio) < _SIGNIFICANT)


def _check_training(n_train, training_weight):
    n_train = as_number(
        n_train,
        _FROM_1,
        name="n_train",
        expected="a number of samples, 1 or more",
        mend="Pass the number of training samples of each fit, for instance "
        "len(y_train).",
    )
    training_weight = as_number(
        training_weight,
        _FROM_0_TO_1000,
        name="training_weight",
        expected="a number from 0 to 1000",
        mend="Pass 1 for the correction of Nadeau and Bengio, 0 for none.",
    )
    return n_train, training_weight


def _variance(errors, clusters):
    """Compute the variance of the sum of errors in independent clusters."""
    sums, n_clusters = np.bincount(clusters, errors), count_labels(clusters)
    return n_clusters / (n_clusters - 1) * float(sums @ sums)


def _n_free(errors, clusters):
    """Return the degrees of freedom of the variance, fewer if few clusters dominate."""
    n_clusters = count_labels(clusters)
    sums = np.bincount(clusters, errors)
    # Fourth powers could leave the range of float64; a power of 2 rounds nothing.
    _, exponent = np.frexp(np.abs(sums).max())
    squares = np.ldexp(sums, -exponent) ** 2
    total = squares.sum()
    # The relative variance of the sum of squares, 2 / n for n normal clusters.
    relative = squares @ squares / total**2 - 1 / n_clusters if total > 0 else 0.0
    n_free = max(_LEAST_FREE, 2 / relative) if relative > 0 else np.inf
    return min(n_clusters - 1, n_free)


def _concentration(shares, clusters):
    """Return the sum of squared shares: one over Kish's number of clusters."""
    sums = np.bincount(clusters, shares)
    return float(sums @ sums)


def count_labels(labels):
    """Count the different labels."""
    return np.count_nonzero(np.bincount(labels))


def _is_one(labels):
    return labels is None or count_labels(labels) == 1


def combine(first, second):
    """Return one label for every combination of two."""
    labels = first * (second.max() + 1) + second
    is_compact = labels.max() < 10 * len(labels)
    return labels if is_compact else pd.factorize(labels)[0]


def as_validations(samples, clusters=None, folds=None, repeats=None, weights=None):
    """Check the lists that describe the validations."""
    samples = as_labels(
        samples, "samples", "the rows of X that were validated, with all folds"
    )
    labels = {
        "clusters": (clusters, "the group of each sample"),
        "folds": (folds, "the number of its fold"),
        "repeats": (repeats, "the number of its repeat"),
    }
    found = {
        name: None if values is None else as_labels(values, name, expected)
        for name, (values, expected) in labels.items()
    }
    given = {name: values for name, values in found.items() if values is not None}
    check_same_length(samples=samples, **given)
    return Validations(samples, **found, weights=_as_weights(weights, samples))


def _as_weights(weights, samples):
    """Check the weights of validations; return equal weights for None."""
    if weights is None:
        return np.ones(len(samples))
    weights = as_vector(weights, name="weights")
    check_same_length(weights=weights, samples=samples)
    if not np.all((weights > 0) & np.isfinite(weights)):
        raise ValueError(
            f"weights must be finite and above 0, got {weights.tolist()!r}. Leave out "
            "validations with weight 0."
        )
    return weights
