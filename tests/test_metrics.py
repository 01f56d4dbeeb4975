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
    ("metric", "name", "negated", "fraction"),
    [
        ("accuracy", "accuracy", False, True),
        ("balanced_accuracy", "balanced accuracy", False, True),
        ("f1_macro", "f1 macro", False, True),
        ("neg_log_loss", "log loss", True, False),
        ("matthews_corrcoef", "matthews corrcoef", False, False),
    ],
)
def test_name_sign_and_range(metric, name, negated, fraction):
    assert natural_name(metric) == name
    assert is_negated(metric) == negated
    assert is_fraction(metric) == fraction


@pytest.mark.parametrize(
    ("metric", "lowest", "highest"),
    [
        ("accuracy", 0, 1),
        ("roc_auc_ovr", 0, 1),
        ("neg_log_loss", -np.inf, 0),
        ("neg_mean_squared_error", -np.inf, 0),
        ("matthews_corrcoef", -1, 1),
        ("r2", -np.inf, 1),
        ("d2_absolute_error_score", -np.inf, 1),
        ("explained_variance", -np.inf, 1),
        ("score", -np.inf, np.inf),
    ],
)
def test_range_of_a_metric(metric, lowest, highest):
    assert score_range(metric) == (lowest, highest)


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
    "y",
    [[2, 0, 1], np.array(["a", "b", "c"]), pd.Series([1, 2, 5]), [[0], [1], [2]]],
)
def test_classes_of_one_label_a_sample_are_counted(y):
    assert count_classes(y) == 3


@pytest.mark.parametrize(
    "y", [None, [[0, 1], [1, 1]], csr_array([[0, 1]]), pd.DataFrame({"a": [1], "b": 2})]
)
def test_several_labels_a_sample_have_no_number_of_classes(y):
    assert count_classes(y) is None


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
