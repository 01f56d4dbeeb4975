"""Pictures of what the noise does to samples."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy import ndarray
from numpy.typing import ArrayLike
from pandas import DataFrame
from sklearn.base import BaseEstimator

from skn_noise._defaults import SCALES
from skn_noise.display._checks import (
    check_ax,
    check_curve,
    check_image_shape,
    checks_options,
)
from skn_noise.display._mosaic import (
    draw_images,
    draw_vectors,
    label_columns,
    label_rows,
    mark_cells,
)
from skn_noise.display._noisy_values import noisy_samples
from skn_noise.display._seen_samples import seen_samples
from skn_noise.display._style import new_axes
from skn_noise.display._text import wrap
from skn_noise.display._title import make_samples_title, make_title, set_title
from skn_noise.results._curve import NoiseCurve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_NAMES = 16


class NoisySamplesDisplay:
    """Draw samples without noise and with noise at each scale.

    Make it with :meth:`from_estimator`, or with :meth:`from_curve` for the samples that
    a study lost first and last. A row is a sample, so that one sees that each has noise
    of its own; a column is a panel.

    Parameters
    ----------
    panels : dict of str to ndarray of shape (n_samples, n_features)
        The values to draw, by the label of the column.

    samples : array-like of shape (n_samples,)
        The numbers of the samples in X.

    image_shape : tuple of int, default=None
        Shape of one image; None draws the features as bars, or as a line if they are
        many.

    same_greys : bool, default=False
        Whether all columns have the same grey levels.

    row_labels : list of str, default=None
        What is written beside the samples.

    is_wrong : ndarray of bool of shape (n_samples, n_panels), default=None
        The cells to frame, as the classifier was wrong.

    title : str, default=None
        The title of the picture; None means none.

    feature_names : list of str, default=None
        Names of the features, to be written below their bars.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the mosaic of samples.

    figure_ : matplotlib Figure
        Figure that holds them.

    Notes
    -----
    Each column has grey levels of its own, from its smallest value, black, to its
    largest, white: these stand above it. The images of all scales thus look equally
    strong. With ``same_greys=True`` one sees how the noise grows, and how little of the
    scale is left for the sample.

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

    def __init__(
        self,
        *,
        panels: dict[str, ndarray],
        samples: Sequence[int] | ndarray,
        image_shape: tuple[int, ...] | None = None,
        same_greys: bool = False,
        row_labels: list[str] | None = None,
        is_wrong: ndarray | None = None,
        title: str | None = None,
        feature_names: list[str] | None = None,
    ) -> None:
        self.panels = panels
        self.samples = samples
        self.image_shape = image_shape
        self.same_greys = same_greys
        self.row_labels = row_labels
        self.is_wrong = is_wrong
        self.title = title
        self.feature_names = feature_names

    @classmethod
    @checks_options
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        image_shape: tuple[int, ...] | None = None,
        scales: ArrayLike = SCALES,
        param_name: str = "noise__scale",
        n_samples: int = 5,
        same_greys: bool = False,
        title: bool | str = False,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw what the noise of an estimator does to samples.

        Parameters
        ----------
        estimator : estimator object
            A :class:`GaussianNoiseTransformer`, or a pipeline that holds one; of a
            pipeline that ends in a classifier, the steps before it are drawn.

        X : array-like of shape (n_samples, n_features)
            Samples to fit the steps on; those drawn are spread evenly over them.

        y : array-like of shape (n_samples,), default=None
            Targets, for steps that are fitted on them.

        image_shape : tuple of int, default=None
            Shape of one image, for instance (28, 28); None draws the features as bars,
            or as a line if they are many.

        scales : array-like of shape (n_scales,), default=(0.1, 0.5, 1.0, 2.0, 4.0)
            Scales of the noise.

        param_name : str, default="noise__scale"
            The parameter of `estimator` that is the scale of the noise.

        n_samples : int, default=5
            Number of samples to draw; all if there are fewer.

        same_greys : bool, default=False
            Whether all columns have the same grey levels, or the same height of bars.

        title : bool or str, default=False
            The title; True composes one of estimator and data.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoisySamplesDisplay

        Raises
        ------
        ValueError
            If `estimator` has no parameter `param_name`, `scales` are not positive
            numbers, or the features do not fill `image_shape`.

        TypeError
            If what is passed is no estimator with steps to draw, no Axes or no title.
        """
        check_ax(ax)
        samples, panels = noisy_samples(estimator, X, y, scales, param_name, n_samples)
        display = cls(
            panels=panels,
            samples=samples,
            image_shape=check_image_shape(image_shape, panels),
            same_greys=same_greys,
            title=make_samples_title(title, estimator, X),
            feature_names=_names_of(X),
        )
        return display.plot(ax=ax)

    @classmethod
    @checks_options
    def from_curve(
        cls,
        curve: NoiseCurve,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        image_shape: tuple[int, ...] | None = None,
        scales: ArrayLike | None = None,
        groups: ArrayLike | None = None,
        cv: Any = None,
        n_samples: int = 6,
        same_greys: bool = False,
        title: bool | str = False,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw the samples that a study lost first and last, with the noise it had.

        Parameters
        ----------
        curve : NoiseCurve
            A curve of :func:`noise_curve` with predictions.

        estimator : Pipeline
            The estimator of the study. Its steps before the classifier are fitted again
            on the training samples of the folds.

        X : array-like of shape (n_samples, n_features)
            The samples of the study.

        y : array-like of shape (n_samples,), default=None
            The targets of the study; needed if not all samples were validated.

        image_shape : tuple of int, default=None
            Shape of one image, for instance (28, 28); None draws the features as bars,
            or as a line if they are many.

        scales : array-like of shape (n_scales,), default=None
            Scales to draw, of those that were run; None means all.

        groups, cv : object
            What the study was given.

        n_samples : int, default=6
            Number of samples to draw: the first half those lost at the smallest scale,
            the second those lost at the largest or never. Of samples that were lost at
            the same scale, the probability given to their class decides.

        same_greys : bool, default=False
            Whether all columns have the same grey levels, or the same height of bars.

        title : bool or str, default=False
            The title; True composes one of estimator, data and folds.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoisySamplesDisplay

        Raises
        ------
        ValueError
            If the noise would be another than that of the study: as the curve has no
            predictions, its folds are not those that `cv` makes of `X` and `y`, the
            steps of the estimator are not those of the study, or the noise has no int
            `random_state`.

        TypeError
            If what is passed is no curve, no pipeline, no Axes or no title.

        Notes
        -----
        A frame marks where the classifier was wrong. The noise belongs to a fold's
        matrix of validation samples, so that all of these pass through the steps. Of
        several folds that validated a sample, the first is drawn, of repeats the first.

        Examples
        --------
        >>> from sklearn.datasets import load_digits
        >>> from sklearn.neighbors import NearestCentroid
        >>> from sklearn.pipeline import Pipeline
        >>> from skn_noise import (
        ...     GaussianNoiseTransformer, NoisySamplesDisplay, noise_curve
        ... )
        >>> X, y = load_digits(return_X_y=True)
        >>> noise = GaussianNoiseTransformer(random_state=0)
        >>> pipeline = Pipeline([("noise", noise), ("centroid", NearestCentroid())])
        >>> curve = noise_curve(pipeline, X, y, scales=[1, 8], scoring="accuracy")
        >>> display = NoisySamplesDisplay.from_curve(
        ...     curve, pipeline, X, y, image_shape=(8, 8), n_samples=2
        ... )
        >>> list(display.panels)
        ['no noise', 'scale 1', 'scale 8']
        """
        check_curve(curve)
        check_ax(ax)
        seen = seen_samples(
            curve, estimator, X, y, scales=scales, groups=groups, cv=cv, n=n_samples
        )
        display = cls(
            **seen._asdict(),
            image_shape=check_image_shape(image_shape, seen.panels),
            same_greys=same_greys,
            title=make_title(title, curve, estimator),
            feature_names=_names_of(X),
        )
        return display.plot(ax=ax)

    def frame(self) -> DataFrame:
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            One row a feature of every sample: panel, sample (its number in X), feature,
            its value and its level from 0, black or lowest, to 1, white or highest.
        """
        names = None if self.feature_names is None else np.array(self.feature_names)
        frames = []
        for (panel, values), levels in zip(
            self.panels.items(), self._levels(), strict=True
        ):
            position, feature = np.indices(values.shape).reshape(2, -1)
            columns = {
                "panel": panel,
                "sample": np.asarray(self.samples)[position],
                "feature": feature if names is None else names[feature],
                "value": values.ravel(),
                "level": levels.ravel(),
            }
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True)

    def plot(self, ax: "Axes | None" = None) -> Self:
        """Draw the samples.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoisySamplesDisplay
        """
        check_ax(ax)
        beside = 0.4 if self.row_labels is None else 2.0
        size = 1.1 * len(self.panels) + beside, 1.1 * len(self.samples) + 0.9
        self.ax_ = new_axes(size) if ax is None else ax
        self.figure_ = self.ax_.figure
        levels = np.array(self._levels())
        if self.image_shape is None:
            zeros = [_level(0.0, *limits) for limits in self._limits()]
            cell = draw_vectors(self.ax_, levels, np.array(zeros))
        else:
            cell = draw_images(self.ax_, levels, self.image_shape)
        if self.row_labels is None:
            self.ax_.set_yticks([])
            self.ax_.set_ylabel("samples")
        else:
            label_rows(self.ax_, cell, self.row_labels)
        if self.is_wrong is not None:
            mark_cells(self.ax_, cell, self.is_wrong)
        label_columns(self.ax_, cell, self._column_labels())
        key = self.ax_.set_xlabel(self._key(), fontsize="small", parse_math=False)
        width = self.ax_.get_window_extent().width
        wrap([key], lambda: key.get_window_extent().width <= width)
        set_title(self.ax_, self.title)
        return self

    def _limits(self):
        """Return for every panel the values that are drawn lowest and highest."""
        limits = np.array([_extremes(values) for values in self.panels.values()])
        if self.same_greys:
            limits[:] = limits[:, 0].min(), limits[:, 1].max()
        if self.image_shape is None:  # bars begin at 0
            limits = np.column_stack([limits[:, 0].clip(max=0), limits[:, 1].clip(0)])
        return limits

    def _levels(self):
        panels = zip(self.panels.values(), self._limits(), strict=True)
        return [_level(values, *limits) for values, limits in panels]

    def _column_labels(self):
        if self.same_greys:
            return list(self.panels)
        return [
            f"{panel}\n{low:.3g} to {high:.3g}"
            for panel, (low, high) in zip(self.panels, self._limits(), strict=True)
        ]

    def _key(self):
        """Say what the grey levels or heights mean."""
        is_image = self.image_shape is not None
        if not self.same_greys:
            if is_image:
                return (
                    "each column has greys of its own, black to white as written above"
                )
            height = "each column has a height of its own, lowest to highest as above"
            return f"{height}{self._bars()}"
        low, high = self._limits()[0]
        if is_image:
            return f"one grey scale: black is {low:.3g}, white is {high:.3g}"
        return f"one height for all: from {low:.3g} to {high:.3g}{self._bars()}"

    def _bars(self):
        """Name the bars of a sample, if they are few enough to be counted."""
        names = self.feature_names
        if names is None or len(names) > _MOST_NAMES:
            return ""
        shown = [name if len(name) <= 20 else f"{name[:18]}..." for name in names]
        return f"; bars from left to right: {', '.join(shown)}"


def _names_of(X):
    """Return the names of the columns of a data frame, None of an array."""
    columns = getattr(X, "columns", None)
    return None if columns is None else [str(name) for name in columns]


def _extremes(values):
    known = values[np.isfinite(values)]
    return (known.min(), known.max()) if known.size else (0.0, 0.0)


def _level(values, low, high):
    """Return where values lie between the lowest and the highest, from 0 to 1."""
    with np.errstate(invalid="ignore"):
        return (values - low) / (high - low) if high > low else 0.0 * values
