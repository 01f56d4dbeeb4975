"""What our estimators refuse, and how to mend it."""

import numpy as np
import pandas as pd
import pytest

from skn_noise import (
    GaussianNoiseTransformer,
    GaussianParzenClassifier,
    GlobalStandardScaler,
)

X = np.arange(12.0).reshape(4, 3)
SMALL = X.astype(np.float32)
FRAME = pd.DataFrame(X, columns=["a", "b", "c"])


def noise(X=X, **params):
    """Add noise to samples."""
    return GaussianNoiseTransformer(random_state=0, **params).fit_transform(X)


def noise_after(**params):
    """Add noise with a parameter that was set after the fit."""
    return GaussianNoiseTransformer().fit(X).set_params(**params).transform(X)


def scaled(X=X):
    return GlobalStandardScaler().fit_transform(X)


def parzen(y, X=X, **params):
    return GaussianParzenClassifier(**params).fit(X, y)


IMAGES = X.reshape(2, 2, 3)
FLATTEN = "n_features), but X has shape (2, 2, 3). Flatten images with X.reshape(len(X)"

REFUSALS = [
    (
        lambda: noise(scale=["a", "b", "c"]),
        "or one number per feature, got ['a', 'b', 'c']. Pass a pandas Series for "
        "numbers by the names of the features.",
    ),
    (lambda: noise(scale=[1, 2]), "feature with shape (3,); got shape (2,)."),
    (lambda: noise(loc=[[1, 2, 3]]), "feature with shape (3,); got shape (1, 3)."),
    (lambda: noise(scale=[1, 2, -1]), "finite and not negative, got [1, 2, -1]."),
    (lambda: noise(loc=[1, 2, np.inf]), "loc must be finite, got [1, 2, inf]."),
    (
        lambda: noise(SMALL, scale=1e39),
        "scale must be in the range of the dtype of X, float32, got 1e+39. Pass a "
        "smaller value, or X as float64.",
    ),
    (lambda: noise(SMALL, loc=1e39), "loc must be in the range of the dtype of X"),
    (
        lambda: noise(SMALL, scale=3e38),
        "with scale 3e+38 and loc 0.0 they exceed it. Pass smaller values of scale",
    ),
    (
        lambda: noise(FRAME, scale=pd.Series({"a": 1, "b": 2})),
        "The index of the Series scale must name each feature of X once, but it lacks "
        "'c'.",
    ),
    (
        lambda: noise(FRAME, loc=pd.Series({"a": 1, "b": 2, "d": 3})),
        "it lacks 'c' and 'd' is no feature.",
    ),
    (
        lambda: noise(FRAME, scale=pd.Series([1, 2, 3, 4], [*"abca"])),
        "it has a name twice.",
    ),
    (lambda: noise(scale=pd.Series({"a": 1})), "but X has none. Pass X as a DataFrame"),
    (lambda: noise(pd.Series([1.0])), "2-dimensional"),
    (lambda: noise_after(scale=-1), "scale must be finite and not negative, got -1."),
    (lambda: noise(IMAGES), "GaussianNoiseTransformer expects one row a sample, X of"),
    (lambda: noise(IMAGES), FLATTEN),
    (
        lambda: noise(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})),
        "hold numbers, but found text: could not convert string to float: 'x'. Encode "
        "text first, for instance with sklearn.preprocessing.OneHotEncoder.",
    ),
    (lambda: scaled(IMAGES), FLATTEN),
    (lambda: scaled([[np.nan]]), "at least one number in X, got only NaN. Check how"),
    (lambda: parzen(np.array([0, 0, 1, "b"], dtype=object)), "one type, got int, str"),
    (lambda: parzen([0, 1], X=IMAGES), FLATTEN),
    (lambda: scaled([[10**400]]), "an int that does not. Divide X by a power of ten"),
    (
        lambda: GlobalStandardScaler().fit(X).inverse_transform(X[:, :2]),
        "X has 2 features, but GlobalStandardScaler is expecting 3 features as input.",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSALS)
def test_a_refusal_says_what_was_expected_what_came_and_how_to_mend_it(call, message):
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert message in str(error.value)
