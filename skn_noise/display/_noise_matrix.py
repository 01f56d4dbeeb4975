"""Scores for every scale in training and in validation, as a heat map."""

import numpy as np

from skn_noise.display._style import MARK_COLOR, new_axes
from skn_noise.results._matrix import NoiseMatrix
from skn_noise.results._metrics import check_metric, is_negated, natural_name
from skn_noise.study._noise_matrix import noise_matrix


class NoiseMatrixDisplay:
    """Draw a heat map of scores: scales in training down, scales in validation across.

    Make it with :meth:`from_matrix` or :meth:`from_estimator`.

    Parameters
    ----------
    scores : DataFrame
        The `scores` of a :class:`NoiseMatrix`.

    metric : str
        The metric to draw.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Axes with the heat map.

    figure_ : matplotlib Figure
        Figure that holds it.

    im_ : matplotlib AxesImage
        The heat map.

    text_ : ndarray of matplotlib Text of shape (n_train_scales, n_validation_scales)
        The means over the folds.

    See Also
    --------
    NoiseMatrix.summary : The same means, with their intervals, as a table.

    Notes
    -----
    A frame marks where the scales in training and in validation are the same, that is
    the points of a noise curve. The brighter, the better.

    Metrics that scikit-learn negates, ``neg_log_loss`` for instance, are drawn with
    their natural sign.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.neighbors import NearestCentroid
    >>> from sklearn.pipeline import Pipeline
    >>> from skn_noise import GaussianNoiseTransformer, NoiseMatrixDisplay
    >>> X, y = load_iris(return_X_y=True)
    >>> noise = GaussianNoiseTransformer(random_state=0)
    >>> display = NoiseMatrixDisplay.from_estimator(
    ...     Pipeline([("noise", noise), ("centroid", NearestCentroid())]), X, y,
    ...     train_scales=[0, 1], validation_scales=[0, 1, 2], scoring="accuracy",
    ... )
    >>> display.text_.shape
    (2, 3)
    """

    def __init__(self, *, scores, metric):
        self.scores = scores
        self.metric = metric

    @classmethod
    def from_matrix(cls, matrix, *, metric=None, ax=None):
        """Draw a noise matrix.

        Parameters
        ----------
        matrix : NoiseMatrix
            The scores.

        metric : str, default=None
            The metric to draw; None means the first of the matrix.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoiseMatrixDisplay

        Raises
        ------
        ValueError
            If the matrix lacks the metric.
        """
        metric = check_metric(matrix.scores, metric)
        return cls(scores=matrix.scores, metric=metric).plot(ax=ax)

    @classmethod
    def from_estimator(cls, estimator, X, y, *, metric=None, ax=None, **params):
        """Compute a noise matrix and draw it.

        Parameters
        ----------
        estimator, X, y : object
            As :func:`noise_matrix` takes them.

        metric : str, default=None
            The metric to draw; None means the first of the matrix.

        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        **params : dict
            All other parameters of :func:`noise_matrix`: `train_scales`, `cv`, ...

        Returns
        -------
        display : NoiseMatrixDisplay
        """
        matrix = noise_matrix(estimator, X, y, **params)
        return cls.from_matrix(matrix, metric=metric, ax=ax)

    def frame(self):
        """Return exactly what :meth:`plot` draws.

        Returns
        -------
        frame : DataFrame
            Means over the folds, with their natural sign: a row for every scale in
            training and a column for every scale in validation.
        """
        drawn = NoiseMatrix(self.scores[self.scores["metric"] == self.metric])
        means = drawn.summary().pivot(
            index="train_scale", columns="validation_scale", values="mean"
        )
        return -means if is_negated(self.metric) else means

    def plot(self, ax=None):
        """Draw the heat map.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Axes to draw on; None makes a new figure.

        Returns
        -------
        display : NoiseMatrixDisplay
        """
        means = self.frame()
        n_rows, n_columns = means.shape
        size = 2.5 + 0.8 * n_columns, 1.5 + 0.6 * n_rows
        self.ax_ = new_axes(size) if ax is None else ax
        self.figure_ = self.ax_.figure
        cmap = "cividis_r" if is_negated(self.metric) else "cividis"
        self.im_ = self.ax_.imshow(means, cmap=cmap, aspect="auto")
        label = f"validation {natural_name(self.metric)}"
        self.figure_.colorbar(self.im_, ax=self.ax_, label=label)
        self.text_ = _write_figures(self.ax_, self.im_, means)
        _mark_diagonal(self.ax_, means)
        for set_ticks, scales in (
            (self.ax_.set_xticks, means.columns),
            (self.ax_.set_yticks, means.index),
        ):
            set_ticks(range(len(scales)), [f"{scale:g}" for scale in scales])
        self.ax_.set_xlabel("scale of the noise in validation")
        self.ax_.set_ylabel("scale of the noise in training")
        return self


def _write_figures(ax, image, means):
    """Write each mean on its cell, dark on bright cells and bright on dark ones."""
    text = np.empty(means.shape, dtype=object)
    for (row, column), mean in np.ndenumerate(means.to_numpy()):
        red, green, blue, _ = image.cmap(image.norm(mean))
        is_bright = 0.3 * red + 0.6 * green + 0.1 * blue > 0.5
        text[row, column] = ax.text(
            column,
            row,
            f"{mean:.3f}",
            horizontalalignment="center",
            verticalalignment="center",
            color="black" if is_bright else "white",
        )
    return text


def _mark_diagonal(ax, means):
    """Frame the cells whose scales in training and validation are the same."""
    from matplotlib.patches import Rectangle  # importing skn_noise stays light

    for row, scale in enumerate(means.index):
        for column in np.flatnonzero(means.columns == scale):
            corner = column - 0.5, row - 0.5
            frame = Rectangle(corner, 1, 1, fill=False, color=MARK_COLOR, linewidth=3)
            ax.add_patch(frame)
