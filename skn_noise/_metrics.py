"""All that is known of a metric: its name, its sign, its range, its chance level."""

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.pipeline import Pipeline

# How the names of metrics begin that lie between 0 and 1.
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
    """Name the metric of a `scoring` that is a single one, None the estimator's own."""
    if isinstance(scoring, str):
        return scoring
    is_accuracy = scoring is None and _scores_accuracy(estimator)
    return "accuracy" if is_accuracy else "score"


def _scores_accuracy(estimator):
    """Tell whether its `score` is the one that scikit-learn gives classifiers."""
    while isinstance(estimator, Pipeline):
        estimator = estimator.steps[-1][1]
    return getattr(type(estimator), "score", None) is ClassifierMixin.score


def check_metric(table, metric, name="metric"):
    """Return the metric, which the table must hold; None means its first."""
    known = table["metric"].unique().tolist()
    if metric is not None and not (isinstance(metric, str) and metric in known):
        raise ValueError(f"There is no {name} {metric!r}; there are {known}.")
    return known[0] if metric is None else metric


def natural_name(metric):
    """Return the name in words, without the ``neg_`` that says the sign is changed."""
    return metric.removeprefix("neg_").replace("_", " ")


def is_negated(metric):
    """Tell whether scikit-learn changes the sign, so that greater is better."""
    return metric.startswith("neg_")


def is_fraction(metric):
    """Tell whether the metric lies between 0 and 1."""
    return metric.startswith(_FRACTIONS)


def score_range(metric):
    """Return the least and the greatest score that the metric can give."""
    if is_fraction(metric):
        return 0.0, 1.0
    if is_negated(metric):
        return -np.inf, 0.0
    if metric == "matthews_corrcoef":
        return -1.0, 1.0
    is_share_explained = metric.startswith(("r2", "d2_", "explained_variance"))
    return -np.inf, 1.0 if is_share_explained else np.inf


def counts_samples(metric):
    """Tell whether the metric is the share of samples that were classified right."""
    return metric == "accuracy"


def is_log_loss(metric):
    """Tell whether the metric is the mean log loss, its sign changed."""
    return metric == "neg_log_loss"


def count_classes(y):
    """Count the classes, None if a sample has several labels or there are none.

    Where a sample has several, neither its accuracy by chance nor that of endless noise
    follows from a number of classes.
    """
    if y is None or np.shape(y)[1:] not in [(), (1,)]:
        return None
    return len(np.unique(y))


def chance_level(metric, n_classes):
    """Return what guessing all classes alike would score, None if that is not known."""
    if n_classes is None:
        return None
    levels = {
        "accuracy": 1 / n_classes,
        "balanced_accuracy": 1 / n_classes,
        "neg_log_loss": np.log(n_classes),
    }
    return levels.get(metric)
