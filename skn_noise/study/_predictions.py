"""What an estimator predicts for the samples of a cell: once for all that need it."""

from contextlib import suppress
from functools import wraps
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, is_classifier, is_regressor
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from skn_noise._sklearn import n_samples

_PREDICTING = ("predict", "predict_proba", "predict_log_proba", "decision_function")


class Predictions(NamedTuple):
    """What was predicted for the validation samples of a cell, in their order.

    `probability` is that given to the target; None if there are no probabilities.
    """

    prediction: np.ndarray
    probability: np.ndarray | None


class PredictsOnce:
    """A fitted estimator that predicts the samples of one split only once.

    All metrics share what came of it, and so do the predictions that are kept. Labels
    and probabilities stand on one transform of the samples.
    """

    def __init__(self, estimator):
        self.estimator = estimator
        self._shares_transform = _may_share_transform(estimator)
        self._transformed = None
        self._outcomes = {}

    def __getattr__(self, name):
        attribute = getattr(self.estimator, name)
        return self._called_once(attribute, name) if name in _PREDICTING else attribute

    def _called_once(self, predict, name):
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
            return values

        return once

    def _predict(self, predict, name, X):
        if not self._shares_transform:
            return predict(X)
        if self._transformed is None:
            self._transformed = _transformed(self.estimator, X)
        return getattr(self.estimator[-1], name)(self._transformed)


def has_one_target(estimator, y):
    """Tell whether an estimator predicts one label, or number, for a sample."""
    if y is None or not (is_classifier(estimator) or is_regressor(estimator)):
        return False
    n_outputs = np.shape(y)[1:]
    return n_outputs in ((), (1,))


def predictions_of(shared, X, y):
    """Return what is kept of the predictions, None if there are none to keep.

    A metric that needs what fails here tells of it.
    """
    try:
        prediction = np.asarray(shared.predict(X)).reshape(n_samples(X))
    except Exception:
        return None
    probability = None
    with suppress(Exception):  # a regressor has none
        probabilities = np.asarray(shared.predict_proba(X))
        probability = _of_targets(probabilities, shared.classes_, y)
    return Predictions(prediction, probability)


def _may_share_transform(estimator):
    """Tell whether an estimator is a pipeline none of whose steps draws anew."""
    if type(estimator) is not Pipeline:
        return False
    parts = estimator.get_params().values()
    tags = [get_tags(part) for part in parts if isinstance(part, BaseEstimator)]
    return not any(each.non_deterministic for each in tags)


def _transformed(pipeline, X):
    """Transform samples by all steps but the last, as `Pipeline.predict` does."""
    for _, step in pipeline.steps[:-1]:
        if step is not None and step != "passthrough":
            X = step.transform(X)
    return X


def _of_targets(probabilities, classes, y):
    """Return the probability of every target, 0 where it was unknown in training."""
    columns = {
        label: number for number, label in enumerate(np.asarray(classes).tolist())
    }
    targets = np.asarray(y).ravel().tolist()
    column = np.array([columns.get(target, -1) for target in targets])
    given = probabilities[np.arange(len(column)), column]
    return np.where(column >= 0, given, given.dtype.type(0))
