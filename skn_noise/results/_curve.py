"""The result of a study: scores against the scale of the noise, fold by fold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Literal, Self

import pandas as pd
from numpy.typing import ArrayLike
from pandas import DataFrame
from sklearn.base import BaseEstimator

from skn_noise._metrics import check_metric
from skn_noise._sklearn import StrOptions, validate_params
from skn_noise.display._noise_curve import NoiseCurveDisplay
from skn_noise.results._area import NoiseArea, area_of
from skn_noise.results._cells import (
    CELL,
    check_manifest,
    check_table,
    in_words,
    n_draws,
    n_repeats,
    starts_of_runs,
    with_repeats,
)
from skn_noise.results._classes import class_table, confusion_table, sample_table
from skn_noise.results._concat import TABLES, join_curves
from skn_noise.results._files import SavedResult
from skn_noise.results._html import curve_html
from skn_noise.results._search import count_searched_classes, search_table
from skn_noise.results._spread import spread_table
from skn_noise.results._summary import cost_table, summary_table
from skn_noise.results._table import (
    DIGITS_ALLOWED,
    describe_brackets,
    describe_means,
    describe_notes,
    flat,
    lay_out,
    printed,
    score_table,
)
from skn_noise.results._tolerance import NoiseTolerance, tolerance_of
from skn_noise.statistics._common import as_confidence


@dataclass(frozen=True, eq=False, repr=False)
class NoiseCurve(SavedResult):
    """Training and validation scores for every scale of the noise and every fold.

    :func:`noise_curve` and :meth:`from_search` return it.

    Parameters
    ----------
    scores : DataFrame
        One row for each score, with the columns

        ================ ===============================================================
        scale            scale of the noise
        fold             number of the fold, from 0
        repeat           number of the repeat, from 0
        draw             number of the draw of the noise, from 0; training scores are
                         of draw 0 only
        n_train          number of training samples of the fit; infinity if the model
                         was trained before the study (``cv="prefit"``), as its
                         intervals allow for no other training samples
        n_validation     number of validation samples
        fit_seconds      time of the fit, in seconds; several scales may share a fit
        score_seconds    time to score the validation samples by all metrics, in seconds
                         a draw
        split            ``"train"`` or ``"validation"``
        metric           name of the scorer, for instance ``"accuracy"``
        value            the score; greater is better, so losses are negative
        ================ ===============================================================

        Rows without `repeat` and `draw` are of repeat 0 and draw 0.

    epochs : DataFrame or None, default=None
        One row for each epoch and metric, with the columns scale, fold, repeat, epoch
        (from 1), split, metric and value. Training values are means over the epoch,
        with dropout; validation values are computed after the epoch. None if epochs
        were not tracked.

    n_classes : int or None, default=None
        Number of classes, from which the score of a random guess is computed. None for
        regression and for samples with several labels.

    predictions : DataFrame or None, default=None
        One row for each validation of a sample, with the columns

        ================ ===============================================================
        scale            scale of the noise
        fold             number of the fold, from 0
        repeat           number of the repeat, from 0
        draw             number of the draw of the noise, from 0
        sample           row of the sample in `X`, from 0
        group            group of the sample; only if the study was run with groups
        target           its label or number in `y`
        prediction       its prediction
        probability      for a classifier, the probability of the target: 0 if the
                         target was not among the training samples, NaN if the
                         classifier has no probabilities
        ================ ===============================================================

        A fit that failed has no rows. None if predictions were not kept, or if samples
        have several targets or no target.

    manifest : dict or None, default=None
        Description of the study in values of JSON: ``"study"``, a hash of everything
        that the scores depend on except scales, folds and repeats; ``"estimator"``,
        ``"parameters"`` and ``"random_states"``; ``"param_name"``, ``"unit"``,
        ``"training"``, ``"cv"`` and ``"scoring"``; ``"data"`` with its hash and its
        numbers of samples and features; ``"own_code"``, the hashes of the files of your
        own code;
        ``"versions"``, ``"skn_noise"``, ``"processor"`` and ``"platform"``. None for a
        search and for tables made by hand.

    Raises
    ------
    ValueError
        If a table lacks a column, has text in a column of numbers or has a score twice,
        if the predictions do not belong to the scores, or if `n_classes` or `manifest`
        has another type.

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
    ['scale', 'split', 'metric', 'mean', 'std', 'n', 'method', 'lower', 'upper', 'note']
    >>> cost = curve.cost()
    >>> cost["scale"].tolist()
    [2.0]
    >>> bool(cost["difference"][0] < 0)
    True
    """

    scores: pd.DataFrame
    epochs: pd.DataFrame | None = None
    n_classes: int | None = None
    predictions: pd.DataFrame | None = None
    manifest: dict | None = None

    _tables = TABLES
    _values = ["n_classes", "manifest"]

    def __post_init__(self):
        key = ["scale", "fold", "split", "metric"]
        check_table(self.scores, "scores", key, ["value"])
        if self.epochs is not None:
            check_table(self.epochs, "epochs", [*key, "epoch"], ["value"])
        if self.predictions is not None:
            key = ["scale", "fold", "sample"]
            check_table(self.predictions, "predictions", key, ["target", "prediction"])
            _check_same_cells(self.predictions, self.scores)
        n_classes = self.n_classes
        is_count = isinstance(n_classes, Integral) and n_classes >= 1
        if not (is_count or n_classes is None):
            raise ValueError(
                "n_classes must be a number of classes, 1 or more, or None, got "
                f"{n_classes!r}. Pass None for regression."
            )
        check_manifest(self.manifest)

    @classmethod
    @validate_params(
        {"groups": ["array-like", None], "param_name": [str, None]},
        prefer_skip_nested_validation=True,
    )
    def from_search(
        cls,
        search: BaseEstimator,
        X: ArrayLike | None = None,
        y: ArrayLike | None = None,
        *,
        groups: ArrayLike | None = None,
        param_name: str | None = None,
    ) -> Self:
        """Take the scores from a fitted search over the scale of the noise.

        Parameters
        ----------
        search : GridSearchCV or RandomizedSearchCV
            A fitted search, for instance over a grid of :func:`noise_grid`. It has
            training scores if it was made with ``return_train_score=True``.

        X, y : array-like, default=None
            The data that the search was fitted on. The samples of each fold and the
            classes are counted from these, because a search does not store the numbers.
            If None, there are no intervals.

        groups : array-like of shape (n_samples,), default=None
            Group of each sample, if the splitter of the search uses groups.

        param_name : str, default=None
            Name of the parameter that is the scale. If None, the only parameter of the
            search, or ``"noise__scale"`` if there are several.

        Returns
        -------
        curve : NoiseCurve
            Scores of the search. `fit_seconds` and `score_seconds` are means over the
            folds, because a search stores only these. The name of the metric is that in
            `scoring` of the search. If `scoring` is None, the name is ``"accuracy"``
            for a classifier with the `score` method of scikit-learn, and ``"score"``
            otherwise.

        Raises
        ------
        ValueError
            If the search did not fit each scale once on the same samples, if it
            varied another parameter that does not equal the scale, or if `X` and `y`
            give another number of folds.

        TypeError
            If `search` is not an estimator.
        """
        return cls(
            search_table(search, X, y, groups, param_name),
            n_classes=count_searched_classes(search, y),
        )

    @validate_params({"simultaneous": ["boolean"]}, prefer_skip_nested_validation=True)
    def summary(
        self, confidence: float = 0.95, simultaneous: bool = False
    ) -> DataFrame:
        """Compute the mean score at every scale, with its interval.

        See the :ref:`user guide <intervals>` for the intervals.

        Parameters
        ----------
        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        simultaneous : bool, default=False
            Whether the intervals of a metric hold at all scales together with that
            confidence (Bonferroni), instead of each by itself.

        Returns
        -------
        summary : DataFrame
            One row for every scale, split and metric, with the columns `mean` (over the
            folds), `std` (standard deviation of the folds, ``ddof=1``; NaN for one
            fold), `n` (number of folds), `method` (of the interval of the mean:
            ``"wilson"``, ``"log"``, ``"t"`` or ``"none"``), `lower` and `upper` (its
            bounds) and `note` (what the interval holds for, such as ``"this
            model"`` or ``"by groups"``, that ``"folds differ"``, or the reason why
            there is none; several are separated by semicolons). Without an interval,
            the bounds are NaN. Folds that failed are left out.

        See Also
        --------
        NoiseCurve.cost : Compare the scales on the same samples.
        """
        return summary_table(
            self.scores,
            self.predictions,
            confidence=confidence,
            simultaneous=simultaneous,
        )

    @validate_params({"digits": DIGITS_ALLOWED}, prefer_skip_nested_validation=True)
    def table(self, confidence: float = 0.95, digits: int | None = None) -> DataFrame:
        r"""Return the mean scores as a table for a reader, one row for each scale.

        ``print(curve)`` shows the table with ``digits=4``.

        Parameters
        ----------
        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        digits : int, default=None
            If None, the table has the numbers, without rounding. Otherwise it has text
            with that many digits, and an interval stands in brackets behind its mean.

        Returns
        -------
        table : DataFrame
            The column `scale`, and a column for every metric in training and in
            validation, for instance ``"training accuracy"`` and ``"validation
            accuracy"``. Losses are positive: the log loss is ``"validation log loss"``.
            Without `digits`, the bounds of the intervals have columns such as
            ``"validation accuracy lower"``, which are NaN if there is no interval.

        See Also
        --------
        NoiseCurve.summary : The same with one row for each mean, and with the notes.

        Notes
        -----
        The names of the columns have no characters that are special in LaTeX, unless
        you gave such a name to a scorer; ``to_latex(escape=True)`` escapes these.
        :meth:`~pandas.DataFrame.to_markdown` needs the package tabulate.
        :func:`pandas.read_csv` reads the same numbers that
        ``table.to_csv(path, index=False)`` wrote.

        Examples
        --------
        >>> import pandas as pd
        >>> from skn_noise import NoiseCurve
        >>> scores = pd.DataFrame(
        ...     {
        ...         "scale": [0.5, 1.0],
        ...         "fold": 0,
        ...         "split": "validation",
        ...         "metric": "neg_log_loss",
        ...         "value": [-0.156, -0.2939],
        ...     }
        ... )
        >>> print(NoiseCurve(scores).table(digits=3).to_latex(index=False))
        \begin{tabular}{ll}
        \toprule
        scale & validation log loss \\
        \midrule
        0.5 & 0.156 \\
        1 & 0.294 \\
        \bottomrule
        \end{tabular}
        <BLANKLINE>
        """
        summary = self.summary(confidence)
        if digits is None:
            return score_table(summary)
        return flat(lay_out(summary, digits))

    @validate_params(
        {"reference": [Real, None], "simultaneous": ["boolean"]},
        prefer_skip_nested_validation=True,
    )
    def cost(
        self,
        reference: float | None = None,
        confidence: float = 0.95,
        simultaneous: bool = False,
    ) -> DataFrame:
        """Compare the validation scores with those at a reference scale.

        See the :ref:`user guide <intervals>` for the intervals and tests.

        Parameters
        ----------
        reference : float, default=None
            Scale to compare with. If None, the smallest scale.

        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        simultaneous : bool, default=False
            Whether the intervals of a metric hold at all scales together with that
            confidence (Bonferroni), instead of each by itself.

        Returns
        -------
        cost : DataFrame
            One row for every metric and every other scale, with the columns
            `difference` (score at this scale minus the score at the reference scale, as
            mean over the folds; negative if the score is worse), `n` (number of folds
            in which neither fit failed), `method` (``"tango"``, ``"mover"``, ``"t"`` or
            ``"none"``), `p_value` (of the test of the difference), `lower` and `upper`
            (bounds of its interval), `p_adjusted` (for all scales, by Holm's method)
            and `note`, as in :meth:`summary`.

        Raises
        ------
        ValueError
            If the curve does not have the scale `reference` or has no other scale; if
            there are neither predictions nor two folds to compare; or if the numbers of
            samples are missing (see :meth:`from_search`).

        See Also
        --------
        compare_curves : Compare curves at the same scales.
        skn_noise.statistics.holm_adjusted : Adjust p values.
        """
        return cost_table(
            self,
            reference=reference,
            confidence=confidence,
            simultaneous=simultaneous,
        )

    def tolerance(
        self,
        target: float | None = None,
        *,
        relative: float | None = None,
        metric: str | None = None,
        confidence: float = 0.95,
    ) -> NoiseTolerance:
        """Find the largest scale at which the validation score reaches a target.

        Pass either `target` or `relative`. See the :ref:`user guide <tolerance>` for
        the method.

        Parameters
        ----------
        target : float, default=None
            Lowest score to accept. For a loss, the highest loss to accept, as a
            positive number: 0.5 for a ``"neg_log_loss"`` of -0.5.

        relative : float, default=None
            Lowest score to accept, as a fraction of the score at the smallest scale,
            greater than 0 and at most 1. Not for losses.

        metric : str, default=None
            Name of the metric. If None, the first metric of the curve.

        confidence : float, default=0.95
            Confidence level of the interval, between 0 and 1.

        Returns
        -------
        tolerance : NoiseTolerance
            The tolerance (`scale`), interpolated between two scales, and its interval
            (`lower`, `upper`), which ends at scales that were run. Minus infinity
            stands for a scale below all scales of the curve, infinity for a scale above
            them. ``print(tolerance)`` shows a sentence with the unit of the scale, the
            noise in training, and the scales that would narrow the interval.

        Raises
        ------
        ValueError
            If both or none of `target` and `relative` are given; if `target` is above
            every score or out of the range of the metric; or if `relative` is out of
            its range, or given for a loss.

        See Also
        --------
        find_tolerance : Add scales until the interval is narrow.
        NoiseCurveDisplay : Plot a curve and its tolerance.
        compare_curves : Compute the ratio of two tolerances.

        Examples
        --------
        >>> from sklearn.datasets import load_digits
        >>> from sklearn.model_selection import StratifiedKFold
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import GaussianNoiseTransformer, noise_curve
        >>> X, y = load_digits(return_X_y=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> cv = StratifiedKFold(shuffle=True, random_state=0)
        >>> curve = noise_curve(pipeline, X, y, scales=[1, 4, 16], cv=cv)
        >>> tolerance = curve.tolerance(relative=0.9, metric="accuracy")
        >>> tolerance.lower, tolerance.upper, tolerance.next_scales
        (4.0, 16.0, (8.0,))
        >>> curve.tolerance(0.1, metric="accuracy").scale
        inf
        """
        return tolerance_of(
            self, target, relative=relative, metric=metric, confidence=confidence
        )

    def area(
        self,
        axis: Literal["log", "linear"],
        *,
        metric: str | None = None,
        confidence: float = 0.95,
    ) -> NoiseArea:
        """Compute the mean validation score over the range of the scales.

        It is the area under the curve by the trapezoidal rule, divided by the range of
        the scales: from 0 to 1 for accuracies. It depends on the range; areas over
        other ranges cannot be compared.

        Parameters
        ----------
        axis : {"log", "linear"}
            Axis of the scales. ``"log"`` weights each factor between two scales
            equally, and needs scales above 0. ``"linear"`` gives most of the weight to
            the large scales if these are far apart.

        metric : str, default=None
            Name of the metric. If None, the first metric of the curve.

        confidence : float, default=0.95
            Confidence level of the interval, between 0 and 1.

        Returns
        -------
        area : NoiseArea
            The mean score (`mean`) with its interval (`lower`, `upper`) and the range
            of the scales. ``print(area)`` shows a sentence.

        Raises
        ------
        ValueError
            If the curve has one scale only, has scale 0 on a log axis, or lacks the
            metric; or if `axis` or `confidence` is out of its range.

        See Also
        --------
        compare_curves : Compare the areas of several curves, with ``area="log"``.

        Notes
        -----
        The results of a sample at all scales, weighted by the trapezoidal rule, are one
        result. Its interval is that of :func:`skn_noise.statistics.loss_interval`; for
        an accuracy the losses are the weighted errors. A fold in which a fit failed at
        one scale is left out at all scales.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import GaussianNoiseTransformer, noise_curve
        >>> X, y = load_iris(return_X_y=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> curve = noise_curve(pipeline, X, y, scales=[0.1, 1], scoring="accuracy")
        >>> area = curve.area("log")
        >>> bool(0 <= area.lower < area.mean < area.upper <= 1)
        True
        """
        metric = check_metric(self.scores, metric)
        return area_of(self, metric, axis, as_confidence(confidence))

    def by_class(
        self,
        classes: ArrayLike | None = None,
        *,
        confidence: float = 0.95,
        simultaneous: bool = False,
    ) -> DataFrame:
        """Compute the validation recall of every class at every scale.

        Parameters
        ----------
        classes : array-like, default=None
            Class labels to include. If None, all classes.

        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        simultaneous : bool, default=False
            Whether the intervals of a scale hold for all classes together with that
            confidence (Bonferroni), as needed for the lowest and the highest recall.

        Returns
        -------
        recalls : DataFrame
            One row for every scale and class, with the columns `scale`, `target` (the
            class), `recall` (fraction of correct validations, over all folds and
            repeats), `lower` and `upper` (bounds of its interval; NaN if the samples
            are of fewer than four groups), `n_correct` (number of correct validations)
            and `n` (number of validations).

        Raises
        ------
        ValueError
            If one of `classes` is not in the curve, if there are no predictions, or if
            the curve is of a regressor.

        See Also
        --------
        NoiseCurve.confusion : Count the predictions of each class.

        Notes
        -----
        The interval is for new samples of the class and the models that were fitted,
        not for fits on other training samples: how much the recall varies between these
        cannot be estimated from one study. It is that of
        :func:`skn_noise.statistics.accuracy_interval` with `training_weight` 0 for the
        validations of the class.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import GaussianNoiseTransformer, noise_curve
        >>> X, y = load_iris(return_X_y=True, as_frame=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> curve = noise_curve(pipeline, X, y, scales=[0, 1], scoring="accuracy")
        >>> recalls = curve.by_class().set_index(["scale", "target"])["recall"]
        >>> bool(recalls[1, 0] > recalls[1, 1])
        True
        """
        return class_table(
            self, classes=classes, confidence=confidence, simultaneous=simultaneous
        )

    @validate_params(
        {"scale": [Real], "normalize": [StrOptions({"true", "pred", "all"}), None]},
        prefer_skip_nested_validation=True,
    )
    def confusion(
        self, scale: float, *, normalize: Literal["true", "pred", "all"] | None = None
    ) -> DataFrame:
        """Compute the confusion matrix at a scale.

        Parameters
        ----------
        scale : float
            A scale of the curve.

        normalize : {"true", "pred", "all"}, default=None
            Normalise the counts over the targets (rows), the predictions (columns) or
            all validations. If None, counts are not normalised.

        Returns
        -------
        counts : DataFrame
            A row for each target and a column for each prediction, as in
            :func:`~sklearn.metrics.confusion_matrix`, over the validations of all folds
            and repeats. The classes are the same at all scales.

        Raises
        ------
        ValueError
            If `scale` is not a scale of the curve, if there are no predictions, or if
            the curve is of a regressor.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import GaussianNoiseTransformer, noise_curve
        >>> X, y = load_iris(return_X_y=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> curve = noise_curve(pipeline, X, y, scales=[0, 1], scoring="accuracy")
        >>> curve.confusion(0).to_numpy()
        array([[50,  0,  0],
               [ 0, 45,  5],
               [ 0,  7, 43]])
        """
        return confusion_table(self, scale, normalize=normalize)

    def samples(self) -> DataFrame:
        """Find the scale at which each sample is lost for good.

        A sample is lost for good at a scale if more than half of its validations are
        wrong at this scale and at all greater ones; see the :ref:`user guide <lost>`.

        Returns
        -------
        samples : DataFrame
            One row for every validation sample, with the columns

            ============= ==========================================================
            sample        its row in X
            target        its class
            lost_at       the smallest scale at which it is lost for good; infinity
                          if there is none
            taken_for     its most frequent wrong prediction at this scale and
                          above; None if it is not lost
            accuracy      fraction of correct validations, over all scales
            probability   mean probability of its class, over all scales; NaN if the
                          classifier has no probabilities
            ============= ==========================================================

        Raises
        ------
        ValueError
            If there are no predictions, or the curve is of a regressor.

        See Also
        --------
        NoisySamplesDisplay : Plot samples with noise of every scale.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import GaussianNoiseTransformer, noise_curve
        >>> X, y = load_iris(return_X_y=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> curve = noise_curve(pipeline, X, y, scales=[0, 1], scoring="accuracy")
        >>> samples = curve.samples()
        >>> int((samples["lost_at"] == 0).sum()) <= 5 + 7
        True
        """
        return sample_table(self)

    def spread(self, confidence: float = 0.95) -> DataFrame:
        """Split the variance of each mean validation score into its sources.

        The sources do not overlap: their variances add up to that of the mean. See the
        :ref:`user guide <repeats>` for the formulas.

        Parameters
        ----------
        confidence : float, default=0.95
            Confidence level of the bounds, between 0 and 1.

        Returns
        -------
        spread : DataFrame
            One row for every scale, metric and source, with the columns `variance` (of
            the mean score), `share` (of the sum of all known variances), `error` (the
            square root of the variance, a standard error in units of the score),
            `lower` and `upper` (bounds of `error`) and `to_halve` (what would halve
            `error`). The sources are

            ============================== =========================================
            draw of the noise              noise of the validation samples
            training                       seeds of the estimator and training noise
            validation samples             choice of the validation samples
            choice of training samples     calibrated, not estimated from the study
            ============================== =========================================

            With one draw, ``"training and draw of the noise"`` are one source. With one
            repeat, the variance of ``"training"`` is NaN. Only this source has bounds,
            because it is estimated from few repeats. The variances of the samples are
            NaN without predictions, and for metrics that are no means over samples. A
            model that was trained before (``cv="prefit"``) has no choice of training
            samples; ``"seed of the noise"`` takes the place of its training if there
            are repeats.

        Raises
        ------
        ValueError
            If the curve has one repeat and one draw.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import GaussianNoiseTransformer, noise_curve
        >>> X, y = load_iris(return_X_y=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> curve = noise_curve(
        ...     pipeline, X, y, scales=[0, 1], scoring="accuracy", n_draws=2,
        ...     n_repeats=3,
        ... )
        >>> spread = curve.spread().set_index(["scale", "source"])
        >>> spread.loc[(1.0, "draw of the noise"), "to_halve"]
        'n_draws=8'
        >>> float(spread.loc[(0.0, "draw of the noise"), "variance"])
        0.0
        """
        return spread_table(self, confidence)

    @classmethod
    def concat(cls, curves: Iterable[NoiseCurve]) -> Self:
        """Join curves of the same study with different scales, folds or repeats.

        Parameters
        ----------
        curves : iterable of NoiseCurve
            Curves of :func:`noise_curve` with the same arguments except scales, folds
            and repeats. Your own classes and functions must not have changed.

        Returns
        -------
        curve : NoiseCurve
            Joined curve. Its tables have the rows of all curves, sorted by scale, fold
            and repeat. Its manifest is that of the first curve; manifests that differ
            from it, for instance in the processor, are added as ``"others"``.

        Raises
        ------
        ValueError
            If a curve has no manifest, as curves of :meth:`from_search`; if the curves
            are of different studies or have different tables, metrics or splits; if
            several curves have the same scale, fold and repeat, or if a combination of
            these is missing.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import GaussianNoiseTransformer, NoiseCurve, noise_curve
        >>> X, y = load_iris(return_X_y=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> curves = [
        ...     noise_curve(pipeline, X, y, scales=[scale], scoring="accuracy")
        ...     for scale in (0.5, 1.0)
        ... ]
        >>> NoiseCurve.concat(curves)
        NoiseCurve(2 scales x 5 folds: accuracy)
        """
        return cls(**join_curves(curves, cls))

    def plot(self, **options: Any) -> Any:
        """Plot the curve.

        Parameters
        ----------
        **options : dict
            Arguments of :meth:`NoiseCurveDisplay.from_curve`: `metric`, `ax`, ...

        Returns
        -------
        display : NoiseCurveDisplay
            The plotted curve.

        Examples
        --------
        >>> import pandas as pd
        >>> from skn_noise import NoiseCurve
        >>> scores = pd.DataFrame(
        ...     {
        ...         "scale": [0.5, 1.0],
        ...         "fold": 0,
        ...         "split": "validation",
        ...         "metric": "accuracy",
        ...         "value": [0.97, 0.91],
        ...     }
        ... )
        >>> NoiseCurve(scores).plot().ax_.get_ylabel()
        'accuracy'
        """
        return NoiseCurveDisplay.from_curve(self, **options)

    _repr_html_ = curve_html

    def __str__(self):
        """Return the table of the mean scores, and what the means are of."""
        confidence = 0.95
        summary = self.summary(confidence)
        brackets = describe_brackets(summary, confidence)
        means = describe_means(self.scores, self.manifest, brackets)
        return printed(lay_out(summary), [means, *describe_notes(summary)])

    def __repr__(self):
        n_scales, n_folds = self.scores[["scale", "fold"]].nunique()
        metrics = ", ".join(self.scores["metric"].unique())
        n = n_repeats(self.scores)
        repeats = f" x {n} repeats" if n > 1 else ""
        n = n_draws(self.scores)
        repeats += f" x {n} draws" if n > 1 else ""
        return f"NoiseCurve({n_scales} scales x {n_folds} folds{repeats}: {metrics})"


def _check_same_cells(predictions, scores):
    """Raise an error if predictions are of cells that the scores do not have."""
    predictions = with_repeats(predictions)
    is_first = starts_of_runs(predictions, CELL)
    cells = predictions.loc[is_first, CELL].drop_duplicates()
    scored = with_repeats(scores)[CELL].drop_duplicates()
    found = cells.merge(scored, how="left", on=CELL, indicator="found")
    alien = found[found["found"] == "left_only"]
    if len(alien):
        raise ValueError(
            f"predictions must be of cells that have scores, but {in_words(alien)} has "
            "none. Pass the predictions of the same study."
        )
