"""Figures of every epoch, a panel a scale."""

import numpy as np

from skn_noise.display._style import SPLIT_STYLES, new_figure
from skn_noise.results._metrics import check_metric, natural_name
from skn_noise.study._noise_curve import noise_curve

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

    def __init__(self, *, epochs, metric):
        self.epochs = epochs
        self.metric = metric

    @classmethod
    def from_curve(cls, curve, *, metric="accuracy", ax=None):
        """Draw the epochs of a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            A curve that was made with ``track_epochs=True``.

        metric : str, default="accuracy"
            The metric to draw, for instance ``"loss"``.

        ax : matplotlib Axes or array-like of Axes, default=None
            Axes to draw on, as :meth:`plot` takes them; None makes a new figure.

        Returns
        -------
        display : EpochCurveDisplay

        Raises
        ------
        ValueError
            If the curve has no epochs, or they lack the metric.
        """
        if curve.epochs is None:
            raise ValueError(
                "The curve has no epochs; pass track_epochs=True to noise_curve."
            )
        check_metric(curve.epochs, metric)
        return cls(epochs=curve.epochs, metric=metric).plot(ax=ax)

    @classmethod
    def from_estimator(cls, estimator, X, y, *, metric="accuracy", ax=None, **params):
        """Compute a noise curve, tracking the epochs, and draw them.

        Parameters
        ----------
        estimator, X, y : object
            As :func:`noise_curve` takes them with ``track_epochs=True``.

        metric : str, default="accuracy"
            The metric to draw, for instance ``"loss"``.

        ax : matplotlib Axes or array-like of Axes, default=None
            Axes to draw on, as :meth:`plot` takes them; None makes a new figure.

        **params : dict
            All other parameters of :func:`noise_curve`: `scales`, `cv`, ...

        Returns
        -------
        display : EpochCurveDisplay
        """
        curve = noise_curve(estimator, X, y, track_epochs=True, **params)
        return cls.from_curve(curve, metric=metric, ax=ax)

    def frame(self):
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row a point of a thin line: metric, split, scale, fold, epoch, value;
            and the mean over the folds, NaN where not all of them got so far.
        """
        chosen = self.epochs["metric"] == self.metric
        columns = ["metric", "split", "scale", "fold", "epoch", "value"]
        frame = self.epochs.loc[chosen, columns].reset_index(drop=True)
        values = frame.groupby(["split", "scale", "epoch"])["value"]
        counts = values.transform("count")
        n_folds = counts.groupby([frame["split"], frame["scale"]]).transform("max")
        return frame.assign(mean=values.transform("mean").where(counts == n_folds))

    def plot(self, ax=None):
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes or array-like of Axes, default=None
            Axes to draw on: one Axes of a grid, in whose place the panels are drawn, or
            one for every scale; None makes a new figure. A figure of your own has room
            for the legend if it was made with ``layout="constrained"``.

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
        for axes, (scale, panel) in zip(self.axes_, panels, strict=True):
            lines = _draw_panel(axes, panel, frame["epoch"].max())
            axes.set_title(f"scale {scale:g}")
            self.lines_ += lines
        _name_axes(self.axes_, container, natural_name(self.metric))
        _add_legend(self.axes_, container, lines)
        return self


def _make_panels(ax, n_panels):
    """Return the panels, and the figure or the part of one that they fill, if any."""
    if np.ndim(ax) > 0:
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
    if len(panels) != n_panels:
        raise ValueError(
            f"ax must be one Axes, or {n_panels}, one for each scale; got "
            f"{len(panels)}."
        )
    return panels


def _replace(ax):
    """Return an empty part of the figure, in the place of Axes."""
    if not ax.axison:
        raise ValueError(
            "ax is switched off, most likely as panels were drawn in its place before. "
            "Pass another Axes."
        )
    ax.set_axis_off()
    return ax.figure.add_subfigure(ax.get_subplotspec())


def _draw_panel(axes, panel, n_epochs):
    """Draw the folds and their mean on one panel; return the lines of the means."""
    lines = []
    thin = {"linewidth": 0.8, "alpha": 0.4, "markersize": 2}
    strong = {"markersize": 4, "markevery": -(-n_epochs // _MOST_MARKERS)}
    for split, series in panel.groupby("split"):
        style = SPLIT_STYLES[split]
        folds = series.pivot(index="epoch", columns="fold", values="value")
        if folds.shape[1] > 1:
            axes.plot(folds.index, folds, **style, **thin)
        means = series.drop_duplicates("epoch").sort_values("epoch")
        lines += axes.plot("epoch", "mean", data=means, label=split, **style, **strong)
    axes.set_xlim(0.5, n_epochs + 0.5)
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    return lines


def _name_axes(panels, container, metric):
    """Name the axes once if the panels fill a container, else where they have ticks."""
    if container is not None:
        container.supxlabel("epoch", fontsize="medium")
        container.supylabel(metric, fontsize="medium")
        return
    for axes in panels:
        if _has_tick_labels(axes.xaxis):
            axes.set_xlabel("epoch")
        if _has_tick_labels(axes.yaxis):
            axes.set_ylabel(metric)


def _has_tick_labels(axis):
    return axis.get_major_ticks(1)[0].label1.get_visible()


def _add_legend(panels, container, lines):
    """Add a legend above the panels if they fill a container, else beside the last."""
    if container is None:
        beside = {"loc": "center left", "bbox_to_anchor": (1, 0.5)}
        panels[-1].legend(handles=lines, frameon=False, **beside)
    else:
        above = {"loc": "outside upper center", "borderaxespad": 0, "ncols": 2}
        container.legend(handles=lines, frameon=False, **above)
