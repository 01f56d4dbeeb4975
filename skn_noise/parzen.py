"""Reference classifier for noisy samples: Gaussian kernels around clean samples."""

from __future__ import annotations

from numbers import Real
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist
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
    warn_user,
)

# Squares of larger values, and their quotients, could overflow.
_LARGEST = 1e15
_ROWS_MULTIPLIED_AT_ONCE = 256
# Kernels that stay in the cache of a core, 1 MiB.
_KERNELS_AT_ONCE = 2**18
# Smaller exponents cannot change a sum, but their kernels would be denormal numbers,
# with which a processor computes many times more slowly.
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

    classes : array-like of shape (n_classes,), default=None
        Class labels. Each class must have training samples. If None, the labels of `y`.

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
    computed in double precision. If this is not exact enough, the differences between
    samples are computed one by one, many times more slowly.

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
        "scale": [Interval(Real, 1 / _LARGEST, _LARGEST, closed="both")],
        "classes": ["array-like", None],
    }

    def __init__(self, scale: float = 1.0, *, classes: ArrayLike | None = None) -> None:
        self.scale = scale
        self.classes = classes

    @fit_context
    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Store the training samples.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Clean training samples, with values between -1e15 and 1e15.

        y : array-like of shape (n_samples,)
            Class labels, of any type.

        Returns
        -------
        self : object
            Fitted classifier.

        Raises
        ------
        ValueError
            If `scale` or a value of `X` is out of its range, or the classes of `y` are
            not those of `classes`.
        """
        X, y = validate_samples(self, X, y, dtype=FLOATS)
        _check_range(X)
        refuse_mixed_types(y)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        self._check_classes()
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
            If `scale` or a value of `X` is out of its range.
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
        _check_range(X)
        exponents_of_rows = self._choose_method(X)
        n_cached_rows = max(1, _KERNELS_AT_ONCE // len(self._samples))
        for rows in gen_batches(len(X), _ROWS_MULTIPLIED_AT_ONCE):
            exponents = exponents_of_rows(rows)
            for few in gen_batches(len(exponents), n_cached_rows):
                kernels = exponents[few]
                kernels -= kernels.max(axis=1, keepdims=True)
                np.maximum(kernels, _LEAST_EXPONENT, out=kernels)
                kernels = kernels.astype(np.float32, copy=False)
                yield np.exp(kernels, out=kernels)

    def _choose_method(self, X):
        """Return the fastest function that computes exponents exactly enough."""
        centered = X - self._origin
        length = np.sqrt(np.einsum("ij,ij->i", centered, centered).max())
        variance = np.square(float(self.scale))
        half_square = -float(self._centers[:, -1].min())
        largest_term = (half_square + length * np.sqrt(2 * half_square)) / variance
        for dtype in (np.float32, np.float64):
            is_exact = largest_term * np.finfo(dtype).eps < _LARGEST_ERROR
            if is_exact and length / variance < np.finfo(dtype).max:
                return self._products(X, variance, dtype)
        return self._differences(X)

    def _products(self, X, variance, dtype):
        """Expand the squared distances into products, which BLAS computes fast."""
        centers = self._centers
        if dtype == np.float64:
            X, centers = X.astype(dtype), self._centers_with_squares(dtype)
        centered = (X - self._origin).astype(dtype, copy=False)
        factors = np.column_stack([centered, np.ones(len(X), dtype)])
        factors /= dtype(variance)
        return lambda rows: factors[rows] @ centers.T

    def _differences(self, X):
        """Compute squared distances from the differences, without cancellation."""
        X, samples = X.astype(np.float64), self._samples.astype(np.float64)
        scale = float(self.scale)

        def exponents_of(rows):
            exponents = cdist(X[rows], samples, "sqeuclidean") / -2 / scale / scale
            rounding = np.finfo(np.float64).eps
            if (exponents.max(axis=1) * rounding < -_LARGEST_ERROR).any():
                warn_user(
                    "GaussianParzenClassifier expects samples within a million times "
                    f"the scale of a training sample, but with scale {self.scale!r} "
                    "some samples are farther away, so that float64 is not exact "
                    "enough and their probabilities may be wrong. Check the units of "
                    "X and of scale."
                )
            return exponents

        return exponents_of

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

    def _check_classes(self):
        if self.classes is None:
            return
        try:
            classes = list(self.classes)
            lacking = np.setdiff1d(classes, self.classes_).tolist()
            unknown = np.setdiff1d(self.classes_, classes).tolist()
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"classes must be a list of labels of one type, got {self.classes!r}."
                " Pass np.unique(y) of all samples."
            ) from error
        for labels, which in ((lacking, "no samples of"), (unknown, "also samples of")):
            if labels:
                raise ValueError(
                    f"y must have samples of the classes {classes} and of no others; "
                    f"it has {which} {labels}. Check how the samples were chosen, or "
                    "do not pass classes."
                )


def _check_range(X):
    """Refuse values whose squares could overflow."""
    largest = max(X.max(), -X.min())
    if largest > _LARGEST:
        raise ValueError(
            f"GaussianParzenClassifier expects values of X between -{_LARGEST:g} and "
            f"{_LARGEST:g}, got an absolute value of {largest:g}. Pass X and scale in "
            "a larger unit, or put a scaler in front."
        )
