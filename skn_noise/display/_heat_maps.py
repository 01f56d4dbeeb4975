"""Heat maps of scores: of a noise matrix, and of the recall of every class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike
from pandas import DataFrame

from skn_noise._metrics import check_metric, is_fraction, is_negated, natural_name
from skn_noise.display._series import unit_of
from skn_noise.display._style import (
    MARK_COLOR,
    check_result,
    fitting_size,
    label_axis,
    letters,
    name_room,
    prepare_axes,
    scale_label,
    scale_texts,
    set_ticks,
    text_color,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LEAST_SPAN = 0.1


class _HeatMap:
    """Base of the Displays that draw a table in colours, with its figures on them."""

    frame: DataFrame

    def _draw(self, ax, im_kw, *, rows, metric, x_label, y_label):
        cells = self.frame.to_numpy()
        n_rows, n_columns = cells.shape
        self.ax_ = prepare_axes(ax, (3 + 0.8 * n_columns, 1.5 + 0.5 * n_rows))
        self.figure_ = self.ax_.figure
        self.im_ = _draw_colors(self.ax_, cells, metric, im_kw or {})
        set_ticks(self.ax_.xaxis, range(n_columns), scale_texts(self.frame.columns))
        names = [letters(row, name_room(self.ax_)) for row in rows]
        set_ticks(self.ax_.yaxis, range(n_rows), names)
        self.ax_.tick_params(which="minor", length=0)
        label_axis(self.ax_.xaxis, x_label)
        label_axis(self.ax_.yaxis, y_label)
        self.text_ = _write(self.im_, cells)


class NoiseMatrixDisplay(_HeatMap):
    """Plot a heat map of scores: scales in training down, scales in validation across.

    Create it with :meth:`from_matrix`, or with ``noise_matrix(...).plot()``.

    Parameters
    ----------
    frame : DataFrame
        The means that are drawn: a row for each scale in training, a column for each
        scale in validation.

    metric : str
        Name of the scorer. If scikit-learn negates it, as ``neg_log_loss``, `frame` has
        the natural sign.

    unit : str, default=None
        Unit of the scales, in words. None if it is unknown.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the heat map.

    figure_ : matplotlib Figure
        Figure that contains the Axes.

    im_ : matplotlib AxesImage
        The heat map.

    text_ : ndarray of matplotlib Text of shape (n_train_scales, n_validation_scales)
        The means as text; None if the cells are too small for them.

    See Also
    --------
    NoiseMatrix.summary : The same means as a table, with their intervals.

    Notes
    -----
    A frame marks the cells whose scales in training and in validation are the same:
    the points of a noise curve. Brighter cells are better.

    The colours span at least .1 for an accuracy, and a tenth of the largest mean for a
    loss, so that small differences look small. For metrics without bounds they end at
    the whiskers of a box plot of the means. Outliers beyond these share the last
    colour, and the colour bar ends in a tip.

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
        self, *, frame: DataFrame, metric: str, unit: str | None = None
    ) -> None:
        self.frame = frame
        self.metric = metric
        self.unit = unit

    @classmethod
    def from_matrix(
        cls,
        matrix: Any,
        *,
        metric: str | None = None,
        ax: Axes | None = None,
        im_kw: dict | None = None,
    ) -> Self:
        """Plot a noise matrix.

        Parameters
        ----------
        matrix : NoiseMatrix
            Result of :func:`noise_matrix`.

        metric : str, default=None
            Metric to plot. If None, the first metric of the matrix.

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
            If `matrix` is not a noise matrix, or `ax` is not an Axes.
        """
        check_result(matrix, "summary", "matrix", "noise_matrix")
        metric = check_metric(matrix.scores, metric)
        summary = matrix.summary()
        means = summary[summary["metric"] == metric].pivot(
            index="train_scale", columns="validation_scale", values="mean"
        )
        frame = -means if is_negated(metric) else means
        display = cls(frame=frame, metric=metric, unit=unit_of(matrix))
        return display.plot(ax, im_kw=im_kw)

    def plot(self, ax: Axes | None = None, *, im_kw: dict | None = None) -> Self:
        """Plot the heat map.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        im_kw : dict, default=None
            Keyword arguments for ``Axes.imshow``: `cmap`, `vmin`, ...

        Returns
        -------
        display : NoiseMatrixDisplay
        """
        from matplotlib.patches import Rectangle  # importing skn_noise stays light

        self._draw(
            ax,
            im_kw,
            rows=scale_texts(self.frame.index),
            metric=self.metric,
            x_label=scale_label(self.unit, "in validation"),
            y_label="scale of the noise in training",
        )
        are_same = np.equal.outer(self.frame.index, self.frame.columns)
        for row, column in np.argwhere(are_same):
            corner = column - 0.5, row - 0.5
            frame = Rectangle(corner, 1, 1, fill=False, linewidth=3, color=MARK_COLOR)
            self.ax_.add_patch(frame)
        return self


class ClassRecallDisplay(_HeatMap):
    """Plot a heat map of recalls: classes down, scales of the noise across.

    Create it with :meth:`from_curve`.

    Parameters
    ----------
    frame : DataFrame
        The recalls that are drawn: a row for each class, a column for each scale.

    unit : str, default=None
        Unit of the scales, in words. If None, it is not named.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the heat map.

    figure_ : matplotlib Figure
        Figure that contains the Axes.

    im_ : matplotlib AxesImage
        The heat map.

    text_ : ndarray of matplotlib Text of shape (n_classes, n_scales)
        The recalls as text; None if the cells are too small for them.

    See Also
    --------
    NoiseCurve.by_class : The same recalls as a table, with their intervals.
    NoisySamplesDisplay.from_curve : Plot the samples that are lost first and last.

    Notes
    -----
    Brighter cells are better. The colours span at least .1, so that small differences
    look small.

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
    >>> display.frame.shape
    (3, 2)
    """

    def __init__(self, *, frame: DataFrame, unit: str | None = None) -> None:
        self.frame = frame
        self.unit = unit

    @classmethod
    def from_curve(
        cls,
        curve: Any,
        *,
        classes: ArrayLike | None = None,
        ax: Axes | None = None,
        im_kw: dict | None = None,
    ) -> Self:
        """Plot the recalls of a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            Result of :func:`noise_curve` for a classifier, with predictions.

        classes : array-like, default=None
            Classes to plot. If None, all classes.

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
            If the curve has no predictions, is that of a regressor, or lacks a class.

        TypeError
            If `curve` is not a noise curve, or `ax` is not an Axes.
        """
        check_result(curve, "by_class", "curve", "noise_curve")
        recalls = curve.by_class(classes)
        frame = recalls.pivot(index="target", columns="scale", values="recall")
        return cls(frame=frame, unit=unit_of(curve)).plot(ax, im_kw=im_kw)

    def plot(self, ax: Axes | None = None, *, im_kw: dict | None = None) -> Self:
        """Plot the heat map.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        im_kw : dict, default=None
            Keyword arguments for ``Axes.imshow``: `cmap`, `vmin`, ...

        Returns
        -------
        display : ClassRecallDisplay
        """
        self._draw(
            ax,
            im_kw,
            rows=self.frame.index,
            metric="recall",
            x_label=scale_label(self.unit),
            y_label="class",
        )
        return self


def _draw_colors(ax, cells, metric, im_kw):
    """Draw the colours of the cells with a colour bar; return the image."""
    low, high, tips = _color_range(cells, is_fraction(metric))
    cmap = "cividis_r" if is_negated(metric) else "cividis"
    options = {"cmap": cmap, "vmin": low, "vmax": high, "aspect": "auto"}
    if "norm" in im_kw:  # which has limits of its own
        del options["vmin"], options["vmax"]
    image = ax.imshow(cells, **(options | im_kw))
    bar = ax.figure.colorbar(image, ax=ax, extend=tips)
    label_axis(bar.ax.yaxis, f"validation {letters(natural_name(metric))}")
    return image


def _color_range(cells, is_fraction):
    """Return the values of the first and the last colour, and the tips of the bar."""
    from matplotlib.cbook import boxplot_stats  # importing skn_noise stays light

    values = cells[np.isfinite(cells)]
    if values.size == 0:
        return 0.0, 1.0, "neither"
    # One huge loss would leave a single colour to all other cells.
    whiskers = (0, 100) if is_fraction else 1.5
    (box,) = boxplot_stats(values, whis=whiskers)
    low, high = box["whislo"], box["whishi"]
    tips = {(0, 0): "neither", (1, 0): "min", (0, 1): "max", (1, 1): "both"}
    ends = bool((values < low).any()), bool((values > high).any())
    least = _LEAST_SPAN * (1.0 if is_fraction else max(abs(low), abs(high)))
    missing = max(0.0, least - (high - low))
    low, high = low - missing / 2, high + missing / 2
    # No score lies above 1, so the span is moved below it.
    if is_fraction and high > 1:
        low, high = low - (high - 1), 1.0
    return low, high, tips[ends]


def _write(image, cells):
    """Write the figures on the cells; return their texts, or None without room."""
    texts = [_three_digits(value) for value in cells.flat]
    size = fitting_size(image.axes, texts, cells.shape)
    if size is None:
        return None
    # The layout need not measure texts that lie on their cells, which takes seconds.
    options = {"ha": "center", "va": "center", "fontsize": size, "in_layout": False}
    colors = image.cmap(image.norm(np.ma.masked_invalid(cells))).reshape(-1, 4)
    written = [
        image.axes.text(column, row, text, color=_contrast(color), **options)
        for (row, column), text, color in zip(
            np.ndindex(cells.shape), texts, colors, strict=True
        )
    ]
    return np.array(written).reshape(cells.shape)


def _three_digits(value):
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.3g}"


def _contrast(color):
    """Return the colour of a text that can be read on a colour."""
    red, green, blue, opacity = color
    if opacity == 0:  # the score is missing, so the text stands on the background
        return text_color()
    return "black" if 0.3 * red + 0.6 * green + 0.1 * blue > 0.5 else "white"
