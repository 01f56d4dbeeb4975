"""Several noise curves in one picture, or their differences."""

from collections.abc import Mapping
from itertools import cycle
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
from pandas import DataFrame

from skn_noise._metrics import chance_level, check_metric, natural_name
from skn_noise.display._series import (
    difference_frame,
    draw_chance,
    draw_series,
    finish_axes,
    mark_target,
    mark_tolerance,
    series_frame,
    unit_of,
)
from skn_noise.display._style import (
    CURVE_STYLES,
    add_decibels,
    check_result,
    letters,
    prepare_axes,
    text_color,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class NoiseComparisonDisplay:
    """Plot the validation scores of several noise curves, or their differences.

    Create it with :meth:`from_curves`, or for the differences with
    :meth:`from_comparison`.

    Parameters
    ----------
    frame : DataFrame
        The table that is drawn. For scores it has the columns of that of
        :class:`NoiseCurveDisplay`, after the name of the curve. For differences it has
        one row for every curve and scale, with the columns metric, curve, reference,
        scale, difference, lower and upper.

    metric : str
        Name of the scorer. If scikit-learn negates it, as ``neg_log_loss``, `frame` has
        the natural sign.

    chance_level : float, default=None
        Score of a random guess, drawn as a line. If None, no line is drawn.

    confidence : float, default=0.95
        Confidence level of the intervals.

    unit : str, default=None
        Unit of the scales, in words. If None, it is not named.

    snr : bool, default=False
        Whether to draw a second axis, the ratio of signal to noise in decibels.

    tolerances : dict of NoiseTolerance, default=None
        Tolerances to mark, by the names of the curves: each target as a horizontal
        line, each tolerance in the colour of its curve. If None, none is marked.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the curves.

    figure_ : matplotlib Figure
        Figure that contains the Axes.

    lines_ : list of matplotlib Line2D
        Lines of the means, one for each curve.

    See Also
    --------
    NoiseCurveDisplay : Plot training and validation scores of one curve.
    compare_curves : Compute the differences and their intervals.

    Notes
    -----
    Lines, dots, bands, ticks and the legend are those of :class:`NoiseCurveDisplay`.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import (
    ...     GaussianNoiseTransformer, NoiseComparisonDisplay, noise_curve
    ... )
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> pipeline = Pipeline(
    ...     [("noise", noise), ("logistic", LogisticRegression(max_iter=1000))]
    ... )
    >>> curves = {
    ...     training: noise_curve(pipeline, X, y, scales=[0.1, 1], training=training)
    ...     for training in ["frozen", "clean"]
    ... }
    >>> display = NoiseComparisonDisplay.from_curves(curves)
    >>> [line.get_label() for line in display.lines_]
    ['frozen', 'clean']
    """

    def __init__(
        self,
        *,
        frame: DataFrame,
        metric: str,
        chance_level: float | None = None,
        confidence: float = 0.95,
        unit: str | None = None,
        snr: bool = False,
        tolerances: Mapping[str, Any] | None = None,
    ) -> None:
        self.frame = frame
        self.metric = metric
        self.chance_level = chance_level
        self.confidence = confidence
        self.unit = unit
        self.snr = snr
        self.tolerances = tolerances

    @classmethod
    def from_curves(
        cls,
        curves: Mapping[str, Any],
        *,
        metric: str | None = None,
        snr: bool = False,
        tolerances: Mapping[str, Any] | None = None,
        ax: "Axes | None" = None,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Plot the validation scores of noise curves.

        Parameters
        ----------
        curves : dict of NoiseCurve
            At most seven curves, with their names as keys.

        metric : str, default=None
            Metric to plot. If None, the first metric of the first curve.

        snr : bool, default=False
            Whether to draw a second axis, the ratio of signal to noise in decibels, as
            in :meth:`NoiseCurveDisplay.from_curve`.

        tolerances : dict of NoiseTolerance, default=None
            Tolerances of `metric` to mark, by the names of their curves, from
            :meth:`NoiseCurve.tolerance`. If None, none is marked.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for all lines.

        fill_between_kw : dict, default=None
            Keyword arguments for ``Axes.fill_between``, for all bands.

        Returns
        -------
        display : NoiseComparisonDisplay

        Raises
        ------
        ValueError
            If there is no curve, there are more than seven, or one lacks the metric; if
            `snr` is True and the scales are not in standard deviations of the signal.

        TypeError
            If `curves` is not a dict of noise curves, or `ax` is not an Axes.
        """
        check_curves(curves)
        for curve in curves.values():
            metric = check_metric(curve.scores, metric)
        frames = {
            name: series_frame(curve.scores, curve.summary(), metric, "validation")
            for name, curve in curves.items()
        }
        (n_classes, *others) = {curve.n_classes for curve in curves.values()}
        display = cls(
            frame=pd.concat(frames, names=["curve"]).reset_index("curve"),
            metric=metric,  # type: ignore[arg-type]  # that of the first curve, if None
            # Curves with different numbers of classes have no chance level in common.
            chance_level=None if others else chance_level(metric, n_classes),
            unit=unit_of(*curves.values()),
            snr=snr,
            tolerances=tolerances,
        )
        return display.plot(ax, line_kw=line_kw, fill_between_kw=fill_between_kw)

    @classmethod
    def from_comparison(
        cls,
        comparison: Any,
        *,
        snr: bool = False,
        ax: "Axes | None" = None,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Plot the paired differences of noise curves to a reference.

        Parameters
        ----------
        comparison : NoiseComparison
            Result of :func:`compare_curves`.

        snr : bool, default=False
            Whether to draw a second axis, the ratio of signal to noise in decibels, as
            in :meth:`NoiseCurveDisplay.from_curve`.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for all lines.

        fill_between_kw : dict, default=None
            Keyword arguments for ``Axes.fill_between``, for all bands.

        Returns
        -------
        display : NoiseComparisonDisplay

        Raises
        ------
        ValueError
            If `snr` is True and the scales are not in standard deviations of the
            signal.

        TypeError
            If `comparison` is not a NoiseComparison, or `ax` is not an Axes.

        Notes
        -----
        Above 0, the metric of a curve is greater than that of the reference. For a
        score this is better, for a loss it is worse.
        """
        check_result(comparison, "differences", "comparison", "compare_curves")
        display = cls(
            frame=difference_frame(comparison.differences, comparison.metric),
            metric=comparison.metric,
            confidence=comparison.confidence,
            unit=getattr(comparison, "unit", None),
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
        """Plot the curves.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for all lines.

        fill_between_kw : dict, default=None
            Keyword arguments for ``Axes.fill_between``, for all bands.

        Returns
        -------
        display : NoiseComparisonDisplay
        """
        self.ax_ = prepare_axes(ax, (7, 4.5))
        self.figure_ = self.ax_.figure
        frame, styles, words = self.frame, CURVE_STYLES, "validation"
        if "difference" in frame:
            # A difference has no dots for folds, so it is drawn as that of one fold.
            frame = frame.assign(mean=frame["difference"], fold=0)
            # The first style is left to the reference, so that a curve looks the same
            # in a picture of scores and in one of differences.
            styles, words = styles[1:] + styles[:1], "difference in validation"
            label = f"{letters(frame['reference'].iloc[0])} (reference)"
            self.ax_.axhline(0, color=text_color(), linewidth=0.8, label=label)
        options: dict[str, Any] = {
            "line_kw": line_kw,
            "fill_between_kw": fill_between_kw,
            "confidence": self.confidence,
        }
        self.lines_ = [
            draw_series(self.ax_, series, label=letters(name), style=style, **options)
            for (name, series), style in zip(
                frame.groupby("curve", sort=False), cycle(styles), strict=False
            )
        ]
        draw_chance(self.ax_, self.chance_level, self.metric)
        tolerances = self.tolerances or {}
        # A relative target of each curve may be the same but for rounding.
        for target in dict.fromkeys(f"{t.target:.3g}" for t in tolerances.values()):
            mark_target(self.ax_, float(target), text_color())
        for line, name in zip(self.lines_, frame["curve"].unique(), strict=True):
            if name in tolerances:
                # Bands of several tolerances would hide each other, and the curves.
                color = line.get_color()
                mark_tolerance(self.ax_, tolerances[name], color, has_band=False)
        name = letters(natural_name(self.metric))
        finish_axes(self.ax_, frame, f"{words} {name}", self.unit)
        if self.snr:
            add_decibels(self.ax_, frame["scale"], self.unit)
        return self


def check_curves(curves):
    """Raise an error unless `curves` is a dict of one to seven noise curves."""
    if not isinstance(curves, Mapping):
        raise TypeError(
            "curves must be a dict of noise curves by their names, for instance "
            f"{{'frozen': curve}}; got {type(curves).__name__}."
        )
    if not 1 <= len(curves) <= len(CURVE_STYLES):
        raise ValueError(
            f"curves must hold 1 to {len(CURVE_STYLES)} noise curves, got "
            f"{len(curves)}. Draw further ones in another picture."
        )
    for name, curve in curves.items():
        check_result(curve, "n_classes", f"curves[{name!r}]", "noise_curve")
