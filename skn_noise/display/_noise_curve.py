"""Scores against the scale of the noise."""

import pandas as pd

from skn_noise.display._series import (
    add_legend,
    draw_chance,
    draw_series,
    series_frame,
    set_scale_axis,
)
from skn_noise.display._style import SECOND_STYLE, SPLIT_STYLES, new_axes
from skn_noise.display._tolerance import mark_tolerance
from skn_noise.results._metrics import chance_level, check_metric, natural_name
from skn_noise.study._noise_curve import noise_curve


class NoiseCurveDisplay:
    """Draw scores against the scale of the noise.

    Make it with :meth:`from_curve` or :meth:`from_estimator`. It draws the training and
    the validation score; or, given a second metric, the validation scores of both
    metrics on two axes, accuracy and loss for instance.

    Parameters
    ----------
    scores : DataFrame
        The `scores` of a :class:`NoiseCurve`.

    metric : str
        The metric to draw.

    second_metric : str, default=None
        A metric to draw beside it, on the right axis.

    chance_level : float, default=None
        The score of `metric` that guessing gives, drawn as a line.

    tolerance : NoiseTolerance, default=None
        A tolerance of `metric` to mark: the target as a line across, the tolerance as
        a line down with its interval as a band, and the parametric fit.

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
        scores,
        metric,
        second_metric=None,
        chance_level=None,
        tolerance=None,
    ):
        self.scores = scores
        self.metric = metric
        self.second_metric = second_metric
        self.chance_level = chance_level
        self.tolerance = tolerance

    @classmethod
    def from_curve(
        cls, curve, *, metric=None, second_metric=None, tolerance=None, ax=None
    ):
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

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoiseCurveDisplay

        Raises
        ------
        ValueError
            If the curve lacks a metric, or the tolerance is one of another metric.
        """
        metric = check_metric(curve.scores, metric)
        if second_metric is not None:
            check_metric(curve.scores, second_metric)
        if tolerance is not None and tolerance.metric != metric:
            raise ValueError(
                f"tolerance must be one of the metric drawn, {metric!r}, and is one of "
                f"{tolerance.metric!r}. Pass that as metric."
            )
        display = cls(
            scores=curve.scores,
            metric=metric,
            second_metric=second_metric,
            chance_level=chance_level(metric, curve.n_classes),
            tolerance=tolerance,
        )
        return display.plot(ax=ax)

    @classmethod
    def from_estimator(
        cls, estimator, X, y, *, metric=None, second_metric=None, ax=None, **params
    ):
        """Compute a noise curve and draw it.

        Parameters
        ----------
        estimator, X, y : object
            As :func:`noise_curve` takes them.

        metric : str, default=None
            The metric to draw; None means the first of the curve.

        second_metric : str, default=None
            A metric to draw beside it, on the right axis.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        **params : dict
            All other parameters of :func:`noise_curve`: `scales`, `cv`, `scoring`, ...

        Returns
        -------
        display : NoiseCurveDisplay
        """
        curve = noise_curve(estimator, X, y, **params)
        return cls.from_curve(curve, metric=metric, second_metric=second_metric, ax=ax)

    def frame(self):
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row a dot: metric (by its natural name), split, scale, fold, value; and
            the mean of its scale with the ends of the band, lower and upper, NaN where
            there is none.
        """
        frames = [series_frame(self.scores, *one) for one in self._drawn()]
        return pd.concat(frames, ignore_index=True)

    def plot(self, ax=None):
        """Draw the curve.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoiseCurveDisplay
        """
        self.ax_ = new_axes((7, 4.5)) if ax is None else ax
        self.figure_ = self.ax_.figure
        self.second_ax_ = self.ax_.twinx() if self.second_metric else None
        frame = self.frame()
        self.lines_ = [self._draw(frame, *one) for one in self._drawn()]
        handles = list(self.lines_)
        if self.chance_level is not None:
            handles.append(draw_chance(self.ax_, self.chance_level, self.metric))
        set_scale_axis(self.ax_, frame["scale"].unique())
        if self.tolerance is not None:
            handles += mark_tolerance(self.ax_, self.tolerance)
        _set_metric_labels(self.ax_, self.second_ax_, self.metric, self.second_metric)
        add_legend(self.ax_, handles)
        return self

    def _drawn(self):
        """Return the metric and the split of every line."""
        if self.second_metric:
            return [(self.metric, "validation"), (self.second_metric, "validation")]
        splits = self.scores["split"].unique()
        return [(self.metric, split) for split in SPLIT_STYLES if split in splits]

    def _draw(self, frame, metric, split):
        is_second = metric == self.second_metric
        name = natural_name(metric)
        return draw_series(
            self.second_ax_ if is_second else self.ax_,
            frame[(frame["metric"] == name) & (frame["split"] == split)],
            label=name if self.second_metric else split,
            style=SECOND_STYLE if is_second else SPLIT_STYLES[split],
        )


def _set_metric_labels(ax, second_ax, metric, second_metric):
    name = natural_name(metric)
    if second_ax is None:
        ax.set_ylabel(name)
        return
    ax.set_ylabel(f"validation {name}", color=SPLIT_STYLES["validation"]["color"])
    second_name = natural_name(second_metric)
    second_ax.set_ylabel(f"validation {second_name}", color=SECOND_STYLE["color"])
