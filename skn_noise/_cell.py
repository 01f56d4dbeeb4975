"""The unit of work: one estimator, fitted once on one fold, and its scores."""

import time
from dataclasses import dataclass
from numbers import Number
from traceback import format_exc
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.utils.metaestimators import _safe_split
from sklearn.utils.validation import _check_method_params

from skn_noise._epochs import fit_tracking_epochs
from skn_noise.regimes import Regime


class Cell(NamedTuple):
    """A scale to train at, the scales to score at, and a fold with its samples."""

    train_scale: float
    validation_scales: tuple[float, ...]
    fold: int
    train: np.ndarray
    validation: np.ndarray

    @property
    def is_scored_as_trained(self):
        """Whether the scale to train at is the only one to score at."""
        return self.validation_scales == (self.train_scale,)

    @property
    def description(self):
        """The cell in words."""
        scale = f"scale {self.train_scale:g}, fold {self.fold}"
        return scale if self.is_scored_as_trained else f"trained at {scale}"


class CellResult(NamedTuple):
    """What came of a cell.

    `scores` has for every validation scale one by split and metric, or the traceback if
    it could not be computed, and `score_seconds` the time for the validation samples;
    `history` holds the figures of every epoch, `fit_error` the traceback of a failed
    fit.
    """

    scores: dict
    history: dict
    fit_error: str | None
    fit_seconds: float
    score_seconds: dict

    @property
    def failures(self):
        """The traceback of what failed, by what it was."""
        if self.fit_error is not None:
            return {"The fit": self.fit_error}
        failures = {}
        for scale, by_split in self.scores.items():
            where = f" at scale {scale:g}" if len(self.scores) > 1 else ""
            failures |= {
                f"Scoring {metric} on {split} samples{where}": score
                for split, by_metric in by_split.items()
                for metric, score in by_metric.items()
                if isinstance(score, str)
            }
        return failures


@dataclass(frozen=True)
class Study:
    """What the cells of a study share, but for the data."""

    estimator: Any
    regime: Regime
    scorer: Any
    metric_name: str
    fit_params: dict
    score_params: dict
    scores_train: bool
    track_epochs: bool
    raises_errors: bool


def fit_cell(study, X, y, cell):
    """Fit and score one cell, as cross_validate would, to the last digit."""
    params = study.regime.params(
        train_scale=cell.train_scale, test_scale=cell.validation_scales[0]
    )
    estimator = clone(study.estimator).set_params(**params)
    train = _safe_split(estimator, X, y, cell.train)
    validation = _safe_split(estimator, X, y, cell.validation, cell.train)
    start = time.perf_counter()
    try:
        fit_params = _check_method_params(X, study.fit_params, cell.train)
        history = _fit(study, estimator, train, validation, fit_params)
    except Exception:
        if study.raises_errors:
            raise
        return CellResult({}, {}, format_exc(), time.perf_counter() - start, {})
    fit_seconds = time.perf_counter() - start
    scores, score_seconds = _score_at_all_scales(
        study, estimator, X, train, validation, cell
    )
    return CellResult(scores, history, None, fit_seconds, score_seconds)


def _fit(study, estimator, train, validation, fit_params):
    """Fit the estimator; return the figures of its epochs if they are tracked."""
    if study.track_epochs:
        return fit_tracking_epochs(estimator, train, validation, fit_params)
    estimator.fit(*_without_missing_target(train), **fit_params)
    return {}


def _score_at_all_scales(study, estimator, X, train, validation, cell):
    """Return scores by scale and split, and the seconds that validation took."""
    scores, seconds = {}, {}
    for scale in cell.validation_scales:
        if not cell.is_scored_as_trained:
            estimator.set_params(**dict.fromkeys(study.regime.test_names, scale))
        start = time.perf_counter()
        scores[scale] = {
            "validation": _score(study, estimator, X, validation, cell.validation)
        }
        seconds[scale] = time.perf_counter() - start
        if study.scores_train:
            scores[scale]["train"] = _score(study, estimator, X, train, cell.train)
    return scores, seconds


def _score(study, estimator, X, samples, indices):
    """Return the score by metric; of one that fails, its traceback."""
    score_params = _check_method_params(X, study.score_params, indices)
    try:
        scores = study.scorer(
            estimator, *_without_missing_target(samples), **score_params
        )
    except Exception:
        if study.raises_errors:
            raise
        scores = format_exc()
    if not isinstance(scores, dict):
        scores = {study.metric_name: scores}
    return {metric: _as_number(score, metric) for metric, score in scores.items()}


def _without_missing_target(samples):
    X, y = samples
    return (X,) if y is None else (X, y)


def _as_number(score, metric):
    score = score.item() if isinstance(score, np.generic | np.ndarray) else score
    if not isinstance(score, Number | str):
        raise ValueError(
            f"scoring must return a number or a dict of numbers, got {score!r} for "
            f"{metric!r}."
        )
    return score
