"""Titles that say what was studied: data, estimator and folds."""

import re

import numpy as np

from skn_noise.display._checks import check_title
from skn_noise.display._text import wrap


def make_title(title, result, estimator=None):
    """Return the title of a picture of a curve or matrix, None for none.

    True composes it of what is known: of a result that does not say which estimator it
    is of, nor of which data, the numbers of folds and of samples are.
    """
    check_title(title)
    if title is True:
        return "\n".join(filter(None, [_estimator(result, estimator), _data(result)]))
    return title or None


def make_samples_title(title, estimator, X):
    """Return the title of a picture of samples, None for none."""
    check_title(title)
    if title is True:
        size = "{} samples of {} features".format(*np.shape(X))
        return f"{estimator_in_words(estimator)}\n{size}"
    return title or None


def set_title(ax, title):
    """Write the title above Axes, in as many rows as their width asks for."""
    if title is None:
        return
    text, width = ax.set_title(title, fontsize="medium"), ax.get_window_extent().width
    wrap([text], lambda: text.get_window_extent().width <= width)


def estimator_in_words(estimator):
    """Return the names of the classes in an estimator, as they follow in its text."""
    names = re.findall(r"\b([A-Z]\w*)\(", str(estimator))
    return ", ".join(name for name in names if name != "Pipeline")


def _estimator(result, estimator):
    manifest = getattr(result, "manifest", None) or {}
    known = manifest.get("estimator") if estimator is None else estimator
    return None if known is None else estimator_in_words(known)


def _data(result):
    data = (getattr(result, "manifest", None) or {}).get("data")
    n_folds = result.scores["fold"].nunique()
    folds = f"{n_folds} {'fold' if n_folds == 1 else 'folds'}"
    if data is not None:
        samples = f"{data['n_samples']} samples of {data['n_features']} features"
        return f"{samples}, {folds}"
    sizes = result.scores.reindex(columns=["n_train", "n_validation"]).max()
    if sizes.isna().any():
        return folds
    training, validation = sizes.astype(int)
    return f"{folds} of {training} training and {validation} validation samples"
