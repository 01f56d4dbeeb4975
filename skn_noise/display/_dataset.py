"""A data set at a glance: what it holds in words, its classes, a few of its images."""

import numpy as np
import pandas as pd
from sklearn.utils.multiclass import type_of_target

from skn_noise.display._checks import check_image_shape
from skn_noise.display._mosaic import draw_images, label_columns

_MOST_CLASSES, _MOST_OF_CLASS = 10, 3


def describe_dataset(dataset):
    """Say how many samples, features and classes there are."""
    n_samples, n_features = dataset.X.shape
    shape = dataset.image_shape
    images = "" if shape is None else f", images of {' x '.join(map(str, shape))},"
    if _has_classes(dataset):
        targets = f"{len(np.unique(dataset.y))} classes"
    else:
        targets = f"targets from {dataset.y.min():.4g} to {dataset.y.max():.4g}"
    return (
        f"{dataset.name}: {n_samples} samples of {n_features} features{images} with "
        f"{targets}."
    )


def class_counts(dataset):
    """Return how many samples each class has, an empty table without any."""
    if not _has_classes(dataset):
        return pd.DataFrame()
    counts = {"samples": pd.Series(dataset.y).value_counts()}
    if dataset.holdout is not None:
        is_training = dataset.holdout.test_fold < 0
        counts["training"] = pd.Series(dataset.y[is_training]).value_counts()
        counts["validation"] = pd.Series(dataset.y[~is_training]).value_counts()
    table = pd.DataFrame(counts).fillna(0).astype(int)
    return table.sort_index().rename_axis("class")


def draw_classes(dataset, ax):
    """Draw the first images of each class, a column a class; or some, by target."""
    rows, labels = _chosen(dataset)
    values = dataset.X[rows]
    low, high = values.min(), values.max()
    levels = (values - low) / (high - low if high > low else 1)
    shape = check_image_shape(dataset.image_shape, {"images": dataset.X})
    cell = draw_images(ax, levels, shape)
    ax.set_yticks([])
    label_columns(ax, cell, labels)


def _chosen(dataset):
    """Return the numbers of the samples to draw, a row a column of the picture."""
    y = dataset.y
    if not _has_classes(dataset):
        rows = np.argsort(y)[np.linspace(0, len(y) - 1, _MOST_CLASSES).astype(int)]
        return rows[:, np.newaxis], [f"{target:.3g}" for target in y[rows]]
    classes = np.unique(y)[:_MOST_CLASSES]
    rows = [np.flatnonzero(y == label)[:_MOST_OF_CLASS] for label in classes]
    n_rows = min(map(len, rows))
    return np.array([row[:n_rows] for row in rows]), [str(label) for label in classes]


def _has_classes(dataset):
    return type_of_target(dataset.y) != "continuous"
