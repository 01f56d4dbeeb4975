"""An estimator, and the samples handed over with it, are those of a study."""

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from skn_noise.noise import GaussianNoiseTransformer
from skn_noise.study._key import hash_named
from skn_noise.study._manifest import in_text
from skn_noise.study._regime import find_regime, flat_steps

_ADDRESS = " at 0x"


def check_same_study(estimator, X, y, curve):
    """Refuse an estimator with no noise to show, or with another than the study had."""
    if not isinstance(estimator, Pipeline) or len(estimator) < 2:
        raise TypeError(
            "estimator must be the pipeline of the study, noise before a classifier; "
            f"got {type(estimator).__name__}."
        )
    for name, step in flat_steps("", estimator):
        if isinstance(step, GaussianNoiseTransformer):
            _check_can_be_made_again(name.removeprefix("__"), step)
    if curve.manifest is not None:
        _check_parameters(estimator, curve)
        _check_data(X, y, curve.manifest.get("data", {}))


def regime_of(estimator, curve):
    """Return the parameters that the study set in an estimator."""
    manifest = curve.manifest or {}
    param_name = manifest.get("param_name", "noise__scale")
    return find_regime(estimator, manifest.get("training"), param_name, ())


def _check_can_be_made_again(name, noise):
    if noise.random_state is None or noise.resample:
        raise ValueError(
            f"The noise that the classifier saw cannot be made again: step {name!r} "
            "draws anew each time. Run the study with an int random_state and "
            "resample=False."
        )


def _check_parameters(estimator, curve):
    """Compare the parameters of the steps before the classifier, as far as written."""
    written = curve.manifest.get("parameters", {})
    regime = regime_of(clone(estimator), curve)
    is_set = {*regime.fixed, *regime.train_names, *regime.validation_names}
    steps = [name for name, _ in estimator.steps[:-1]]
    params = {
        name: value
        for name, value in estimator.get_params().items()
        if name.partition("__")[0] in steps and name not in is_set
    }
    before = {name for name in written if name.partition("__")[0] in steps} - is_set
    missing = sorted(before.symmetric_difference(params)) if before else []
    other = [
        name
        for name in sorted(before & params.keys())
        if _differs(params, name, written)
    ]
    if missing or other:
        name = (missing + other)[0]
        raise ValueError(
            f"estimator must have the steps of the study, but {name!r} is "
            f"{params.get(name, 'missing')!r} and was {written.get(name, 'missing')}. "
            "Another estimator has another noise; pass that of the study."
        )


def _differs(params, name, written):
    """Tell whether a value, or the kind of an estimator, is not what was written."""
    value, text = params[name], written[name]
    if hasattr(value, "get_params"):
        return type(value).__name__ not in text
    now = in_text(value)
    # Some texts hold where in memory a thing is, and say no more of it.
    return now != text and _ADDRESS not in now


def _check_data(X, y, data):
    """Compare the samples with what was written of them: of all, or of their shape."""
    size = data.get("n_samples"), data.get("n_features")
    known = data.get("fingerprint")
    if None not in size and size != tuple(np.shape(X)):
        raise ValueError(
            f"X must hold the samples of the study, of shape {size}; got shape "
            f"{np.shape(X)}."
        )
    if y is not None and known is not None and known != hash_named({"X": X, "y": y}):
        raise ValueError(
            "X and y must be those of the study, and hold other values or are of other "
            "types. Pass what noise_curve was given, such as the same data frame."
        )
