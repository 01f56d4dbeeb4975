"""One argument of each kind that is refused in a sentence that names it."""

from argparse import ArgumentTypeError

import numpy as np
import pandas as pd
import pytest
from per_sample import as_predicted
from sklearn.naive_bayes import GaussianNB

from skn_noise import (
    ClassRecallDisplay,
    GaussianNoiseTransformer,
    NoiseCurve,
    NoiseCurveDisplay,
    noise_curve,
)
from skn_noise.cli._types import jobs, whole_number

X = np.random.default_rng(0).normal(size=(20, 3))
CURVE = as_predicted([(s, i // 5, 0, i, i % 2, 0) for s in (0, 1) for i in range(10)])


def study(**options):
    estimator, y = GaussianNB(), np.arange(20) % 2
    return noise_curve(estimator, X, y, param_name="var_smoothing", **options)


def drawn(**options):
    return NoiseCurveDisplay.from_curve(CURVE, **options)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: study(training=np.zeros((2, 2))), "'training' parameter"),
        (lambda: study(training=pd.NA), "'training' parameter"),
        (lambda: study(cv=b"ab"), "^cv must be a number of folds"),
        (lambda: study(cv=["ab"]), "^cv must be a number of folds"),
        (lambda: CURVE.summary(simultaneous=X), "simultaneous"),
        (lambda: CURVE.cost(reference=X), "reference"),
        (lambda: CURVE.confusion(scale=X), "scale"),
        (lambda: CURVE.by_class(classes=X), "classes"),
        (lambda: CURVE.save(path=3), "path"),
        (lambda: NoiseCurve.load(path=None), "path"),
        (lambda: NoiseCurve.from_search(None, param_name=[]), "param_name"),
        (lambda: drawn(metric=3), r"no metric 3; there are \['accuracy'"),
        (lambda: ClassRecallDisplay.from_curve(CURVE, classes=[]), "^classes must be"),
        (lambda: GaussianNoiseTransformer().fit(pd.Series([1.0])), "2-dimensional"),
        (lambda: whole_number("9" * 400), "expected a whole number"),
        (lambda: jobs("9" * 400), "expected a whole number"),
    ],
)
def test_an_argument_of_another_type_is_named(call, message):
    refusals = ArgumentTypeError, TypeError, ValueError
    with pytest.raises(refusals, match=message):
        call()
