"""Which metrics are scored, and what becomes of one that cannot be."""

from pathlib import Path

import numpy as np
import pytest
from recorded import Recorded, n_fits, run
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.model_selection import GroupKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KernelDensity
from sklearn.svm import SVC, LinearSVC

from skn_noise import noise_curve, noise_matrix

X, Y = load_iris(return_X_y=True)


def metrics(curve):
    return curve.scores["metric"].unique().tolist()


OF_A_CLASSIFIER = ["accuracy", "neg_log_loss"]


@pytest.mark.parametrize(
    ("estimator", "y", "expected"),
    [
        (RidgeClassifier(), Y, ["accuracy"]),
        (SVC(), Y, ["accuracy"]),
        (GaussianNB(), Y, OF_A_CLASSIFIER),
        (GaussianNB(), Y == 1, OF_A_CLASSIFIER),
        (Ridge(), X[:, 0], ["r2", "neg_mean_squared_error"]),
        (KernelDensity(), None, ["score"]),
    ],
)
def test_the_default_metrics_suit_the_estimator(quick_pipeline, estimator, y, expected):
    quick_pipeline.set_params(classifier=estimator)
    curve = noise_curve(quick_pipeline, X, y, scales=[1.0], cv=2)
    assert metrics(curve) == expected
    assert curve.scores["value"].notna().all()


@pytest.mark.parametrize(
    ("scoring", "n_jobs"), [("neg_log_loss", 1), (["accuracy", "roc_auc"], 2)]
)
def test_a_metric_that_cannot_score_the_estimator_ends_the_study_at_once(
    recorded, scoring, n_jobs
):
    recorded.set_params(seconds=0.2)
    failed = "neg_log_loss" if isinstance(scoring, str) else "roc_auc"
    with pytest.raises(ValueError, match=f"'{failed}', which cannot score") as caught:
        run(recorded, scoring=scoring, scales=[0.5, 1, 2], n_jobs=n_jobs)
    assert "Traceback" in str(caught.value)
    assert n_fits(recorded) < 9


@pytest.mark.parametrize("scores_train", [True, False])
def test_a_metric_that_cannot_score_is_named_with_its_first_error(
    recorded, scores_train
):
    with pytest.raises(ValueError, match="cannot score") as error:
        run(recorded, scoring="neg_log_loss", return_train_score=scores_train)
    sentence, traceback = str(error.value).split("\n\n", 1)
    assert sentence == (
        "scoring holds 'neg_log_loss', which cannot score this estimator: it failed on "
        "all samples of the first cell (scale 0.5, fold 0), those of the fit included. "
        "Leave it out, or see the error:"
    )
    assert traceback.startswith("Traceback")


def test_the_matrix_tries_the_samples_of_the_fit_as_well(quick_pipeline, digits):
    quick_pipeline.set_params(classifier=LinearSVC())
    with pytest.raises(ValueError, match="'neg_log_loss', which cannot score"):
        noise_matrix(quick_pipeline, *digits, cv=2, scoring="neg_log_loss")


def by_class(digits):
    """Return three classes, and folds that each validate on a part of one."""
    X, y = digits[0][digits[1] < 3], digits[1][digits[1] < 3]
    groups = y * 2 + np.arange(len(y)) % 2
    return (X, y), {"groups": groups, "cv": GroupKFold(6), "scales": [1.0]}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_a_metric_that_fails_in_validation_keeps_its_training_scores(
    quick_pipeline, digits
):
    data, folds = by_class(digits)
    with pytest.warns(FitFailedWarning, match="neg_log_loss on validation .* 2 of 6"):
        curve = noise_curve(quick_pipeline, *data, **folds)
    has_value = (
        curve.scores["value"]
        .notna()
        .groupby([curve.scores["metric"], curve.scores["split"]])
    )
    assert has_value.all().to_dict() == {
        ("accuracy", "train"): True,
        ("accuracy", "validation"): True,
        ("neg_log_loss", "train"): True,
        ("neg_log_loss", "validation"): False,
    }


def test_a_metric_that_fails_in_all_validations_of_a_matrix_stays_in_its_table(
    quick_pipeline, digits
):
    data, folds = by_class(digits)
    folds["train_scales"] = folds["validation_scales"] = folds.pop("scales")
    with pytest.warns(FitFailedWarning, match="neg_log_loss on validation"):
        matrix = noise_matrix(quick_pipeline, *data, **folds)
    losses = matrix.scores.query("metric == 'neg_log_loss'")["value"]
    assert len(losses) == 6
    assert losses.isna().all()


def fails_in_validation(estimator, X, y):
    if len(X) < 100:
        raise RuntimeError("told to fail")
    return 0.5


def test_a_fit_is_kept_when_a_metric_fails(tmp_path):
    recorded = Recorded(str(tmp_path / "log"))
    scoring = {"hits": "accuracy", "some": fails_in_validation}
    for _ in range(2):
        with pytest.warns(FitFailedWarning, match="some on validation .*told to fail"):
            curve = run(recorded, scoring=scoring)
    assert n_fits(recorded) == 6
    assert curve.scores.query("metric == 'hits'")["value"].notna().all()


def test_errors_of_metrics_that_were_kept_are_raised_on_demand(tmp_path):
    recorded = Recorded(str(tmp_path / "log"))
    scoring = {"hits": "accuracy", "some": fails_in_validation}
    with pytest.warns(FitFailedWarning):
        run(recorded, scoring=scoring)
    with pytest.raises(RuntimeError, match="told to fail"):
        run(recorded, scoring=scoring, error_score="raise")


def fails_at_scale_2(estimator, X, y):
    if estimator.scale == 2:
        raise RuntimeError("told to fail")
    return 0.5


@pytest.mark.parametrize("found", [[], [0.5]])
def test_a_metric_that_has_scored_once_may_fail_everywhere_else(recorded, found):
    data = X, Y
    params = {"cv": [(np.arange(100), np.arange(100, 150))], "param_name": "scale"}
    params |= {"scoring": fails_at_scale_2, "memory": Path(recorded.log).parent}
    if found:
        noise_curve(recorded, *data, scales=found, **params)
    with pytest.warns(FitFailedWarning, match="told to fail"):
        curve = noise_curve(recorded, *data, scales=[0.5, 2.0], **params)
    values = curve.scores.set_index(["scale", "split"])["value"]
    assert values[0.5].tolist() == [0.5, 0.5]
    assert values[2.0].isna().all()


def scores_two(estimator, X, y):
    if len(X) == 100:
        raise RuntimeError("told to fail")
    return {"one": 0.5, "other": 1.0}


@pytest.mark.parametrize("failing", [0, 1])
def test_a_function_of_several_metrics_that_fails_once_fails_in_all_of_them(
    quick_pipeline, digits, failing
):
    folds = [(np.arange(200), np.arange(9))] * 2
    folds[failing] = (np.arange(200), np.arange(200, 300))
    with pytest.warns(FitFailedWarning, match="told to fail"):
        curve = noise_curve(
            quick_pipeline, *digits, scales=[1.0], cv=folds, scoring=scores_two
        )
    assert metrics(curve) == ["one", "other"]
    values = curve.scores.query("split == 'validation'").set_index("fold")["value"]
    assert values[1 - failing].tolist() == [0.5, 1.0]
    assert values[failing].isna().all()


def test_metrics_in_a_set_are_scored_in_sorted_order(quick_pipeline, digits):
    scoring = {"f1_macro", "accuracy", "balanced_accuracy"}
    curve = noise_curve(quick_pipeline, *digits, scales=[1], cv=2, scoring=scoring)
    assert list(dict.fromkeys(curve.scores["metric"])) == sorted(scoring)


def test_a_scorer_may_return_whole_numbers_and_truth_values(quick_pipeline, digits):
    def counted(estimator, X, y):
        return {"n": len(X), "is_good": np.bool_(True), "share": 0.5}

    scores = noise_curve(quick_pipeline, *digits, cv=2, scoring=counted).scores
    assert scores["value"].dtype == float
    assert scores.groupby("metric")["value"].first().tolist() == [1.0, 150.0, 0.5]
