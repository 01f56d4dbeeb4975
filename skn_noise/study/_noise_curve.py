"""Score an estimator for each scale of the noise."""

from __future__ import annotations

from numbers import Integral
from os import PathLike
from typing import Any, Literal

import numpy as np
from joblib import Memory
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone, is_classifier

from skn_noise._metrics import count_classes
from skn_noise._sklearn import Interval, validate_params
from skn_noise.results._curve import NoiseCurve
from skn_noise.study._manifest import manifest_of
from skn_noise.study._plan import STUDY_CONSTRAINTS, plan_study
from skn_noise.study._prefit import check_no_training, is_prefit
from skn_noise.study._regime import find_regime, is_set_in_place
from skn_noise.study._run import run_cells
from skn_noise.study._scales import choose_scales
from skn_noise.study._tables import epoch_table, prediction_table, score_table


@validate_params(
    STUDY_CONSTRAINTS
    | {
        "scales": ["array-like", None],
        "snr": ["array-like", None],
        "track_epochs": ["boolean"],
        "return_train_score": ["boolean"],
        "return_predictions": ["boolean"],
        "n_repeats": [Interval(Integral, 1, 2**15, closed="both")],
    },
    prefer_skip_nested_validation=False,
)
def noise_curve(
    estimator: BaseEstimator,
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    scales: ArrayLike | None = None,
    snr: ArrayLike | None = None,
    param_name: str = "noise__scale",
    training: str | None = None,
    groups: ArrayLike | None = None,
    cv: Any = None,
    scoring: Any = None,
    n_jobs: int | None = None,
    memory: str | PathLike | Memory | None = None,
    track_epochs: bool = False,
    return_train_score: bool = True,
    return_predictions: bool = True,
    n_draws: int = 1,
    n_repeats: int = 1,
    error_score: float | Literal["raise"] = np.nan,
    progress: bool = False,
    params: dict | None = None,
) -> NoiseCurve:
    """Score an estimator on training and validation data at each scale of the noise.

    Like :func:`~sklearn.model_selection.validation_curve`, for several metrics: every
    fold, epoch and prediction is kept, and a study can be interrupted and resumed. On
    the same scales and folds, both functions give the same scores to the last digit.

    Parameters
    ----------
    estimator : estimator object
        An estimator with a parameter for the scale of the noise, such as a pipeline
        with a :class:`GaussianNoiseTransformer`. With an int `random_state` in the
        noise, all scales share one draw of the noise, so that differences between
        scales are more certain.

    X : array-like of shape (n_samples, n_features)
        Samples.

    y : array-like of shape (n_samples,) or None
        Targets.

    scales : array-like of shape (n_scales,), default=None
        Standard deviations of the noise, in its unit: that of the samples that it is
        added to, or the `unit` of the noise. 0 is without noise. If None, those of
        `snr`, or (0.1, 0.5, 1.0, 2.0, 4.0).

    snr : array-like of shape (n_scales,), default=None
        The scales as ratios of signal to noise in decibels, instead of `scales`: 20
        stands for the scale 0.1, 0 for the scale 1, infinity for no noise; scales have
        four digits. They must be in standard deviations of the signal: the noise has
        ``unit="std"``, or follows a scaler directly.

    param_name : str, default="noise__scale"
        Parameter of `estimator` that is set to the scale.

    training : {"frozen", "fresh", "clean"}, default=None
        Noise in training; validation samples have the same noise in each case.

        - ``"frozen"``: the same noise in every epoch.
        - ``"fresh"``: several noisy copies of each sample, made by
          :class:`NoisyCopies`, or new noise in every batch, added by a
          :class:`KerasMLPClassifier`.
        - ``"clean"``: no noise. A pipeline is then fitted once for all scales, unless
          `track_epochs` is True.

        Overrides `apply_to` of the noise, `scale` of :class:`NoisyCopies` and
        `input_noise` of a network. If None, `estimator` keeps its own values. See
        :func:`noise_grid`.

    groups : array-like of shape (n_samples,), default=None
        Group of each sample, for a splitter such as
        :class:`~sklearn.model_selection.GroupKFold`, and for intervals that hold for
        new groups. If metadata routing is enabled, pass ``params={"groups": groups}``
        instead.

    cv : int, cross-validation generator, iterable or "prefit", default=None
        Cross-validation splitting strategy. If None, 5 folds; an int gives the number
        of folds, which are stratified if `estimator` is a classifier.

        If ``"prefit"``, `estimator` is trained already: no step is fitted but the
        noise, and all of `X` validates the model, which must not have been trained on
        it. `training` must be None or ``"clean"``. There are no training scores, and
        the intervals are for this model. See :doc:`/guide/prefit`.

    scoring : str, callable, list, tuple, set or dict, default=None
        Metrics, as for :func:`~sklearn.model_selection.cross_validate`. If None:
        ``"accuracy"`` for a classifier, with ``"neg_log_loss"`` if it predicts
        probabilities; ``"r2"`` and ``"neg_mean_squared_error"`` for a regressor; else
        the method `score` of `estimator`.

    n_jobs : int, default=None
        Number of cells, that is pairs of scale and fold, to run in parallel. None means
        1 unless in a :obj:`joblib.parallel_config` context. -1 means all processors.

    memory : str, os.PathLike or joblib.Memory, default=None
        Directory in which finished fits are cached, or a joblib cache whose directory
        is used. If None, nothing is cached. After an interruption, the same call fits
        only the missing cells. A fit is reused only if everything that could change its
        scores is the same: data, folds, parameters and fitted state of `estimator`,
        `scoring`, `params`, the source files of your own code and the values that it
        reads, versions of packages, settings of scikit-learn and Keras. A fit with more
        draws is reused for fewer, but not the other way round. `n_jobs`, `verbose`,
        `memory` and callbacks of estimators of scikit-learn and of this package may
        differ. A changed comment in your code, or a counter that it keeps, may run fits
        again. Fits that failed are not cached. See
        :doc:`/guide/long_studies` for changes that cannot be detected, such as changes
        of files that your code reads.

    track_epochs : bool, default=False
        Whether to score training and validation samples after every epoch of a
        :class:`KerasMLPClassifier`, alone or at the end of a pipeline, in draw 0.

    return_train_score : bool, default=True
        Whether to score the training samples, too, if there are any.

    return_predictions : bool, default=True
        Whether to keep the prediction for every validation sample, and the probability
        of its target. Each sample is predicted once for all metrics.

    n_draws : int, default=1
        Number of independent draws of the noise that each fit is validated on. More
        draws make the scores more certain, and cost predictions instead of fits. Draw 0
        is that of `transform`; training samples are scored in this draw only. More than
        one need a :class:`GaussianNoiseTransformer` with ``resample=False`` as a step
        of a pipeline. See :doc:`/guide/planning`.

    n_repeats : int, default=1
        Number of times that every cell is run, on the same folds. The first repeat uses
        each `random_state` of `estimator` as it is; repeat `r` replaces an int ``seed``
        by the first 31 bits of ``numpy.random.SeedSequence([seed, r])``.

    error_score : "raise" or numeric, default=np.nan
        Score assigned when fitting or scoring fails, with a warning. If ``"raise"``,
        the error is raised. An error is raised in any case if all fits fail, or if a
        metric cannot score the first fit on its training samples.

    progress : bool, default=False
        Whether to show a progress bar on stderr, if that is a terminal, or in a
        notebook. The logger ``"skn_noise"`` reports the same at level DEBUG.

    params : dict, default=None
        Parameters passed to `fit`; if metadata routing is enabled, also to the scorers
        and the splitter.

    Returns
    -------
    curve : NoiseCurve
        Scores, and epochs and predictions if they were asked for.

    Raises
    ------
    ValueError
        Before the first fit, if an argument is invalid, if the steps of scikit-learn or
        this package cannot be fitted on `X` and `y`, if `memory` cannot be written to,
        or if a value cannot be hashed for `memory`, such as an open file.
        After the first fit, if a metric cannot score the estimator. At the end, if all
        fits failed.

    OSError
        If a finished fit cannot be read from `memory` or written to it.

    ImportError
        If a worker process has other versions or other own code than this process.

    concurrent.futures.BrokenExecutor
        If the system ended a worker, most likely as memory ran out. A note to this and
        to every other error says how many fits `memory` holds.

    See Also
    --------
    NoiseCurveDisplay : Plots a noise curve.
    NoiseComparisonDisplay : Plots several, such as those of the three regimes.
    noise_matrix : Trains at some scales and validates at others.
    sklearn.model_selection.validation_curve : Scores for one metric, as arrays.

    Notes
    -----
    The training score is computed by the fitted estimator on its training samples. With
    ``training="frozen"``, these have the same noise as in training, so that a network
    that has memorised the noise gets a high score. With ``"fresh"``, they have a new
    draw of noise of the same scale. With ``"clean"``, they have noise, although the
    estimator was trained without noise. The training scores of epochs are computed on
    the samples that the network is trained on.

    Draw 0 is predicted alone. The other draws are predicted in one call, unless the
    estimator may treat a row by the other rows, as functions of your own may. Sums of
    more rows may be rounded differently, so that the last digits of their scores can
    depend on `n_draws`.

    If one fit is validated at several scales, and a step draws new random numbers in
    every call, `track_epochs` and `return_predictions` change later draws, because they
    add calls.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skn_noise import make_noise_pipeline, noise_curve
    >>> X, y = load_digits(return_X_y=True)
    >>> pipeline = make_noise_pipeline(hidden_layer_sizes=(64,), random_state=0)
    >>> curve = noise_curve(pipeline, X, y, scales=[0.5, 2.0], cv=2)
    >>> curve
    NoiseCurve(2 scales x 2 folds: accuracy, neg_log_loss)
    >>> accuracy = curve.summary().query(
    ...     "metric == 'accuracy' and split == 'validation'"
    ... ).set_index("scale")["mean"]
    >>> bool(accuracy[0.5] > accuracy[2.0])
    True
    """
    scales = choose_scales(scales, snr, estimator=estimator, param_name=param_name)
    check_no_training(cv, training)
    regime = find_regime(clone(estimator), training, param_name, scales)
    # One cell that validates at all scales, or one cell for each scale.
    is_fitted_once = is_prefit(cv) or _is_fitted_once(
        estimator, regime, training, track_epochs
    )
    plan = plan_study(
        estimator,
        X,
        y,
        regime=regime,
        scales=[(0.0, scales)] if is_fitted_once else [(s, (s,)) for s in scales],
        groups=groups,
        cv=cv,
        scoring=scoring,
        params=params,
        error_score=error_score,
        scores_train=return_train_score,
        n_draws=n_draws,
        track_epochs=track_epochs,
        return_predictions=return_predictions,
        n_repeats=n_repeats,
    )
    done = run_cells(plan, memory=memory, n_jobs=n_jobs, progress=progress)
    keeps_predictions = plan.study.keeps_predictions
    return NoiseCurve(
        score_table(plan, done).drop(columns="train_scale"),
        epochs=epoch_table(done) if track_epochs else None,
        n_classes=count_classes(y) if is_classifier(estimator) else None,
        predictions=prediction_table(plan, done) if keeps_predictions else None,
        manifest=manifest_of(plan, estimator, param_name=param_name, training=training),
    )


def _is_fitted_once(estimator, regime, training, track_epochs):
    """Return whether one fit can be validated at all scales.

    It can if it was trained without noise, unless its epochs are validated at one scale
    on the way, or the scale cannot be set on the fitted estimator.
    """
    return (
        training == "clean"
        and not track_epochs
        and is_set_in_place(estimator, regime.validation_names)
    )
