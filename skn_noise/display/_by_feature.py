"""The tolerance of each feature as bars."""

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from pandas import DataFrame

from skn_noise._metrics import is_negated, natural_name
from skn_noise.display._series import unit_of
from skn_noise.display._style import (
    TOLERANCE_COLOR,
    add_decibels,
    check_result,
    label_axis,
    letters,
    name_room,
    prepare_axes,
    scale_label,
    set_ticks,
    text_color,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class FeatureToleranceDisplay:
    """Draw the tolerance of each feature as a bar.

    Create it with :meth:`from_result`.

    Parameters
    ----------
    frame : DataFrame
        The table that is drawn, from the feature at the top, with the columns feature,
        metric, target, scale, lower, upper and largest_scale, as
        :meth:`NoiseByFeature.tolerance` returns it.

    unit : str, default=None
        Unit of the scales, in words. If None, it is not named.

    snr : bool, default=False
        Whether to draw a second axis, the ratio of signal to noise in decibels.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the bars.

    figure_ : matplotlib Figure
        Figure that contains the Axes.

    bars_ : matplotlib BarContainer
        The bars, one for each feature.

    See Also
    --------
    noise_by_feature : Runs the study.

    Notes
    -----
    The bar of a feature whose score reaches the target at all scales ends at the
    largest scale, with "or more" beside it. The thin line is the interval of the
    tolerance; an arrow at the largest scale stands for an open end.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import FeatureToleranceDisplay, GaussianNoiseTransformer
    >>> from skn_noise import noise_by_feature
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> noise = GaussianNoiseTransformer(unit="std", random_state=0)
    >>> pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
    >>> result = noise_by_feature(pipeline, X, y, scales=[0.5, 1], scoring="accuracy")
    >>> display = FeatureToleranceDisplay.from_result(result, relative=0.95)
    >>> len(display.bars_)
    4
    """

    def __init__(
        self, *, frame: DataFrame, unit: str | None = None, snr: bool = False
    ) -> None:
        self.frame = frame
        self.unit = unit
        self.snr = snr

    @classmethod
    def from_result(
        cls,
        result: Any,
        *,
        target: float | None = None,
        relative: float | None = None,
        metric: str | None = None,
        confidence: float = 0.95,
        snr: bool = False,
        ax: "Axes | None" = None,
        bar_kw: dict | None = None,
    ) -> Self:
        """Draw the tolerances of a study by feature.

        Parameters
        ----------
        result : NoiseByFeature
            Result of :func:`noise_by_feature`.

        target, relative, metric, confidence : object
            As in :meth:`NoiseByFeature.tolerance`. Pass either `target` or `relative`.

        snr : bool, default=False
            Whether to draw a second axis, the ratio of signal to noise in decibels, as
            in :meth:`NoiseCurveDisplay.from_curve`.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        bar_kw : dict, default=None
            Keyword arguments for ``Axes.barh``.

        Returns
        -------
        display : FeatureToleranceDisplay

        Raises
        ------
        TypeError
            If `result` is no result of :func:`noise_by_feature`, or `ax` is not an
            Axes.

        ValueError
            If :meth:`NoiseByFeature.tolerance` raises it, or if `snr` is True and the
            scales are not in standard deviations of the signal.
        """
        check_result(result, "features", "result", "noise_by_feature")
        frame = result.tolerance(
            target, relative=relative, metric=metric, confidence=confidence
        )
        display = cls(frame=frame, unit=unit_of(result), snr=snr)
        return display.plot(ax, bar_kw=bar_kw)

    def plot(self, ax: "Axes | None" = None, *, bar_kw: dict | None = None) -> Self:
        """Draw the bars, and the interval of each as a line.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        bar_kw : dict, default=None
            Keyword arguments for ``Axes.barh``.

        Returns
        -------
        display : FeatureToleranceDisplay
        """
        frame = self.frame
        height = 1.2 + 0.28 * len(frame)
        self.ax_ = prepare_axes(ax, (7, min(30.0, max(2.5, height))))
        self.figure_ = self.ax_.figure
        largest = float(frame["largest_scale"].max())
        ends = frame[["scale", "lower", "upper"]].clip(0, largest)
        tolerance, lower, upper = ends.to_numpy().T
        rows = np.arange(len(frame))
        style = {"color": TOLERANCE_COLOR, "alpha": 0.8}
        self.bars_ = self.ax_.barh(rows, tolerance, **(style | (bar_kw or {})))
        self.ax_.hlines(rows, lower, upper, color=text_color(), linewidth=1)
        is_open = np.isposinf(frame["upper"])
        arrow = {"color": text_color(), "markersize": 3, "clip_on": False}
        self.ax_.plot(upper[is_open], rows[is_open], ">", **arrow)
        for row in rows[np.isposinf(frame["scale"])]:
            self.ax_.annotate(
                "or more", (1, row), (4, 0), xycoords=self.ax_.get_yaxis_transform(),
                textcoords="offset points", va="center", fontsize="small",
            )  # fmt: skip
            self.ax_.set_xlim(0, largest)
        self.ax_.set_ylim(len(frame) - 0.4, -0.6)
        names = [letters(name, name_room(self.ax_)) for name in frame["feature"]]
        set_ticks(self.ax_.yaxis, rows, names)
        label_axis(self.ax_.xaxis, f"largest {scale_label(self.unit)}")
        metric, target = frame[["metric", "target"]].iloc[0]
        side = "below" if is_negated(metric) else "above"
        name = letters(natural_name(metric))
        self.ax_.set_title(f"{name} stays at or {side} {target:.3g}", fontsize="medium")
        if self.snr:
            ticks = self.ax_.get_xticks()
            in_view = (ticks > 0) & (ticks <= self.ax_.get_xlim()[1])
            add_decibels(self.ax_, ticks[in_view], self.unit)
        return self
