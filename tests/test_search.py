import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy.sparse import csr_array
from scipy.stats import randint
from sklearn.datasets import make_multilabel_classification
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    LeaveOneGroupOut,
    PredefinedSplit,
    RandomizedSearchCV,
    StratifiedKFold,
)
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier

from skn_noise import GaussianNoiseTransformer, NoiseCurve

SCALES = [0.5, 2.0]


@pytest.fixture
def quick_pipeline():
    """Override that of all tests by one that is fitted in a millisecond."""
    noise = ("noise", GaussianNoiseTransformer(random_state=0))
    return Pipeline([noise, ("classifier", GaussianNB(var_smoothing=0.01))])


def assert_other_data(what, search, *data):
    with pytest.raises(ValueError, match="the data that") as error:
        NoiseCurve.from_search(search, *data)
    assert str(error.value) == (
        "from_search expects the data that the search was fitted on, but "
        f"{what}. Pass that data, or none."
    )


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


def test_every_score_of_a_search_has_its_row(quick_pipeline, digits):
    samples = np.arange(300)
    cv = [(samples[:100], samples[100:160]), (samples[100:], samples[:100])]
    search = GridSearchCV(
        quick_pipeline,
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
                    rows.append((scale, fold, split, metric, score, *seconds, *sizes))
    columns = [
        "scale",
        "fold",
        "split",
        "metric",
        "value",
        "fit_seconds",
        "score_seconds",
    ]
    expected = pd.DataFrame(rows, columns=[*columns, "n_train", "n_validation"])
    curve = NoiseCurve.from_search(search, *digits)
    pd.testing.assert_frame_equal(curve.scores, expected)


def test_a_single_metric_has_the_name_of_the_scoring(quick_pipeline, digits):
    grid = {"noise__scale": SCALES}
    search = search_over(quick_pipeline, grid, digits, scoring="f1_macro")
    assert set(NoiseCurve.from_search(search).scores["metric"]) == {"f1_macro"}


def test_a_search_over_a_single_scale_is_a_curve_of_one(quick_pipeline, digits):
    grid = {"noise__scale": [0.5], "classifier__var_smoothing": [0.1]}
    scores = NoiseCurve.from_search(search_over(quick_pipeline, grid, digits)).scores
    assert scores["scale"].tolist() == [0.5, 0.5]


def test_the_only_parameter_searched_over_is_the_scale(quick_pipeline, digits):
    grid = {"classifier__var_smoothing": [0.1, 1]}
    scores = NoiseCurve.from_search(search_over(quick_pipeline, grid, digits)).scores
    assert scores["scale"].tolist() == [0.1, 0.1, 1, 1]


@pytest.mark.parametrize(
    "grid",
    [
        {"noise__scale": SCALES, "classifier__var_smoothing": [0.1]},
        [
            {"noise__scale": [scale], "classifier__var_smoothing": [scale]}
            for scale in SCALES
        ],
    ],
    ids=["constant", "the scale"],
)
def test_what_is_constant_or_follows_the_scale_may_be_searched_with_it(
    quick_pipeline, digits, grid
):
    scores = NoiseCurve.from_search(search_over(quick_pipeline, grid, digits)).scores
    assert scores["scale"].tolist() == [0.5, 0.5, 2, 2]


def test_from_search_that_was_not_fitted(quick_pipeline):
    with pytest.raises(NotFittedError):
        NoiseCurve.from_search(GridSearchCV(quick_pipeline, {"noise__scale": SCALES}))


def test_from_search_over_another_parameter_as_well(quick_pipeline, digits):
    grid = {"noise__scale": SCALES, "classifier__var_smoothing": [0.1, 1]}
    search = search_over(quick_pipeline, grid, digits)
    with pytest.raises(ValueError, match="classifier__var_smoothing"):
        NoiseCurve.from_search(search)


def test_from_search_of_a_parameter_that_was_not_varied(quick_pipeline, digits):
    search = search_over(
        quick_pipeline, {"classifier__var_smoothing": [0.1, 1]}, digits
    )
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
    with pytest.raises(ValueError, match="make 2 folds") as error:
        NoiseCurve.from_search(search, X, y, groups=groups % 2)
    assert str(error.value) == (
        "from_search expects the data that the search was fitted on, but X and y make 2"
        " folds, and the search had 4. Pass that data, or none, and do not search with "
        "an iterator as cv."
    )


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
    grid = [{"noise__scale": [0.5, 1]}, {"noise__scale": [2, 1]}]
    search = search_over(quick_pipeline, grid, digits)
    with pytest.raises(ValueError, match="several times") as error:
        NoiseCurve.from_search(search)
    assert str(error.value) == (
        "from_search expects each scale once, but the search fitted [1.0] several "
        "times, with other scores each time. Give the noise and the estimator an int "
        "random_state, for fits that are the same count as one, or search over each "
        "scale once."
    )


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
    with pytest.raises(ValueError, match="the same resources") as error:
        NoiseCurve.from_search(search)
    assert str(error.value) == (
        "from_search expects all scales to be fitted with the same resources, but "
        "HalvingGridSearchCV gave of 'n_samples' 100 to the scales [0.5, 1.0, 2.0], "
        "300 to the scales [0.5]. Search with GridSearchCV, which fits all alike."
    )


def test_a_search_that_never_came_to_halve_is_as_good_as_any(quick_pipeline, digits):
    search = halving(quick_pipeline, SCALES, digits)
    assert search.n_resources_ == [300]
    assert len(NoiseCurve.from_search(search, *digits).cost()) == 1
    X, y = digits
    told = "X has 200 samples, and the search used 300"
    assert_other_data(told, search, X[:200], y[:200])


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
    assert NoiseCurve.from_search(search).n_classes is None
    assert NoiseCurve.from_search(search, y=digits[1]).n_classes == 10


def test_classes_are_those_of_the_refit_without_data(fitted):
    assert NoiseCurve.from_search(fitted).n_classes == 10


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
        told = "y has 4 outputs, and the search saw 5"
        assert_other_data(told, search, X, y[:, :4])


# --- data that is not the search's ----------------------------------------------------


@pytest.fixture
def fitted(quick_pipeline, digits):
    return search_over(quick_pipeline, {"noise__scale": SCALES}, digits)


def test_other_features(fitted, digits):
    X, y = digits
    told = "X has 63 features, and the search saw 64"
    assert_other_data(told, fitted, X[:, 1:], y)


def test_features_of_other_names(quick_pipeline, digits):
    X, y = pd.DataFrame(digits[0][:, 2:4]).add_prefix("pixel"), digits[1]
    search = search_over(quick_pipeline, {"noise__scale": SCALES}, (X, y))
    assert len(NoiseCurve.from_search(search, X, y).cost()) == 1
    told = (
        "X has the features ['other', 'pixel1'], and the search saw ['pixel0', "
        "'pixel1']"
    )
    assert_other_data(told, search, X.rename(columns={"pixel0": "other"}), y)
    assert len(NoiseCurve.from_search(search, X.to_numpy(), y).cost()) == 1


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
    told = (
        "X and y make 145 validation samples in fold 0, of which no number is the "
        f"share {search.cv_results_['split0_test_score'][0]:.6g} that the search found"
    )
    assert_other_data(told, search, X[:289], y[:289])
    with sklearn.config_context(enable_metadata_routing=True):  # then it may be weighed
        curve = NoiseCurve.from_search(search, X[:289], y[:289])
    assert curve.scores["n_validation"].tolist() == [145, 144] * 2


def test_another_number_of_samples_is_told_by_training_scores(quick_pipeline, digits):
    X, y = digits
    grid = {"noise__scale": SCALES}
    search = search_over(quick_pipeline, grid, digits, return_train_score=True)
    told = (
        "X and y make 144 training samples in fold 0, of which no number is the "
        f"share {search.cv_results_['split0_train_score'][0]:.6g} that the search found"
    )
    assert_other_data(told, search, X[:289], y[:289])


class FailsAtNoise(GaussianNB):
    """Fits nothing that lies outside of 0 to 2."""

    def fit(self, X, y):
        if np.max(X) > 2:
            raise ValueError("This is noise.")
        return super().fit(X, y)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_the_score_of_a_fit_that_failed_need_not_be_of_whole_samples(digits):
    noise = ("noise", GaussianNoiseTransformer(random_state=0))
    pipeline = Pipeline([noise, ("classifier", FailsAtNoise())])
    grid = {"noise__scale": [0, 2]}
    search = search_over(pipeline, grid, digits, error_score=0.123)
    values = NoiseCurve.from_search(search, *digits).scores["value"]
    assert values.tolist()[2:] == [0.123, 0.123]


def test_samples_of_a_sparse_matrix_are_counted():
    X, y = csr_array(np.eye(6)), [0, 1] * 3
    search = search_over(MultinomialNB(), {"alpha": [0.1, 1]}, (X, y))
    assert NoiseCurve.from_search(search, X, y).scores["n_train"].tolist() == [3] * 4
    assert_other_data(
        "X has 7 features, and the search saw 6", search, csr_array(np.eye(6, 7)), y
    )


def test_folds_of_a_number_have_the_sizes_of_stratified_ones():
    X, y = np.eye(15), np.repeat([0, 1, 2], 5)
    search = GridSearchCV(GaussianNB(), {"var_smoothing": [0.1, 1]}, cv=4).fit(X, y)
    sizes = [len(part) for _, part in StratifiedKFold(4).split(X, y)]
    curve = NoiseCurve.from_search(search, X, y)
    assert curve.scores["n_validation"].tolist() == sizes * 2


def test_texts_have_no_number_of_features():
    X, y = ["dark", "bright", "dark sky", "bright sky"] * 3, [0, 1, 0, 1] * 3
    pipeline = Pipeline([("words", TfidfVectorizer()), ("bayes", MultinomialNB())])
    search = search_over(pipeline, {"bayes__alpha": [0.1, 1]}, (X, y))
    assert NoiseCurve.from_search(search, X, y).scores["n_train"].tolist() == [6] * 4
    told = "y has the classes [1, 2], and the search saw [0, 1]"
    assert_other_data(told, search, X, np.add(y, 1))


def test_weighted_accuracies_need_not_be_of_whole_samples(digits):
    X, y = digits
    weights = np.random.default_rng(0).uniform(size=len(y))
    classifier = BaggingClassifier(GaussianNB(), 2, random_state=0)
    search = GridSearchCV(classifier, {"estimator__var_smoothing": [0.1, 1]}, cv=2)
    search.fit(X, y, sample_weight=weights)
    curve = NoiseCurve.from_search(search, X, y)
    assert curve.summary()["lower"].notna().all()


def test_folds_that_name_samples_which_are_not_there(quick_pipeline, digits):
    X, y = digits
    cv = PredefinedSplit(np.arange(300) % 2)
    search = GridSearchCV(quick_pipeline, {"noise__scale": SCALES}, cv=cv).fit(X, y)
    told = "X has 299 samples, and the folds need 300"
    assert_other_data(told, search, X[:299], y[:299])


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
