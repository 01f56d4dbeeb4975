"""A data set in a notebook: its size, the classes and some of its images."""

import numpy as np
import pandas as pd

from skn_noise.display._mosaic import check_image_shape, draw_images, label_cells
from skn_noise.display._page import html_of, or_text, picture_of
from skn_noise.display._style import letters

_MOST_CLASSES, _MOST_OF_CLASS = 10, 3


@or_text
def dataset_html(dataset):
    """Return a data set as HTML: its size, some images and the sizes of classes."""
    finding, picture = _describe(dataset), ""
    if dataset.image_shape is not None:
        picture = picture_of(_draw_images, dataset, finding, (7.0, 2.6))
    return html_of(finding, picture, _class_counts(dataset))


def _describe(dataset):
    """Return how many samples, features and classes there are."""
    n_samples, n_features = dataset.X.shape
    shape = dataset.image_shape
    images = "" if shape is None else f", images of {' x '.join(map(str, shape))},"
    return (
        f"{dataset.name}: {n_samples} samples of {n_features} features{images} with "
        f"{targets_in_words(dataset.y)}."
    )


def targets_in_words(y, *, is_regression=False):
    """Return the number of classes, or the range of targets that have none."""
    if not is_regression and _has_classes(y):
        return f"{len(np.unique(y))} classes"
    return f"targets from {y.min():.4g} to {y.max():.4g}"


def _class_counts(dataset):
    """Return how many samples each class has, in an empty table without classes."""
    if not _has_classes(dataset.y):
        return pd.DataFrame()
    counts = {"samples": pd.Series(dataset.y).value_counts()}
    if dataset.holdout is not None:
        is_training = dataset.holdout.test_fold < 0
        counts["training"] = pd.Series(dataset.y[is_training]).value_counts()
        counts["validation"] = pd.Series(dataset.y[~is_training]).value_counts()
    table = pd.DataFrame(counts).fillna(0).astype(int)
    return table.sort_index().rename_axis("class")


def _draw_images(dataset, ax):
    """Draw the first images of each class in a column, or some by their targets."""
    rows, labels = _chosen(dataset)
    values = np.asarray(dataset.X)[rows]
    # One range for all images keeps dark ones dark.
    low, high = values.min(), values.max()
    levels = (values - low) / (high - low if high > low else 1)
    shape = check_image_shape(dataset.image_shape, dataset.X.shape[1])
    draw_images(ax, levels, shape)
    label_cells(ax, labels)
    ax.set_ylabel("")


def _chosen(dataset):
    """Return the numbers of the samples to draw, by column, and the labels of these."""
    y = dataset.y
    if not _has_classes(dataset.y):
        # Targets that are numbers have no classes, so they are spread over their range.
        rows = np.argsort(y)[np.linspace(0, len(y) - 1, _MOST_CLASSES).astype(int)]
        return rows[:, np.newaxis], [f"{target:.3g}" for target in y[rows]]
    classes = np.unique(y)[:_MOST_CLASSES]
    rows = [np.flatnonzero(y == label)[:_MOST_OF_CLASS] for label in classes]
    # Each column of the picture needs as many images.
    n_rows = min(map(len, rows))
    return np.array([row[:n_rows] for row in rows]), [
        letters(label, 12) for label in classes
    ]


def _has_classes(y):
    # As type_of_target says, which would also warn of many classes.
    return y.dtype.kind != "f" or bool((y == np.floor(y)).all())
