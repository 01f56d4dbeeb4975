"""The tidy tables of a noise curve, made of cells or of a fitted search."""

import numpy as np
import pandas as pd
from sklearn.base import is_classifier
from sklearn.model_selection import check_cv
from sklearn.utils.validation import check_is_fitted

from skn_noise._metrics import name_of_scoring

_EPOCH_COLUMNS = ["scale", "fold", "epoch", "split", "metric", "value"]


def score_table(cells, results, *, scores_train, error_score):
    """Return a row for every score of the cells, those that failed included."""
    metrics = _metrics(results)
    splits = ("train", "validation") if scores_train else ("validation",)
    rows = [
        {
            "train_scale": cell.train_scale,
            "scale": scale,
            "fold": cell.fold,
            "split": split,
            "metric": metric,
            "value": _value(result, scale, split, metric, error_score),
            "fit_seconds": result.fit_seconds,
            "score_seconds": result.score_seconds.get(scale, 0.0),
            "n_train": len(cell.train),
            "n_validation": len(cell.validation),
        }
        for cell, result in zip(cells, results, strict=True)
        for scale in cell.validation_scales
        for split in splits
        for metric in metrics
    ]
    return _sorted(pd.DataFrame(rows), by=["train_scale", "scale", "fold"])


def epoch_table(cells, results):
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
        for cell, result in zip(cells, results, strict=True)
        for name, values in result.history.items()
    ]
    return _sorted(pd.concat(frames), by=["scale", "fold"])[_EPOCH_COLUMNS]


def search_table(search, X, y, groups, param_name):
    """Return a row for every score of a fitted search over the scale."""
    scales = _searched_scales(search, param_name)
    sizes = _fold_sizes(search, X, y, groups)
    first = "split0_test_"
    suffixes = [
        key.removeprefix(first) for key in search.cv_results_ if key.startswith(first)
    ]
    frames = [
        frame.assign(n_train=n_train, n_validation=n_validation)
        for split in ("train", "validation")
        for suffix in suffixes
        for frame, (n_train, n_validation) in zip(
            _search_frames(search, scales, suffix, split), sizes, strict=False
        )
    ]
    return _sorted(pd.concat(frames), by=["scale", "fold"])


def _metrics(results):
    """Name the metrics; a callable that fails cannot say which it would have scored."""
    names = {}
    for result in results:
        for by_split in result.scores.values():
            for metric, score in by_split["validation"].items():
                names[metric] = names.get(metric, False) or not isinstance(score, str)
    return [metric for metric, is_scored in names.items() if is_scored] or list(names)


def _value(result, scale, split, metric, error_score):
    """Return a score; `error_score` in place of one that is not there, or failed."""
    by_split = result.scores.get(scale, {})
    score = by_split.get(split, {}).get(metric, error_score)
    return error_score if isinstance(score, str) else score


def _sorted(table, by):
    return table.sort_values(by, kind="stable", ignore_index=True)


def _searched_scales(search, param_name):
    """Return the scale of every candidate of a search that varied nothing else."""
    check_is_fitted(search, "cv_results_")
    candidates = search.cv_results_["params"]
    names = {name: None for candidate in candidates for name in candidate}
    if param_name is None:
        param_name = next(iter(names)) if len(names) == 1 else "noise__scale"
    values = {name: [candidate.get(name) for candidate in candidates] for name in names}
    scales = values.pop(param_name, [None])
    others = [name for name in values if not _follows(values[name], scales)]
    if None in scales or others:
        raise ValueError(
            f"from_search expects a search over the scale of the noise, {param_name!r},"
            f" and nothing that does not follow it; this one varied {sorted(names)}. "
            "Name the scale as param_name, and set other parameters before."
        )
    return [float(scale) for scale in scales]


def _follows(values, scales):
    """Tell whether values are the same for all candidates, or the scales."""
    first = [values[0]] * len(values)
    return any(
        all(map(np.array_equal, values, expected)) for expected in (first, scales)
    )


def _fold_sizes(search, X, y, groups):
    """Count the samples of every fold; NaN without the data."""
    if X is None:
        return [(np.nan, np.nan)] * search.n_splits_
    cv = check_cv(search.cv, y, classifier=is_classifier(search.estimator))
    sizes = [tuple(map(len, split)) for split in cv.split(X, y, groups)]
    if len(sizes) != search.n_splits_:
        raise ValueError(
            f"from_search expects the data that the search was fitted on, but X and y "
            f"make {len(sizes)} folds, and the search had {search.n_splits_}. Pass "
            "that data, or none, and do not search with an iterator as cv."
        )
    return sizes


def _search_frames(search, scales, suffix, split):
    """Yield a frame for every fold, of one metric on one split if it was scored."""
    results = search.cv_results_
    key = "train" if split == "train" else "test"
    metric = suffix if search.multimetric_ else name_of_scoring(search.scoring)
    for fold in range(search.n_splits_):
        column = f"split{fold}_{key}_{suffix}"
        if column in results:
            yield pd.DataFrame(
                {
                    "scale": scales,
                    "fold": fold,
                    "split": split,
                    "metric": metric,
                    "value": results[column],
                    "fit_seconds": results["mean_fit_time"],
                    "score_seconds": results["mean_score_time"],
                }
            )
