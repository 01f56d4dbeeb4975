"""Train an estimator at some scales of the noise and validate it at others."""

from os import PathLike
from typing import Any, Literal

import numpy as np
from joblib import Memory
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone

from skn_noise._defaults import SCALES
from skn_noise._sklearn import validate_params
from skn_noise.results._matrix import NoiseMatrix
from skn_noise.study._plan import STUDY_CONSTRAINTS, plan_study
from skn_noise.study._regime import check_scales, find_regime, is_set_in_place
from skn_noise.study._run import run_cells
from skn_noise.study._tables import score_table


@validate_params(
    STUDY_CONSTRAINTS
    | {"train_scales": ["array-like"], "validation_scales": ["array-like"]},
    prefer_skip_nested_validation=False,
)
def noise_matrix(
    estimator: BaseEstimator,
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    train_scales: ArrayLike = SCALES,
    validation_scales: ArrayLike = SCALES,
    param_name: str = "noise__scale",
    training: str | None = None,
    groups: ArrayLike | None = None,
    cv: Any = None,
    scoring: Any = None,
    n_jobs: int | None = None,
    memory: str | PathLike | Memory | None = None,
    error_score: float | Literal["raise"] = np.nan,
    progress: bool = False,
    params: dict | None = None,
) -> NoiseMatrix:
    """Train at some scales of the noise and validate each at others.

    Every fit, one for each scale in training and fold, is scored at all scales in
    validation. Where the two scales are the same, that is :func:`noise_curve`, to the
    last digit.

    Parameters
    ----------
    estimator : estimator object
        An estimator with a parameter for the scale of the noise, which it reads when it
        predicts; for instance a pipeline with a :class:`GaussianNoiseTransformer`.

    X : array-like of shape (n_samples, n_features)
        Samples.

    y : array-like of shape (n_samples,) or None
        Targets.

    train_scales : array-like, default=(0.1, 0.5, 1.0, 2.0, 4.0)
        Scales of the noise in training, each once; 0 trains without noise.

    validation_scales : array-like, default=(0.1, 0.5, 1.0, 2.0, 4.0)
        Scales of the noise in validation, each once.

    param_name : str, default="noise__scale"
        The parameter of `estimator` that is the scale of the noise; of the estimator
        itself or of a step of a pipeline.

    training : {"frozen", "fresh"}, default=None
        What the estimator is trained on, as :func:`noise_grid` describes it; None
        leaves all parameters of `estimator` but the scale as they are.

    groups, cv, scoring, n_jobs, memory, error_score, progress, params : object
        As :func:`noise_curve` takes them; a cell is a scale in training and a fold.

    Returns
    -------
    matrix : NoiseMatrix

    Raises
    ------
    ValueError
        If scales are not finite, negative or there twice, if `estimator` has no
        parameter `param_name`, lacks one that `training` sets or fits a clone of what
        has it, and in all cases in which :func:`noise_curve` raises it.

    See Also
    --------
    NoiseMatrixDisplay : Draws the matrix.
    noise_curve : Trains and validates at the same scales.

    Examples
    --------
    What a classifier that was trained without noise loses to it takes one fit a fold:

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
    train_scales = check_scales(train_scales, "train_scales")
    validation_scales = check_scales(validation_scales, "validation_scales")
    if training == "clean":
        raise ValueError(
            "training='clean' has no scales to train at; pass train_scales=[0] and no "
            "training."
        )
    regime = find_regime(clone(estimator), training, param_name, validation_scales)
    if not is_set_in_place(estimator, regime.validation_names):
        raise ValueError(
            f"noise_matrix sets {param_name!r} on what was fitted, and "
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
    )
    done = run_cells(plan, memory=memory, n_jobs=n_jobs, progress=progress)
    scores = score_table(plan, done).rename(columns={"scale": "validation_scale"})
    return NoiseMatrix(scores.drop(columns=["repeat", "split"]))
