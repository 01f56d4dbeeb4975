"""Standardise all values together, with one mean and one standard deviation."""

from contextlib import contextmanager
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import (
    BaseEstimator,
    OneToOneFeatureMixin,
    TransformerMixin,
)
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import gen_batches
from sklearn.utils.validation import check_array, check_is_fitted

from skn_noise._sklearn import (
    FLOATS,
    DocumentedMixin,
    fit_context,
    fit_task,
    smallest_floats,
    validate_samples,
)

_ROWS_IN_BLOCK = 1024
# Squares of numbers up to 2 to this power, and down to 1 over it, can be added up.
_SAFE_EXPONENT = 400
# Smaller numbers have less than 20 binary digits left.
_LEAST_DEVIATION = 2.0**-1054


class GlobalStandardScaler(
    DocumentedMixin,
    CallbackSupportMixin,
    OneToOneFeatureMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Standardise by one scalar mean and one scalar standard deviation over all values.

    For pixels, that share a unit: scaling each by its own deviation would blow up the
    border pixels, which hardly ever change.

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
    sklearn.preprocessing.StandardScaler : A mean and a deviation for each feature.

    Notes
    -----
    The standard deviation is that of the population (``ddof=0``), as in
    :class:`~sklearn.preprocessing.StandardScaler`. NaN are left out of both figures and
    stay NaN. float32 and float64 are kept, float16 becomes float32, other numbers
    float64; the figures are computed in float64, also of values near its ends.

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
            If `X` is not a 2-D array of numbers without infinities, all are NaN, or
            they differ by less than float64 can tell.
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
        lowest, highest = float(np.nanmin(X)), float(np.nanmax(X))
        unit = _power_of_2_near(max(-lowest, highest), unless_within=_SAFE_EXPONENT)
        total = _sum_over_blocks(X, np.sum, unit)
        mean = min(max(total / n_values, lowest / unit), highest / unit)
        squares = _sum_over_blocks(X, lambda values: np.sum((values - mean) ** 2), unit)
        deviation = float(np.sqrt(squares / n_values)) * unit
        if lowest < highest and deviation < _LEAST_DEVIATION:
            raise ValueError(
                "GlobalStandardScaler expects values that differ by more than "
                f"{_LEAST_DEVIATION:.2g}, got a standard deviation of "
                f"{deviation:.2g}. Multiply X by a constant first."
            )
        self.mean_ = mean * unit
        self.scale_ = 1.0 if lowest == highest else deviation

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
            If `X` is not as in :meth:`fit`, or its standardised values are too large.
        """
        check_is_fitted(self)
        X = self._validate(X, reset=False)
        unit = self._unit()
        with _told_of_overflow("Standardised samples", X):
            standardized = (X if unit == 1 else X / unit) - self.mean_ / unit
            standardized /= self.scale_ / unit
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
            If `X` does not have the features of :meth:`fit`, or the samples are too
            large.
        """
        check_is_fitted(self)
        X = check_array(X, dtype=smallest_floats(X), ensure_all_finite="allow-nan")
        if X.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {X.shape[1]} features, but GlobalStandardScaler is expecting "
                f"{self.n_features_in_} features as input."
            )
        unit = self._unit()
        with _told_of_overflow("Samples in their original units", X):
            original = X * (self.scale_ / unit)
            original += self.mean_ / unit
            original *= unit
        return original

    def _unit(self):
        """Choose what values are divided by first, so that float32 holds them all."""
        return _power_of_2_near(self.scale_, unless_within=64)

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


def _power_of_2_near(number, *, unless_within):
    """Return a divisor that changes no digit, 1 for numbers that need none."""
    exponent = int(np.frexp(number)[1])
    return 1.0 if abs(exponent) <= unless_within else float(np.ldexp(1.0, exponent - 1))


@contextmanager
def _told_of_overflow(what, X):
    try:
        with np.errstate(over="raise"):
            yield
    except FloatingPointError as error:
        raise ValueError(
            f"{what} must be in the range of {X.dtype}, but the values of X are too "
            "far from those of fit. Check their units, or pass them as float64."
        ) from error


def _sum_over_blocks(X, function, unit=1.0):
    """Add up `function` of the values that are not NaN, a float64 block at a time."""
    total = 0.0
    for rows in gen_batches(X.shape[0], _ROWS_IN_BLOCK):
        block = X[rows].astype(np.float64, order="C")
        if unit != 1:
            block /= unit
        is_nan = np.isnan(block)
        total += function(block[~is_nan] if is_nan.any() else block)
    return float(total)
