"""The tidy tables of scores and of epochs, made of the results of cells."""

import numpy as np
import pandas as pd

from skn_noise.study._failures import value_of

_EPOCH_COLUMNS = ["scale", "fold", "epoch", "split", "metric", "value"]


def score_table(plan, results):
    """Return a row for every score of the cells, those that failed included."""
    metrics = _metrics(plan.study.scoring, results)
    rows = [
        row
        for cell, result in zip(plan.cells, results, strict=True)
        for row in _score_rows(plan.study, cell, result, metrics)
    ]
    by = ["train_scale", "scale", "fold"]
    return pd.DataFrame(rows).sort_values(by, kind="stable", ignore_index=True)


def epoch_table(plan, results):
    """Return a row for every figure of every epoch."""
    frames = [
        pd.DataFrame(
            {
                "scale": cell.train_scale,
                "fold": cell.fold,
                "epoch": np.arange(1, len(values) + 1),
                "split": "validation" if name.startswith("val_") else "train",
                "metric": name.removeprefix("val_"),
                "value": values,
            }
        )
        for cell, result in zip(plan.cells, results, strict=True)
        for name, values in result.history.items()
    ]
    by = ["scale", "fold"]
    table = pd.concat(frames).sort_values(by, kind="stable", ignore_index=True)
    return table[_EPOCH_COLUMNS]


def _metrics(scoring, results):
    """Name the metrics that were scored.

    A callable that failed is in the results as a metric named after `scoring`, as it
    did not come to say which metrics it scores.
    """
    scores = [score for result in results for score in result.scores]
    names = dict.fromkeys(score.metric for score in scores)
    scored = {score.metric for score in scores if score.error is None}
    is_told = not callable(scoring) or not scored
    return [name for name in names if is_told or name in scored]


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
                    "split": split,
                    "metric": metric,
                    "value": value_of(score, study.error_score),
                    "fit_seconds": result.fit_seconds,
                    "score_seconds": result.score_seconds.get(scale, 0.0),
                    "n_train": len(cell.train),
                    "n_validation": len(cell.validation),
                }
