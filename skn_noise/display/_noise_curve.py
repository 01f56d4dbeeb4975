"""Scores against the scale of the noise."""

from typing import TYPE_CHECKING, Any, Self

import pandas as pd
from numpy.typing import ArrayLike
from pandas import DataFrame
from sklearn.base import BaseEstimator

from skn_noise.display._checks import check_ax, check_curve, checks_options
from skn_noise.display._legend import add_legend
from skn_noise.display._scale_axis import set_scale_axis, unit_of
from skn_noise.display._series import (
    count_studies,
    draw_chance,
    draw_series,
    series_frame,
)
from skn_noise.display._style import SECOND_STYLE, SPLIT_STYLES, new_axes, study_styles
from skn_noise.display._title import make_title, set_title
from skn_noise.display._tolerance import mark_tolerance
from skn_noise.results._curve import NoiseCurve
from skn_noise._metrics import chance_level, check_metric, natural_name
from skn_noise.results._tolerance import NoiseTolerance
from skn_noise.study._noise_curve import noise_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SECOND = "axis of the second metric"


class NoiseCurveDisplay:
    """Draw scores against the scale of the noise.

    Make it with :meth:`from_curve` or :meth:`from_estimator`. It draws the training and
    the validation score; or, given a second metric, the validation scores of both
    metrics on two axes, accuracy and loss for instance.

    Parameters
    ----------
    scores : DataFrame
        The `scores` of a :class:`NoiseCurve`.

    summary : DataFrame
        Its :meth:`~NoiseCurve.summary`.

    metric : str
        The metric to draw.

    second_metric : str, default=None
        A metric to draw beside it, on the right axis.

    chance_level : float, default=None
        The score of `metric` that guessing gives, drawn as a line.

    tolerance : NoiseTolerance, default=None
        A tolerance of `metric` to mark: the target as a line across, the tolerance as
        a line down with its interval as a band.

    title : str, default=None
        The title of the picture; None means none.

    unit : str, default=None
        The unit of the scales in words; None means that it is not known.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the curve.

    second_ax_ : matplotlib Axes or None
        The right axis, if there is a second metric.

    figure_ : matplotlib Figure
        Figure that holds them.

    lines_ : list of matplotlib Line2D
        The lines of the means.

    See Also
    --------
    NoiseCurve.summary : The same means and intervals as a table.
    skn_noise.statistics.mean_interval : The interval of several folds, and its limits.
    EpochCurveDisplay : Draws how the network got there, epoch by epoch.

    Notes
    -----
    A line joins the means over the folds, and a dot is one fold. A band is the 95 %
    interval of the mean, as :meth:`NoiseCurve.summary` gives it: of several folds that
    of :func:`skn_noise.statistics.mean_interval`, and of an accuracy on a single
    holdout that of :func:`skn_noise.statistics.wilson_interval`. It tells how far the
    mean is known, not how far the folds lie apart.

    A line without a band has no interval that is known. That is always so in training,
    as neither method holds for samples that were trained on.

    Metrics that scikit-learn negates, ``neg_log_loss`` for instance, are drawn with
    their natural sign.

    Where there is no room for the names of all scales, some have a tick alone. Two
    strokes across the axis mark that it is logarithmic but for its way to scale 0.

    A further study on the same Axes has a colour of its own.

    References
    ----------
    Okabe, Ito (2008). "Color universal design: how to make figures and presentations
    that are friendly to colorblind people".

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from skn_noise import GaussianNoiseTransformer, NoiseCurveDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> display = NoiseCurveDisplay.from_estimator(
    ...     make_pipeline(noise, LogisticRegression(max_iter=1000)), X, y, cv=3,
    ...     scales=[0.1, 2.0], param_name="gaussiannoisetransformer__scale",
    ... )
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
        tolerance: NoiseTolerance | None = None,
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
        curve: NoiseCurve,
        *,
        metric: str | None = None,
        second_metric: str | None = None,
        tolerance: NoiseTolerance | None = None,
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
            The metric to draw; None means the first of the curve.

        second_metric : str, default=None
            A metric to draw beside it, on the right axis.

        tolerance : NoiseTolerance, default=None
            What :meth:`NoiseCurve.tolerance` found for `metric`, to be marked.

        title : bool or str, default=False
            The title; True composes one of estimator, data and folds, as far as the
            curve knows them.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        name : str, default=None
            What the study is called in the legend, to tell it from others on the same
            Axes.

        line_kw : dict, default=None
            Options of the lines, as ``Axes.plot`` takes them.

        fill_between_kw : dict, default=None
            Options of the bands, as ``Axes.fill_between`` takes them.

        Returns
        -------
        display : NoiseCurveDisplay

        Raises
        ------
        ValueError
            If the curve lacks a metric, or the tolerance is one of another metric.

        TypeError
            If what is passed is no curve, Axes or title.
        """
        check_curve(curve)
        metric = check_metric(curve.scores, metric)
        if second_metric is not None:
            check_metric(curve.scores, second_metric, "second_metric")
        if tolerance is not None and tolerance.metric != metric:
            raise ValueError(
                f"tolerance must be one of the metric drawn, {metric!r}, and is one of "
                f"{tolerance.metric!r}. Pass that as metric."
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

    @classmethod
    @checks_options
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike,
        *,
        metric: str | None = None,
        second_metric: str | None = None,
        title: bool | str = False,
        ax: "Axes | None" = None,
        name: str | None = None,
        line_kw: dict | None = None,
        fill_between_kw: dict | None = None,
        **params: Any,
    ) -> Self:
        """Compute a noise curve and draw it.

        Parameters
        ----------
        estimator, X, y : object
            As :func:`noise_curve` takes them.

        metric, second_metric, title, ax, name, line_kw, fill_between_kw : object
            As :meth:`from_curve` takes them.

        **params : dict
            All other parameters of :func:`noise_curve`: `scales`, `cv`, `scoring`, ...

        Returns
        -------
        display : NoiseCurveDisplay
        """
        check_ax(ax)
        curve = noise_curve(estimator, X, y, **params)
        return cls.from_curve(
            curve,
            metric=metric,
            second_metric=second_metric,
            title=make_title(title, curve, estimator) or False,
            ax=ax,
            name=name,
            line_kw=line_kw,
            fill_between_kw=fill_between_kw,
        )

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row a dot: metric (by its natural name), split, scale, fold, value; and
            the mean of its scale with the ends of the band, lower and upper, NaN where
            there is none.
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
            Axes to draw on; None makes a new figure.

        name : str, default=None
            What the study is called in the legend, to tell it from others on the same
            Axes.

        line_kw : dict, default=None
            Options of the lines, as ``Axes.plot`` takes them.

        fill_between_kw : dict, default=None
            Options of the bands, as ``Axes.fill_between`` takes them.

        Returns
        -------
        display : NoiseCurveDisplay
        """
        check_ax(ax)
        self.ax_ = new_axes((7, 4.5)) if ax is None else ax
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
        set_scale_axis(self.ax_, frame["scale"].unique(), self.unit)
        if self.tolerance is not None:
            mark_tolerance(self.ax_, self.tolerance)
        self._name_axes(is_first=options["study"] == 0)
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
        label = drawn if self.second_metric else split
        return draw_series(
            self.second_ax_ if is_second else self.ax_,
            frame[(frame["metric"] == drawn) & (frame["split"] == split)],
            label=label if name is None else f"{name}, {label}",
            style=styles["second" if is_second else split],
            study=study,
            **options,
        )

    def _name_axes(self, *, is_first):
        """Name the axes, a first study's in the colours of their lines."""
        name = natural_name(self.metric)
        if self.second_ax_ is None:
            self.ax_.set_ylabel(name)
            return
        second_name = natural_name(self.second_metric)
        self.ax_.set_ylabel(f"validation {name}")
        self.second_ax_.set_ylabel(f"validation {second_name}")
        if is_first:
            for axes, line in zip(
                (self.ax_, self.second_ax_), self.lines_, strict=True
            ):
                axes.yaxis.label.set_color(line.get_color())


def _second_axes(ax):
    """Return the right axis, which a study before may have drawn on."""
    together = ax.get_shared_x_axes().get_siblings(ax)
    twins = [
        one for one in together if one.get_label() == _SECOND and _is_over(one, ax)
    ]
    if twins:
        return twins[0]
    second = ax.twinx()
    second.set_label(_SECOND)
    return second


def _is_over(one, other):
    return one.get_subplotspec() is other.get_subplotspec()
