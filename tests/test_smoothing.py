"""Votes over noisy copies, and the radii that they certify."""

import re

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import beta, norm
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.model_selection import validation_curve
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skn_noise import (
    CertifiedAccuracyDisplay,
    GaussianNoiseTransformer,
    NoisyCopies,
    SmoothedClassifier,
    noise_curve,
    smoothing,
)

X, y = load_iris(return_X_y=True)
ODD, EVEN = slice(1, None, 2), slice(0, None, 2)


class HalfSpace(ClassifierMixin, BaseEstimator):
    """Class 1 where w x > b; the radius of a smoothed one is the distance."""

    def __init__(self, w=(3.0, 4.0), b=5.0):
        self.w = w
        self.b = b

    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        return self

    def predict(self, X):
        return (X @ np.array(self.w) > self.b).astype(int)

    def distance(self, X):
        return np.abs(X @ np.array(self.w) - self.b) / np.linalg.norm(self.w)


def half_space(points, **params):
    model = SmoothedClassifier(
        HalfSpace(), **{"scale": 1.0, "random_state": 0} | params
    )
    return model.fit(points, np.arange(len(points)) % 2)


def smoothed(model, X=X[ODD], y=y[ODD], **params):
    params = {"scale": 0.3, "n_draws": 100, "random_state": 0} | params
    return SmoothedClassifier(model, **params).fit(X, y)


@pytest.fixture(scope="module")
def bayes():
    return smoothed(GaussianNB())


# --- votes ----------------------------------------------------------------------------


def test_shares_of_votes_converge_to_the_probability_of_a_noisy_copy():
    points = np.array([[0.0, 0.0], [1.0, 1.0], [3.0, 0.0]])
    shares = half_space(points, n_draws=20_000).predict_proba(points)[:, 1]
    assert_allclose(shares, norm.cdf((points @ [3, 4] - 5) / 5), atol=0.015)


def test_the_class_with_most_votes_is_predicted(bayes):
    shares = bayes.predict_proba(X)
    assert_allclose(shares.sum(axis=1), 1)
    assert_array_equal(bayes.predict(X), shares.argmax(axis=1))


def test_calls_repeat(bayes):
    again = smoothed(GaussianNB())
    assert_array_equal(bayes.predict_proba(X), again.predict_proba(X))
    pd.testing.assert_frame_equal(bayes.certify(X), again.certify(X))


def test_another_seed_gives_other_votes(bayes):
    other = smoothed(GaussianNB(), random_state=1)
    assert not np.array_equal(bayes.predict_proba(X), other.predict_proba(X))


def test_votes_of_a_sample_do_not_depend_on_the_other_samples(bayes):
    alone = np.vstack([bayes.predict_proba(row[np.newaxis]) for row in X[:5]])
    assert_array_equal(bayes.predict_proba(X)[:5], alone)


@pytest.mark.parametrize("n_values", [1, 100, 700, 10_000])
def test_votes_do_not_depend_on_the_size_of_the_blocks(bayes, n_values, monkeypatch):
    expected = bayes.predict_proba(X)
    monkeypatch.setattr(smoothing, "_VALUES_IN_BLOCK", n_values)
    assert_array_equal(bayes.predict_proba(X[:3]), expected[:3])


def test_votes_do_not_depend_on_n_jobs(bayes, monkeypatch):
    expected = bayes.predict_proba(X)
    monkeypatch.setattr(smoothing, "_VALUES_IN_BLOCK", 10_000)
    parallel = smoothed(GaussianNB(), n_jobs=2)
    assert_array_equal(parallel.predict_proba(X), expected)


def test_blocks_bound_the_memory(bayes, monkeypatch):
    monkeypatch.setattr(smoothing, "_VALUES_IN_BLOCK", 1000)
    sizes = []

    class Watched(GaussianNB):
        def predict(self, X):
            sizes.append(X.size)
            return super().predict(X)

    smoothed(Watched(), n_draws=1000).predict(X[:3])
    assert max(sizes) <= 1000


def test_the_first_class_wins_a_tie():
    points = np.array([[0.6, 0.8], [3.0, 4.0]])  # the first is on the plane
    model = half_space(points, n_draws=2)
    shares = np.array([model.predict_proba(points[:1] + 1e-9 * k) for k in range(20)])
    is_tie = shares[:, 0, 0] == 0.5
    assert is_tie.any()
    labels = [model.predict(points[:1] + 1e-9 * k)[0] for k in np.flatnonzero(is_tie)]
    assert set(labels) == {0}


@pytest.mark.parametrize(
    "model", [RidgeClassifier(), KNeighborsClassifier(), RandomForestClassifier(5)]
)
def test_classifiers_with_and_without_probabilities_vote(model):
    assert smoothed(model).score(X[EVEN], y[EVEN]) > 0.8


def test_labels_of_text_and_names_of_columns():
    frame = pd.DataFrame(X, columns=list("abcd"))
    names = np.array(["a rose", "a lily", "an iris"])[y]
    pipeline = make_pipeline(
        make_column_transformer((StandardScaler(), ["c", "d"])), GaussianNB()
    )
    model = smoothed(pipeline, frame[ODD], names[ODD])
    assert model.score(frame[EVEN], names[EVEN]) > 0.9
    certified = model.certify(frame[EVEN])["prediction"]
    assert np.mean(certified == names[EVEN]) > 0.9


def test_a_fitted_classifier_is_taken_as_it_is():
    fitted = GaussianNB().fit(X[ODD], y[ODD])
    frozen = smoothed(FrozenEstimator(fitted), X[:2], y[:2])
    assert_array_equal(frozen.predict_proba(X), smoothed(GaussianNB()).predict_proba(X))


class Relabelled(GaussianNB):
    """A classifier whose `classes_` are a list in another order, or lack one."""

    def __init__(self, last=0):
        super().__init__()
        self.last = last

    def fit(self, X, y):
        self.bayes_ = GaussianNB().fit(X, y)
        self.classes_ = [2, 1, self.last]
        return self

    def predict(self, X):
        return self.bayes_.predict(X)


def test_classes_may_be_in_any_order(bayes):
    other = smoothed(Relabelled())
    assert_array_equal(other.predict_proba(X)[:, ::-1], bayes.predict_proba(X))
    expected = bayes.certify(X)["prediction"]
    assert_array_equal(other.certify(X)["prediction"], expected)


def test_a_label_beside_the_classes_is_no_vote():
    model = smoothed(Relabelled(last=-1))
    with pytest.raises(ValueError, match=r"labels in its classes_, \[2, 1, -1\], but"):
        model.predict(X)


def test_noise_in_a_frozen_part_is_refused():
    noisy = make_pipeline(GaussianNoiseTransformer(), GaussianNB()).fit(X, y)
    for part in (FrozenEstimator(noisy), FrozenEstimator(FrozenEstimator(noisy))):
        for model in (part, make_pipeline(StandardScaler(), part)):
            with pytest.raises(ValueError, match="adds the noise in prediction itself"):
                smoothed(model)


def test_weights_reach_the_classifier():
    weight = (y[ODD] > 0) * 1.0
    weighted = SmoothedClassifier(DecisionTreeClassifier(), scale=0.3, random_state=0)
    weighted.fit(X[ODD], y[ODD], sample_weight=weight)
    with sklearn.config_context(enable_metadata_routing=True):
        inner = DecisionTreeClassifier().set_fit_request(sample_weight=True)
        routed = SmoothedClassifier(inner, scale=0.3, random_state=0)
        routed.fit(X[ODD], y[ODD], sample_weight=weight)
    for model in (weighted, routed):
        assert not (model.predict(X) == 0).any()


# --- radii ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_a_radius_exceeds_the_exact_one_as_rarely_as_stated(seed):
    points = np.random.default_rng(seed).normal(0, 1.5, (2000, 2))
    model = half_space(points, n_draws=200, confidence=0.99, random_state=seed)
    table, plane = model.certify(points), HalfSpace()
    is_right = table["prediction"] == plane.predict(points)
    exact = np.where(is_right, plane.distance(points), 0)
    # Of 2000 with a risk of .01, more than 40 are too many at a level of 1e-5.
    assert 0 < (table["radius"] > exact).sum() <= 40


def test_many_draws_come_within_a_tenth_of_the_exact_radius():
    points = np.random.default_rng(0).normal(0, 1.5, (50, 2))
    exact = HalfSpace().distance(points)
    near = (exact > 0.5) & (exact < 2)
    radius = half_space(points, n_draws=10_000).certify(points)["radius"]
    assert (radius / exact)[near].min() > 0.85
    assert (radius / exact)[near].median() > 0.9


def test_radius_and_bound_are_those_of_the_formula():
    points = np.array([[0.0, 0.0], [1.0, 1.0], [3.0, 4.0]])
    model = half_space(points, scale=2.0)
    table = model.certify(points)
    shares = model.predict_proba(points)
    votes = 1000 * shares[np.arange(3), table["prediction"]]
    lower = beta.ppf(0.001, votes, 1000 - votes + 1)
    assert_allclose(table["lower"], lower, rtol=1e-9)
    assert_allclose(table["radius"], 2 * norm.ppf(lower), rtol=1e-5)
    assert (table["radius"] < 2 * norm.ppf(lower)).all()


def test_the_selection_and_the_bound_have_different_draws():
    points = np.random.default_rng(0).normal([0.6, 0.8], 0.5, (200, 2))
    model = half_space(points, n_draws=100, n_selection=100)
    is_other = model.certify(points)["prediction"] != model.predict(points)
    assert is_other.any()


@pytest.mark.parametrize("n_draws", [1, 1000])
def test_the_number_of_draws_limits_the_radius(n_draws):
    constant = smoothed(DummyClassifier(strategy="prior"), n_draws=n_draws, scale=2.0)
    most = max(0, 2 * norm.ppf(0.001 ** (1 / n_draws)))
    assert_allclose(constant.certify(X)["radius"], most, rtol=1e-5)


def test_radii_that_hold_together_are_smaller(bayes):
    each = bayes.certify(X)["radius"]
    together = bayes.certify(X, simultaneous=True)["radius"]
    assert (together <= each).all()
    assert (together < each).any()
    alone = bayes.certify(X[:1], simultaneous=True)
    pd.testing.assert_frame_equal(alone, bayes.certify(X[:1]))


def steepest(model, x, label):
    """Return the direction in which the votes for a label fall fastest."""
    draws = np.random.default_rng(1).normal(size=(2000, len(x)))
    other = model.estimator_.predict(x + model.scale * draws) != label
    direction = draws[other].mean(axis=0) if other.any() else draws[0]
    return direction / np.linalg.norm(direction)


@pytest.mark.parametrize(
    "model", [RandomForestClassifier(5, random_state=0), KNeighborsClassifier()]
)
def test_attacks_fail_within_the_radius_and_succeed_beyond(model):
    copies = NoisyCopies(model, scale=0.5, random_state=0)
    votes = smoothed(copies, scale=0.5, n_draws=500)
    samples = X[EVEN][::5]
    certified = votes.certify(samples)
    samples, certified = (
        part[certified["radius"] > 0] for part in (samples, certified)
    )
    labels = certified["prediction"].to_numpy()
    ways = [steepest(votes, x, label) for x, label in zip(samples, labels, strict=True)]
    ways = certified["radius"].to_numpy()[:, np.newaxis] * np.array(ways)
    assert_array_equal(votes.predict(samples + 0.99 * ways), labels)
    assert (votes.predict(samples + 3 * ways) != labels).any()


# --- rounding -------------------------------------------------------------------------


def test_the_classifier_sees_grid_points_only():
    seen = []

    class Watched(GaussianNB):
        def predict(self, X):
            seen.append(X)
            return super().predict(X)

    smoothed(Watched(), scale=0.3).predict(X + np.pi)
    cells = np.concatenate(seen) / 2.0**-14  # the power of 2 below .3 / 4096
    assert_array_equal(cells, np.rint(cells))


def test_samples_too_large_for_the_scale_get_no_radius():
    points = X * 1e14
    model = smoothed(DummyClassifier(strategy="prior"), points, y)
    assert (model.certify(points)["radius"] == 0).all()


def test_copies_keep_the_dtype():
    class Watched(GaussianNB):
        def predict(self, X):
            assert X.dtype == np.float32
            return super().predict(X)

    smoothed(Watched()).predict(X.astype(np.float32))


# --- deviations of each column --------------------------------------------------------


def test_deviations_of_each_column_make_an_ellipsoid():
    units = np.array([1.0, 1000.0])
    points = np.random.default_rng(0).normal(0, 1.5, (300, 2))
    points /= points.std(axis=0)
    model = SmoothedClassifier(
        HalfSpace(tuple([3.0, 4.0] / units)), scale=1.0, unit="std", random_state=0
    )
    radius = model.fit(points * units, np.arange(300) % 2).certify(points * units)
    exact = HalfSpace().distance(points)
    assert (radius["radius"] > exact).sum() <= 3
    assert np.corrcoef(radius["radius"], exact)[0, 1] > 0.9


def test_a_constant_column_gets_no_noise():
    class Watched(GaussianNB):
        def predict(self, X):
            assert (X[:, 0] == 0.1).all()
            return super().predict(X)

    table = np.column_stack([np.full(150, 0.1), X])
    smoothed(Watched(), table, y, unit="std").predict(table)


# --- certified accuracy ---------------------------------------------------------------


def test_certified_accuracy_counts_right_samples_with_the_radius(bayes):
    table = bayes.certify(X[EVEN])
    is_right = table["prediction"] == y[EVEN]
    expected = [
        (is_right & (table["radius"] > 0) & (table["radius"] >= r)).mean()
        for r in (0, 0.3)
    ]
    found = bayes.certified_accuracy(X[EVEN], y[EVEN], [0, 0.3])
    assert_allclose(found["accuracy"], expected)
    assert (found["lower"] < found["accuracy"]).all()
    assert (found["upper"] > found["accuracy"]).all()


def test_radii_reach_to_the_largest_that_can_be_certified(bayes):
    radii = bayes.certified_accuracy(X[EVEN], y[EVEN])["radius"]
    assert radii.iloc[0] == 0
    assert_allclose(radii.iloc[-1], 0.3 * norm.ppf(0.001 ** (1 / 100)))


def test_a_study_over_scales_is_that_of_validation_curve():
    model = SmoothedClassifier(GaussianNB(), scale=1.0, n_draws=20, random_state=0)
    scales = [0.1, 1.0]
    curve = noise_curve(
        model, X, y, scales=scales, param_name="scale", cv=3, scoring="accuracy"
    )
    _, expected = validation_curve(
        model, X, y, param_name="scale", param_range=scales, cv=3
    )
    found = curve.scores.query("split == 'validation'").pivot(
        index="scale", columns="fold", values="value"
    )
    assert_array_equal(found, expected)


def test_the_picture_has_a_line_for_each_classifier(bayes):
    ax = None
    for name in ("first", None):
        display = CertifiedAccuracyDisplay.from_estimator(
            bayes, X[EVEN], y[EVEN], radii=[0, 0.1, 0.2], name=name, ax=ax
        )
        ax = display.ax_
    assert [line.get_label() for line in ax.lines] == ["first", "certified accuracy"]
    assert_array_equal(display.line_.get_ydata(), display.frame["accuracy"])
    assert ax.get_xlabel() == "L2 radius"


def test_the_picture_names_deviations():
    model = smoothed(GaussianNB(), unit="std")
    display = CertifiedAccuracyDisplay.from_estimator(model, X[EVEN], y[EVEN])
    assert "standard deviations of each column" in display.ax_.get_xlabel()


# --- refusals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (SmoothedClassifier(GaussianNB(), scale=0.0), "scale"),
        (SmoothedClassifier(GaussianNB(), scale=np.inf), "scale"),
        (SmoothedClassifier(GaussianNB(), scale=1.0, confidence=1.0), "confidence"),
        (SmoothedClassifier(GaussianNB(), scale=1.0, n_draws=0), "n_draws"),
        (
            SmoothedClassifier(Ridge(), scale=1.0),
            "expects estimator to be a classifier, got Ridge()",
        ),
        (
            SmoothedClassifier(
                make_pipeline(GaussianNoiseTransformer(), GaussianNB()), scale=1.0
            ),
            "Set gaussiannoisetransformer__apply_to to 'train'",
        ),
    ],
)
def test_bad_parameters_are_refused(model, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        model.fit(X, y)


def test_a_scale_that_is_set_after_the_fit_is_checked():
    with pytest.raises(ValueError, match="scale"):
        smoothed(GaussianNB()).set_params(scale=0.0).predict(X)


@pytest.mark.parametrize("radii", [[-1], "far", [[1, 2]], [np.nan]])
def test_bad_radii_are_refused(bayes, radii):
    with pytest.raises(ValueError, match="radii"):
        bayes.certified_accuracy(X, y, radii)


def test_a_picture_of_another_estimator_is_refused():
    with pytest.raises(TypeError, match="must be a result of SmoothedClassifier"):
        CertifiedAccuracyDisplay.from_estimator(GaussianNB(), X, y)
