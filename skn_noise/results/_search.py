"""Read the scores of a fitted search over the scale of the noise."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, is_classifier
from sklearn.model_selection import check_cv
from sklearn.utils import indexable
from sklearn.utils.validation import check_is_fitted

from skn_noise._metrics import count_classes, name_of_scoring


def search_table(search, X, y, groups, param_name):
    """Return a row for every score of a fitted search."""
    scales = _searched_scales(search, param_name)
    sizes = _count_fold_samples(search, X, y, groups)
    results, first = search.cv_results_, "split0_test_"
    suffixes = [key.removeprefix(first) for key in results if key.startswith(first)]
    name = name_of_scoring(search.scoring, search.estimator)
    frames = [
        pd.DataFrame(
            {
                "scale": scales,
                "fold": fold,
                "n_train": n_train,
                "n_validation": n_validation,
                "fit_seconds": results["mean_fit_time"],
                "score_seconds": results["mean_score_time"],
                "split": split,
                "metric": suffix if search.multimetric_ else name,
                "value": results[column],
            }
        )
        for split, key in [("train", "train"), ("validation", "test")]
        for suffix in suffixes
        for fold, (n_train, n_validation) in enumerate(sizes)
        if (column := f"split{fold}_{key}_{suffix}") in results
    ]
    # sort_values is stable for two columns, and keeps the order of splits and metrics.
    return pd.concat(frames).sort_values(["scale", "fold"], ignore_index=True)


def count_searched_classes(search, y):
    """Count the classes of `y` or, if it is None, of the refitted estimator."""
    if y is not None:
        return count_classes(y) if is_classifier(search.estimator) else None
    classes = getattr(search, "classes_", None)
    # Classes of several outputs are a list of arrays.
    return None if classes is None or isinstance(classes, list) else len(classes)


def _searched_scales(search, param_name):
    """Return the scale of every candidate; raise an error if others varied, too."""
    if not isinstance(search, BaseEstimator):
        raise TypeError(
            "search must be a fitted search such as GridSearchCV, got "
            f"{type(search).__name__}."
        )
    check_is_fitted(search, "cv_results_")
    candidates = search.cv_results_["params"]
    names = sorted({name for candidate in candidates for name in candidate})
    if param_name is None:
        param_name = names[0] if len(names) == 1 else "noise__scale"
    scales = [candidate.get(param_name) for candidate in candidates]
    is_one_curve = (
        None not in scales
        and len(set(scales)) == len(scales)
        and all(_follows(name, candidates, scales) for name in names)
        # Halving searches fit candidates with different numbers of samples.
        and "n_resources" not in search.cv_results_
    )
    if not is_one_curve:
        raise ValueError(
            "from_search expects a GridSearchCV or RandomizedSearchCV that fitted each "
            f"scale of the noise ({param_name!r}) once, and in which all other "
            f"parameters are constant or equal to the scale; got a "
            f"{type(search).__name__} over {names} with the scales {scales}. Pass the "
            "name of the scale as param_name, and search over no other parameter."
        )
    return [float(scale) for scale in scales]


def _follows(name, candidates, scales):
    """Return whether a parameter is constant or equals the scale, as in noise_grid."""
    values = [candidate.get(name) for candidate in candidates]
    first = [values[0]] * len(values)
    return any(all(map(np.array_equal, values, each)) for each in (first, scales))


def _count_fold_samples(search, X, y, groups):
    """Count the training and validation samples of every fold; NaN if X is None."""
    X, y, groups = indexable(X, y, groups)
    if X is None:
        return [(np.nan, np.nan)] * search.n_splits_
    cv = check_cv(search.cv)  # stratified folds have the same sizes
    folds = list(cv.split(X, y, groups))
    if len(folds) != search.n_splits_:
        raise ValueError(
            "from_search expects the data that the search was fitted on, but X and y "
            f"give {len(folds)} folds, and the search had {search.n_splits_}. Pass "
            "these data or no data, and do not search with an iterator as cv."
        )
    return [tuple(map(len, fold)) for fold in folds]
