"""Which classes and samples the noise takes, for the report."""

from typing import NamedTuple

import numpy as np

from skn_noise.report._pictures import Picture, draw_recall, draw_samples
from skn_noise.report._tables import Table, as_rows

_N_FRAGILE = 10
_COLUMNS = ["target", "lost_at", "taken_for", "accuracy", "probability"]
_IN_WORDS = {
    "lost_at": "lost from scale",
    "taken_for": "taken for",
    "accuracy": "correct",
    "target": "class",
}


class Lost(NamedTuple):
    """What a curve loses: in a sentence, by class, and the most fragile samples."""

    name: str
    finding: str
    recall: Picture
    fragile: Table | None
    samples: Picture | None


def find_lost(curves, displays):
    """Return what each curve with results of single samples of classes has lost."""
    return [
        _lost(name, curve, displays.get(name))
        for name, curve in curves.items()
        if curve.predictions is not None
        and "probability" in curve.predictions
        and len(curve.predictions)
    ]


def _lost(name, curve, display):
    samples = curve.samples()
    finding = _describe(curve.by_class(), samples)
    order = ["lost_at", "accuracy", "probability", "sample"]
    fragile = samples[np.isfinite(samples["lost_at"])].sort_values(order)
    fragile = fragile.head(_N_FRAGILE).set_index("sample")[_COLUMNS]
    fragile = fragile.dropna(axis="columns", how="all").rename(columns=_IN_WORDS)
    return Lost(
        name,
        finding,
        draw_recall(curve, f"{name}: {finding}"),
        as_rows(fragile) if len(fragile) else None,
        None if display is None else draw_samples(display, name),
    )


def _describe(recall, samples):
    """Say which class suffers most, and how many samples are lost."""
    greatest = recall[recall["scale"] == recall["scale"].max()]
    worst, best = (
        next(greatest.loc[[row]].itertuples())
        for row in (greatest["recall"].idxmin(), greatest["recall"].idxmax())
    )
    n_lost = int(np.isfinite(samples["lost_at"]).sum())
    return (
        f"At scale {worst.scale:g} recall is lowest for class {worst.target}, "
        f"{_with_interval(worst)}, and highest for class {best.target}, "
        f"{_with_interval(best)}. {n_lost} of {len(samples)} samples are lost for "
        "good at some scale: wrong there and at all greater ones."
    )


def _with_interval(row):
    if np.isnan(row.lower):
        return f"{row.recall:.3f}"
    return f"{row.recall:.3f} [{row.lower:.3f}, {row.upper:.3f}]"
