"""Training and validation scores of a curve against the scale of the noise."""

from typing import TYPE_CHECKING, Any, Self

import pandas as pd
from pandas import DataFrame

from skn_noise._metrics import chance_level, check_metric, natural_name
from skn_noise.display._series import (
    draw_chance,
    draw_series,
    finish_axes,
    mark_target,
    mark_tolerance,
    series_frame,
    unit_of,
)
from skn_noise.display._style import (
    SPLIT_STYLES,
    add_decibels,
    check_result,
    letters,
    prepare_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class NoiseCurveDisplay:
    r"""Plot training and validation scores against the scale of the noise.

    Create it with :meth:`from_curve`, or with ``noise_curve(...).plot()``.

    Parameters
    ----------
    frame : DataFrame
        The table that is drawn, one row for every dot. Its columns are metric, split,
        scale, fold and value, the mean of all folds at the scale, and the bounds lower
        and upper of its interval, NaN if there is none.

    metric : str
        Name of the scorer. If scikit-learn negates it, as ``neg_log_loss``, `frame` has
        the natural sign.

    chance_level : float, default=None
        Score of a random guess, drawn as a line. If None, no line is drawn.

    tolerance : NoiseTolerance, default=None
        Tolerance to mark: the target as a horizontal line, the tolerance as a vertical
        line, and its interval as a band. If None, none is marked.

    unit : str, default=None
        Unit of the scales, in words. If None, it is not named.

    snr : bool, default=False
        Whether to draw a second axis, the ratio of signal to noise in decibels.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the curve.

    figure_ : matplotlib Figure
        Figure that contains the Axes.

    lines_ : list of matplotlib Line2D
        Lines of the means: training first, then validation.

    See Also
    --------
    NoiseCurve.summary : The same means and intervals as a table.
    NoiseComparisonDisplay : Plot several curves in one picture.
    EpochCurveDisplay : Plot the scores of a network after every epoch.

    Notes
    -----
    A line joins the means over the folds; each dot is one fold. A band is the 95 %
    interval of the mean, whose method :meth:`NoiseCurve.summary` names for each scale.
    It is the uncertainty of the mean, not the spread of the folds. Training scores have
    no interval, because no method holds for samples that the model was trained on.

    The x-axis is logarithmic if this spaces the scales more evenly. If there are too
    many scales to label all of them, some have a tick without a label. The axis of
    decibels is :math:`20 \log_{10}(s / \sigma)` for a signal of the standard deviation
    :math:`s` and noise of the scale :math:`\sigma`.

    The legend is below the Axes. If the figure of `ax` has no layout, this sets
    ``layout="constrained"``, so that labels and legend stay inside the figure.

    References
    ----------
    Okabe, Ito (2008). "Color universal design: how to make figures and presentations
    that are friendly to colorblind people".

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skn_noise import (
    ...     GaussianNoiseTransformer, NoiseCurveDisplay, noise_curve
    ... )
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> curve = noise_curve(
    ...     make_pipeline(noise, LogisticRegression(max_iter=1000)), X, y, cv=3,
    ...     scales=[0.1, 2.0], param_name="gaussiannoisetransformer__scale",
    ... )
    >>> display = NoiseCurveDisplay.from_curve(curve)
    >>> display.frame[["split", "scale", "fold"]].shape
    (12, 3)
    """

    def __init__(
        self,
        *,
        frame: DataFrame,
        metric: str,
        chance_level: float | None = None,
        tolerance: Any = None,
        unit: str | None = None,
        snr: bool = False,
    ) -> None:
        self.frame = frame
        self.metric = metric
        self.chance_level = chance_level
        self.tolerance = tolerance
        self.unit = unit
        self.snr = snr

    @classmethod
    def from_curve(
        cls,
        curve: Any,
        *,
        metric: str | None = None,
        tolerance: Any = None,
        snr: bool = False,
        ax: "Axes | None" = None,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Plot a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            Result of :func:`noise_curve`.

        metric : str, default=None
            Metric to plot. If None, the first metric of the curve.

        tolerance : NoiseTolerance, default=None
            Tolerance of `metric` to mark, from :meth:`NoiseCurve.tolerance`. If None,
            none is marked.

        snr : bool, default=False
            Whether to draw a second axis, the ratio of signal to noise in decibels. The
            scales must be in standard deviations of the signal: with ``unit="std"`` in
            the noise, or with a standardising step directly before it.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for both lines.

        fill_between_kw : dict, default=None
            Keyword arguments for ``Axes.fill_between``, for the band.

        Returns
        -------
        display : NoiseCurveDisplay

        Raises
        ------
        ValueError
            If the curve lacks the metric, if the tolerance is of another metric, or if
            `snr` is True and the scales are not in standard deviations of the signal.

        TypeError
            If `curve` is not a noise curve, or `ax` is not an Axes.
        """
        check_result(curve, "n_classes", "curve", "noise_curve")
        metric = check_metric(curve.scores, metric)
        if tolerance is not None:
            check_result(tolerance, "target", "tolerance", "NoiseCurve.tolerance")
            if tolerance.metric != metric:
                raise ValueError(
                    f"tolerance must be that of the metric drawn, {metric!r}; got that "
                    f"of {tolerance.metric!r}. Pass metric={tolerance.metric!r}."
                )
        # Curves made by hand, and those of a search, may lack training scores.
        summary, splits = curve.summary(), set(curve.scores["split"])
        display = cls(
            frame=pd.concat(
                [
                    series_frame(curve.scores, summary, metric, split)
                    for split in SPLIT_STYLES
                    if split in splits
                ],
                ignore_index=True,
            ),
            metric=metric,
            chance_level=chance_level(metric, curve.n_classes),
            tolerance=tolerance,
            unit=unit_of(curve),
            snr=snr,
        )
        return display.plot(ax, line_kw=line_kw, fill_between_kw=fill_between_kw)

    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Plot the curve.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for both lines.

        fill_between_kw : dict, default=None
            Keyword arguments for ``Axes.fill_between``, for the band.

        Returns
        -------
        display : NoiseCurveDisplay
        """
        self.ax_ = prepare_axes(ax, (7, 4.5))
        self.figure_ = self.ax_.figure
        options = {"line_kw": line_kw, "fill_between_kw": fill_between_kw}
        self.lines_ = [
            draw_series(self.ax_, series, label=split, style=style, **options)
            for split, style in SPLIT_STYLES.items()
            if len(series := self.frame[self.frame["split"] == split])
        ]
        draw_chance(self.ax_, self.chance_level, self.metric)
        if self.tolerance is not None:
            mark_target(self.ax_, self.tolerance.target)
            mark_tolerance(self.ax_, self.tolerance)
        name = letters(natural_name(self.metric))
        finish_axes(self.ax_, self.frame, name, self.unit)
        if self.snr:
            add_decibels(self.ax_, self.frame["scale"], self.unit)
        return self
