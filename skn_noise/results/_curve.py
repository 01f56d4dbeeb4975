"""Scores of an estimator against the scale of the noise, fold by fold."""

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from os import PathLike
from typing import Any, Literal, Self

import pandas as pd
from numpy.typing import ArrayLike
from pandas import DataFrame
from sklearn.base import BaseEstimator

from skn_noise._sklearn import StrOptions, validate_params
from skn_noise.results._by_class import class_table, confusion_table
from skn_noise.results._cells import n_repeats
from skn_noise.results._concat import TABLES, join_curves
from skn_noise.results._curve_checks import check_curve
from skn_noise.results._lost import sample_table
from skn_noise.results._saved import PATH, load_results, save_results
from skn_noise.results._search import search_table
from skn_noise.results._search_data import count_searched_classes
from skn_noise.results._shown import as_html_or_text
from skn_noise.results._spread import spread_table
from skn_noise.results._summaries import cost_table, summary_table
from skn_noise.results._tolerance import NoiseTolerance, find_tolerance


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
        repeat           number of the repeat, from 0, each with noise and network anew
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
        fold, repeat, epoch (from 1), split, metric and value, for instance the
        ``"loss"`` and the ``"accuracy"``. In training they are means over the epoch,
        with dropout on; in validation those of the network as the epoch left it.

    n_classes : int or None, default=None
        Number of classes, for the score that chance would give; None if there are none,
        or a sample has several labels.

    predictions : DataFrame or None, default=None
        One row for every validation of a sample, in the order of the fold, with the
        columns

        ================ ===============================================================
        scale            the scale of the noise
        fold             number of the fold, from 0
        repeat           number of the repeat, from 0
        sample           the number of the sample in `X`, from 0
        target           its label or number in `y`
        prediction       what `predict` gave
        probability      for a classifier that which `predict_proba` gave to the target:
                         0 if it did not know the target by training, NaN if it has no
                         probabilities
        ================ ===============================================================

        A fit that failed, or its `predict`, leaves no rows. None if predictions were
        not asked for, or samples have no target, or several.

    manifest : dict or None, default=None
        What was run, in plain values: ``"study"``, a digest of all that the scores
        depend on but for scales, folds and repeats; ``"estimator"``, ``"parameters"``
        and ``"random_states"``; ``"param_name"``, ``"training"``, ``"cv"`` and
        ``"scoring"``; ``"data"`` with its ``"fingerprint"`` and numbers of samples and
        features; ``"versions"``, ``"skn_noise"``, ``"processor"`` and ``"platform"``.
        None if it is not known, as for a search.

    Raises
    ------
    ValueError
        If a table lacks a column or has one of another type, the same score twice, or
        predictions that do not belong to the scores.

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
    ['scale', 'split', 'metric', 'mean', 'std', 'lower', 'upper', 'n', 'method']
    >>> cost = curve.cost()
    >>> cost[["scale", "reference"]].values.tolist()
    [[2.0, 0.1]]
    >>> bool(cost["difference"][0] < 0)
    True
    """

    scores: pd.DataFrame
    epochs: pd.DataFrame | None = None
    n_classes: int | None = None
    predictions: pd.DataFrame | None = None
    manifest: dict | None = None

    def __post_init__(self):
        check_curve(self)

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
            A fitted search, for instance over a grid of :func:`noise_grid`; its
            training scores are there if it was made with ``return_train_score=True``.

        X, y : array-like, default=None
            The data it was fitted on, to count the samples of each fold and the
            classes; a search does not keep them, and without these numbers there are no
            intervals.

        groups : array-like of shape (n_samples,), default=None
            Groups of the samples, if the folds were made by groups.

        param_name : str, default=None
            The parameter that is the scale; None means the only one searched over, or
            ``"noise__scale"`` of several.

        Returns
        -------
        curve : NoiseCurve
            `fit_seconds` and `score_seconds` are each scale's mean over the folds, as a
            search keeps no more. The metric is named as `scoring` of the search names
            it; without any, ``"accuracy"`` for a classifier that has the `score` of all
            of them, and else ``"score"``.

        Raises
        ------
        ValueError
            If the search varied parameters that do not follow the scale, or not
            `param_name`; if it fitted a scale several times, with other scores each
            time, or gave some scales more resources than others; or if it is known that
            it was not fitted on `X` and `y`.

        TypeError
            If `search` is no estimator, or `X` or `y` holds no samples.

        Notes
        -----
        A scale that was fitted several times, with the same scores, as a random search
        does, counts once.

        `X` and `y` are known to be other data if their folds differ in number from
        those of the search, or need more samples; if features, their names or classes
        are not those that the refitted estimator has seen; if a search that halves used
        another number of samples; and if an accuracy of a pipeline (outside metadata
        routing, so that samples have no weights) is not the share of a whole number of
        samples in its fold. Data that agree in all this cannot be told from those of
        the search: the same samples in another order, for instance, or with other
        features of the same number. Without `y`, classifiers that keep the labels of
        several outputs in one array, as :class:`~sklearn.neural_network.MLPClassifier`
        does, are taken to have as many classes.
        """
        return cls(
            search_table(search, X, y, groups, param_name),
            n_classes=count_searched_classes(search, y),
        )

    @validate_params({"simultaneous": ["boolean"]}, prefer_skip_nested_validation=True)
    def summary(
        self, confidence: float = 0.95, simultaneous: bool = False
    ) -> DataFrame:
        """Summarise the folds.

        Parameters
        ----------
        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        simultaneous : bool, default=False
            Whether the intervals of a metric shall hold at all scales together, with
            that confidence (Bonferroni), and not each by itself.

        Returns
        -------
        summary : DataFrame
            For every scale, split and metric the `mean` over the folds, their standard
            deviation `std` (``ddof=1``; NaN for one fold), the bounds `lower` and
            `upper` of the interval of the mean, the number `n` of folds, and the
            `method` of the interval: its name or, where the bounds are NaN,
            ``"none: "`` and why. Folds that failed count in none of them.

        See Also
        --------
        skn_noise.statistics : How often the intervals cover, by simulation.

        Notes
        -----
        Bounds never leave the range of the metric, and never meet. The methods:

        * ``"Wilson, effective samples"``, of accuracies
          (:func:`skn_noise.statistics.accuracy_interval`), and
          ``"log scale, effective samples"``, of log losses
          (:func:`skn_noise.statistics.log_loss_interval`), stand on `predictions`, for
          folds, repeats and a holdout alike. Every validation counts as one over the
          size of its fold, so that they hold for the mean of the folds.
        * ``"corrected t"``, of any other metric, stands on the scores of folds
          (:func:`skn_noise.statistics.mean_interval`), each the mean of its repeats;
          also of accuracies and log losses that the predictions do not reproduce, as
          with sample weights, or without predictions, as from a search.
        * ``"Wilson, this fit alone"`` is what an accuracy on a holdout has without
          predictions (:func:`skn_noise.statistics.wilson_interval`), and
          ``"Wilson, counted samples"`` what equal accuracies of folds have.

        There is none for training scores, as no method holds for samples that were
        trained on; for a loss that is infinite or clipped; for another metric on a
        single fold or on folds that all score the same, which tell no spread; and if
        the numbers of samples are missing, as for a search whose data
        :meth:`from_search` was not given.
        """
        return summary_table(
            self.scores,
            self.predictions,
            confidence=confidence,
            simultaneous=simultaneous,
        )

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

        Parameters
        ----------
        reference : float, default=None
            The scale to compare with; None means the smallest.

        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        simultaneous : bool, default=False
            Whether the intervals of a metric shall hold at all scales together, with
            that confidence (Bonferroni), and not each by itself.

        Returns
        -------
        cost : DataFrame
            For every metric and every other scale the mean `difference`, that is the
            score at this scale minus the score at the reference, fold by fold: negative
            where the noise costs. Then the bounds `lower` and `upper` of its interval,
            the `p_value` of its test, the same adjusted for the number of scales by
            Holm's method, `p_adjusted`, the number `n` of folds in which neither
            failed, and the `method`: its name or, where bounds and p values are NaN,
            ``"none: "`` and why. Without any fold, the difference is NaN, too.

        Raises
        ------
        ValueError
            If `reference` was not run, or is the only scale; if no metric can be
            compared, as each was scored at it and at another scale in at most one fold
            and there are no predictions; or if the numbers of samples are missing (see
            :meth:`from_search`).

        See Also
        --------
        compare_curves : Compares curves at the same scales.
        skn_noise.statistics.holm_adjusted : The adjustment.

        Notes
        -----
        The scales share the noise draws if the noise has an int `random_state`, and the
        samples in any case, so that the differences vary far less than the scores. With
        `predictions`, accuracies are compared by what happened to every sample, also on
        a single holdout: ``"Tango, effective samples"``
        (:func:`skn_noise.statistics.accuracy_difference`); and so are log losses,
        ``"MOVER, effective samples"``
        (:func:`skn_noise.statistics.log_loss_difference`). Else the method is
        ``"corrected t"`` (:func:`skn_noise.statistics.paired_difference`), with no
        interval where all folds differ alike. See :meth:`summary`.
        """
        return cost_table(
            self.scores,
            self.predictions,
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
        """Find the largest scale at which the validation score stays at a target.

        Parameters
        ----------
        target : float, default=None
            The score to stay at or above. Of a loss, the one to stay at or below, with
            the sign that it has in pictures: 0.5 for a ``"neg_log_loss"`` of -0.5.

        relative : float, default=None
            In place of a target: the fraction of the score at the smallest scale to
            stay at or above, greater than 0 and at most 1; not for losses.

        metric : str, default=None
            The metric; None means the first of the curve.

        confidence : float, default=0.95
            Confidence level of the interval, between 0 and 1.

        Returns
        -------
        tolerance : NoiseTolerance
            The `scale` with the bounds `lower` and `upper` of its interval; minus
            infinity and infinity stand for a scale below and above those that were run.
            As text it is a sentence, which also names the unit of the scale and whether
            the model was trained on such noise.

        Raises
        ------
        ValueError
            If not just one of `target` and `relative` is given, `target` is above every
            score or out of the metric's range, `relative` is out of its range or asked
            of a loss, a mean score is infinite, or fewer than two scales greater than 0
            were run.

        See Also
        --------
        NoiseCurveDisplay : Marks the tolerance it is given.
        compare_curves : Says how many times the noise one curve takes that another
            takes.

        Notes
        -----
        The means over the folds are made to fall with the scale (isotonic regression)
        and interpolated over its logarithm by a monotone cubic spline [1]_; the
        tolerance is where they cross the target. Its bounds are where the lower and the
        upper bounds of :meth:`summary` cross it, made to fall and interpolated in the
        same way: there are always two, if the scores have intervals, and one that the
        scales do not reach is infinite. A relative target is taken as given, though it
        is estimated. Folds that failed at a scale do not count.

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
            self, target, relative=relative, metric=metric, confidence=confidence
        )

    def by_class(
        self, classes: ArrayLike | None = None, *, confidence: float = 0.95
    ) -> DataFrame:
        """Compute the validation recall of every class.

        Parameters
        ----------
        classes : array-like, default=None
            The classes to take; None means all.

        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        Returns
        -------
        recalls : DataFrame
            For every `scale` and class (`target`) the `recall`, that is the share of
            its validations that were classified correctly, all folds and repeats
            together; the bounds `lower` and `upper` of its interval; and the numbers
            `n_correct` and `n` of validations that it is the share of.

        Raises
        ------
        ValueError
            If one of `classes` is not there, or there are no predictions, or of a
            regressor.

        See Also
        --------
        NoiseCurve.confusion : What the classes are taken for.

        Notes
        -----
        The sums of `n_correct` and `n` over all classes give the accuracy. The interval
        is Wilson's for an effective number of samples
        (:func:`skn_noise.statistics.accuracy_interval`), taken from the validations of
        the class and as many of the training samples as its share of all validations.
        The bounds are NaN if the number of training samples is not known.

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
        return class_table(self, classes=classes, confidence=confidence)

    @validate_params(
        {"scale": [Real], "normalize": [StrOptions({"true", "pred", "all"}), None]},
        prefer_skip_nested_validation=True,
    )
    def confusion(
        self, scale: float, *, normalize: Literal["true", "pred", "all"] | None = None
    ) -> DataFrame:
        """Count what the classes are taken for at a scale.

        Parameters
        ----------
        scale : float
            The scale, one that was run.

        normalize : {"true", "pred", "all"}, default=None
            What to divide the counts by: those of the targets (rows), of the
            predictions (columns), or all; None divides by nothing.

        Returns
        -------
        counts : DataFrame
            A row for each target and a column for each prediction, as
            :func:`~sklearn.metrics.confusion_matrix` counts them. All validations
            count, of all folds and repeats. The classes are the same at all scales.

        Raises
        ------
        ValueError
            If `scale` was not run, or there are no predictions, or of a regressor.

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

        Returns
        -------
        samples : DataFrame
            A row for every validation sample, with the columns

            ============= ==========================================================
            sample        its number in X
            target        its class
            lost_at       the smallest scale at which it is lost for good, infinity
                          if it is not
            taken_for     the class that it is then taken for, None if it is not lost
            accuracy      share of its validations, at all scales, that were correct
            probability   mean probability given to its class, at all scales; NaN
                          where the classifier has none
            ============= ==========================================================

        Raises
        ------
        ValueError
            If there are no predictions, or of a regressor.

        See Also
        --------
        NoisySamplesDisplay : Draws samples with noise of every scale.

        Notes
        -----
        A sample is lost at a scale if more than half of its validations there are
        wrong; without repeats there is one. It is lost for good at a scale if it is
        lost there and at all greater scales at which it was validated. The smallest
        scale that was run thus also stands for samples that were never right.
        `taken_for` is the most frequent of the wrong predictions from there on, the
        first class of several.

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

    def spread(self) -> DataFrame:
        r"""Compare how far scores move from repeat to repeat and from sample to sample.

        Returns
        -------
        spread : DataFrame
            For every scale, split and metric the `mean` over the repeats, the standard
            deviation `between_repeats`, the standard error `between_samples`, and the
            number `n_repeats` of repeats. Of folds, those count that failed in no
            repeat.

        Raises
        ------
        ValueError
            If the curve has one repeat.

        Notes
        -----
        `between_repeats` says how far a study of one repeat moves with its seeds,

        .. math:: s_r = \sqrt{\frac{1}{R - 1} \sum_r (m_r - m)^2}

        where :math:`m_r` is the mean over the folds of repeat :math:`r` of :math:`R`,
        and :math:`m` the mean of these; it is NaN if one is missing or infinite.
        `between_samples` says how far it would move with other validation samples, the
        fits being as they are: :math:`s_n`, its square being the mean over the repeats
        of

        .. math:: s_n^2 = \frac{n}{n - 1} \sum_i \left(\frac{M_i}{N}\right)^2
                  (x_i - x)^2

        where :math:`x_i` is the mean result of sample :math:`i` in its :math:`M_i`
        validations, :math:`N = \sum_i M_i`, :math:`x` the mean over all validations and
        :math:`n` the number of samples; with one validation a sample it is their
        variance over :math:`n`. It is known for the validation scores ``"accuracy"``
        and ``"neg_log_loss"`` of curves with predictions, and NaN else. The intervals
        of :meth:`summary` are wider, as they also cover the choice of the training
        samples.

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
        ...     pipeline, X, y, scales=[0, 1], scoring="accuracy", n_repeats=3
        ... )
        >>> spread = curve.spread().query("split == 'validation'").set_index("scale")
        >>> float(spread["between_repeats"][0])
        0.0
        """
        return spread_table(self)

    @validate_params({"path": PATH}, prefer_skip_nested_validation=True)
    def save(self, path: str | PathLike) -> None:
        """Write the curve to one file, which :meth:`load` reads to the last digit.

        Parameters
        ----------
        path : str or os.PathLike
            The file, for instance ``"curve.npz"``; one that is there is replaced, at
            once, when the new one is whole.

        Raises
        ------
        ValueError
            If a table holds anything but numbers, strings, booleans and None, or the
            manifest what JSON does not know.

        Notes
        -----
        The file is a zip archive without pickle. ``skn_noise.json`` in it holds the
        manifest, the number of classes and the labels of columns that are no numbers;
        every column of a table is an array beside it, labels as their numbers in that
        list. ``numpy.load(path)["scores/value"]`` reads one without this package. Rows
        are numbered from 0 again. Equal curves make equal files.

        Examples
        --------
        >>> import os, tempfile
        >>> import pandas as pd
        >>> from skn_noise import NoiseCurve
        >>> curve = NoiseCurve(
        ...     pd.DataFrame(
        ...         {
        ...             "scale": [0.5, 1.0],
        ...             "fold": 0,
        ...             "split": "validation",
        ...             "metric": "accuracy",
        ...             "value": [0.97, 0.91],
        ...         }
        ...     )
        ... )
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "curve.npz")
        ...     curve.save(path)
        ...     loaded = NoiseCurve.load(path)
        >>> loaded.scores.equals(curve.scores)
        True
        """
        tables = {name: getattr(self, name) for name in TABLES}
        save_results(
            path,
            "NoiseCurve",
            {name: table for name, table in tables.items() if table is not None},
            {
                "n_classes": self.n_classes and int(self.n_classes),
                "manifest": self.manifest,
            },
        )

    @classmethod
    @validate_params({"path": PATH}, prefer_skip_nested_validation=True)
    def load(cls, path: str | PathLike) -> Self:
        """Read a curve that :meth:`save` wrote.

        Parameters
        ----------
        path : str or os.PathLike
            The file. It is read without pickle: nothing in it is run.

        Returns
        -------
        curve : NoiseCurve

        Raises
        ------
        ValueError
            If the file is damaged, of a newer version of this package, or none that
            :meth:`save` wrote.
        """
        tables, values = load_results(path, "NoiseCurve")
        return cls(**tables, **values)

    @classmethod
    def concat(cls, curves: Iterable["NoiseCurve"]) -> Self:
        """Join curves of more scales, folds or repeats of the same study.

        Parameters
        ----------
        curves : iterable of NoiseCurve
            Curves that :func:`noise_curve` made, with the same arguments but for the
            scales and repeats.

        Returns
        -------
        curve : NoiseCurve
            Its tables are those of all, sorted by scale, fold and repeat. Its manifest
            is the first one's; those that differ from it, in versions or processor for
            instance, are kept in it as ``"others"``.

        Raises
        ------
        ValueError
            If a curve has no manifest, as one of :meth:`from_search` or made by hand;
            the curves are of different studies, or differ in the tables, metrics or
            splits that they have; or a scale, fold and repeat is in several.

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
        """Draw the curve.

        Parameters
        ----------
        **options : dict
            What :meth:`NoiseCurveDisplay.from_curve` takes: `metric`, `title`, ...

        Returns
        -------
        display : NoiseCurveDisplay

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
        from skn_noise.display._noise_curve import NoiseCurveDisplay

        return NoiseCurveDisplay.from_curve(self, **options)

    _repr_html_ = as_html_or_text

    def __repr__(self):
        n_scales, n_folds = self.scores[["scale", "fold"]].nunique()
        metrics = ", ".join(self.scores["metric"].unique())
        n = n_repeats(self.scores)
        repeats = f" x {n} repeats" if n > 1 else ""
        return f"NoiseCurve({n_scales} scales x {n_folds} folds{repeats}: {metrics})"
