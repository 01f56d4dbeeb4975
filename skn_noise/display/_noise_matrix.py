"""Scores for every scale in training and in validation, as a heat map."""

from typing import TYPE_CHECKING, Any, Self

import pandas as pd
from numpy.typing import ArrayLike
from pandas import DataFrame
from sklearn.base import BaseEstimator

from skn_noise.display._checks import check_ax, check_matrix, checks_options
from skn_noise.display._heat_map import (
    draw_heat_map,
    figures,
    label_cells,
    mark_equal_scales,
)
from skn_noise.display._scale_axis import scale_texts
from skn_noise.display._title import make_title, set_title
from skn_noise.results._matrix import NoiseMatrix
from skn_noise._metrics import (
    check_metric,
    is_fraction,
    is_negated,
    natural_name,
)
from skn_noise.study._noise_matrix import noise_matrix

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class NoiseMatrixDisplay:
    """Draw a heat map of scores: scales in training down, scales in validation across.

    Make it with :meth:`from_matrix` or :meth:`from_estimator`.

    Parameters
    ----------
    summary : DataFrame
        The :meth:`~NoiseMatrix.summary` of a :class:`NoiseMatrix`.

    metric : str
        The metric to draw.

    interval : bool, default=False
        Whether to write the 95 % interval below each mean.

    title : str, default=None
        The title of the picture; None means none.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the heat map.

    figure_ : matplotlib Figure
        Figure that holds it.

    im_ : matplotlib AxesImage
        The heat map.

    text_ : ndarray of matplotlib Text of shape (n_train_scales, n_validation_scales)
        The means over the folds; None if the cells are too small for them.

    See Also
    --------
    NoiseMatrix.summary : The same means, with their intervals, as a table.

    Notes
    -----
    A frame marks where the scales in training and in validation are the same, that is
    the points of a noise curve. The brighter, the better.

    The colours go from the smallest mean to the largest, but over no less than a tenth:
    of 1 for an accuracy, of the largest for a loss. Few losses, a tenth of them
    at most, that lie far off have the last colour, and the colour bar a tip there.

    Metrics that scikit-learn negates, ``neg_log_loss`` for instance, are drawn with
    their natural sign.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import NearestCentroid
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import GaussianNoiseTransformer, NoiseMatrixDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> display = NoiseMatrixDisplay.from_estimator(
    ...     Pipeline([("noise", noise), ("centroid", NearestCentroid())]), X, y,
    ...     train_scales=[0, 1], validation_scales=[0, 1, 2], scoring="accuracy",
    ... )
    >>> display.text_.shape
    (2, 3)
    """

    def __init__(
        self,
        *,
        summary: DataFrame,
        metric: str,
        interval: bool = False,
        title: str | None = None,
    ) -> None:
        self.summary = summary
        self.metric = metric
        self.interval = interval
        self.title = title

    @classmethod
    @checks_options
    def from_matrix(
        cls,
        matrix: NoiseMatrix,
        *,
        metric: str | None = None,
        interval: bool = False,
        title: bool | str = False,
        ax: "Axes | None" = None,
        im_kw: dict | None = None,
    ) -> Self:
        """Draw a noise matrix.

        Parameters
        ----------
        matrix : NoiseMatrix
            The scores.

        metric : str, default=None
            The metric to draw; None means the first of the matrix.

        interval : bool, default=False
            Whether to write the 95 % interval below each mean.

        title : bool or str, default=False
            The title; True composes one of estimator and folds, as far as the matrix
            knows them.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        im_kw : dict, default=None
            Options of the heat map, as ``Axes.imshow`` takes them: `cmap`, `vmin`, ...

        Returns
        -------
        display : NoiseMatrixDisplay

        Raises
        ------
        ValueError
            If the matrix lacks the metric.

        TypeError
            If what is passed is no matrix, Axes or title.
        """
        check_matrix(matrix)
        display = cls(
            summary=matrix.summary(),
            metric=check_metric(matrix.scores, metric),
            interval=interval,
            title=make_title(title, matrix),
        )
        return display.plot(ax=ax, im_kw=im_kw)

    @classmethod
    @checks_options
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike,
        *,
        metric: str | None = None,
        interval: bool = False,
        title: bool | str = False,
        ax: "Axes | None" = None,
        im_kw: dict | None = None,
        **params: Any,
    ) -> Self:
        """Compute a noise matrix and draw it.

        Parameters
        ----------
        estimator, X, y : object
            As :func:`noise_matrix` takes them.

        metric, interval, title, ax, im_kw : object
            As :meth:`from_matrix` takes them.

        **params : dict
            All other parameters of :func:`noise_matrix`: `train_scales`, `cv`, ...

        Returns
        -------
        display : NoiseMatrixDisplay
        """
        check_ax(ax)
        matrix = noise_matrix(estimator, X, y, **params)
        title = make_title(title, matrix, estimator) or False
        options: dict[str, Any] = {
            "interval": interval,
            "title": title,
            "ax": ax,
            "im_kw": im_kw,
        }
        return cls.from_matrix(matrix, metric=metric, **options)

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            Means over the folds, with their natural sign: a row for every scale in
            training and a column for every scale in validation. With the intervals,
            this thrice: the columns have a first level of mean, lower and upper.
        """
        tables = self._tables()
        return pd.concat(tables, axis="columns") if self.interval else tables["mean"]

    @checks_options
    def plot(self, ax: "Axes | None" = None, *, im_kw: dict | None = None) -> Self:
        """Draw the heat map.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        im_kw : dict, default=None
            Options of the heat map, as ``Axes.imshow`` takes them: `cmap`, `vmin`, ...

        Returns
        -------
        display : NoiseMatrixDisplay
        """
        check_ax(ax)
        tables = self._tables()
        means = tables["mean"]
        self.im_, self.text_ = draw_heat_map(
            ax,
            means,
            figures(*tables.values()),
            is_fraction=is_fraction(self.metric),
            is_loss=is_negated(self.metric),
            label=f"validation {natural_name(self.metric)}",
            im_kw=im_kw,
        )
        self.ax_ = self.im_.axes
        self.figure_ = self.ax_.figure
        mark_equal_scales(self.ax_, means)
        label_cells(self.ax_.xaxis, scale_texts(means.columns))
        label_cells(self.ax_.yaxis, scale_texts(means.index))
        self.ax_.set_xlabel("scale of the noise in validation")
        self.ax_.set_ylabel("scale of the noise in training")
        set_title(self.ax_, self.title)
        return self

    def _tables(self):
        """Return the means and, if asked for, the bounds, with their natural sign."""
        drawn = self.summary[self.summary["metric"] == self.metric]
        columns = ["mean", "lower", "upper"] if self.interval else ["mean"]
        tables = {
            column: drawn.pivot(
                index="train_scale", columns="validation_scale", values=column
            )
            for column in columns
        }
        if not is_negated(self.metric):
            return tables
        other = {"mean": "mean", "lower": "upper", "upper": "lower"}
        return {column: -tables[other[column]] for column in tables}
