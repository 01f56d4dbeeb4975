"""Validate a model that is trained already: check it, and fit its noise alone."""

from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted

from skn_noise._sklearn import routing_enabled, warn_user
from skn_noise.noise import GaussianNoiseTransformer
from skn_noise.study._regime import is_set_in_place, noise_steps, steps_that_fit

PREFIT = "prefit"  # the value of cv


def is_prefit(cv):
    """Return whether the model is trained already."""
    return isinstance(cv, str) and cv == PREFIT


def check_trains_nothing(*, training, track_epochs, params):
    """Raise an error if arguments are for a training that does not take place."""
    if training not in (None, "clean"):
        raise ValueError(
            f"cv='prefit' trains nothing, but training={training!r} says what to train "
            "on. Leave training out, or pass a number of folds as cv."
        )
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


def check_is_trained(estimator, regime):
    """Raise an error unless the model is fitted and noise can be added in validation.

    `regime` names the parameters that are set on the fitted estimator.
    """
    names = regime.validation_names
    if not is_set_in_place(estimator, names):
        raise ValueError(
            f"cv='prefit' sets {names[-1]!r} on the fitted estimator, but "
            f"{type(estimator).__name__} has fitted a clone of its owner. Put the "
            "noise in front, as a step of a Pipeline, and the fitted model behind it "
            "into a FrozenEstimator."
        )
    noise = noise_steps(estimator)
    for step in steps_that_fit(estimator):
        if any(step is one for one in noise):
            continue
        try:
            check_is_fitted(step)
        except NotFittedError as error:
            raise ValueError(
                "cv='prefit' validates a model that is trained already, but "
                f"{type(step).__name__} is not fitted. Fit it before, or pass a number "
                "of folds as cv, for instance cv=5."
            ) from error
    apply_to = f"{''.join(names[0].rpartition('__')[:2])}apply_to"
    if (estimator.get_params() | regime.fixed).get(apply_to) == "train":
        raise ValueError(
            f"cv='prefit' validates with noise, but {apply_to}='train' adds none in "
            "validation. Pass training='clean', which sets it to 'test'."
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
