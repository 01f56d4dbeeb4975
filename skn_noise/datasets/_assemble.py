"""Make one `Dataset` of the parts that a source holds."""

import numpy as np
from sklearn.model_selection import PredefinedSplit

from skn_noise.datasets._dataset import Dataset
from skn_noise.datasets._images import flatten_images
from skn_noise.datasets._labels import join_labels, to_labels
from skn_noise.datasets._pixels import to_pixels


def assemble(name, parts, *, white, pixels):
    """Check the parts, put them behind each other, remember where the second begins."""
    for part in parts:
        _check_samples(part)
    _check_same_shape(parts)
    y = join_labels([to_labels(part) for part in parts], parts)
    X, image_shape = flatten_images(
        to_pixels(parts, white) if pixels else _join_numbers(parts), is_table=not pixels
    )
    if len(parts) == 1:
        return Dataset(X, y, name, image_shape)
    in_test = np.repeat([-1, 0], [len(part.X) for part in parts])
    return Dataset(X, y, name, image_shape, PredefinedSplit(in_test))


def _check_samples(part):
    """Raise an error unless a part holds numbers, one or more a sample."""
    if part.X.ndim < 2:
        raise ValueError(
            f"{part.X_name} has shape {part.X.shape}; expected (n_samples, ...), with "
            "at least one number a sample along the further axes. Reshape it."
        )
    if part.X.size == 0:
        missing = "samples" if len(part.X) == 0 else "pixels"
        raise ValueError(
            f"{part.X_name} holds no {missing}: its shape is {part.X.shape}. Save it "
            "again with at least one."
        )
    if part.X.dtype.kind not in "biuf":
        raise ValueError(
            f"{part.X_name} is of type {part.X.dtype}; expected real numbers. Save it "
            "again with a dtype such as float32 or uint8."
        )
    bad = np.argwhere(~np.isfinite(part.X))
    if len(bad):
        raise ValueError(
            f"{part.place(bad[0])} holds {part.X[tuple(bad[0])]}; expected finite "
            "numbers only. Fill what is missing, or drop these samples."
        )


def _check_same_shape(parts):
    first, *others = parts
    for part in others:
        if part.X.shape[1:] != first.X.shape[1:]:
            raise ValueError(
                f"The samples of {first.X_name} have shape {first.X.shape[1:]}, but "
                f"those of {part.X_name} {part.X.shape[1:]}. Bring them to one shape."
            )


def _join_numbers(parts):
    """Return all samples as float32 or float64, whichever keeps their digits."""
    X = np.concatenate([part.X for part in parts])
    return X.astype(min(np.result_type(X, np.float32), np.dtype(np.float64)))
