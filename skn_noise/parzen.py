"""Reference classifier for noisy samples: Gaussian kernels around clean samples."""

from __future__ import annotations

from numbers import Real
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import gen_batches
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from skn_noise._sklearn import (
    FLOATS,
    DocumentedMixin,
    Interval,
    check_params,
    fit_context,
    refuse_mixed_types,
    validate_samples,
)

_ROWS_MULTIPLIED_AT_ONCE = 256
# Kernels that stay in the cache of a core, 1 MiB.
_KERNELS_AT_ONCE = 2**18
# Kernels with a smaller exponent cannot change a sum, but they would be denormal
# numbers, with which a processor computes many times more slowly.
_LEAST_EXPONENT = np.float32(-85)
# Largest error of an exponent; the error of a probability is at most a quarter of it.
_LARGEST_ERROR = 2e-3


class GaussianParzenClassifier(DocumentedMixin, ClassifierMixin, BaseEstimator):
    r"""Classify noisy samples by Gaussian kernels around clean training samples.

    The probability of a class is proportional to the sum of the kernels around its
    training samples. If the noisy samples were noisy copies of the training samples,
    with noise of the standard deviation `scale`, this would be the Bayes classifier,
    the most accurate classifier possible.

    Parameters
    ----------
    scale : float, default=1.0
        Standard deviation of the kernels, in the units of `X`, between 1e-15 and 1e15.
        Pass the standard deviation of the noise of the samples to classify. It is used
        in prediction only, and can be changed after `fit`. :func:`noise_curve` and
        :func:`noise_grid` set it to the scale of the noise if `training` is given; use
        ``training="clean"`` with this classifier.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels.

    n_features_in_ : int
        Number of features seen during :term:`fit`.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during :term:`fit`. Defined only when `X`
        has feature names that are all strings.

    See Also
    --------
    noise_curve : Scores of an estimator against the scale of the noise.
    sklearn.neighbors.RadiusNeighborsClassifier : Vote of the samples within a radius.

    Notes
    -----
    For training samples :math:`x_i` with labels :math:`y_i` and the `scale`
    :math:`\sigma`,

    .. math:: p(c \mid x) \propto
        \sum_{i : y_i = c} \exp\left(-\frac{|x - x_i|^2}{2 \sigma^2}\right)

    as in Parzen's density estimation [1]_. Classes are weighted by their frequency in
    the training samples.

    The classifier is close to the Bayes classifier only if the training samples
    represent all clean samples. :meth:`median_effective_neighbors` returns how many
    training samples contribute to a decision. If it is near 1, the classifier is close
    to the nearest neighbour rule, and a trained classifier may be more accurate. If it
    is in the tens or more, the classifier is close to the Bayes classifier.

    Products and kernels are computed in single precision, for a few hundred samples at
    a time, on the threads of BLAS. If `scale` is small compared with the spread of the
    samples, rounding errors could change a probability by 1e-3. Then products are
    computed in double precision. If this is not exact enough either, for samples that
    are about a million times `scale` apart, an error is raised.

    References
    ----------
    .. [1] Parzen (1962). "On estimation of a probability density function and mode".
       The Annals of Mathematical Statistics 33(3).

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from sklearn.model_selection import train_test_split
    >>> from skn_noise import GaussianNoiseTransformer, GaussianParzenClassifier
    >>> X, y = load_digits(return_X_y=True)
    >>> X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    >>> noisy = GaussianNoiseTransformer(8.0, random_state=0).fit_transform(X_test)
    >>> reference = GaussianParzenClassifier(scale=8.0).fit(X_train, y_train)
    >>> 0.7 < reference.score(noisy, y_test) < 0.9
    True
    >>> 5 < reference.median_effective_neighbors(noisy) < 8
    True
    """

    # The parameter that noise_curve sets to the scale of the noise in prediction.
    _noise_scale_in_prediction = "scale"

    _parameter_constraints: dict = {
        "scale": [Interval(Real, 1e-15, 1e15, closed="both")],
    }

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale

    @fit_context
    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Store the training samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Clean training samples.

        y : array-like of shape (n_samples,)
            Class labels, of any type.

        Returns
        -------
        self : object
            Fitted classifier.

        Raises
        ------
        ValueError
            If `scale` is out of its range, or `X` or `y` is invalid.
        """
        X, y = validate_samples(self, X, y, dtype=FLOATS)
        refuse_mixed_types(y)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        # Samples of a class follow one another, so that one `reduceat` sums each class.
        order = np.argsort(labels, kind="stable")
        self._class_starts = np.searchsorted(labels[order], range(len(self.classes_)))
        self._samples = X[order]
        # The origin does not change distances, but it changes their rounding errors.
        origin = self._samples.mean(axis=0, dtype=np.float64)
        self._origin = origin.astype(self._samples.dtype)
        self._centers = self._centers_with_squares(np.float32)
        return self

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Compute the probability of every class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Noisy samples.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), float32
            Columns in the order of `classes_`.

        Raises
        ------
        ValueError
            If `scale` is out of its range, or is so small compared with the values of
            the samples that float64 is not exact enough.
        """
        sums = [
            np.add.reduceat(kernels, self._class_starts, axis=1)
            for kernels in self._kernels(X)
        ]
        sums = np.concatenate(sums)
        return sums / sums.sum(axis=1, keepdims=True)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the most probable class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Noisy samples.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Class labels.
        """
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    def median_effective_neighbors(self, X: ArrayLike) -> float:
        """Compute how many training samples contribute to a typical decision.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Noisy samples.

        Returns
        -------
        number : float
            Median over the samples of the effective number of neighbours, which is 1
            divided by the sum of the squared weights of the training samples. It is 1
            if a single training sample decides, and `n` if `n` training samples have
            equal weights.
        """
        numbers = [
            kernels.sum(axis=1) ** 2 / np.einsum("ij,ij->i", kernels, kernels)
            for kernels in self._kernels(X)
        ]
        return float(np.median(np.concatenate(numbers)))

    def _kernels(self, X):
        """Yield kernels of a few rows at a time, divided by the maximum of the row."""
        check_is_fitted(self)
        check_params(self)  # set_params may have changed the scale since fit
        X = validate_samples(self, X, reset=False, dtype=FLOATS)
        factors, centers = self._factors(X)
        n_cached_rows = max(1, _KERNELS_AT_ONCE // len(self._samples))
        for rows in gen_batches(len(X), _ROWS_MULTIPLIED_AT_ONCE):
            exponents = factors[rows] @ centers.T
            for few in gen_batches(len(exponents), n_cached_rows):
                kernels = exponents[few]
                kernels -= kernels.max(axis=1, keepdims=True)
                np.maximum(kernels, _LEAST_EXPONENT, out=kernels)
                kernels = kernels.astype(np.float32, copy=False)
                yield np.exp(kernels, out=kernels)

    def _factors(self, X):
        """Return two matrices whose product has the exponents of all kernels.

        Squared distances are expanded into products, which BLAS computes fast. The
        square of the row is left out: it scales all kernels of the row equally.
        """
        variance = np.square(float(self.scale))
        # Products that cancel out leave the rounding error of the largest of them.
        with np.errstate(over="ignore", invalid="ignore"):
            centered = X - self._origin
            length = np.sqrt(np.einsum("ij,ij->i", centered, centered).max())
            half_square = -float(self._centers[:, -1].min())
            largest_term = (half_square + length * np.sqrt(2 * half_square)) / variance
        for dtype in (np.float32, np.float64):
            is_exact = largest_term * np.finfo(dtype).eps < _LARGEST_ERROR
            if is_exact and length / variance < np.finfo(dtype).max:
                break
        else:
            raise ValueError(
                "GaussianParzenClassifier expects samples that are less than about a "
                f"million times the scale apart, but with scale={self.scale!r} float64 "
                "is not exact enough for these samples. Check the units of X and of "
                "scale, or put a scaler in front."
            )
        centers = self._centers
        if dtype == np.float64:
            centered = X.astype(dtype) - self._origin
            centers = self._centers_with_squares(dtype)
        ones = np.ones(len(X), dtype)
        factors = np.column_stack([centered.astype(dtype, copy=False), ones])
        factors /= dtype(variance)
        return factors, centers

    # Squares that overflow are refused in prediction, where the scale counts.
    @np.errstate(over="ignore", invalid="ignore")
    def _centers_with_squares(self, dtype):
        """Return the centred samples with a further column, -|x_i|^2 / 2."""
        n_samples, n_features = self._samples.shape
        result = np.empty((n_samples, n_features + 1), dtype)
        centers = result[:, :-1]
        # Write into the result: new memory would take longer than the subtraction.
        np.subtract(
            self._samples,
            self._origin,
            out=centers,
            casting="same_kind",
            dtype=np.result_type(self._samples, dtype),
        )
        result[:, -1] = np.einsum("ij,ij->i", centers, centers) / -2
        return result
