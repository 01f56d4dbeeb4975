"""Pictures of samples in a file, so that they can be drawn again without the data."""

import numpy as np
import pandas as pd

from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.results._files import load_results, save_results

_KIND = "NoisySamplesDisplay"
_VALUES = [
    "samples",
    "image_shape",
    "same_greys",
    "row_labels",
    "is_wrong",
    "title",
    "feature_names",
]


def save_samples(path, display):
    """Write what a display draws to one file, whole or not there."""
    panels = {name: values.ravel() for name, values in display.panels.items()}
    is_wrong = display.is_wrong
    values = {
        "samples": np.asarray(display.samples).tolist(),
        "image_shape": display.image_shape and list(map(int, display.image_shape)),
        "same_greys": bool(display.same_greys),
        "row_labels": display.row_labels,
        "is_wrong": None if is_wrong is None else is_wrong.tolist(),
        "title": display.title,
        "feature_names": display.feature_names,
    }
    save_results(path, _KIND, {"panels": pd.DataFrame(panels)}, values)


def load_samples(path):
    """Read a display that :func:`save_samples` wrote."""
    tables, values = load_results(path, _KIND, ["panels"], _VALUES)
    n, is_wrong = len(values["samples"]), values["is_wrong"]
    shape = values["image_shape"]
    values |= {
        "samples": np.array(values["samples"]),
        "image_shape": None if shape is None else tuple(shape),
        "is_wrong": None if is_wrong is None else np.array(is_wrong),
    }
    panels = {
        name: column.to_numpy().reshape(n, -1)
        for name, column in tables["panels"].items()
    }
    return NoisySamplesDisplay(panels=panels, **values)
