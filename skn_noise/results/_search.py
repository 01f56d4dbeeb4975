"""The scores of a fitted search over the scale of the noise, as a tidy table."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skn_noise._metrics import name_of_scoring
from skn_noise.results._search_data import check_counts, count_fold_samples

# Threads may sum in another order; else equal fits have equal scores.
_SAME_FIT = {"rtol": 1e-9, "atol": 1e-12, "equal_nan": True}


def search_table(search, X, y, groups, param_name):
    """Return a row for every score of a fitted search over the scale."""
    scales = _searched_scales(search, param_name)
    _check_resources_are_equal(search, scales)
    candidates = _one_candidate_a_scale(search, scales)
    sizes = count_fold_samples(search, X, y, groups)
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
    chosen = pd.concat(frame.iloc[candidates] for frame in frames)
    by = ["scale", "fold"]
    scores = chosen.sort_values(by, ignore_index=True)  # stable, as by two columns
    check_counts(search, scores)
    return scores


def _searched_scales(search, param_name):
    """Return the scale of every candidate of a search that varied nothing else."""
    if not isinstance(search, BaseEstimator):
        raise TypeError(
            f"search must be a search like GridSearchCV, got {type(search).__name__}. "
            "Pass one that is fitted."
        )
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


def _check_resources_are_equal(search, scales):
    """Refuse a search that halved, and gave some scales more than others."""
    resources = np.asarray(search.cv_results_.get("n_resources", []))
    names = {
        number: sorted({scales[i] for i in np.flatnonzero(resources == number)})
        for number in np.unique(resources).tolist()
    }
    if len(names) > 1:
        told = ", ".join(f"{number} to the scales {names[number]}" for number in names)
        raise ValueError(
            "from_search expects all scales to be fitted with the same resources, but "
            f"{type(search).__name__} gave of {search.resource!r} {told}. Search with "
            "GridSearchCV, which fits all alike."
        )


def _one_candidate_a_scale(search, scales):
    """Return the first candidate of each scale; others must be the same fit again."""
    scores = np.column_stack(
        [
            search.cv_results_[key]
            for key in search.cv_results_
            if key.startswith("split")
        ]
    )
    _, first, which = np.unique(scales, return_index=True, return_inverse=True)
    is_same = np.isclose(scores, scores[first[which]], **_SAME_FIT).all(axis=1)
    if not is_same.all():
        repeated = sorted({scales[i] for i in np.flatnonzero(~is_same)})
        raise ValueError(
            f"from_search expects each scale once, but the search fitted {repeated} "
            "several times, with other scores each time. Give the noise and the "
            "estimator an int random_state, for fits that are the same count as one, "
            "or search over each scale once."
        )
    return np.sort(first)


def _search_frames(search, scales, suffix, split):
    """Yield a frame for every fold, of one metric on one split if it was scored."""
    results = search.cv_results_
    key = "train" if split == "train" else "test"
    name = name_of_scoring(search.scoring, search.estimator)
    metric = suffix if search.multimetric_ else name
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
