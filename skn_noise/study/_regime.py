"""Find the parameters that are the scale of the noise in each regime."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.ensemble import BaseEnsemble
from sklearn.pipeline import Pipeline

from skn_noise._defaults import REGIMES
from skn_noise._sklearn import HasMethods, validate_params, warn_user
from skn_noise.noise import GaussianNoiseTransformer, noise_in_prediction
from skn_noise.pipeline import make_noise_pipeline
from skn_noise.study._scales import check_scales, noise_unit


class Regime(NamedTuple):
    """Parameters that make an estimator train with some noise and predict with some.

    `fixed` are the same at every scale; `train_names` names those that are the scale in
    training, `validation_names` those that are the scale in prediction.
    """

    fixed: dict[str, object]
    train_names: tuple[str, ...]
    validation_names: tuple[str, ...]

    def params(self, *, train_scale, validation_scale):
        """Return the scales of a fit; that in training wins if both share a name."""
        train_params = dict.fromkeys(self.train_names, train_scale)
        return self.validation_params(validation_scale) | train_params

    def validation_params(self, scale):
        """Return the scales in prediction, to be set on a fitted estimator."""
        return dict.fromkeys(self.validation_names, scale)

    def describe(self, scale):
        """Describe a scale in words."""
        return f"scale {scale:g}"


def find_regime(estimator, training, param_name, validation_scales):
    """Find the parameters that make an estimator train in a regime.

    None for `training` leaves all of them as they are, but for the scale.
    """
    check_param_name(estimator, param_name)
    if training is None:
        return Regime({}, (param_name,), (param_name,))
    check_training(training)
    params = estimator.get_params()
    step, separator, _ = param_name.rpartition("__")
    apply_to = f"{step}{separator}apply_to"
    if apply_to not in params:
        raise ValueError(
            f"training={training!r} sets {apply_to!r}, a parameter of a "
            f"GaussianNoiseTransformer, which {type(estimator).__name__} does not "
            "have. Put a GaussianNoiseTransformer before it, as the step 'noise' of a "
            "Pipeline, and pass param_name='noise__scale', which is the default."
        )
    input_noise = _followers(estimator, "_noise_scale_in_training")
    if training == "fresh" and not input_noise:
        raise ValueError(
            "training='fresh' needs an estimator that draws noise in training, but "
            f"{type(estimator).__name__} has none. Wrap the classifier or regressor in "
            "NoisyCopies(..., scale=1.0), with the `unit` of the noise, or use a "
            "KerasMLPClassifier."
        )
    kernel_scales = _followers(estimator, "_noise_scale_in_prediction")
    _check_kernel_scales(kernel_scales, validation_scales)
    # A network that adds noise itself is fitted on clean samples, as the noise would
    # add up. Validation samples have the same noise in all regimes, to compare these.
    fixed = {apply_to: "both" if training == "frozen" else "test"}
    if training != "fresh":
        # A grid names no parameter that it would leave as it is.
        fixed |= {name: 0.0 for name in input_noise if np.any(params[name])}
        input_noise = []
    # One number is right for two parameters only if both are in the same unit.
    for follower in (*input_noise, *kernel_scales):
        _check_unit_is_kept(estimator, step, follower, training)
        _check_units_agree(estimator, param_name, follower)
    return Regime(fixed, (param_name, *input_noise), (param_name, *kernel_scales))


def warn_of_other_draws(estimator, param_name, n_fits):
    """Warn if ensemble members, or the fits at several scales, do not share one draw.

    The noise is the owner of the parameter `param_name`. scikit-learn's bagging and
    boosting set every ``random_state`` within their `estimator`, for each member anew.
    """
    *names, _ = param_name.split("__")
    params = {"": estimator} | estimator.get_params()
    *holders, noise = (params.get("__".join(names[:n])) for n in range(len(names) + 1))
    # Other transformers may draw in another way.
    if not isinstance(noise, GaussianNoiseTransformer):
        return
    for holder, name in zip(holders, names, strict=True):
        if isinstance(holder, BaseEnsemble) and name == "estimator":
            warn_user(
                f"The noise of {param_name!r} is inside {type(holder).__name__}, which "
                "gives each of its members another random_state. Each member sees "
                "another draw of the noise, and the draws average out. Put the noise "
                f"in front: make_pipeline(noise, {type(holder).__name__}(...))."
            )
            return
    if noise.random_state is None and n_fits > 1:
        name_of_seed = "__".join([*names, "random_state"])
        warn_user(
            f"The noise of {param_name!r} has no random_state. Each scale gets another "
            "draw of the noise, and differences between scales are less certain. Set "
            f"{name_of_seed!r} to an int."
        )


def noise_steps(estimator):
    """List the transformers that add the noise in a pipeline, or in the estimator."""
    return [
        step
        for step in steps_that_fit(estimator)
        if isinstance(step, GaussianNoiseTransformer)
    ]


def check_draws(estimator, param_name, n_draws):
    """Raise an error unless all noise of the estimator can be drawn several times."""
    if n_draws == 1:
        return
    params = {"": estimator} | estimator.get_params()
    owner = params.get(param_name.rpartition("__")[0])
    every = [noise for _, noise in noise_in_prediction(estimator)]
    drawn = noise_steps(estimator)
    obstacle = None
    if not isinstance(owner, GaussianNoiseTransformer):
        obstacle = f"{param_name!r} is no parameter of a GaussianNoiseTransformer"
    elif not all(any(noise is step for step in drawn) for noise in every):
        obstacle = "it has noise inside of a meta-estimator or a FrozenEstimator"
    elif any(noise.resample for noise in every):
        obstacle = "its noise has resample=True, so that no draw can be repeated"
    elif owner.apply_to == "train":
        obstacle = "its noise has apply_to='train', which adds none in validation"
    if obstacle is not None:
        raise ValueError(
            f"n_draws={n_draws} validates every fit on several draws of the noise of "
            "GaussianNoiseTransformer steps of a Pipeline with resample=False, but "
            f"{obstacle}. Change the step, or pass n_draws=1."
        )


def is_set_in_place(estimator, names):
    """Return whether parameters that are set after the fit change the fitted steps.

    Pipelines fit their steps themselves, other estimators fit clones of what they hold.
    """
    return all(_leads_through_pipelines(estimator, name) for name in names)


def check_training(training):
    """Raise an error that names the regimes if `training` is none of them."""
    if not (isinstance(training, str) and training in REGIMES):
        raise ValueError(
            f"training must be one of {', '.join(map(repr, REGIMES))}; got "
            f"{training!r}."
        )


def _followers(estimator, role):
    """Name the parameters that must have the scale of the noise.

    `role` is the attribute by which a class names such a parameter.
    """
    params = estimator.get_params()
    # Each class names its own parameter, so that a class of a user can do so, too.
    names = [
        f"{name}__{getattr(owner, role)}".removeprefix("__")
        for name, owner in ({"": estimator} | params).items()
        if hasattr(owner, role)
    ]
    # FrozenEstimator has the attributes of its estimator, but not the parameters.
    return [name for name in names if name in params]


def _check_kernel_scales(names, validation_scales):
    # A kernel of width 0 is no density.
    if names and 0 in validation_scales:
        raise ValueError(
            f"{names[0]} follows the scale of the noise, and must be greater than 0; "
            f"got the scales {validation_scales}. Leave 0 out."
        )


def _check_unit_is_kept(estimator, noise, follower, training):
    """Raise an error unless the noise stands directly before a further scale."""
    if not noise:  # the estimator itself adds it, out of sight
        return
    on_the_way = steps_on_the_way(estimator, follower)
    names = [name for name, _ in on_the_way]
    if noise not in names:
        obstacle = f"the noise, {noise!r}, is no step of a Pipeline before it"
    else:
        between = on_the_way[names.index(noise) + 1 :]
        others = [name for name, step in between if step not in (None, "passthrough")]
        if not others:
            return
        obstacle = f"the step {others[0]!r} stands between and may change the unit"
    way_out = ", or pass training='frozen', which works anywhere"
    raise ValueError(
        f"training={training!r} copies the scale of the noise to {follower!r}, but "
        f"{obstacle}. Put the noise directly before the step with {follower!r}"
        f"{way_out if training == 'fresh' else ''}."
    )


def _check_units_agree(estimator, param_name, follower):
    of_noise, of_follower = (
        noise_unit(estimator, name) for name in (param_name, follower)
    )
    if of_noise != of_follower:
        raise ValueError(
            f"{follower!r} follows the scale {param_name!r}, which has the unit "
            f"{of_noise!r}, but its own unit is {of_follower!r}. Pass the same `unit` "
            "to both. If one of them has no parameter `unit`, use unit='absolute' and "
            "put a StandardScaler before the noise."
        )


def steps_on_the_way(estimator, follower, prefix=""):
    """List the steps of pipelines that samples pass before the owner of a parameter."""
    first, _, rest = follower.partition("__")
    if not rest:
        return []
    if not isinstance(estimator, Pipeline):
        inner = estimator.get_params().get(first)
        return steps_on_the_way(inner, rest, f"{prefix}{first}__")
    # Steps behind the owner are passed after it, and do not matter.
    names = [name for name, _ in estimator.steps]
    before = estimator.steps[: names.index(first)]
    passed = [flat for name, step in before for flat in flat_steps(prefix + name, step)]
    inner = estimator.named_steps[first]
    return passed + steps_on_the_way(inner, rest, f"{prefix}{first}__")


def flat_steps(name, step):
    """List the steps of nested pipelines by their full names."""
    if not isinstance(step, Pipeline):
        return [(name, step)]
    return [
        flat
        for inner_name, inner in step.steps
        for flat in flat_steps(f"{name}__{inner_name}", inner)
    ]


def steps_that_fit(estimator):
    """List the steps that are fitted, or the estimator that is no pipeline."""
    return [step for _, step in flat_steps("", estimator) if hasattr(step, "fit")]


def _leads_through_pipelines(estimator, name):
    """Return whether all owners of a nested parameter but the last are pipelines."""
    *steps, _ = name.split("__")
    for step in steps:
        if not isinstance(estimator, Pipeline):
            return False
        estimator = estimator.named_steps[step]
    return True


def check_param_name(estimator, param_name):
    """Raise an error that suggests a name if there is no such parameter."""
    names = estimator.get_params()
    if param_name in names:
        return
    # If no name is similar, those that look like a scale are suggested.
    near = get_close_matches(param_name, names) or [
        name for name in names if name.endswith("scale")
    ]
    if near:
        advice = (
            f"The nearest are {near}. Pass the parameter that is the scale of the "
            "noise as param_name; estimator.get_params() lists them all."
        )
    else:
        advice = (
            "Put a GaussianNoiseTransformer before it, as the step 'noise' of a "
            "Pipeline. If it adds noise itself, pass its scale as param_name."
        )
    raise ValueError(
        f"{type(estimator).__name__} has no parameter {param_name!r}. {advice}"
    )


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
    """Make a parameter grid for a search over the scale of the noise.

    For each scale, the grid sets together where the noise is added, its scale, and the
    other parameters that must have the same scale.

    Parameters
    ----------
    scales : array-like of shape (n_scales,)
        Standard deviations of the noise.

    training : {"frozen", "fresh", "clean"}, default="frozen"
        Noise in training. Validation samples have the same, frozen noise in each case.

        - ``"frozen"``: each training sample has the same noise in every epoch, as in
          the classic experiment. A network can memorise it.
        - ``"fresh"``: :class:`NoisyCopies` trains on several noisy copies of each
          sample, or a :class:`KerasMLPClassifier` adds new noise in every batch.
        - ``"clean"``: training samples without noise.

    estimator : estimator object, default=None
        Estimator of the search. If None, that of :func:`make_noise_pipeline`. The
        `scale` of :class:`NoisyCopies` and the `input_noise` of a network are set to 0
        unless `training` is ``"fresh"``, and the scale of a
        :class:`GaussianParzenClassifier` is set to that of the noise.

    param_name : str, default="noise__scale"
        Parameter that is set to the scale. `apply_to` of the same step is set, too.

    Returns
    -------
    grid : list of dict
        One grid for each scale, as :class:`~sklearn.model_selection.GridSearchCV` and
        :class:`~sklearn.model_selection.ParameterGrid` accept.

    Raises
    ------
    ValueError
        If an argument is invalid, if `estimator` lacks a parameter that the regime
        sets, or if a step stands between the noise and a parameter of the same scale.

    See Also
    --------
    noise_curve : Has the same regimes as its parameter `training`.
    NoiseCurve.from_search : Makes a curve from a search over such a grid.

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
    # A grid has a list of values for each parameter, here of one value.
    fixed = {name: [value] for name, value in regime.fixed.items()}
    return [
        fixed | {name: [value] for name, value in params.items()}
        for params in (regime.params(train_scale=s, validation_scale=s) for s in scales)
    ]
