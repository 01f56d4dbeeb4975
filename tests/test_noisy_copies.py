"""A meta-estimator that fits its estimator on noisy copies of the training samples."""

import re

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, is_classifier, is_regressor
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_iris
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from skn_noise import (
    GaussianNoiseTransformer,
    NoisyCopies,
    copies,
    noise_curve,
    noise_grid,
)

X, y = load_iris(return_X_y=True)
ODD_TRAINS = [(np.arange(1, 150, 2), np.arange(0, 150, 2))]


class Remembers(ClassifierMixin, BaseEstimator):
    """Keep all that it is fitted on."""

    def fit(self, X, y, sample_weight=None, note=None):
        self.X_, self.y_, self.sample_weight_, self.note_ = X, y, sample_weight, note
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.full(len(X), self.classes_[0])


def copies_of(X, y=y, *, scale=0.5, n_copies=5, random_state=0, **params):
    """Return the samples that the estimator is fitted on, copy by copy."""
    fitted = NoisyCopies(
        Remembers(), scale=scale, n_copies=n_copies, random_state=random_state
    ).fit(X, y, **params)
    return np.asarray(fitted.estimator_.X_).reshape(n_copies, *np.shape(X))


# --- the copies -----------------------------------------------------------------------


def test_every_copy_has_noise_of_its_own():
    noise = (copies_of(np.zeros((150, 40)), n_copies=3) / 0.5).reshape(3, -1)
    assert_allclose(np.corrcoef(noise), np.eye(3), atol=0.05)
    assert_allclose(noise.std(axis=1), 1, atol=0.05)


def test_scales_stretch_one_draw():
    one, four = (copies_of(X, scale=scale) - X for scale in (1.0, 4.0))
    assert_allclose(four, 4 * one, atol=1e-12)


def test_an_int_gives_the_same_copies_again_and_none_others():
    assert_array_equal(copies_of(X), copies_of(X))
    assert not np.array_equal(
        copies_of(X, random_state=None), copies_of(X, random_state=None)
    )


def test_noise_of_the_same_seed_in_validation_is_independent_of_the_copies():
    zeros = np.zeros((150, 40))
    of_step = GaussianNoiseTransformer(random_state=0).fit_transform(zeros)
    for copy in copies_of(zeros, n_copies=3):
        assert abs(np.corrcoef(copy.ravel(), of_step.ravel())[0, 1]) < 0.05


def test_scales_of_a_series_go_by_name():
    frame = pd.DataFrame(X, columns=list("abcd"))
    scale = pd.Series({"d": 3.0, "a": 0.0, "b": 1.0, "c": 0.0})
    spread = (copies_of(frame, scale=scale) - X).std(axis=(0, 1))
    assert_allclose(spread, [0, 1, 0, 3], rtol=0.1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(dtype):
    assert copies_of(X.astype(dtype)).dtype == dtype


def test_without_noise_the_samples_are_fitted_once():
    fitted = NoisyCopies(Remembers(), scale=0.0).fit(X, y)
    assert_array_equal(fitted.estimator_.X_, X)


# --- the targets and the metadata -----------------------------------------------------


def test_targets_and_metadata_are_repeated_with_the_copies():
    weight = np.arange(150.0)
    fitted = NoisyCopies(Remembers(), scale=0.5, n_copies=2)
    fitted = fitted.fit(X, y, sample_weight=weight, note="for all").estimator_
    assert_array_equal(fitted.y_, np.tile(y, 2))
    assert_array_equal(fitted.sample_weight_, np.tile(weight, 2))
    assert fitted.note_ == "for all"


def test_routed_metadata_is_repeated_with_the_copies():
    weight = np.arange(150.0)
    with sklearn.config_context(enable_metadata_routing=True):
        inner = Remembers().set_fit_request(sample_weight=True)
        pipeline = make_pipeline(NoisyCopies(inner, scale=0.5, n_copies=2))
        pipeline.fit(X, y, sample_weight=weight)
    fitted = pipeline[-1].estimator_
    assert_array_equal(fitted.sample_weight_, np.tile(weight, 2))


def test_several_targets_are_repeated():
    several = np.column_stack([X[:, 0], X[:, 1]])
    copied = NoisyCopies(KNeighborsRegressor(1), scale=1e-9).fit(X, several)
    assert_allclose(copied.predict(X), several)


# --- like its estimator ---------------------------------------------------------------


def test_it_is_a_classifier_or_a_regressor_as_its_estimator_is():
    assert is_classifier(NoisyCopies(GaussianNB(), scale=1.0))
    assert is_regressor(NoisyCopies(Ridge(), scale=1.0))


def test_it_has_the_methods_of_its_estimator():
    margins, probabilities = (
        NoisyCopies(inner, scale=0.1) for inner in (LinearSVC(), GaussianNB())
    )
    assert hasattr(margins, "decision_function")
    assert not hasattr(margins, "predict_proba")
    assert hasattr(probabilities, "predict_log_proba")
    assert not hasattr(probabilities, "decision_function")


def test_predictions_have_no_noise():
    copied = NoisyCopies(GaussianNB(), scale=3.0).fit(X, y)
    for method in ("predict", "predict_proba", "predict_log_proba"):
        assert_array_equal(
            getattr(copied, method)(X), getattr(copied.estimator_, method)(X)
        )
    assert copied.score(X, y) == copied.estimator_.score(X, y)
    assert_array_equal(copied.classes_, [0, 1, 2])


def test_the_estimator_may_select_columns_by_name():
    frame = pd.DataFrame(X, columns=list("abcd"))
    chosen = ColumnTransformer([("scaled", StandardScaler(), ["c", "d"])])
    model = make_pipeline(chosen, GaussianNB())
    copied = NoisyCopies(model, scale=0.1, random_state=0).fit(frame, y)
    assert list(copied.feature_names_in_) == list("abcd")
    assert copied.score(frame, y) > 0.9
    with pytest.raises(ValueError, match="feature names should match"):
        copied.predict(frame[list("bacd")])


# --- the regime -----------------------------------------------------------------------


def noisy(model, **params):
    noise = GaussianNoiseTransformer(random_state=0)
    copied = NoisyCopies(model, scale=1.0, random_state=0, **params)
    return Pipeline([("scale", StandardScaler()), ("noise", noise), ("model", copied)])


def values(table):
    return table.query("metric == 'accuracy'")["value"].to_numpy()


def test_the_scale_follows_in_the_fresh_regime_and_is_0_in_the_others():
    fresh, frozen, clean = (
        noise_grid([2.0], training, estimator=noisy(GaussianNB()))[0]
        for training in ("fresh", "frozen", "clean")
    )
    assert fresh["model__scale"] == [2.0]
    assert fresh["noise__apply_to"] == ["test"]
    assert frozen["model__scale"] == clean["model__scale"] == [0.0]


def test_a_curve_with_copies_is_that_of_the_parts():
    curve = noise_curve(
        noisy(GaussianNB()), X, y, scales=[1.0], training="fresh", cv=ODD_TRAINS
    )
    by_hand = noisy(GaussianNB()).set_params(noise__apply_to="test")
    by_hand.fit(X[1::2], y[1::2])
    validation = curve.scores.query("split == 'validation'")
    assert values(validation) == [by_hand.score(X[::2], y[::2])]


def test_frozen_and_clean_curves_are_those_of_the_bare_estimator():
    bare = noisy(GaussianNB())
    bare.set_params(model=GaussianNB())
    for training in ("frozen", "clean"):
        copied, expected = (
            values(noise_curve(p, X, y, scales=[2.0], training=training, cv=2).scores)
            for p in (noisy(GaussianNB()), bare)
        )
        assert_array_equal(copied, expected)


# --- refusals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            NoisyCopies(KMeans(), scale=1.0),
            "expects estimator to be a classifier or a regressor, got KMeans()",
        ),
        (NoisyCopies(GaussianNB(), scale=1.0, n_copies=0), "n_copies"),
        (NoisyCopies(GaussianNB(), scale=-1.0), "scale"),
        (NoisyCopies(GaussianNB(), scale=[1.0, 2.0]), "with shape (4,)"),
        (NoisyCopies(GaussianNB(), scale=np.nan), "scale"),
    ],
)
def test_bad_parameters_are_refused(model, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        model.fit(X, y)


def test_copies_that_do_not_fit_in_memory_are_refused(monkeypatch):
    monkeypatch.setattr(copies, "_memory_of_machine", lambda: 8 * X.nbytes)
    with pytest.raises(MemoryError, match="for 5 copies of X, more than half"):
        NoisyCopies(GaussianNB(), scale=1.0).fit(X, y)
    NoisyCopies(GaussianNB(), scale=1.0, n_copies=4).fit(X, y)


@pytest.mark.parametrize(
    ("inner", "owner"),
    [
        (
            make_pipeline(GaussianNoiseTransformer(), GaussianNB()),
            r"GaussianNoiseTransformer \('gaussiannoisetransformer'\)",
        ),
        (NoisyCopies(GaussianNB(), scale=1.0), r"NoisyCopies"),
    ],
)
def test_noise_that_is_added_twice_is_named(inner, owner):
    with pytest.warns(UserWarning, match=f"twice in training.* by {owner}"):
        NoisyCopies(inner, scale=1.0, n_copies=1).fit(X, y)


def test_noise_of_prediction_only_is_not_added_twice():
    noise = GaussianNoiseTransformer(apply_to="test")
    NoisyCopies(make_pipeline(noise, GaussianNB()), scale=1.0).fit(X, y)


def test_fresh_noise_without_copies_names_them():
    pipeline = noisy(GaussianNB()).set_params(model=GaussianNB())
    with pytest.raises(ValueError, match=r"Wrap the classifier .* in NoisyCopies"):
        noise_grid([1.0], "fresh", estimator=pipeline)
