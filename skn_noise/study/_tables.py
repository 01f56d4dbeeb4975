"""Tidy tables of scores, epochs and predictions, from the results of cells."""

import numpy as np
import pandas as pd
from sklearn.base import is_classifier

from skn_noise._sklearn import n_samples

_OF_A_CELL = {"scale": float, "fold": int, "repeat": int}


def score_table(plan, done):
    """Return a row for every score of the cells, those that failed included."""
    metrics = _metrics(plan.study.scoring, done)
    rows = [
        row
        for cell, result in done
        for row in _score_rows(plan.study, cell, result, metrics)
    ]
    by = ["train_scale", "scale", "fold"]  # stable, as by several columns
    return pd.DataFrame(rows).sort_values(by, ignore_index=True)


def epoch_table(done):
    """Return a row for every score of every epoch."""
    frames = [
        pd.DataFrame(
            {
                "scale": cell.train_scale,
                "fold": cell.fold,
                "repeat": cell.repeat,
                "epoch": np.arange(1, len(values) + 1),
                "split": "validation" if name.startswith("val_") else "train",
                "metric": name.removeprefix("val_"),
                "value": values,
            }
        )
        for cell, result in done
        for name, values in result.history.items()
    ]
    return pd.concat(frames).sort_values(["scale", "fold"], ignore_index=True)


def prediction_table(plan, done):
    """Return a row for every prediction of a validation sample."""
    kept = [
        (scale, cell.fold, cell.repeat, cell.validation, predictions)
        for cell, result in done
        for scale, predictions in result.predictions.items()
        if predictions is not None
    ]
    kept.sort(key=lambda row: row[:3])
    numbers, y = np.arange(n_samples(plan.X)), np.asarray(plan.y).ravel()
    samples = [numbers[validation] for *_, validation, _ in kept]
    sizes = list(map(len, samples))
    sample = np.concatenate([numbers[:0], *samples])
    table = {
        name: np.repeat(np.array([row[column] for row in kept], dtype=dtype), sizes)
        for column, (name, dtype) in enumerate(_OF_A_CELL.items())
    } | {"sample": sample, "target": y[sample]}
    predictions = [predictions for *_, predictions in kept]
    table["prediction"] = _joined([each.prediction for each in predictions], sizes)
    if is_classifier(plan.study.estimator):
        table["probability"] = _joined(
            [each.probability for each in predictions], sizes
        )
    return pd.DataFrame(table)


def _joined(arrays, sizes):
    """Join arrays of these sizes; where one is None, all its values are NaN."""
    known = [array for array in arrays if array is not None]
    dtype = np.result_type(*known) if known else float
    parts = [
        np.full(size, np.nan, dtype) if array is None else array
        for array, size in zip(arrays, sizes, strict=True)
    ]
    return np.concatenate([np.empty(0, dtype), *parts])


def _metrics(scoring, done):
    """Name the metrics that were scored.

    A callable that failed is in the results as a metric named after `scoring`, as it
    did not come to say which metrics it scores.
    """
    scores = [score for _, result in done for score in result.scores]
    names = dict.fromkeys(score.metric for score in scores)
    scored = {score.metric for score in scores if score.error is None}
    return [name for name in names if name in scored or not callable(scoring)]


def _score_rows(study, cell, result, metrics):
    """Yield the rows of one cell."""
    splits = ("train", "validation") if study.scores_train else ("validation",)
    scores = {
        (score.scale, score.split, score.metric): score for score in result.scores
    }
    for scale in cell.validation_scales:
        for split in splits:
            for metric in metrics:
                score = scores.get((scale, split, metric))
                yield {
                    "train_scale": cell.train_scale,
                    "scale": scale,
                    "fold": cell.fold,
                    "repeat": cell.repeat,
                    "split": split,
                    "metric": metric,
                    "value": value_of(score, study.error_score),
                    "fit_seconds": result.fit_seconds,
                    "score_seconds": result.score_seconds.get(scale, 0.0),
                    "n_train": len(cell.train),
                    "n_validation": len(cell.validation),
                }


def value_of(score, error_score):
    """Return the value of a score; `error_score` if it failed or is None."""
    has_value = score is not None and score.error is None
    return score.value if has_value else error_score
