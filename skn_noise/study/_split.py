"""The samples of a fold: a copy as scikit-learn's tools make it, or none."""

import numpy as np

from skn_noise._sklearn import safe_split
from skn_noise.study._regime import steps_that_fit


def samples_of(estimator, X, y, indices, train_indices=None):
    """Return X and y of a fold, as cross_validate would choose them.

    Neighbouring rows, such as those of a holdout, need no copy where no step writes
    into its samples, which is known of ours alone.
    """
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
