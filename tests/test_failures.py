import time

import numpy as np
import pytest
from curves import as_arrays
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import FitFailedWarning

from skn_noise import noise_curve

SCALES = [0.5, 2.0]


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
    with pytest.warns(FitFailedWarning) as told:
        curve = failing_curve(digits, error_score=-1.0)
    (message,) = failures(told)
    assert message == (
        "The fit failed in 2 of 4 cells, which counts as -1.0; the first: scale 2, "
        "fold 0: RuntimeError: too noisy"
    )
    train, validation = as_arrays(curve)
    assert (train.loc[2.0] == -1).all()
    assert (validation.loc[0.5] >= 0).all()


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_failed_cells_count_in_no_mean(digits):
    summary = failing_curve(digits).summary().set_index(["scale", "split"])
    assert summary.loc[(2.0, "train"), "n"] == 0
    assert summary.loc[(0.5, "train"), "n"] == 2


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_a_fit_that_failed_took_its_time_and_its_scores_none(digits):
    failed = failing_curve(digits).scores.query("scale == 2")
    assert (failed["fit_seconds"] > 0).all()
    assert (failed["score_seconds"] == 0).all()


def test_the_seconds_of_a_fit_and_of_its_scores_are_less_than_those_of_the_study(
    quick_pipeline, digits
):
    start = time.perf_counter()
    curve = noise_curve(quick_pipeline, *digits, scales=[1], cv=2, n_jobs=1)
    seconds = time.perf_counter() - start
    for column in ("fit_seconds", "score_seconds"):
        assert curve.scores[column].between(0, seconds, inclusive="neither").all()


def test_error_score_raise_raises(digits):
    with pytest.raises(RuntimeError, match="too noisy"):
        failing_curve(digits, error_score="raise")


def test_all_cells_failed_with_the_whole_first_error(digits):
    with pytest.raises(ValueError, match="All 2 fits failed") as error:
        noise_curve(FailsAbove(), *digits, scales=[3], param_name="scale", cv=2)
    sentence, traceback = str(error.value).split("\n\n", 1)
    assert sentence == "All 2 fits failed; the first: scale 3, fold 0:"
    assert traceback.startswith("Traceback")
    assert 'raise RuntimeError("too noisy")' in traceback
    assert traceback.rstrip().endswith("RuntimeError: too noisy")


def fails_on_validation(estimator, X, y):
    if len(X) < 200:
        raise RuntimeError("too few")
    return 0.5


def failures(caught):
    """Messages of failures, without those of SciPy about an old scikit-learn."""
    return [str(one.message) for one in caught if one.category is FitFailedWarning]


def test_one_metric_of_several_that_fails_leaves_the_others(quick_pipeline, digits):
    scoring = {"hits": "accuracy", "fails": fails_on_validation}
    with pytest.warns(FitFailedWarning) as told:
        curve = noise_curve(quick_pipeline, *digits, scales=[1], cv=3, scoring=scoring)
    (message,) = failures(told)
    assert message == (
        "Scoring fails on validation samples failed in 3 of 3 cells, which counts as "
        "nan; the first: scale 1, fold 0: RuntimeError: too few"
    )
    train, validation = as_arrays(curve, "fails")
    assert (train == 0.5).all(axis=None)
    assert validation.isna().all(axis=None)
    assert as_arrays(curve, "hits")[1].notna().all(axis=None)


def test_one_fit_of_several_scales_says_at_which_of_them_a_metric_failed(
    quick_pipeline, digits
):
    def fails_on_noise(estimator, X, y):
        if estimator.get_params()["noise__scale"] > 1:
            raise RuntimeError("too noisy")
        return 0.5

    with pytest.warns(FitFailedWarning) as told:
        noise_curve(
            quick_pipeline, *digits, scales=SCALES, cv=2, training="clean",
            scoring={"hits": "accuracy", "fails": fails_on_noise},
        )  # fmt: skip
    assert [message.partition(" in ")[0] for message in failures(told)] == [
        "Scoring fails on validation samples at scale 2 failed",
        "Scoring fails on train samples at scale 2 failed",
    ]


def test_the_warning_points_at_the_line_of_the_user(digits):
    with pytest.warns(FitFailedWarning) as caught:
        noise_curve(
            FailsAbove(), *digits, scales=SCALES, param_name="scale", cv=2,
            scoring="accuracy",
        )  # fmt: skip
    assert {warning.filename for warning in caught} == {__file__}


def test_the_warning_points_at_code_that_belongs_to_no_module(digits):
    params = {"scales": SCALES, "param_name": "scale", "cv": 2, "scoring": "accuracy"}
    names = {"study": noise_curve, "data": digits, "params": params}
    with pytest.warns(FitFailedWarning) as caught:
        exec("study(estimator, *data, **params)", names | {"estimator": FailsAbove()})
    assert caught[0].filename == "<string>"
