"""Heat maps of scores: of a noise matrix, and of the recall of every class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from pandas import DataFrame

from skn_noise._metrics import check_metric, is_fraction, is_negated, natural_name
from skn_noise.display._checks import check_ax, check_result, checks_options
from skn_noise.display._series import make_title, unit_of
from skn_noise.display._style import (
    MARK_COLOR,
    label_x,
    label_y,
    lay_out,
    makes_room,
    new_figure,
    scale_label,
    scale_texts,
    set_ticks,
    set_title,
    short,
    text_color,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LEAST_SPAN = 0.1
_OUTLYING = 0.1
_LETTER_INCHES = 0.09
_BAR_INCHES = 0.85
_SMALLEST_LETTER = 5.0  # points


class _HeatMap:
    """Base of Displays that draw a table, with scales of the noise across.

    A subclass has the attributes `interval` and `title`, and the methods `_tables`,
    which returns the cells and the bounds of their intervals, and `_look`.
    """

    interval: bool
    title: str | None

    def _tables(self) -> dict[str, DataFrame]:
        raise NotImplementedError

    def _look(self) -> dict[str, Any]:
        raise NotImplementedError

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            The figure of every cell: a row for every row of the picture, a column for
            every scale. With intervals, the columns have a first level with the name of
            the figure, lower and upper.
        """
        tables = self._tables()
        return (
            pd.concat(tables, axis=1) if self.interval else next(iter(tables.values()))
        )

    @checks_options
    def plot(self, ax: Axes | None = None, *, im_kw: dict | None = None) -> Self:
        """Draw the heat map.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        im_kw : dict, default=None
            Keyword arguments for ``Axes.imshow``: `cmap`, `vmin`, ...

        Returns
        -------
        display : object
            This display.
        """
        check_ax(ax)
        cells, *bounds = self._tables().values()
        texts, rows = _texts(cells, *bounds), list(map(short, self._rows(cells)))
        self.ax_ = _new_axes(texts, rows) if ax is None else ax
        self.figure_ = self.ax_.figure
        look = self._look()
        self.im_ = _draw_colors(self.ax_, cells, look, im_kw or {})
        for axis, names in [
            (self.ax_.yaxis, rows),
            (self.ax_.xaxis, scale_texts(cells.columns)),
        ]:
            set_ticks(axis, range(len(names)), names)
            axis.set_tick_params(which="minor", length=0)
        self._mark(cells)
        label_x(self.ax_, look["x_label"])
        label_y(self.ax_, look["y_label"], has_legend=False)
        set_title(self.ax_, self.title)
        self.text_ = _write(self.im_, texts)
        return self

    def _rows(self, cells):
        return cells.index

    def _mark(self, cells):
        pass


class NoiseMatrixDisplay(_HeatMap):
    """Draw a heat map of scores: scales in training down, scales in validation across.

    Create it with :meth:`from_matrix`, or with ``noise_matrix(...).plot()``.

    Parameters
    ----------
    summary : DataFrame
        The :meth:`~NoiseMatrix.summary` of a :class:`NoiseMatrix`.

    metric : str
        Metric to plot.

    interval : bool, default=False
        Whether to write the 95 % interval below each mean.

    title : str, default=None
        Title of the picture. If None, there is no title.

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
    A frame marks the cells whose scales in training and in validation are the same:
    the points of a noise curve. Brighter cells are better.

    The colours go from the smallest mean to the largest, and span at least .1 for an
    accuracy, or a tenth of the largest mean for a loss. If at most a tenth of the
    losses are outliers, they share the last colour, and the colour bar ends in a tip.

    Metrics that scikit-learn negates, ``neg_log_loss`` for instance, are drawn with
    their natural sign.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import NearestCentroid
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import (
    ...     GaussianNoiseTransformer, NoiseMatrixDisplay, noise_matrix
    ... )
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> matrix = noise_matrix(
    ...     Pipeline([("noise", noise), ("centroid", NearestCentroid())]), X, y,
    ...     train_scales=[0, 1], validation_scales=[0, 1, 2], scoring="accuracy",
    ... )
    >>> display = NoiseMatrixDisplay.from_matrix(matrix)
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
        matrix: Any,
        *,
        metric: str | None = None,
        interval: bool = False,
        title: bool | str = False,
        ax: Axes | None = None,
        im_kw: dict | None = None,
    ) -> Self:
        """Draw a noise matrix.

        Parameters
        ----------
        matrix : NoiseMatrix
            The scores.

        metric : str, default=None
            Metric to plot. If None, the first metric of the matrix.

        interval : bool, default=False
            Whether to write the 95 % interval below each mean.

        title : bool or str, default=False
            The title; True composes one of the estimator, the data and the folds, as
            far as the matrix knows them.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        im_kw : dict, default=None
            Keyword arguments for ``Axes.imshow``: `cmap`, `vmin`, ...

        Returns
        -------
        display : NoiseMatrixDisplay

        Raises
        ------
        ValueError
            If the matrix lacks the metric.

        TypeError
            If `matrix` is no noise matrix, or `ax` no Axes.
        """
        expected = "a NoiseMatrix, as noise_matrix returns it"
        check_result(matrix, ["scores", "summary"], expected, "matrix")
        display = cls(
            summary=matrix.summary(),
            metric=check_metric(matrix.scores, metric),
            interval=interval,
            title=make_title(title, matrix),
        )
        return display.plot(ax=ax, im_kw=im_kw)

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

    def _look(self):
        metric = short(natural_name(self.metric))
        return {
            "is_fraction": is_fraction(self.metric),
            "is_loss": is_negated(self.metric),
            "bar_label": f"validation {metric}",
            "x_label": "scale of the noise in validation",
            "y_label": "scale of the noise in training",
        }

    def _rows(self, means):
        return scale_texts(means.index)

    def _mark(self, means):
        """Frame the cells whose scales in training and in validation are the same."""
        from matplotlib.patches import Rectangle  # importing skn_noise stays light

        for row, scale in enumerate(means.index):
            for column in np.flatnonzero(means.columns == scale):
                corner, style = (column - 0.5, row - 0.5), {"color": MARK_COLOR}
                frame = Rectangle(corner, 1, 1, fill=False, linewidth=3, **style)
                self.ax_.add_patch(frame)


class ClassRecallDisplay(_HeatMap):
    """Draw a heat map of recalls: classes down, scales of the noise across.

    Create it with :meth:`from_curve`.

    Parameters
    ----------
    recalls : DataFrame
        The :meth:`~NoiseCurve.by_class` of a :class:`NoiseCurve`.

    interval : bool, default=False
        Whether to write the 95 % interval below each recall.

    title : str, default=None
        Title of the picture. If None, there is no title.

    unit : str, default=None
        Unit of the scales, in words. None if it is unknown.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the heat map.

    figure_ : matplotlib Figure
        Figure that holds it.

    im_ : matplotlib AxesImage
        The heat map.

    text_ : ndarray of matplotlib Text of shape (n_classes, n_scales) or None
        The recalls; None if the cells are too small for them.

    See Also
    --------
    NoiseCurve.by_class : The same recalls and intervals as a table.
    NoisySamplesDisplay.from_curve : Draws the samples that are lost first and last.

    Notes
    -----
    Brighter cells are better. The colours go from the smallest recall to the largest,
    and span at least .1.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import NearestCentroid
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import ClassRecallDisplay, GaussianNoiseTransformer, noise_curve
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
    >>> curve = noise_curve(pipeline, X, y, scales=[0, 1], scoring="accuracy")
    >>> display = ClassRecallDisplay.from_curve(curve)
    >>> display.frame().shape
    (3, 2)
    """

    def __init__(
        self,
        *,
        recalls: DataFrame,
        interval: bool = False,
        title: str | None = None,
        unit: str | None = None,
    ) -> None:
        self.recalls = recalls
        self.interval = interval
        self.title = title
        self.unit = unit

    @classmethod
    @checks_options
    def from_curve(
        cls,
        curve: Any,
        *,
        classes: ArrayLike | None = None,
        interval: bool = False,
        title: bool | str = False,
        ax: Axes | None = None,
        im_kw: dict | None = None,
    ) -> Self:
        """Draw the recalls of a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            A curve with predictions.

        classes : array-like, default=None
            Classes to draw. If None, all classes.

        interval : bool, default=False
            Whether to write the 95 % interval below each recall.

        title : bool or str, default=False
            Title of the picture. If True, it is made of the names of the estimator and
            the data and of the folds, as far as these are known. If False, no title.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        im_kw : dict, default=None
            Keyword arguments for ``Axes.imshow``: `cmap`, `vmin`, ...

        Returns
        -------
        display : ClassRecallDisplay

        Raises
        ------
        ValueError
            If the curve has no predictions, is of a regressor, or lacks a class.

        TypeError
            If `curve` is not a noise curve, or `ax` is not an Axes.
        """
        expected = "a NoiseCurve, as noise_curve returns it"
        check_result(curve, ["scores", "by_class"], expected)
        display = cls(
            recalls=curve.by_class(classes),
            interval=interval,
            title=make_title(title, curve),
            unit=unit_of(curve),
        )
        return display.plot(ax=ax, im_kw=im_kw)

    def _tables(self):
        """Return the recalls and, if asked for, their bounds."""
        columns = ["recall", "lower", "upper"] if self.interval else ["recall"]
        return {
            column: self.recalls.pivot(index="target", columns="scale", values=column)
            for column in columns
        }

    def _look(self):
        return {
            "is_fraction": True,
            "is_loss": False,
            "bar_label": "validation recall",
            "x_label": scale_label(self.unit),
            "y_label": "class",
        }


def _new_axes(texts, rows):
    """Return the Axes of a new figure with room for all texts."""
    width = max(0.8, _LETTER_INCHES * _longest_line(texts) + 0.2)
    height = 0.4 + 0.2 * (1 + texts[0, 0].count("\n"))
    beside = 2.0 + _LETTER_INCHES * max(map(len, rows))
    size = beside + width * texts.shape[1], 1.5 + height * texts.shape[0]
    return new_figure(size).subplots()


def _draw_colors(ax, cells, look, im_kw):
    """Draw the colours of the cells with a colour bar; return the image."""
    low, high = _color_limits(cells.to_numpy(), is_fraction=look["is_fraction"])
    cmap = "cividis_r" if look["is_loss"] else "cividis"
    options = {"cmap": cmap, "vmin": low, "vmax": high, "aspect": "auto"}
    if "norm" in im_kw:
        del options["vmin"], options["vmax"]
    image = ax.imshow(cells, **(options | im_kw))
    options = {"extend": _extend(cells.to_numpy(), image.norm)}
    if not makes_room(ax.figure):  # the label of the bar must fit into its share
        inches = ax.get_window_extent().width / ax.figure.dpi
        options["fraction"] = min(_BAR_INCHES / inches, 0.4)
    bar = ax.figure.colorbar(image, ax=ax, **options)
    label_y(bar.ax, look["bar_label"], has_legend=False)
    return image


def _color_limits(values, *, is_fraction):
    """Return the ends of the colours.

    They span at least a tenth, of 1 or of the largest value. Outliers of a metric
    without bounds would leave one colour for all other cells, so they do not count.
    """
    values = values[np.isfinite(values)]
    if values.size == 0:
        return 0.0, 1.0
    if not is_fraction:
        lower = np.quantile(values, _OUTLYING, method="higher")
        upper = np.quantile(values, 1 - _OUTLYING, method="lower")
        reach = max(upper - lower, _LEAST_SPAN * abs(upper))
        values = values[(values >= lower - reach) & (values <= upper + reach)]
    low, high = values.min(), values.max()
    least = _LEAST_SPAN * (1.0 if is_fraction else np.abs(values).max())
    if high - low < least:
        low, high = np.array([-0.5, 0.5]) * least + (low + high) / 2
    if is_fraction and high > 1:
        low, high = low + 1 - high, 1.0
    return float(low), float(high) or 1.0


def _extend(values, norm):
    """Return the ends of the colour bar that get a tip, as values lie beyond them."""
    is_below, is_above = (values < norm.vmin).any(), (values > norm.vmax).any()
    ends = {(True, True): "both", (True, False): "min", (False, True): "max"}
    return ends.get((bool(is_below), bool(is_above)), "neither")


def _texts(means, lower=None, upper=None):
    """Return the texts of the cells: means, and their intervals on a second line."""
    texts = np.empty(means.shape, dtype=object)
    for cell, mean in np.ndenumerate(means.to_numpy()):
        texts[cell] = _three_digits(mean)
        if lower is not None:
            bounds = lower.to_numpy()[cell], upper.to_numpy()[cell]
            interval = " to ".join(map(_three_digits, bounds))
            texts[cell] += (
                f"\n{interval if np.isfinite(bounds).all() else 'no interval'}"
            )
    return texts


def _three_digits(value):
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.3g}"


def _longest_line(texts):
    return max(len(line) for text in texts.ravel() for line in text.split("\n"))


def _write(image, texts):
    """Write texts on cells, dark on bright ones; None if the cells are too small.

    The size of a cell is known once all labels have their room.
    """
    ax = image.axes
    lay_out(ax)
    area, points = ax.get_window_extent(), 72 / ax.figure.dpi
    n_lines = 1 + texts[0, 0].count("\n")
    size = min(
        10.0,
        area.width * points / texts.shape[1] / (0.65 * _longest_line(texts)),
        area.height * points / texts.shape[0] / (1.4 * n_lines),
    )
    if size < _SMALLEST_LETTER:
        return None
    written = np.empty(texts.shape, dtype=object)
    values = image.get_array().filled(np.nan)
    options = {"ha": "center", "va": "center", "fontsize": size}
    for (row, column), text in np.ndenumerate(texts):
        color = _contrast(image, values[row, column])
        written[row, column] = ax.text(column, row, text, color=color, **options)
    return written


def _contrast(image, value):
    if np.isnan(value):  # nothing is drawn, so the text stands on the background
        return text_color()
    red, green, blue, _ = image.cmap(image.norm(value))
    return "black" if 0.3 * red + 0.6 * green + 0.1 * blue > 0.5 else "white"
