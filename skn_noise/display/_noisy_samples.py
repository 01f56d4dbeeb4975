"""Images of what the noise does to samples."""

import numpy as np
import pandas as pd
from sklearn.base import clone

from skn_noise.display._style import new_axes
from skn_noise.study._scales import check_param_name


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
        self.ax_ = new_axes(size) if ax is None else ax
        self.figure_ = self.ax_.figure
        greys = self.frame()["grey"].to_numpy()
        images = greys.reshape(n_panels, n_samples, *self.image_shape)
        white_margins = [(0, 0), (0, 0), (1, 1), (1, 1), (0, 0)][: images.ndim]
        images = np.pad(images, white_margins, constant_values=1.0)
        columns = [np.concatenate(panel) for panel in images]
        self.ax_.imshow(np.concatenate(columns, axis=1), cmap="gray", vmin=0, vmax=1)
        width = columns[0].shape[1]
        self.ax_.set_xticks(width * (np.arange(n_panels) + 0.5) - 0.5, self.panels)
        self.ax_.xaxis.tick_top()
        self.ax_.tick_params(length=0)
        self.ax_.set_yticks([])
        self.ax_.set_ylabel("samples")
        self.ax_.spines[:].set_visible(False)
        return self


def _grey_levels(values):
    low, high = np.nanmin(values), np.nanmax(values)
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
