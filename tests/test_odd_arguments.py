"""One argument of each kind that is refused in a sentence that names it."""

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import (
    ClassRecallDisplay,
    GaussianNoiseTransformer,
    NoiseCurveDisplay,
    noise_curve,
    statistics,
)
from skn_noise.cli._types import jobs, whole_number

X = np.random.default_rng(0).normal(size=(20, 3))
Y = np.arange(20) % 2
SAMPLES = {"samples": [0, 1], "n_train": 10}


@pytest.fixture(scope="module")
def pipeline():
    noise = GaussianNoiseTransformer(random_state=0)
    return Pipeline([("noise", noise), ("bayes", GaussianNB())])


@pytest.fixture(scope="module")
def curve(pipeline):
    return noise_curve(pipeline, X, Y, scales=[0, 1], cv=2, scoring="accuracy")


@pytest.mark.parametrize("samples", [3, [0, None], [[0], [0, 1]], [0, pd.NA]])
def test_samples_that_have_no_name(samples):
    given = SAMPLES | {"samples": samples}
    with pytest.raises(ValueError, match=r"^samples must be one list"):
        statistics.accuracy_interval([True, False], **given)


@pytest.mark.parametrize("values", ["abc", [10**400, 1], [1j, 1], [pd.NA, 1], [[1], 1]])
def test_lists_that_are_none_of_numbers(values):
    with pytest.raises(ValueError, match=r"^scores must be a list of numbers"):
        statistics.mean_interval(values, validation_train_ratio=0.25)
    with pytest.raises(ValueError, match=r"^probabilities must be one list"):
        statistics.log_loss_interval(values, **SAMPLES)


def test_dates_are_no_numbers():
    dates = np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]")
    with pytest.raises(ValueError, match=r"^p_values must be a list of numbers"):
        statistics.holm_adjusted(dates)


@pytest.mark.parametrize("name", ["n_train", "training_weight"])
def test_numbers_beyond_all_floats(name):
    given = SAMPLES | {name: 10**400}
    with pytest.raises(ValueError, match=f"^{name} must be"):
        statistics.accuracy_interval([True, False], **given)


def test_scores_whose_squares_overflow():
    with pytest.raises(ValueError, match=r"^scores must be finite.*1e\+150"):
        statistics.mean_interval([1e300, 0], validation_train_ratio=0.25)


@pytest.mark.parametrize("training", [np.zeros((2, 2)), pd.NA, 1])
def test_regimes_that_are_no_text(pipeline, training):
    with pytest.raises(ValueError, match=r"'training' parameter"):
        noise_curve(pipeline, X, Y, training=training)


@pytest.mark.parametrize("cv", [[1, 2], b"ab", ["ab"], [([0], [20])], [([0.5], [1])]])
def test_listed_folds_that_are_none(pipeline, cv):
    with pytest.raises(ValueError, match=r"^cv must be a number of folds"):
        noise_curve(pipeline, X, Y, scales=[1], cv=cv)


@pytest.mark.parametrize("scoring", [int, {"a": 1}])
def test_scorers_that_are_none(pipeline, scoring):
    with pytest.raises(ValueError, match=r"^scoring must name metrics"):
        noise_curve(pipeline, X, Y, scales=[1], scoring=scoring)


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("summary", {"simultaneous": X}),
        ("cost", {"reference": X}),
        ("confusion", {"scale": X}),
        ("by_class", {"classes": X}),
        ("save", {"path": 3}),
        ("load", {"path": None}),
        ("from_search", {"search": None, "param_name": []}),
    ],
)
def test_arguments_of_a_curve_of_another_type(curve, method, given):
    with pytest.raises(ValueError, match=list(given)[-1]):
        getattr(curve, method)(**given)


@pytest.mark.parametrize("name", ["line_kw", "fill_between_kw", "tolerance", "name"])
def test_options_of_a_picture_of_another_type(curve, name):
    with pytest.raises(ValueError, match=f"'{name}' parameter"):
        NoiseCurveDisplay.from_curve(curve, **{name: 3})


def test_a_second_metric_that_is_none(curve):
    with pytest.raises(
        ValueError, match=r"no second_metric 3; there are \['accuracy'\]"
    ):
        NoiseCurveDisplay.from_curve(curve, second_metric=3)


def test_no_classes_to_draw(curve):
    with pytest.raises(ValueError, match=r"^classes must be a list"):
        ClassRecallDisplay.from_curve(curve, classes=[])


def test_a_series_of_samples():
    with pytest.raises(ValueError, match="2-dimensional"):
        GaussianNoiseTransformer().fit(pd.Series([1.0, 2.0]))


@pytest.mark.parametrize("parse", [whole_number, jobs])
def test_numbers_on_the_command_line_have_an_end(parse):
    with pytest.raises(Exception, match="expected a whole number"):
        parse("9" * 400)
