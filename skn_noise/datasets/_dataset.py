"""What every data set is given as."""

from dataclasses import dataclass
from math import prod
from numbers import Integral

import numpy as np
from sklearn.model_selection import PredefinedSplit

from skn_noise.results._shown import as_html_or_text


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Samples, one row each, with their labels.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        Pixels in [0, 1], always float32, or other numbers. Images with channels are
        flattened with the channels last.

    y : ndarray of shape (n_samples,)
        Class labels, or numbers to be regressed on.

    name : str
        What the data set is called.

    image_shape : tuple of int or None, default=None
        Shape of an image, for instance (28, 28), or (32, 32, 3) for colours; None if
        the rows are no images that can be drawn.

    holdout : PredefinedSplit or None, default=None
        The single split into the training and the test part that the data set comes
        with, to be passed as `cv`; None if it comes without.

    Raises
    ------
    ValueError
        If `X` and `y` are no arrays of these shapes, or `image_shape` does not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from skn_noise import Dataset
    >>> Dataset(np.eye(4), np.array([0, 1, 1, 0]), "corners", image_shape=(2, 2))
    Dataset('corners': 4 samples, 4 features, 2 classes)
    """

    X: np.ndarray
    y: np.ndarray
    name: str
    image_shape: tuple | None = None
    holdout: PredefinedSplit | None = None

    def __post_init__(self):
        X, y = _shape(self.X), _shape(self.y)
        if len(X) != 2 or len(y) != 1 or X[0] != y[0]:
            raise ValueError(
                "Expected an array X of shape (n_samples, n_features) and an array y "
                f"of shape (n_samples,), got {type(self.X).__name__} of shape {X} and "
                f"{type(self.y).__name__} of shape {y}. Make arrays of these shapes."
            )
        shape = self.image_shape
        if shape is not None and not (_is_shape(shape) and prod(shape) == X[1]):
            raise ValueError(
                f"image_shape={shape!r:.80} does not fill the {X[1]} features of X. "
                "Pass the shape of one image, such as (28, 28), or None."
            )

    _repr_html_ = as_html_or_text

    def __repr__(self):
        n_samples, n_features = self.X.shape
        return (
            f"Dataset({self.name!r}: {n_samples} samples, {n_features} features, "
            f"{len(set(self.y.tolist()))} classes)"
        )


def _shape(array):
    return array.shape if isinstance(array, np.ndarray) else ()


def _is_shape(shape):
    return isinstance(shape, tuple) and all(isinstance(n, Integral) for n in shape)
