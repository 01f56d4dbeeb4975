"""The cost of noise on each feature, as a table for a reader and in sentences."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame

from skn_noise._defaults import DEFAULT_RELATIVE
from skn_noise._metrics import check_metric, is_negated, natural_name
from skn_noise.display._series import bounds_in_words, with_natural_sign
from skn_noise.results._scores import (
    by_fold,
    find_difference,
    read_scores,
    reason_of,
)
from skn_noise.results._summary import (
    describe_unit,
    difference_table,
    split_predictions,
    training_in_words,
)
from skn_noise.results._table import listed, number_format, scales_in_words
from skn_noise.statistics._common import as_confidence

POINT = ["feature", "scale"]  # what a validation is of
_CLEAN = ("", 0.0)
_BOUNDS = ["lower", "upper"]
_SIGNIFICANT = 0.05


class Features(NamedTuple):
    """Tolerance and change of each feature, that with the smallest tolerance first.

    `tolerances` is None without a target. `changes` has a row for each feature and a
    column for each column of a cost and scale, with the sign of the metric in words.
    """

    metric: str
    tolerances: DataFrame | None
    changes: DataFrame


def differences(result, metric, confidence):
    """Compare the scores of one metric with those without noise, which are read once.

    P values are adjusted for all features and scales.
    """
    scores = result.scores[result.scores["metric"] == metric]
    validations = split_predictions(result.predictions, POINT)
    by_point = dict(iter(by_fold(scores).groupby(POINT, sort=False, observed=True)))
    clean = read_scores(by_point.pop(_CLEAN), validations.get(_CLEAN))
    rows = {}
    for (feature, scale), folds in by_point.items():
        found = read_scores(folds, validations.get((feature, scale)))
        rows[feature, metric, scale] = find_difference(found, clean, confidence)
    return difference_table(rows, ["feature", "metric", "scale"])


def read_features(result, target=None, relative=None, metric=None, confidence=0.95):
    """Read the tolerances of a study by feature, and the changes at each scale."""
    metric = check_metric(result.scores, metric)
    is_metric = result.scores["metric"] == metric
    without_noise = result.scores.loc[is_metric & (result.scores["scale"] == 0)]
    if target is None and relative is None and without_noise["value"].mean() > 0:
        relative = DEFAULT_RELATIVE
    tolerances = None
    if not (target is None and relative is None):  # losses have no default target
        options = {"relative": relative, "metric": metric, "confidence": confidence}
        tolerances = result.tolerance(target, **options).set_index("feature")
    changes = differences(result, metric, as_confidence(confidence))
    changes = with_natural_sign(changes, ["difference"]).pivot(
        index="feature", columns="scale"
    )
    order = changes["difference"].iloc[:, -1].abs().sort_values(ascending=False).index
    order = order if tolerances is None else tolerances.index
    return Features(metric, tolerances, changes.loc[order])


def feature_table(found):
    """Return tolerances and changes with their bounds as numbers."""
    table = {}
    if found.tolerances is not None:
        columns = found.tolerances[["scale", *_BOUNDS]]
        table = dict(zip(_with_bounds("tolerance"), columns.to_numpy().T, strict=True))
    for scale, text in scales_in_words(found.changes["difference"]).items():
        names = _with_bounds(f"change at scale {text}")
        ends = [found.changes[end, scale] for end in ("difference", *_BOUNDS)]
        table |= dict(zip(names, ends, strict=True))
    return pd.DataFrame(table, index=found.changes.index).reset_index()


def _with_bounds(name):
    return [name, f"{name} lower", f"{name} upper"]


def lay_out_features(found, digits=3):
    """Return tolerances with their intervals, and the changes, as text."""
    changes, p_values = found.changes["difference"], found.changes["p_adjusted"]
    spec = number_format(changes, digits)
    texts = changes.map(lambda change: "" if np.isnan(change) else f"{change:+z{spec}}")
    texts += (p_values < _SIGNIFICANT).replace({True: "*", False: ""})
    texts.columns = [f"at {scale}" for scale in scales_in_words(changes).values()]
    if found.tolerances is not None:
        in_words = [_tolerance_in_words(row) for row in found.tolerances.itertuples()]
        texts.insert(0, "tolerance", in_words)
    return texts


def _tolerance_in_words(row):
    scale = f"{row.largest_scale:.3g}+"
    if np.isfinite(row.scale):
        scale = f"{row.scale:.3g}"
    if np.isnan(row.lower):
        return scale
    # No scale is negative: a bound of minus infinity is as good as one of 0.
    return f"{scale} [{max(0, row.lower):.3g}, {row.upper:.3g}]"


def describe_features(result, found, confidence=0.95):
    """Name the features on which noise costs most and least, in sentences."""
    scales = describe_unit(result.manifest)
    training = training_in_words(result.manifest)
    name, first = natural_name(found.metric), found.changes.index[0]
    n_features, training = len(found.changes), training and f", {training}"
    if found.tolerances is None:
        largest = found.changes["difference"].columns[-1]
        change = found.changes.loc[first, ("difference", largest)]
        if np.isnan(change):
            return f"There is no {name}, as no fit was scored."
        return (
            f"Noise of scale {largest:g} on {first} changes {name} most, "
            f"by {change:+.3g}{training}.{scales}"
        )
    side = "below" if is_negated(found.metric) else "above"
    least, most = (_up_to(found.tolerances.iloc[at], confidence) for at in (0, -1))
    which = f"least, of {n_features} features, " if n_features > 1 else ""
    text = (
        f"Noise is tolerated {which}on {first}{training}: {name} stays at or {side} "
        f"{found.tolerances['target'].iloc[0]:.4g} {least}."
    )
    if n_features > 1:
        text += f" It is tolerated most on {found.changes.index[-1]}, {most}."
    return f"{text}{scales}"


def _up_to(row, confidence):
    text = f"up to scale {row['scale']:.3g}"
    if np.isinf(row["scale"]):
        text = f"up to scale {row['largest_scale']:g}, the largest scale run"
    if np.isnan(row["lower"]):
        return text
    bounds = bounds_in_words(row["lower"], row["upper"])
    return f"{text} ({100 * confidence:g} % interval: {bounds})"


def explain_features(found, confidence=0.95):
    """Explain the brackets and stars in a table of :func:`lay_out_features`."""
    tolerances = found.tolerances
    texts = [
        f"Columns 'at': change of {natural_name(found.metric)} by noise of that scale."
    ]
    if tolerances is not None and tolerances["lower"].notna().any():
        texts.append(f"In brackets {100 * confidence:g} % intervals.")
    p_values, notes = found.changes["p_adjusted"], found.changes["note"]
    # A scale that was not run for a feature has no note.
    is_missing = p_values.isna() & notes.notna()
    if p_values.notna().any(axis=None):
        level = f"{_SIGNIFICANT:g}".removeprefix("0")
        texts.append(f"*: p < {level}, adjusted for all features and scales.")
    if is_missing.any(axis=None):
        reasons = map(reason_of, notes.to_numpy()[is_missing.to_numpy()])
        count = f"{is_missing.to_numpy().sum()} of {is_missing.size} changes"
        texts.append(f"No p value for {count}: {listed(list(dict.fromkeys(reasons)))}.")
    return " ".join(texts)
