import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_multilabel_classification
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    LeaveOneGroupOut,
    RandomizedSearchCV,
    StratifiedKFold,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from skn_noise import GaussianNoiseTransformer, NoiseCurve

SCALES = [0.5, 2.0]


@pytest.fixture(scope="module")
def pipeline():
    """Return a pipeline that is fitted in a millisecond."""
    noise = ("noise", GaussianNoiseTransformer(random_state=0))
    return Pipeline([noise, ("classifier", GaussianNB(var_smoothing=0.01))])


def search_over(pipeline, grid, digits, **params):
    return GridSearchCV(pipeline, grid, cv=2, **params).fit(*digits)


@pytest.fixture(scope="module")
def search(pipeline, digits):
    """Return a search that no test changes."""
    return search_over(pipeline, {"noise__scale": SCALES}, digits)


def test_from_search_with_a_callable_that_returns_several_scores(pipeline, digits):
    search = search_over(
        pipeline,
        {"noise__scale": SCALES},
        digits,
        scoring=lambda estimator, X, y: {"one": 1.0, "two": 2.0},
        refit=False,
    )
    curve = NoiseCurve.from_search(search)
    assert curve.summary()["mean"].tolist() == [1.0, 2.0] * 2
    assert curve.n_classes is None


def test_every_score_of_a_search_has_its_row(pipeline, digits):
    samples = np.arange(300)
    cv = [(samples[:100], samples[100:160]), (samples[100:], samples[:100])]
    search = GridSearchCV(
        pipeline,
        {"noise__scale": SCALES[::-1]},
        cv=cv,
        scoring=["accuracy", "neg_log_loss"],
        refit=False,
        return_train_score=True,
    ).fit(*digits)
    results, rows = search.cv_results_, []
    for candidate in (1, 0):
        for fold, (train, validation) in enumerate(cv):
            for split, key in [("train", "train"), ("validation", "test")]:
                for metric in ("accuracy", "neg_log_loss"):
                    score = results[f"split{fold}_{key}_{metric}"][candidate]
                    times = results["mean_fit_time"], results["mean_score_time"]
                    seconds = [time[candidate] for time in times]
                    scale = SCALES[::-1][candidate]
                    sizes = len(train), len(validation)
                    rows.append((scale, fold, *sizes, *seconds, split, metric, score))
    columns = "scale fold n_train n_validation fit_seconds score_seconds split metric "
    expected = pd.DataFrame(rows, columns=[*columns.split(), "value"])
    curve = NoiseCurve.from_search(search, *digits)
    pd.testing.assert_frame_equal(curve.scores, expected)


@pytest.mark.parametrize(
    ("grid", "scales"),
    [
        ({"noise__scale": [0.5], "classifier__var_smoothing": [0.1]}, [0.5]),
        ({"classifier__var_smoothing": [0.1, 1]}, [0.1, 1]),
        ({"noise__scale": SCALES, "classifier__var_smoothing": [0.1]}, SCALES),
        (
            [{"noise__scale": [s], "classifier__var_smoothing": [s]} for s in SCALES],
            SCALES,
        ),
    ],
    ids=["one scale", "the only parameter", "constant", "equal to the scale"],
)
def test_the_scales_of_a_search_are_found_beside_parameters_that_do_not_vary(
    pipeline, digits, grid, scales
):
    scores = NoiseCurve.from_search(search_over(pipeline, grid, digits)).scores
    assert scores["scale"].tolist() == np.repeat(scales, 2).tolist()


def test_from_search_with_its_data_has_intervals(search, digits):
    curve = NoiseCurve.from_search(search, *digits)
    sizes = curve.scores[["n_train", "n_validation"]].drop_duplicates()
    assert sizes.to_numpy().tolist() == [[150, 150]]
    assert curve.summary()["lower"].notna().all()
    assert len(curve.cost()) == 1


def test_from_search_without_its_data_has_none(search):
    curve = NoiseCurve.from_search(search)
    assert curve.summary()["lower"].isna().all()
    with pytest.raises(ValueError, match="Pass X and y of the search"):
        curve.cost()


def test_from_search_with_other_data(pipeline, digits):
    X, y = digits
    groups = np.arange(300) % 4
    search = GridSearchCV(pipeline, {"noise__scale": SCALES}, cv=LeaveOneGroupOut())
    search.fit(X, y, groups=groups)
    assert NoiseCurve.from_search(search, X, y, groups=groups).cost()["n"][0] == 4
    message = "X and y give 2 folds, and the search had 4. Pass these data or no data"
    with pytest.raises(ValueError, match=message):
        NoiseCurve.from_search(search, X, y, groups=groups % 2)


def test_a_random_search_is_a_curve(pipeline, digits):
    search = RandomizedSearchCV(
        pipeline, {"noise__scale": SCALES}, n_iter=2, cv=2, random_state=0
    ).fit(*digits)
    assert len(NoiseCurve.from_search(search, *digits).cost()) == 1


def test_a_search_that_halves_is_refused(pipeline, digits):
    grid = {"noise__scale": [0.5, 1, 2]}
    search = HalvingGridSearchCV(pipeline, grid, cv=2, random_state=0)
    with pytest.raises(ValueError, match="got a HalvingGridSearchCV"):
        NoiseCurve.from_search(search.fit(*digits))


# --- what the metric is and how many classes there are --------------------------------


def test_the_default_score_of_a_classifier_is_named_accuracy(search):
    curve = NoiseCurve.from_search(search)
    assert repr(curve).endswith("accuracy)")
    assert curve.n_classes == 10  # of the refit


def test_the_default_score_of_a_regressor_is_not(digits):
    pipeline = Pipeline([("noise", GaussianNoiseTransformer()), ("ridge", Ridge())])
    search = search_over(pipeline, {"noise__scale": SCALES}, digits)
    curve = NoiseCurve.from_search(search, *digits)
    assert repr(curve).endswith("score)")
    assert curve.n_classes is None


def test_classes_are_counted_without_a_refit(pipeline, digits):
    grid = {"noise__scale": SCALES}
    search = search_over(pipeline, grid, digits, refit=False)
    curve = NoiseCurve.from_search(search, *digits)
    assert curve.n_classes == 10
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


# --- data that is not the search's ----------------------------------------------------


def test_folds_of_a_number_have_the_sizes_of_stratified_ones():
    X, y = np.eye(15), np.repeat([0, 1, 2], 5)
    search = GridSearchCV(GaussianNB(), {"var_smoothing": [0.1, 1]}, cv=4).fit(X, y)
    sizes = [len(part) for _, part in StratifiedKFold(4).split(X, y)]
    curve = NoiseCurve.from_search(search, X, y)
    assert curve.scores["n_validation"].tolist() == sizes * 2


def test_samples_and_classes_of_different_numbers(search, digits):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        NoiseCurve.from_search(search, digits[0], digits[1][:10])
