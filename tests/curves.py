"""Noise curves of known scores, and what the tests read from curves and pictures."""

import numpy as np
import pandas as pd

from skn_noise import NoiseCurve

SCALES = [0.1, 0.5, 1.0, 2.0, 4.0]
REFERENCE = [0.9823, 0.9754, 0.9562, 0.8881, 0.6524]


def as_arrays(curve, metric="accuracy"):
    """Return training and validation scores as validation_curve has them."""
    scores = curve.scores.query("metric == @metric")
    return [
        scores.query("split == @split").pivot(
            index="scale", columns="fold", values="value"
        )
        for split in ("train", "validation")
    ]


def curve_of(*folds, scales=SCALES, metric="accuracy", n_train=4000, n_validation=1000):
    """A noise curve of known validation scores, a list a fold."""
    scores = pd.DataFrame(
        [
            (scale, fold, "validation", metric, value, 0.0, 0.0, n_train, n_validation)
            for fold, values in enumerate(folds)
            for scale, value in zip(scales, values, strict=True)
        ],
        columns=[
            "scale",
            "fold",
            "split",
            "metric",
            "value",
            "fit_seconds",
            "score_seconds",
            "n_train",
            "n_validation",
        ],
    )
    return NoiseCurve(scores, n_classes=10)


def curve_of_results(*folds, scales=SCALES, n_train=100):
    """A noise curve of known results: for every fold and scale, what was correct."""
    scores, tables, first = [], [], 0
    for fold, rows in enumerate(folds):
        for scale, correct in zip(scales, np.asarray(rows, dtype=bool), strict=True):
            names = {"scale": float(scale), "fold": fold}
            sizes = {"n_train": n_train, "n_validation": len(correct)}
            scores.append(names | sizes | {"value": correct.mean()})
            samples = first + np.arange(len(correct))
            table = {"sample": samples, "target": 1, "prediction": correct.astype(int)}
            tables.append(pd.DataFrame(names | table))
        first += len(rows[0])
    scores = pd.DataFrame(scores).assign(split="validation", metric="accuracy")
    return NoiseCurve(scores, n_classes=2, predictions=pd.concat(tables))


def legend_texts(legend):
    return [text.get_text() for text in legend.get_texts()]
