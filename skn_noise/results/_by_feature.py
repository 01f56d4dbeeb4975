"""Scores of an estimator that is validated with noise on one feature at a time."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from pandas import DataFrame

from skn_noise._metrics import check_metric
from skn_noise._sklearn import validate_params
from skn_noise.display._by_feature import FeatureToleranceDisplay
from skn_noise.results._cells import check_manifest, check_table, with_repeats
from skn_noise.results._curve import NoiseCurve
from skn_noise.results._features import (
    POINT,
    describe_features,
    differences,
    explain_features,
    feature_table,
    lay_out_features,
    read_features,
)
from skn_noise.results._files import SavedResult
from skn_noise.results._html import by_feature_html
from skn_noise.results._summary import check_cost, check_sizes, summary_table
from skn_noise.results._table import DIGITS_ALLOWED, describe_means, printed
from skn_noise.results._tolerance import (
    complete_folds,
    least_score,
    locate,
    natural_target,
)
from skn_noise.statistics._common import as_confidence
from skn_noise.statistics._holm import bonferroni

_MOST_ROWS = 20


@dataclass(frozen=True, eq=False, repr=False)
class NoiseByFeature(SavedResult):
    """Validation scores with noise on one feature at a time, for every scale and fold.

    :func:`noise_by_feature` returns it.

    Parameters
    ----------
    scores : DataFrame
        One row for each score, with the columns

        ================ ===============================================================
        feature          name of the feature, or group of features, with the noise;
                         empty for the validation without noise
        scale            scale of the noise; 0 for the validation without noise
        fold             number of the fold, from 0
        draw             number of the draw of the noise, from 0
        n_train          number of training samples of the fit
        n_validation     number of validation samples
        fit_seconds      time of the fit, in seconds; all validations share a fit
        score_seconds    time to score the validation samples by all metrics, in seconds
        metric           name of the scorer, for instance ``"accuracy"``
        value            the score; greater is better, so errors and losses are negative
        ================ ===============================================================

    predictions : DataFrame or None, default=None
        One row for each validation of a sample: the column `feature`, and then the
        columns of the predictions of a :class:`NoiseCurve`, without `repeat`. None if
        predictions were not kept.

    manifest : dict or None, default=None
        The manifest of the study, as that of a :class:`NoiseCurve`. None for tables
        that were made by hand.

    Raises
    ------
    ValueError
        If a table lacks a column, has text in a column of numbers, or has the same row
        twice; if there are no scores without noise; or if `manifest` is no dict.

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
    >>> result.features
    ['sepal length (cm)', 'sepal width (cm)', 'petal length (cm)', 'petal width (cm)']
    >>> list(result.cost())[:4]
    ['feature', 'metric', 'scale', 'difference']
    >>> result.curve("petal width (cm)")
    NoiseCurve(3 scales x 5 folds: accuracy)
    """

    scores: pd.DataFrame
    predictions: pd.DataFrame | None = None
    manifest: dict | None = None

    _tables = ["scores", "predictions"]
    _values = ["manifest"]

    def __post_init__(self):
        key = [*POINT, "fold"]
        check_table(self.scores, "scores", [*key, "metric"], ["value"])
        if self.predictions is not None:
            others = ["target", "prediction"]
            check_table(self.predictions, "predictions", [*key, "sample"], others)
        check_manifest(self.manifest)
        is_clean, has_none = self.scores["scale"] == 0, self.scores["feature"] == ""
        if not (is_clean.any() and (is_clean == has_none).all()):
            raise ValueError(
                "scores must have rows without noise, with scale 0 and the feature "
                "'', and all other rows a scale above 0 and the name of a feature. "
                "noise_by_feature makes such a table."
            )

    @property
    def features(self) -> list[str]:
        """Names of the features, or groups of features, with noise."""
        return self.scores.loc[self.scores["scale"] > 0, "feature"].unique().tolist()

    def curve(self, feature: str) -> NoiseCurve:
        """Return the noise curve of one feature, which begins with scale 0.

        Its methods plot the curve, describe the tolerance in a sentence, and list the
        classes and samples that are lost; :func:`compare_curves` compares two features.

        Parameters
        ----------
        feature : str
            Name of the feature, or group of features.

        Returns
        -------
        curve : NoiseCurve
            Validation scores, and predictions if there are any.

        Raises
        ------
        ValueError
            If there is no such feature.
        """
        if feature not in self.features:
            raise ValueError(
                f"feature must be one of {self.features}, got {feature!r}."
            )
        predictions = None
        if self.predictions is not None:
            predictions = _with_noise_on(feature, self.predictions)
        return NoiseCurve(
            _with_noise_on(feature, self.scores).assign(split="validation"),
            predictions=predictions,
            manifest=self.manifest,
        )

    @validate_params({"simultaneous": ["boolean"]}, prefer_skip_nested_validation=True)
    def summary(
        self, confidence: float = 0.95, simultaneous: bool = False
    ) -> DataFrame:
        """Compute the mean score with noise on each feature, with its interval.

        Parameters
        ----------
        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        simultaneous : bool, default=False
            Whether the intervals of a metric hold for all features and scales together
            with that confidence (Bonferroni), instead of each alone.

        Returns
        -------
        summary : DataFrame
            One row for every feature, scale and metric, and for every metric without
            noise (feature ``""``, scale 0). The other columns are those of
            :meth:`NoiseCurve.summary`.
        """
        return _summarise(
            self.scores,
            self.predictions,
            confidence=confidence,
            simultaneous=simultaneous,
        )

    @validate_params({"simultaneous": ["boolean"]}, prefer_skip_nested_validation=True)
    def cost(self, confidence: float = 0.95, simultaneous: bool = False) -> DataFrame:
        """Compare the scores with noise on each feature with those without noise.

        Parameters
        ----------
        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        simultaneous : bool, default=False
            Whether the intervals of a metric hold for all features and scales together
            with that confidence (Bonferroni), instead of each alone.

        Returns
        -------
        cost : DataFrame
            One row for every feature, metric and scale. The other columns are those of
            :meth:`NoiseCurve.cost`: `difference` (negative if the score is worse),
            `lower`, `upper`, `p_value`, `p_adjusted`, `n`, `method` and `note`.
            `p_adjusted` is adjusted for all features and scales of a metric, by Holm's
            method.

        Raises
        ------
        ValueError
            If there are neither predictions nor two folds to compare.
        """
        check_sizes(self.scores)
        confidence = as_confidence(confidence)
        if simultaneous:
            n_points = len(self.scores[POINT].drop_duplicates()) - 1
            confidence = bonferroni(confidence, n_points)
        metrics = self.scores["metric"].unique()
        tables = [differences(self, metric, confidence) for metric in metrics]
        cost = pd.concat(tables, ignore_index=True)
        check_cost(cost)
        return cost

    def tolerance(
        self,
        target: float | None = None,
        *,
        relative: float | None = None,
        metric: str | None = None,
        confidence: float = 0.95,
    ) -> DataFrame:
        """Find how much noise on each feature alone the estimator tolerates.

        Pass either `target` or `relative`. For one feature, the same is
        ``result.curve(feature).tolerance(...)``, which prints a sentence. A fold in
        which a score failed is left out for all features.

        Parameters
        ----------
        target : float, default=None
            Lowest score to accept; for a loss, the highest loss, as a positive number.

        relative : float, default=None
            Lowest score to accept, as a fraction of the score without noise, greater
            than 0 and at most 1. Not for losses.

        metric : str, default=None
            Name of the metric. If None, the first metric.

        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        Returns
        -------
        tolerance : DataFrame
            One row for every feature, that with the smallest tolerance first, with the
            columns `feature`, `metric`, `target`, `scale` (the tolerance), `lower`,
            `upper` and `largest_scale`, as in :class:`NoiseTolerance`. Features with
            equal tolerances, such as infinity, are sorted by their score at the largest
            scale.

        Raises
        ------
        ValueError
            As in :meth:`NoiseCurve.tolerance`.
        """
        metric = check_metric(self.scores, metric)
        scores = self.scores[self.scores["metric"] == metric]
        # Features are compared on the same folds.
        scores = complete_folds(with_repeats(scores), metric)
        band = _summarise(scores, self.predictions, confidence=confidence)
        is_clean = band["scale"] == 0
        clean, noisy = band[is_clean], band[~is_clean]
        target = natural_target(clean.set_index("scale"), target, relative, metric)
        least = least_score(target, metric, clean["mean"].max())
        rows = []
        for name, its in noisy.groupby("feature", sort=False, observed=True):
            curve = pd.concat([clean, its]).set_index("scale").sort_index()
            last = curve.index[-1], curve["mean"].iloc[-1]
            rows.append((name, metric, target, *locate(curve, least), *last))
        columns = ["feature", "metric", "target", "scale", "lower", "upper"]
        table = pd.DataFrame(rows, columns=[*columns, "largest_scale", "last"])
        table = table.sort_values(["scale", "last"], ignore_index=True)
        return table.drop(columns="last")

    @validate_params({"digits": DIGITS_ALLOWED}, prefer_skip_nested_validation=True)
    def table(
        self,
        target: float | None = None,
        *,
        relative: float | None = None,
        metric: str | None = None,
        confidence: float = 0.95,
        digits: int | None = None,
    ) -> DataFrame:
        """Return tolerances and costs as a table for a reader, one row a feature.

        ``print(result)`` shows the table with ``digits=3``.

        Parameters
        ----------
        target, relative, metric, confidence : object
            As in :meth:`tolerance`. If both `target` and `relative` are None,
            ``relative=0.9``; a loss, or a score that is not above 0, has no tolerances
            then.

        digits : int, default=None
            If None, the table has the numbers, without rounding. Otherwise it has text
            with that many digits. The interval of a tolerance stands in brackets.
            ``4+`` is a tolerance beyond the largest scale, 4. A star marks a change
            with a `p_adjusted` below 0.05 in :meth:`cost`.

        Returns
        -------
        table : DataFrame
            The columns `feature`, `tolerance` and, for every scale, the difference to
            the score without noise: ``"change at scale 0.5"``, in text ``"at 0.5"``. A
            loss that grows has a positive change. Without `digits`, the bounds of the
            intervals have columns such as ``"tolerance lower"``. The feature with the
            smallest tolerance comes first, or without tolerances that with the largest
            change at the largest scale.

        Raises
        ------
        ValueError
            As in :meth:`tolerance`.
        """
        found = read_features(self, target, relative, metric, confidence)
        if digits is None:
            return feature_table(found)
        return lay_out_features(found, digits).reset_index()

    def plot(self, **options: Any) -> Any:
        """Plot the tolerance of each feature.

        Parameters
        ----------
        **options : dict
            Arguments of :meth:`FeatureToleranceDisplay.from_result`: `target` or
            `relative`, `metric`, `ax`, ...

        Returns
        -------
        display : FeatureToleranceDisplay
            The plotted tolerances.
        """
        return FeatureToleranceDisplay.from_result(self, **options)

    _repr_html_ = by_feature_html

    def __str__(self):
        """Return the table of the first features, and what was found in a sentence."""
        try:
            found = read_features(self)
        except ValueError as error:  # for instance of a metric that failed everywhere
            return f"{self!r}\n{error}"
        n_more = len(self.features) - _MOST_ROWS
        more = f"{n_more} more features: table() lists all." if n_more > 0 else ""
        finding = describe_features(self, found)
        scores = self.scores[self.scores["metric"] == found.metric]
        means = describe_means(scores, None)
        notes = [more, finding, f"{means} {explain_features(found)}"]
        return printed(lay_out_features(found).head(_MOST_ROWS), notes)

    def __repr__(self):
        n_scales = self.scores.loc[self.scores["scale"] > 0, "scale"].nunique()
        metrics = ", ".join(self.scores["metric"].unique())
        return (
            f"NoiseByFeature({len(self.features)} features x {n_scales} scales x "
            f"{self.scores['fold'].nunique()} folds: {metrics})"
        )


def _summarise(scores, predictions, **options):
    """Return the summary of every validation."""
    by = (*POINT, "split", "metric")
    summary = summary_table(
        scores.assign(split="validation"), predictions, by=by, **options
    )
    return summary.drop(columns="split")


def _with_noise_on(feature, table):
    """Return the rows without noise and those with noise on a feature."""
    is_chosen = (table["scale"] == 0) | (table["feature"] == feature)
    return table[is_chosen].drop(columns="feature").reset_index(drop=True)
