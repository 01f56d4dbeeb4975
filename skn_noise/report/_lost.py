"""Which classes and samples the noise takes, for the report."""

from typing import NamedTuple

import numpy as np

from skn_noise.report._pictures import Picture, draw_recall
from skn_noise.report._tables import Table, as_rows

_N_FRAGILE = 10


class Lost(NamedTuple):
    """What one training loses: a sentence, recall by class, the most fragile samples."""

    training: str
    finding: str
    picture: Picture
    table: Table
    caption: str


def find_lost(curves):
    """Return what each curve with results of single samples of classes has lost."""
    return [
        _lost(training, curve)
        for training, curve in curves.items()
        if curve.predictions is not None and "probability" in curve.predictions
    ]


def _lost(training, curve):
    recall, samples = curve.by_class(), curve.samples()
    fragile = samples.sort_values(["lost_at", "probability"]).head(_N_FRAGILE)
    fragile = fragile[np.isfinite(fragile["lost_at"])].set_index("sample")
    return Lost(
        training,
        _describe(recall, samples),
        draw_recall(curve),
        as_rows(fragile[["target", "lost_at", "taken_for"]]),
        "The samples that are lost first, by their numbers in the data.",
    )


def _describe(recall, samples):
    """Say which class suffers most at the greatest scale, and how many samples are lost."""
    greatest = recall[recall["scale"] == recall["scale"].max()]
    worst = greatest.loc[greatest["recall"].idxmin()]
    best = greatest.loc[greatest["recall"].idxmax()]
    n_lost = int(np.isfinite(samples["lost_at"]).sum())
    return (
        f"At scale {worst['scale']:g} the recall is lowest for class {worst['target']} "
        f"({_with_interval(worst)}) and highest for class {best['target']} "
        f"({_with_interval(best)}). {n_lost} of {len(samples)} samples are lost for "
        "good at some scale: wrong there and at all greater ones."
    )


def _with_interval(row):
    return f"{row['recall']:.3f} [{row['lower']:.3f}, {row['upper']:.3f}]"
