"""Scores of an estimator trained at one scale of the noise and validated at another."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from pandas import DataFrame

from skn_noise._metrics import check_metric, natural_name
from skn_noise._sklearn import validate_params
from skn_noise.display._heat_maps import NoiseMatrixDisplay
from skn_noise.results._cells import check_manifest, check_table, is_of_one_model
from skn_noise.results._files import SavedResult
from skn_noise.results._html import matrix_html
from skn_noise.results._summary import summary_table
from skn_noise.results._table import (
    DIGITS,
    DIGITS_ALLOWED,
    describe_means,
    matrix_table,
    printed,
    scales_in_words,
)

_CELL = ["train_scale", "validation_scale", "fold"]


@dataclass(frozen=True, eq=False, repr=False)
class NoiseMatrix(SavedResult):
    """Validation scores for every scale in training, scale in validation, and fold.

    :func:`noise_matrix` returns it.

    Parameters
    ----------
    scores : DataFrame
        One row for each score, with the columns

        ================ ===============================================================
        train_scale      the scale of the noise in training
        validation_scale the scale of the noise in validation
        fold             number of the fold, from 0
        draw             number of the draw of the noise, from 0
        n_train          number of training samples of the fit
        n_validation     number of validation samples
        fit_seconds      time of the fit, in seconds; all validation scales share a fit
        score_seconds    time to score the validation samples by all metrics, in seconds
        metric           name of the scorer, for instance ``"accuracy"``
        value            the score; greater is better, so errors and losses are negative
        ================ ===============================================================

    manifest : dict or None, default=None
        The manifest of the study, as that of a :class:`NoiseCurve`. None for a table
        that was made by hand.

    Raises
    ------
    ValueError
        If the table lacks a column, has text in a column of numbers, or has the same
        score twice, or if `manifest` is no dict.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import NearestCentroid
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import GaussianNoiseTransformer, noise_matrix
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
    >>> matrix = noise_matrix(
    ...     pipeline, X, y, train_scales=[0, 1], validation_scales=[0, 1, 2],
    ...     scoring="accuracy",
    ... )
    >>> matrix
    NoiseMatrix(2 train scales x 3 validation scales x 5 folds: accuracy)
    >>> list(matrix.summary())[3:]
    ['mean', 'std', 'n', 'method', 'lower', 'upper', 'note']
    """

    scores: pd.DataFrame
    manifest: dict | None = None

    _tables = ["scores"]
    _values = ["manifest"]

    def __post_init__(self):
        check_table(self.scores, "scores", [*_CELL, "metric"], ["value"])
        check_manifest(self.manifest)

    @validate_params({"simultaneous": ["boolean"]}, prefer_skip_nested_validation=True)
    def summary(
        self, confidence: float = 0.95, simultaneous: bool = False
    ) -> DataFrame:
        """Compute the mean score for every pair of scales, with its interval.

        Parameters
        ----------
        confidence : float, default=0.95
            Confidence level of the intervals, between 0 and 1.

        simultaneous : bool, default=False
            Whether the intervals of a metric hold for all pairs of scales together with
            this confidence (Bonferroni), instead of each alone.

        Returns
        -------
        summary : DataFrame
            One row for every training scale, validation scale and metric. The other
            columns are those of :meth:`NoiseCurve.summary`. The intervals are computed
            from the scores of the folds.
        """
        return summary_table(
            self.scores.assign(split="validation"),
            by=("train_scale", "validation_scale", "metric"),
            confidence=confidence,
            simultaneous=simultaneous,
        )

    @validate_params(
        {"metric": [str, None], "digits": DIGITS_ALLOWED},
        prefer_skip_nested_validation=True,
    )
    def table(self, metric: str | None = None, digits: int | None = None) -> DataFrame:
        """Return the mean scores of a metric as a table for a reader.

        ``print(matrix)`` shows the table with ``digits=4``.

        Parameters
        ----------
        metric : str, default=None
            Name of the metric. If None, the first metric.

        digits : int, default=None
            If None, the table has the numbers, without rounding. Otherwise it has text
            with that many digits.

        Returns
        -------
        table : DataFrame
            One row for each scale in training, with the column ``"training scale"`` and
            a column for each scale in validation, for instance ``"0.5"``. Losses are
            positive.

        Raises
        ------
        ValueError
            If there is no such metric.

        See Also
        --------
        NoiseMatrix.summary : The means with their intervals.
        NoiseCurve.table : How to write the table to LaTeX, Markdown and CSV.
        """
        metric = check_metric(self.scores, metric)
        table = matrix_table(self.scores, metric, digits)
        if digits is None:  # the columns have names, which are text
            table = table.rename(columns=scales_in_words(table))
        return table.rename_axis(columns=None).reset_index()

    def plot(self, **options: Any) -> Any:
        """Plot the matrix.

        Parameters
        ----------
        **options : dict
            Arguments of :meth:`NoiseMatrixDisplay.from_matrix`: `metric`, `ax`, ...

        Returns
        -------
        display : NoiseMatrixDisplay
            The plotted matrix.

        Examples
        --------
        >>> import pandas as pd
        >>> from skn_noise import NoiseMatrix
        >>> scores = pd.DataFrame(
        ...     {
        ...         "train_scale": [0.0, 0.0],
        ...         "validation_scale": [0.0, 1.0],
        ...         "fold": 0,
        ...         "metric": "accuracy",
        ...         "value": [0.97, 0.91],
        ...     }
        ... )
        >>> [text.get_text() for text in NoiseMatrix(scores).plot().text_[0]]
        ['0.970', '0.910']
        """
        return NoiseMatrixDisplay.from_matrix(self, **options)

    _repr_html_ = matrix_html

    def __str__(self):
        """Return the table of the first metric, and what the means are of."""
        metric, *others = self.scores["metric"].unique()
        others = f"; table(metric={others[0]!r}) is of another metric" if others else ""
        scores = self.scores[self.scores["metric"] == metric]
        # The rows say what was trained on, but for a model that was trained before.
        training = None if is_of_one_model(scores) else ""
        return printed(
            matrix_table(scores, metric, DIGITS),
            [
                f"Validation {natural_name(metric)}.",
                describe_means(scores, self.manifest, training=training),
                f"summary() has the intervals{others}.",
            ],
        )

    def __repr__(self):
        n_train, n_validation, n_folds = self.scores[_CELL].nunique()
        metrics = ", ".join(self.scores["metric"].unique())
        return (
            f"NoiseMatrix({n_train} train scales x {n_validation} validation scales x "
            f"{n_folds} folds: {metrics})"
        )
