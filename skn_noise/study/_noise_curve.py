"""Score an estimator for each scale of the noise."""

from numbers import Integral
from os import PathLike
from typing import Any, Literal

import numpy as np
from joblib import Memory
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, clone, is_classifier

from skn_noise._defaults import SCALES
from skn_noise._metrics import count_classes
from skn_noise._sklearn import Interval, validate_params
from skn_noise.results._curve import NoiseCurve
from skn_noise.study._manifest import manifest_of
from skn_noise.study._plan import STUDY_CONSTRAINTS, plan_study
from skn_noise.study._regime import check_scales, find_regime, is_set_in_place
from skn_noise.study._run import run_cells
from skn_noise.study._tables import epoch_table, prediction_table, score_table


@validate_params(
    STUDY_CONSTRAINTS
    | {
        "scales": ["array-like"],
        "track_epochs": ["boolean"],
        "return_train_score": ["boolean"],
        "return_predictions": ["boolean"],
        "n_repeats": [Interval(Integral, 1, None, closed="left")],
    },
    prefer_skip_nested_validation=False,
)
def noise_curve(
    estimator: BaseEstimator,
    X: ArrayLike,
    y: ArrayLike | None,
    *,
    scales: ArrayLike = SCALES,
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
    n_repeats: int = 1,
    error_score: float | Literal["raise"] = np.nan,
    progress: bool = False,
    params: dict | None = None,
) -> NoiseCurve:
    """Score an estimator on training and validation data for each scale of the noise.

    It is :func:`~sklearn.model_selection.validation_curve` with several metrics, every
    fold kept, a progress bar, resumption and figures of every epoch; on the same cells,
    that is scales and folds, the two agree to the last digit.

    Parameters
    ----------
    estimator : estimator object
        Any estimator with a parameter for the scale of the noise, for instance a
        pipeline with a :class:`GaussianNoiseTransformer`. Give that an int
        `random_state`: the scales then share their noise draws, and their differences
        are far less noisy.

    X : array-like of shape (n_samples, n_features)
        Samples.

    y : array-like of shape (n_samples,) or None
        Targets.

    scales : array-like of shape (n_scales,), default=(0.1, 0.5, 1.0, 2.0, 4.0)
        Scales of the noise, each once.

    param_name : str, default="noise__scale"
        The parameter of `estimator` that is the scale of the noise.

    training : {"frozen", "fresh", "clean"}, default=None
        What the estimator is trained on, as :func:`noise_grid` describes it: samples
        with frozen noise, with noise drawn afresh in every batch, or without. All are
        validated on samples with the same frozen noise. The parameters of `estimator`
        that this takes are set; None leaves them as they are. With ``"clean"`` one fit
        of a pipeline serves all scales, unless epochs are tracked.

    groups : array-like of shape (n_samples,), default=None
        Groups of the samples for a splitter by groups. With metadata routing they are
        passed in `params` instead.

    cv : int, cross-validation generator or iterable, default=None
        The folds, as everywhere in scikit-learn: None means 5 of them, and an integer
        means stratified ones if `estimator` is a classifier.

    scoring : str, callable, list, tuple or dict, default=None
        The metrics, as :func:`~sklearn.model_selection.cross_validate` takes them. None
        means ``"accuracy"`` for a classifier, and ``"neg_log_loss"`` if it has
        probabilities; ``"r2"`` and ``"neg_mean_squared_error"`` for a regressor; and
        the `score` of what is neither, as ``"score"``.

    n_jobs : int, default=None
        Number of cells in parallel; None means 1 unless in a
        :obj:`joblib.parallel_config`, -1 means all processors.

    memory : str, os.PathLike or joblib.Memory, default=None
        Directory in which finished fits are cached, or a joblib cache whose directory
        is used. If None, nothing is cached. The same call, made again after an
        interruption, fits only what is missing. A cell is reused only if nothing that
        its scores could depend on has changed: data, folds, parameters and fitted state
        of `estimator`, `scoring`, `params`, the source files of your own code and the
        values that it reads, versions of packages, settings of scikit-learn and Keras.
        `n_jobs`, `verbose`, `memory` and callbacks of scikit-learn's and our estimators
        do not matter; a changed comment in your code, or a count that it keeps, may run
        cells again. The user guide says what cannot be seen, such as files that your
        code reads. Cells are plain text; a warning names how many are damaged and run
        again. Fits that failed are not cached. Only the main process writes.

    track_epochs : bool, default=False
        Whether to score after every epoch, on validation samples that pass through the
        steps of the pipeline. For :class:`KerasMLPClassifier` and pipelines that end in
        it. It changes no score, unless a step draws anew in every call, as that is one
        call more.

    return_train_score : bool, default=True
        Whether to score on the training samples, too.

    return_predictions : bool, default=True
        Whether to keep what every validation sample is predicted to be, and the
        probability that its target is given. `predict` and `predict_proba` run once for
        all metrics and for this, or once for this alone where no metric needs them. It
        changes no score, unless a step draws anew in every call and one fit serves
        several scales. A cell that `memory` has kept without predictions serves no
        study that asks for them.

    n_repeats : int, default=1
        How often to run all cells, on the same folds. The first repeat is the study of
        ``n_repeats=1``; each other draws noise and network anew, from seeds that are
        derived from every parameter of `estimator` named `random_state`, those of its
        steps included: of an int ``seed``, the first 31 bits that
        ``numpy.random.SeedSequence([seed, repeat])`` generates. The same seed twice
        becomes the same other seed twice. With `memory`, more repeats cost only their
        own cells.

    error_score : "raise" or numeric, default=np.nan
        What counts as the scores of a fit that failed, or as that of a metric that
        failed, which costs no other metric. One warning tells of all that failed alike.
        ``"raise"`` raises the error. If all fits fail, or a metric cannot even score
        the samples of the first fit, an error is raised in any case.

    progress : bool, default=False
        Whether to draw a progress bar on stderr, if that is a terminal: cells done of
        all, time left and the last score. The logger ``"skn_noise"`` tells the same,
        what was found done at the level INFO and each cell at the level DEBUG.

    params : dict, default=None
        Parameters for the `fit` of the estimator; with metadata routing, for the
        scorers and the splitter as well.

    Returns
    -------
    curve : NoiseCurve

    Raises
    ------
    ValueError
        If `scales` is empty or holds duplicates or anything but finite numbers that are
        not negative, if `estimator` has no parameter `param_name`, lacks one that
        `training` sets or cannot track epochs, if `X` or `y` is nothing that the steps
        they reach could be fitted on (as far as these are scikit-learn's or ours), if
        `n_repeats` is below 1, or above it without a `random_state` to vary, if
        `n_jobs` is 0, if `memory` cannot be written to, or if what an estimator holds
        cannot be told from another as `memory` asks for, for instance an open file, all
        before the first fit; if a metric of `scoring` cannot score the estimator, after
        the first; or if every fit failed, with the first error.

    OSError
        If a finished cell cannot be written to `memory`, as there is no room any more.

    joblib.externals.loky.process_executor.TerminatedWorkerError
        If the system killed a worker, most likely as memory ran out. As with any other
        early end, Ctrl-C included, a note to the error says what `memory` has kept.

    See Also
    --------
    NoiseCurveDisplay : Draws the curve.
    NoiseComparisonDisplay : Draws several, of the three regimes for instance.
    noise_matrix : Trains at one scale and validates at others.
    sklearn.model_selection.validation_curve : One metric, arrays of scores.

    Notes
    -----
    The training score is that of the fitted estimator on the samples it was fitted on,
    passed through its steps as they are when it predicts. What that measures depends on
    the regime:

    * ``training="frozen"``: those are the very noisy copies that it saw; a network that
      has learnt their noise by heart scores high on them.
    * ``training="fresh"``: samples that it was trained on, with noise of the scale that
      it was trained with, but a draw that it has not seen.
    * ``training="clean"``: samples that it was trained on, with noise that it was not
      trained for.

    The training figures of epochs, however, are taken on what the network is fed: with
    frozen noise, with fresh noise, and without.

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
    scales = check_scales(scales)
    regime = find_regime(clone(estimator), training, param_name, scales)
    is_fitted_once = _serves_all_scales(estimator, regime, training, track_epochs)
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


def _serves_all_scales(estimator, regime, training, track_epochs):
    """Tell whether one fit serves all scales.

    Trained without noise, an estimator is the same at all of them; but not if its
    epochs are validated at one of them on the way, or if the scale cannot be set on
    what was fitted.
    """
    return (
        training == "clean"
        and not track_epochs
        and is_set_in_place(estimator, regime.validation_names)
    )
