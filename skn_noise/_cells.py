"""The unit of work: one estimator, fitted at one scale on one fold, and its scores."""

from typing import NamedTuple
from warnings import warn

import numpy as np
from rich.console import Console
from rich.progress import track
from sklearn import get_config
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection._validation import _fit_and_score
from sklearn.utils import Bunch
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.parallel import Parallel, delayed


class Cell(NamedTuple):
    """A scale of the noise and a fold, with the indices of its samples."""

    scale: float
    fold: int
    train: np.ndarray
    test: np.ndarray


def route_metadata(estimator, cv, scorer, groups, params):
    """Tell what of `groups` and `params` goes to fit, scorer and splitter."""
    if not get_config()["enable_metadata_routing"]:
        return Bunch(
            estimator=Bunch(fit=params),
            splitter=Bunch(split={"groups": groups}),
            scorer=Bunch(score={}),
        )
    to_fit, to_split, to_score = (
        MethodMapping().add(caller="fit", callee=callee)
        for callee in ("fit", "split", "score")
    )
    router = (
        MetadataRouter(owner="noise_curve")
        .add(estimator=estimator, method_mapping=to_fit)
        .add(splitter=cv, method_mapping=to_split)
        .add(scorer=scorer, method_mapping=to_score)
    )
    return process_routing(router, "fit", **params)


def fit_cells(
    estimator,
    X,
    y,
    cells,
    *,
    param_name,
    scorer,
    routed,
    n_jobs,
    error_score,
    progress,
):
    """Fit and score all cells, in parallel; return what each scored, in their order."""
    jobs = (
        delayed(_fit_cell)(
            clone(estimator),
            X,
            y,
            cell,
            param_name=param_name,
            scorer=scorer,
            routed=routed,
            error_score=error_score,
        )
        for cell in cells
    )
    results = Parallel(n_jobs=n_jobs, return_as="generator")(jobs)
    results = list(_track(results, len(cells), progress))
    _warn_or_raise_about_failures(cells, results, error_score)
    return results


def _fit_cell(estimator, X, y, cell, *, param_name, scorer, routed, error_score):
    # What validation_curve and GridSearchCV call, so that the scores are the same.
    return _fit_and_score(
        estimator,
        X,
        y,
        scorer=scorer,
        train=cell.train,
        test=cell.test,
        verbose=0,
        parameters={param_name: cell.scale},
        fit_params=routed.estimator.fit,
        score_params=routed.scorer.score,
        return_train_score=True,
        return_times=True,
        error_score=error_score,
    )


def _track(results, n_cells, progress):
    """Pass the results on, moving a progress bar if there is a terminal for it."""
    console = Console(stderr=True)
    return track(
        results,
        description="Fitting",
        total=n_cells,
        console=console,
        disable=not (progress and console.is_terminal),
    )


def _warn_or_raise_about_failures(cells, results, error_score):
    failures = [
        f"scale {cell.scale:g}, fold {cell.fold}: "
        f"{result['fit_error'].strip().splitlines()[-1]}"
        for cell, result in zip(cells, results, strict=True)
        if result["fit_error"] is not None
    ]
    if failures and len(failures) == len(cells):
        raise ValueError(
            f"All {len(cells)} fits failed, the first with {failures[0]}. Pass "
            "error_score='raise' to see where."
        )
    for failure in failures:
        warn(
            f"A fit failed, and its scores are set to {error_score}: {failure}",
            FitFailedWarning,
            stacklevel=5,
        )
