"""The three steps of the experiment in one scikit-learn Pipeline."""

from __future__ import annotations

import inspect
from os import PathLike
from typing import Any

from joblib import Memory
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skn_noise._sklearn import check_names
from skn_noise.network._mlp import KerasMLPClassifier
from skn_noise.noise import GaussianNoiseTransformer
from skn_noise.scaling import GlobalStandardScaler

_SCALERS = {"global": GlobalStandardScaler, "standard": StandardScaler}


def make_noise_pipeline(
    scale: ArrayLike = 1.0,
    *,
    scaler: str | BaseEstimator = "global",
    random_state: int | RandomState | None = None,
    memory: str | PathLike | Memory | None = None,
    **mlp_params: Any,
) -> Pipeline:
    """Make a pipeline of a scaler, Gaussian noise and a neural network.

    The steps are named ``"standardize"``, ``"noise"`` and ``"mlp"``. Their parameters
    are ``noise__scale``, ``mlp__epochs`` and so on.

    Parameters
    ----------
    scale : float or array-like of shape (n_features,), default=1.0
        Standard deviation of the noise, in the units of the scaled samples.

    scaler : {"global", "standard"} or transformer, default="global"
        Scaler in front of the noise:

        - "global": a :class:`GlobalStandardScaler`, for features with the same unit,
          such as pixels. `scale` is in standard deviations of all values.
        - "standard": a :class:`~sklearn.preprocessing.StandardScaler`, for columns with
          different units, such as sensors. `scale` is in standard deviations of each
          column.
        - transformer: a clone of it is used.

    random_state : int, RandomState instance or None, default=None
        Determines the noise and the training. Pass an int for reproducible results. If
        None, each fit uses another seed.

    memory : str or joblib.Memory, default=None
        Cache of the fitted transformers, as in :class:`~sklearn.pipeline.Pipeline`. If
        None, nothing is cached.

    **mlp_params : dict
        Parameters of :class:`KerasMLPClassifier`.

    Returns
    -------
    pipeline : sklearn.pipeline.Pipeline
        Unfitted pipeline.

    Raises
    ------
    ValueError
        If `scaler` is neither of the two names nor a transformer.

    TypeError
        If a name in `mlp_params` is no parameter of the network.

    Examples
    --------
    >>> from skn_noise import make_noise_pipeline
    >>> pipeline = make_noise_pipeline(scale=0.5, random_state=0, epochs=5)
    >>> list(pipeline.named_steps)
    ['standardize', 'noise', 'mlp']
    >>> pipeline.get_params()["mlp__epochs"]
    5
    >>> make_noise_pipeline(scaler="standard")["standardize"]
    StandardScaler()
    """
    # An unknown name is an error of this function, with all names that it could be.
    own = inspect.signature(make_noise_pipeline).parameters.keys() - {"mlp_params"}
    of_network = KerasMLPClassifier().get_params()
    check_names("make_noise_pipeline", mlp_params, own | of_network.keys())
    return Pipeline(
        [
            ("standardize", _make_scaler(scaler)),
            ("noise", GaussianNoiseTransformer(scale, random_state=random_state)),
            ("mlp", KerasMLPClassifier(random_state=random_state, **mlp_params)),
        ],
        memory=memory,
    )


def _make_scaler(scaler):
    if isinstance(scaler, str) and scaler in _SCALERS:
        return _SCALERS[scaler]()
    if hasattr(scaler, "transform") and not isinstance(scaler, type):
        return clone(scaler)  # the pipeline must not fit the object of the caller
    raise ValueError(
        "Expected scaler to be 'global', 'standard' or a transformer, got "
        f"{scaler!r:.80}. Pass 'standard' for columns with different units."
    )
