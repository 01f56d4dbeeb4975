"""Train an estimator at some scales of the noise and validate it at others."""

from __future__ import annotations

from os import PathLike
from typing import Any, Literal

import numpy as np
from joblib import Memory
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone

from skn_noise._sklearn import validate_params
from skn_noise.results._matrix import NoiseMatrix
from skn_noise.study._manifest import manifest_of
from skn_noise.study._plan import STUDY_CONSTRAINTS, plan_study
from skn_noise.study._prefit import check_no_training, is_prefit
from skn_noise.study._regime import find_regime, is_set_in_place
from skn_noise.study._run import run_cells
from skn_noise.study._scales import choose_scales
from skn_noise.study._tables import score_table


@validate_params(
    STUDY_CONSTRAINTS
    | {
        "train_scales": ["array-like", None],
        "validation_scales": ["array-like", None],
        "train_snr": ["array-like", None],
        "validation_snr": ["array-like", None],
    },
    prefer_skip_nested_validation=False,
)
def noise_matrix(
    estimator: BaseEstimator,
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    train_scales: ArrayLike | None = None,
    validation_scales: ArrayLike | None = None,
    train_snr: ArrayLike | None = None,
    validation_snr: ArrayLike | None = None,
    param_name: str = "noise__scale",
    training: str | None = None,
    groups: ArrayLike | None = None,
    cv: Any = None,
    scoring: Any = None,
    n_jobs: int | None = None,
    memory: str | PathLike | Memory | None = None,
    n_draws: int = 1,
    error_score: float | Literal["raise"] = np.nan,
    progress: bool = False,
    params: dict | None = None,
) -> NoiseMatrix:
    """Train at some scales of the noise and validate at others.

    Every fit, one for each training scale and fold, is scored at all validation scales.
    Where both scales are equal, the scores are those of :func:`noise_curve`.

    Parameters
    ----------
    estimator : estimator object
        A pipeline with a step that adds noise, such as
        :class:`GaussianNoiseTransformer`, or an estimator that reads the scale of the
        noise when it predicts.

    X : array-like of shape (n_samples, n_features)
        Samples.

    y : array-like of shape (n_samples,) or None
        Targets.

    train_scales : array-like of shape (n_train_scales,), default=None
        Standard deviations of the noise in training; 0 trains without noise. If None,
        those of `train_snr`, or (0.1, 0.5, 1.0, 2.0, 4.0). With ``cv="prefit"``, the
        one scale that `estimator` was trained with, which names the row of the matrix.

    validation_scales : array-like of shape (n_validation_scales,), default=None
        Standard deviations of the noise in validation. If None, those of
        `validation_snr`, or (0.1, 0.5, 1.0, 2.0, 4.0).

    train_snr, validation_snr : array-like, default=None
        The scales as ratios of signal to noise in decibels, as `snr` in
        :func:`noise_curve`.

    param_name : str, default="noise__scale"
        Parameter of `estimator`, or of a step of a pipeline, that is set to the scale.

    training : {"frozen", "fresh"}, default=None
        Noise in training, as in :func:`noise_curve`. If None, only the scale is set.

    groups, cv, scoring, n_jobs, memory, n_draws, error_score, progress, params : object
        As in :func:`noise_curve`.

    Returns
    -------
    matrix : NoiseMatrix
        Scores for every pair of scales.

    Raises
    ------
    ValueError
        If `estimator` is a meta-estimator that fits a clone of the step with the noise,
        and in all cases in which :func:`noise_curve` raises it.

    See Also
    --------
    NoiseMatrixDisplay : Plots the matrix.
    noise_curve : Trains and validates at the same scales.

    Examples
    --------
    A classifier that was trained without noise takes one fit a fold:

    >>> from sklearn.datasets import load_digits
    >>> from skn_noise import make_noise_pipeline, noise_matrix
    >>> X, y = load_digits(return_X_y=True)
    >>> pipeline = make_noise_pipeline(hidden_layer_sizes=(64,), random_state=0)
    >>> matrix = noise_matrix(
    ...     pipeline, X, y, train_scales=[0], validation_scales=[0.5, 2.0], cv=2,
    ...     scoring="accuracy",
    ... )
    >>> means = matrix.summary().set_index("validation_scale")["mean"]
    >>> bool(means[0.5] > means[2.0])
    True
    """
    train_scales, validation_scales = (
        choose_scales(
            scales,
            snr,
            estimator=estimator,
            param_name=param_name,
            names=(f"{split}_scales", f"{split}_snr"),
        )
        for split, scales, snr in [
            ("train", train_scales, train_snr),
            ("validation", validation_scales, validation_snr),
        ]
    )
    if training == "clean":
        raise ValueError(
            "training='clean' has no scales to train at. Leave training out, and "
            "pass train_scales=[0]."
        )
    check_no_training(cv, training)
    if is_prefit(cv) and len(train_scales) > 1:
        raise ValueError(
            "cv='prefit' trains nothing, so that the matrix has one row. Pass as "
            "train_scales the one scale of the noise that the estimator was trained "
            f"with, for instance [0] for none; got {train_scales}."
        )
    regime = find_regime(clone(estimator), training, param_name, validation_scales)
    if not is_set_in_place(estimator, regime.validation_names):
        raise ValueError(
            f"noise_matrix sets {param_name!r} on the fitted estimator, but "
            f"{type(estimator).__name__} fits clones. Put the noise into a step of a "
            "Pipeline, outside of meta-estimators."
        )
    plan = plan_study(
        estimator,
        X,
        y,
        regime=regime,
        scales=[(scale, validation_scales) for scale in train_scales],
        groups=groups,
        cv=cv,
        scoring=scoring,
        params=params,
        error_score=error_score,
        scores_train=False,
        n_draws=n_draws,
    )
    done = run_cells(plan, memory=memory, n_jobs=n_jobs, progress=progress)
    scores = score_table(plan, done).rename(columns={"scale": "validation_scale"})
    return NoiseMatrix(
        scores.drop(columns=["repeat", "split"]),
        manifest=manifest_of(plan, estimator, param_name=param_name, training=training),
    )
