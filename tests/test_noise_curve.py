import numpy as np
import pandas as pd
import pytest
from curves import as_arrays
from sklearn.datasets import make_multilabel_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_validate,
    learning_curve,
    validation_curve,
)
from sklearn.pipeline import make_pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    NoiseCurve,
    NoiseCurveDisplay,
    noise_curve,
)

SCALES = [0.5, 2.0]


@pytest.mark.parametrize(
    ("pipeline", "n_jobs"),
    [("quick_pipeline", 1), ("quick_pipeline", 2), ("small_mlp_pipeline", 1)],
)
def test_agrees_with_searches_of_scikit_learn_to_the_last_digit(
    pipeline, n_jobs, request, digits
):
    pipeline = request.getfixturevalue(pipeline)
    params = {"cv": 2, "n_jobs": n_jobs}
    curve = noise_curve(pipeline, *digits, scales=SCALES, **params)
    of_scale = {"param_name": "noise__scale", "param_range": SCALES}
    expected = validation_curve(pipeline, *digits, **of_scale, **params)
    for ours, theirs in zip(as_arrays(curve), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    search = GridSearchCV(
        pipeline,
        {"noise__scale": SCALES},
        scoring=["accuracy", "neg_log_loss"],
        refit="accuracy",
        return_train_score=True,
        **params,
    ).fit(*digits)
    found = NoiseCurve.from_search(search)
    columns = ["scale", "fold", "split", "metric", "value"]
    pd.testing.assert_frame_equal(
        found.scores[columns], curve.scores[columns], check_exact=True
    )
    assert found.n_classes == curve.n_classes == 10


def test_agrees_with_cross_validate_to_the_last_digit(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=[2.0], cv=3)
    quick_pipeline.set_params(noise__scale=2.0)
    expected = cross_validate(quick_pipeline, *digits, cv=3)["test_score"]
    np.testing.assert_array_equal(as_arrays(curve)[1].loc[2.0], expected)


def test_learning_curve_takes_the_pipeline(small_mlp_pipeline, digits):
    sizes, _, scores = learning_curve(
        small_mlp_pipeline, *digits, train_sizes=[0.5, 1.0], cv=3, error_score="raise"
    )
    assert scores.shape == (len(sizes), 3)


def test_scores_are_tidy(quick_pipeline, digits):
    scores = noise_curve(quick_pipeline, *digits, scales=SCALES[::-1], cv=3).scores
    names = "scale fold repeat draw n_train n_validation fit_seconds score_seconds "
    assert list(scores) == [*names.split(), "split", "metric", "value"]
    assert scores.index.tolist() == list(range(2 * 3 * 2 * 2))
    assert scores["scale"].is_monotonic_increasing
    assert set(scores["split"]) == {"train", "validation"}
    assert set(scores["metric"]) == {"accuracy", "neg_log_loss"}
    assert (scores["fit_seconds"] > 0).all()
    assert (scores["score_seconds"] > 0).all()
    assert (scores["n_train"] == 200).all()
    assert (scores["n_validation"] == 100).all()


@pytest.mark.parametrize(
    ("scoring", "metrics"),
    [
        ("accuracy", ["accuracy"]),
        (None, ["accuracy", "neg_log_loss"]),
        (lambda estimator, X, y: 0.5, ["score"]),
        (("f1_macro", "accuracy"), ["f1_macro", "accuracy"]),
        ({"hits": "accuracy"}, ["hits"]),
    ],
)
def test_scoring_of_every_kind(quick_pipeline, digits, scoring, metrics):
    curve = noise_curve(quick_pipeline, *digits, scales=[1.0], cv=2, scoring=scoring)
    assert sorted(curve.scores["metric"].unique()) == sorted(metrics)


def test_several_labels_a_sample_have_no_chance():
    X, y = make_multilabel_classification(60, n_features=5, random_state=0)
    forest = make_pipeline(
        GaussianNoiseTransformer(random_state=0),
        RandomForestClassifier(5, random_state=0),
    )
    name = "gaussiannoisetransformer__scale"
    params = {"param_name": name, "cv": 2, "scoring": "accuracy"}
    curve = noise_curve(forest, X, y, scales=[0.1, 1, 10], **params)
    assert curve.n_classes is None
    assert NoiseCurveDisplay.from_curve(curve).chance_level is None


def test_iterator_as_cv(quick_pipeline, digits):
    folds = StratifiedKFold(3).split(*digits)
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=folds)
    assert curve.scores["fold"].nunique() == 3


def test_estimator_is_left_as_it_was(quick_pipeline, digits):
    before = repr(quick_pipeline.get_params())
    noise_curve(quick_pipeline, *digits, scales=SCALES, cv=2)
    assert repr(quick_pipeline.get_params()) == before
    assert not hasattr(quick_pipeline[-1], "classes_")


@pytest.mark.parametrize("estimator", [LogisticRegression, "svm", None])
def test_what_is_no_estimator(digits, estimator):
    with pytest.raises((TypeError, ValueError), match="estimator"):
        noise_curve(estimator, *digits)


def test_x_and_y_of_different_lengths(quick_pipeline, digits):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        noise_curve(quick_pipeline, digits[0], digits[1][:10])
