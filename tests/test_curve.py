from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    LeaveOneGroupOut,
    RepeatedStratifiedKFold,
    ShuffleSplit,
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
from skn_noise.statistics import (
    holm_adjusted,
    mean_interval,
    paired_difference,
    wilson_interval,
)

SCALES = [0.5, 2.0]


def as_arrays(curve, metric="accuracy"):
    """Return training and validation scores as validation_curve has them."""
    scores = curve.scores.query("metric == @metric")
    return [
        scores.query("split == @split").pivot(
            index="scale", columns="fold", values="value"
        )
        for split in ("train", "validation")
    ]


@pytest.fixture(params=["quick_pipeline", "small_mlp_pipeline"])
def pipeline(request):
    return request.getfixturevalue(request.param)


# --- the same cells everywhere --------------------------------------------------------


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_agrees_with_validation_curve_to_the_last_digit(pipeline, digits, n_jobs):
    curve = noise_curve(pipeline, *digits, scales=SCALES, cv=3, n_jobs=n_jobs)
    expected = validation_curve(
        pipeline,
        *digits,
        param_name="noise__scale",
        param_range=SCALES,
        cv=3,
        n_jobs=n_jobs,
    )
    for ours, theirs in zip(as_arrays(curve), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_agrees_with_grid_search_to_the_last_digit(pipeline, digits, n_jobs):
    search = GridSearchCV(
        pipeline,
        {"noise__scale": SCALES},
        scoring=["accuracy", "neg_log_loss"],
        cv=3,
        refit="accuracy",
        return_train_score=True,
        n_jobs=n_jobs,
    ).fit(*digits)
    curve = noise_curve(pipeline, *digits, scales=SCALES, cv=3, n_jobs=n_jobs)
    columns = ["scale", "fold", "split", "metric", "value"]
    pd.testing.assert_frame_equal(
        NoiseCurve.from_search(search).scores[columns],
        curve.scores[columns],
        check_exact=True,
    )
    assert NoiseCurve.from_search(search).n_classes == curve.n_classes == 10


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


def test_an_integer_cv_is_stratified(pipeline, digits):
    integer, stratified = (
        noise_curve(pipeline, *digits, scales=[1.0], cv=cv)
        for cv in (3, StratifiedKFold(3))
    )
    np.testing.assert_array_equal(integer.scores["value"], stratified.scores["value"])


def test_any_estimator_with_a_noise_parameter(digits):
    forest = make_pipeline(
        GaussianNoiseTransformer(random_state=0),
        RandomForestClassifier(20, random_state=0),
    )
    curve = noise_curve(
        forest,
        *digits,
        scales=[0.1, 3.0],
        param_name="gaussiannoisetransformer__scale",
        cv=3,
    )
    validation = as_arrays(curve)[1].mean(axis=1)
    assert validation[0.1] > validation[3.0]


# --- the table ------------------------------------------------------------------------


def test_scores_are_tidy(quick_pipeline, digits):
    scores = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3).scores
    assert list(scores) == [
        "scale",
        "fold",
        "split",
        "metric",
        "value",
        "fit_seconds",
        "score_seconds",
        "n_train",
        "n_validation",
    ]
    assert len(scores) == 2 * 3 * 2 * 2
    assert set(scores["split"]) == {"train", "validation"}
    assert set(scores["metric"]) == {"accuracy", "neg_log_loss"}
    assert (scores["fit_seconds"] > 0).all()
    assert (scores["score_seconds"] > 0).all()
    assert (scores["n_train"] == 200).all()
    assert (scores["n_validation"] == 100).all()


def test_summary_is_over_the_folds(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    summary = curve.summary().set_index(["scale", "split", "metric"])
    values = as_arrays(curve)[1].loc[2.0]
    row = summary.loc[(2.0, "validation", "accuracy")]
    assert row["mean"] == pytest.approx(values.mean())
    assert row["std"] == pytest.approx(values.std(ddof=1))
    assert row["n"] == 3


def test_repeated_folds_all_count(quick_pipeline, digits):
    cv = RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0)
    curve = noise_curve(quick_pipeline, *digits, scales=[1.0], cv=cv)
    summary = curve.summary().set_index(["split", "metric"])
    assert (summary["n"] == 6).all()
    expected = mean_interval(as_arrays(curve)[1].loc[1.0], validation_train_ratio=1 / 2)
    bounds = summary.loc[("validation", "accuracy"), ["lower", "upper"]]
    assert tuple(bounds) == pytest.approx(expected)


def test_interval_of_folds_is_corrected_for_their_overlap(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    summary = curve.summary().set_index(["scale", "split", "metric"])
    for metric in ("accuracy", "neg_log_loss"):
        scores = as_arrays(curve, metric)[1].loc[2.0]
        bounds = summary.loc[(2.0, "validation", metric), ["lower", "upper"]]
        expected = mean_interval(scores, validation_train_ratio=100 / 200)
        assert tuple(bounds) == pytest.approx(expected)


def test_interval_of_one_holdout_is_wilsons_for_accuracy_alone(quick_pipeline, digits):
    cv = ShuffleSplit(1, test_size=0.2, random_state=0)
    curve = noise_curve(quick_pipeline, *digits, scales=[1.0], cv=cv)
    summary = curve.summary().set_index(["split", "metric"])
    accuracy = summary.loc[("validation", "accuracy")]
    expected = wilson_interval(accuracy["mean"], n_samples=60)
    assert tuple(accuracy[["lower", "upper"]]) == pytest.approx(expected)
    assert np.isnan(summary.loc[("validation", "neg_log_loss"), "lower"])


def test_training_scores_have_no_interval(quick_pipeline, digits):
    summary = noise_curve(quick_pipeline, *digits, scales=[1.0], cv=3).summary()
    assert summary.query("split == 'train'")[["lower", "upper"]].isna().all(axis=None)


def test_summary_of_scores_read_from_a_file(quick_pipeline, digits, tmp_path):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    curve.scores.to_csv(tmp_path / "scores.csv", index=False)
    read = NoiseCurve(pd.read_csv(tmp_path / "scores.csv"))
    pd.testing.assert_frame_equal(read.summary(), curve.summary())


# --- the cost -------------------------------------------------------------------------


def test_cost_is_paired_by_fold_and_adjusted_over_the_scales(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=[0.5, 1.0, 2.0], cv=3)
    cost = curve.cost().query("metric == 'accuracy'").set_index("scale")
    scores = as_arrays(curve)[1]
    expected = [
        paired_difference(
            scores.loc[scale], scores.loc[0.5], validation_train_ratio=1 / 2
        )
        for scale in (1.0, 2.0)
    ]
    names = ["difference", "lower", "upper", "p_value"]
    np.testing.assert_allclose(cost.loc[[1.0, 2.0], names], expected)
    np.testing.assert_allclose(cost["p_adjusted"], holm_adjusted(cost["p_value"]))
    assert (cost["reference"] == 0.5).all()
    assert (cost["n"] == 3).all()
    assert (cost["difference"] < 0).all()


def test_cost_to_another_reference(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    there, back = curve.cost(), curve.cost(reference=2.0)
    np.testing.assert_allclose(there["difference"], -back["difference"])
    np.testing.assert_allclose(there["p_value"], back["p_value"])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_cost_leaves_out_folds_in_which_a_scale_failed(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=4)
    failed = (curve.scores["scale"] == 2.0) & (curve.scores["fold"] == 1)
    curve.scores.loc[failed, "value"] = np.nan
    assert (curve.cost()["n"] == 3).all()


def test_cost_to_a_scale_that_was_not_run(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    with pytest.raises(ValueError, match=r"one of \[0\.5, 2\.0\]; got 3\.0"):
        curve.cost(reference=3.0)


def test_cost_of_one_scale(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=[0.5], cv=3)
    with pytest.raises(ValueError, match="Run at least two"):
        curve.cost()


def test_cost_on_one_holdout(quick_pipeline, digits):
    cv = ShuffleSplit(1, random_state=0)
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=cv)
    with pytest.raises(ValueError, match="at least two folds, got 1"):
        curve.cost()


@pytest.mark.parametrize(
    ("scoring", "metrics"),
    [
        ("accuracy", ["accuracy"]),
        (None, ["score"]),
        (lambda estimator, X, y: 0.5, ["score"]),
        (("f1_macro", "accuracy"), ["f1_macro", "accuracy"]),
        ({"hits": "accuracy"}, ["hits"]),
    ],
)
def test_scoring_of_every_kind(quick_pipeline, digits, scoring, metrics):
    curve = noise_curve(quick_pipeline, *digits, scales=[1.0], cv=2, scoring=scoring)
    assert sorted(curve.scores["metric"].unique()) == sorted(metrics)


def test_iterator_as_cv(quick_pipeline, digits):
    folds = StratifiedKFold(3).split(*digits)
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=folds)
    assert curve.scores["fold"].nunique() == 3


def test_groups_reach_the_splitter(quick_pipeline, digits):
    groups = np.arange(300) % 4
    curve = noise_curve(
        quick_pipeline, *digits, scales=[1.0], cv=GroupKFold(4), groups=groups
    )
    assert curve.scores["fold"].nunique() == 4


def test_params_reach_fit(quick_pipeline, digits):
    weights = {"classifier__sample_weight": np.linspace(0, 1, 300)}
    plain, weighted = (
        noise_curve(quick_pipeline, *digits, scales=[1.0], cv=2, params=params)
        for params in (None, weights)
    )
    assert (plain.scores["value"] != weighted.scores["value"]).any()


def test_metadata_routing_sends_groups_and_weights(digits):
    arguments = {
        "param_name": "gaussiannoisetransformer__scale",
        "cv": GroupKFold(4),
        "params": {
            "groups": np.arange(300) % 4,
            "sample_weight": np.linspace(0, 1, 300),
        },
    }
    with config_context(enable_metadata_routing=True):
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        estimator = make_pipeline(
            GaussianNoiseTransformer(random_state=0),
            LogisticRegression(max_iter=1000).set_fit_request(sample_weight=True),
        )
        curve = noise_curve(
            estimator, *digits, scales=[1.0], scoring={"hits": scorer}, **arguments
        )
        _, expected = validation_curve(
            estimator, *digits, param_range=[1.0], scoring=scorer, **arguments
        )
    np.testing.assert_array_equal(as_arrays(curve, "hits")[1], expected)


def test_estimator_is_left_as_it_was(quick_pipeline, digits):
    before = repr(quick_pipeline.get_params())
    noise_curve(quick_pipeline, *digits, scales=SCALES, cv=2)
    assert repr(quick_pipeline.get_params()) == before
    assert not hasattr(quick_pipeline[-1], "classes_")


def test_repr_tells_the_size(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    assert repr(curve) == "NoiseCurve(2 scales x 3 folds: accuracy, neg_log_loss)"


# --- from a search --------------------------------------------------------------------


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


# --- progress -------------------------------------------------------------------------


def test_progress_is_silent_without_a_terminal(quick_pipeline, digits, capfd):
    noise_curve(quick_pipeline, *digits, scales=SCALES, cv=2, progress=True)
    assert capfd.readouterr() == ("", "")


def test_large_data_reaches_workers_as_a_memory_map(tmp_path):
    X, y = np.random.default_rng(0).random((400, 1000)), np.arange(400) % 2
    noise_curve(
        SeesItsData(tmp_path / "maps"),
        X,
        y,
        scales=SCALES,
        param_name="scale",
        cv=2,
        n_jobs=2,
        scoring="accuracy",
    )
    assert set((tmp_path / "maps").read_text().split()) == {"True"}


class SeesItsData(ClassifierMixin, BaseEstimator):
    """Notes whether this process maps a file of joblib's."""

    def __init__(self, notes, scale=1.0):
        self.notes = notes
        self.scale = scale

    def fit(self, X, y):
        maps = Path("/proc/self/maps").read_text()
        with open(self.notes, "a") as notes:
            notes.write(f"{'joblib_memmapping_folder' in maps}\n")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


# --- failures and bad input -----------------------------------------------------------


class FailsAbove(ClassifierMixin, BaseEstimator):
    def __init__(self, scale=1.0, limit=1.0):
        self.scale = scale
        self.limit = limit

    def fit(self, X, y):
        if self.scale > self.limit:
            raise RuntimeError("too noisy")
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


def failing_curve(digits, **params):
    return noise_curve(
        FailsAbove(),
        *digits,
        scales=SCALES,
        param_name="scale",
        cv=2,
        scoring="accuracy",
        **params,
    )


def test_failed_cells_get_the_error_score_and_a_warning(digits):
    with pytest.warns(FitFailedWarning, match=r"scale 2, fold [01]: .*too noisy"):
        curve = failing_curve(digits, error_score=-1.0)
    train, validation = as_arrays(curve)
    assert (train.loc[2.0] == -1).all()
    assert (validation.loc[0.5] >= 0).all()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_failed_cells_count_in_no_mean(digits):
    summary = failing_curve(digits).summary().set_index(["scale", "split"])
    assert summary.loc[(2.0, "train"), "n"] == 0
    assert summary.loc[(0.5, "train"), "n"] == 2


def test_error_score_raise_raises(digits):
    with pytest.raises(RuntimeError, match="too noisy"):
        failing_curve(digits, error_score="raise")


def test_all_cells_failed(digits):
    with pytest.raises(ValueError, match=r"All 2 fits failed.*too noisy"):
        noise_curve(FailsAbove(), *digits, scales=[3], param_name="scale", cv=2)


@pytest.mark.parametrize("text", ["0.9", {"score": "0.9"}])
def test_a_scorer_that_returns_text_is_an_error(quick_pipeline, digits, text):
    with pytest.raises(ValueError, match=r"return a number .* got '0.9' for 'score'"):
        noise_curve(quick_pipeline, *digits, scales=[1], cv=2, scoring=lambda *_: text)


def test_text_from_one_scorer_of_several_is_an_error(quick_pipeline, digits):
    scoring = {"hits": "accuracy", "text": lambda *_: "0.9"}
    with pytest.raises(ValueError, match=r"return a number .* got '0.9' for 'text'"):
        noise_curve(quick_pipeline, *digits, scales=[1], cv=2, scoring=scoring)


def fails_on_validation(estimator, X, y):
    if len(X) < 200:
        raise RuntimeError("too few")
    return 0.5


def test_one_metric_of_several_that_fails_leaves_the_others(quick_pipeline, digits):
    scoring = {"hits": "accuracy", "fails": fails_on_validation}
    with pytest.warns(FitFailedWarning, match="Scoring fails on validation .*too few"):
        curve = noise_curve(quick_pipeline, *digits, scales=[1], cv=3, scoring=scoring)
    train, validation = as_arrays(curve, "fails")
    assert (train == 0.5).all(axis=None)
    assert validation.isna().all(axis=None)
    assert as_arrays(curve, "hits")[1].notna().all(axis=None)


@pytest.mark.parametrize(
    "study", [noise_curve, NoiseCurveDisplay.from_estimator], ids=["curve", "display"]
)
def test_the_warning_points_at_the_line_of_the_user(study, digits):
    with pytest.warns(FitFailedWarning) as caught:
        study(
            FailsAbove(), *digits, scales=SCALES, param_name="scale", cv=2,
            scoring="accuracy",
        )  # fmt: skip
    assert {warning.filename for warning in caught} == {__file__}


@pytest.mark.parametrize(
    "scales", [[], [1, 1], [-1], [np.nan], [np.inf], ["a"], [[1]], 3]
)
def test_bad_scales(quick_pipeline, digits, scales):
    with pytest.raises(ValueError, match="scales"):
        noise_curve(quick_pipeline, *digits, scales=scales)


def test_unknown_parameter_names_the_near_ones(quick_pipeline, digits):
    with pytest.raises(ValueError, match="'noise__scale'"):
        noise_curve(quick_pipeline, *digits, param_name="noise__scales")


@pytest.mark.parametrize("estimator", [LogisticRegression, "svm", None])
def test_what_is_no_estimator(digits, estimator):
    with pytest.raises((TypeError, ValueError), match="estimator"):
        noise_curve(estimator, *digits)


def test_x_and_y_of_different_lengths(quick_pipeline, digits):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        noise_curve(quick_pipeline, digits[0], digits[1][:10])
