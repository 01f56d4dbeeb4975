"""Scores after every epoch, one panel for each scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike
from pandas import DataFrame

from skn_noise._metrics import check_metric, natural_name
from skn_noise.display._checks import check_ax, check_result, checks_options
from skn_noise.display._series import make_title
from skn_noise.display._style import (
    SPLIT_STYLES,
    add_legend,
    as_letters,
    count_studies,
    fit_legend,
    label_y,
    legend_label,
    line_style,
    new_figure,
    scale_texts,
    short,
    study_id,
    study_styles,
    wrapped,
)

if TYPE_CHECKING:
    pass

_LONGEST_ROW = 5
_MOST_MARKERS = 20


class EpochCurveDisplay:
    """Draw training and validation scores after every epoch, a panel for each scale.

    Create it with :meth:`from_curve`.

    Parameters
    ----------
    epochs : DataFrame
        The `epochs` of a :class:`NoiseCurve`.

    metric : str
        Metric to plot.

    title : str, default=None
        Title of the picture. If None, there is no title.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (n_scales,)
        The panels, from the smallest scale to the largest.

    figure_ : matplotlib Figure
        Figure containing the Axes.

    lines_ : list of matplotlib Line2D
        The lines of the means, panel by panel.

    See Also
    --------
    NoiseCurveDisplay : Draws the final scores against the scale.

    Notes
    -----
    A thin line is one fold, and the thick line is the mean over the folds. If folds
    stopped early, the mean ends where the first of them ends.

    Training scores are means over the epoch, during which the network learns and
    dropout is on. Validation scores are those of the network at the end of the epoch.
    So validation can lie above training, mostly in the first epochs.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skn_noise import EpochCurveDisplay, make_noise_pipeline, noise_curve
    >>> X, y = load_digits(return_X_y=True)
    >>> pipeline = make_noise_pipeline(
    ...     hidden_layer_sizes=(16,), epochs=2, random_state=0
    ... )
    >>> curve = noise_curve(
    ...     pipeline, X, y, scales=[0.5, 2.0], cv=2, track_epochs=True
    ... )
    >>> display = EpochCurveDisplay.from_curve(curve)
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
        curve: Any,
        *,
        metric: str = "accuracy",
        title: bool | str = False,
        ax: ArrayLike | None = None,
        name: str | None = None,
        line_kw: dict | None = None,
    ) -> Self:
        """Draw the epochs of a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            A curve of :func:`noise_curve` with ``track_epochs=True``.

        metric : str, default="accuracy"
            The metric to draw, for instance ``"loss"``.

        title : bool or str, default=False
            Title of the picture. If True, it is made of the names of the estimator and
            the data and of the folds, as far as these are known. If False, no title.

        ax : array-like of matplotlib Axes of shape (n_scales,), default=None
            Axes to draw on, one for each scale; None makes a new figure.

        name : str, default=None
            Name of the study in the legend, needed if there are several on the same
            Axes.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for all lines.

        Returns
        -------
        display : EpochCurveDisplay

        Raises
        ------
        ValueError
            If the curve has no epochs, or they lack the metric.

        TypeError
            If `curve` is not a noise curve, or `ax` is not an Axes.
        """
        expected = "a NoiseCurve, as noise_curve returns it"
        check_result(curve, ["scores", "epochs"], expected)
        if curve.epochs is None:
            raise ValueError(
                "The curve has no epochs; pass track_epochs=True to noise_curve."
            )
        metric = check_metric(curve.epochs, metric)
        title = make_title(title, curve)
        display = cls(epochs=curve.epochs, metric=metric, title=title)
        return display.plot(ax=ax, name=name, line_kw=line_kw)

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row for every point of a thin line: metric, split, scale, fold, repeat,
            epoch and value; and the mean over folds and repeats, which is NaN in epochs
            that not all of them reached.
        """
        chosen = self.epochs["metric"] == self.metric
        columns = ["metric", "split", "scale", "fold", "repeat", "epoch", "value"]
        # A table of a single repeat need not number it.
        has_repeats = "repeat" in self.epochs
        epochs = self.epochs if has_repeats else self.epochs.assign(repeat=0)
        frame = epochs.loc[chosen, columns].reset_index(drop=True)
        values = frame.groupby(["split", "scale", "epoch"])["value"]
        counts = values.transform("count")
        n_folds = counts.groupby([frame["split"], frame["scale"]]).transform("max")
        return frame.assign(mean=values.transform("mean").where(counts == n_folds))

    @checks_options
    def plot(
        self,
        ax: ArrayLike | None = None,
        *,
        name: str | None = None,
        line_kw: dict | None = None,
    ) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : array-like of matplotlib Axes of shape (n_scales,), default=None
            Axes to draw on, one for each scale; None makes a new figure. A figure with
            ``layout="constrained"`` has room for the legend.

        name : str, default=None
            Name of the study in the legend, needed if there are several on the same
            Axes.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for all lines.

        Returns
        -------
        display : EpochCurveDisplay

        Raises
        ------
        ValueError
            If there is not one Axes for each scale.
        """
        frame = self.frame()
        panels = frame.groupby("scale")
        is_own = ax is None
        self.axes_ = _new_panels(panels.ngroups) if is_own else _given(ax, panels)
        self.figure_ = self.axes_[0].figure
        self.lines_ = []
        texts = scale_texts(list(panels.groups))
        for axes, text, (_, panel) in zip(self.axes_, texts, panels, strict=True):
            lines = _draw_panel(axes, panel, frame["epoch"].max(), name, line_kw)
            axes.set_title(f"scale {text}", fontsize="medium")
            self.lines_ += lines
        self._label_axes(is_own)
        if not is_own:
            add_legend(self.axes_[-1])
        else:
            entries = self.axes_[-1].get_legend_handles_labels()
            options = {"loc": "outside lower center", "frameon": False}
            fit_legend(self.figure_, entries, self.figure_.bbox.width, **options)
        if self.title is not None:
            title = wrapped(self.title, self.figure_.get_figwidth())
            as_letters(self.figure_.suptitle(title, fontsize="medium"))
        return self

    def _label_axes(self, is_own):
        """Label the axes that have tick labels; the metric once on a new figure."""
        metric = short(natural_name(self.metric))
        if is_own:
            as_letters(self.figure_.supylabel(metric, fontsize="medium"))
        for axes in self.axes_:
            if _has_tick_labels(axes.xaxis):
                axes.set_xlabel("epoch")
            if not is_own and _has_tick_labels(axes.yaxis):
                label_y(axes, metric)


def _new_panels(n_panels):
    """Return as many Axes, which share their limits, in a new figure."""
    n_rows = -(-n_panels // _LONGEST_ROW)
    n_columns = -(-n_panels // n_rows)
    size = max(2.2 * n_columns + 1.5, 5), 2.1 * n_rows + 1.2
    grid = new_figure(size).subplots(n_rows, n_columns, sharex=True, sharey=True)
    panels, spares = np.split(np.ravel(grid), [n_panels])
    for spare in spares:
        spare.remove()
    for lowest in panels[-n_columns:]:
        lowest.tick_params(labelbottom=True)
    return panels


def _given(ax, panels):
    """Return the Axes that the user passed, one for each scale."""
    axes = np.asarray(ax, dtype=object).ravel()
    for one in axes:
        check_ax(one, is_needed=True)
    if len(axes) != panels.ngroups:
        raise ValueError(
            f"ax must be {panels.ngroups} Axes, one for each scale; got {len(axes)}."
        )
    return axes


def _draw_panel(axes, panel, n_epochs, name, line_kw):
    """Draw the folds and their mean on one panel; return the lines of the means."""
    lines = []
    study = count_studies(axes)
    thin = {"linewidth": 0.8, "alpha": 0.4, "markersize": 2}
    # Markers on all of many epochs would hide the line.
    thick = {"markersize": 4, "markevery": -(-n_epochs // _MOST_MARKERS)}
    for split, series in panel.groupby("split"):
        style = line_style(study_styles(SPLIT_STYLES, study)[split], line_kw)
        folds = series.pivot(index="epoch", columns=["fold", "repeat"], values="value")
        if folds.shape[1] > 1:
            axes.plot(folds.index, folds, **(style | thin))
        means = series.drop_duplicates("epoch").sort_values("epoch")
        label = split if name is None else f"{short(name)}, {split}"
        options = {"label": legend_label(label), "gid": study_id(study)} | thick | style
        lines += axes.plot("epoch", "mean", data=means, **options)
    axes.set_xlim(0.5, n_epochs + 0.5)
    axes.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    return lines


def _has_tick_labels(axis):
    return axis.get_major_ticks(1)[0].label1.get_visible()
