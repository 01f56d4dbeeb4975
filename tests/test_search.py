import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, LeaveOneGroupOut

from skn_noise import NoiseCurve

SCALES = [0.5, 2.0]


def search_over(pipeline, grid, digits, **params):
    return GridSearchCV(pipeline, grid, cv=2, **params).fit(*digits)


def test_from_search_with_one_metric_and_no_training_scores(quick_pipeline, digits):
    search = search_over(
        quick_pipeline, {"noise__scale": SCALES}, digits, scoring="accuracy"
    )
    scores = NoiseCurve.from_search(search).scores
    assert set(scores["split"]) == {"validation"}
    assert set(scores["metric"]) == {"accuracy"}


def test_from_search_with_a_callable_that_returns_several_scores(
    quick_pipeline, digits
):
    search = search_over(
        quick_pipeline,
        {"noise__scale": SCALES},
        digits,
        scoring=lambda estimator, X, y: {"one": 1.0, "two": 2.0},
        refit=False,
    )
    curve = NoiseCurve.from_search(search)
    assert curve.summary()["mean"].tolist() == [1.0, 2.0] * 2
    assert curve.n_classes is None


def test_from_search_that_was_not_fitted(quick_pipeline):
    with pytest.raises(NotFittedError):
        NoiseCurve.from_search(GridSearchCV(quick_pipeline, {"noise__scale": SCALES}))


def test_from_search_over_another_parameter_as_well(quick_pipeline, digits):
    grid = {"noise__scale": SCALES, "classifier__C": [0.1, 1]}
    search = search_over(quick_pipeline, grid, digits)
    with pytest.raises(ValueError, match="classifier__C"):
        NoiseCurve.from_search(search)


def test_from_search_of_a_parameter_that_was_not_varied(quick_pipeline, digits):
    search = search_over(quick_pipeline, {"classifier__C": [0.1, 1]}, digits)
    with pytest.raises(ValueError, match="noise__scale"):
        NoiseCurve.from_search(search, param_name="noise__scale")


def test_from_search_with_its_data_has_intervals(quick_pipeline, digits):
    search = search_over(quick_pipeline, {"noise__scale": SCALES}, digits)
    curve = NoiseCurve.from_search(search, *digits)
    sizes = curve.scores[["n_train", "n_validation"]].drop_duplicates()
    assert sizes.to_numpy().tolist() == [[150, 150]]
    assert curve.summary()["lower"].notna().all()
    assert len(curve.cost()) == 1


def test_from_search_without_its_data_has_none(quick_pipeline, digits):
    search = search_over(quick_pipeline, {"noise__scale": SCALES}, digits)
    curve = NoiseCurve.from_search(search)
    assert curve.summary()["lower"].isna().all()
    with pytest.raises(ValueError, match="Pass from_search the X and y"):
        curve.cost()


def test_from_search_with_other_data(quick_pipeline, digits):
    X, y = digits
    groups = np.arange(300) % 4
    search = GridSearchCV(
        quick_pipeline, {"noise__scale": SCALES}, cv=LeaveOneGroupOut()
    )
    search.fit(X, y, groups=groups)
    assert NoiseCurve.from_search(search, X, y, groups=groups).cost()["n"][0] == 4
    with pytest.raises(ValueError, match="make 2 folds, and the search had 4"):
        NoiseCurve.from_search(search, X, y, groups=groups % 2)
