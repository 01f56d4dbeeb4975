"""What every fit would refuse is refused before the first, and nothing else is."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import GenericKernelMixin, Kernel
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from skn_noise import (
    GaussianNoiseTransformer,
    KerasMLPClassifier,
    make_noise_pipeline,
    noise_curve,
    noise_matrix,
)


class Untouched(ClassifierMixin, BaseEstimator):
    """A classifier of someone else's, which is never to be fitted in these tests."""

    def fit(self, X, y=None):
        raise AssertionError("a fit has begun")


def with_nan(X):
    X = X.copy()
    X[7, 3] = np.nan
    return X


def with_text(X):
    return pd.DataFrame(X).assign(colour="red").rename(columns=str)


BAD_SAMPLES = {
    "NaN": (with_nan, "contains NaN"),
    "infinity": (lambda X: np.where(X[0, 3] == X, np.inf, X), "contains infinity"),
    "images": (lambda X: X.reshape(-1, 8, 8), "Flatten images"),
    "one column": (lambda X: X[:, 0], "Expected 2D array"),
    "text": (with_text, "found text"),
}
LAST_STEPS = {"network": KerasMLPClassifier(), "regression": LogisticRegression()}


@pytest.mark.parametrize(
    ("study", "last"), [(noise_curve, "network"), (noise_matrix, "regression")]
)
@pytest.mark.parametrize("bad", BAD_SAMPLES)
def test_bad_samples_are_found_before_a_fit(study, last, bad, digits):
    X, y = digits
    spoil, message = BAD_SAMPLES[bad]
    pipeline = Pipeline(
        [("noise", GaussianNoiseTransformer()), ("last", LAST_STEPS[last])]
    )
    with pytest.raises(ValueError, match=f"cannot be fitted on X: .*{message}"):
        study(pipeline, spoil(X), y)


@pytest.mark.parametrize("bad", [bad for bad in BAD_SAMPLES if bad != "NaN"])
def test_the_first_step_that_is_known_decides(bad, digits):
    X, y = digits
    spoil, message = BAD_SAMPLES[bad]
    noise = GaussianNoiseTransformer()
    pipeline = Pipeline(
        [("scale", StandardScaler()), ("noise", noise), ("last", Untouched())]
    )
    with pytest.raises(
        ValueError, match=f"StandardScaler cannot be fitted on X: .*{message}"
    ):
        noise_curve(pipeline, spoil(X), y)


def test_a_regressor_whose_targets_are_missing(digits):
    pipeline = Pipeline(
        [("noise", GaussianNoiseTransformer()), ("last", LinearRegression())]
    )
    with pytest.raises(ValueError, match=r"Pipeline cannot be fitted on y: .* NaN"):
        noise_curve(pipeline, digits[0], with_nan(digits[0])[:, 3])


@pytest.mark.parametrize(
    ("name", "value"), [("noise__random_state", -1), ("mlp__epochs", 0)]
)
def test_a_parameter_of_ours_that_is_out_of_range(name, value, digits):
    pipeline = make_noise_pipeline().set_params(**{name: value})
    with pytest.raises(ValueError, match=f"'{name.partition('__')[2]}' parameter"):
        noise_curve(pipeline, *digits)


# --- what estimators take -------------------------------------------------------------


def as_names(X):
    return np.where(X > 0.5, "dark", "light").astype(object)


@pytest.mark.parametrize(
    ("estimator", "change"),
    [
        (make_pipeline(HistGradientBoostingClassifier(max_iter=2)), with_nan),
        (
            make_pipeline(OneHotEncoder(sparse_output=False, handle_unknown="ignore")),
            as_names,
        ),
        (make_pipeline(make_column_transformer((OneHotEncoder(), [0]))), as_names),
        (make_pipeline(FunctionTransformer(lambda X: X.reshape(len(X), -1))), None),
    ],
    ids=["NaN", "text", "columns", "images"],
)
def test_what_an_estimator_takes_is_left_to_it(estimator, change, digits):
    X, y = digits
    X = X.reshape(-1, 8, 8) if change is None else change(X)
    noise = GaussianNoiseTransformer(random_state=0)
    steps = [*estimator, noise, GaussianNB()]
    if hasattr(estimator, "predict"):
        steps = [noise, *estimator]
    curve = noise_curve(
        make_pipeline(*steps),
        X,
        y,
        param_name="gaussiannoisetransformer__scale",
        scales=[0.1],
        cv=2,
        scoring="accuracy",
    )
    assert curve.scores["value"].notna().all()


def test_samples_in_no_fold_may_be_bad(quick_pipeline, digits):
    X, y = digits
    folds = [(np.arange(100, 200), np.arange(200, 300))]
    curve = noise_curve(quick_pipeline, with_nan(X), y, scales=[1], cv=folds)
    assert curve.scores["value"].notna().all()


def test_categories_of_a_data_frame_are_left_to_boosting(digits):
    X, y = digits
    frame = pd.DataFrame({"a": X[:, 20], "b": pd.Categorical(as_names(X)[:, 21])})
    curve = noise_curve(
        HistGradientBoostingClassifier(max_iter=2), frame, y,
        param_name="l2_regularization", scales=[0.1], cv=2, scoring="accuracy",
    )  # fmt: skip
    assert curve.scores["value"].notna().all()


def studied(estimator, X, y, param_name):
    return noise_curve(estimator, X, y, param_name=param_name, scales=[1.0], cv=2)


def test_sparse_samples_are_left_to_who_takes_them(digits):
    X, y = digits
    curve = studied(MultinomialNB(), sparse.csr_array(X), y, "alpha")
    assert curve.scores["value"].notna().all()


def test_samples_are_left_to_an_estimator_that_holds_another(digits):
    holding = TransformedTargetRegressor(HistGradientBoostingRegressor(max_iter=2))
    X, y = with_nan(digits[0]), digits[1]
    curve = studied(holding, X, y, "regressor__l2_regularization")
    assert curve.scores["value"].notna().all()


class SharedLetters(GenericKernelMixin, Kernel):
    """Compares words, which are no vectors."""

    def __init__(self, level=1.0):
        self.level = level

    def __call__(self, X, Y=None, eval_gradient=False):
        Y = X if Y is None else Y
        return np.array([[self.level + len(set(x) & set(y)) for y in Y] for x in X])

    def diag(self, X):
        return np.array([self.level + len(set(x)) for x in X])

    def is_stationary(self):
        return False


def test_words_are_left_to_a_kernel_that_compares_them():
    words, labels = ["aab", "abc", "bca", "xyz", "xyy", "yzx"] * 2, [0, 0, 0, 1, 1, 1]
    process = GaussianProcessClassifier(SharedLetters(), optimizer=None)
    curve = studied(process, words, labels * 2, "kernel__level")
    assert curve.scores["value"].notna().all()
