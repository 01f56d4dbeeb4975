"""Scores against the scale of the noise."""

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
    draw_chance,
    draw_series,
    make_title,
    mark_tolerance,
    series_frame,
    unit_of,
)
from skn_noise.display._style import (
    SECOND_STYLE,
    SPLIT_STYLES,
    add_legend,
    count_studies,
    label_y,
    new_figure,
    set_scale_axis,
    set_title,
    short,
    study_styles,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SECOND = "axis of the second metric"


class NoiseCurveDisplay:
    """Draw scores against the scale of the noise.

    By default, training and validation scores of one metric are plotted. With a second
    metric, the validation scores of both metrics are plotted on two axes, for instance
    accuracy and loss.
    Create it with :meth:`from_curve`, or with ``noise_curve(...).plot()``.

    Parameters
    ----------
    scores : DataFrame
        The `scores` of a :class:`NoiseCurve`.

    summary : DataFrame
        Its :meth:`~NoiseCurve.summary`.

    metric : str
        Metric to plot.

    second_metric : str, default=None
        Further metric to plot, on the right axis.

    chance_level : float, default=None
        Score of a random guess by `metric`, drawn as a line.

    tolerance : NoiseTolerance, default=None
        A tolerance of `metric` to mark: the target as a horizontal line, the tolerance
        as a vertical line with its interval as a band.

    title : str, default=None
        Title of the picture. If None, there is no title.

    unit : str, default=None
        Unit of the scales, in words. None if it is unknown.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the curve.

    second_ax_ : matplotlib Axes or None
        The right axis, if there is a second metric.

    figure_ : matplotlib Figure
        Figure containing the Axes.

    lines_ : list of matplotlib Line2D
        The lines of the means.

    See Also
    --------
    NoiseCurve.summary : The same means and intervals as a table.
    skn_noise.statistics.mean_interval : The interval of several folds, and its limits.
    EpochCurveDisplay : Plot the scores of a network after every epoch.

    Notes
    -----
    A line joins the means over the folds; each dot is one fold. A band is the 95 %
    interval of the mean, from :meth:`NoiseCurve.summary`. It shows the uncertainty of
    the mean, not the spread of the folds. A line without a band has no interval:
    training scores have none, because no method holds for samples that the model was
    trained on.

    Metrics that scikit-learn negates, ``neg_log_loss`` for instance, are drawn with
    their natural sign.

    If there is no room to label all scales, some have a tick only. Names of more than
    28 letters are shortened. A further study on the same Axes gets another colour.

    The legend is below the Axes if the figure has a layout that makes room for it, as
    figures created here and by ``plt.subplots(layout="constrained")``. On other figures
    it is at the top of the Axes, and the limits of y make room for it.

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
    >>> display.frame()[["split", "scale", "fold"]].shape
    (12, 3)
    """

    def __init__(
        self,
        *,
        scores: DataFrame,
        summary: DataFrame,
        metric: str,
        second_metric: str | None = None,
        chance_level: float | None = None,
        tolerance: Any = None,
        title: str | None = None,
        unit: str | None = None,
    ) -> None:
        self.scores = scores
        self.summary = summary
        self.metric = metric
        self.second_metric = second_metric
        self.chance_level = chance_level
        self.tolerance = tolerance
        self.title = title
        self.unit = unit

    @classmethod
    @checks_options
    def from_curve(
        cls,
        curve: Any,
        *,
        metric: str | None = None,
        second_metric: str | None = None,
        tolerance: Any = None,
        title: bool | str = False,
        ax: "Axes | None" = None,
        name: str | None = None,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Draw a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            The scores.

        metric : str, default=None
            Metric to plot. If None, the first metric of the curve.

        second_metric : str, default=None
            Further metric to plot, on the right axis.

        tolerance : NoiseTolerance, default=None
            Tolerance of `metric` to mark, from :meth:`NoiseCurve.tolerance`. If None,
            no tolerance is marked.

        title : bool or str, default=False
            Title of the picture. If True, it is made of the names of the estimator and
            the data and of the folds, as far as these are known. If False, no title.

        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        name : str, default=None
            Name of the study in the legend, needed if there are several on the same
            Axes.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for all lines.

        fill_between_kw : dict, default=None
            Keyword arguments for ``Axes.fill_between``, for all bands.

        Returns
        -------
        display : NoiseCurveDisplay

        Raises
        ------
        ValueError
            If the curve lacks a metric, or the tolerance is of another metric.

        TypeError
            If `curve` is not a noise curve, or `ax` is not an Axes.
        """
        check_curve(curve)
        metric = check_metric(curve.scores, metric)
        if second_metric is not None:
            check_metric(curve.scores, second_metric, "second_metric")
        if tolerance is not None:
            expected = "a NoiseTolerance, as NoiseCurve.tolerance returns it"
            check_result(tolerance, ["metric", "target"], expected, "tolerance")
            if tolerance.metric != metric:
                raise ValueError(
                    f"tolerance must be that of the metric drawn, {metric!r}; got that "
                    f"of {tolerance.metric!r}. Pass metric={tolerance.metric!r}."
                )
        display = cls(
            scores=curve.scores,
            summary=curve.summary(),
            metric=metric,
            second_metric=second_metric,
            chance_level=chance_level(metric, curve.n_classes),
            tolerance=tolerance,
            title=make_title(title, curve),
            unit=unit_of(curve),
        )
        options = {"line_kw": line_kw, "fill_between_kw": fill_between_kw}
        return display.plot(ax=ax, name=name, **options)

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row for every dot: metric (its natural name), split, scale, fold and
            value; the mean of its scale, and the ends of the band, lower and upper,
            which are NaN where there is none.
        """
        frames = [
            series_frame(self.scores, self.summary, *one) for one in self._drawn()
        ]
        return pd.concat(frames, ignore_index=True)

    @checks_options
    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        name: str | None = None,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
    ) -> Self:
        """Draw the curve.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to plot on. If None, a new figure is created.

        name : str, default=None
            Name of the study in the legend, needed if there are several on the same
            Axes.

        line_kw : dict, default=None
            Keyword arguments for ``Axes.plot``, for all lines.

        fill_between_kw : dict, default=None
            Keyword arguments for ``Axes.fill_between``, for all bands.

        Returns
        -------
        display : NoiseCurveDisplay
        """
        check_ax(ax)
        self.ax_ = new_figure((7, 4.5)).subplots() if ax is None else ax
        self.figure_ = self.ax_.figure
        self.second_ax_ = _second_axes(self.ax_) if self.second_metric else None
        frame = self.frame()
        options = {
            "name": name,
            "study": count_studies(self.ax_),
            "line_kw": line_kw,
            "fill_between_kw": fill_between_kw,
        }
        self.lines_ = [self._draw(frame, *one, **options) for one in self._drawn()]
        if self.chance_level is not None:
            draw_chance(self.ax_, self.chance_level, self.metric)
        set_scale_axis(self.ax_, self.unit)
        if self.tolerance is not None:
            mark_tolerance(self.ax_, self.tolerance)
        self._label_axes(is_first=options["study"] == 0)
        set_title(self.ax_, self.title)
        add_legend(*filter(None, [self.ax_, self.second_ax_]))
        return self

    def _drawn(self):
        """Return the metric and the split of every line."""
        if self.second_metric:
            return [(self.metric, "validation"), (self.second_metric, "validation")]
        splits = self.scores["split"].unique()
        return [(self.metric, split) for split in SPLIT_STYLES if split in splits]

    def _draw(self, frame, metric, split, *, name, study, **options):
        is_second = metric == self.second_metric
        styles = study_styles(SPLIT_STYLES | {"second": SECOND_STYLE}, study)
        drawn = natural_name(metric)
        label = short(drawn) if self.second_metric else split
        return draw_series(
            self.second_ax_ if is_second else self.ax_,
            frame[(frame["metric"] == drawn) & (frame["split"] == split)],
            label=label if name is None else f"{short(name)}, {label}",
            style=styles["second" if is_second else split],
            study=study,
            **options,
        )

    def _label_axes(self, *, is_first):
        """Label the y-axes; two axes of a first study in the colours of their lines."""
        name = short(natural_name(self.metric))
        if self.second_ax_ is None:
            label_y(self.ax_, name)
            return
        second_name = short(natural_name(self.second_metric))
        label_y(self.ax_, f"validation {name}")
        label_y(self.second_ax_, f"validation {second_name}")
        # The lines of further studies have other colours than these labels would have.
        if is_first:
            for line in self.lines_:
                line.axes.yaxis.label.set_color(line.get_color())


def _second_axes(ax):
    """Return the right axis, which may be there from a study drawn before."""
    # Axes that share their x-axis may be other panels, so the place is compared.
    for one in ax.figure.axes:
        is_over = one.get_subplotspec() is ax.get_subplotspec()
        if is_over and one.get_label() == _SECOND:
            return one
    second = ax.twinx()
    second.set_label(_SECOND)
    return second
