"""Noise curves with the predictions of every sample, and with repeats."""

from dataclasses import replace

import pandas as pd
from sklearn.base import clone
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import GaussianNoiseTransformer, NoiseCurve, noise_curve

CELL = ["scale", "fold", "repeat"]
MANIFEST = {
    "study": "abc",
    "estimator": "Pipeline(steps=[...])",
    "parameters": {"noise__random_state": "0"},
    "random_states": {"noise__random_state": 0},
    "param_name": "noise__scale",
    "training": None,
    "cv": "StratifiedKFold(n_splits=3)",
    "scoring": "accuracy",
    "data": {"fingerprint": "def", "n_samples": 300, "n_features": 64},
    "versions": {"numpy": "2.4.6"},
    "processor": "x86_64",
    "platform": "Linux",
    "skn_noise": "0.1",
}


def noisy(estimator=None, **params):
    """Return an estimator, or else naive Bayes, behind noise with these parameters."""
    noise = GaussianNoiseTransformer(**{"random_state": 0} | params)
    model = GaussianNB() if estimator is None else clone(estimator)
    return Pipeline([("noise", noise), ("model", model)])


def predicted_curve(pipeline, X, y, *, scales=(0.1, 0.5, 1), cv=3, n_repeats=1):
    """Run a study; its parts have one manifest, without the hashes of folds."""
    study = {"scales": scales, "cv": cv, "n_repeats": n_repeats}
    return replace(noise_curve(pipeline, X, y, **study), manifest=MANIFEST)


def cut(curve, query):
    """Return the curve of the cells that a query of its tables chooses."""
    return NoiseCurve(
        curve.scores.query(query),
        n_classes=curve.n_classes,
        predictions=curve.predictions.query(query),
        manifest=curve.manifest,
    )


def as_predicted(rows, columns="scale fold repeat sample target prediction"):
    """Return a curve of predictions that are known, with a probability of 0.5."""
    predictions = pd.DataFrame(rows, columns=columns.split()).assign(probability=0.5)
    predictions = predictions.astype({"scale": float})
    correct = predictions["target"] == predictions["prediction"]
    cells = correct.groupby([predictions[name] for name in CELL])
    scores = cells.mean().rename("value").reset_index()
    scores = scores.assign(split="validation", metric="accuracy", n_train=100)
    scores["n_validation"] = cells.size().to_numpy()
    return NoiseCurve(scores, n_classes=2, predictions=predictions)
