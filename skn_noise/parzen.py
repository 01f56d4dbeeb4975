"""A training-free reference: the Bayes rule for clean samples under Gaussian noise."""

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

_ROWS_MULTIPLIED_AT_ONCE = 256
# Kernels in the cache of a core while they are passed over: 1 MiB.
_KERNELS_AT_ONCE = 2**18
# The kernels of smaller exponents are too small to change a sum, but denormal numbers
# take a processor many times as long.
_LEAST_EXPONENT = np.float32(-85)
# float32 holds the squares of numbers up to 2 to this power, and down to 1 over it.
_SAFE_EXPONENT = 40
# Of an exponent; probabilities differ by a quarter of it, or less.
_LARGEST_ERROR = 2e-3
_FLOAT64 = np.finfo(np.float64)


class GaussianParzenClassifier(DocumentedMixin, ClassifierMixin, BaseEstimator):
    r"""Classify noisy samples by Gaussian kernels around clean training samples.

    Nothing is trained: the probability of a class is the sum of the kernels around its
    training samples, at the sample to classify. If the clean samples behind the noisy
    ones were the training samples themselves, and the noise had the standard deviation
    `scale`, this would be the rule of Bayes, which no classifier can beat.

    Parameters
    ----------
    scale : float, default=1.0
        Standard deviation of the kernels, in the units of `X`: that of the noise on the
        samples to classify. It is read when they are classified, so that another one
        needs no other fit. :func:`noise_grid` and :func:`noise_curve` set it to the
        scale of the noise in each of their regimes; ``training="clean"`` is the one
        that this classifier is made for.

    classes : array-like of shape (n_classes,), default=None
        The class labels, each of which must have training samples; None takes those of
        `y`.

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
    sklearn.neighbors.RadiusNeighborsClassifier : Kernels that end at a radius.

    Notes
    -----
    For training samples :math:`x_i` with labels :math:`y_i` and the `scale`
    :math:`\sigma`,

    .. math:: p(c \mid x) \propto
        \sum_{i : y_i = c} \exp\left(-\frac{|x - x_i|^2}{2 \sigma^2}\right)

    as Parzen's windows estimate densities [1]_. Classes weigh as often as they occur
    in training.

    It is a bound only as far as the training samples stand for all clean samples there
    are. :meth:`median_effective_neighbors` tells how many of them share in a decision:
    near 1 this is the rule of the nearest neighbour, which a trained classifier may
    well beat, and no bound. With tens of them and more it comes near the rule of Bayes.

    Products and kernels are computed in single precision, for a few hundred samples at
    a time, on as many threads as BLAS has. Where the rounding errors of that could
    change a probability by 1e-3, because `scale` is small for the spread of the
    samples, products are computed in double precision, and differences one by one if
    that is still not enough, which takes many times as long. The columns of `X` may so
    have any offset and spread that float64 can tell.

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

    # What the regimes of training set to the scale of the noise.
    _noise_scale_in_prediction = "scale"

    _parameter_constraints: dict = {
        "scale": [Interval(Real, 0, None, closed="neither")],
        "classes": ["array-like", None],
    }

    def __init__(self, scale: float = 1.0, *, classes: ArrayLike | None = None) -> None:
        self.scale = scale
        self.classes = classes

    @fit_context
    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Keep the training samples.

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
            If `scale` is not greater than 0, the data is not finite, or `y` holds other
            classes than `classes` names.
        """
        X, y = validate_samples(self, X, y, dtype=FLOATS)
        refuse_mixed_types(y)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        self._check_classes()
        order = np.argsort(labels, kind="stable")
        self._class_starts = np.searchsorted(labels[order], range(len(self.classes_)))
        self._samples = X[order]
        with np.errstate(over="ignore", invalid="ignore"):
            self._prepare_products()
        return self

    def _prepare_products(self):
        # Distances do not depend on the origin, but their rounding errors do.
        origin = self._samples.mean(axis=0, dtype=np.float64)
        origin[~np.isfinite(origin)] = 0
        self._origin = origin.astype(self._samples.dtype)
        exponent = int(np.frexp(np.ptp(self._samples, axis=0).max())[1])
        self._exponent = 0 if abs(exponent) <= _SAFE_EXPONENT else exponent
        self._centers = self._centers_with_squares(np.float32)
        self._largest_half_square = -float(self._centers[:, -1].min())

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
        """Count the training samples that have a say in a typical decision.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Noisy samples.

        Returns
        -------
        number : float
            Median over the samples of the effective number of neighbours, that is 1
            over the sum of the squares of their weights; 1 if one training sample
            decides alone, `n` if `n` of them weigh the same.
        """
        numbers = [
            kernels.sum(axis=1) ** 2 / np.einsum("ij,ij->i", kernels, kernels)
            for kernels in self._kernels(X)
        ]
        return float(np.median(np.concatenate(numbers)))

    def _kernels(self, X):
        """Yield the kernels for a few rows at a time, the greatest of each row 1."""
        check_is_fitted(self)
        check_params(self)  # the scale may be another than in fit
        X = validate_samples(self, X, reset=False, dtype=FLOATS)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
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
        """Return what computes the exponents of rows, as fast as is exact enough."""
        centered = self._in_unit(X - self._origin)
        length = np.sqrt(np.einsum("ij,ij->i", centered, centered).max())
        variance = np.square(np.ldexp(float(self.scale), -self._exponent))
        half = self._largest_half_square
        largest_term = (half + length * np.sqrt(2 * half)) / variance
        for dtype in (np.float32, np.float64):
            # Not so for NaN and infinity, what overflowed.
            is_exact = largest_term * np.finfo(dtype).eps < _LARGEST_ERROR
            largest = max(length, length / variance, 1 / variance)
            if is_exact and largest < np.finfo(dtype).max:
                return self._products(X, variance, dtype)
        return self._differences(X)

    def _products(self, X, variance, dtype):
        """Multiply out the squares, which BLAS is fast at."""
        centers = self._centers
        if dtype == np.float64:
            X, centers = X.astype(dtype), self._centers_with_squares(dtype)
        centered = self._in_unit(X - self._origin).astype(dtype, copy=False)
        factors = np.column_stack([centered, np.ones(len(X), dtype)])
        factors /= dtype(variance)
        return lambda rows: factors[rows] @ centers.T

    def _differences(self, X):
        """Square the differences one by one, each exact up to its own rounding."""
        largest = max(np.abs(X).max(), np.abs(self._samples).max())
        # Neither the squares of the scale nor those of the values leave the range.
        exponent = max(np.frexp(float(self.scale))[1], np.frexp(largest)[1] - 500)
        X, samples = (
            np.ldexp(values, -exponent, dtype=np.float64)
            for values in (X, self._samples)
        )
        scale = max(np.ldexp(float(self.scale), -exponent), _FLOAT64.tiny)

        def exponents_of(rows):
            exponents = cdist(X[rows], samples, "sqeuclidean") / -2
            with np.errstate(over="ignore"):
                exponents = np.maximum(exponents / scale / scale, _FLOAT64.min)
            if (exponents.max(axis=1) * _FLOAT64.eps < -_LARGEST_ERROR).any():
                warn_user(
                    "GaussianParzenClassifier expects samples within a million scale "
                    f"of a training sample, but with scale {self.scale!r} some lie "
                    "farther from all of them than float64 can tell apart: their "
                    "probabilities may be wrong. Check the units of X and of scale."
                )
            return exponents

        return exponents_of

    def _centers_with_squares(self, dtype):
        """Add a column whose product with a 1 turns x x_i into x x_i - |x_i|^2 / 2."""
        n_samples, n_features = self._samples.shape
        result = np.empty((n_samples, n_features + 1), dtype)
        centers = result[:, :-1]
        exact = np.result_type(self._samples, dtype)
        # Straight into the result, as fresh memory takes longer than the difference.
        options = {"casting": "same_kind", "dtype": exact}
        if self._exponent == 0:
            np.subtract(self._samples, self._origin, out=centers, **options)
        else:
            centers[:] = self._in_unit(
                np.subtract(self._samples, self._origin, dtype=exact)
            )
        result[:, -1] = np.einsum("ij,ij->i", centers, centers) / -2
        return result

    def _in_unit(self, centered):
        """Divide by a power of 2, which changes no digit, if squares need it."""
        if self._exponent == 0:
            return centered
        return np.ldexp(centered, -self._exponent)

    def _check_classes(self):
        if self.classes is None:
            return
        try:
            classes = list(self.classes)
            lacking = np.setdiff1d(classes, self.classes_).tolist()
            unknown = np.setdiff1d(self.classes_, classes).tolist()
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"classes must be one list of labels of one type, got {self.classes!r}."
                " Pass np.unique(y) of all samples."
            ) from error
        for labels, which in ((lacking, "has none of"), (unknown, "also has")):
            if labels:
                raise ValueError(
                    f"y must hold samples of the classes {classes}, and of no others; "
                    f"it {which} {labels}. Check how the samples were chosen, or leave "
                    "classes out."
                )
