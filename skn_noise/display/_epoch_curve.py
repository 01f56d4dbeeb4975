"""Scores after every epoch of training, one panel for each scale."""

from typing import Any, Self

import numpy as np
from pandas import DataFrame

from skn_noise._metrics import check_metric, natural_name
from skn_noise.display._series import unit_of
from skn_noise.display._style import (
    SPLIT_STYLES,
    check_result,
    letters,
    line_style,
    scale_label,
    scale_texts,
)

_LONGEST_ROW = 3
_MOST_MARKERS = 20


class EpochCurveDisplay:
    """Plot training and validation scores after every epoch, a panel for each scale.

    Create it with :meth:`from_curve`.

    Parameters
    ----------
    frame : DataFrame
        The table that is drawn, one row for every point of a thin line. Its columns
        are metric, split, scale, fold, repeat, epoch, value and mean: the mean over
        folds and repeats, NaN in epochs that not all of them reached.

    metric : str
        Name of the metric.

    unit : str, default=None
        Unit of the scales, in words. If None, it is not named.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (n_scales,)
        The panels, from the smallest scale to the largest.

    figure_ : matplotlib Figure
        Figure that contains the panels.

    lines_ : list of matplotlib Line2D
        Lines of the means: training and validation of the first panel, and so on.

    See Also
    --------
    NoiseCurveDisplay : Plot the final scores against the scale.

    Notes
    -----
    A thin line is one fold, and the thick line is the mean of all folds. If a fold
    stops early, the mean ends there.

    A training score is the mean over the batches of an epoch, while the network learns
    and dropout is on. A validation score is that of the network at the end of the
    epoch. Therefore validation scores can be better than training scores, mostly in
    the first epochs.

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
        self, *, frame: DataFrame, metric: str, unit: str | None = None
    ) -> None:
        self.frame = frame
        self.metric = metric
        self.unit = unit

    @classmethod
    def from_curve(
        cls, curve: Any, *, metric: str = "accuracy", line_kw: dict | None = None
    ) -> Self:
        """Plot the epochs of a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            Result of :func:`noise_curve` with ``track_epochs=True``.

        metric : str, default="accuracy"
            Metric to plot, for instance ``"loss"``.

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
            If `curve` is not a noise curve.
        """
        check_result(curve, "epochs", "curve", "noise_curve")
        if curve.epochs is None:
            raise ValueError(
                "The curve has no epochs; pass track_epochs=True to noise_curve."
            )
        metric = check_metric(curve.epochs, metric)
        frame = _frame(curve.epochs, metric)
        display = cls(frame=frame, metric=metric, unit=unit_of(curve))
        return display.plot(line_kw=line_kw)

    def plot(self, *, line_kw: dict | None = None) -> Self:
        """Plot the curves in a new figure.

        Parameters
        ----------
        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for all lines.

        Returns
        -------
        display : EpochCurveDisplay
        """
        panels, n_epochs = self.frame.groupby("scale"), self.frame["epoch"].max()
        self.axes_ = _new_panels(panels.ngroups)
        self.figure_ = self.axes_[0].figure
        self.lines_ = []
        texts = scale_texts(list(panels.groups))
        for axes, text, (_, panel) in zip(self.axes_, texts, panels, strict=True):
            axes.set_title(f"scale {text}", fontsize="medium")
            self.lines_ += _draw_panel(axes, panel, n_epochs, line_kw)
        self.axes_[0].set_xlim(0.5, n_epochs + 0.5)  # the panels share their limits
        self.axes_[0].xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        if self.unit:
            self.figure_.suptitle(scale_label(self.unit), fontsize="medium")
        metric = letters(natural_name(self.metric))
        self.figure_.supylabel(metric, fontsize="medium")
        entries = self.axes_[0].get_legend_handles_labels()
        place = {"loc": "outside lower center", "frameon": False, "fontsize": "small"}
        self.figure_.legend(*entries, ncols=2, **place)
        return self


def _frame(epochs, metric):
    """Return the epochs of one metric, with the means over folds and repeats."""
    columns = ["metric", "split", "scale", "fold", "repeat", "epoch", "value"]
    if "repeat" not in epochs:  # a single repeat need not be numbered
        epochs = epochs.assign(repeat=0)
    frame = epochs.loc[epochs["metric"] == metric, columns].reset_index(drop=True)
    values = frame.groupby(["split", "scale", "epoch"])["value"]
    counts = values.transform("count")
    n_folds = counts.groupby([frame["split"], frame["scale"]]).transform("max")
    return frame.assign(mean=values.transform("mean").where(counts == n_folds))


def _new_panels(n_panels):
    """Return as many Axes, which share their limits, in a new figure."""
    import matplotlib.pyplot as plt  # importing skn_noise stays light

    n_rows = -(-n_panels // _LONGEST_ROW)
    n_columns = -(-n_panels // n_rows)
    size = max(2.2 * n_columns + 1, 5), 2.1 * n_rows + 1
    figure = plt.figure(figsize=size, layout="constrained")
    grid = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
    panels, spares = np.split(grid.ravel(), [n_panels])
    for spare in spares:
        spare.remove()
    # The panels above a removed one are the lowest of their columns.
    for lowest in panels[-n_columns:]:
        lowest.tick_params(labelbottom=True)
        lowest.set_xlabel("epoch")
    return panels


def _draw_panel(axes, panel, n_epochs, line_kw):
    """Draw the folds and their mean on one panel; return the lines of the means."""
    lines = []
    thin = {"linewidth": 0.8, "alpha": 0.4, "markersize": 2}
    # Markers on all of many epochs would hide the line.
    thick = {"markersize": 4, "markevery": -(-n_epochs // _MOST_MARKERS)}
    for split, series in panel.groupby("split"):
        style = line_style(SPLIT_STYLES[split], line_kw)
        folds = series.pivot(index="epoch", columns=["fold", "repeat"], values="value")
        if folds.shape[1] > 1:
            axes.plot(folds.index, folds, **(style | thin))
        means = series.drop_duplicates("epoch").sort_values("epoch")
        options = {"label": split} | thick | style
        lines += axes.plot("epoch", "mean", data=means, **options)
    return lines
