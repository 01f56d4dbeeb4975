"""Samples as every estimator of the package takes them."""

import numpy as np
from sklearn.utils.validation import validate_data

FLOATS = [np.float64, np.float32]


def validate_samples(estimator, X, y="no_validation", **kwargs):
    """Call scikit-learn's ``validate_data``, with more help on images and on text."""
    name = type(estimator).__name__
    shape = getattr(X, "shape", ())
    if len(shape) > 2:
        raise ValueError(
            f"{name} expects one row a sample, X of shape (n_samples, n_features), but "
            f"X has shape {tuple(shape)}. Flatten images with X.reshape(len(X), -1)."
        )
    if kwargs["dtype"] is FLOATS and _is_float32(X):
        kwargs["dtype"] = np.float32
    try:
        return validate_data(estimator, X, y, **kwargs)
    except ValueError as error:
        if "could not convert string to float" not in str(error):
            raise
        raise ValueError(
            f"{name} expects X to hold numbers, but found text: {error}. Encode text "
            "first, for instance with sklearn.preprocessing.OneHotEncoder."
        ) from error


def _is_float32(X):
    """Tell whether all values are float32, in any byte order or kind of data frame.

    scikit-learn knows only the native one, and would make float64 of the others.
    """
    dtypes = getattr(X, "dtypes", [getattr(X, "dtype", None)])
    return len(dtypes) > 0 and all(_name(dtype) == "float32" for dtype in dtypes)


def _name(dtype):
    dtype = getattr(dtype, "numpy_dtype", dtype)  # of an extension type of pandas
    name = getattr(dtype, "name", str(dtype))  # of NumPy, or of polars
    return name.lower()
