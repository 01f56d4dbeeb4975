"""What every validation sample was predicted to be, from the very calls scored."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import GroupKFold, KFold, cross_validate
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skn_noise import GaussianNoiseTransformer, noise_curve

NAMES = ["scale", "fold", "repeat", "sample", "target", "prediction", "probability"]
FOLDS = KFold(3, shuffle=True, random_state=0)


def behind_noise(classifier, *steps, **params):
    noise = GaussianNoiseTransformer(random_state=0, **params)
    return Pipeline([("noise", noise), *steps, ("classifier", classifier)])


def studied(classifier, X=None, y=None, **params):
    if X is None:
        X, y = load_iris(return_X_y=True)
    defaults = {"scales": [0.5, 2.0], "cv": FOLDS}
    return noise_curve(behind_noise(classifier), X, y, **(defaults | params))


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


def test_every_validation_of_a_sample_has_a_row():
    X, y = load_iris(return_X_y=True)
    curve = studied(GaussianNB())
    assert list(curve.predictions) == NAMES
    cells = curve.predictions.set_index(["scale", "fold"])
    for scale in (0.5, 2.0):
        for fold, (_, validation) in enumerate(FOLDS.split(X, y)):
            cell = cells.loc[(scale, fold)]
            np.testing.assert_array_equal(cell["sample"], validation)
            np.testing.assert_array_equal(cell["target"], y[validation])


def test_predictions_give_the_scores_to_the_last_digit():
    curve = studied(GaussianNB())
    scores = curve.scores.query("split == 'validation'").set_index(
        ["scale", "fold", "metric"]
    )["value"]
    for (scale, fold), cell in curve.predictions.groupby(["scale", "fold"]):
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
    numbers = NAMES[:5]
    expected = studied(GaussianNB()).predictions[numbers].dtypes
    assert list(curve.predictions) == NAMES
    pd.testing.assert_series_equal(curve.predictions[numbers].dtypes, expected)
    assert calls.count(("predict", 50)) == 3


def test_probabilities_that_fail_are_not_known(calls):
    curve = studied(Counted(fails=("predict_proba",)), scoring="accuracy")
    assert len(curve.predictions) == 300
    assert curve.predictions["probability"].isna().all()


def test_several_metrics_score_as_cross_validate_does():
    X, y = load_iris(return_X_y=True)
    y = y == 1
    scoring = ["accuracy", "roc_auc", "neg_log_loss", "neg_brier_score", "f1"]
    steps = [("scale", StandardScaler()), ("none", None), ("pass", "passthrough")]
    pipeline = behind_noise(KNeighborsClassifier(), *steps)
    curve = noise_curve(pipeline, X, y, scales=[2.0], cv=FOLDS, scoring=scoring)
    pipeline.set_params(noise__scale=2.0)
    expected = cross_validate(pipeline, X, y, cv=FOLDS, scoring=scoring)
    for metric in scoring:
        values = curve.scores.query("metric == @metric and split == 'validation'")
        np.testing.assert_array_equal(values["value"], expected[f"test_{metric}"])


@pytest.mark.parametrize("scoring", ["accuracy", ["accuracy", "neg_log_loss"]])
def test_an_estimator_that_is_no_pipeline_is_asked_itself(scoring):
    X, y = load_iris(return_X_y=True)
    curve = noise_curve(
        GaussianNB(), X, y, scales=[1e-9], cv=FOLDS, scoring=scoring,
        param_name="var_smoothing",
    )  # fmt: skip
    expected = cross_validate(GaussianNB(), X, y, cv=FOLDS, scoring="accuracy")
    values = curve.scores.query("metric == 'accuracy' and split == 'validation'")
    np.testing.assert_array_equal(values["value"], expected["test_score"])
    assert curve.predictions["probability"].notna().all()


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

    pipeline = behind_noise(GaussianNB())
    pipeline.steps.insert(0, ("counted", FunctionTransformer(counted)))
    scoring = ["accuracy", "neg_log_loss"]
    X, y = load_iris(return_X_y=True)
    noise_curve(pipeline, X, y, scales=[1.0], cv=FOLDS, scoring=scoring)
    assert n_rows == [100, 50, 100] * 3  # the fit, the validation, the training score


@pytest.mark.parametrize(
    "nested", [lambda step: step, make_pipeline], ids=["a step", "a step of a step"]
)
def test_a_step_that_draws_anew_scores_as_in_cross_validate(nested):
    X, y = load_iris(return_X_y=True)
    noise = GaussianNoiseTransformer(resample=True, random_state=0)
    pipeline = Pipeline([("noise", nested(noise)), ("classifier", GaussianNB())])
    name = next(name for name in pipeline.get_params() if name.endswith("__scale"))
    scoring = ["accuracy", "neg_log_loss"]
    curve = noise_curve(
        pipeline, X, y, scales=[2.0], cv=FOLDS, scoring=scoring, param_name=name
    )
    pipeline.set_params(**{name: 2.0})
    expected = cross_validate(pipeline, X, y, cv=FOLDS, scoring=scoring)
    for metric in scoring:
        values = curve.scores.query("metric == @metric and split == 'validation'")
        np.testing.assert_array_equal(values["value"], expected[f"test_{metric}"])


def test_a_step_that_draws_anew_scores_as_without_predictions():
    X, y = load_iris(return_X_y=True)
    noisy = behind_noise(GaussianNB(), resample=True)
    with_them, without = (
        noise_curve(
            clone(noisy), X, y, scales=[2.0], cv=3, scoring="accuracy",
            return_predictions=is_kept,
        ).scores["value"]
        for is_kept in (True, False)
    )  # fmt: skip
    pd.testing.assert_series_equal(with_them, without, check_exact=True)


def test_a_classifier_without_probabilities_has_none():
    probability = studied(RidgeClassifier()).predictions["probability"]
    assert len(probability) == 300
    assert probability.isna().all()


def test_a_class_that_was_not_trained_has_probability_0():
    X, y = load_iris(return_X_y=True)
    scoring = "accuracy"
    curve = studied(GaussianNB(), X, y, cv=GroupKFold(3), groups=y, scoring=scoring)
    assert (curve.predictions["probability"] == 0).all()


class Single(GaussianNB):
    def predict_proba(self, X):
        return super().predict_proba(X).astype(np.float32)


def test_probabilities_keep_their_precision():
    assert studied(Single()).predictions["probability"].dtype == np.float32


def test_a_regressor_has_target_and_prediction():
    X, y = load_diabetes(return_X_y=True)
    predictions = studied(Ridge(), X[:90], y[:90]).predictions
    assert list(predictions) == NAMES[:-1]
    np.testing.assert_array_equal(predictions["target"], y[predictions["sample"]])


def test_a_target_in_a_column_is_predicted_as_a_list_of_numbers():
    X, y = load_diabetes(return_X_y=True)
    column, listed = (
        studied(KNeighborsRegressor(), X[:90], target).predictions
        for target in (y[:90, np.newaxis], y[:90])
    )
    pd.testing.assert_frame_equal(column, listed)


@pytest.mark.parametrize("has_target", [True, False])
def test_an_estimator_that_predicts_no_target_keeps_nothing(has_target):
    X, y = load_iris(return_X_y=True)
    clusters = behind_noise(KMeans(3, random_state=0))
    curve = noise_curve(clusters, X, y if has_target else None, scales=[1.0], cv=FOLDS)
    assert curve.predictions is None


def test_clean_training_keeps_the_predictions_of_all_scales():
    shared = studied(GaussianNB(), training="clean").predictions
    assert shared.groupby("scale").size().tolist() == [150, 150]
    for scale in (0.5, 2.0):
        alone = studied(GaussianNB(), training="clean", scales=[scale]).predictions
        part = shared[shared["scale"] == scale].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, alone, check_exact=True)


def test_several_labels_a_sample_are_not_kept():
    X, y = make_multilabel_classification(90, random_state=0)
    assert studied(KNeighborsClassifier(), X, y, scoring="f1_macro").predictions is None


def test_they_are_left_out_on_demand():
    assert studied(GaussianNB(), return_predictions=False).predictions is None


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


def test_a_cell_without_predictions_is_not_reused_where_they_are_asked_for(tmp_path):
    for is_kept in (False, True):
        curve = studied(GaussianNB(), memory=tmp_path, return_predictions=is_kept)
    assert len(curve.predictions) == 300


def test_losses_follow_from_them_with_text_labels():
    X, y = load_iris(return_X_y=True)
    labels = np.array(["a", "b", "c"])[y]
    curve = studied(GaussianNB(), X, labels, scales=[2.0], cv=[(np.arange(150),) * 2])
    pipeline = behind_noise(GaussianNB()).set_params(noise__scale=2.0).fit(X, labels)
    given = -np.log(curve.predictions["probability"]).mean()
    assert given == pytest.approx(log_loss(labels, pipeline.predict_proba(X)))
