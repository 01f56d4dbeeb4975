"""The unit of work: one estimator, fitted once on one fold, and its scores."""

import threading
import time
import warnings
from contextlib import contextmanager
from numbers import Real
from traceback import format_exc
from typing import NamedTuple

import numpy as np
from sklearn import config_context
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from skn_noise._metrics import name_of_scoring
from skn_noise._sklearn import (
    check_method_params,
    reads_predictions_only,
    scorers_apart,
)
from skn_noise.study._keras import take_keras_settings
from skn_noise.study._predict import (
    Predictions,
    PredictsOnce,
    each_draw,
    predictions_of,
)
from skn_noise.study._prefit import fit_noise
from skn_noise.study._samples import samples_of


class Score(NamedTuple):
    """A score of a fitted estimator, or the traceback of its error."""

    scale: float
    draw: int
    split: str
    metric: str
    value: float | None
    error: str | None


class CellResult(NamedTuple):
    """Result of a cell.

    `history` holds the figures of every epoch, `fit_error` the traceback of a failed
    fit, `score_seconds` the time to score the validation samples by scale, as mean over
    the draws of the noise, and `predictions` those for the validation samples, by scale
    and draw.
    """

    scores: tuple[Score, ...]
    history: dict[str, list[float]]
    fit_error: str | None
    fit_seconds: float
    score_seconds: dict[float, float]
    predictions: dict[tuple[float, int], Predictions | None]

    @property
    def has_failed(self):
        """Whether the fit has failed."""
        return self.fit_error is not None

    @property
    def n_draws(self):
        """Number of draws of the noise that were scored."""
        return 1 + max((score.draw for score in self.scores), default=-1)

    def first_draws(self, n_draws):
        """Return the result without further draws of the noise."""
        predictions = self.predictions.items()
        return self._replace(
            scores=tuple(score for score in self.scores if score.draw < n_draws),
            predictions={at: kept for at, kept in predictions if at[1] < n_draws},
        )

    @property
    def errors(self):
        """The tracebacks of the metrics that failed."""
        return [score.error for score in self.scores if score.error is not None]


def fit_cell(number, settings, study, X, y, cell):
    """Fit and score one cell, as cross_validate would, to the last digit.

    Also returned are the number of the cell, because cells do not finish in order, and
    its warnings, which are shown once for all cells.
    """
    take_keras_settings(settings)
    estimator = study.estimator_of(cell)
    train = samples_of(estimator, X, y, cell.train)
    # A matrix of kernel values has columns for the samples of the fit only.
    validation = samples_of(estimator, X, y, cell.validation, cell.train)
    with record_warnings() as recorded:
        start = time.perf_counter()
        with caught(study.error_score) as errors:
            fit_params = check_method_params(X, study.fit_params, cell.train)
            history = _fit(study, estimator, train, validation, fit_params)
        fit_seconds = time.perf_counter() - start
        if errors:
            return number, CellResult((), {}, errors[0], fit_seconds, {}, {}), recorded
        scores, *by_scale = _score_at_all_scales(
            study, estimator, X, train, validation, cell
        )
    return number, CellResult(scores, history, None, fit_seconds, *by_scale), recorded


def _fit(study, estimator, train, validation, fit_params):
    """Fit the estimator; return the scores of its epochs if they are tracked."""
    if study.track_epochs:
        return fit_tracking_epochs(estimator, train, validation, fit_params)
    if study.is_prefit:
        fit_noise(estimator, validation[0])
    else:
        estimator.fit(*_without_missing_target(train), **fit_params)
    return {}


def _score_at_all_scales(study, estimator, X, train, validation, cell):
    """Return the scores, and the seconds and predictions of validation by scale."""
    scores, seconds, predictions = [], dict.fromkeys(cell.validation_scales, 0.0), {}
    for scale in cell.validation_scales:
        if not cell.is_scored_as_trained:
            # The noise reads its scale in transform, so that one fit is enough.
            estimator.set_params(**study.regime.validation_params(scale))
        for shared, draw in each_draw(estimator, *validation, study.n_draws):
            start = time.perf_counter()
            by_metric = _score(study, shared, X, validation, cell.validation)
            seconds[scale] += (time.perf_counter() - start) / study.n_draws
            scores += [Score(scale, draw, "validation", *score) for score in by_metric]
            # A metric that fails on all validation samples is tried on those of the
            # fit, which shows whether it can score the estimator at all.
            is_last = scale == cell.validation_scales[-1]
            if draw == 0 and (
                study.scores_train or (is_last and failed_everywhere(scores))
            ):
                by_metric = _score(study, PredictsOnce(estimator), X, train, cell.train)
                scores += [Score(scale, 0, "train", *score) for score in by_metric]
            # This comes last: it may call predict once more, and a step that draws anew
            # in every call would then draw otherwise for the scores.
            if study.keeps_predictions:
                predictions[scale, draw] = predictions_of(shared, *validation)
    return tuple(scores), seconds, predictions


def _score(study, shared, X, samples, indices):
    """Return a name, a value and an error for each metric."""
    params = check_method_params(X, study.score_params, indices)
    arguments = _without_missing_target(samples)
    # Each metric by itself, so that one that fails costs no other metric.
    scored = []
    for metric, scorer, its_params in scorers_apart(study.scorer, params):
        name = name_of_scoring(study.scoring) if metric is None else metric
        # A function of the user may look at the type of the estimator.
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
    """Return a score as a float, so that all scores of a study have one type."""
    score = score.item() if isinstance(score, np.generic | np.ndarray) else score
    if not isinstance(score, Real):
        raise ValueError(
            f"scoring must return a number or a dict of numbers, got {score!r} for "
            f"{metric!r}."
        )
    return float(score)


def _without_missing_target(samples):
    X, y = samples
    return (X,) if y is None else (X, y)


def check_tracks_epochs(estimator):
    """Raise an error if `estimator` cannot be validated after every epoch."""
    # By its signature, so that classifiers of others can be validated in this way, too.
    final = _final_step(estimator)
    if has_fit_parameter(final, "X_val") and has_fit_parameter(final, "y_val"):
        return
    ends = f" that ends in {type(final).__name__}" if final is not estimator else ""
    raise ValueError(
        "track_epochs=True needs an estimator whose fit takes X_val and y_val, which "
        f"{type(estimator).__name__}{ends} does not. KerasMLPClassifier does, and a "
        "Pipeline that ends in it, such as make_noise_pipeline() returns."
    )


def fit_tracking_epochs(estimator, train, validation, fit_params):
    """Fit, and validate after every epoch; return scores as a dict of lists.

    The validation samples pass through the steps of a pipeline as they do when it
    predicts, so that the figures of the last epoch are the scores.
    """
    X_val, y_val = validation
    if not isinstance(estimator, Pipeline):
        estimator.fit(*train, X_val=X_val, y_val=y_val, **fit_params)
        return estimator.history_
    transform_input = {"X_val", *(estimator.transform_input or [])}
    estimator.set_params(transform_input=sorted(transform_input))
    # A pipeline transforms further samples only while metadata routing is enabled.
    with config_context(enable_metadata_routing=True):
        _request_metadata(estimator, fit_params)
        estimator.fit(*train, X_val=X_val, y_val=y_val, **fit_params)
    return estimator[-1].history_


def _request_metadata(pipeline, fit_params):
    """Request the validation samples and the parameters of the fit for the steps."""
    # While routing is enabled, a pipeline passes to a step only what it requests.
    pipeline[-1].set_fit_request(X_val=True, y_val=True)
    for name in fit_params:
        step, is_prefixed, parameter = name.partition("__")
        if is_prefixed:
            pipeline.named_steps[step].set_fit_request(**{parameter: name})


def _final_step(estimator):
    return estimator[-1] if isinstance(estimator, Pipeline) else estimator


def is_raised(error_score):
    """Return whether an error is raised, and not replaced by a score."""
    return error_score == "raise"


@contextmanager
def caught(error_score):
    """Catch an error unless it is to be raised; yield a list for its traceback."""
    errors = []
    try:
        yield errors
    except Exception:
        if is_raised(error_score):
            raise
        # As text, because not every exception can be pickled and sent to this process.
        errors.append(format_exc())


@contextmanager
def record_warnings():
    """Record warnings; yield a list that holds them at the end.

    Python keeps one record for the whole process. In a thread, nothing is recorded,
    because the warnings could be those of other threads.
    """
    recorded = []
    if threading.current_thread() is not threading.main_thread():
        yield recorded
        return
    try:
        with warnings.catch_warnings(record=True) as caught:
            yield recorded
    except BaseException:  # nobody gets the list
        give_warnings((str(one.message), *_where(one)) for one in caught)
        raise
    recorded += [(str(one.message), *_where(one)) for one in caught]


def _where(warning):
    return warning.category, warning.filename, warning.lineno


def give_warnings(recorded):
    """Give warnings with the file and line that they were recorded with."""
    for one in recorded:
        warnings.warn_explicit(*one)


def failed_everywhere(scores):
    """Return the metrics that failed on all samples, each with its first error."""
    errors = {}
    for score in scores:
        errors.setdefault(score.metric, []).append(score.error)
    return {metric: failed[0] for metric, failed in errors.items() if all(failed)}
