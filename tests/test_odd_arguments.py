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
