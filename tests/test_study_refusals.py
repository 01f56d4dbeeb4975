"""What no study can be made of is refused in a sentence, before the first fit."""

import joblib
import numpy as np
import pandas as pd
import pytest
from joblib._store_backends import FileSystemStoreBackend
from sklearn import config_context
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skn_noise import (
    GaussianNoiseTransformer,
    GaussianParzenClassifier,
    KerasMLPClassifier,
    noise_curve,
    noise_grid,
    noise_matrix,
)

X, Y = load_iris(return_X_y=True)
NETWORK = KerasMLPClassifier((4,), epochs=1)
PARZEN = GaussianParzenClassifier()
COLUMNS = make_column_transformer((GaussianNoiseTransformer(), [0]))


def pipeline(*steps):
    noise = GaussianNoiseTransformer(random_state=0)
    named = {type(step).__name__.lower(): step for step in steps}
    return Pipeline([("noise", noise), *named.items()])


def curve(*steps, X=X, y=Y, **options):
    estimator = pipeline(*steps) if steps else pipeline(GaussianNB())
    return noise_curve(estimator, X, y, **{"scales": [1], "cv": 2} | options)


def matrix(**options):
    return noise_matrix(pipeline(GaussianNB()), X, Y, **options)


def bare(param_name, **options):
    return noise_curve(GaussianNB(), X, Y, param_name=param_name, **options)


BAGGING = BaggingClassifier(pipeline(GaussianNB()))


def routed(**options):
    with config_context(enable_metadata_routing=True):
        return curve(**options)


def elsewhere():
    joblib.register_store_backend("elsewhere", FileSystemStoreBackend)
    return joblib.Memory("memory", backend="elsewhere", verbose=0)


REFUSALS = [
    (lambda: curve(scales=["a"]), "scales must be numbers, got ['a']"),
    (lambda: curve(scales=[[1, 2]]), "a list of at least one number, got [[1, 2]]"),
    (lambda: curve(scales=[1, -1]), "scales must be finite and not negative, got [1,"),
    (lambda: curve(scales=[1, np.inf]), "finite and not negative, got [1, inf]"),
    (lambda: curve(scales=[10**400]), "scales must be"),
    (lambda: curve(scales=3), "scales"),
    (lambda: curve(scales=[1, 1]), "scales must hold each scale once, got [1, 1]"),
    (lambda: matrix(train_scales=[]), "train_scales must be a list of at least one nu"),
    (lambda: matrix(validation_scales=[-1]), "validation_scales must be finite and"),
    (lambda: matrix(training="clean"), "Leave training out, and pass train_scales=[0]"),
    (
        lambda: noise_matrix(BAGGING, X, Y, param_name="estimator__noise__scale"),
        "sets 'estimator__noise__scale' on the fitted estimator, but BaggingClassifier "
        "fits clones. Put the noise into a step of a Pipeline",
    ),
    (
        lambda: curve(param_name="noise__scales"),
        "no parameter 'noise__scales'. The nearest are ['noise__scale', 'noise__loc', "
        "'noise__resample']. Pass the parameter that is the scale of the noise",
    ),
    (lambda: curve(param_name="x"), "The nearest are ['noise__scale']. Pass the"),
    (lambda: curve(param_name=["noise__scale"]), "'param_name' parameter of noise_cu"),
    (lambda: bare("scale"), "'scale'. Put a GaussianNoiseTransformer before it, as"),
    (lambda: curve(training="noisy"), "'frozen', 'fresh', 'clean'; got 'noisy'"),
    (lambda: noise_grid([1.0], None), "'frozen', 'fresh', 'clean'; got None"),
    (lambda: noise_grid([-1], "fresh"), "scales must be finite and not negative"),
    (
        lambda: noise_curve(PARZEN, X, Y, param_name="scale", training="clean"),
        "which GaussianParzenClassifier does not have. Put a GaussianNoiseTransformer",
    ),
    (lambda: curve(training=np.zeros((2, 2))), "'training' parameter"),
    (lambda: curve(training=pd.NA), "'training' parameter"),
    (lambda: curve(training="fresh"), "Wrap the classifier or regressor in NoisyCopie"),
    (
        lambda: curve(PARZEN, training="clean", scales=[0, 1]),
        "greater than 0; got the scales (0.0, 1.0). Leave 0 out.",
    ),
    (
        lambda: curve(StandardScaler(), PARZEN, training="clean"),
        "to 'gaussianparzenclassifier__scale', but the step 'standardscaler' stands "
        "between and may change the unit. Put the noise directly before the step "
        "with 'gaussianparzenclassifier__scale'.",
    ),
    (
        lambda: curve(PCA(2), NETWORK, training="fresh"),
        "'pca' stands between and may change the unit. Put the noise directly before "
        "the step with 'kerasmlpclassifier__input_noise', or pass training='frozen', "
        "which works anywhere.",
    ),
    (
        lambda: noise_grid(
            [1],
            "fresh",
            estimator=Pipeline([("columns", COLUMNS), ("mlp", NETWORK)]),
            param_name="columns__gaussiannoisetransformer__scale",
        ),
        "'columns__gaussiannoisetransformer', is no step of a Pipeline before it",
    ),
    (
        lambda: bare("var_smoothing", n_repeats=2),
        "GaussianNB has no such parameter, so that all repeats would be the same",
    ),
    (lambda: curve(track_epochs=True), "Pipeline that ends in GaussianNB does not. Ke"),
    (
        lambda: bare("var_smoothing", track_epochs=True),
        "whose fit takes X_val and y_val, which GaussianNB does not. KerasMLPCl",
    ),
    (lambda: curve(n_jobs=0), "n_jobs == 0 in Parallel has no meaning"),
    (lambda: curve(cv=["ab"]), "cv must be a number of folds, a splitter, or a list o"),
    (lambda: curve(cv=b"ab"), "cv must be a number of folds, a splitter, or a list of"),
    (lambda: curve(cv=[]), "at least one fold, got none from _CVIterableWrapper(cv=[]"),
    (lambda: curve(cv=[1]), "got [1]: cannot unpack non-iterable int object. Pass, fo"),
    (lambda: curve(cv=[([0], [150])]), "there are 150 samples, counted from 0. Pass,"),
    (lambda: curve(cv=[([0.5], [1])]), "[0.5] is no list of row numbers"),
    (lambda: curve(cv=[([0], [[1]])]), "[[1]] is no list of row numbers"),
    (lambda: curve(memory=3), "'memory' parameter of noise_curve"),
    (
        lambda: curve(memory=elsewhere()),
        "a Memory with the backend 'elsewhere'. Pass a folder",
    ),
    (
        lambda: curve(StandardScaler(), GaussianNB(), X=X.reshape(-1, 2, 2)),
        "GaussianNB cannot be fitted on X: GaussianNB expects one row a "
        "sample, X of shape (n_samples, n_features), but X has shape (150, 2, 2).",
    ),
    (lambda: curve(y=None), "y must hold the targets for Pipeline, got None."),
    (lambda: curve(y=Y + 0.5), "be fitted on y: Unknown label type: continuous."),
    (lambda: curve(y=np.where(Y == 1, np.nan, Y)), "Input y contains NaN."),
    (lambda: curve(PARZEN, y=np.eye(3)[Y]), "one-hot labels to numbers by y.argmax("),
    (
        lambda: curve(scoring=lambda *_: "0.9"),
        "must return a number or a dict of numbers, got '0.9' for 'score'.",
    ),
    (
        lambda: curve(scoring={"hits": "accuracy", "text": lambda *_: "0.9"}),
        "must return a number or a dict of numbers, got '0.9' for 'text'.",
    ),
    (lambda: routed(groups=Y), "Pass them as params={'groups': groups}."),
    (lambda: routed(params={"nobodys": Y}), "noise_curve.fit got unexpected argument"),
    (
        lambda: curve(memory="memory", params={"sample_weight": (i for i in Y)}),
        "but params cannot be hashed: cannot pickle 'generator' object. Make it of",
    ),
    (lambda: curve(scale=[1.0]), "no parameter 'scale'. Did you mean 'scales'?"),
    (lambda: noise_curve(GaussianNB(), X, Y, [1.0]), "pass scales=... by name."),
]


@pytest.mark.parametrize(("call", "message"), REFUSALS)
def test_a_refusal_says_what_was_expected_what_came_and_how_to_mend_it(
    call, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert message in str(error.value)
