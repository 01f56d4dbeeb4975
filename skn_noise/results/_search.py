"""The scores of a fitted search over the scale of the noise, as a tidy table."""

import numpy as np
import pandas as pd
from sklearn.base import is_classifier
from sklearn.model_selection import check_cv
from sklearn.utils.validation import check_is_fitted

from skn_noise.results._metrics import name_of_scoring


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
    by = ["scale", "fold"]
    return pd.concat(frames).sort_values(by, kind="stable", ignore_index=True)


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
