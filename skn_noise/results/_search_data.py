"""The data of a fitted search: told from other data, and its classes and folds counted.

A search keeps no data, but its results tell other data in several ways.
"""

import numpy as np
from sklearn import get_config
from sklearn.base import is_classifier
from sklearn.model_selection import check_cv
from sklearn.pipeline import Pipeline
from sklearn.utils import indexable
from sklearn.utils.multiclass import type_of_target

from skn_noise._metrics import count_classes, counts_samples

_ROUNDING = 1e-6  # of a number of samples


def count_searched_classes(search, y):
    """Count the classes, of `y` if it is given, and else of the refitted estimator."""
    classes = getattr(search, "classes_", None)
    if y is not None and (classes is not None or is_classifier(search.estimator)):
        return count_classes(y)
    # A list has the classes of several outputs.
    return None if classes is None or isinstance(classes, list) else len(classes)


def count_fold_samples(search, X, y, groups):
    """Return the numbers of samples of every fold, to fit and to score; NaN without X.

    What is known not to be the data of the search is refused.
    """
    X, y, groups = indexable(X, y, groups)
    _check_classes(search, y)
    if X is None:
        return [(np.nan, np.nan)] * search.n_splits_
    if y is None and is_classifier(search.estimator):
        raise _other_data("y is missing")
    _check_features(search, X)
    _check_resources(search, X)
    cv = check_cv(search.cv)  # of a number: stratified folds have the same sizes
    folds = list(cv.split(X, y, groups))
    if len(folds) != search.n_splits_:
        raise ValueError(
            f"from_search expects the data that the search was fitted on, but X and y "
            f"make {len(folds)} folds, and the search had {search.n_splits_}. Pass "
            "that data, or none, and do not search with an iterator as cv."
        )
    n_samples = _count_samples(X)
    n_needed = max(np.max(samples) for fold in folds for samples in fold) + 1
    if n_needed > n_samples:
        raise _other_data(f"X has {n_samples} samples, and the folds need {n_needed}")
    return [tuple(map(len, fold)) for fold in folds]


def check_counts(search, scores):
    """Refuse numbers of samples of which the accuracies cannot be the shares.

    Outside metadata routing, no search hands sample weights to the scorer of a
    pipeline; of others a weighted accuracy need not be the share of a whole number.
    """
    if not isinstance(search.estimator, Pipeline):
        return
    if get_config()["enable_metadata_routing"]:
        return
    is_count = scores["metric"].map(counts_samples)
    counted = scores[is_count & (scores["value"] != search.error_score)]
    is_training = counted["split"] == "train"
    n_samples = counted["n_train"].where(is_training, counted["n_validation"])
    n_correct = counted["value"] * n_samples
    is_broken = (n_correct - n_correct.round()).abs() > _ROUNDING
    if is_broken.any():
        score = counted.loc[is_broken.idxmax()]
        n = n_samples[is_broken.idxmax()]
        split = "training" if score["split"] == "train" else "validation"
        raise _other_data(
            f"X and y make {n:.0f} {split} samples in fold {score['fold']}, of"
            f" which no number is the share {score['value']:.6g} that the search found"
        )


def _check_features(search, X):
    """Refuse other features than the refitted estimator has seen."""
    n_seen = getattr(search, "n_features_in_", None)
    n_features = _count_features(X)
    if None not in (n_seen, n_features) and n_seen != n_features:
        raise _other_data(f"X has {n_features} features, and the search saw {n_seen}")
    seen = list(getattr(search, "feature_names_in_", []))
    names = list(getattr(X, "columns", []))
    if seen and names and seen != names:
        raise _other_data(f"X has the features {names}, and the search saw {seen}")


def _check_classes(search, y):
    """Refuse other classes, or numbers of outputs, than the refitted estimator has."""
    if y is not None and is_classifier(search.estimator):
        try:
            type_of_target(y), np.unique(y)
        except Exception as error:  # whatever sorting what is no label may raise
            raise _other_data(f"y holds what are no labels ({error})") from error
    classes = getattr(search, "classes_", None)
    if y is None or classes is None:
        return
    n_outputs = np.shape(y)[1] if np.ndim(y) > 1 else 1
    if isinstance(classes, list):
        if n_outputs != len(classes):
            raise _other_data(
                f"y has {n_outputs} outputs, and the search saw {len(classes)}"
            )
    elif n_outputs == 1 and np.unique(y).tolist() != list(classes):
        raise _other_data(
            f"y has the classes {np.unique(y).tolist()}, and the search saw "
            f"{np.asarray(classes).tolist()}"
        )


def _check_resources(search, X):
    """Refuse samples of which the search, if it halved, fitted another number."""
    if getattr(search, "resource", None) != "n_samples":
        return
    n_fitted, n_samples = search.cv_results_["n_resources"][0], _count_samples(X)
    if n_fitted != n_samples:
        raise _other_data(f"X has {n_samples} samples, and the search used {n_fitted}")


def _count_samples(X):
    return X.shape[0] if hasattr(X, "shape") else len(X)


def _count_features(X):
    """Count the features, None where samples have none, as texts."""
    try:
        return np.shape(X)[1]
    except (IndexError, ValueError):
        return None


def _other_data(what):
    return ValueError(
        "from_search expects the data that the search was fitted on, but "
        f"{what}. Pass that data, or none."
    )
