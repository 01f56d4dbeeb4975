"""Equal rows on both sides of a split do not share noise, in any tool.

The truth to compare with is drawn here, by NumPy alone: the scores of the same folds
with independent noise, and how much they vary.
"""

import warnings
from functools import cache

import numpy as np
import pytest
from per_sample import noisy
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import AdaBoostRegressor, BaggingRegressor
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skn_noise import noise_curve, noise_matrix

SCALES = [1.0, 4.0]
N_DRAWS = 6


def categories():
    """Two answers on a scale of three points."""
    X = np.random.default_rng(0).integers(0, 3, (300, 2)).astype(float)
    return X, (X.sum(axis=1) > 2).astype(int)


def table_of_integers():
    rng = np.random.default_rng(1)
    X = rng.poisson([1, 2, 0.5], size=(300, 3)).astype(float)
    return X, (X @ [1, -1, 2] + rng.normal(size=300) > 0).astype(int)


def oversampled():
    X = np.random.default_rng(2).normal(size=(60, 2))
    y = (X[:, 0] > 0).astype(int)
    return np.repeat(X, 4, axis=0), np.repeat(y, 4)


CLASSIFIERS = {
    "1-NN": KNeighborsClassifier(1),
    "tree": DecisionTreeClassifier(random_state=0),
}
FOLDS = StratifiedKFold(5, shuffle=True, random_state=0)


@cache
def true_scores(name, make_data, scale):
    """Mean accuracies of the folds, one for every draw of independent noise."""
    classifier, (X, y) = CLASSIFIERS[name], make_data()
    rng = np.random.default_rng(0)
    means = []
    for _ in range(N_DRAWS):
        scores = []
        for train, test in FOLDS.split(X, y):
            noisy = [
                X[rows] + rng.normal(0, scale, X[rows].shape) for rows in (train, test)
            ]
            scores.append(classifier.fit(noisy[0], y[train]).score(noisy[1], y[test]))
        means.append(np.mean(scores))
    return np.array(means)


def assert_agree(score, truth):
    """Within five standard deviations of a draw, and the rounding of few samples."""
    assert abs(score - truth.mean()) < 5 * truth.std(ddof=1) + 0.02


@pytest.mark.parametrize(
    ("name", "make_data"),
    [
        ("1-NN", categories),
        ("1-NN", table_of_integers),
        ("1-NN", oversampled),
        ("tree", categories),
        ("tree", oversampled),
    ],
)
def test_noise_curve_agrees_with_independent_noise(name, make_data):
    X, y = make_data()
    curve = noise_curve(
        noisy(CLASSIFIERS[name]), X, y, scales=SCALES, cv=FOLDS, scoring="accuracy"
    )
    summary = curve.summary().query("split == 'validation'").set_index("scale")
    for scale in SCALES:
        truth = true_scores(name, make_data, scale)
        assert_agree(summary.loc[scale, "mean"], truth)


@pytest.mark.parametrize("make_data", [categories, oversampled])
def test_searches_and_cross_validation_agree_with_independent_noise(make_data):
    X, y = make_data()
    neighbor = CLASSIFIERS["1-NN"]
    search = GridSearchCV(noisy(neighbor), {"noise__scale": SCALES}, cv=FOLDS)
    searched = search.fit(X, y).cv_results_["mean_test_score"]
    for scale, score in zip(SCALES, searched, strict=True):
        truth = true_scores("1-NN", make_data, scale)
        assert_agree(score, truth)
        assert_agree(
            cross_val_score(noisy(neighbor, scale=scale), X, y, cv=FOLDS).mean(), truth
        )


def test_diagonal_of_a_matrix_is_no_better_than_its_neighbours():
    X, y = categories()
    scales = [3.8, 4.0, 4.2]
    matrix = noise_matrix(
        noisy(CLASSIFIERS["1-NN"]),
        X,
        y,
        train_scales=scales,
        validation_scales=scales,
        cv=FOLDS,
        scoring="accuracy",
    )
    table = matrix.summary().pivot(
        index="train_scale", columns="validation_scale", values="mean"
    )
    diagonal = np.diag(table).mean()
    others = table.to_numpy()[~np.eye(3, dtype=bool)].mean()
    assert abs(diagonal - others) < 0.03


# --- warnings of a study --------------------------------------------------------------


def study(estimator, param_name, scales=(1.0, 2.0), **params):
    X, y = table_of_integers()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        noise_curve(
            estimator, X, y, scales=scales, param_name=param_name, cv=2,
            scoring="r2", **params,
        )  # fmt: skip
    return [str(one.message) for one in caught]


@pytest.mark.parametrize(
    ("make", "prefix"),
    [
        (lambda inner: BaggingRegressor(inner, 2), "estimator"),
        (lambda inner: AdaBoostRegressor(inner, n_estimators=2), "estimator"),
        (
            lambda inner: make_pipeline(StandardScaler(), BaggingRegressor(inner, 2)),
            "baggingregressor__estimator",
        ),
    ],
    ids=["bagging", "boosting", "bagging in a pipeline"],
)
def test_noise_inside_an_ensemble_that_sets_other_seeds_is_warned_of(make, prefix):
    warned = study(make(noisy(DecisionTreeRegressor())), f"{prefix}__noise__scale")
    assert len(warned) == 1
    assert f"'{prefix}__noise__scale' is inside" in warned[0]


@pytest.mark.parametrize("tool", [CalibratedClassifierCV, OneVsRestClassifier])
def test_noise_inside_a_tool_that_keeps_the_seed_is_not_warned_of(tool):
    assert study(tool(noisy(GaussianNB())), "estimator__noise__scale") == []


def test_noise_without_a_seed_is_warned_of_once():
    unseeded = noisy(random_state=None)
    (warned,) = study(unseeded, "noise__scale")
    assert "Set 'noise__random_state' to an int" in warned


@pytest.mark.parametrize("params", [{"scales": [1.0]}, {"training": "clean"}])
def test_noise_without_a_seed_is_fine_where_all_scales_share_a_fit(params):
    unseeded = noisy(random_state=None)
    assert study(unseeded, "noise__scale", **params) == []
