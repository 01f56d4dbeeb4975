"""The class of a loaded data set."""

from dataclasses import dataclass
from math import prod
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.model_selection import PredefinedSplit

from skn_noise.display._dataset import dataset_html, targets_in_words


@dataclass(frozen=True, eq=False, repr=False)  # == of arrays has no truth value
class Dataset:
    """Samples and labels of a data set.

    Parameters
    ----------
    X : ndarray or DataFrame of shape (n_samples, n_features), float32 or float64
        Samples. Pixels are in [0, 1] in a float32 array. A table with named columns is
        a DataFrame, in which missing values are NaN. Images with channels are
        flattened, channels last.

    y : ndarray of shape (n_samples,)
        Class labels, or targets of a regression.

    name : str
        Name of the data set.

    image_shape : tuple of int or None, default=None
        Shape of one image, for instance (28, 28), or (32, 32, 3) with colours. None if
        the samples are not images.

    holdout : PredefinedSplit or None, default=None
        Splitter with the single split into the training and the test part of the data
        set, to be passed as `cv`. None if the data set has only one part.

    Attributes
    ----------
    feature_names : list of str or None
        Names of the columns of `X`. None if the columns have no names.

    Raises
    ------
    ValueError
        If `X` or `y` has another type or shape, or `image_shape` does not match the
        number of features.

    Examples
    --------
    >>> import numpy as np
    >>> from skn_noise import Dataset
    >>> Dataset(np.eye(4), np.array([0, 1, 1, 0]), "corners", image_shape=(2, 2))
    Dataset('corners': 4 samples, 4 features, 2 classes)
    """

    X: np.ndarray | pd.DataFrame
    y: np.ndarray
    name: str
    image_shape: tuple | None = None
    holdout: PredefinedSplit | None = None

    def __post_init__(self):
        X = self.X.shape if isinstance(self.X, np.ndarray | pd.DataFrame) else ()
        y = self.y.shape if isinstance(self.y, np.ndarray) else ()
        if len(X) != 2 or len(y) != 1 or X[0] != y[0]:
            raise ValueError(
                "Expected an array or DataFrame X of shape (n_samples, n_features) and "
                f"an array y of shape (n_samples,), got {type(self.X).__name__} of "
                f"shape {X} and {type(self.y).__name__} of shape {y}."
            )
        shape = self.image_shape
        if shape is not None and not (_is_shape(shape) and prod(shape) == X[1]):
            raise ValueError(
                f"image_shape={shape!r:.80} does not match the {X[1]} features of X. "
                "Pass the shape of one image, such as (28, 28), or None."
            )

    @property
    def feature_names(self) -> list[str] | None:
        """Names of the columns of `X`; None if the columns have no names."""
        return self.X.columns.tolist() if isinstance(self.X, pd.DataFrame) else None

    _repr_html_ = dataset_html

    def __repr__(self):
        n_samples, n_features = self.X.shape
        return (
            f"Dataset({self.name!r}: {n_samples} samples, {n_features} features, "
            f"{targets_in_words(self.y)})"
        )


def _is_shape(shape):
    return isinstance(shape, tuple) and all(isinstance(n, Integral) for n in shape)
