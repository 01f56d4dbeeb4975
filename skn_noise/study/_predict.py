"""Predict the validation samples of a cell, once for all metrics, for every draw."""

from contextlib import suppress
from functools import wraps
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, is_classifier, is_regressor
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from skn_noise._sklearn import n_samples
from skn_noise.study._regime import noise_steps

_PREDICTING = ("predict", "predict_proba", "predict_log_proba", "decision_function")

# Draws are predicted in one call as long as their samples have no more values: 32 MiB.
_VALUES_AT_ONCE = 2**22

# Modules of predictors whose prediction of a row does not depend on the other rows.
# They are tested for that (`check_methods_subset_invariance`).
_ROWS_ALONE = (
    "sklearn",
    "skn_noise.copies",
    "skn_noise.network",
    "skn_noise.parzen",
    "skn_noise.smoothing",
)


class Predictions(NamedTuple):
    """Predictions for the validation samples of a cell, in their order.

    `labels` are the different labels that a classifier predicted, and `prediction` the
    position of each prediction in them, which takes one byte. For a regressor, `labels`
    is None and `prediction` has the numbers. `probability` is the predicted probability
    of the target, None without any.
    """

    prediction: np.ndarray
    labels: np.ndarray | None
    probability: np.ndarray | None


def each_draw(estimator, X, y, n_draws):
    """Yield an estimator that predicts `X`, and the number of the draw, for every draw.

    Draw 0 is predicted alone. On more rows at once, BLAS may round otherwise, and this
    draw must give the scores of `validation_curve` to the last digit.
    """
    n_values = np.prod(getattr(X, "shape", None) or np.shape(X))
    n_at_once = int(max(1, _VALUES_AT_ONCE // max(1, n_values)))
    if not (has_one_target(estimator, y) and _treats_rows_alone(estimator)):
        n_at_once = 1
    further = [
        range(first, min(first + n_at_once, n_draws))
        for first in range(1, n_draws, n_at_once)
    ]
    for draws in [range(1), *further]:
        shared = PredictsOnce(estimator, draws)
        for draw in draws:
            shared.choose(draw)
            yield shared, draw


class PredictsOnce:
    """A fitted estimator that predicts the samples of one split only once.

    All metrics use the same predictions, which are also kept in the result. Labels and
    probabilities are computed from the same transformed samples, and several draws of
    the noise are predicted in one call.

    Parameters
    ----------
    estimator : estimator object
        A fitted estimator.

    draws : sequence of int, default=(0,)
        Numbers of the draws of the noise. Several need an estimator that treats each
        row alone. Predictions are those of the first until another one is chosen.
    """

    def __init__(self, estimator, draws=(0,)):
        self.estimator = estimator
        self._draws = draws
        self._shares_transform = _may_share_transform(estimator)
        self._transformed = None
        self._outcomes = {}
        self.choose(draws[0])

    def choose(self, draw):
        """Predict this draw of the noise from now on."""
        self._place = self._draws.index(draw)
        for noise in noise_steps(self.estimator):
            noise._draw = draw

    def __getattr__(self, name):
        attribute = getattr(self.estimator, name)
        return self._called_once(attribute, name) if name in _PREDICTING else attribute

    def _called_once(self, predict, name):
        # All metrics of a split pass the same samples, which need no comparison.
        @wraps(predict)
        def once(X):
            if name not in self._outcomes:
                try:
                    self._outcomes[name] = self._predict(predict, name, X), None
                except Exception as error:  # to fail again would take as long
                    self._outcomes[name] = None, error
            values, error = self._outcomes[name]
            if error is not None:
                raise error
            return values[self._place]

        return once

    def _predict(self, predict, name, X):
        """Return the predictions of every draw."""
        if not self._shares_transform:
            return [predict(X)]
        if self._transformed is None:
            self._transformed = self._transform(X)
        predict = getattr(self.estimator[-1], name)
        n_draws = len(self._draws)
        # One array for each draw, or a single array with the rows of all draws.
        if len(self._transformed) == n_draws:
            return [predict(samples) for samples in self._transformed]
        (stacked,) = self._transformed
        return np.split(predict(stacked), n_draws)

    def _transform(self, X):
        """Return the transformed samples: of all draws in one array if possible."""
        chosen, samples = self._draws[self._place], []
        for draw in self._draws:
            self.choose(draw)
            samples.append(_transformed(self.estimator, X))
        self.choose(chosen)
        if all(type(one) is np.ndarray for one in samples):  # not sparse, no data frame
            return [np.concatenate(samples)] if len(samples) > 1 else samples
        return samples


def has_one_target(estimator, y):
    """Return whether an estimator predicts one label or number for a sample."""
    if y is None or not (is_classifier(estimator) or is_regressor(estimator)):
        return False
    n_outputs = np.shape(y)[1:]
    return n_outputs in ((), (1,))


def predictions_of(shared, X, y):
    """Return the predictions of a cell, None if the estimator cannot predict.

    A metric that needs the predictions reports the error.
    """
    try:
        prediction = np.asarray(shared.predict(X)).reshape(n_samples(X))
    except Exception:
        return None
    if not is_classifier(shared.estimator):
        return Predictions(prediction, None, None)
    probability = None
    with suppress(Exception):  # not every classifier has some
        probabilities = np.asarray(shared.predict_proba(X))
        probability = _of_targets(probabilities, shared.classes_, y)
    # A position takes one byte in memory and on its way from a worker, text dozens.
    positions, labels = pd.factorize(prediction, use_na_sentinel=False)
    positions = positions.astype(np.min_scalar_type(len(labels)))
    return Predictions(positions, labels, probability)


def _may_share_transform(estimator):
    """Return whether an estimator is a pipeline without a step that draws anew."""
    if type(estimator) is not Pipeline:
        return False
    # A step may hold others, for instance in a FeatureUnion.
    parts = estimator.get_params().values()
    tags = [get_tags(part) for part in parts if isinstance(part, BaseEstimator)]
    return not any(each.non_deterministic for each in tags)


def _treats_rows_alone(estimator):
    """Return whether the last step of a pipeline surely predicts each row by itself.

    Functions of the user, and estimators of others, may look at all rows. So does the
    noise, of which every matrix has its own.
    """
    if not _may_share_transform(estimator) or noise_steps(estimator[-1]):
        return False
    final = estimator[-1]
    parts = [final, *final.get_params().values()]
    estimators = [part for part in parts if isinstance(part, BaseEstimator)]
    return not any(callable(part) for part in parts) and all(
        type(part).__module__.startswith(_ROWS_ALONE) for part in estimators
    )


def _transformed(pipeline, X):
    """Transform samples by all steps but the last, as `Pipeline.predict` does."""
    # `pipeline[:-1]` has no method `transform` if there is one step only.
    for _, step in pipeline.steps[:-1]:
        if step is not None and step != "passthrough":
            X = step.transform(X)
    return X


def _of_targets(probabilities, classes, y):
    """Return the probability of every target, 0 where it was unknown in training."""
    # -1 is a valid column, whose values the last line replaces.
    column = pd.Index(np.asarray(classes)).get_indexer(np.asarray(y).ravel())
    given = probabilities[np.arange(len(column)), column]
    return np.where(column >= 0, given, given.dtype.type(0))
