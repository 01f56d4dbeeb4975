import numpy as np
import pandas as pd
import pytest
from scipy.stats import randint
from sklearn.datasets import make_multilabel_classification
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    LeaveOneGroupOut,
    PredefinedSplit,
    RandomizedSearchCV,
)
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from skn_noise import GaussianNoiseTransformer, NoiseCurve

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


# --- scales that come several times ---------------------------------------------------


def random_search(pipeline, digits, **params):
    """A search that meets the scales 1 and 2 several times each."""
    search = RandomizedSearchCV(
        pipeline, {"noise__scale": randint(1, 3)}, n_iter=6, cv=2, random_state=0
    )
    return search.set_params(**params).fit(*digits)


def test_a_scale_that_comes_again_with_the_same_fit_counts_once(quick_pipeline, digits):
    search = random_search(quick_pipeline, digits, return_train_score=True)
    curve = NoiseCurve.from_search(search, *digits)
    grid = search_over(quick_pipeline, {"noise__scale": [1, 2]}, digits)
    expected = NoiseCurve.from_search(grid, *digits)
    for table, other in [
        (curve.summary().query("split == 'validation'"), expected.summary()),
        (curve.cost(), expected.cost()),
    ]:
        pd.testing.assert_frame_equal(
            table.reset_index(drop=True), other, check_exact=True
        )


def test_a_scale_that_comes_again_with_another_fit_is_refused(quick_pipeline, digits):
    quick_pipeline.set_params(noise__random_state=None)
    search = random_search(quick_pipeline, digits)
    with pytest.raises(ValueError, match=r"fitted \[1\.0, 2\.0\] several times"):
        NoiseCurve.from_search(search)


def test_scales_of_a_grid_of_two_parts_that_overlap(quick_pipeline, digits):
    grid = [{"noise__scale": [0.5, 1]}, {"noise__scale": [2, 1]}]
    curve = NoiseCurve.from_search(search_over(quick_pipeline, grid, digits))
    assert curve.scores["scale"].value_counts().to_dict() == {0.5: 2, 1: 2, 2: 2}


def halving(pipeline, scales, digits, **params):
    grid = {"noise__scale": scales}
    search = HalvingGridSearchCV(pipeline, grid, cv=2, random_state=0, **params)
    return search.fit(*digits)


def test_scales_told_apart_by_resources_are_refused(quick_pipeline, digits):
    search = halving(quick_pipeline, [0.5, 1, 2], digits)
    message = r"gave of 'n_samples' 100 to the scales \[0\.5, 1\.0, 2\.0\], 300 to the"
    with pytest.raises(ValueError, match=f"HalvingGridSearchCV {message}"):
        NoiseCurve.from_search(search)


def test_a_search_that_never_came_to_halve_is_as_good_as_any(quick_pipeline, digits):
    search = halving(quick_pipeline, SCALES, digits)
    assert search.n_resources_ == [300]
    assert len(NoiseCurve.from_search(search, *digits).cost()) == 1
    X, y = digits
    with pytest.raises(ValueError, match="200 samples, and the search used 300"):
        NoiseCurve.from_search(search, X[:200], y[:200])


# --- what the metric is and how many classes there are --------------------------------


def test_the_default_score_of_a_classifier_is_named_accuracy(quick_pipeline, digits):
    search = search_over(quick_pipeline, {"noise__scale": SCALES}, digits)
    assert repr(NoiseCurve.from_search(search)).endswith("accuracy)")


def test_the_default_score_of_a_regressor_is_not(digits):
    pipeline = Pipeline([("noise", GaussianNoiseTransformer()), ("ridge", Ridge())])
    search = search_over(pipeline, {"noise__scale": SCALES}, digits)
    curve = NoiseCurve.from_search(search, *digits)
    assert repr(curve).endswith("score)")
    assert curve.n_classes is None


def test_classes_are_counted_without_a_refit(quick_pipeline, digits):
    grid = {"noise__scale": [0.5, 2, 8]}
    search = search_over(quick_pipeline, grid, digits, refit=False)
    curve = NoiseCurve.from_search(search, *digits)
    assert curve.n_classes == 10
    assert curve.fit_accuracy().chance == 0.1
    assert NoiseCurve.from_search(search).n_classes is None
    assert NoiseCurve.from_search(search, y=digits[1]).n_classes == 10


@pytest.mark.parametrize("refit", [True, False])
def test_several_labels_a_sample_have_no_number_of_classes(refit):
    X, y = make_multilabel_classification(60, n_features=5, random_state=0)
    pipeline = Pipeline(
        [
            ("noise", GaussianNoiseTransformer(random_state=0)),
            ("tree", DecisionTreeClassifier(random_state=0)),
        ]
    )
    search = search_over(pipeline, {"noise__scale": SCALES}, (X, y), refit=refit)
    assert NoiseCurve.from_search(search, X, y).n_classes is None
    assert NoiseCurve.from_search(search).n_classes is None
    if refit:
        with pytest.raises(ValueError, match="4 outputs, and the search saw 5"):
            NoiseCurve.from_search(search, X, y[:, :4])


# --- data that is not the search's ----------------------------------------------------


@pytest.fixture
def fitted(quick_pipeline, digits):
    return search_over(quick_pipeline, {"noise__scale": SCALES}, digits)


def test_other_features(fitted, digits):
    X, y = digits
    with pytest.raises(ValueError, match="X has 63 features, and the search saw 64"):
        NoiseCurve.from_search(fitted, X[:, 1:], y)


def test_features_of_other_names(quick_pipeline, digits):
    X, y = pd.DataFrame(digits[0]).add_prefix("pixel"), digits[1]
    search = search_over(quick_pipeline, {"noise__scale": SCALES}, (X, y))
    assert len(NoiseCurve.from_search(search, X, y).cost()) == 1
    with pytest.raises(ValueError, match=r"has the features .*'other0'"):
        NoiseCurve.from_search(search, X.rename(columns={"pixel0": "other0"}), y)


def test_other_classes(fitted, digits):
    X, y = digits
    with pytest.raises(ValueError, match=r"y has the classes .*10.*and the search saw"):
        NoiseCurve.from_search(fitted, X, y + 1)
    with pytest.raises(ValueError, match="y has the classes"):
        NoiseCurve.from_search(fitted, y=y.astype(str))


@pytest.mark.parametrize("refit", [True, False])
def test_another_number_of_samples(quick_pipeline, digits, refit):
    grid = {"noise__scale": SCALES}
    search = search_over(quick_pipeline, grid, digits, refit=refit)
    X, y = digits
    with pytest.raises(ValueError, match="make 145 validation samples in fold 0"):
        NoiseCurve.from_search(search, X[:289], y[:289])


def test_weighted_accuracies_need_not_be_of_whole_samples(digits):
    X, y = digits
    weights = np.random.default_rng(0).uniform(size=len(y))
    classifier = BaggingClassifier(LogisticRegression(max_iter=500), 2, random_state=0)
    search = GridSearchCV(classifier, {"estimator__C": [0.1, 1]}, cv=2)
    search.fit(X, y, sample_weight=weights)
    curve = NoiseCurve.from_search(search, X, y, param_name="estimator__C")
    assert curve.summary()["lower"].notna().all()


def test_folds_that_name_samples_which_are_not_there(quick_pipeline, digits):
    X, y = digits
    cv = PredefinedSplit(np.arange(300) % 2)
    search = GridSearchCV(quick_pipeline, {"noise__scale": SCALES}, cv=cv).fit(X, y)
    with pytest.raises(ValueError, match="X has 299 samples, and the folds need 300"):
        NoiseCurve.from_search(search, X[:299], y[:299])


def test_samples_without_their_classes(fitted, digits):
    with pytest.raises(ValueError, match="y is missing"):
        NoiseCurve.from_search(fitted, digits[0])


def test_samples_and_classes_of_different_numbers(fitted, digits):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        NoiseCurve.from_search(fitted, digits[0], digits[1][:10])


def test_what_is_no_search():
    with pytest.raises(TypeError, match=r"^search must be a search .*, got int\."):
        NoiseCurve.from_search(3)


def test_groups_that_are_no_list(fitted, digits):
    with pytest.raises(ValueError, match="'groups' parameter of NoiseCurve"):
        NoiseCurve.from_search(fitted, *digits, groups=3)
