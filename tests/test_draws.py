"""A fit is validated on several independent draws of the noise."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from per_sample import noisy
from scipy.stats import kstest
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, StratifiedKFold, validation_curve
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, StandardScaler

from skn_noise import (
    GaussianNoiseTransformer,
    NoiseCurve,
    noise_curve,
    noise_matrix,
)

CV = StratifiedKFold(3, shuffle=True, random_state=0)
NUMBERS = np.arange(150) % 6
KEY = ["scale", "fold", "repeat", "draw", "split", "metric"]


def studied(estimator=None, **params):
    defaults = {"scales": [0.5, 2.0], "cv": CV}
    estimator = noisy() if estimator is None else estimator
    return noise_curve(estimator, *load_iris(return_X_y=True), **(defaults | params))


@pytest.fixture(scope="module")
def three():
    return studied(n_draws=3)


def in_draw(noise, draw, X):
    """Return the noise that a draw adds to some samples."""
    noise._draw = draw
    return noise.transform(X) - X


# The laws of the noise, in every draw.


@given(st.integers(0, 2**31), st.integers(0, 50))
def test_a_draw_depends_on_seed_and_matrix_alone(seed, draw):
    rng = np.random.default_rng(seed)
    X, train, other = rng.normal(size=(3, 6, 2))
    noises = [
        GaussianNoiseTransformer(random_state=seed).fit(samples)
        for samples in (train, other)
    ]
    np.testing.assert_array_equal(*(in_draw(noise, draw, X) for noise in noises))


@given(st.integers(0, 50), st.floats(0.01, 100))
def test_scales_stretch_a_draw(draw, scale):
    X = np.zeros((5, 2)) + np.arange(2)
    noise = GaussianNoiseTransformer(random_state=0).fit(np.ones((3, 2)))
    unit = in_draw(noise, draw, X)
    np.testing.assert_allclose(
        in_draw(noise.set_params(scale=scale), draw, X), scale * unit, rtol=1e-9
    )


def test_draws_are_standard_normal_and_independent():
    """Of each other, between equal rows, and of the noise of the training samples."""
    X = np.ones((500, 4))
    noise = GaussianNoiseTransformer(random_state=0)
    training = noise.fit_transform(X) - X
    # In draw 0, the training samples would have their own noise again.
    draws = [in_draw(noise, draw, X) for draw in range(1, 6)]
    draws.append(in_draw(noise, 0, X[:400]))
    for drawn in draws:
        assert kstest(drawn.ravel(), "norm").pvalue > 1e-3
    columns = [part[:400].ravel() for part in [training, *draws]]
    correlations = np.corrcoef(columns) - np.eye(len(columns))
    assert np.abs(correlations).max() < 4.5 / np.sqrt(len(columns[0]))
    rows = np.corrcoef(draws[0][:60]) - np.eye(60)
    assert len(np.unique(draws[0], axis=0)) == len(X)
    assert np.abs(rows).max() < 1.0


def test_a_fit_starts_with_draw_0_again():
    X = np.arange(8.0).reshape(4, 2)
    noise = GaussianNoiseTransformer(random_state=0).fit(X)
    first = noise.transform(X[:3])
    noise._draw = 2
    np.testing.assert_array_equal(noise.fit(X).transform(X[:3]), first)


# The columns.


def test_the_first_draw_is_validation_curve_to_the_last_digit(three):
    _, expected = validation_curve(
        noisy(),
        *load_iris(return_X_y=True),
        param_name="noise__scale",
        param_range=[0.5, 2.0],
        cv=CV,
        scoring="neg_log_loss",
    )
    first = three.scores.query(
        "draw == 0 and split == 'validation' and metric == 'neg_log_loss'"
    )
    assert first["value"].tolist() == expected.ravel().tolist()
    for name in ("scores", "predictions"):
        table = getattr(three, name)
        drop = [column for column in table if column.endswith("seconds")]
        pd.testing.assert_frame_equal(
            table[table["draw"] == 0].reset_index(drop=True).drop(columns=drop),
            getattr(studied(), name).drop(columns=drop),
        )


def test_every_draw_has_rows_and_training_samples_have_one(three):
    n_draws = three.scores.groupby(["scale", "fold", "split", "metric"])["draw"]
    assert (n_draws.nunique().xs("validation", level="split") == 3).all()
    assert (n_draws.unique().xs("train", level="split").str.len() == 1).all()
    rows = three.predictions.groupby(["scale", "draw"])["sample"]
    assert (rows.nunique() == 150).all()
    assert (rows.size() == 150).all()


def test_scores_are_those_of_the_predictions_of_the_draw(three):
    is_right = three.predictions["target"] == three.predictions["prediction"]
    means = is_right.groupby([three.predictions[name] for name in KEY[:4]]).mean()
    scores = three.scores.query("split == 'validation' and metric == 'accuracy'")
    scores = scores.set_index(KEY[:4])["value"]
    pd.testing.assert_series_equal(means, scores, check_names=False, check_index=False)
    assert scores.loc[2.0].groupby("draw").mean().nunique() == 3


def test_a_summary_has_the_mean_over_draws(three):
    summary = three.summary().query("split == 'validation' and metric == 'accuracy'")
    scores = three.scores.query("split == 'validation' and metric == 'accuracy'")
    folds = scores.groupby(["scale", "fold"])["value"].mean().groupby("scale")
    np.testing.assert_allclose(summary["mean"], folds.mean())
    np.testing.assert_allclose(summary["std"], folds.std())
    assert summary["n"].tolist() == [3, 3]


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        KNeighborsClassifier(),
        make_pipeline(StandardScaler(), LogisticRegression()),
    ],
)
def test_draws_that_are_predicted_in_one_call_are_those_of_calls_of_their_own(
    model, monkeypatch
):
    together = studied(noisy(model), n_draws=4)
    monkeypatch.setattr("skn_noise.study._predict._VALUES_AT_ONCE", 1)
    apart = studied(noisy(model), n_draws=4)
    np.testing.assert_allclose(together.scores["value"], apart.scores["value"])
    pd.testing.assert_frame_equal(together.predictions, apart.predictions)


def test_draws_are_predicted_in_few_calls(monkeypatch):
    shapes = []

    def log_likelihood(self, X, predict=GaussianNB._joint_log_likelihood):
        shapes.append(len(X))
        return predict(self, X)

    monkeypatch.setattr(GaussianNB, "_joint_log_likelihood", log_likelihood)
    studied(scales=[1.0], n_draws=5, return_train_score=False, scoring="accuracy")
    assert set(shapes) == {50, 4 * 50}


def test_samples_that_are_no_array_are_predicted_draw_by_draw():
    steps = [
        ("noise", GaussianNoiseTransformer(random_state=0)),
        ("bins", KBinsDiscretizer(4, encode="onehot")),
        ("model", LogisticRegression()),
    ]
    curve = studied(Pipeline(steps), n_draws=3, scales=[1.0])
    assert curve.scores.query("split == 'validation'")["value"].nunique() > 3


def test_one_fit_serves_all_draws_and_scales():
    curve = studied(n_draws=3, training="clean")
    matrix = noise_matrix(
        noisy(),
        *load_iris(return_X_y=True),
        train_scales=[0],
        validation_scales=[0.5, 2.0],
        cv=CV,
        n_draws=3,
    )
    ours = curve.scores.query("split == 'validation'").sort_values(KEY)
    theirs = matrix.scores.assign(
        repeat=0, split="validation", scale=lambda t: t["validation_scale"]
    ).sort_values(KEY)
    assert ours["value"].tolist() == theirs["value"].tolist()


# Kept cells.


def test_a_cell_of_more_draws_serves_a_study_of_fewer(tmp_path, monkeypatch):
    fits = []

    def fit(self, X, y, fit=GaussianNB.fit):
        fits.append(len(X))
        return fit(self, X, y)

    many = studied(n_draws=3, memory=tmp_path)
    monkeypatch.setattr(GaussianNB, "fit", fit)
    few = studied(n_draws=2, memory=tmp_path)
    assert fits == []
    for name in ("scores", "predictions"):
        table = getattr(many, name)
        pd.testing.assert_frame_equal(
            table[table["draw"] < 2].reset_index(drop=True), getattr(few, name)
        )
    studied(n_draws=4, memory=tmp_path)
    assert len(fits) == 2 * 3
    studied(n_draws=4, memory=tmp_path)
    assert len(fits) == 2 * 3


def test_the_manifest_tells_groups_apart():
    """Parts and curves of other groups are refused: see test_results_refusals.py."""
    folds = list(GroupKFold(3).split(np.arange(150), groups=np.arange(150) // 10))
    groups = None, np.arange(150) // 10, np.arange(150) // 5
    studies = [studied(scales=[1], groups=each, cv=folds) for each in groups]
    assert len({one.manifest["data"]["groups"] for one in studies}) == 3


def test_draws_that_fail_alike_are_one_failure_of_their_cell():
    def fails(estimator, X, y):
        return 1.0 if len(X) == 100 else estimator.nothing

    with pytest.warns(FitFailedWarning, match="failed in 6 of 6 cells"):
        studied(n_draws=3, scoring={"fails": fails})


# What cannot be drawn several times.


@pytest.mark.parametrize("n_draws", [0, -1, 1.5, "3", None, 2**15 + 1])
def test_numbers_of_draws_that_are_none(n_draws):
    with pytest.raises(ValueError, match="'n_draws' parameter of noise_curve"):
        studied(n_draws=n_draws)


@pytest.mark.parametrize(
    ("estimator", "params", "obstacle"),
    [
        (noisy(resample=True), {}, "its noise has resample=True"),
        (noisy(apply_to="train"), {}, "has apply_to='train'"),
        (noisy(), {"param_name": "model__var_smoothing"}, "is no parameter of a Gau"),
        (
            BaggingClassifier(noisy(), random_state=0),
            {"param_name": "estimator__noise__scale"},
            "inside of a meta-estimator",
        ),
        (noisy(BaggingClassifier(noisy())), {}, "inside of a meta-estimator"),
    ],
)
def test_noise_that_has_one_draw_is_refused_more(estimator, params, obstacle):
    with pytest.raises(ValueError, match=f"n_draws=2 validates .*{obstacle}.* Change"):
        studied(estimator, **params, n_draws=2)


# Groups.


def test_groups_are_a_column_where_there_are_some(three):
    assert "group" not in three.predictions
    groups = np.array(list("abcdef"))[np.arange(150) % 6]
    predictions = studied(groups=groups, cv=GroupKFold(3)).predictions
    assert predictions["group"].tolist() == groups[predictions["sample"]].tolist()


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (np.arange(150.0) // 75, "Samples of 2 groups, such as 0.0, are"),
        (["a"] * 150, "Samples of 1 group, such as 'a', are"),
        (np.array(["a", 1] * 75, dtype=object), "Samples of 2 groups, such as .* are"),
    ],
)
def test_groups_in_training_and_validation_are_a_warning(groups, words):
    with pytest.warns(UserWarning, match=f"{words} .* same groups, not for new"):
        studied(groups=groups, cv=list(CV.split(*load_iris(return_X_y=True))))


@pytest.mark.parametrize("missing", [np.nan, None])
@pytest.mark.parametrize("group", [7, "a"])
def test_missing_groups_are_refused(group, missing):
    groups = [*[group] * 149, missing]
    with pytest.raises(ValueError, match="that of sample 149 is missing"):
        studied(groups=groups, cv=GroupKFold(3))


# Files.


@pytest.mark.parametrize(
    "groups",
    [
        NUMBERS,
        NUMBERS.astype(np.uint8),
        pd.Categorical(NUMBERS, ordered=True),
        pd.to_datetime(pd.Series(NUMBERS), unit="D"),
    ],
)
def test_draws_and_groups_are_saved(groups, tmp_path):
    curve = studied(n_draws=2, groups=groups, cv=GroupKFold(3))
    curve.save(tmp_path / "curve.npz")
    loaded = NoiseCurve.load(tmp_path / "curve.npz")
    for name in ("scores", "predictions"):
        pd.testing.assert_frame_equal(getattr(loaded, name), getattr(curve, name))


def test_tables_without_draws_are_of_one_draw():
    """As in files of older versions."""
    curve = studied()
    older = NoiseCurve(
        curve.scores.drop(columns="draw"),
        predictions=curve.predictions.drop(columns="draw"),
    )
    pd.testing.assert_frame_equal(older.summary(), curve.summary())
    pd.testing.assert_frame_equal(older.cost(), curve.cost())
