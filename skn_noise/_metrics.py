"""Facts about metrics: their names, signs, ranges and chance levels."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.pipeline import Pipeline

# Scorers that start with one of these names lie between 0 and 1.
_FRACTIONS = (
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "f1",
    "jaccard",
    "precision",
    "recall",
    "roc_auc",
    "top_k_accuracy",
)


def name_of_scoring(scoring, estimator=None):
    """Name the metric of a single `scoring`; None is the `score` of the estimator."""
    if isinstance(scoring, str):
        return scoring
    is_accuracy = scoring is None and _scores_accuracy(estimator)
    return "accuracy" if is_accuracy else "score"


def _scores_accuracy(estimator):
    """Whether `score` is the accuracy that scikit-learn gives to classifiers."""
    while isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    return getattr(type(estimator), "score", None) is ClassifierMixin.score


def check_metric(table, metric, name="metric"):
    """Check that the table has the metric; if None, return its first metric."""
    known = table["metric"].unique().tolist()
    if metric is not None and not (isinstance(metric, str) and metric in known):
        raise ValueError(f"There is no {name} {metric!r}; there are {known}.")
    return known[0] if metric is None else metric


def natural_name(metric):
    """Return the name in words, without ``neg_``."""
    return metric.removeprefix("neg_").replace("_", " ")


def is_negated(metric):
    """Whether the scorer changes the sign of the metric, so that greater is better."""
    return metric.startswith("neg_")


def is_fraction(metric):
    """Whether the metric lies between 0 and 1."""
    return metric.startswith(_FRACTIONS)


def score_range(metric):
    """Return the lowest and the highest possible score."""
    if is_fraction(metric):
        return 0.0, 1.0
    if is_negated(metric):
        return -np.inf, 0.0
    if metric == "matthews_corrcoef":
        return -1.0, 1.0
    is_share_explained = metric.startswith(("r2", "d2_", "explained_variance"))
    return -np.inf, 1.0 if is_share_explained else np.inf


def counts_samples(metric):
    """Whether the metric is the fraction of correct samples."""
    return metric == "accuracy"


def is_log_loss(metric):
    """Whether the metric is the negative mean log loss."""
    return metric == "neg_log_loss"


def count_classes(y):
    """Count the classes; None if there are no labels or several for each sample.

    With several labels, the accuracy of a guess does not follow from the number of
    classes.
    """
    if y is None or np.shape(y)[1:] not in [(), (1,)]:
        return None
    return len(np.unique(y))


def chance_level(metric, n_classes):
    """Return the score of a guess with equal chances; None if it is unknown."""
    if n_classes is None:
        return None
    levels = {
        "accuracy": 1 / n_classes,
        "balanced_accuracy": 1 / n_classes,
        "neg_log_loss": np.log(n_classes),
    }
    return levels.get(metric)
