import numpy as np
import pandas as pd
import pytest
from sklearn import config_context, get_config
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import KFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from small_networks import small_pipeline

from skn_noise import GaussianNoiseTransformer, noise_curve

SCALES = [0.5, 2.0]


@pytest.fixture(scope="module")
def tracked(digits):
    curve, plain = (
        noise_curve(
            small_pipeline(epochs=3), *digits, scales=SCALES, cv=2, track_epochs=track
        )
        for track in (True, False)
    )
    return curve, plain


def last_epoch(curve, metric):
    last = curve.epochs.query("epoch == 3 and split == 'validation'")
    return last[last["metric"] == metric].sort_values(["scale", "fold"])["value"]


def validation_scores(curve, metric):
    scores = curve.scores.query("split == 'validation'")
    return scores[scores["metric"] == metric].sort_values(["scale", "fold"])["value"]


def test_every_epoch_has_figures_of_both_splits(tracked):
    epochs = tracked[0].epochs
    names = ["scale", "fold", "repeat", "epoch", "split", "metric", "value"]
    assert list(epochs) == names
    assert len(epochs) == 2 * 2 * 3 * 2 * 2
    assert sorted(epochs["epoch"].unique()) == [1, 2, 3]
    assert set(epochs["split"]) == {"train", "validation"}
    assert set(epochs["metric"]) == {"accuracy", "loss"}


def test_validation_figures_of_the_last_epoch_are_the_scores(tracked):
    curve, _ = tracked
    np.testing.assert_allclose(
        last_epoch(curve, "accuracy"), validation_scores(curve, "accuracy"), rtol=1e-6
    )
    np.testing.assert_allclose(
        last_epoch(curve, "loss"), -validation_scores(curve, "neg_log_loss"), rtol=1e-4
    )


def test_tracking_changes_no_score(tracked):
    curve, plain = tracked
    np.testing.assert_array_equal(curve.scores["value"], plain.scores["value"])
    assert plain.epochs is None
    assert not get_config()["enable_metadata_routing"]  # which tracking needs


# --- an estimator of the user's own that tells of its epochs --------------------------

X, Y = load_iris(return_X_y=True)
FOLDS = KFold(2, shuffle=True, random_state=0)


class Stepwise(ClassifierMixin, BaseEstimator):
    """Naive Bayes that sees a third of its samples in each epoch."""

    def __init__(self, smoothing=1e-9):
        self.smoothing = smoothing

    def fit(self, X, y, sample_weight=None, X_more=None, *, X_val=None, y_val=None):
        self.classes_ = np.unique(y)
        self.bayes_ = GaussianNB(var_smoothing=self.smoothing)
        weights = np.ones(len(X)) if sample_weight is None else sample_weight
        figures = {"accuracy": (X, y), "val_accuracy": (X_val, y_val)}
        self.history_ = {name: [] for name in figures}
        for start in range(3):
            rows = slice(start, None, 3)
            self.bayes_.partial_fit(X[rows], y[rows], self.classes_, weights[rows])
            for name, samples in figures.items() if X_val is not None else ():
                self.history_[name].append(self.bayes_.score(*samples))
        if X_more is not None:
            self.history_["apart"] = [np.abs(X - X_more).max()]
        return self

    def predict(self, X):
        return self.bayes_.predict(X)


def stepwise(**options):
    noise = GaussianNoiseTransformer(random_state=0)
    steps = [("scaler", StandardScaler()), ("noise", noise), ("last", Stepwise())]
    return Pipeline(steps, **options)


def tracked_curve(estimator, **params):
    defaults = {"scales": [2.0, 0.5], "cv": FOLDS, "track_epochs": True}
    return noise_curve(estimator, X, Y, **(defaults | params))


def test_the_figures_of_every_epoch_are_those_of_a_fit_by_hand():
    expected = []
    for scale in (0.5, 2.0):
        for fold, (train, validation) in enumerate(FOLDS.split(X)):
            steps = stepwise().set_params(noise__scale=scale)
            seen = steps[:-1].fit_transform(X[train])
            unseen = steps[:-1].transform(X[validation])
            history = (
                Stepwise()
                .fit(seen, Y[train], X_val=unseen, y_val=Y[validation])
                .history_
            )
            expected += [
                (scale, fold, repeat, epoch, split, "accuracy", value)
                for repeat in (0,)
                for split, name in (
                    ("train", "accuracy"),
                    ("validation", "val_accuracy"),
                )
                for epoch, value in enumerate(history[name], start=1)
            ]
    names = ["scale", "fold", "repeat", "epoch", "split", "metric", "value"]
    pd.testing.assert_frame_equal(
        tracked_curve(stepwise()).epochs, pd.DataFrame(expected, columns=names)
    )


def test_every_repeat_has_its_epochs():
    epochs = tracked_curve(stepwise(), n_repeats=2).epochs
    assert epochs.groupby("repeat").size().tolist() == [24, 24]


def test_an_estimator_that_is_no_pipeline_tells_of_its_epochs():
    curve = tracked_curve(Stepwise(), param_name="smoothing")
    np.testing.assert_array_equal(
        curve.epochs.query("epoch == 3 and split == 'validation'")["value"],
        validation_scores(curve, "accuracy"),
    )


@pytest.mark.parametrize("param_name", ["smoothing", "last__smoothing"])
def test_parameters_of_a_fit_reach_it_when_epochs_are_tracked(param_name):
    estimator = Stepwise() if param_name == "smoothing" else stepwise()
    name = param_name.replace("smoothing", "sample_weight")
    params = {name: np.where(Y == 0, 1.0, 1e-3)}
    tracked, plain, other = (
        tracked_curve(
            estimator, param_name=param_name, params=given, track_epochs=track
        ).scores["value"]
        for given, track in ((params, True), (params, False), (None, True))
    )
    assert tracked.tolist() == plain.tolist()
    assert tracked.tolist() != other.tolist()


def test_metadata_routing_of_the_user_still_holds():
    params = {"sample_weight": np.where(Y == 0, 1.0, 1e-3)}
    with config_context(enable_metadata_routing=True):
        pipeline = stepwise()
        pipeline[0].set_fit_request(sample_weight=False)
        pipeline[-1].set_fit_request(sample_weight=True)
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=False)
        tracked, plain = (
            tracked_curve(
                pipeline, scoring={"hits": scorer}, params=params, track_epochs=track
            ).scores["value"]
            for track in (True, False)
        )
    assert tracked.tolist() == plain.tolist()


def test_what_the_user_has_transformed_is_still_transformed():
    with config_context(enable_metadata_routing=True):
        pipeline = stepwise(transform_input=["X_more"])
        pipeline[-1].set_fit_request(X_more=True)
        curve = tracked_curve(pipeline, scales=[0.0], params={"X_more": X})
    assert curve.epochs.query("metric == 'apart'")["value"].tolist() == [0.0, 0.0]


def test_the_estimator_keeps_what_it_transforms_and_asks_for():
    pipeline = stepwise()
    before = repr(pipeline[-1].get_metadata_routing())
    tracked_curve(pipeline)
    assert pipeline.transform_input is None
    assert repr(pipeline[-1].get_metadata_routing()) == before
