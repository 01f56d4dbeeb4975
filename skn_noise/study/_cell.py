"""The unit of work: one estimator, fitted once on one fold, and its scores."""

import time
from numbers import Number
from typing import NamedTuple

import numpy as np

from skn_noise._metrics import name_of_scoring
from skn_noise._sklearn import (
    check_method_params,
    reads_predictions_only,
    scorers_apart,
)
from skn_noise.study._epochs import fit_tracking_epochs
from skn_noise.study._failures import caught
from skn_noise.study._keras import take_keras_settings
from skn_noise.study._predictions import Predictions, PredictsOnce, predictions_of
from skn_noise.study._scoring import failed_everywhere
from skn_noise.study._split import samples_of
from skn_noise.study._warnings import recorded_warnings


class Score(NamedTuple):
    """A score of a fitted estimator, or the traceback that says why there is none."""

    scale: float
    split: str
    metric: str
    value: float | None
    error: str | None


class CellResult(NamedTuple):
    """What came of a cell.

    `history` holds the figures of every epoch, `fit_error` the traceback of a failed
    fit, `score_seconds` the time to score the validation samples, by scale, and
    `predictions` what was predicted for them, by scale.
    """

    scores: tuple[Score, ...]
    history: dict[str, list[float]]
    fit_error: str | None
    fit_seconds: float
    score_seconds: dict[float, float]
    predictions: dict[float, Predictions | None]

    @property
    def has_failed(self):
        """Whether the fit has failed; scores may fail and leave the others."""
        return self.fit_error is not None

    @property
    def errors(self):
        """The tracebacks of the metrics that failed."""
        return [score.error for score in self.scores if score.error is not None]


def fit_cell(number, settings, study, X, y, cell):
    """Fit and score one cell, as cross_validate would, to the last digit.

    Its number is returned beside the result, as cells do not finish in their order, and
    its warnings, which are told for all cells together.
    """
    take_keras_settings(settings)
    estimator = study.estimator_of(cell)
    train = samples_of(estimator, X, y, cell.train)
    validation = samples_of(estimator, X, y, cell.validation, cell.train)
    with recorded_warnings() as told:
        start = time.perf_counter()
        with caught(study.error_score) as errors:
            fit_params = check_method_params(X, study.fit_params, cell.train)
            history = _fit(study, estimator, train, validation, fit_params)
        fit_seconds = time.perf_counter() - start
        if errors:
            return number, CellResult((), {}, errors[0], fit_seconds, {}, {}), told
        scores, *by_scale = _score_at_all_scales(
            study, estimator, X, train, validation, cell
        )
    return number, CellResult(scores, history, None, fit_seconds, *by_scale), told


def _fit(study, estimator, train, validation, fit_params):
    """Fit the estimator; return the figures of its epochs if they are tracked."""
    if study.track_epochs:
        return fit_tracking_epochs(estimator, train, validation, fit_params)
    estimator.fit(*_without_missing_target(train), **fit_params)
    return {}


def _score_at_all_scales(study, estimator, X, train, validation, cell):
    """Return all scores, and by scale the seconds and predictions of the validation."""
    scores, seconds, predictions = [], {}, {}
    for scale in cell.validation_scales:
        if not cell.is_scored_as_trained:
            estimator.set_params(**dict.fromkeys(study.regime.validation_names, scale))
        shared = PredictsOnce(estimator)
        start = time.perf_counter()
        by_metric = _score(study, shared, X, validation, cell.validation)
        seconds[scale] = time.perf_counter() - start
        scores += [Score(scale, "validation", *score) for score in by_metric]
        # A metric that fails on all validation samples is tried on those of the fit, to
        # tell whether it can score the estimator at all.
        is_last = scale == cell.validation_scales[-1]
        if study.scores_train or (is_last and failed_everywhere(scores)):
            by_metric = _score(study, PredictsOnce(estimator), X, train, cell.train)
            scores += [Score(scale, "train", *score) for score in by_metric]
        # Last, as what no metric needed is a call more, and a step that draws anew in
        # every call would draw otherwise for the scores after it.
        if study.keeps_predictions:
            predictions[scale] = predictions_of(shared, *validation)
    return tuple(scores), seconds, predictions


def _score(study, shared, X, samples, indices):
    """Return for every metric its name, and the value or the error."""
    params = check_method_params(X, study.score_params, indices)
    arguments = _without_missing_target(samples)
    scored = []
    for metric, scorer, its_params in scorers_apart(study.scorer, params):
        name = name_of_scoring(study.scoring) if metric is None else metric
        estimator = shared if reads_predictions_only(scorer) else shared.estimator
        with caught(study.error_score) as errors:
            score = scorer(estimator, *arguments, **its_params)
        if errors:
            scored.append((name, None, errors[0]))
            continue
        is_of_many = metric is None and isinstance(score, dict)
        scores = score if is_of_many else {name: score}
        scored += [(name, _number(scores[name], name), None) for name in scores]
    return scored


def _number(score, metric):
    score = score.item() if isinstance(score, np.generic | np.ndarray) else score
    if not isinstance(score, Number):
        raise ValueError(
            f"scoring must return a number or a dict of numbers, got {score!r} for "
            f"{metric!r}."
        )
    return score


def _without_missing_target(samples):
    X, y = samples
    return (X,) if y is None else (X, y)
