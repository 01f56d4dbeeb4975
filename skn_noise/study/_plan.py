"""What is to be run: what the cells of a study share, the data, and the cells."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral, Real
from os import PathLike
from typing import NamedTuple

import joblib
import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils import indexable

from skn_noise._sklearn import HasMethods, StrOptions, n_samples
from skn_noise.study._epochs import check_tracks_epochs
from skn_noise.study._folds import as_folds, read_folds
from skn_noise.study._key import Key, hash_of, make_key
from skn_noise.study._manifest import in_text
from skn_noise.study._predictions import has_one_target
from skn_noise.study._regime import Regime, warn_of_other_draws
from skn_noise.study._repeats import check_repeats, params_of_repeat
from skn_noise.study._routing import route_metadata
from skn_noise.study._samples import check_samples, check_targets
from skn_noise.study._scoring import choose_scoring

STUDY_CONSTRAINTS = {
    "estimator": [HasMethods(["fit", "get_params", "set_params"])],
    "X": ["array-like", "sparse matrix"],
    "y": ["array-like", None],
    "param_name": [str],
    "training": [str, None],
    "groups": ["array-like", None],
    "cv": ["cv_object"],
    "n_jobs": [Integral, None],
    "memory": [str, PathLike, joblib.Memory, None],
    "error_score": [StrOptions({"raise"}), Real],
    "progress": ["boolean"],
    "params": [dict, None],
}


class Cell(NamedTuple):
    """A scale to train at, the scales to validate at, and a fold with its samples.

    `repeat` tells which draw of the noise and of the estimator it is.
    """

    train_scale: float
    validation_scales: tuple[float, ...]
    fold: int
    train: np.ndarray
    validation: np.ndarray
    repeat: int = 0

    @property
    def is_scored_as_trained(self):
        """Whether the scale to train at is the only one to validate at."""
        return self.validation_scales == (self.train_scale,)

    @property
    def description(self):
        """The cell in words."""
        scale = f"scale {self.train_scale:g}, fold {self.fold}"
        scale += f", repeat {self.repeat}" if self.repeat else ""
        return scale if self.is_scored_as_trained else f"trained at {scale}"


@dataclass(frozen=True)
class Study:
    """What the cells of a study share, but for the data.

    `scoring` names what is scored, `scorer` is what scikit-learn made of it.
    """

    estimator: BaseEstimator
    regime: Regime
    scoring: str | Callable | list | tuple | dict | None
    scorer: Callable[..., float | dict[str, float]]
    fit_params: dict[str, object]
    score_params: dict[str, object]
    scores_train: bool
    track_epochs: bool
    keeps_predictions: bool
    error_score: float | str

    def estimator_of(self, cell):
        """Return an estimator to be fitted, with the scales and seeds of a cell."""
        params = self.regime.params(
            train_scale=cell.train_scale, validation_scale=cell.validation_scales[0]
        )
        seeds = params_of_repeat(self.estimator, cell.repeat)
        return clone(self.estimator).set_params(**params, **seeds)


@dataclass(frozen=True)
class Plan:
    """A study, its data and its cells; `splitter` is None for folds that are listed.

    `folds_vary` is whether the splitter draws other folds each time.
    """

    # The data stay beside the study: joblib sends a large argument to a cluster once,
    # but what is inside of another, such as a dataclass, with every cell.
    study: Study
    X: ArrayLike
    y: ArrayLike | None
    cells: list[Cell]
    splitter: str | None
    folds_vary: bool
    key: Key

    @cached_property
    def fold_digests(self):
        """The hash of each fold, whatever its number."""
        folds = {cell.fold: cell for cell in self.cells}
        return [
            hash_of((folds[fold].train, folds[fold].validation))
            for fold in sorted(folds)
        ]


def plan_study(
    estimator,
    X,
    y,
    *,
    regime,
    scales,
    groups,
    cv,
    scoring,
    params,
    error_score,
    scores_train,
    track_epochs=False,
    return_predictions=False,
    n_repeats=1,
):
    """Plan a cell for every repeat, every fold and every pair of `scales`.

    A pair is a scale to train at and the scales to validate at.
    """
    if track_epochs:
        check_tracks_epochs(estimator)
    check_repeats(estimator, n_repeats)
    X, y, groups = indexable(X, y, groups)
    check_targets(estimator, y)
    cv = as_folds(cv, n_samples(X))
    is_listed = isinstance(cv, list)
    cv = check_cv(cv, y, classifier=is_classifier(estimator))
    scoring = choose_scoring(scoring, estimator, y)
    scorer = check_scoring(estimator, scoring)
    routed = route_metadata(estimator, cv, scorer, groups, params or {})
    # The cells set these; what the estimator has for them must not tell studies apart.
    unset = regime.params(train_scale=None, validation_scale=None)
    study = Study(
        estimator=clone(estimator).set_params(**regime.fixed, **unset),
        regime=regime,
        scoring=scoring,
        scorer=scorer,
        fit_params=routed.estimator.fit,
        score_params=routed.scorer.score,
        scores_train=scores_train,
        track_epochs=track_epochs,
        keeps_predictions=return_predictions and has_one_target(estimator, y),
        error_score=error_score,
    )
    folds = read_folds(cv.split(X, y, **routed.splitter.split))
    if not folds:
        raise ValueError(f"cv must give at least one fold, got none from {cv!r}.")
    cells = _cells(folds, scales, n_repeats)
    check_samples(study.estimator_of(cells[0]), X, cells[0])
    warn_of_other_draws(estimator, regime.validation_names[0], n_fits=len(scales))
    return Plan(
        study,
        X,
        y,
        cells,
        splitter=None if is_listed else in_text(cv),
        folds_vary=getattr(cv, "shuffle", True)
        and getattr(cv, "random_state", 0) is None,
        # Before any fit, as code may be edited while the study runs.
        key=_key_of(study, X, y),
    )


def _key_of(study, X, y):
    """Return the key; scales, folds and repeats tell cells of one study apart."""
    estimator = {
        "estimator": study.estimator,
        "training": study.regime,
        "params": study.fit_params,
    }
    scoring = {"scoring": study.scoring, "params": study.score_params}
    return make_key(data={"X": X, "y": y}, estimator=estimator, scoring=scoring)


def _cells(folds, scales, n_repeats):
    """List the cells; a study that ends early has finished whole repeats."""
    return [
        Cell(*pair, fold, *split, repeat)
        for repeat in range(n_repeats)
        for fold, split in enumerate(folds)
        for pair in scales
    ]
