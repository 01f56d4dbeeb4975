"""Validate an estimator with noise on one feature at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral
from os import PathLike
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from joblib import Memory
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, clone
from sklearn.impute import SimpleImputer

from skn_noise._defaults import FEATURE_SCALES
from skn_noise._sklearn import validate_params
from skn_noise.noise import GaussianNoiseTransformer
from skn_noise.results._by_feature import NoiseByFeature
from skn_noise.study._manifest import manifest_of
from skn_noise.study._plan import STUDY_CONSTRAINTS, plan_study
from skn_noise.study._prefit import is_prefit
from skn_noise.study._regime import (
    find_regime,
    is_set_in_place,
    steps_on_the_way,
)
from skn_noise.study._run import run_cells
from skn_noise.study._scales import choose_scales, noise_unit
from skn_noise.study._tables import prediction_table, score_table

_CONSTRAINTS = {
    name: allowed for name, allowed in STUDY_CONSTRAINTS.items() if name != "training"
}


class Point(NamedTuple):
    """One validation: a feature, or a group of features, with noise of a scale."""

    feature: str
    columns: tuple[int, ...]
    scale: float


class RegimeByFeature(NamedTuple):
    """Train without noise; validate with noise on the columns of one feature.

    A cell holds the numbers of `points` where those of other studies hold scales, and
    the scale of the noise is a vector with a scale for each of `n_features`.
    """

    fixed: dict[str, object]
    param_name: str
    n_features: int
    points: tuple[Point, ...]

    @property
    def validation_names(self):
        """The parameter that is set to the scales of all features."""
        return (self.param_name,)

    def params(self, *, train_scale, validation_scale):
        """Return the scales of a fit, which the training samples do not get."""
        if validation_scale is None:
            return {self.param_name: None}
        return self.validation_params(validation_scale)

    def validation_params(self, number):
        """Return the scales in prediction, to be set on a fitted estimator."""
        point = self.points[int(number)]
        scales = np.zeros(self.n_features)
        scales[list(point.columns)] = point.scale
        return {self.param_name: scales}

    def describe(self, number):
        """Describe a point in words."""
        point = self.points[int(number)]
        where = f" on {point.feature!r}" if point.feature else ""
        return f"scale {point.scale:g}{where}"


@validate_params(
    _CONSTRAINTS
    | {
        "scales": ["array-like", None],
        "snr": ["array-like", None],
        "features": ["array-like", dict, None],
        "return_predictions": ["boolean"],
    },
    prefer_skip_nested_validation=False,
)
def noise_by_feature(
    estimator: BaseEstimator,
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    scales: ArrayLike | None = None,
    snr: ArrayLike | None = None,
    features: Iterable | Mapping[str, Any] | None = None,
    param_name: str = "noise__scale",
    groups: ArrayLike | None = None,
    cv: Any = None,
    scoring: Any = None,
    n_jobs: int | None = None,
    memory: str | PathLike | Memory | None = None,
    return_predictions: bool = True,
    n_draws: int = 1,
    error_score: float | Literal["raise"] = np.nan,
    progress: bool = False,
    params: dict | None = None,
) -> NoiseByFeature:
    """Score an estimator with noise on one feature at a time.

    The estimator is trained without noise, once for each fold, or was trained before
    (``cv="prefit"``). Each fit is validated without noise, and then with noise on each
    feature alone, at each scale. All validations of a sample are compared in pairs. See
    :doc:`/guide/by_feature`.

    Parameters
    ----------
    estimator : estimator object
        A pipeline with a :class:`GaussianNoiseTransformer`. Steps before it must keep
        the features, as a :class:`~sklearn.preprocessing.StandardScaler` does. With
        ``unit="std"``, the scales are in standard deviations of each feature. `loc`
        must be 0.

    X : array-like of shape (n_samples, n_features)
        Samples. Features of a DataFrame have the names of its columns, those of an
        array the names ``"x0"``, ``"x1"``, ...

    y : array-like of shape (n_samples,) or None
        Targets.

    scales : array-like of shape (n_scales,), default=None
        Standard deviations of the noise, greater than 0. If None, those of `snr`, or
        (0.5, 1.0, 2.0).

    snr : array-like of shape (n_scales,), default=None
        The scales as ratios of signal to noise in decibels, as in :func:`noise_curve`.

    features : list of str or int, or dict, default=None
        Features that get noise, by name or by position. A dict maps the name of a group
        to a list of its features, which get noise together, each its own. If None, each
        feature.

    param_name : str, default="noise__scale"
        Parameter `scale` of the transformer. `apply_to` of the same step is set, too.

    groups, cv, scoring, n_jobs, memory, n_draws, error_score, progress, params : object
        As in :func:`noise_curve`. `n_jobs` is the number of folds to run in parallel,
        or with ``cv="prefit"`` the number of features.

    return_predictions : bool, default=True
        Whether to keep the prediction for every validation sample. Without predictions,
        intervals are computed from the scores of the folds.

    Returns
    -------
    result : NoiseByFeature
        Scores for every feature and scale, and those without noise.

    Raises
    ------
    ValueError
        If a feature does not exist or is named twice; if the noise is no step of a
        pipeline, or follows a step that changes the features; if ``unit="std"`` and a
        feature is constant in the training samples of a fold, so that it would get no
        noise; and in all cases in which :func:`noise_curve` raises it.

    See Also
    --------
    FeatureToleranceDisplay : Plots the tolerance of each feature.
    sklearn.inspection.permutation_importance : Replaces a feature by its values in
        other samples, instead of measuring it less exactly.

    Notes
    -----
    All scales stretch one draw of the noise, and a feature has the same draw in each
    group. The time is that of one fit and ``1 + n_features * n_scales`` predictions for
    each fold, times `n_draws` for the predictions.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import GaussianNoiseTransformer, noise_by_feature
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> noise = GaussianNoiseTransformer(unit="std", random_state=0)
    >>> pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
    >>> result = noise_by_feature(pipeline, X, y, scales=[0.5, 1], scoring="accuracy")
    >>> result
    NoiseByFeature(4 features x 2 scales x 5 folds: accuracy)
    >>> tolerance = result.tolerance(relative=0.95)
    >>> sorted(tolerance["feature"][:2])
    ['petal length (cm)', 'petal width (cm)']

    Groups of features:

    >>> groups = {
    ...     "sepal": ["sepal length (cm)", "sepal width (cm)"],
    ...     "petal": ["petal length (cm)", "petal width (cm)"],
    ... }
    >>> result = noise_by_feature(pipeline, X, y, scales=[1], features=groups)
    >>> cost = result.cost().query("metric == 'accuracy'").set_index("feature")
    >>> bool(cost.loc["petal", "difference"] < cost.loc["sepal", "difference"])
    True
    """
    scales = choose_scales(
        scales, snr, estimator=estimator, param_name=param_name, default=FEATURE_SCALES
    )
    if 0 in scales:
        raise ValueError(
            f"scales must be greater than 0, got {scales}. Leave out 0, or the ratio "
            "inf: every fit is validated without noise, too."
        )
    fixed = find_regime(clone(estimator), "clean", param_name, scales).fixed
    noise = _find_noise(estimator, param_name)
    names = _feature_names(X)
    chosen = _choose(features, names)
    points = [Point(name, chosen[name], scale) for name in chosen for scale in scales]
    points = (Point("", (), 0.0), *points)
    regime = RegimeByFeature(fixed, param_name, len(names), points)
    plan = plan_study(
        estimator,
        X,
        y,
        regime=regime,
        scales=[(0.0, batch) for batch in _batches(points, is_prefit(cv))],
        groups=groups,
        cv=cv,
        scoring=scoring,
        params=params,
        error_score=error_score,
        scores_train=False,
        n_draws=n_draws,
        return_predictions=return_predictions,
    )
    if noise_unit(estimator, param_name) == "std":
        _check_vary(noise, X, plan.cells, chosen)
    done = run_cells(plan, memory=memory, n_jobs=n_jobs, progress=progress)
    scores = score_table(plan, done).drop(columns=["train_scale", "repeat", "split"])
    predictions = None
    if plan.study.keeps_predictions:
        predictions = prediction_table(plan, done).drop(columns="repeat")
        predictions = _with_features(predictions, points)
    return NoiseByFeature(
        _with_features(scores, points),
        predictions=predictions,
        manifest=manifest_of(plan, estimator, param_name=param_name, training="clean"),
    )


def _find_noise(estimator, param_name):
    """Return the noise; raise an error unless it has a scale for each feature of X."""
    name, _, parameter = param_name.rpartition("__")
    owner = ({"": estimator} | estimator.get_params())[name]
    is_scale = isinstance(owner, GaussianNoiseTransformer) and parameter == "scale"
    if not (is_scale and is_set_in_place(estimator, [param_name])):
        raise ValueError(
            "noise_by_feature needs a GaussianNoiseTransformer as a step of a "
            f"Pipeline, but {param_name!r} is not the scale of one, or is "
            f"inside a meta-estimator of {type(estimator).__name__}. Put the noise in "
            "front: Pipeline([('noise', GaussianNoiseTransformer()), ('model', model)])"
            "."
        )
    if np.any(owner.loc):
        raise ValueError(
            f"The noise must have loc=0, so that all other features stay as they are; "
            f"got loc={owner.loc!r}."
        )
    for name, step in steps_on_the_way(estimator, param_name):
        if not _keeps_features(step):
            raise ValueError(
                f"noise_by_feature adds noise to features of X, but the step {name!r} "
                "before the noise may change which features there are. Put the noise "
                "before it, with unit='std' if the features differ in their units."
            )
    return owner


def _keeps_features(step):
    if isinstance(step, SimpleImputer):  # may add indicators, or leave out columns
        return step.keep_empty_features and not step.add_indicator
    return step in (None, "passthrough") or isinstance(step, OneToOneFeatureMixin)


def _feature_names(X):
    """Return the names of the columns of a data frame, or x0, x1, ... for an array."""
    shape = getattr(X, "shape", None) or np.shape(X)
    if len(shape) != 2:
        raise ValueError(
            f"X must be of shape (n_samples, n_features), got the shape {shape}."
        )
    if not hasattr(X, "columns"):
        return [f"x{number}" for number in range(shape[1])]
    names = [str(name) for name in X.columns]
    # The empty name stands for the validation without noise.
    is_wrong = pd.Index(names).duplicated() | (np.array(names) == "")
    if is_wrong.any():
        raise ValueError(
            "X must have a name of its own for every column, but "
            f"{names[np.argmax(is_wrong)]!r} is empty or used twice. Rename the column."
        )
    return names


def _choose(features, names):
    """Return the columns of every feature, or group of features, by its name."""
    if features is None:
        return {name: (number,) for number, name in enumerate(names)}
    if isinstance(features, dict):
        chosen = {
            group: _columns(members, names, f"features[{group!r}]")
            for group, members in features.items()
        }
        wrong = [name for name in chosen if not (isinstance(name, str) and name)]
        if wrong:
            raise ValueError(
                f"features must name each group by a str, got {wrong[0]!r}. An example "
                "is {'axes': ['x', 'y', 'z']}."
            )
    else:
        columns = _columns(features, names, "features")
        chosen = {names[column]: (column,) for column in columns}
    if not chosen:
        raise ValueError("features must hold at least one group, got an empty dict.")
    return chosen


def _columns(features, names, where):
    """Return the columns of listed features."""
    if isinstance(features, str) or not isinstance(features, Iterable):
        features = [features]
    columns = [_column(feature, names, where) for feature in features]
    if not columns:
        raise ValueError(f"{where} must hold at least one feature, got an empty list.")
    if len(set(columns)) < len(columns):
        twice = next(column for column in columns if columns.count(column) > 1)
        raise ValueError(
            f"{where} must hold each feature once, got {names[twice]!r} twice."
        )
    return tuple(columns)


def _column(feature, names, where):
    is_position = isinstance(feature, Integral) and not isinstance(feature, bool)
    if is_position and 0 <= feature < len(names):
        return int(feature)
    if isinstance(feature, str) and feature in names:
        return names.index(feature)
    more = ", ..." if len(names) > 5 else ""
    raise ValueError(
        f"{where} must hold features of X, got {feature!r}. The features are "
        f"{', '.join(map(repr, names[:5]))}{more}, or by position 0 to "
        f"{len(names) - 1}."
    )


def _check_vary(noise, X, cells, chosen):
    """Raise an error if a feature would get no noise, as its deviation is 0."""
    X = pd.DataFrame(np.asarray(X))
    for cell in cells:
        where, rows = f"the training samples of fold {cell.fold}", cell.train
        varies = None
        if len(rows) == 0:  # cv="prefit": the noise may be fitted, or else is, to X
            where, rows = "the samples that the noise is fitted on", cell.validation
            varies = getattr(noise, "std_", None)
        if varies is None:
            varies = X.iloc[rows].nunique().to_numpy() > 1
        for name, columns in chosen.items():
            if not np.any(varies[list(columns)]):
                raise ValueError(
                    f"With unit='std', every feature must vary, but {name!r} is "
                    f"constant in {where}, so that it would get no noise. Leave it out "
                    "of features, or pass unit='absolute' to the noise."
                )


def _batches(points, trains_nothing):
    """Return the numbers of the points of each cell of a fold.

    One fit serves all points. Without any fit, features can run in parallel.
    """
    batches = {}
    for number, point in enumerate(points):
        batch = point.feature if trains_nothing else "all"
        batches.setdefault(batch, []).append(float(number))
    return [tuple(batch) for batch in batches.values()]


def _with_features(table, points):
    """Replace the numbers of points by a feature and a scale."""
    numbers = table["scale"].to_numpy(dtype=int)
    codes, labels = pd.factorize(np.array([point.feature for point in points]))
    table = table.assign(scale=np.array([point.scale for point in points])[numbers])
    table.insert(0, "feature", pd.Categorical.from_codes(codes[numbers], labels))
    return table
