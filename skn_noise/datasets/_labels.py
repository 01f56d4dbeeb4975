"""Labels: one a sample, as numbers or as text."""

import numpy as np


def to_labels(part):
    """Return the labels of a part as a plain array of shape (n_samples,)."""
    y, name = part.y, part.y_name
    if y.ndim == 0 or len(y) != len(part.X):
        n_labels = "a single value" if y.ndim == 0 else f"{len(y)} labels"
        raise ValueError(
            f"{part.X_name} holds {len(part.X)} samples, but {name} {n_labels}. There "
            "must be one label a sample."
        )
    if y.dtype == object:
        y = _to_plain(y, name)
    if y.dtype.kind not in "biufU":
        raise ValueError(
            f"{name} is of type {y.dtype}; expected labels that are numbers or text. "
            "Save it again, for instance as y.astype(str)."
        )
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        row = int(np.argwhere(~np.isfinite(y))[0][0])
        raise ValueError(
            f"{name} holds {y[row]} in row {row}, which is no label. Drop the samples "
            "without label."
        )
    return _one_a_sample(y, name)


def join_labels(labels, parts):
    """Put the labels of all parts behind each other."""
    if len({y.dtype.kind == "U" for y in labels}) > 1:
        kinds = (
            f"{part.y_name} holds {'text' if y.dtype.kind == 'U' else 'numbers'}"
            for y, part in zip(labels, parts, strict=True)
        )
        raise ValueError(
            f"{', but '.join(kinds)}. Save all labels as numbers, or all as text."
        )
    return np.concatenate(labels)


def _to_plain(y, name):
    """Convert Python objects, of which a hash of the data would not be stable."""
    types = {type(label) for label in y.flat}
    if len(types) > 1 or not types <= {str, bool, int, float}:
        found = ", ".join(sorted(kind.__name__ for kind in types))
        raise ValueError(
            f"{name} holds labels of type {found}; expected numbers only or text only. "
            "Bring them to one type."
        )
    return np.array(y.tolist())


def _one_a_sample(y, name):
    if y.size == len(y):
        return y.reshape(-1)
    if y.ndim == 2:
        is_one_hot = ((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all()
        if is_one_hot:
            return y.argmax(axis=1)
    raise ValueError(
        f"{name} has shape {y.shape} and is not one-hot; expected one label a sample, "
        "or rows with a single 1 among zeros. Choose one column of it."
    )
