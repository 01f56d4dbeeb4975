"""From the arguments of a study to the results of its cells."""

from numbers import Integral, Real
from os import PathLike

import joblib
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.model_selection._validation import _check_groups_routing_disabled
from sklearn.utils import indexable
from sklearn.utils._param_validation import HasMethods, StrOptions

from skn_noise._cell import Cell, Study
from skn_noise._cell_store import CellStore
from skn_noise._epochs import check_tracks_epochs
from skn_noise._metrics import name_of_scoring
from skn_noise._routing import route_metadata
from skn_noise._run_cells import run_cells

STUDY_CONSTRAINTS = {
    "estimator": [HasMethods(["fit", "get_params", "set_params"])],
    "X": ["array-like", "sparse matrix"],
    "y": ["array-like", None],
    "param_name": [str],
    "groups": ["array-like", None],
    "cv": ["cv_object"],
    "n_jobs": [Integral, None],
    "memory": [str, PathLike, joblib.Memory, None],
    "error_score": [StrOptions({"raise"}), Real],
    "progress": ["boolean"],
    "params": [dict, None],
}


def run_study(
    estimator,
    X,
    y,
    *,
    regime,
    scales,
    groups,
    cv,
    scoring,
    n_jobs,
    memory,
    error_score,
    progress,
    params,
    scores_train,
    track_epochs=False,
):
    """Fit and score all cells; return them with their results.

    `scales` is a list of pairs: a scale to train at and the scales to score at.
    """
    _check_groups_routing_disabled(groups)
    _check_n_jobs(n_jobs)
    if track_epochs:
        check_tracks_epochs(estimator)
    X, y, groups = indexable(X, y, groups)
    cv = check_cv(cv, y, classifier=is_classifier(estimator))
    scorer = check_scoring(estimator, scoring, raise_exc=error_score == "raise")
    routed = route_metadata(estimator, cv, scorer, groups, params or {})
    # What the estimator has for the parameters that are set does not matter.
    no_scale = regime.params(train_scale=None, test_scale=None)
    study = Study(
        estimator=clone(estimator).set_params(**regime.fixed, **no_scale),
        regime=regime,
        scorer=scorer,
        metric_name=name_of_scoring(scoring),
        fit_params=routed.estimator.fit,
        score_params=routed.scorer.score,
        scores_train=scores_train,
        track_epochs=track_epochs,
        raises_errors=error_score == "raise",
    )
    folds = enumerate(cv.split(X, y, **routed.splitter.split))
    cells = [Cell(*pair, fold, *split) for fold, split in folds for pair in scales]
    results = run_cells(
        study,
        X,
        y,
        cells,
        store=CellStore(memory, study, scoring, X, y),
        n_jobs=n_jobs,
        error_score=error_score,
        progress=progress,
    )
    return cells, results


def _check_n_jobs(n_jobs):
    if n_jobs == 0:
        raise ValueError(
            "n_jobs must be a number of cells to run at a time, or -1 for one a "
            "processor, or None; got 0."
        )
