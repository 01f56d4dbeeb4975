"""Standardise all values together, with one mean and one standard deviation."""

import numpy as np
from sklearn.base import (
    BaseEstimator,
    OneToOneFeatureMixin,
    TransformerMixin,
)
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import gen_batches
from sklearn.utils.validation import check_array, check_is_fitted

from skn_noise._sklearn import FLOATS, fit_context, fit_task, validate_samples

_ROWS_IN_BLOCK = 1024


class GlobalStandardScaler(
    CallbackSupportMixin, OneToOneFeatureMixin, TransformerMixin, BaseEstimator
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
    stay NaN. float32 and float64 are kept; the figures are computed in float64.

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
    def fit(self, X, y=None):
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
            If `X` is not a 2-D array of numbers without infinities, or all are NaN.
        """
        X = self._validate(X, reset=True)
        with fit_task(self, X, y):
            n_values = _sum_over_blocks(X, np.size)
            if n_values == 0:
                raise ValueError(
                    "GlobalStandardScaler expects at least one number in X, got only "
                    "NaN."
                )
            self.mean_ = _sum_over_blocks(X, np.sum) / n_values
            squares = _sum_over_blocks(
                X, lambda values: np.sum((values - self.mean_) ** 2)
            )
            deviation = float(np.sqrt(squares / n_values))
            is_constant = deviation == 0 or np.nanmin(X) == np.nanmax(X)
            self.scale_ = 1.0 if is_constant else deviation
        return self

    def transform(self, X):
        """Subtract the mean and divide by the standard deviation.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples; never modified.

        Returns
        -------
        X_new : ndarray of shape (n_samples, n_features)
            Standardised samples.
        """
        check_is_fitted(self)
        X = self._validate(X, reset=False)
        standardized = X - self.mean_
        standardized /= self.scale_
        return standardized

    def inverse_transform(self, X):
        """Multiply by the standard deviation and add the mean.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Standardised samples; never modified.

        Returns
        -------
        X_original : ndarray of shape (n_samples, n_features)
            Samples in their original units.
        """
        check_is_fitted(self)
        X = check_array(X, dtype=FLOATS, ensure_all_finite="allow-nan")
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
