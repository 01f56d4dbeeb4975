"""The tables of a report: spread, settings, features, and what was lost."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from skn_noise._metrics import natural_name
from skn_noise.display._series import unit_of
from skn_noise.report._pictures import (
    Picture,
    draw_recall,
    draw_samples,
    draw_tolerances,
)
from skn_noise.results._cells import n_draws, n_repeats
from skn_noise.results._features import (
    describe_features,
    explain_features,
    feature_table,
    lay_out_features,
)

_N_FRAGILE = 10
_FRAGILE = {
    "target": "class",
    "lost_at": "lost from scale",
    "taken_for": "taken for",
    "accuracy": "correct",
    "probability": "probability",
}
_SETTINGS = {
    "estimator": "estimator",
    "param_name": "scale of the noise",
    "unit": "unit of the scale",
    "cv": "folds",
    "scoring": "scoring",
    "random_states": "seeds",
    "processor": "processor",
    "platform": "system",
}


class Lost(NamedTuple):
    """The classes and samples that a curve loses, with a sentence and pictures."""

    name: str
    finding: str
    recall: Picture
    fragile: pd.DataFrame
    samples: Picture | None


class ByFeature(NamedTuple):
    """The cost of noise on one feature at a time."""

    finding: str
    picture: Picture | None
    table: pd.DataFrame
    caption: str
    numbers: pd.DataFrame


def read_by_feature(result, found):
    """Return the section of a study by feature."""
    finding, picture = describe_features(result, found), None
    if found.tolerances is not None:
        picture = draw_tolerances(found, unit_of(result), finding)
    return ByFeature(
        finding,
        picture,
        lay_out_features(found),
        explain_features(found),
        feature_table(found),
    )


def find_lost(curves, displays):
    """Return the lost classes and samples of each classifier with predictions."""
    return [
        _lost(name, curve, displays.get(name))
        for name, curve in curves.items()
        if curve.predictions is not None
        and "probability" in curve.predictions
        and len(curve.predictions)
    ]


def _lost(name, curve, display):
    samples = curve.samples()
    finding = _describe_lost(curve.by_class(simultaneous=True), samples)
    order = ["lost_at", "accuracy", "probability", "sample"]
    fragile = samples[np.isfinite(samples["lost_at"])].sort_values(order)
    # A reader looks at a few: those that are lost at the smallest scale, and most
    # clearly.
    fragile = fragile.head(_N_FRAGILE).set_index("sample")[[*_FRAGILE]]
    # Classifiers without predict_proba have no probabilities to list.
    fragile = fragile.dropna(axis="columns", how="all").rename(columns=_FRAGILE)
    return Lost(
        name,
        finding,
        draw_recall(curve, f"{name}: {finding}"),
        fragile,
        None if display is None else draw_samples(display, name),
    )


def _describe_lost(recall, samples):
    """Return the worst and the best class, and how many samples are lost."""
    # Classes differ most under the greatest noise.
    largest = recall[recall["scale"] == recall["scale"].max()]
    worst, best = (
        next(largest.loc[[row]].itertuples())
        for row in (largest["recall"].idxmin(), largest["recall"].idxmax())
    )
    n_lost = int(np.isfinite(samples["lost_at"]).sum())
    return (
        f"At scale {worst.scale:g} recall is lowest for class {worst.target}, "
        f"{_with_interval(worst)}, and highest for class {best.target}, "
        f"{_with_interval(best)}. {n_lost} of {len(samples)} samples are lost: "
        "most of their predictions at the largest scale are wrong."
    )


def _with_interval(row):
    if np.isnan(row.lower):
        return f"{row.recall:.3f}"
    return f"{row.recall:.3f} [{row.lower:.3f}, {row.upper:.3f}]"


def spread_tables(curves):
    """Return the standard errors by source, of curves with repeats or draws."""
    return {
        name: _lay_out_spread(curve.spread())
        for name, curve in curves.items()
        if n_repeats(curve.scores) > 1 or n_draws(curve.scores) > 1
    }


def _lay_out_spread(spread):
    # Sources that cannot be estimated from this study have no row.
    known = spread.dropna(subset="error")
    known = known.assign(metric=known["metric"].map(natural_name))
    # A row for each scale, as in the other tables of the report.
    return known.pivot(index="scale", columns=["source", "metric"], values="error")


def list_settings(curves, settings):
    """Return the settings passed, then those in the manifests of the curves."""
    listed = {name: _of_manifest(curve.manifest) for name, curve in curves.items()}
    rows = {str(name): _setting_text(value) for name, value in settings.items()}
    for label in dict.fromkeys(label for one in listed.values() for label in one):
        values = {name: one.get(label, "") for name, one in listed.items()}
        # A setting in which the curves differ has a row for each of them.
        if len(set(values.values())) == 1:
            rows[label] = next(iter(values.values()))
        else:
            rows |= {f"{label}, {name}": value for name, value in values.items()}
    return rows


def _of_manifest(manifest):
    if manifest is None:
        return {}
    values = {label: manifest.get(name) for name, label in _SETTINGS.items()}
    data = manifest.get("data", {})
    values |= {
        "samples": data.get("n_samples"),
        "features": data.get("n_features"),
        "fingerprint of the data": data.get("fingerprint"),
        "versions": manifest.get("versions", {})
        | {"skn_noise": manifest.get("skn_noise")},
    }
    texts = {name: _setting_text(value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text}


def _setting_text(value):
    """Return a value as text; of a dict, the values that are not None."""
    if isinstance(value, dict):
        return ", ".join(
            f"{name} {one}" for name, one in value.items() if one is not None
        )
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
