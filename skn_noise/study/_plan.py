"""Plan a study: choose folds, metrics and seeds, and list the cells to be run."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral, Real
from os import PathLike
from typing import NamedTuple

import joblib
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn import get_config
from sklearn.base import BaseEstimator, clone, is_classifier, is_regressor
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils import Bunch, indexable
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.multiclass import type_of_target

from skn_noise._sklearn import HasMethods, Interval, StrOptions, n_samples, warn_user
from skn_noise.study._cell import check_tracks_epochs
from skn_noise.study._key import Key, hash_of, make_key
from skn_noise.study._predict import has_one_target
from skn_noise.study._prefit import (
    PREFIT,
    check_classes,
    check_prefit,
    fit_noise,
    is_prefit,
    warn_of_frozen_model,
)
from skn_noise.study._regime import Regime, check_draws, warn_of_other_draws
from skn_noise.study._samples import check_samples, check_targets

STUDY_CONSTRAINTS = {
    "estimator": [HasMethods(["fit", "get_params", "set_params"])],
    "X": ["array-like", "sparse matrix"],
    "y": ["array-like", None],
    "param_name": [str],
    "training": [str, None],
    "groups": ["array-like", None],
    "cv": ["cv_object", StrOptions({PREFIT})],
    "n_jobs": [Integral, None],
    "memory": [str, PathLike, joblib.Memory, None],
    # The tables number draws and repeats by int16.
    "n_draws": [Interval(Integral, 1, 2**15, closed="both")],
    "error_score": [StrOptions({"raise"}), Real],
    "progress": ["boolean"],
    "params": [dict, None],
}


class Cell(NamedTuple):
    """A scale to train at, the scales to validate at, and a fold with its samples.

    `train` is empty if the model is trained already.
    `repeat` is the number of the repeat; other repeats have other seeds.
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
        repeat = f", repeat {self.repeat}" if self.repeat else ""
        if len(self.train) == 0:
            return f"trained already{repeat}"
        scale = f"scale {self.train_scale:g}, fold {self.fold}{repeat}"
        return scale if self.is_scored_as_trained else f"trained at {scale}"


@dataclass(frozen=True)
class Study:
    """The arguments that all cells of a study share, without the data.

    `is_prefit` is whether `estimator` is trained already.
    `n_draws` is the number of draws of the noise that every fit is validated on,
    `scoring` names what is scored, `scorer` is what scikit-learn made of it.
    """

    estimator: BaseEstimator
    regime: Regime
    is_prefit: bool
    n_draws: int
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
        # Further scales are set on the fitted estimator.
        params = self.regime.params(
            train_scale=cell.train_scale, validation_scale=cell.validation_scales[0]
        )
        seeds = params_of_repeat(self.estimator, cell.repeat)
        copied = copy_of(self.estimator, keeps_fit=self.is_prefit)
        return copied.set_params(**params, **seeds)


@dataclass(frozen=True)
class Plan:
    """A study, its data and its cells; `splitter` is None for folds that are listed.

    `groups` has the group of each sample, None without any.
    `folds_vary` is whether the splitter draws other folds each time.
    """

    # The data are no part of the study: joblib sends a large argument to a cluster
    # once, but an array inside of another argument with every cell.
    study: Study
    X: ArrayLike
    y: ArrayLike | None
    groups: pd.Categorical | None
    cells: list[Cell]
    splitter: str | None
    folds_vary: bool
    key: Key

    @cached_property
    def fold_digests(self):
        """The hash of the indices of each fold."""
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
    n_draws,
    track_epochs=False,
    return_predictions=False,
    n_repeats=1,
):
    """Plan a cell for every repeat, every fold and every pair of `scales`.

    A pair is a scale to train at and the scales to validate at.
    """
    trains_nothing = is_prefit(cv)
    if trains_nothing:
        check_prefit(estimator, X, regime, track_epochs=track_epochs, params=params)
        cv = [([], np.arange(n_samples(X)))]  # all samples validate
    else:
        warn_of_frozen_model(estimator)
    if track_epochs:
        check_tracks_epochs(estimator)
    check_repeats(estimator, n_repeats)
    X, y, groups = indexable(X, y, groups)
    check_targets(estimator, y)
    if trains_nothing:
        check_classes(estimator, y)
    is_splitter = hasattr(cv, "get_n_splits")
    is_listed = not (cv is None or isinstance(cv, Integral) or is_splitter)
    if is_listed:
        cv = _listed_folds(cv, n_samples(X))
    cv = check_cv(cv, y, classifier=is_classifier(estimator))
    scoring = choose_scoring(scoring, estimator, y)
    scorer = check_scoring(estimator, scoring)
    of_samples = _check_groups(groups, params or {}, n_samples(X))
    routed = route_metadata(estimator, cv, scorer, groups, params or {})
    # The cells set these parameters, so that their present values do not matter.
    unset = regime.params(train_scale=None, validation_scale=None)
    study = Study(
        estimator=copy_of(estimator, keeps_fit=trains_nothing).set_params(
            **regime.fixed, **unset
        ),
        regime=regime,
        is_prefit=trains_nothing,
        n_draws=n_draws,
        scoring=scoring,
        scorer=scorer,
        fit_params=routed.estimator.fit,
        score_params=routed.scorer.score,
        scores_train=scores_train and not trains_nothing,
        track_epochs=track_epochs,
        keeps_predictions=return_predictions and has_one_target(estimator, y),
        error_score=error_score,
    )
    check_draws(study.estimator, regime.validation_names[0], n_draws)
    splits = cv.split(X, y, **routed.splitter.split)
    folds = [[_as_indices(part, n_samples(X)) for part in split] for split in splits]
    if not folds:
        raise ValueError(f"cv must give at least one fold, got none from {cv!r}.")
    if of_samples is not None:
        _warn_of_shared_groups(of_samples, folds)
    cells = _cells(folds, scales, n_repeats)
    first = study.estimator_of(cells[0])
    check_samples(first, X, cells[0])
    if trains_nothing:  # what the noise refuses would be lost in the error of a cell
        fit_noise(first, X)
    warn_of_other_draws(estimator, regime.validation_names[0], n_fits=len(scales))
    return Plan(
        study,
        X,
        y,
        of_samples,
        cells,
        splitter=PREFIT if trains_nothing else None if is_listed else in_text(cv),
        folds_vary=folds_vary(cv),
        # Before any fit, as code may be edited while the study runs.
        key=key_of(study, X, y),
    )


def copy_of(estimator, *, keeps_fit):
    """Return a clone, or a copy of a fitted estimator that leaves it unchanged."""
    return deepcopy(estimator) if keeps_fit else clone(estimator)


def folds_vary(cv):
    """Return whether a splitter draws other folds in every call."""
    # ShuffleSplit has no `shuffle` and always does; LeaveOneOut has no `random_state`
    # either and never does.
    return getattr(cv, "shuffle", True) and getattr(cv, "random_state", 0) is None


def key_of(study, X, y):
    """Return the key of a study, which all its scales, folds and repeats share."""
    estimator = {
        "estimator": study.estimator,
        "training": study.regime,
        "params": study.fit_params,
    }
    scoring = {"scoring": study.scoring, "params": study.score_params}
    return make_key(data={"X": X, "y": y}, estimator=estimator, scoring=scoring)


def _cells(folds, scales, n_repeats):
    """List the cells, a whole repeat before the next, in case the study ends early."""
    return [
        Cell(*pair, fold, *split, repeat)
        for repeat in range(n_repeats)
        for fold, split in enumerate(folds)
        for pair in scales
    ]


def _check_groups(groups, params, n_samples):
    """Return the group of each sample as a categorical, None without any."""
    if groups is None and get_config()["enable_metadata_routing"]:
        groups = params.get("groups")
    if groups is None:
        return None
    if np.shape(groups) != (n_samples,):
        raise ValueError(
            f"groups must have one group for each of the {n_samples} samples, got the "
            f"shape {np.shape(groups)}."
        )
    # NumPy would turn a list of numbers, texts and NaN into texts.
    groups = pd.Categorical(groups)
    if (groups.codes < 0).any():
        raise ValueError(
            "groups must have a group for every sample, but that of sample "
            f"{np.argmax(groups.codes < 0)} is missing. Leave these samples out, or "
            "give each a group of its own."
        )
    # Curves are saved with numbers and texts, and without an order of labels.
    labels = [
        label if isinstance(label, str | Real) else str(label)
        for label in groups.categories.tolist()
    ]
    return pd.Categorical.from_codes(groups.codes, labels)


def _warn_of_shared_groups(groups, folds):
    """Warn if a fold validates on samples of groups that it trains on."""
    # The first fold is enough to say what the scores are about.
    for fold, (train, validation) in enumerate(folds):
        shared = np.intersect1d(groups.codes[train], groups.codes[validation])
        if len(shared) == 0:
            continue
        first = groups.categories[shared[:1]].tolist()[0]
        n_groups = "1 group" if len(shared) == 1 else f"{len(shared)} groups"
        warn_user(
            f"Samples of {n_groups}, such as {first!r}, are among the training and "
            f"among the validation samples of fold {fold}. The scores are those for "
            "new samples of the same groups, not for new groups. For the latter, pass "
            "a splitter that keeps groups together, such as cv=GroupKFold()."
        )
        return


def _listed_folds(cv, n_samples):
    """Return folds that are listed by the user as pairs of indices."""
    try:
        return [
            (_as_indices(train, n_samples), _as_indices(validation, n_samples))
            for train, validation in cv
        ]
    except (TypeError, ValueError) as error:
        raise ValueError(
            "cv must be a number of folds, a splitter, or a list of pairs: rows "
            f"to fit on, and rows to validate on; got {cv!r}: {error}. Pass, for "
            "instance, cv=5."
        ) from error


def _as_indices(samples, n_samples):
    """Return the indices of samples, also for a mask."""
    array = np.asarray(samples)
    if array.size == 0:  # of floats, which cannot index
        array = array.astype(int)
    if array.ndim != 1 or array.dtype.kind not in "iub":
        raise ValueError(f"{samples!r} is no list of row numbers")
    # As indices, folds can be compared, whichever way they were listed.
    indices = np.flatnonzero(array) if array.dtype == bool else array
    if indices.size and not -n_samples <= indices.min() <= indices.max() < n_samples:
        raise ValueError(f"there are {n_samples} samples, counted from 0")
    return indices


def random_states_of(estimator):
    """Return all parameters that are a `random_state`, by their names."""
    return {
        name: value
        for name, value in sorted(estimator.get_params().items())
        if name.rpartition("__")[2] == "random_state"
    }


def check_repeats(estimator, n_repeats):
    """Raise an error if the estimator has no `random_state` to repeat with."""
    if n_repeats > 1 and not random_states_of(estimator):
        raise ValueError(
            f"n_repeats={n_repeats} repeats the study with other random_state values, "
            f"but {type(estimator).__name__} has no such parameter, so that all "
            "repeats would be the same. Pass n_repeats=1, or add a step that has "
            "one, such as GaussianNoiseTransformer."
        )


def params_of_repeat(estimator, repeat):
    """Return the random states of a repeat; the first keeps those of the estimator."""
    if repeat == 0:
        return {}
    return {
        name: _derived(value, repeat)
        for name, value in random_states_of(estimator).items()
    }


def _derived(random_state, repeat):
    if isinstance(random_state, np.random.RandomState):
        # A draw from the original would change the fits that use it later.
        seed = deepcopy(random_state).randint(2**31)
        return np.random.RandomState(_derived(seed, repeat))
    if isinstance(random_state, Integral):
        # The sum of seed and repeat would be the same for several pairs of them.
        words = np.random.SeedSequence([int(random_state), repeat]).generate_state(1)
        return int(words[0] >> 1)  # some take no more than 31 bits
    return random_state  # None draws anew by itself


def route_metadata(estimator, cv, scorer, groups, params):
    """Return which of `groups` and `params` go to fit, scorer and splitter."""
    if not get_config()["enable_metadata_routing"]:
        return Bunch(
            estimator=Bunch(fit=params),
            splitter=Bunch(split={"groups": groups}),
            scorer=Bunch(score={}),
        )
    if groups is not None:
        raise ValueError(
            "groups are metadata like all others while metadata routing is enabled. "
            "Pass them as params={'groups': groups}."
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


def choose_scoring(scoring, estimator, y):
    """Return the metrics; None stands for the method `score` of the estimator."""
    if scoring is not None:
        # The order in a set is another one in every process.
        return sorted(scoring) if isinstance(scoring, set) else scoring
    if is_regressor(estimator):
        return "r2", "neg_mean_squared_error"
    if not is_classifier(estimator):
        return None
    # Estimators such as SVC have the method only with some parameters.
    has_one_label = type_of_target(y) in ("binary", "multiclass")
    has_probabilities = has_one_label and hasattr(estimator, "predict_proba")
    return ("accuracy", "neg_log_loss") if has_probabilities else "accuracy"


def in_text(value):
    """Return a name or `repr`; that of a function or class would hold an address."""
    try:
        return getattr(value, "__qualname__", None) or repr(value)
    except Exception:  # a finished study is not lost for a word about it
        return f"<{type(value).__qualname__} without a repr>"
