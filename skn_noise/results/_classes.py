"""Recall by class, confusions, and the scale at which each sample is lost."""

from numbers import Real

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from skn_noise.statistics._accuracy import accuracy_interval
from skn_noise.statistics._common import as_confidence
from skn_noise.statistics._holm import bonferroni

_COLUMNS = ["scale", "target", "recall", "lower", "upper", "n_correct", "n"]


def class_table(curve, *, classes, confidence, simultaneous):
    """Compute the recall of every class at every scale, with its interval."""
    confidence = as_confidence(confidence)
    predictions = _predictions_of(curve, "by_class")
    classes = _check_classes(classes, predictions["target"])
    if simultaneous:
        confidence = bonferroni(confidence, len(classes))
    of_classes = predictions.groupby(["scale", "target"], observed=True)
    rows = [
        (scale, target, *_recall(of_class, confidence))
        for (scale, target), of_class in of_classes
        if target in classes
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _check_classes(classes, targets):
    """Check that `classes` are targets; if None, return all."""
    known = np.unique(targets).tolist()
    if classes is None:
        return known
    asked = np.asarray(classes, dtype=object)
    labels = [x for x in asked.ravel() if isinstance(x, str | Real) and x in known]
    if asked.ndim != 1 or len(labels) < max(1, len(asked)):
        raise ValueError(
            f"classes must be a list of labels in {known}, got {classes!r}. Leave out "
            "labels that are not in y."
        )
    return labels


def _recall(validations, confidence):
    """Return the recall of one class, its bounds and its two counts."""
    correct = (validations["target"] == validations["prediction"]).to_numpy()
    interval = accuracy_interval(
        correct,
        samples=validations["sample"],
        clusters=validations.get("group"),
        # The interval is for the models that were fitted.
        n_train=1,
        training_weight=0,
        confidence=confidence,
    )
    return *interval, int(correct.sum()), len(correct)


def confusion_table(curve, scale, *, normalize):
    """Compute the confusion matrix at a scale."""
    predictions = _predictions_of(curve, "confusion")
    scales = sorted(predictions["scale"].unique().tolist())
    if scale not in scales:
        raise ValueError(
            f"scale must be a scale of the curve with predictions, one of {scales}; "
            f"got {scale!r}."
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


def sample_table(curve):
    """Find the scale at which each sample is lost for good."""
    predictions = _predictions_of(curve, "samples")
    is_wrong = predictions["target"] != predictions["prediction"]
    predictions = predictions.assign(correct=~is_wrong)
    lost_at = _lost_at(is_wrong.groupby([predictions["sample"], predictions["scale"]]))
    by_sample = predictions.groupby("sample")
    table = pd.DataFrame(
        {
            "target": by_sample["target"].first(),
            "lost_at": lost_at,
            "taken_for": _taken_for(predictions[is_wrong], lost_at),
            "accuracy": by_sample["correct"].mean(),
            "probability": by_sample["probability"].mean(),
        }
    )
    return table.rename_axis("sample").reset_index()


def _lost_at(wrongs):
    """Return the smallest scale at which each sample is lost for good, else inf."""
    shares = wrongs.mean().unstack("scale")
    was_validated = shares.notna().to_numpy(dtype=bool)
    is_lost = (shares.to_numpy(dtype=float) > 1 / 2) | ~was_validated
    is_lost_for_good = np.logical_and.accumulate(is_lost[:, ::-1], axis=1)[:, ::-1]
    scales = np.where(is_lost_for_good & was_validated, shares.columns, np.inf)
    return pd.Series(scales.min(axis=1, initial=np.inf), index=shares.index)


def _taken_for(wrong, lost_at):
    """Return the most frequent wrong prediction since a sample is lost, else None."""
    since = wrong[wrong["scale"].to_numpy() >= lost_at[wrong["sample"]].to_numpy()]
    counts = since.groupby(["sample", "prediction"], observed=True).size()
    counts = counts.rename("n").reset_index()
    # The stable sort keeps the order of the classes among equally frequent ones.
    by_frequency = counts.sort_values(["sample", "n"], ascending=[True, False])
    first = by_frequency.drop_duplicates("sample").set_index("sample")["prediction"]
    taken_for = first.astype(object).reindex(lost_at.index)
    return taken_for.where(taken_for.notna(), None)


def _predictions_of(curve, method):
    """Return the predictions of a curve; raise an error if it is not a classifier's."""
    if curve.predictions is None:
        raise ValueError(
            f"{method} needs the prediction of every sample, but this curve has no "
            "predictions. Run noise_curve with return_predictions=True. There are no "
            "predictions in curves of from_search, nor with several labels per sample."
        )
    if "probability" not in curve.predictions:
        raise ValueError(
            f"{method} needs the curve of a classifier, but this curve is of a "
            "regressor. Use curve.predictions instead."
        )
    return curve.predictions
