"""Certified accuracy against the radius."""

from typing import TYPE_CHECKING, Any, Self

from numpy.typing import ArrayLike
from pandas import DataFrame

from skn_noise._units import STD_OF_COLUMNS
from skn_noise.display._series import draw_series
from skn_noise.display._style import (
    CURVE_STYLES,
    add_legend,
    check_result,
    label_axis,
    lay_out,
    letters,
    prepare_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class CertifiedAccuracyDisplay:
    """Draw the certified accuracy of a smoothed classifier against the radius.

    Create it with :meth:`from_estimator`. To compare scales or models, draw further
    ones on the same Axes.

    Parameters
    ----------
    frame : DataFrame
        The table that is drawn, with the columns radius, accuracy, lower and upper, as
        :meth:`SmoothedClassifier.certified_accuracy` returns it.

    name : str, default=None
        Name of the line in the legend. If None, "certified accuracy".

    unit : str, default=None
        Unit of the radii, in words. None if they are in the units of the samples.

    confidence : float, default=0.95
        Confidence level of the intervals of `frame`.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the line.

    figure_ : matplotlib Figure
        Figure containing the Axes.

    line_ : matplotlib Line2D
        The line of the accuracies.

    See Also
    --------
    SmoothedClassifier : Certifies the radii.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from skn_noise import CertifiedAccuracyDisplay, NoisyCopies, SmoothedClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> ax = None
    >>> for scale in [0.25, 0.5]:
    ...     bayes = NoisyCopies(GaussianNB(), scale=scale, random_state=0)
    ...     smoothed = SmoothedClassifier(bayes, scale=scale, random_state=0)
    ...     _ = smoothed.fit(X[::2], y[::2])
    ...     display = CertifiedAccuracyDisplay.from_estimator(
    ...         smoothed, X[1::2], y[1::2], name=f"scale {scale}", ax=ax
    ...     )
    ...     ax = display.ax_
    """

    def __init__(
        self,
        *,
        frame: DataFrame,
        name: str | None = None,
        unit: str | None = None,
        confidence: float = 0.95,
    ) -> None:
        self.frame = frame
        self.name = name
        self.unit = unit
        self.confidence = confidence

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike,
        *,
        radii: ArrayLike | None = None,
        name: str | None = None,
        ax: "Axes | None" = None,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Certify samples and draw their certified accuracy.

        Parameters
        ----------
        estimator : SmoothedClassifier
            Fitted classifier.

        X : array-like of shape (n_samples, n_features)
            Samples that the classifier was not trained on.

        y : array-like of shape (n_samples,)
            Class labels.

        radii : array-like of shape (n_radii,), default=None
            L2 radii. If None, 101 radii from 0 to the largest that the classifier can
            certify.

        name : str, default=None
            Name of the line in the legend. If None, "certified accuracy".

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``.

        fill_between_kw : dict, default=None
            Keyword arguments for ``Axes.fill_between``, for the band of the interval.

        Returns
        -------
        display : CertifiedAccuracyDisplay

        Raises
        ------
        TypeError
            If `estimator` cannot certify, or `ax` is not an Axes.
        """
        needed = "certified_accuracy"
        check_result(estimator, needed, "estimator", "SmoothedClassifier.fit")
        in_std = estimator.unit == "std"
        display = cls(
            frame=estimator.certified_accuracy(X, y, radii),
            name=name,
            unit=STD_OF_COLUMNS if in_std else None,
        )
        return display.plot(ax, line_kw=line_kw, fill_between_kw=fill_between_kw)

    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Draw the line and the band of its interval.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``.

        fill_between_kw : dict, default=None
            Keyword arguments for ``Axes.fill_between``, for the band of the interval.

        Returns
        -------
        display : CertifiedAccuracyDisplay
        """
        self.ax_ = prepare_axes(ax, (7, 4.5))
        self.figure_ = self.ax_.figure
        series = self.frame.rename(columns={"radius": "scale", "accuracy": "mean"})
        self.line_ = draw_series(
            self.ax_,
            series.assign(fold=0),
            label=letters(self.name or "certified accuracy"),
            # Each line has the style after that of the lines drawn before.
            style=CURVE_STYLES[len(self.ax_.lines) % len(CURVE_STYLES)],
            confidence=self.confidence,
            line_kw={"markevery": 1 + len(series) // 20} | (line_kw or {}),
            fill_between_kw=fill_between_kw,
        )
        unit = f" (in {self.unit})" if self.unit else ""
        label_axis(self.ax_.xaxis, f"L2 radius{unit}")
        add_legend(self.ax_)
        lay_out(self.ax_)
        label_axis(self.ax_.yaxis, "certified accuracy")
        return self
