"""Pictures of results; each Display holds the data it draws."""

import numpy as np
import pandas as pd
from sklearn.base import clone

from skn_noise.curve import check_param_name, noise_curve

# Colours that people with any colour vision can tell apart (Okabe and Ito 2008); line
# styles and markers tell the same once more, for print in black and white.
_BLUE, _VERMILLION, _GREEN = "#0072B2", "#D55E00", "#009E73"
_SPLIT_STYLES = {
    "train": {"color": _VERMILLION, "linestyle": "--", "marker": "s"},
    "validation": {"color": _BLUE, "linestyle": "-", "marker": "o"},
}
_SECOND_STYLE = {"color": _GREEN, "linestyle": "-.", "marker": "^"}


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

    Notes
    -----
    A band reaches one standard deviation over the folds to each side of the mean; a dot
    is one fold. Metrics that scikit-learn negates, ``neg_log_loss`` for instance, are
    drawn with their natural sign.

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

    def __init__(self, *, scores, metric, second_metric=None, chance_level=None):
        self.scores = scores
        self.metric = metric
        self.second_metric = second_metric
        self.chance_level = chance_level

    @classmethod
    def from_curve(cls, curve, *, metric=None, second_metric=None, ax=None):
        """Draw a noise curve.

        Parameters
        ----------
        curve : NoiseCurve
            The scores.

        metric : str, default=None
            The metric to draw; None means the first of the curve.

        second_metric : str, default=None
            A metric to draw beside it, on the right axis.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoiseCurveDisplay

        Raises
        ------
        ValueError
            If the curve lacks a metric.
        """
        known = curve.scores["metric"].unique().tolist()
        metric = known[0] if metric is None else metric
        for name in (metric, second_metric):
            if name is not None and name not in known:
                raise ValueError(f"The curve has no metric {name!r}; it has {known}.")
        display = cls(
            scores=curve.scores,
            metric=metric,
            second_metric=second_metric,
            chance_level=_chance_level(metric, curve.n_classes),
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
            the mean of its scale with the ends of the band, lower and upper.
        """
        return pd.concat([self._series(*one) for one in self._drawn], ignore_index=True)

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
        self.ax_ = _new_axes((7, 4.5)) if ax is None else ax
        self.figure_ = self.ax_.figure
        self.second_ax_ = self.ax_.twinx() if self.second_metric else None
        self.lines_ = [self._draw(*one) for one in self._drawn]
        handles = list(self.lines_)
        if self.chance_level is not None:
            label = f"{_natural_metric(self.metric)[0]} by chance"
            style = {"color": "0.5", "linestyle": ":", "label": label}
            handles.append(self.ax_.axhline(self.chance_level, **style))
        _set_scale_axis(self.ax_, self.scores["scale"].unique())
        _set_metric_labels(self.ax_, self.second_ax_, self.metric, self.second_metric)
        self.ax_.legend(
            handles=handles,
            loc="lower center",
            bbox_to_anchor=(0.5, 1.0),
            ncols=len(handles),
            frameon=False,
        )
        return self

    @property
    def _drawn(self):
        """The metric and the split of every line."""
        if self.second_metric:
            return [(self.metric, "validation"), (self.second_metric, "validation")]
        splits = self.scores["split"].unique()
        return [(self.metric, split) for split in _SPLIT_STYLES if split in splits]

    def _series(self, metric, split):
        chosen = (self.scores["metric"] == metric) & (self.scores["split"] == split)
        series = self.scores.loc[chosen, ["scale", "fold", "value"]].copy()
        natural_name, sign = _natural_metric(metric)
        series["value"] *= sign
        series.insert(0, "metric", natural_name)
        series.insert(1, "split", split)
        values = series.groupby("scale")["value"]
        mean, std = values.transform("mean"), values.transform("std")
        return series.assign(mean=mean, lower=mean - std, upper=mean + std)

    def _draw(self, metric, split):
        is_second = metric == self.second_metric
        ax = self.second_ax_ if is_second else self.ax_
        style = _SECOND_STYLE if is_second else _SPLIT_STYLES[split]
        color = style["color"]
        series = self._series(metric, split)
        means = series.drop_duplicates("scale").sort_values("scale")
        label = _natural_metric(metric)[0] if self.second_metric else split
        if means["lower"].notna().any():
            ax.fill_between(
                *(means[column] for column in ("scale", "lower", "upper")),
                color=color,
                alpha=0.2,
                linewidth=0,
            )
            ax.scatter(series["scale"], series["value"], s=8, color=color, alpha=0.6)
            label = f"{label} (mean ± std)"
        (line,) = ax.plot(means["scale"], means["mean"], label=label, **style)
        return line


class NoisySamplesDisplay:
    """Draw samples without noise, the noise alone, and with noise at each scale.

    Make it with :meth:`from_estimator`. A row is a sample, so that one sees that each
    has noise of its own; a column is a panel.

    Parameters
    ----------
    panels : dict of str to ndarray of shape (n_samples, n_features)
        The values to draw, by the label of the column.

    image_shape : tuple of int
        Shape of one image.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the mosaic of images.

    figure_ : matplotlib Figure
        Figure that holds them.

    Notes
    -----
    Each column has grey levels of its own, from its smallest value, black, to its
    largest, white.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skn_noise import NoisySamplesDisplay, make_noise_pipeline
    >>> X, y = load_digits(return_X_y=True)
    >>> pipeline = make_noise_pipeline(random_state=0)
    >>> display = NoisySamplesDisplay.from_estimator(
    ...     pipeline, X, scales=[0.5, 2.0], image_shape=(8, 8)
    ... )
    >>> list(display.panels)
    ['no noise', 'noise alone', 'scale 0.5', 'scale 2']
    """

    def __init__(self, *, panels, image_shape):
        self.panels = panels
        self.image_shape = image_shape

    @classmethod
    def from_estimator(
        cls,
        estimator,
        X,
        *,
        image_shape,
        scales=(0.1, 0.5, 1.0, 2.0, 4.0),
        param_name="noise__scale",
        n_samples=5,
        ax=None,
    ):
        """Draw what the noise of an estimator does to samples.

        Parameters
        ----------
        estimator : estimator object
            A :class:`GaussianNoiseTransformer`, or a pipeline that holds one; of a
            pipeline that ends in a classifier, the steps before it are drawn.

        X : array-like of shape (n_samples, n_features)
            Samples to fit the steps on; those drawn are spread evenly over them.

        image_shape : tuple of int
            Shape of one image, for instance (28, 28).

        scales : array-like of shape (n_scales,), default=(0.1, 0.5, 1.0, 2.0, 4.0)
            Scales of the noise.

        param_name : str, default="noise__scale"
            The parameter of `estimator` that is the scale of the noise.

        n_samples : int, default=5
            Number of samples to draw.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoisySamplesDisplay

        Raises
        ------
        ValueError
            If `estimator` has no parameter `param_name`, or the features do not fill
            `image_shape`.
        """
        check_param_name(estimator, param_name)
        X = np.asarray(X)
        if X.shape[1] != np.prod(image_shape):
            raise ValueError(
                f"X has {X.shape[1]} features, which do not fill images of shape "
                f"{tuple(image_shape)}. Pass the shape of one image as image_shape."
            )
        steps = clone(estimator if hasattr(estimator, "transform") else estimator[:-1])
        steps.fit(X)
        samples = X[np.linspace(0, len(X) - 1, n_samples).astype(int)]

        def at(scale):
            return steps.set_params(**{param_name: scale}).transform(samples)

        panels = {"no noise": at(0.0), "noise alone": at(1.0) - at(0.0)}
        panels |= {f"scale {scale:g}": at(scale) for scale in scales}
        return cls(panels=panels, image_shape=tuple(image_shape)).plot(ax=ax)

    def frame(self):
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row a pixel of every image: panel, sample, pixel, its value and its grey
            level from 0, black, to 1, white.
        """
        frames = []
        for panel, values in self.panels.items():
            sample, pixel = np.indices(values.shape).reshape(2, -1)
            columns = {"panel": panel, "sample": sample, "pixel": pixel}
            greys = {"value": values.ravel(), "grey": _grey_levels(values).ravel()}
            frames.append(pd.DataFrame(columns | greys))
        return pd.concat(frames, ignore_index=True)

    def plot(self, ax=None):
        """Draw the images.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoisySamplesDisplay
        """
        n_samples, n_panels = len(next(iter(self.panels.values()))), len(self.panels)
        size = (1.1 * n_panels + 0.4, 1.1 * n_samples + 0.6)
        self.ax_ = _new_axes(size) if ax is None else ax
        self.figure_ = self.ax_.figure
        columns = [
            np.concatenate([self._framed(grey) for grey in _grey_levels(values)])
            for values in self.panels.values()
        ]
        self.ax_.imshow(np.concatenate(columns, axis=1), cmap="gray", vmin=0, vmax=1)
        width = columns[0].shape[1]
        self.ax_.set_xticks(width * (np.arange(n_panels) + 0.5) - 0.5, self.panels)
        self.ax_.xaxis.tick_top()
        self.ax_.tick_params(length=0)
        self.ax_.set_yticks([])
        self.ax_.set_ylabel("samples")
        self.ax_.spines[:].set_visible(False)
        return self

    def _framed(self, grey):
        """Shape one row as an image with a white margin."""
        image = grey.reshape(self.image_shape)
        margins = [(1, 1), (1, 1), (0, 0)][: image.ndim]
        return np.pad(image, margins, constant_values=1.0)


def _new_axes(figsize):
    import matplotlib.pyplot as plt  # importing skn_noise stays light

    return plt.subplots(figsize=figsize, layout="constrained")[1]


def _grey_levels(values):
    low, high = np.nanmin(values), np.nanmax(values)
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def _natural_metric(metric):
    """Return the name and the sign of a metric before scikit-learn negates it."""
    name, sign = (metric[4:], -1) if metric.startswith("neg_") else (metric, 1)
    return name.replace("_", " "), sign


def _chance_level(metric, n_classes):
    """Return what guessing all classes alike would score, None if that is not known."""
    if n_classes is None:
        return None
    levels = {
        "accuracy": 1 / n_classes,
        "balanced_accuracy": 1 / n_classes,
        "neg_log_loss": np.log(n_classes),
    }
    return levels.get(metric)


def _set_scale_axis(ax, scales):
    """Label every scale, on a logarithmic axis if that spaces them more evenly."""
    scales = np.sort(scales)
    positive = scales[scales > 0]
    if positive.size > 2 and _unevenness(np.log(positive)) < _unevenness(scales):
        if positive.size == scales.size:
            ax.set_xscale("log")
        else:
            ax.set_xscale("symlog", linthresh=positive[0])
    ax.set_xticks(scales, [f"{scale:g}" for scale in scales])
    ax.set_xticks([], minor=True)
    ax.set_xlabel("scale of the noise (its standard deviation)")


def _unevenness(positions):
    gaps = np.diff(positions)
    return gaps.max() / gaps.min()


def _set_metric_labels(ax, second_ax, metric, second_metric):
    name = _natural_metric(metric)[0]
    if second_ax is None:
        ax.set_ylabel(name)
        return
    ax.set_ylabel(f"validation {name}", color=_SPLIT_STYLES["validation"]["color"])
    second_name = _natural_metric(second_metric)[0]
    second_ax.set_ylabel(f"validation {second_name}", color=_SECOND_STYLE["color"])
