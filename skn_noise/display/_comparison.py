"""Several noise curves in one picture, or their differences."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import pandas as pd
from pandas import DataFrame

from skn_noise._metrics import chance_level, check_metric, natural_name
from skn_noise.display._checks import (
    check_ax,
    check_curve,
    check_result,
    checks_options,
)
from skn_noise.display._series import (
    difference_frame,
    draw_chance,
    draw_curves,
    draw_differences,
    make_title,
    series_frame,
    unit_of,
)
from skn_noise.display._style import (
    CURVE_STYLES,
    add_legend,
    label_y,
    new_figure,
    set_scale_axis,
    set_title,
    short,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class NoiseComparisonDisplay:
    """Draw the validation scores of several noise curves, or their differences.

    Create it with :meth:`from_curves`, or for the differences with
    :meth:`from_comparison`.

    Parameters
    ----------
    metric : str
        Metric to plot.

    scores : DataFrame, default=None
        The `scores` of all curves, with a column ``"curve"`` of their names.

    summary : DataFrame, default=None
        Their :meth:`~NoiseCurve.summary`, with the same column.

    chance_level : float, default=None
        Score of a random guess by `metric`, drawn as a line.

    differences : DataFrame, default=None
        The `differences` of a comparison, drawn in place of the scores.

    confidence : float, default=0.95
        Confidence level of the intervals of the differences.

    title : str, default=None
        Title of the picture. If None, there is no title.

    unit : str, default=None
        Unit of the scales, in words. None if it is unknown.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the curves.

    figure_ : matplotlib Figure
        Figure containing the Axes.

    lines_ : list of matplotlib Line2D
        The lines of the means, one a curve.

    See Also
    --------
    NoiseCurveDisplay : Plot training and validation scores of one curve.

    Notes
    -----
    Lines, dots, bands and the legend are those of :class:`NoiseCurveDisplay`.

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
        metric: str,
        scores: Any = None,
        summary: Any = None,
        chance_level: float | None = None,
        differences: DataFrame | None = None,
        confidence: float = 0.95,
        title: str | None = None,
        unit: str | None = None,
    ) -> None:
        self.metric = metric
        self.scores = scores
        self.summary = summary
        self.chance_level = chance_level
        self.differences = differences
        self.confidence = confidence
        self.title = title
        self.unit = unit

    @classmethod
    @checks_options
    def from_curves(
        cls,
        curves: Mapping[str, Any],
        *,
        metric: str | None = None,
        title: bool | str = False,
        ax: "Axes | None" = None,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Draw noise curves.

        Parameters
        ----------
        curves : dict of NoiseCurve
            At most seven curves, with their names as keys.

        metric : str, default=None
            Metric to plot. If None, the first metric of the first curve.

        title : bool or str, default=False
            Title of the picture. If True, it is made of the names of the estimator and
            the data and of the folds, as far as these are known and the same for all
            curves. If False, no title.

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
            If there is no curve, too many, or one that lacks the metric.

        TypeError
            If `curves` is not a dict of noise curves, or `ax` is not an Axes.
        """
        check_ax(ax)
        check_curves(curves)
        for curve in curves.values():
            metric = check_metric(curve.scores, metric)
        (n_classes, *others) = {curve.n_classes for curve in curves.values()}
        display = cls(
            scores=_stack({name: curve.scores for name, curve in curves.items()}),
            summary=_stack({name: curve.summary() for name, curve in curves.items()}),
            metric=metric,  # type: ignore[arg-type]  # of the first curve, at least
            # Curves with different numbers of classes have no chance level in common.
            chance_level=None if others else chance_level(metric, n_classes),
            title=make_title(title, *curves.values()),
            unit=unit_of(*curves.values()),
        )
        return display.plot(ax=ax, line_kw=line_kw, fill_between_kw=fill_between_kw)

    @classmethod
    @checks_options
    def from_comparison(
        cls,
        comparison: Any,
        *,
        title: str | None = None,
        ax: "Axes | None" = None,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Draw the paired differences of noise curves.

        Parameters
        ----------
        comparison : NoiseComparison
            Differences, as :func:`compare_curves` returns them.

        title : str, default=None
            Title of the picture. If None, there is no title.

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
        TypeError
            If `comparison` is no comparison, or `ax` no Axes.

        Notes
        -----
        Above 0, the score of a curve is greater than that of the reference; this holds
        for losses as well, of which less is better.
        """
        expected = "a NoiseComparison, as compare_curves returns it"
        needed = ["differences", "metric", "confidence"]
        check_result(comparison, needed, expected, "comparison")
        display = cls(
            metric=comparison.metric,
            differences=comparison.differences,
            confidence=comparison.confidence,
            title=title or None,
        )
        return display.plot(ax=ax, line_kw=line_kw, fill_between_kw=fill_between_kw)

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            For scores, one row for every dot: curve, metric (its natural name), split,
            scale, fold and value; the mean of its scale, and the ends of the band,
            lower and upper, which are NaN where there is none. For differences, one
            row for every curve and scale: metric, curve, reference, scale, difference,
            lower and upper.
        """
        if self.differences is not None:
            return difference_frame(self.differences, self.metric)
        frames = [
            series_frame(
                scores,
                self.summary[self.summary["curve"] == name],
                self.metric,
                "validation",
            ).assign(curve=name)
            for name, scores in self.scores.groupby("curve", sort=False)
        ]
        frame = pd.concat(frames, ignore_index=True)
        frame.insert(0, "curve", frame.pop("curve"))
        return frame

    @checks_options
    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Draw the curves.

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
        check_ax(ax)
        self.ax_ = new_figure((7, 4.5)).subplots() if ax is None else ax
        self.figure_ = self.ax_.figure
        options: dict[str, Any] = {"line_kw": line_kw}
        options["fill_between_kw"] = fill_between_kw
        if self.differences is None:
            self.lines_ = draw_curves(self.ax_, self.frame(), **options)
            if self.chance_level is not None:
                draw_chance(self.ax_, self.chance_level, self.metric)
            name = short(natural_name(self.metric))
            label_y(self.ax_, f"validation {name}")
        else:
            options["confidence"] = self.confidence
            self.lines_ = draw_differences(self.ax_, self.frame(), **options)
        set_scale_axis(self.ax_, self.unit)
        set_title(self.ax_, self.title)
        add_legend(self.ax_)
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
        check_curve(curve, f"curves[{name!r}]")


def _stack(tables):
    """Join the tables of several curves, with a column of their names."""
    tables = [table.assign(curve=name) for name, table in tables.items()]
    return pd.concat(tables, ignore_index=True)
