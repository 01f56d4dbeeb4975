"""Validate a model that is trained already: check it, and fit its noise alone."""

import warnings

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from skn_noise._sklearn import routing_enabled, warn_user
from skn_noise.noise import GaussianNoiseTransformer, noise_in_prediction
from skn_noise.study._regime import is_set_in_place, noise_steps, steps_that_fit

PREFIT = "prefit"  # the value of cv


def is_prefit(cv):
    """Return whether the model is trained already."""
    return isinstance(cv, str) and cv == PREFIT


def check_no_training(cv, training):
    """Raise an error if `training` is a regime, but the model is trained already."""
    if is_prefit(cv) and training not in (None, "clean"):
        raise ValueError(
            f"cv='prefit' trains nothing, but training={training!r} says what to train "
            "on. Leave training out, or pass a number of folds as cv."
        )


def check_prefit(estimator, X, regime, *, track_epochs, params):
    """Raise an error unless a model that is trained already can be validated on X.

    `regime` names the parameters that are set on the fitted estimator.
    """
    if track_epochs:
        raise ValueError(
            "cv='prefit' trains nothing, so that there are no epochs to track. Pass "
            "track_epochs=False, or a number of folds as cv."
        )
    if params and not routing_enabled():
        raise ValueError(
            "params are passed to fit, which cv='prefit' does not call; got "
            f"{sorted(params)}. Leave params out, or pass a number of folds as cv."
        )
    names = regime.validation_names
    if not is_set_in_place(estimator, names):
        raise ValueError(
            f"cv='prefit' sets {names[-1]!r} on the fitted estimator, but "
            f"{type(estimator).__name__} predicts with a fitted clone, which would "
            "not change. Put the noise in front, as a step of a Pipeline, and the "
            "fitted model behind it into a FrozenEstimator."
        )
    apply_to = f"{''.join(names[0].rpartition('__')[:2])}apply_to"
    if (estimator.get_params() | regime.fixed).get(apply_to) == "train":
        raise ValueError(
            f"cv='prefit' validates with noise, but {apply_to}='train' adds none in "
            "validation. Pass training='clean', which sets it to 'test'."
        )
    _check_is_fitted(estimator)
    _check_columns(estimator, X)
    _warn_of_frozen_noise(estimator)


def _check_is_fitted(estimator):
    for step in steps_that_fit(estimator):
        if isinstance(step, GaussianNoiseTransformer):
            continue
        try:
            check_is_fitted(step)
        except NotFittedError as error:
            raise ValueError(
                "cv='prefit' validates a model that is trained already, but "
                f"{type(step).__name__} is not fitted. Fit it before, or pass a number "
                "of folds as cv, for instance cv=5."
            ) from error


def _check_columns(estimator, X):
    """Raise an error if X has another number of columns than in the training.

    The names of columns are compared, too. Behind noise, which returns an array, the
    model itself could not compare them.
    """
    for step in steps_that_fit(estimator):
        if hasattr(step, "n_features_in_"):
            # Names that only one of the two has are a warning, which the step itself
            # gives when it meets such samples.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                validate_data(step, X, reset=False, skip_check_array=True)
        if not isinstance(step, GaussianNoiseTransformer):
            return


def check_classes(estimator, y):
    """Raise an error if a target is none of the classes of the trained model.

    scikit-learn's log loss pairs classes with columns of probabilities by their
    position, so that other labels would give a loss of the wrong classes.
    """
    classes = getattr(estimator, "classes_", None)
    if not isinstance(classes, np.ndarray) or y is None:
        return
    labels = column_or_1d(y)
    unknown = list(set(labels.tolist()) - set(classes.tolist()))
    if unknown:
        raise ValueError(
            f"y must hold classes that the model was trained on, {classes.tolist()}, "
            f"got {unknown[0]!r}. Encode y as in the training, or leave out samples of "
            "other classes."
        )


def _warn_of_frozen_noise(estimator):
    """Warn if the trained model adds noise to what the noise in front has changed."""
    in_front = noise_steps(estimator)
    for name, noise in noise_in_prediction(estimator):
        if np.any(noise.scale) and not any(noise is step for step in in_front):
            warn_user(
                "Noise is added twice in validation: by the step that gets the scales, "
                f"and by {name!r} inside the trained model. Set its apply_to to "
                "'train' in the model, so that it adds none in prediction."
            )


def warn_of_frozen_model(estimator):
    """Warn if folds are fitted anew, but the model is frozen."""
    if isinstance(steps_that_fit(estimator)[-1], FrozenEstimator):
        warn_user(
            "The model is frozen: no fold trains it, but intervals allow for the "
            "choice of its training samples. Pass cv='prefit' to validate it on all of "
            "X, with intervals for this model."
        )


def fit_noise(estimator, X):
    """Fit the steps that add noise; every other step stays as it is."""
    n_left = len(noise_steps(estimator))
    for step in steps_that_fit(estimator):
        if n_left == 0:
            return
        if isinstance(step, GaussianNoiseTransformer):
            step._fit_to_validate(X)
            n_left -= 1
        else:
            X = step.transform(X)
