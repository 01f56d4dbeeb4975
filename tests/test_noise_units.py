"""Noise in standard deviations of each column."""

import re

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import load_wine
from sklearn.decomposition import PCA
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skn_noise import (
    GaussianNoiseTransformer,
    GaussianParzenClassifier,
    NoiseComparisonDisplay,
    NoiseCurveDisplay,
    NoiseMatrix,
    NoisyCopies,
    compare_curves,
    find_tolerance,
    noise_by_feature,
    noise_curve,
    noise_grid,
    noise_matrix,
    write_report,
)

X, y = load_wine(return_X_y=True)
WORDS = "standard deviations of each column"


def in_std(scale=1.0, **params):
    return GaussianNoiseTransformer(scale, unit="std", random_state=0, **params)


def test_noise_is_in_proportion_to_the_spread_of_each_column():
    table = np.random.default_rng(0).normal(5, [1e-6, 1, 1e6], size=(2000, 3))
    noise = in_std(0.1).fit_transform(table) - table
    assert_allclose(noise.std(axis=0), 0.1 * table.std(axis=0), rtol=0.1)


def test_std_is_that_of_the_training_samples():
    noise = in_std().fit(X)
    assert_allclose(noise.std_, X.std(axis=0))
    other = noise.transform(X[:20] * 100) - X[:20] * 100
    assert_allclose(other.std(axis=0), noise.std_, rtol=0.6)


def test_it_is_the_noise_after_a_standard_scaler():
    scaler = StandardScaler()
    plain = GaussianNoiseTransformer(0.5, random_state=0)
    behind = make_pipeline(scaler, plain).fit(X).transform(X[:50])
    assert_allclose(behind.std(axis=0), 1, rtol=0.6)
    before = in_std(0.5).fit(X).transform(X[:50]) - X[:50]
    assert_allclose(before.std(axis=0) / X.std(axis=0), 0.5, rtol=0.3)


def test_loc_is_in_the_same_unit():
    moved = in_std(0.0, loc=2.0).fit_transform(X)
    assert_allclose(moved, X + 2 * X.std(axis=0))


def test_a_series_goes_by_name():
    frame = pd.DataFrame({"a": [0.0, 2.0], "b": [0.0, 20.0]})
    scale = pd.Series({"b": 0.0, "a": 1.0})
    noise = in_std(scale).fit_transform(frame) - frame.to_numpy()
    assert_array_equal(noise[:, 1], 0)
    assert (noise[:, 0] != 0).all()


def test_missing_values_are_ignored():
    table = np.array([[1.0, np.nan], [3.0, 5.0], [np.nan, 7.0]])
    noise = in_std().fit(table)
    assert_allclose(noise.std_, 1)
    assert_array_equal(np.isnan(noise.transform(table)), np.isnan(table))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_constant_column_gets_no_noise(dtype):
    table = np.column_stack([np.full(50, 0.1), np.arange(50)]).astype(dtype)
    noisy = in_std(3.0).fit_transform(table)
    assert_array_equal(noisy[:, 0], table[:, 0])
    assert (noisy[:, 1] != table[:, 1]).all()


def test_the_unit_is_that_of_the_fit():
    noise = in_std().fit(X)
    expected = noise.transform(X)
    assert_array_equal(noise.set_params(unit="absolute").transform(X), expected)
    assert noise.fit(X).std_ is None


@pytest.mark.parametrize(
    ("noise", "data", "message"),
    [
        (in_std(), [[1.0, 2.0]], "minimum of 2 is required"),
        (in_std(), np.ones((5, 2)), "all features with noise are constant"),
        (
            in_std([1.0, 0.0]),
            np.column_stack([np.ones(5), np.arange(5)]),
            "all features with noise are constant",
        ),
        (in_std(), [[1e200], [-1e200]], "must be in the range of float64"),
        (in_std(), [[1e200], [2e200], [4e200]], "must be in the range of float64"),
        (in_std(1e30), [[1e20], [-1e20]], "scale must be in the range"),
        (GaussianNoiseTransformer(unit="percent"), X, "'std'"),
    ],
)
def test_a_unit_without_a_size_is_refused(noise, data, message):
    if "scale must" in message:
        data = np.asarray(data, dtype=np.float32)
    with pytest.raises(ValueError, match=re.escape(message)):
        noise.fit(data)


# --- studies --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def curve():
    pipeline = Pipeline([("noise", in_std()), ("bayes", GaussianNB())])
    return noise_curve(pipeline, X, y, scales=[0.1, 1.0], training="clean", cv=3)


def test_a_curve_names_the_unit(curve):
    assert curve.manifest["unit"] == WORDS
    assert WORDS in str(curve.tolerance(relative=0.9))
    assert WORDS in curve._repr_html_()
    assert WORDS in NoiseCurveDisplay.from_curve(curve).ax_.get_xlabel()


def test_a_curve_in_deviations_is_that_after_a_standard_scaler(curve):
    pipeline = Pipeline(
        [
            ("scale", StandardScaler()),
            ("noise", GaussianNoiseTransformer(random_state=0)),
            ("bayes", GaussianNB()),
        ]
    )
    scaled = noise_curve(pipeline, X, y, scales=[0.1, 1.0], training="clean", cv=3)
    first, second = (
        one.summary().query("metric == 'accuracy'")["mean"] for one in (curve, scaled)
    )
    assert_allclose(first, second, atol=0.05)


def test_copies_in_deviations_follow_noise_in_deviations():
    model = NoisyCopies(GaussianNB(), scale=1.0, unit="std", random_state=0)
    pipeline = Pipeline([("noise", in_std()), ("model", model)])
    (params,) = noise_grid([0.5], "fresh", estimator=pipeline)
    assert params["model__scale"] == [0.5]
    curve = noise_curve(pipeline, X, y, scales=[0.5], training="fresh", cv=2)
    assert curve.manifest["unit"] == WORDS


@pytest.mark.parametrize(
    ("noise", "model", "training"),
    [
        (in_std(), NoisyCopies(GaussianNB(), scale=1.0), "fresh"),
        (
            GaussianNoiseTransformer(),
            NoisyCopies(GaussianNB(), scale=1.0, unit="std"),
            "fresh",
        ),
        (in_std(), GaussianParzenClassifier(), "clean"),
    ],
)
def test_a_scale_is_not_copied_to_another_unit(noise, model, training):
    pipeline = Pipeline([("noise", noise), ("model", model)])
    with pytest.raises(ValueError, match="follows the scale 'noise__scale'"):
        noise_grid([1.0], training, estimator=pipeline)


def test_a_second_axis_has_decibels(curve):
    ax = NoiseCurveDisplay.from_curve(curve, snr=True).ax_
    (top,) = set(ax.figure.axes) - {ax}
    assert [text.get_text() for text in top.get_xticklabels()] == ["20", "0"]
    assert top.get_xlabel() == "signal to noise (dB)"


@pytest.mark.parametrize("scales", [[0.1, 1, 10], [0, 0.1, 1, 10], [1, 2], [0]])
def test_decibels_stand_above_their_scales(scales):
    pipeline = Pipeline([("noise", in_std()), ("bayes", GaussianNB())])
    study = noise_curve(pipeline, X, y, scales=scales, training="clean", cv=2)
    ax = NoiseCurveDisplay.from_curve(study, snr=True).ax_
    ax.figure.draw_without_rendering()
    (top,) = set(ax.figure.axes) - {ax}
    points = [(scale, 1) for scale in scales]
    below, above = (axes.transData.transform(points) for axes in (ax, top))
    assert_allclose(above[:, 0], below[:, 0])


def test_a_comparison_has_decibels(curve):
    curves = {"one": curve, "other": curve}
    comparison = compare_curves(curves, metric="accuracy")
    for display in (
        NoiseComparisonDisplay.from_curves(curves, snr=True),
        NoiseComparisonDisplay.from_comparison(comparison, snr=True),
    ):
        (top,) = set(display.figure_.axes) - {display.ax_}
        assert [text.get_text() for text in top.get_xticklabels()] == ["20", "0"]


def test_tolerances_of_features_have_decibels():
    pipeline = Pipeline([("noise", in_std()), ("bayes", GaussianNB())])
    options = {"features": [0, 6], "cv": 2, "scoring": "accuracy"}
    result = noise_by_feature(pipeline, X, y, scales=[1, 4], **options)
    display = result.plot(target=0.8, snr=True)
    display.figure_.draw_without_rendering()
    (top,) = set(display.figure_.axes) - {display.ax_}
    labels = {text.get_text(): text.get_position()[0] for text in top.get_xticklabels()}
    assert labels["0"] == 1
    assert labels["-12"] == 4


def test_scales_are_given_in_decibels(curve):
    pipeline = Pipeline([("noise", in_std()), ("bayes", GaussianNB())])
    options = {"training": "clean", "cv": 3}
    given = noise_curve(pipeline, X, y, snr=[0, 20], **options)
    assert_array_equal(given.scores["value"], curve.scores["value"])
    options = {"cv": 2, "scoring": "accuracy"}
    result = noise_by_feature(pipeline, X, y, snr=[14], features=[0], **options)
    assert set(result.scores["scale"]) == {0.0, 0.1995}
    begun, _ = find_tolerance(
        pipeline, X, y, relative=0.9, snr=[np.inf, 14], max_scales=2, **options
    )
    assert set(begun.scores["scale"]) == {0.0, 0.1995}
    matrix = noise_matrix(
        pipeline, X, y, train_snr=[np.inf], validation_snr=[20, 0], **options
    )
    assert set(matrix.scores["train_scale"]) == {0.0}
    assert set(matrix.scores["validation_scale"]) == {0.1, 1.0}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"snr": [20], "scales": [1.0]}, "either scales or snr"),
        ({"snr": [-800.0]}, "between -770 and 750"),
        ({"snr": [800.0]}, "between -770 and 750"),
        ({"snr": [np.nan]}, "between -770 and 750"),
        ({"snr": [["loud"]]}, "between -770 and 750"),
        ({"snr": [[20]]}, "snr must be a list of decibels"),
        ({"snr": []}, "snr must be a list of at least one"),
        ({"snr": True}, "snr"),
    ],
)
def test_decibels_that_are_no_scales_are_refused(given, message):
    pipeline = Pipeline([("noise", in_std()), ("bayes", GaussianNB())])
    with pytest.raises(ValueError, match=message):
        noise_curve(pipeline, X, y, **given)


def test_decibels_of_an_unknown_unit_are_refused():
    noise = GaussianNoiseTransformer(random_state=0)
    pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
    raw = noise_curve(pipeline, X, y, scales=[1.0], cv=2)
    with pytest.raises(ValueError, match="snr=True needs scales in standard deviation"):
        NoiseCurveDisplay.from_curve(raw, snr=True)
    with pytest.raises(ValueError, match="snr needs scales in standard deviations"):
        noise_curve(pipeline, X, y, snr=[20])
    inner = Pipeline([("pca", PCA(2)), ("noise", noise)])
    nested = Pipeline([("scale", StandardScaler()), ("in", inner), ("b", GaussianNB())])
    with pytest.raises(ValueError, match="their unit is unknown"):
        noise_curve(nested, X, y, snr=[20], param_name="in__noise__scale")


def test_a_matrix_names_the_unit(tmp_path):
    pipeline = Pipeline([("noise", in_std()), ("bayes", GaussianNB())])
    scales = {"train_scales": [0, 1], "validation_scales": [0, 1]}
    matrix = noise_matrix(pipeline, X, y, cv=2, scoring="accuracy", **scales)
    matrix.save(tmp_path / "matrix")
    loaded = NoiseMatrix.load(tmp_path / "matrix")
    assert loaded.manifest == matrix.manifest
    assert loaded.manifest["unit"] == WORDS
    assert WORDS in " ".join(loaded.plot().ax_.get_xlabel().split())


def test_a_comparison_names_the_unit(curve):
    comparison = compare_curves({"one": curve, "other": curve}, metric="accuracy")
    assert f", in {WORDS}, by" in comparison.findings[0]
    display = NoiseComparisonDisplay.from_comparison(comparison)
    assert WORDS in display.ax_.get_xlabel()


def test_a_report_names_the_unit(curve, tmp_path):
    write_report(tmp_path / "report.html", {"bayes": curve}, dataset="wine")
    text = (tmp_path / "report.html").read_text()
    assert "unit of the scale" in text
    assert f"(in {WORDS})" in text
