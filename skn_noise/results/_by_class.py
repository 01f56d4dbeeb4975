"""Which classes the noise takes, and what they are taken for."""

from numbers import Real

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from skn_noise.results._cells import CELL
from skn_noise.statistics._accuracy import accuracy_interval

_COLUMNS = ["scale", "target", "recall", "lower", "upper", "n_correct", "n"]


def class_table(curve, *, classes, confidence):
    """Return the recall of every class at every scale, with its interval."""
    predictions = predictions_of_classes(curve, "by_class")
    classes = _check_classes(classes, predictions["target"])
    rows = []
    for scale, of_scale in predictions.groupby("scale"):
        n_train = _mean_n_train(curve.scores, scale)
        for target, of_class in of_scale.groupby("target"):
            if target in classes:
                share = len(of_class) / len(of_scale)
                rows.append(
                    (scale, target, *_recall(of_class, n_train * share, confidence))
                )
    return pd.DataFrame(rows, columns=_COLUMNS)


def _check_classes(classes, targets):
    """Return the classes asked for, which must be targets; None means all."""
    known = np.unique(targets).tolist()
    if classes is None:
        return known
    asked = np.asarray(classes, dtype=object)
    labels = [x for x in asked.ravel() if isinstance(x, str | Real) and x in known]
    if asked.ndim != 1 or len(labels) < max(1, len(asked)):
        raise ValueError(
            f"classes must be a list of some of {known}, got {classes!r}. Leave out "
            "what y does not hold."
        )
    return labels


def _mean_n_train(scores, scale):
    """Return how many samples the fits at a scale had, on average; NaN if unknown."""
    cells = scores[scores["scale"] == scale].reindex(columns=[*CELL, "n_train"])
    return cells.drop_duplicates(CELL)["n_train"].mean()


def _recall(validations, n_train, confidence):
    """Return the recall of one class, its bounds, and what it is counted from."""
    correct = (validations["target"] == validations["prediction"]).to_numpy()
    interval = accuracy_interval(
        correct,
        samples=validations["sample"].to_numpy(),
        # A rare class may have less than one sample in proportion; NaN passes by.
        n_train=float(np.fmax(n_train, 1.0)),
        confidence=confidence,
    )
    bounds = (np.nan, np.nan) if np.isnan(n_train) else interval[1:]
    return interval.mean, *bounds, int(correct.sum()), len(correct)


def confusion_table(curve, scale, *, normalize):
    """Return how often each class was taken for each at a scale."""
    predictions = predictions_of_classes(curve, "confusion")
    scales = sorted(predictions["scale"].unique().tolist())
    if scale not in scales:
        raise ValueError(
            f"scale must be one that was run and has predictions, one of {scales}; got "
            f"{scale!r}."
        )
    labels = np.union1d(
        *(predictions[name].unique() for name in ("target", "prediction"))
    )
    of_scale = predictions[predictions["scale"] == scale]
    counts = confusion_matrix(
        of_scale["target"], of_scale["prediction"], labels=labels, normalize=normalize
    )
    return pd.DataFrame(
        counts,
        index=pd.Index(labels, name="target"),
        columns=pd.Index(labels, name="prediction"),
    )


def predictions_of_classes(curve, method):
    """Return the predictions of a curve, if these are classes."""
    predictions = predictions_of(curve, method)
    if "probability" not in predictions:
        raise ValueError(
            f"{method} needs a classifier, and this curve is of a regressor, whose "
            "targets are no classes. Read its predictions themselves."
        )
    if len(predictions):
        _check_labels(predictions)
    return predictions


def _check_labels(predictions):
    """Refuse labels that cannot be sorted, or not be compared with each other."""
    kinds = {_kind_of(predictions[name]) for name in ("target", "prediction")}
    if kinds not in ({"numbers"}, {"text"}):
        raise ValueError(
            "predictions must have labels of one kind in 'target' and 'prediction', "
            f"text or finite numbers, got {' and '.join(sorted(kinds))}. Convert them "
            "with astype."
        )


def _kind_of(labels):
    labels = np.asarray(labels)
    # pandas groups by no float16.
    is_real = labels.dtype.kind in "biuf" and labels.dtype != np.float16
    if is_real and np.isfinite(labels).all():
        return "numbers"
    if labels.dtype.kind in "OU" and all(isinstance(label, str) for label in labels):
        return "text"
    return " and ".join(sorted({type(label).__name__ for label in labels}))


def predictions_of(curve, method):
    """Return the predictions of a curve that has some."""
    if curve.predictions is None:
        raise ValueError(
            f"{method} needs the prediction of every sample, which this curve does not "
            "have. Run noise_curve with return_predictions=True; from_search, and "
            "several labels a sample, give none."
        )
    return curve.predictions
