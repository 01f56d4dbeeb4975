import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skn_noise import GaussianParzenClassifier, KerasMLPClassifier
from skn_noise._metrics import (
    chance_level,
    check_metric,
    count_classes,
    is_fraction,
    is_negated,
    name_of_scoring,
    natural_name,
    score_range,
)


@pytest.mark.parametrize(
    ("metric", "name", "lowest", "highest"),
    [
        ("accuracy", "accuracy", 0, 1),
        ("balanced_accuracy", "balanced accuracy", 0, 1),
        ("roc_auc_ovr", "roc auc ovr", 0, 1),
        ("neg_log_loss", "log loss", -np.inf, 0),
        ("neg_mean_squared_error", "mean squared error", -np.inf, 0),
        ("matthews_corrcoef", "matthews corrcoef", -1, 1),
        ("r2", "r2", -np.inf, 1),
        ("d2_absolute_error_score", "d2 absolute error score", -np.inf, 1),
        ("explained_variance", "explained variance", -np.inf, 1),
        ("score", "score", -np.inf, np.inf),
    ],
)
def test_name_sign_and_range(metric, name, lowest, highest):
    assert natural_name(metric) == name
    assert score_range(metric) == (lowest, highest)
    assert is_negated(metric) == metric.startswith("neg_")
    assert is_fraction(metric) == ((lowest, highest) == (0, 1))


@pytest.mark.parametrize(
    ("metric", "level"),
    [
        ("accuracy", 0.25),
        ("balanced_accuracy", 0.25),
        ("neg_log_loss", np.log(4)),
        ("f1_macro", None),
    ],
)
def test_chance_level(metric, level):
    assert chance_level(metric, 4) == level
    assert chance_level(metric, None) is None


@pytest.mark.parametrize(
    ("y", "n_classes"),
    [
        ([2, 0, 1], 3),
        (np.array(["a", "b", "c"]), 3),
        (pd.Series([1, 2, 5]), 3),
        ([[0], [1], [2]], 3),
        (None, None),
        ([[0, 1], [1, 1]], None),
        (csr_array([[0, 1]]), None),
        (pd.DataFrame({"a": [1], "b": 2}), None),
    ],
)
def test_classes_are_counted_where_a_sample_has_one_label(y, n_classes):
    assert count_classes(y) == n_classes


@pytest.mark.parametrize(
    ("estimator", "name"),
    [
        (LogisticRegression(), "accuracy"),
        (make_pipeline(StandardScaler(), GaussianParzenClassifier()), "accuracy"),
        (Pipeline([("inner", make_pipeline(KerasMLPClassifier()))]), "accuracy"),
        (Ridge(), "score"),
        (GridSearchCV(LogisticRegression(), {}, scoring="f1"), "score"),
    ],
)
def test_the_score_of_a_classifier_is_its_accuracy(estimator, name):
    assert name_of_scoring(None, estimator) == name
    assert name_of_scoring("f1", estimator) == "f1"
    assert name_of_scoring(len, estimator) == "score"


def test_no_metric_means_the_first_of_a_table():
    table = pd.DataFrame({"metric": ["b", "a", "b"]})
    assert check_metric(table, None) == "b"
    assert check_metric(table, "a") == "a"
    with pytest.raises(ValueError, match=r"no metric 'c'; there are \['b', 'a'\]"):
        check_metric(table, "c")
