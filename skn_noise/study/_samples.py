"""The samples of a study: checked before the first fit, chosen for each fold."""

import numpy as np
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.preprocessing import StandardScaler
from sklearn.utils import assert_all_finite, get_tags
from sklearn.utils.multiclass import check_classification_targets

from skn_noise._sklearn import (
    check_params,
    dtypes_of,
    n_samples,
    safe_split,
    validate_samples,
)
from skn_noise.noise import GaussianNoiseTransformer
from skn_noise.scaling import GlobalStandardScaler
from skn_noise.study._regime import steps_that_fit


def check_samples(estimator, X, cell):
    """Raise an error if every fit on the samples, or on its parameters, would fail.

    Steps that are neither of scikit-learn nor of this package check samples themselves.
    """
    # Samples in no fold, such as those of a holdout that is left out, may be anything.
    is_used = np.zeros(n_samples(X), dtype=bool)
    is_used[cell.train] = is_used[cell.validation] = True
    if not is_used.all():
        X, _ = safe_split(estimator, X, None, np.flatnonzero(is_used))
    # A parameter of ours that is out of range would fail in every fit.
    steps = steps_that_fit(estimator)
    for step in steps:
        if _package(step) == "skn_noise":
            check_params(step)
    # Steps that keep the shape of the samples pass on what the next one refuses, such
    # as NaN. What comes behind any other step is unknown before it is fitted.
    reached = steps[: _n_keeping_samples(steps) + 1]
    strictest = min(filter(_keeps_to_its_tags, reached), key=_takes_nan, default=None)
    if strictest is None or (_package(strictest) == "sklearn" and _has_categories(X)):
        return
    try:
        validate_samples(
            clone(strictest),
            X,
            dtype="numeric",
            accept_sparse=get_tags(reached[0]).input_tags.sparse,
            ensure_all_finite="allow-nan" if _takes_nan(strictest) else True,
        )
    except (TypeError, ValueError) as error:
        name = type(strictest).__name__
        raise ValueError(f"{name} cannot be fitted on X: {error}") from error


def check_targets(estimator, y):
    """Raise an error unless a classifier has labels, and a regressor numbers."""
    name, final = type(estimator).__name__, steps_that_fit(estimator)[-1]
    if not (is_classifier(estimator) or is_regressor(estimator)):
        return
    if y is None:
        raise ValueError(f"y must hold the targets for {name}, got None.")
    try:
        if is_classifier(estimator) or _keeps_to_its_tags(final):
            assert_all_finite(y, input_name="y")
        if is_classifier(estimator):
            check_classification_targets(y)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} cannot be fitted on y: {error}") from error
    # scikit-learn takes one-hot labels for several targets, which ours do not have.
    shape = np.shape(y)
    if _package(final) == "skn_noise" and len(shape) > 1 and shape[1] > 1:
        raise ValueError(
            f"y must hold one label for each sample, got the shape {shape} for {name}. "
            "Convert one-hot labels to numbers by y.argmax(axis=1)."
        )


def _n_keeping_samples(steps):
    """Count the first steps, as long as they keep the shape of samples."""
    keeping = (GaussianNoiseTransformer, GlobalStandardScaler, StandardScaler)
    others = (i for i, step in enumerate(steps) if type(step) not in keeping)
    return next(others, len(steps))


def _keeps_to_its_tags(step):
    """Return whether the tags of a step say for certain which samples it refuses."""
    # The common checks of scikit-learn compare the tags with what an estimator does.
    # Those of a meta-estimator may be wrong, as they depend on the estimators in it.
    params = step.get_params()
    holds_others = any(hasattr(value, "fit") for value in params.values())
    if holds_others or _package(step) not in ("skn_noise", "sklearn"):
        return False
    tags = get_tags(step)
    takes = tags.input_tags
    takes_more = takes.string or takes.categorical or takes.three_d_array
    # A kernel of a Gaussian process may compare anything.
    is_numeric = getattr(params.get("kernel"), "requires_vector_input", True)
    return (
        takes.two_d_array and is_numeric and not takes_more and not tags.no_validation
    )


def _takes_nan(step):
    return get_tags(step).input_tags.allow_nan


def _has_categories(X):
    """Return whether a data frame has categories, which may stand for numbers."""
    kinds = (str(dtype).lower() for dtype in dtypes_of(X))
    return any(kind.startswith(("categor", "enum")) for kind in kinds)


def _package(step):
    return type(step).__module__.partition(".")[0]


def samples_of(estimator, X, y, indices, train_indices=None):
    """Return X and y of a fold, as cross_validate would choose them."""
    # Neighbouring rows, such as those of a holdout, are a view if all steps are ours,
    # because these never write into their samples. For MNIST this saves each worker a
    # copy of 179 MiB.
    if not (_are_neighbours(indices) and _holds_rows(X) and _is_ours(estimator)):
        return safe_split(estimator, X, y, indices, train_indices)
    rows = np.asarray(X)[indices[0] : indices[-1] + 1]
    rows.flags.writeable = False
    none = np.empty((len(X), 0))
    return rows, safe_split(estimator, none, y, indices)[1]


def _are_neighbours(indices):
    return len(indices) > 0 and bool((np.diff(indices) == 1).all()) and indices[0] >= 0


def _holds_rows(X):
    return type(X) in (np.ndarray, np.memmap) and X.flags.c_contiguous


def _is_ours(estimator):
    return all(
        type(step).__module__.startswith("skn_noise.")
        for step in steps_that_fit(estimator)
    )
