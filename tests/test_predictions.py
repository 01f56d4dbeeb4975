"""What every validation sample was predicted to be, from the very calls scored."""

import numpy as np
import pandas as pd
import pytest
from per_sample import noisy
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GroupKFold, KFold, cross_validate
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skn_noise import GaussianNoiseTransformer, noise_curve

NUMBERS = ["scale", "fold", "repeat", "draw", "sample"]
NAMES = [*NUMBERS, "target", "prediction", "probability"]
FOLDS = KFold(3, shuffle=True, random_state=0)
STEPS = [("scale", StandardScaler()), ("none", None), ("pass", "passthrough")]


def studied(classifier, X=None, y=None, **params):
    if X is None:
        X, y = load_iris(return_X_y=True)
    defaults = {"scales": [0.5, 2.0], "cv": FOLDS}
    return noise_curve(noisy(classifier), X, y, **(defaults | params))


class Counted(ClassifierMixin, BaseEstimator):
    """Naive Bayes that lists what it predicts, and fails in what it is told to."""

    calls = []

    def __init__(self, fails=()):
        self.fails = fails

    def fit(self, X, y):
        self.bayes_ = GaussianNB().fit(X, y)
        self.classes_ = self.bayes_.classes_
        return self

    def predict(self, X):
        return self._predicted("predict", X)

    def predict_proba(self, X):
        return self._predicted("predict_proba", X)

    def _predicted(self, method, X):
        Counted.calls.append((method, len(X)))
        if method in self.fails:
            raise RuntimeError(f"{method} told to fail")
        return getattr(self.bayes_, method)(X)


@pytest.fixture
def calls():
    Counted.calls.clear()
    yield Counted.calls
    Counted.calls.clear()


@pytest.mark.parametrize("labels", [[0, 1, 2], ["a", "b", "c"]])
def test_every_validation_of_a_sample_has_a_row_that_gives_its_scores(labels):
    X, y = load_iris(return_X_y=True)
    y = np.array(labels)[y]
    curve = studied(GaussianNB(), X, y)
    assert list(curve.predictions) == NAMES
    scores = curve.scores.query("split == 'validation'").set_index(
        ["scale", "fold", "metric"]
    )["value"]
    validations = [validation for _, validation in FOLDS.split(X, y)]
    for (scale, fold), cell in curve.predictions.groupby(["scale", "fold"]):
        np.testing.assert_array_equal(cell["sample"], validations[fold])
        np.testing.assert_array_equal(cell["target"], y[validations[fold]])
        accuracy = accuracy_score(cell["target"], cell["prediction"])
        assert accuracy == scores[scale, fold, "accuracy"]
        loss = np.mean(-np.log(cell["probability"].clip(np.finfo(float).eps)))
        assert loss == pytest.approx(-scores[scale, fold, "neg_log_loss"], rel=1e-12)


@pytest.mark.parametrize(
    "scoring", ["accuracy", "neg_log_loss", ["accuracy", "neg_log_loss", "f1_macro"]]
)
def test_each_method_runs_once_a_cell_and_split(calls, scoring):
    studied(Counted(), scales=[1.0], scoring=scoring)
    validations = [call for call in calls if call[1] == 50]
    assert sorted(validations) == [("predict", 50)] * 3 + [("predict_proba", 50)] * 3
    n_methods = 1 if isinstance(scoring, str) else 2
    assert len(calls) - len(validations) == 3 * n_methods


def test_what_fails_runs_once_and_leaves_no_rows(calls):
    curve = studied(Counted(fails=("predict",)), scales=[1.0], scoring="neg_log_loss")
    assert curve.predictions.empty
    expected = studied(GaussianNB()).predictions[NUMBERS].dtypes
    assert list(curve.predictions) == NAMES
    pd.testing.assert_series_equal(curve.predictions[NUMBERS].dtypes, expected)
    assert calls.count(("predict", 50)) == 3


def test_probabilities_that_fail_are_not_known(calls):
    curve = studied(Counted(fails=("predict_proba",)), scoring="accuracy")
    assert len(curve.predictions) == 300
    assert curve.predictions["probability"].isna().all()


def drawing_anew(nested):
    """Return a pipeline whose noise is new in every call."""
    noise = nested(GaussianNoiseTransformer(resample=True, random_state=0))
    return Pipeline([("noise", noise), ("classifier", GaussianNB())])


@pytest.mark.parametrize(
    ("estimator", "param_name", "scale", "scoring"),
    [
        (
            Pipeline([noisy().steps[0], *STEPS, ("last", KNeighborsClassifier())]),
            "noise__scale",
            2.0,
            ["accuracy", "roc_auc", "neg_log_loss", "neg_brier_score", "f1"],
        ),
        (GaussianNB(), "var_smoothing", 1e-9, ["accuracy"]),
        (GaussianNB(), "var_smoothing", 1e-9, ["accuracy", "neg_log_loss"]),
        (
            drawing_anew(lambda noise: noise),
            "noise__scale",
            2.0,
            ["accuracy", "neg_log_loss"],
        ),
        (
            drawing_anew(make_pipeline),
            "noise__gaussiannoisetransformer__scale",
            2.0,
            ["accuracy", "neg_log_loss"],
        ),
    ],
    ids=["steps", "no pipeline", "two metrics", "drawing anew", "nested"],
)
def test_metrics_score_as_in_cross_validate(estimator, param_name, scale, scoring):
    X, y = load_iris(return_X_y=True)
    study = {"scales": [scale], "cv": FOLDS, "scoring": scoring}
    curve, without = (
        noise_curve(
            clone(estimator),
            X,
            y == 1,
            param_name=param_name,
            return_predictions=are_kept,
            **study,
        )
        for are_kept in (True, False)
    )
    assert curve.predictions["probability"].notna().all()
    assert without.predictions is None
    pd.testing.assert_series_equal(curve.scores["value"], without.scores["value"])
    estimator = clone(estimator).set_params(**{param_name: scale})
    expected = cross_validate(estimator, X, y == 1, cv=FOLDS, scoring=scoring)
    for metric in scoring:
        values = curve.scores.query("metric == @metric and split == 'validation'")
        np.testing.assert_array_equal(values["value"], expected[f"test_{metric}"])


def test_training_samples_are_not_predicted_unless_they_are_scored(calls):
    studied(Counted(), scales=[1.0], scoring="accuracy", return_train_score=False)
    assert {n_rows for _, n_rows in calls} == {50}


def test_a_scorer_that_is_a_function_gets_the_estimator_itself():
    def is_pipeline(estimator, X, y):
        return float(type(estimator) is Pipeline)

    curve = studied(GaussianNB(), scoring={"hits": "accuracy", "own": is_pipeline})
    assert curve.scores.query("metric == 'own'")["value"].all()
    assert studied(GaussianNB(), scoring=is_pipeline).scores["value"].all()


def test_labels_and_probabilities_stand_on_one_transform():
    n_rows = []

    def counted(X):
        n_rows.append(len(X))
        return X

    pipeline = noisy(GaussianNB())
    pipeline.steps.insert(0, ("counted", FunctionTransformer(counted)))
    scoring = ["accuracy", "neg_log_loss"]
    X, y = load_iris(return_X_y=True)
    noise_curve(pipeline, X, y, scales=[1.0], cv=FOLDS, scoring=scoring)
    assert n_rows == [100, 50, 100] * 3  # the fit, the validation, the training score


def test_a_class_that_was_not_trained_has_probability_0_and_some_have_none():
    X, y = load_iris(return_X_y=True)
    by_class = {"cv": GroupKFold(3), "groups": y, "scoring": "accuracy"}
    curve = studied(GaussianNB(), X, y, **by_class)
    assert (curve.predictions["probability"] == 0).all()
    probability = studied(RidgeClassifier()).predictions["probability"]
    assert len(probability) == 300
    assert probability.isna().all()


class Single(GaussianNB):
    def predict_proba(self, X):
        return super().predict_proba(X).astype(np.float32)


def test_a_regressor_has_target_and_prediction():
    X, y = load_diabetes(return_X_y=True)
    X, y = X[:90], y[:90]
    listed, column = (
        studied(KNeighborsRegressor(), X, target).predictions
        for target in (y, y[:, np.newaxis])
    )
    assert list(listed) == NAMES[:-1]
    np.testing.assert_array_equal(listed["target"], y[listed["sample"]])
    pd.testing.assert_frame_equal(column, listed)


LABELS = make_multilabel_classification(90, random_state=0)


@pytest.mark.parametrize(
    ("estimator", "X", "y"),
    [
        (KNeighborsClassifier(), *LABELS),
        (KMeans(3, random_state=0), LABELS[0], LABELS[1][:, 0]),
        (KMeans(3, random_state=0), LABELS[0], None),
    ],
    ids=["several labels", "clusters", "clusters without y"],
)
def test_an_estimator_that_predicts_no_single_label_keeps_nothing(estimator, X, y):
    scoring = "f1_macro" if isinstance(estimator, KNeighborsClassifier) else None
    pipeline = noisy(estimator)
    curve = noise_curve(pipeline, X, y, scales=[1.0], cv=FOLDS, scoring=scoring)
    assert curve.predictions is None


def test_clean_training_keeps_the_predictions_of_all_scales():
    shared = studied(GaussianNB(), training="clean").predictions
    assert shared.groupby("scale").size().tolist() == [150, 150]
    for scale in (0.5, 2.0):
        alone = studied(GaussianNB(), training="clean", scales=[scale]).predictions
        part = shared[shared["scale"] == scale].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, alone, check_exact=True)


@pytest.mark.parametrize(
    "labels",
    [
        np.array([0, 1, 2]),
        np.array([-1.0, 0.0, 7.0]),
        np.array(["setosa", "versicolor", "ä"]),
        np.array(["setosa", "versicolor", "ä"], dtype=object),
        np.array([False, True, True]),
    ],
)
def test_they_are_kept_in_the_store_to_the_last_bit(tmp_path, labels):
    X, y = load_iris(return_X_y=True)
    first, second = (
        studied(Single(), X, labels[y], memory=tmp_path).predictions for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    fresh = studied(Single(), X, labels[y]).predictions
    pd.testing.assert_frame_equal(first, fresh, check_exact=True)
    assert fresh["probability"].dtype == np.float32


def test_a_cell_without_predictions_is_not_reused_where_they_are_asked_for(tmp_path):
    for is_kept in (False, True):
        curve = studied(GaussianNB(), memory=tmp_path, return_predictions=is_kept)
    assert len(curve.predictions) == 300
