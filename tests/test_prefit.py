"""Studies of a model that is trained already: cv="prefit"."""

from copy import deepcopy

import joblib
import numpy as np
import pandas as pd
import pytest
from recorded import Recorded, assert_same_scores
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import get_scorer
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skn_noise import (
    GaussianNoiseTransformer,
    GaussianParzenClassifier,
    NoiseCurve,
    NoisyCopies,
    compare_curves,
    find_tolerance,
    noise_curve,
    noise_matrix,
    statistics,
)
from skn_noise.report._methods import describe_methods
from skn_noise.results._summary import describe_cost

SCALES = [0.5, 1.0]
TRAIN, NEW = np.arange(0, 178, 2), np.arange(1, 178, 2)


@pytest.fixture(scope="module")
def wine():
    X, y = load_wine(return_X_y=True)
    return X, y


@pytest.fixture(scope="module")
def new(wine):
    X, y = wine
    return X[NEW], y[NEW]


@pytest.fixture(scope="module")
def fitted(wine):
    """A pipeline with a noise step, fitted without noise."""
    X, y = wine
    noise = GaussianNoiseTransformer(apply_to="test", random_state=0)
    pipeline = Pipeline(
        [("scaler", StandardScaler()), ("noise", noise), ("bayes", GaussianNB())]
    )
    return pipeline.fit(X[TRAIN], y[TRAIN])


@pytest.fixture(scope="module")
def frozen(wine):
    """A pipeline that is not fitted, around a model that is."""
    X, y = wine
    model = make_pipeline(StandardScaler(), GaussianNB()).fit(X[TRAIN], y[TRAIN])
    noise = GaussianNoiseTransformer(unit="std", random_state=0)
    return Pipeline([("noise", noise), ("model", FrozenEstimator(model))])


def studied(estimator, samples, **params):
    return noise_curve(
        estimator, *samples, **({"scales": SCALES, "cv": "prefit"} | params)
    )


@pytest.fixture(scope="module")
def curve(fitted, new):
    return studied(fitted, new)


def accuracies(curve):
    return curve.scores.query("metric == 'accuracy'")["value"].tolist()


# --- the scores -----------------------------------------------------------------------


def test_scores_are_those_of_the_fitted_pipeline_to_the_last_digit(fitted, new, curve):
    expected = [
        deepcopy(fitted).set_params(noise__scale=scale).score(*new) for scale in SCALES
    ]
    assert accuracies(curve) == expected


def test_scores_are_those_of_a_holdout_trained_clean(fitted, wine, curve):
    """A pipeline trained in the study sees the same noise in validation."""
    holdout = studied(fitted, wine, training="clean", cv=[(TRAIN, NEW)])
    validation = holdout.scores.query("split == 'validation'")
    assert curve.scores["value"].tolist() == validation["value"].tolist()


def test_training_samples_get_the_noise_of_validation(wine):
    """A nearest neighbour has memorised the noise of its training samples."""
    X, y = wine
    noise = GaussianNoiseTransformer(2.0, unit="std", random_state=0)
    pipeline = Pipeline([("noise", noise), ("nearest", KNeighborsClassifier(1))])
    assert pipeline.fit(X, y).score(X, y) == 1
    assert accuracies(studied(pipeline, (X, y), scales=[2.0]))[0] < 0.8


def test_a_frozen_model_is_validated_in_units_of_the_new_samples(frozen, new):
    X, y = new
    noise = GaussianNoiseTransformer(unit="std", random_state=0).fit(X)
    noise.set_params(scale=1.0)._training_samples.forget()
    expected = frozen[-1].score(noise.transform(X), y)
    assert accuracies(studied(frozen, new, scales=[1.0])) == [expected]


def test_units_that_were_learnt_with_the_model_are_kept(wine, new):
    X, y = wine
    noise = GaussianNoiseTransformer(0.5, unit="std", random_state=0)
    pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
    pipeline.fit(X[TRAIN], y[TRAIN])
    curve = studied(pipeline, new, scales=[0.5], scoring="neg_log_loss")
    expected = get_scorer("neg_log_loss")(pipeline, *new)
    assert curve.scores["value"].tolist() == [expected]


def test_the_model_and_its_parameters_stay_as_they_are(fitted, frozen, new):
    for estimator in (fitted, frozen):
        before = joblib.hash(estimator)
        studied(estimator, new, n_draws=2, n_repeats=2, training="clean")
        assert joblib.hash(estimator) == before


def test_nothing_but_the_noise_is_fitted(recorded, new, wine):
    X, y = wine
    model = Recorded(recorded.log).fit(X[TRAIN], y[TRAIN])
    noise = GaussianNoiseTransformer(random_state=0)
    studied(Pipeline([("noise", noise), ("model", model)]), new, n_repeats=2)
    with open(recorded.log) as log:
        assert len(log.readlines()) == 1


def test_every_repeat_has_another_seed_and_every_draw_other_noise(frozen, new):
    curve = studied(frozen, new, scales=[1.0], n_repeats=3, n_draws=2)
    loss = curve.scores.query("metric == 'neg_log_loss'")["value"]
    assert len(set(loss)) == 6


def test_a_step_behind_the_noise_is_not_fitted_either(wine, new):
    X, y = wine
    noise = GaussianNoiseTransformer(random_state=0)
    steps = [("noise", noise), ("pca", PCA(2)), ("bayes", GaussianNB())]
    pipeline = Pipeline(steps).fit(X[TRAIN], y[TRAIN])
    expected = deepcopy(pipeline).set_params(noise__scale=0.5).score(*new)
    assert accuracies(studied(pipeline, new, scales=[0.5])) == [expected]


def test_a_frozen_model_that_draws_noise_in_training_is_taken_as_it_is(wine, new):
    X, y = wine
    copies = NoisyCopies(GaussianNB(), scale=1.0, random_state=0)
    model = FrozenEstimator(copies.fit(X[TRAIN], y[TRAIN]))
    noise = GaussianNoiseTransformer(random_state=0)
    pipeline = Pipeline([("noise", noise), ("model", model)])
    assert accuracies(studied(pipeline, new, scales=[0.0], training="clean")) == [
        copies.score(*new)
    ]


# --- tables and intervals -------------------------------------------------------------


def test_all_samples_validate_and_none_trains(curve):
    scores = curve.scores
    assert set(scores["split"]) == {"validation"}
    assert set(scores["n_validation"]) == {89}
    assert set(scores["n_train"]) == {np.inf}
    assert curve.predictions["sample"].nunique() == 89


def test_the_interval_is_that_of_this_model(curve):
    """That of Wilson for 89 samples, but for the estimated variance of one sample."""
    row = curve.summary().query("metric == 'accuracy' and scale == 1").iloc[0]
    wilson = statistics.wilson_interval(row["mean"], n_samples=89)
    np.testing.assert_allclose(row[["lower", "upper"]].astype(float), wilson, atol=2e-3)
    assert (row["method"], row["note"]) == ("wilson", "this model")


def test_the_interval_of_a_single_model_is_narrower_than_that_of_a_holdout(
    curve, fitted, wine
):
    holdout = studied(fitted, wine, training="clean", cv=[(TRAIN, NEW)]).summary()
    holdout = holdout.query("split == 'validation'").reset_index()
    one = curve.summary()
    assert (one["lower"] > holdout["lower"]).all()
    assert (one["upper"] < holdout["upper"]).all()


def test_infinitely_many_training_samples_add_no_variance():
    correct = np.arange(100) < 70
    samples = np.arange(100)
    assert statistics.accuracy_interval(
        correct, samples=samples, n_train=np.inf
    ) == statistics.accuracy_interval(
        correct, samples=samples, n_train=1, training_weight=0
    )


def test_groups_count_in_the_interval(fitted, new):
    grouped = studied(fitted, new, groups=np.arange(89) // 9)
    summary = grouped.summary().query("metric == 'accuracy'")
    assert set(summary["note"]) == {"this model; by groups"}


@pytest.mark.parametrize(
    ("n_repeats", "n_draws", "sources"),
    [
        (1, 2, ["draw of the noise", "validation samples"]),
        (2, 1, ["seed of the noise", "validation samples"]),
        (2, 2, ["draw of the noise", "seed of the noise", "validation samples"]),
    ],
)
def test_the_spread_has_no_training(frozen, new, n_repeats, n_draws, sources):
    curve = studied(
        frozen,
        new,
        scales=[1.0],
        scoring="accuracy",
        n_repeats=n_repeats,
        n_draws=n_draws,
    )
    assert curve.spread()["source"].tolist() == sources


def test_a_saved_curve_is_the_same_when_it_is_loaded(curve, tmp_path):
    curve.save(tmp_path / "curve.zip")
    loaded = NoiseCurve.load(tmp_path / "curve.zip")
    assert_same_scores(loaded, curve)
    assert loaded.manifest == curve.manifest
    assert loaded.summary().equals(curve.summary())


# --- the functions around it ----------------------------------------------------------


def test_a_matrix_has_one_row_named_by_the_scale_of_the_training(fitted, new, curve):
    matrix = noise_matrix(
        fitted, *new, train_scales=[0], validation_scales=SCALES, cv="prefit"
    )
    assert matrix.scores["value"].tolist() == curve.scores["value"].tolist()
    assert set(matrix.scores["train_scale"]) == {0.0}
    accuracy = matrix.summary().query("metric == 'accuracy'")
    assert accuracy["lower"].notna().all()
    assert matrix.plot().text_.shape == (1, 2)


def test_a_tolerance_says_that_the_model_was_trained_before(frozen, new):
    curve, tolerance = find_tolerance(
        frozen, *new, relative=0.9, cv="prefit", ratio=2.0
    )
    assert curve.manifest["cv"] == "prefit"
    assert tolerance.training == "for a model that was trained before"
    assert 0 < tolerance.lower <= tolerance.scale <= tolerance.upper < np.inf


def test_two_models_are_compared_on_the_same_samples(curve, frozen, new):
    other = studied(frozen, new, scales=SCALES)
    comparison = compare_curves({"one": other, "other": studied(frozen, new)})
    assert set(comparison.differences["note"]) == {"this model"}
    assert str(comparison).endswith("these models, which were trained before.")


def test_the_report_says_that_the_model_was_trained_before(curve):
    text, _ = describe_methods({"study": curve}, "wine")
    assert (
        "was trained before and validated on wine (89 samples of 13 features), on all "
        "89 samples. " in text
    )
    assert "choice of the training samples" not in text
    assert "All intervals are for this model" in text
    assert "for a model that was trained before" in describe_cost(curve)


def test_cells_are_cached_until_the_model_changes(frozen, new, wine, tmp_path, caplog):
    X, y = wine

    def n_found(estimator):
        caplog.clear()
        with caplog.at_level("INFO", logger="skn_noise"):
            studied(estimator, new, memory=tmp_path)
        return caplog.messages[0].split()[0]

    assert n_found(frozen) == "0"
    assert n_found(frozen) == "1"
    assert n_found(deepcopy(frozen).set_params(noise__scale=7.0)) == "1"
    model = make_pipeline(StandardScaler(), GaussianNB()).fit(X, y)
    assert n_found(clone(frozen).set_params(model=FrozenEstimator(model))) == "0"


# --- bad input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"training": "frozen"}, "training='frozen' says what to train on"),
        ({"training": "fresh"}, "training='fresh' says what to train on"),
        ({"track_epochs": True}, "no epochs to track"),
        ({"params": {"sample_weight": [1]}}, r"\['sample_weight'\]"),
        ({"cv": "pre-fit"}, "'prefit'"),
    ],
)
def test_arguments_of_a_training_are_refused(fitted, new, params, message):
    with pytest.raises(ValueError, match=message):
        studied(fitted, new, **params)


def test_a_step_that_is_not_fitted_is_named(new):
    noise = GaussianNoiseTransformer(random_state=0)
    pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
    with pytest.raises(ValueError, match="GaussianNB is not fitted"):
        studied(pipeline, new)
    pipeline.set_params(bayes=FrozenEstimator(GaussianParzenClassifier()))
    with pytest.raises(ValueError, match="FrozenEstimator is not fitted"):
        studied(pipeline, new)


def test_noise_inside_of_an_ensemble_is_refused(fitted, wine, new):
    X, y = wine
    bagging = BaggingClassifier(clone(fitted), n_estimators=2).fit(X[TRAIN], y[TRAIN])
    with pytest.raises(ValueError, match="predicts with a fitted clone"):
        studied(bagging, new, param_name="estimator__noise__scale")


def test_noise_in_training_only_is_refused(fitted, new):
    only = deepcopy(fitted).set_params(noise__apply_to="train")
    with pytest.raises(ValueError, match="noise__apply_to='train' adds none"):
        studied(only, new)
    assert studied(only, new, training="clean").manifest["training"] is None


def test_what_the_noise_refuses_is_refused_before_a_cell(frozen, new):
    X, y = new
    with pytest.raises(ValueError, match=r"^Found array with 1 sample\(s\)"):
        studied(frozen, (X[:1], y[:1]), scoring="accuracy")


def test_samples_of_another_width_are_refused(fitted, frozen, new):
    X, y = new
    for estimator in (fitted, frozen):
        with pytest.raises(ValueError, match="X has 5 features, but"):
            studied(estimator, (X[:, :5], y))


def test_a_metric_that_fails_on_all_samples_is_refused(fitted, new):
    with pytest.raises(ValueError, match=r"the first cell \(trained already\)\. Leave"):
        studied(fitted, new, scoring="roc_auc")


def test_a_matrix_needs_the_scale_of_the_training(fitted, new):
    with pytest.raises(ValueError, match="Pass as train_scales the one scale"):
        noise_matrix(fitted, *new, cv="prefit")
    with pytest.raises(ValueError, match="training='frozen' says what to train on"):
        noise_matrix(fitted, *new, train_scales=[1], training="frozen", cv="prefit")


@pytest.mark.parametrize("encode", [lambda y: y + 1, lambda y: y.astype(str)])
def test_labels_encoded_in_another_way_are_refused(fitted, frozen, new, encode):
    X, y = new
    for model in fitted, frozen:
        with pytest.raises(ValueError, match=r"y must hold classes .*\[0, 1, 2\], got"):
            noise_curve(model, X, encode(y), cv="prefit")


def test_columns_in_another_order_are_refused(new):
    X, y = new
    frame = pd.DataFrame(X).add_prefix("c")
    noise = GaussianNoiseTransformer(random_state=0)
    model = FrozenEstimator(GaussianNB().fit(frame, y))
    pipeline = Pipeline([("noise", noise), ("model", model)])
    with pytest.raises(ValueError, match="must be in the same order"):
        studied(pipeline, (frame[frame.columns[::-1]], y))


def test_noise_inside_of_the_trained_model_is_named(wine, new):
    noise = GaussianNoiseTransformer(0.5, random_state=0)
    model = make_pipeline(clone(noise), GaussianNB()).fit(*wine)
    pipeline = Pipeline([("noise", noise), ("model", FrozenEstimator(model))])
    with pytest.warns(UserWarning, match="added twice in validation: .*'gaussiannoise"):
        studied(pipeline, new)
    with (
        pytest.warns(UserWarning, match="twice"),
        pytest.raises(ValueError, match="it has noise inside of"),
    ):
        studied(pipeline, new, n_draws=2)
    model.set_params(gaussiannoisetransformer__apply_to="train")
    assert studied(pipeline, new, n_draws=2) is not None


def test_folds_that_cannot_train_a_frozen_model_warn(fitted, new):
    noise = GaussianNoiseTransformer(random_state=0)
    frozen = Pipeline([("noise", noise), ("model", FrozenEstimator(fitted[-1]))])
    with pytest.warns(UserWarning, match="Pass cv='prefit'"):
        noise_curve(frozen, *new, scales=SCALES, cv=2, scoring="accuracy")
