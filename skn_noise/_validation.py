"""Samples as every estimator of the package takes them."""

from sklearn.utils.validation import validate_data


def validate_samples(estimator, X, y="no_validation", **kwargs):
    """Call scikit-learn's ``validate_data``, with more help on images and on text."""
    name = type(estimator).__name__
    shape = getattr(X, "shape", ())
    if len(shape) > 2:
        raise ValueError(
            f"{name} expects one row a sample, X of shape (n_samples, n_features), but "
            f"X has shape {tuple(shape)}. Flatten images with X.reshape(len(X), -1)."
        )
    try:
        return validate_data(estimator, X, y, **kwargs)
    except ValueError as error:
        if "could not convert string to float" not in str(error):
            raise
        raise ValueError(
            f"{name} expects X to hold numbers, but found text: {error}. Encode text "
            "first, for instance with sklearn.preprocessing.OneHotEncoder."
        ) from error
