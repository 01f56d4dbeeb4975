"""What no study can be made of is refused in a sentence, compared to its last word."""

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
from skn_noise.study._store import to_text

X, Y = load_iris(return_X_y=True)
NETWORK = KerasMLPClassifier((4,), epochs=1)


def pipeline(*steps):
    noise = GaussianNoiseTransformer(random_state=0)
    named = {type(step).__name__.lower(): step for step in steps}
    return Pipeline([("noise", noise), *named.items()])


def curve(*steps, X=X, y=Y, **options):
    estimator = pipeline(*steps) if steps else pipeline(GaussianNB())
    return noise_curve(estimator, X, y, **{"scales": [1], "cv": 2} | options)


def routed(**options):
    with config_context(enable_metadata_routing=True):
        return curve(**options)


def elsewhere():
    joblib.register_store_backend("elsewhere", FileSystemStoreBackend)
    return joblib.Memory("memory", backend="elsewhere", verbose=0)


REFUSALS = [
    (
        lambda: curve(scales=["a"]),
        "scales must be numbers, got ['a'].",
    ),
    (
        lambda: curve(scales=[[1, 2]]),
        "scales must be a list of at least one number, got [[1, 2]].",
    ),
    (
        lambda: curve(scales=[1, -1]),
        "scales must be finite and not negative, got [1, -1].",
    ),
    (
        lambda: curve(scales=[1, np.inf]),
        "scales must be finite and not negative, got [1, inf].",
    ),
    (
        lambda: curve(scales=[1, 1]),
        "scales must hold each scale once, got [1, 1].",
    ),
    (
        lambda: noise_matrix(pipeline(GaussianNB()), X, Y, train_scales=[]),
        "train_scales must be a list of at least one number, got [].",
    ),
    (
        lambda: noise_matrix(pipeline(GaussianNB()), X, Y, validation_scales=[-1]),
        "validation_scales must be finite and not negative, got [-1].",
    ),
    (
        lambda: noise_matrix(pipeline(GaussianNB()), X, Y, training="clean"),
        "training='clean' has no scales to train at; pass train_scales=[0] and no "
        "training.",
    ),
    (
        lambda: noise_matrix(
            BaggingClassifier(pipeline(GaussianNB())),
            X,
            Y,
            param_name="estimator__noise__scale",
        ),
        "noise_matrix sets 'estimator__noise__scale' on the fitted estimator, but "
        "BaggingClassifier fits clones. Put the noise into a step of a Pipeline, "
        "outside of meta-estimators.",
    ),
    (
        lambda: curve(param_name="noise__scales"),
        "Pipeline has no parameter 'noise__scales'. The nearest are ['noise__scale', "
        "'noise__loc', 'noise__resample']. Pass the parameter that is the scale of "
        "the noise as param_name; estimator.get_params() lists them all.",
    ),
    (
        lambda: noise_curve(GaussianNB(), X, Y, param_name="scale"),
        "GaussianNB has no parameter 'scale'. Put a GaussianNoiseTransformer before "
        "it, as the step 'noise' of a Pipeline. If it adds noise itself, pass its "
        "scale as param_name.",
    ),
    (
        lambda: curve(training="noisy"),
        "training must be one of 'frozen', 'fresh', 'clean'; got 'noisy'.",
    ),
    (
        lambda: noise_curve(
            GaussianParzenClassifier(), X, Y, param_name="scale", training="clean"
        ),
        "training='clean' sets the parameter 'apply_to', which "
        "GaussianParzenClassifier does not have. It is a parameter of a "
        "GaussianNoiseTransformer; estimator.get_params() lists those there are.",
    ),
    (
        lambda: curve(training="fresh"),
        "training='fresh' needs an estimator that draws noise in training, but "
        "Pipeline has none. Wrap the classifier or regressor in NoisyCopies(..., "
        "scale=1.0), with the `unit` of the noise, or use a KerasMLPClassifier.",
    ),
    (
        lambda: curve(GaussianParzenClassifier(), training="clean", scales=[0, 1]),
        "gaussianparzenclassifier__scale follows the scale of the noise, and must be "
        "greater than 0; got the scales (0.0, 1.0). Leave 0 out.",
    ),
    (
        lambda: curve(StandardScaler(), GaussianParzenClassifier(), training="clean"),
        "training='clean' copies the scale of the noise to "
        "'gaussianparzenclassifier__scale', but the step 'standardscaler' stands "
        "between and may change the unit. Put the noise directly before what takes "
        "its scale.",
    ),
    (
        lambda: curve(PCA(2), NETWORK, training="fresh"),
        "training='fresh' copies the scale of the noise to "
        "'kerasmlpclassifier__input_noise', but the step 'pca' stands between and may"
        " change the unit. Put the noise directly before what takes its scale, or "
        "pass training='frozen', which works anywhere.",
    ),
    (
        lambda: noise_grid(
            [1],
            "fresh",
            estimator=Pipeline(
                [
                    (
                        "columns",
                        make_column_transformer((GaussianNoiseTransformer(), [0])),
                    ),
                    ("mlp", NETWORK),
                ]
            ),
            param_name="columns__gaussiannoisetransformer__scale",
        ),
        "training='fresh' copies the scale of the noise to 'mlp__input_noise', but "
        "the noise, 'columns__gaussiannoisetransformer', is no step of a Pipeline "
        "before it. Put the noise directly before what takes its scale, or pass "
        "training='frozen', which works anywhere.",
    ),
    (
        lambda: noise_curve(
            GaussianNB(), X, Y, param_name="var_smoothing", n_repeats=2
        ),
        "n_repeats=2 repeats the study with other random_state values, but GaussianNB "
        "has no such parameter, so that all repeats would be the same. Pass "
        "n_repeats=1, or add a step that has one, such as GaussianNoiseTransformer.",
    ),
    (
        lambda: curve(track_epochs=True),
        "track_epochs=True needs an estimator whose fit takes X_val and y_val, which "
        "Pipeline that ends in GaussianNB does not. KerasMLPClassifier does, and a "
        "Pipeline that ends in it, such as make_noise_pipeline() returns.",
    ),
    (
        lambda: noise_curve(
            GaussianNB(), X, Y, param_name="var_smoothing", track_epochs=True
        ),
        "track_epochs=True needs an estimator whose fit takes X_val and y_val, which "
        "GaussianNB does not. KerasMLPClassifier does, and a Pipeline that ends in "
        "it, such as make_noise_pipeline() returns.",
    ),
    (
        lambda: curve(n_jobs=0),
        "n_jobs must be a number of cells to run at a time, or -1 for one a "
        "processor, or None; got 0.",
    ),
    (
        lambda: curve(cv=[]),
        "cv must give at least one fold, got none from _CVIterableWrapper(cv=[]).",
    ),
    (
        lambda: curve(cv=[1]),
        "cv must be a number of folds, a splitter, or a list of pairs of the numbers "
        "of samples to fit on and to validate on, got [1]: cannot unpack non-iterable "
        "int object. Pass, for instance, cv=5.",
    ),
    (
        lambda: curve(cv=[([0], [150])]),
        "cv must be a number of folds, a splitter, or a list of pairs of the numbers "
        "of samples to fit on and to validate on, got [([0], [150])]: there are 150 "
        "samples, counted from 0. Pass, for instance, cv=5.",
    ),
    (
        lambda: curve(cv=[([0.5], [1])]),
        "cv must be a number of folds, a splitter, or a list of pairs of the numbers "
        "of samples to fit on and to validate on, got [([0.5], [1])]: [0.5] is no "
        "list of the numbers of samples. Pass, for instance, cv=5.",
    ),
    (
        lambda: curve(cv=[([0], [[1]])]),
        "cv must be a number of folds, a splitter, or a list of pairs of the numbers "
        "of samples to fit on and to validate on, got [([0], [[1]])]: [[1]] is no "
        "list of the numbers of samples. Pass, for instance, cv=5.",
    ),
    (
        lambda: curve(scoring=int),
        "scoring must name metrics, as in 'accuracy' or ['accuracy', 'neg_log_loss'], "
        "or be a scorer of make_scorer, or a dict of both, got <class 'int'>. Call a "
        "class to make its object.",
    ),
    (
        lambda: curve(scoring={"a": 1}),
        "scoring must name metrics, as in 'accuracy' or ['accuracy', 'neg_log_loss'], "
        "or be a scorer of make_scorer, or a dict of both, got {'a': 1}. Call a class "
        "to make its object.",
    ),
    (
        lambda: curve(memory=elsewhere()),
        "memory must be a folder, or a joblib.Memory in one, got a Memory whose "
        "backend is 'elsewhere'. Name a folder for the cells.",
    ),
    (
        lambda: curve(memory=""),
        "memory must name a folder, got ''. Pass memory='.' for the working directory,"
        " or None to keep nothing.",
    ),
    (
        lambda: curve(StandardScaler(), GaussianNB(), X=X.reshape(-1, 2, 2)),
        "X is not what GaussianNB can be fitted on: "
        "GaussianNB expects one row a sample, X of shape (n_samples, "
        "n_features), but X has shape (150, 2, 2). Flatten images with "
        "X.reshape(len(X), -1).",
    ),
    (
        lambda: curve(y=None),
        "y must hold what Pipeline is to predict, got None.",
    ),
    (
        lambda: curve(y=Y + 0.5),
        "y is not what Pipeline can be fitted on: Unknown label type: continuous. "
        "Maybe you are trying to fit a classifier, which expects discrete classes on "
        "a regression target with continuous values.",
    ),
    (
        lambda: curve(y=np.where(Y == 1, np.nan, Y)),
        "y is not what Pipeline can be fitted on: Input y contains NaN.",
    ),
    (
        lambda: curve(GaussianParzenClassifier(), y=np.eye(3)[Y]),
        "y must hold one label a sample for Pipeline, got the shape (150, 3). Labels "
        "that are one-hot become numbers by y.argmax(axis=1).",
    ),
    (
        lambda: curve(scoring=lambda *_: "0.9", error_score="raise"),
        "scoring must return a number or a dict of numbers, got '0.9' for 'score'.",
    ),
    (
        lambda: curve(scoring={"text": lambda *_: "0.9"}, error_score="raise"),
        "scoring must return a number or a dict of numbers, got '0.9' for 'text'.",
    ),
    (
        lambda: routed(groups=Y),
        "groups are metadata like all others while metadata routing is enabled. Pass "
        "them as params={'groups': groups}.",
    ),
    (
        lambda: routed(params={"nobodys": Y}),
        "noise_curve.fit got unexpected argument(s) {'nobodys'}, which are not routed "
        "to any object.",
    ),
    (
        lambda: curve(memory="memory", params={"sample_weight": (i for i in Y)}),
        "memory reuses a fit if everything that its scores depend on is the same, but "
        "params cannot be hashed: cannot pickle 'generator' object. Make it of "
        "numbers, text, arrays, functions and classes, or pass memory=None.",
    ),
    (
        lambda: curve(scale=[1.0]),
        "noise_curve() has no parameter 'scale'. Did you mean 'scales'?",
    ),
    (
        lambda: noise_curve(GaussianNB(), X, Y, [1.0]),
        "noise_curve() takes estimator, X and y by position; pass scales=... by name.",
    ),
    (
        lambda: to_text(pd.Timestamp(0)),
        "a cell keeps numbers and text only, got Timestamp('1970-01-01 00:00:00')",
    ),
]


@pytest.mark.parametrize(("call", "message"), REFUSALS)
def test_a_refusal_says_what_was_expected_what_came_and_how_to_mend_it(
    call, message, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TypeError, ValueError)) as error:
        call()
    assert str(error.value) == message
