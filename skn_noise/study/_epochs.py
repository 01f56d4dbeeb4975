"""Training and validation figures after every epoch of a fit."""

from sklearn import config_context
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter


def check_tracks_epochs(estimator):
    """Raise an error that names those that do, if `estimator` does not."""
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
    """Fit, and validate after every epoch; return the figures as a dict of lists.

    The validation samples pass through the steps of a pipeline as they do when it
    predicts, so that the figures of the last epoch are the scores.
    """
    X_val, y_val = validation
    if not isinstance(estimator, Pipeline):
        estimator.fit(*train, X_val=X_val, y_val=y_val, **fit_params)
        return estimator.history_
    transform_input = {"X_val", *(estimator.transform_input or [])}
    estimator.set_params(transform_input=sorted(transform_input))
    with config_context(enable_metadata_routing=True):
        _request_metadata(estimator, fit_params)
        estimator.fit(*train, X_val=X_val, y_val=y_val, **fit_params)
    return estimator[-1].history_


def _request_metadata(pipeline, fit_params):
    """Let the steps take the validation samples and the parameters of the fit."""
    pipeline[-1].set_fit_request(X_val=True, y_val=True)
    for name in fit_params:
        step, is_prefixed, parameter = name.partition("__")
        if is_prefixed:
            pipeline.named_steps[step].set_fit_request(**{parameter: name})


def _final_step(estimator):
    return estimator[-1] if isinstance(estimator, Pipeline) else estimator
