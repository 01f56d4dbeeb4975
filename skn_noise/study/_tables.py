"""Tidy tables of scores, epochs and predictions, from the results of cells."""

from contextlib import suppress
from itertools import product

import numpy as np
import pandas as pd
from sklearn.base import is_classifier

from skn_noise._sklearn import n_samples

# A large study has 50 million predictions, so that they take as few bytes as possible.
_OF_A_CELL = {
    "scale": np.float64, "fold": np.int32, "repeat": np.int16, "draw": np.int16
}  # fmt: skip


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
    """Return a row for every prediction of a validation sample.

    Labels and groups are categories, which take one byte each if there are few.
    """
    kept = [
        (scale, cell.fold, cell.repeat, draw, cell.validation, predictions)
        for cell, result in done
        for (scale, draw), predictions in result.predictions.items()
        if predictions is not None
    ]
    # In the order of the scores. The sort compares numbers only, not the arrays.
    kept.sort(key=lambda row: row[:4])
    numbers, y = np.arange(n_samples(plan.X)), np.asarray(plan.y).ravel()
    samples = [numbers[validation] for *_, validation, _ in kept]
    predictions = [predictions for *_, predictions in kept]
    sizes = list(map(len, samples))
    table = {
        name: np.repeat(np.array([row[column] for row in kept], dtype=dtype), sizes)
        for column, (name, dtype) in enumerate(_OF_A_CELL.items())
    }
    table["sample"] = _joined(samples, np.int32)
    if plan.groups is not None:
        table["group"] = _chosen(plan.groups, samples)
    if is_classifier(plan.study.estimator):
        table |= _labels(y, samples, predictions) | {
            "probability": _probabilities(predictions, sizes)
        }
    else:
        values = [each.prediction for each in predictions]
        dtype = np.result_type(*values) if values else float
        table |= {"target": _joined([y[each] for each in samples], y.dtype)}
        table |= {"prediction": _joined(values, dtype)}
    return pd.DataFrame(table, copy=False)


def _labels(y, samples, predictions):
    """Return the targets and the predicted labels, with the same categories."""
    labels = dict.fromkeys(pd.unique(y).tolist())
    for each in predictions:
        labels |= dict.fromkeys(each.labels.tolist())
    with suppress(TypeError):  # labels of several types have no order
        labels = sorted(labels)
    # Targets and predictions get the same categories, so that they can be compared.
    categories = pd.Index(list(labels))
    target = pd.Categorical.from_codes(categories.get_indexer(y), categories)
    predicted = [
        categories.get_indexer(each.labels).astype(target.codes.dtype)[each.prediction]
        for each in predictions
    ]
    codes = _joined(predicted, target.codes.dtype)
    prediction = pd.Categorical.from_codes(codes, dtype=target.dtype)
    return {"target": _chosen(target, samples), "prediction": prediction}


def _chosen(values, samples):
    """Return the category of every sample of the cells."""
    codes = _joined([values.codes[each] for each in samples], values.codes.dtype)
    return pd.Categorical.from_codes(codes, dtype=values.dtype)


def _probabilities(predictions, sizes):
    """Join the probabilities; those of a classifier without any are NaN."""
    known = [each.probability for each in predictions if each.probability is not None]
    dtype = np.result_type(*known) if known else np.float64
    parts = [
        np.broadcast_to(np.nan, size) if each.probability is None else each.probability
        for each, size in zip(predictions, sizes, strict=True)
    ]
    return _joined(parts, dtype)


def _joined(arrays, dtype):
    """Join arrays, of which there may be none."""
    return np.concatenate([np.empty(0, dtype), *arrays], dtype=dtype)


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
    scores = {score[:4]: score for score in result.scores}
    for scale, draw, split, metric in product(
        cell.validation_scales, range(study.n_draws), splits, metrics
    ):
        if split == "train" and draw > 0:  # training samples have one draw
            continue
        score = scores.get((scale, draw, split, metric))
        yield {
            "train_scale": cell.train_scale,
            "scale": scale,
            "fold": cell.fold,
            "repeat": cell.repeat,
            "draw": draw,
            # The choice of training samples adds nothing to the variance of the scores
            # of one model, as if there were infinitely many.
            "n_train": np.inf if study.is_prefit else len(cell.train),
            "n_validation": len(cell.validation),
            "fit_seconds": result.fit_seconds,
            "score_seconds": result.score_seconds.get(scale, 0.0),
            # Last, because a narrow terminal leaves out the columns in the middle.
            "split": split,
            "metric": metric,
            "value": value_of(score, study.error_score),
        }


def value_of(score, error_score):
    """Return the value of a score; `error_score` if it failed or is None."""
    has_value = score is not None and score.error is None
    return score.value if has_value else error_score
