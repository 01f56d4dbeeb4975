"""Scores of an estimator against the scale of the noise, fold by fold."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier
from sklearn.utils._param_validation import validate_params

from skn_noise._plan import STUDY_CONSTRAINTS, plan_study
from skn_noise._run import run_cells
from skn_noise._scales import check_scales
from skn_noise._search import search_table
from skn_noise._summaries import cost_table, summary_table
from skn_noise._tables import epoch_table, score_table
from skn_noise.regimes import find_regime, is_set_in_place
from skn_noise.tolerance import find_tolerance, fit_validation_accuracy


@dataclass(frozen=True, eq=False, repr=False)
class NoiseCurve:
    """Training and validation scores for every scale of the noise and every fold.

    :func:`noise_curve` and :meth:`from_search` make it.

    Parameters
    ----------
    scores : DataFrame
        One row a score, with the columns

        ================ ===============================================================
        scale            the scale of the noise
        fold             number of the fold, from 0
        split            ``"train"`` or ``"validation"``
        metric           name of the scorer, for instance ``"accuracy"``
        value            the score; greater is better, so errors and losses are negative
        fit_seconds      time of the fit, which may serve all scales of a fold
        score_seconds    time to score its validation samples with all metrics
        n_train          number of samples that the cell was fitted on
        n_validation     number of samples that it was validated on
        ================ ===============================================================

    epochs : DataFrame or None, default=None
        One row a figure after an epoch, if they were tracked, with the columns scale,
        fold, epoch (from 1), split, metric and value, for instance the ``"loss"`` and
        the ``"accuracy"``. In training they are means over the epoch, with dropout on;
        in validation those of the network as the epoch left it.

    n_classes : int or None, default=None
        Number of classes, for the score that chance would give.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skn_noise import GaussianNoiseTransformer, noise_curve
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> curve = noise_curve(
    ...     make_pipeline(noise, LogisticRegression(max_iter=1000)), X, y, cv=3,
    ...     scales=[0.1, 2.0], param_name="gaussiannoisetransformer__scale",
    ...     scoring="accuracy",
    ... )
    >>> curve
    NoiseCurve(2 scales x 3 folds: accuracy)
    >>> list(curve.summary())
    ['scale', 'split', 'metric', 'mean', 'std', 'lower', 'upper', 'n']
    >>> cost = curve.cost()
    >>> cost[["scale", "reference"]].values.tolist()
    [[2.0, 0.1]]
    >>> bool(cost["difference"][0] < 0)
    True
    """

    scores: pd.DataFrame
    epochs: pd.DataFrame | None = None
    n_classes: int | None = None

    @classmethod
    def from_search(cls, search, X=None, y=None, *, groups=None, param_name=None):
        """Take the scores from a fitted search over the scale of the noise.

        Parameters
        ----------
        search : GridSearchCV or RandomizedSearchCV
            A fitted search, for instance over a grid of :func:`noise_grid`; its
            training scores are there if it was made with ``return_train_score=True``.

        X, y : array-like, default=None
            The data it was fitted on, to count the samples of each fold; a search does
            not keep them, and without these numbers there are no intervals.

        groups : array-like of shape (n_samples,), default=None
            Groups of the samples, if the folds were made by groups.

        param_name : str, default=None
            The parameter that is the scale; None means the only one searched over, or
            ``"noise__scale"`` of several.

        Returns
        -------
        curve : NoiseCurve
            `fit_seconds` and `score_seconds` are each scale's mean over the folds, as a
            search keeps no more.

        Raises
        ------
        ValueError
            If the search varied parameters that do not follow the scale, or not
            `param_name`, or was not fitted on `X` and `y`.
        """
        classes = getattr(search, "classes_", None)
        return cls(
            search_table(search, X, y, groups, param_name),
            n_classes=None if classes is None else len(classes),
        )

    def summary(self):
        """Summarise the folds.

        Returns
        -------
        summary : DataFrame
            For every scale, split and metric the `mean` over the folds, their standard
            deviation `std` (``ddof=1``; NaN for one fold), the bounds `lower` and
            `upper` of the 95 % interval of the mean, and the number `n` of folds. Folds
            that failed count in none of them.

        Notes
        -----
        The interval of several folds is the corrected resampled t interval
        (:func:`skn_noise.statistics.mean_interval`), that of an accuracy on a single
        holdout is Wilson's (:func:`skn_noise.statistics.wilson_interval`). The bounds
        are NaN where no interval is known: for another metric on a single holdout, as
        its spread cannot be told from one figure; for training scores, as neither
        method holds for samples that were trained on; and if the numbers of samples are
        missing, as for a search whose data :meth:`from_search` was not given.
        """
        return summary_table(self.scores)

    def cost(self, reference=None):
        """Compare the validation scores with those at a reference scale.

        Parameters
        ----------
        reference : float, default=None
            The scale to compare with; None means the smallest.

        Returns
        -------
        cost : DataFrame
            For every metric and every other scale the mean `difference`, that is the
            score at this scale minus the score at the reference, fold by fold: negative
            where the noise costs. Then the bounds `lower` and `upper` of its 95 %
            interval, the `p_value` of its corrected resampled t test, the same
            adjusted for the number of scales by Holm's method, `p_adjusted`, and the
            number `n` of folds in which neither failed.

        Raises
        ------
        ValueError
            If `reference` was not run, or is the only scale; if fewer than two folds
            scored both; or if the numbers of samples are missing (see
            :meth:`from_search`).

        See Also
        --------
        skn_noise.statistics.paired_difference : The interval and the test.
        skn_noise.statistics.holm_adjusted : The adjustment.

        Notes
        -----
        The scales share the noise draws if the noise has an int `random_state`, and the
        folds in any case, so that the differences vary far less than the scores.
        """
        return cost_table(self.scores, reference)

    def tolerance(self, target=None, *, relative=None, metric=None):
        """Find the largest scale at which the validation score stays at a target.

        Parameters
        ----------
        target : float, default=None
            The score to stay at or above.

        relative : float, default=None
            In place of a target: the fraction of each fold's score at the smallest
            scale to stay at or above, greater than 0 and at most 1.

        metric : str, default=None
            The metric; None means the first of the curve.

        Returns
        -------
        tolerance : NoiseTolerance
            The `scale` with the bounds `lower` and `upper` of its 95 % interval, and
            the scale `fitted_scale` by :meth:`fit_accuracy`; minus infinity and
            infinity stand for what lies below and above the scales that were run.

        Raises
        ------
        ValueError
            If not just one of `target` and `relative` is given, `target` is above every
            score or out of the metric's range, `relative` is out of its range, less is
            better in the metric, or fewer than two scales greater than 0 were run.

        See Also
        --------
        NoiseCurveDisplay : Marks the tolerance it is given.

        Notes
        -----
        In every fold the scores are made to fall with the scale (isotonic regression)
        and interpolated over its logarithm by a monotone cubic spline [1]_. The
        tolerance is the geometric mean of the folds'; its interval that of
        :func:`skn_noise.statistics.mean_interval`, for its logarithm. If a fold's
        tolerance lies outside the scales, it is the median of the folds', with no
        interval. On a single holdout the bounds are where those of the accuracy
        (:func:`skn_noise.statistics.wilson_interval`) cross the target, which is then
        taken as given, also if it is relative. Folds that failed at a scale do not
        count.

        References
        ----------
        .. [1] Fritsch, Butland (1984). "A method for constructing local monotone
           piecewise cubic interpolants". SIAM J. Sci. Stat. Comput. 5(2).

        Examples
        --------
        >>> from sklearn.datasets import load_digits
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import GaussianNoiseTransformer, noise_curve
        >>> X, y = load_digits(return_X_y=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> curve = noise_curve(pipeline, X, y, scales=[1, 4, 16], scoring="accuracy")
        >>> tolerance = curve.tolerance(relative=0.9)
        >>> 4 < tolerance.scale < 16
        True
        >>> curve.tolerance(0.1).scale
        inf
        """
        return find_tolerance(
            self.scores,
            target,
            relative=relative,
            metric=metric,
            n_classes=self.n_classes,
        )

    def fit_accuracy(self):
        """Fit the validation accuracies of all folds by a curve of three parameters.

        Returns
        -------
        fit : AccuracyFit
            Its `predict` gives accuracies, its `tolerance` a scale.

        Raises
        ------
        ValueError
            If the curve has no accuracies, fewer than three scales, or lacks the number
            of classes or of samples (see :meth:`from_search`).

        See Also
        --------
        skn_noise.accuracy_fit.fit_accuracy : The formula, and where it is from.
        """
        return fit_validation_accuracy(self.scores, self.n_classes)

    def __repr__(self):
        n_scales, n_folds = self.scores[["scale", "fold"]].nunique()
        metrics = ", ".join(self.scores["metric"].unique())
        return f"NoiseCurve({n_scales} scales x {n_folds} folds: {metrics})"


@validate_params(
    STUDY_CONSTRAINTS
    | {
        "scales": ["array-like"],
        "track_epochs": ["boolean"],
        "return_train_score": ["boolean"],
    },
    prefer_skip_nested_validation=False,
)
def noise_curve(
    estimator,
    X,
    y,
    *,
    scales=(0.1, 0.5, 1.0, 2.0, 4.0),
    param_name="noise__scale",
    training=None,
    groups=None,
    cv=None,
    scoring=("accuracy", "neg_log_loss"),
    n_jobs=None,
    memory=None,
    track_epochs=False,
    return_train_score=True,
    error_score=np.nan,
    progress=False,
    params=None,
):
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

    scoring : str, callable, list, tuple, dict or None, \
            default=("accuracy", "neg_log_loss")
        The metrics, as :func:`~sklearn.model_selection.cross_validate` takes them.

    n_jobs : int, default=None
        Number of cells in parallel; None means 1 unless in a
        :obj:`joblib.parallel_config`, -1 means all processors.

    memory : str, os.PathLike or joblib.Memory, default=None
        Folder or cache for the finished cells. The same call, made again after an
        interruption, fits only those that are missing. A cell is known by the
        parameters of `estimator`, `X`, `y`, the split, `scoring`, `params` and the
        version of this package; functions among them count by their name, so that
        another folder is needed for one that has changed. Cells that failed are not
        kept. The main process writes: the workers of a cluster need not see the folder.

    track_epochs : bool, default=False
        Whether to score after every epoch, on validation samples that pass through the
        steps of the pipeline. For :class:`KerasMLPClassifier` and pipelines that end in
        it.

    return_train_score : bool, default=True
        Whether to score on the training samples, too.

    error_score : "raise" or numeric, default=np.nan
        Score of a cell that fails, with a warning that names it; ``"raise"`` raises the
        error. If all cells fail, an error is raised in any case.

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
        `training` sets or cannot track epochs, if `n_jobs` is 0, if `memory` cannot be
        written to, or if every fit failed.

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
    # Without noise in training, the fit is the same for all scales. Its epochs are not:
    # each is validated at one scale, as is what an estimator fits as a clone.
    if (
        training == "clean"
        and not track_epochs
        and is_set_in_place(estimator, regime.test_names)
    ):
        pairs = [(0.0, scales)]
    else:
        pairs = [(scale, (scale,)) for scale in scales]
    plan = plan_study(
        estimator,
        X,
        y,
        regime=regime,
        scales=pairs,
        groups=groups,
        cv=cv,
        scoring=scoring,
        params=params,
        error_score=error_score,
        scores_train=return_train_score,
        track_epochs=track_epochs,
    )
    results = run_cells(plan, memory=memory, n_jobs=n_jobs, progress=progress)
    return NoiseCurve(
        score_table(plan, results).drop(columns="train_scale"),
        epochs=epoch_table(plan, results) if track_epochs else None,
        n_classes=len(np.unique(y)) if is_classifier(estimator) else None,
    )
