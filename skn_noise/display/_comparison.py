"""Several noise curves in one picture."""

import pandas as pd

from skn_noise.display._series import (
    add_legend,
    draw_chance,
    draw_series,
    series_frame,
    set_scale_axis,
)
from skn_noise.display._style import CURVE_STYLES, new_axes
from skn_noise.results._metrics import chance_level, check_metric, natural_name


class NoiseComparisonDisplay:
    """Draw the validation scores of several noise curves against the scale.

    Make it with :meth:`from_curves`.

    Parameters
    ----------
    scores : DataFrame
        The `scores` of all curves, with a column ``"curve"`` that names theirs.

    metric : str
        The metric to draw.

    chance_level : float, default=None
        The score of `metric` that guessing gives, drawn as a line.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the curves.

    figure_ : matplotlib Figure
        Figure that holds them.

    lines_ : list of matplotlib Line2D
        The lines of the means, one a curve.

    See Also
    --------
    NoiseCurveDisplay : Draws training and validation scores of one curve.

    Notes
    -----
    Lines, dots and bands are those of :class:`NoiseCurveDisplay`.

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
    ['frozen (95 % interval)', 'clean (95 % interval)']
    """

    def __init__(self, *, scores, metric, chance_level=None):
        self.scores = scores
        self.metric = metric
        self.chance_level = chance_level

    @classmethod
    def from_curves(cls, curves, *, metric=None, ax=None):
        """Draw noise curves.

        Parameters
        ----------
        curves : dict of NoiseCurve
            The curves by their names, at most seven.

        metric : str, default=None
            The metric to draw; None means the first of the first curve.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoiseComparisonDisplay

        Raises
        ------
        ValueError
            If there is no curve, too many, or one that lacks the metric.
        """
        if not 1 <= len(curves) <= len(CURVE_STYLES):
            raise ValueError(
                f"curves must be 1 to {len(CURVE_STYLES)} noise curves by their names, "
                f"got {len(curves)}. Draw more on Axes of their own."
            )
        for curve in curves.values():
            metric = check_metric(curve.scores, metric)
        (n_classes, *others) = {curve.n_classes for curve in curves.values()}
        scores = pd.concat(
            [curve.scores.assign(curve=name) for name, curve in curves.items()],
            ignore_index=True,
        )
        level = None if others else chance_level(metric, n_classes)
        return cls(scores=scores, metric=metric, chance_level=level).plot(ax=ax)

    def frame(self):
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row a dot: curve, metric (by its natural name), split, scale, fold,
            value; and the mean of its scale with the ends of the band, lower and upper,
            NaN where there is none.
        """
        frames = [
            series_frame(scores, self.metric, "validation").assign(curve=name)
            for name, scores in self.scores.groupby("curve", sort=False)
        ]
        frame = pd.concat(frames, ignore_index=True)
        frame.insert(0, "curve", frame.pop("curve"))
        return frame

    def plot(self, ax=None):
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoiseComparisonDisplay
        """
        self.ax_ = new_axes((7, 4.5)) if ax is None else ax
        self.figure_ = self.ax_.figure
        frame = self.frame()
        curves = frame.groupby("curve", sort=False)
        self.lines_ = [
            draw_series(self.ax_, series, label=name, style=style)
            for (name, series), style in zip(curves, CURVE_STYLES, strict=False)
        ]
        handles = list(self.lines_)
        if self.chance_level is not None:
            handles.append(draw_chance(self.ax_, self.chance_level, self.metric))
        set_scale_axis(self.ax_, frame["scale"].unique())
        self.ax_.set_ylabel(f"validation {natural_name(self.metric)}")
        add_legend(self.ax_, handles)
        return self
