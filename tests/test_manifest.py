"""The manifest of a curve says what was run, and tells one study from another."""

import json
import platform
import re
from pathlib import Path

import numpy as np
import pytest
import sklearn
from sklearn.datasets import load_iris
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

import skn_noise
from skn_noise import GaussianNoiseTransformer, GlobalStandardScaler, noise_curve

X, Y = load_iris(return_X_y=True)
FOLDS = list(KFold(4, shuffle=True, random_state=0).split(X))


def studied(data=X, noise_seed=0, bayes=None, **params):
    noise = GaussianNoiseTransformer(random_state=noise_seed)
    pipeline = Pipeline([("noise", noise), ("bayes", bayes or GaussianNB())])
    defaults = {"scales": [1.0], "cv": 2}
    return noise_curve(pipeline, data, Y, **(defaults | params)).manifest


def test_it_is_plain():
    manifest = studied(training="clean")
    assert json.loads(json.dumps(manifest)) == manifest


def test_it_says_what_was_run():
    bayes = GaussianNB()
    manifest = studied(bayes=bayes, scoring="accuracy")
    digests = manifest.pop("study"), *manifest.pop("folds")
    assert len({*digests, manifest["data"].pop("fingerprint")}) == 4
    assert set(manifest.pop("versions")) == {
        *("python", "joblib", "keras", "numpy", "pandas", "scikeras", "scipy"),
        *("sklearn", "tensorflow"),
    }
    assert manifest.pop("processor")
    assert "skn_noise/noise.py" in manifest.pop("own_code")  # an editable install
    noise = GaussianNoiseTransformer(random_state=0)
    pipeline = Pipeline([("noise", noise), ("bayes", bayes)])
    parameters = pipeline.get_params()
    assert manifest == {
        "estimator": repr(pipeline),
        "parameters": {name: repr(parameters[name]) for name in sorted(parameters)},
        "random_states": {"noise__random_state": 0},
        "param_name": "noise__scale",
        "unit": None,
        "training": None,
        "cv": repr(StratifiedKFold(2)),
        "scoring": "'accuracy'",
        "data": {"n_samples": 150, "n_features": 4, "groups": None},
        "platform": platform.platform(),
        "skn_noise": skn_noise.__version__,
    }


@pytest.mark.parametrize(
    ("scaler", "unit"),
    [
        (GlobalStandardScaler(), "standard deviations of all values"),
        (StandardScaler(), "standard deviations of each column"),
        (StandardScaler(with_std=False), None),
    ],
)
def test_it_names_the_unit_that_a_scaler_gives_the_noise_and_no_other_parameter(
    scaler, unit
):
    noise = GaussianNoiseTransformer(random_state=0)
    steps = [("scaler", scaler), ("noise", noise), ("bayes", GaussianNB())]
    for name, expected in [("noise__scale", unit), ("bayes__var_smoothing", None)]:
        curve = noise_curve(Pipeline(steps), X, Y, scales=[1], cv=2, param_name=name)
        assert curve.manifest["unit"] == expected


def test_it_counts_the_features_of_samples_that_are_a_list():
    assert studied(data=X.tolist())["data"]["n_features"] == 4


class Unprintable:
    def __repr__(self):
        raise RuntimeError("told to fail")


class Tuned(GaussianNB):
    def __init__(self, thing=None):
        super().__init__()
        self.thing = thing


def test_what_has_no_repr_costs_no_study():
    manifest = studied(bayes=Tuned(Unprintable()))
    assert manifest["estimator"] == "<Pipeline without a repr>"
    assert manifest["parameters"]["bayes__thing"] == "<Unprintable without a repr>"


def test_it_counts_no_features_of_texts():
    words = make_pipeline(TfidfVectorizer(), SGDClassifier(random_state=0))
    curve = noise_curve(
        words, np.array(["one", "two", "both"])[Y], Y,
        scales=[1e-4], cv=2, param_name="sgdclassifier__alpha",
    )  # fmt: skip
    assert curve.manifest["data"]["n_features"] is None


def test_it_names_the_versions_of_what_was_run():
    versions = studied()["versions"]
    assert versions["numpy"] == np.__version__
    assert versions["sklearn"] == sklearn.__version__
    assert versions["python"] == platform.python_version()


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="reads /proc/cpuinfo")
def test_it_names_the_processor_as_linux_does():
    names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    expected = {name.strip() for name in names} or {platform.machine()}
    assert studied()["processor"] in expected


def test_folds_are_told_apart_by_both_of_their_sides():
    train, validation = np.arange(0, 150, 2), np.arange(1, 150, 2)
    folds = [(train, validation), (train[:-1], validation), (train, validation[:-1])]
    assert len(set(studied(cv=folds)["folds"])) == 3


def test_functions_and_seeds_that_are_no_numbers_are_named():
    manifest = studied(scoring=accuracy, noise_seed=np.random.RandomState(0))
    assert manifest["scoring"] == "accuracy"
    assert manifest["random_states"] == {"noise__random_state": None}


def accuracy(estimator, X, y):
    return 0.5


def test_parts_of_a_study_have_its_digest():
    """See test_key.py for all that is no part of it."""
    part = {"scales": [0.5, 3.0], "n_repeats": 2, "error_score": "raise"}
    part |= {"return_train_score": False, "return_predictions": False}
    assert studied(**part)["study"] == studied()["study"]


def test_folds_that_are_listed_are_parts():
    one, other = (studied(cv=part)["study"] for part in (FOLDS[:2], FOLDS[2:]))
    assert one == other


@pytest.mark.parametrize(
    "other",
    [
        {"noise_seed": 1},
        {"training": "clean"},
        {"cv": KFold(2, shuffle=True, random_state=0)},
        {"cv": 3},
    ],
)
def test_another_study_has_another_digest(other):
    assert studied(**other)["study"] != studied()["study"]


class Untold(GaussianNB):
    """Holds what cannot be told from another of its kind."""

    def __init__(self, file=None):
        super().__init__()
        self.file = file

    def __sklearn_clone__(self):
        return self


def test_what_cannot_be_told_apart_has_no_digest():
    with open(__file__) as file:
        manifest = studied(bayes=Untold(file))
    assert manifest["study"] is None
    assert manifest["data"]["fingerprint"] is not None
