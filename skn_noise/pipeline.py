"""The three steps of the experiment in one scikit-learn Pipeline."""

from os import PathLike
from typing import Any

from joblib import Memory
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.pipeline import Pipeline

from skn_noise.network._mlp import KerasMLPClassifier
from skn_noise.noise import GaussianNoiseTransformer
from skn_noise.scaling import GlobalStandardScaler


def make_noise_pipeline(
    scale: ArrayLike = 1.0,
    *,
    random_state: int | RandomState | None = None,
    memory: str | PathLike | Memory | None = None,
    **mlp_params: Any,
) -> Pipeline:
    """Put scaler, noise and network into a pipeline.

    The steps are ``"standardize"``, ``"noise"`` and ``"mlp"``, so that the parameters
    are called ``noise__scale``, ``mlp__epochs`` and so on.

    Parameters
    ----------
    scale : float or array-like of shape (n_features,), default=1.0
        Standard deviation of the noise, in standard deviations of the data.

    random_state : int, RandomState instance or None, default=None
        Determines the noise and the training; pass an int for reproducible results.

    memory : str or joblib.Memory, default=None
        Cache of the fitted transformers, as :class:`~sklearn.pipeline.Pipeline` has it.

    **mlp_params : dict
        Parameters of :class:`KerasMLPClassifier`.

    Returns
    -------
    pipeline : sklearn.pipeline.Pipeline

    Examples
    --------
    >>> from skn_noise import make_noise_pipeline
    >>> pipeline = make_noise_pipeline(scale=0.5, random_state=0, epochs=5)
    >>> list(pipeline.named_steps)
    ['standardize', 'noise', 'mlp']
    >>> pipeline.get_params()["mlp__epochs"]
    5
    """
    return Pipeline(
        [
            ("standardize", GlobalStandardScaler()),
            ("noise", GaussianNoiseTransformer(scale, random_state=random_state)),
            ("mlp", KerasMLPClassifier(random_state=random_state, **mlp_params)),
        ],
        memory=memory,
    )
