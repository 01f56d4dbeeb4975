"""Figures of every epoch, a panel a scale."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike
from pandas import DataFrame
from sklearn.base import BaseEstimator

from skn_noise.display._checks import check_ax, check_curve, checks_options
from skn_noise.display._legend import add_legend, fit_legend
from skn_noise.display._scale_axis import scale_texts
from skn_noise.display._series import count_studies
from skn_noise.display._style import (
    SPLIT_STYLES,
    lay_out,
    line_style,
    makes_room,
    new_figure,
    study_styles,
)
from skn_noise.display._text import shrink, wrap
from skn_noise.display._title import make_title
from skn_noise.results._cells import with_repeats
from skn_noise.results._curve import NoiseCurve
from skn_noise._metrics import check_metric, natural_name
from skn_noise.study._noise_curve import noise_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LONGEST_ROW = 5
_MOST_MARKERS = 20


class EpochCurveDisplay:
    """Draw training and validation figures after every epoch, a panel a scale.

    Make it with :meth:`from_curve` or :meth:`from_estimator`.

    Parameters
    ----------
    epochs : DataFrame
        The `epochs` of a :class:`NoiseCurve`.

    metric : str
        The metric to draw.

    title : str, default=None
        The title of the picture; None means none.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (n_scales,)
        The panels, from the smallest scale to the largest.

    figure_ : matplotlib Figure
        Figure that holds them.

    lines_ : list of matplotlib Line2D
        The lines of the means, panel by panel.

    See Also
    --------
    NoiseCurveDisplay : Draws the final scores against the scale.

    Notes
    -----
    A thin line is one fold, and the strong line is the mean over the folds; it ends
    where the first fold ends, if the folds stopped early.

    Training figures are means over the epoch, while the network still learns and with
    dropout on; validation figures are those of the network as the epoch left it. So
    validation can lie above training, in the first epochs above all.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skn_noise import EpochCurveDisplay, make_noise_pipeline
    >>> X, y = load_digits(return_X_y=True)
    >>> pipeline = make_noise_pipeline(
    ...     hidden_layer_sizes=(16,), epochs=2, random_state=0
    ... )
    >>> display = EpochCurveDisplay.from_estimator(
    ...     pipeline, X, y, scales=[0.5, 2.0], cv=2
    ... )
    >>> [panel.get_title() for panel in display.axes_]
    ['scale 0.5', 'scale 2']
    """

    def __init__(
        self, *, epochs: DataFrame, metric: str, title: str | None = None
    ) -> None:
        self.epochs = epochs
        self.metric = metric
        self.title = title

    @classmethod
    @checks_options
    def from_curve(
        cls,
        curve: NoiseCurve,
        *,
        metric: str = "accuracy",
        title: bool | str = False,
        ax: "Axes | ArrayLike | None" = None,
        name: str | None = None,
        line_kw: dict | None = None,
    ) -> Self:
        """Draw the epochs of a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            A curve that was made with ``track_epochs=True``.

        metric : str, default="accuracy"
            The metric to draw, for instance ``"loss"``.

        title : bool or str, default=False
            The title; True composes one of estimator, data and folds, as far as the
            curve knows them.

        ax : matplotlib Axes or array-like of Axes, default=None
            Axes to draw on, as :meth:`plot` takes them; None makes a new figure.

        name : str, default=None
            What the study is called in the legend, to tell it from others on the same
            Axes.

        line_kw : dict, default=None
            Options of all lines, as ``Axes.plot`` takes them.

        Returns
        -------
        display : EpochCurveDisplay

        Raises
        ------
        ValueError
            If the curve has no epochs, or they lack the metric.

        TypeError
            If what is passed is no curve, Axes or title.
        """
        check_curve(curve)
        if curve.epochs is None:
            raise ValueError(
                "The curve has no epochs; pass track_epochs=True to noise_curve."
            )
        metric = check_metric(curve.epochs, metric)
        title = make_title(title, curve)
        display = cls(epochs=curve.epochs, metric=metric, title=title)
        return display.plot(ax=ax, name=name, line_kw=line_kw)

    @classmethod
    @checks_options
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike,
        *,
        metric: str = "accuracy",
        title: bool | str = False,
        ax: "Axes | ArrayLike | None" = None,
        name: str | None = None,
        line_kw: dict | None = None,
        **params: Any,
    ) -> Self:
        """Compute a noise curve, tracking the epochs, and draw them.

        Parameters
        ----------
        estimator, X, y : object
            As :func:`noise_curve` takes them with ``track_epochs=True``.

        metric, title, ax, name, line_kw : object
            As :meth:`from_curve` takes them.

        **params : dict
            All other parameters of :func:`noise_curve`: `scales`, `cv`, ...

        Returns
        -------
        display : EpochCurveDisplay
        """
        curve = noise_curve(estimator, X, y, track_epochs=True, **params)
        title = make_title(title, curve, estimator) or False
        options: dict[str, Any] = {"title": title, "name": name, "line_kw": line_kw}
        return cls.from_curve(curve, metric=metric, ax=ax, **options)

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row a point of a thin line: metric, split, scale, fold, repeat, epoch,
            value; and the mean over folds and repeats, NaN where not all got so far.
        """
        chosen = self.epochs["metric"] == self.metric
        columns = ["metric", "split", "scale", "fold", "repeat", "epoch", "value"]
        frame = with_repeats(self.epochs).loc[chosen, columns].reset_index(drop=True)
        values = frame.groupby(["split", "scale", "epoch"])["value"]
        counts = values.transform("count")
        n_folds = counts.groupby([frame["split"], frame["scale"]]).transform("max")
        return frame.assign(mean=values.transform("mean").where(counts == n_folds))

    @checks_options
    def plot(
        self,
        ax: "Axes | ArrayLike | None" = None,
        *,
        name: str | None = None,
        line_kw: dict | None = None,
    ) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes or array-like of Axes, default=None
            Axes to draw on: one Axes of a grid, in whose place the panels are drawn, or
            one for every scale; None makes a new figure. A figure of your own has room
            for the legend if it was made with ``layout="constrained"``.

        name : str, default=None
            What the study is called in the legend, to tell it from others on the same
            Axes.

        line_kw : dict, default=None
            Options of all lines, as ``Axes.plot`` takes them.

        Returns
        -------
        display : EpochCurveDisplay

        Raises
        ------
        ValueError
            If the number of Axes is not that of the scales, or panels were drawn in the
            place of the one Axes before.
        """
        frame = self.frame()
        panels = frame.groupby("scale")
        self.axes_, container = _make_panels(ax, panels.ngroups)
        self.figure_ = self.axes_[0].figure.figure  # of a part of a figure, the whole
        self.lines_ = []
        texts = scale_texts(list(panels.groups))
        for axes, text, (_, panel) in zip(self.axes_, texts, panels, strict=True):
            lines = _draw_panel(axes, panel, frame["epoch"].max(), name, line_kw)
            axes.set_title(f"scale {text}")
            self.lines_ += lines
        _name_axes(self.axes_, container, natural_name(self.metric))
        if container is None:
            add_legend(self.axes_[-1])
        else:
            _add_legend_below(container, self.axes_)
        if self.title is not None:
            _set_title(container or self.figure_, self.title)
        lay_out(self.figure_)
        titles = [axes.title for axes in self.axes_]
        shrink(titles, self.axes_[0].get_window_extent().width)
        return self


def _make_panels(ax, n_panels):
    """Return the panels, and the figure or the part of one that they fill, if any."""
    if isinstance(ax, list | tuple | np.ndarray):
        return _check_panels(ax, n_panels), None
    n_rows = -(-n_panels // _LONGEST_ROW)
    n_columns = -(-n_panels // n_rows)
    if ax is None:
        size = (max(2.2 * n_columns + 1.5, 5), 2.1 * n_rows + 1.2)
        container = new_figure(size)
    else:
        container = _replace(ax)
    grid = container.subplots(n_rows, n_columns, sharex=True, sharey=True)
    panels, spares = np.split(np.ravel(grid), [n_panels])
    for spare in spares:
        spare.remove()
    for lowest in panels[-n_columns:]:
        lowest.tick_params(labelbottom=True)
    return panels, container


def _check_panels(ax, n_panels):
    panels = np.asarray(ax, dtype=object).ravel()
    for one in panels:
        check_ax(one, is_needed=True)
    if len(panels) != n_panels:
        raise ValueError(
            f"ax must be one Axes, or {n_panels}, one for each scale; got "
            f"{len(panels)}."
        )
    return panels


def _replace(ax):
    """Return an empty part of the figure, in the place of Axes."""
    check_ax(ax)
    if not ax.axison:
        raise ValueError(
            "ax is switched off, most likely as panels were drawn in its place before. "
            "Pass another Axes."
        )
    ax.set_axis_off()
    return ax.figure.add_subfigure(ax.get_subplotspec())


def _draw_panel(axes, panel, n_epochs, name, line_kw):
    """Draw the folds and their mean on one panel; return the lines of the means."""
    lines = []
    study = count_studies(axes)
    thin = {"linewidth": 0.8, "alpha": 0.4, "markersize": 2}
    strong = {"markersize": 4, "markevery": -(-n_epochs // _MOST_MARKERS)}
    for split, series in panel.groupby("split"):
        style = line_style(study_styles(SPLIT_STYLES, study)[split], line_kw)
        folds = series.pivot(index="epoch", columns=["fold", "repeat"], values="value")
        if folds.shape[1] > 1:
            axes.plot(folds.index, folds, **(style | thin))
        means = series.drop_duplicates("epoch").sort_values("epoch")
        label = split if name is None else f"{name}, {split}"
        options = {"label": label, "gid": f"study {study}"} | strong | style
        lines += axes.plot("epoch", "mean", data=means, **options)
    axes.set_xlim(0.5, n_epochs + 0.5)
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    return lines


def _name_axes(panels, container, metric):
    """Name the axes where they have ticks, but the metric once in a container."""
    if container is not None:
        container.supylabel(metric, fontsize="medium")
    for axes in panels:
        if _has_tick_labels(axes.xaxis):
            axes.set_xlabel("epoch")
        if container is None and _has_tick_labels(axes.yaxis):
            axes.set_ylabel(metric)


def _has_tick_labels(axis):
    return axis.get_major_ticks(1)[0].label1.get_visible()


def _add_legend_below(container, panels):
    """Add a legend below the panels that fill a container."""
    handles, labels = panels[-1].get_legend_handles_labels()

    def draw(**options):
        for legend in container.legends:
            legend.remove()
        options |= {"loc": "outside lower center", "borderaxespad": 0, "frameon": False}
        return container.legend(handles, labels, **options)

    box = container.bbox
    legend = fit_legend(draw, len(handles), box.width, box.height / 3)
    if not makes_room(container):
        letter = legend.get_texts()[0].get_fontsize() * container.dpi / 72
        bottom = (legend.get_window_extent().height + 3.5 * letter) / box.height
        top = 1 - 4 * letter / box.height
        left = 5 * letter / box.width
        container.subplots_adjust(left=left, bottom=bottom, top=max(top, bottom + 0.1))


def _set_title(container, title):
    text, width = container.suptitle(title, fontsize="medium"), container.bbox.width
    wrap([text], lambda: text.get_window_extent().width <= 0.95 * width)
