"""Noise curves with the predictions of every sample, and with repeats."""

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier
from sklearn.model_selection import check_cv
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


def noisy(estimator=None):
    noise = GaussianNoiseTransformer(random_state=0)
    return Pipeline([("noise", noise), ("model", estimator or GaussianNB())])


def predicted_curve(pipeline, X, y, *, scales=(0.1, 0.5, 1), cv=3, n_repeats=1):
    """Run a study, and predict every validation sample once more by hand."""
    folds = list(check_cv(cv, y, classifier=is_classifier(pipeline)).split(X, y))
    scores, predictions = [], []
    for repeat in range(n_repeats):
        repeated = clone(pipeline).set_params(noise__random_state=repeat)
        curve = noise_curve(repeated, X, y, scales=scales, cv=folds)
        scores.append(curve.scores.drop(columns="repeat", errors="ignore"))
        scores[-1].insert(2, "repeat", repeat)
        for scale in scales:
            for fold, split in enumerate(folds):
                fitted = clone(repeated).set_params(noise__scale=scale)
                rows = _predict(fitted, np.asarray(X), np.asarray(y), *split)
                rows.insert(0, "scale", float(scale))
                rows.insert(1, "fold", fold)
                rows.insert(2, "repeat", repeat)
                predictions.append(rows)
    return NoiseCurve(
        _sorted(scores),
        n_classes=curve.n_classes,
        predictions=_sorted(predictions),
        manifest=MANIFEST,
    )


def _predict(pipeline, X, y, train, validation):
    pipeline.fit(X[train], y[train])
    target = y[validation]
    rows = pd.DataFrame(
        {
            "sample": validation,
            "target": target,
            "prediction": pipeline.predict(X[validation]),
        }
    )
    if hasattr(pipeline, "predict_proba"):
        columns = np.searchsorted(pipeline.classes_, target)
        probabilities = pipeline.predict_proba(X[validation])
        rows["probability"] = probabilities[np.arange(len(target)), columns]
    elif is_classifier(pipeline):
        rows["probability"] = np.nan
    return rows


def _sorted(tables):
    return pd.concat(tables).sort_values(CELL, kind="stable", ignore_index=True)


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
