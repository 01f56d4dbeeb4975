"""The parameter grid of a search over the scale of the noise."""

from typing import Any, Literal

from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from skn_noise._sklearn import HasMethods, validate_params
from skn_noise.pipeline import make_noise_pipeline
from skn_noise.study._regime import check_training, find_regime
from skn_noise.study._scales import check_scales


@validate_params(
    {
        "scales": ["array-like"],
        "estimator": [HasMethods(["fit", "get_params", "set_params"]), None],
        "param_name": [str],
    },
    prefer_skip_nested_validation=True,
)
def noise_grid(
    scales: ArrayLike,
    training: Literal["frozen", "fresh", "clean"] = "frozen",
    *,
    estimator: BaseEstimator | None = None,
    param_name: str = "noise__scale",
) -> list[dict[str, list[Any]]]:
    """Make the parameter grid of a search over the scale of the noise.

    For each scale it sets together what belongs together: where the noise goes, its
    scale, and what else is to follow that scale.

    Parameters
    ----------
    scales : array-like of shape (n_scales,)
        Scales of the noise, each once.

    training : {"frozen", "fresh", "clean"}, default="frozen"
        What the estimator is trained on; all three are validated on samples with the
        same noise, frozen.

        * ``"frozen"``: samples with frozen noise, the same in every epoch, as in the
          classic experiment. A network can learn that noise by heart.
        * ``"fresh"``: clean samples, to which the network adds noise of that scale
          afresh in every batch, by its parameter `input_noise`.
        * ``"clean"``: clean samples.

    estimator : estimator object, default=None
        What is searched over, if it is not a pipeline of :func:`make_noise_pipeline`;
        its parameters are looked through. An `input_noise` that is not to follow the
        scale is set to 0, and the scale of a :class:`GaussianParzenClassifier` follows.

    param_name : str, default="noise__scale"
        The parameter that is the scale of the noise; `apply_to` of the same step says
        where the noise goes.

    Returns
    -------
    grid : list of dict
        A grid for each scale, as :class:`~sklearn.model_selection.GridSearchCV` and
        :class:`~sklearn.model_selection.ParameterGrid` take them.

    Raises
    ------
    ValueError
        If `training` is none of the three, `scales` are no scales, or `estimator` lacks
        a parameter that the regime sets, or has a step between the noise and what is to
        follow its scale that may change the unit of the samples.

    See Also
    --------
    noise_curve : Takes the same words as its parameter `training`.
    NoiseCurve.from_search : Takes the scores from a search over such a grid.

    Examples
    --------
    >>> from skn_noise import noise_grid
    >>> for params in noise_grid([0.5, 2.0], training="fresh"):
    ...     print(params)
    {'noise__apply_to': ['test'], 'noise__scale': [0.5], 'mlp__input_noise': [0.5]}
    {'noise__apply_to': ['test'], 'noise__scale': [2.0], 'mlp__input_noise': [2.0]}
    """
    scales = check_scales(scales)
    if estimator is None:
        estimator = make_noise_pipeline()
    check_training(training)
    regime = find_regime(estimator, training, param_name, scales)
    fixed = {name: [value] for name, value in regime.fixed.items()}
    return [
        fixed | {name: [value] for name, value in params.items()}
        for params in (regime.params(train_scale=s, validation_scale=s) for s in scales)
    ]
