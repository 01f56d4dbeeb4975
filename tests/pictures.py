"""Curves and matrices made by hand for pictures, and what lies where in these."""

import itertools

import numpy as np
import pandas as pd

from skn_noise import NoiseCurve, NoiseMatrix


def pictured_curve(scales=(0.5, 1.0, 2.0), n_folds=3, drop=1.0):
    """A noise curve of accuracy and log loss, in training and validation."""
    rows = []
    for scale, fold, split in itertools.product(
        scales, range(n_folds), ["train", "validation"]
    ):
        accuracy = 0.1 + 0.85 / (1 + (drop * scale / 3) ** 2) - 0.01 * fold
        accuracy -= 0.05 * (split == "validation")
        for metric, value in [
            ("accuracy", accuracy),
            ("neg_log_loss", np.log(accuracy)),
        ]:
            rows.append((float(scale), fold, split, metric, value, 0.0, 0.0, 200, 100))
    columns = ["scale", "fold", "split", "metric", "value"]
    columns += ["fit_seconds", "score_seconds", "n_train", "n_validation"]
    return NoiseCurve(pd.DataFrame(rows, columns=columns), n_classes=10)


def pictured_epochs(scales=(0.5, 2.0), n_folds=2, n_epochs=3):
    """A noise curve with the accuracy and the loss of every epoch."""
    rows = [
        (
            scale,
            fold,
            epoch,
            split,
            metric,
            0.8 - 0.1 * scale - 0.2 / epoch + 0.01 * fold,
        )
        for scale, fold, epoch in itertools.product(
            sorted(scales), range(n_folds), range(1, n_epochs + 1)
        )
        for split in ("train", "validation")
        for metric in ("loss", "accuracy")
    ]
    columns = ["scale", "fold", "epoch", "split", "metric", "value"]
    epochs = pd.DataFrame(rows, columns=columns)
    return NoiseCurve(pictured_curve(scales, n_folds).scores, epochs=epochs)


def pictured_matrix(train_scales, validation_scales, value=None, metric="accuracy"):
    """A noise matrix of three folds; `value` gives a score of two scales."""
    if value is None:

        def value(train_scale, validation_scale):
            return 0.9 - 0.1 * validation_scale - 0.02 * train_scale

    rows = [
        (
            float(one),
            float(other),
            fold,
            metric,
            value(one, other) + 1e-4 * fold,
            200,
            100,
        )
        for one, other, fold in itertools.product(
            train_scales, validation_scales, range(3)
        )
    ]
    columns = ["train_scale", "validation_scale", "fold", "metric", "value"]
    columns += ["n_train", "n_validation"]
    return NoiseMatrix(pd.DataFrame(rows, columns=columns))


def tick_labels(axis):
    """Return the texts of the labels of an axis that are seen."""
    return [label for label in axis.get_ticklabels() if label.get_text()]


def overlaps(artists):
    """Tell whether any two artists overlap."""
    boxes = [one.get_window_extent() for one in artists if one.get_visible()]
    return any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def is_inside(artist, figure, slack=1.0):
    """Tell whether an artist lies on the figure as a whole, but for a pixel."""
    box = artist.get_window_extent()
    return (
        box.x0 >= -slack
        and box.y0 >= -slack
        and box.x1 <= figure.bbox.x1 + slack
        and box.y1 <= figure.bbox.y1 + slack
    )


def covers_a_curve(legend, ax):
    """Tell whether a legend covers a line that is no line across the whole Axes."""
    curves = [line for line in ax.lines if len(line.get_xdata()) > 2]
    paths = [line.get_path().transformed(line.get_transform()) for line in curves]
    box = legend.get_window_extent()
    return any(path.intersects_bbox(box, filled=False) for path in paths)
