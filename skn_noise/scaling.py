"""Standardise all values together, with one mean and one standard deviation."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import (
    BaseEstimator,
    OneToOneFeatureMixin,
    TransformerMixin,
)
from sklearn.utils import gen_batches
from sklearn.utils.validation import check_array, check_is_fitted

from skn_noise._sklearn import (
    FLOATS,
    CallbackSupportMixin,
    DocumentedMixin,
    fit_context,
    fit_task,
    smallest_floats,
    validate_samples,
    warn_user,
)

# Blocks are converted to float64 one by one, so that X is never copied as a whole.
_ROWS_IN_BLOCK = 1024
# The range of an 8-bit pixel is at least 1/255 of that of another one.
_WIDEST_RATIO = 1000


class GlobalStandardScaler(
    DocumentedMixin,
    CallbackSupportMixin,
    OneToOneFeatureMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Standardise by one scalar mean and one scalar standard deviation over all values.

    Use this scaler for features with the same unit, such as pixels. Scaling each column
    separately would amplify the border pixels of images, which are almost constant. For
    features with different units, use :class:`~sklearn.preprocessing.StandardScaler`.

    Attributes
    ----------
    mean_ : float
        Mean of all training values, in the units of `X`.

    scale_ : float
        Standard deviation of all training values, in the units of `X`; 1.0 if they are
        all equal.

    n_features_in_ : int
        Number of features seen during :term:`fit`.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during :term:`fit`. Defined only when `X`
        has feature names that are all strings.

    See Also
    --------
    sklearn.preprocessing.StandardScaler : Standardise each feature separately.

    Notes
    -----
    The standard deviation is that of the population (``ddof=0``), as in
    :class:`~sklearn.preprocessing.StandardScaler`. NaNs are disregarded in `fit` and
    maintained in `transform`. float32 and float64 are kept, float16 becomes float32,
    all other types become float64; the mean and the deviation are computed in float64.

    Examples
    --------
    >>> from skn_noise import GlobalStandardScaler
    >>> scaler = GlobalStandardScaler().fit([[0.0, 2.0], [4.0, 2.0]])
    >>> scaler.mean_
    2.0
    >>> scaler.transform([[2.0, 2.0]])
    array([[0., 0.]])
    """

    _parameter_constraints: dict = {}

    @fit_context
    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Compute the mean and the standard deviation of all values.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples.

        y : None
            Ignored.

        Returns
        -------
        self : object
            Fitted scaler.

        Raises
        ------
        ValueError
            If `X` is not a 2-D array of numbers without infinities, if all its values
            are NaN, or if their standard deviation is not between 1e-30 and 1e30.

        Warns
        -----
        UserWarning
            If a column becomes almost constant, as its range (maximum minus minimum) is
            less than a thousandth of the standard deviation, or of the range of another
            column. Columns differ so much in their units, or in their means. Constant
            columns are ignored.
        """
        X = self._validate(X, reset=True)
        with fit_task(self, X, y):
            self._measure(X)
        return self

    def _measure(self, X):
        n_values = _sum_over_blocks(X, np.size)
        if n_values == 0:
            raise ValueError(
                "GlobalStandardScaler expects at least one number in X, got only NaN. "
                "Check how the samples were read."
            )
        lows, highs = np.fmin.reduce(X, axis=0), np.fmax.reduce(X, axis=0)
        lowest, highest = float(np.fmin.reduce(lows)), float(np.fmax.reduce(highs))
        if lowest == highest:
            self.mean_, self.scale_ = lowest, 1.0
            return
        with np.errstate(over="ignore", invalid="ignore"):
            mean = _sum_over_blocks(X, np.sum) / n_values
            squares = _sum_over_blocks(X, lambda values: np.sum((values - mean) ** 2))
        scale = float(np.sqrt(squares / n_values))
        # A smaller deviation could be 0 in float32, and a larger one infinite.
        if not 1e-30 <= scale <= 1e30:
            raise ValueError(
                "GlobalStandardScaler expects values with a standard deviation from "
                f"1e-30 to 1e+30, got {scale:g}. Express X in another unit: multiply "
                "it by a constant."
            )
        self.mean_, self.scale_ = mean, scale
        self._warn_of_units(highs.astype(np.float64) - lows)

    def _warn_of_units(self, ranges):
        # Ranges are compared, not standard deviations: a border pixel of MNIST that is
        # bright in one image has a deviation 3 000 times smaller than others, but the
        # same range. If the means differ most, the deviation of all values is wider
        # than the range of any column.
        varying = np.flatnonzero(ranges > 0)
        if varying.size == 0:
            return
        least = varying[ranges[varying].argmin()]
        most = varying[ranges[varying].argmax()]
        widest = max(ranges[most], self.scale_)
        if widest / _WIDEST_RATIO <= ranges[least]:
            return
        names = getattr(self, "feature_names_in_", range(len(ranges)))
        by_means = self.scale_ > ranges[most]
        what = "that deviation" if by_means else f"the range of column {names[most]!r}"
        warn_user(
            "GlobalStandardScaler subtracts the same mean from all columns of X, and "
            "divides them by the same standard deviation, but the range of column "
            f"{names[least]!r} is less than 1/{_WIDEST_RATIO} of {what}: the column "
            "becomes almost constant. For columns with different units or means, use "
            "sklearn.preprocessing.StandardScaler."
        )

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Subtract the mean and divide by the standard deviation.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples; never modified.

        Returns
        -------
        X_new : ndarray of shape (n_samples, n_features)
            Standardised samples.

        Raises
        ------
        ValueError
            If `X` has other features than in :meth:`fit`.
        """
        check_is_fitted(self)
        X = self._validate(X, reset=False)
        standardized = X - self.mean_
        standardized /= self.scale_
        return standardized

    def inverse_transform(self, X: ArrayLike) -> np.ndarray:
        """Multiply by the standard deviation and add the mean.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Standardised samples; never modified.

        Returns
        -------
        X_original : ndarray of shape (n_samples, n_features)
            Samples in their original units.

        Raises
        ------
        ValueError
            If `X` has another number of features than in :meth:`fit`.
        """
        check_is_fitted(self)
        X = check_array(X, dtype=smallest_floats(X), ensure_all_finite="allow-nan")
        if X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but GlobalStandardScaler is expecting "
                f"{self.n_features_in_} features as input."
            )
        original = X * self.scale_
        original += self.mean_
        return original

    def _validate(self, X, *, reset):
        return validate_samples(
            self,
            X,
            reset=reset,
            dtype=FLOATS,
            ensure_all_finite="allow-nan",
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _sum_over_blocks(X, function):
    """Add up `function` of the values that are not NaN, a float64 block at a time."""
    total = 0.0
    for rows in gen_batches(X.shape[0], _ROWS_IN_BLOCK):
        block = X[rows].astype(np.float64, order="C")
        is_nan = np.isnan(block)
        total += function(block[~is_nan] if is_nan.any() else block)
    return float(total)
