"""What the noise of an estimator makes of some samples."""

from numbers import Integral

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from skn_noise._sklearn import n_samples as count_samples
from skn_noise._sklearn import safe_split
from skn_noise.display._scale_axis import scale_texts
from skn_noise.study._scales import check_param_name, check_scales


def noisy_samples(estimator, X, y, scales, param_name, n_samples):
    """Return the numbers of samples spread over X, and the values to draw by panel."""
    steps = steps_of(estimator)
    check_param_name(estimator, param_name)
    scales = check_scales(scales)
    X = as_table(X)
    rows = np.linspace(0, count_samples(X) - 1, check_n_samples(n_samples, X))
    rows = rows.astype(int)
    steps.fit(X, y)
    samples, _ = safe_split(steps, X, None, rows)

    def at(scale):
        steps.set_params(**{param_name: scale})
        return as_values(steps.transform(samples))

    panels = {"no noise": at(0.0), "noise alone": at(1.0) - at(0.0)}
    texts = scale_texts(scales)
    panels |= {
        f"scale {text}": at(scale) for text, scale in zip(texts, scales, strict=True)
    }
    return rows, panels


def steps_of(estimator):
    """Return a clone of a transformer, or of the steps before a classifier."""
    if hasattr(estimator, "transform"):
        return clone(estimator)
    if isinstance(estimator, Pipeline) and len(estimator) > 1:
        return clone(estimator)[:-1]
    raise TypeError(
        "estimator must be a transformer, or a pipeline with steps before its "
        f"classifier, got {type(estimator).__name__}. Put a GaussianNoiseTransformer "
        "before it."
    )


def as_table(X):
    """Return samples as they are if they have rows and columns, else as an array."""
    try:
        X = X if hasattr(X, "shape") else np.asarray(X)
    except ValueError as error:  # rows of several lengths
        raise ValueError(f"X must have rows of one length: {error}.") from error
    if len(X.shape) != 2:
        raise ValueError(
            f"X must have one row a sample, shape (n_samples, n_features); got shape "
            f"{tuple(X.shape)}. Flatten images with X.reshape(len(X), -1)."
        )
    return X


def as_values(table):
    """Return what a step gives, a frame or an array, as an array of numbers."""
    return np.asarray(table.toarray() if hasattr(table, "toarray") else table)


def check_n_samples(n_samples, X):
    """Return the number of samples to draw, which there may not be."""
    if not isinstance(n_samples, Integral) or n_samples < 1:
        raise ValueError(
            f"n_samples must be a whole number of at least 1, got {n_samples!r}."
        )
    return min(int(n_samples), count_samples(X))
