"""Probabilities from the outputs of a network."""

import numpy as np

# Log loss warns of sums of float64 farther from 1 than 2.5e-8; averages over several
# classifiers are float64.
_TOLERATED = 2e-8


def as_probabilities(outputs):
    """Return float32 that sums up to 1, also as float64, in every row."""
    probabilities = outputs.astype(np.float32)
    off = np.abs(probabilities.sum(axis=1, dtype=np.float64) - 1) > _TOLERATED
    probabilities[off] = _round_keeping_sums(outputs[off].astype(np.float64))
    return probabilities


def _round_keeping_sums(outputs):
    """Round from the greatest down, each making up for the errors of those before.

    None is changed by more than half, so that none comes to 0, and the greatest stays.
    """
    exact = outputs / outputs.sum(axis=1, keepdims=True)
    greatest = exact.max(axis=1).astype(np.float32)
    rounded, rows = np.empty(exact.shape, np.float32), np.arange(len(exact))
    error = np.zeros(len(exact))
    for column in np.argsort(-exact, axis=1, kind="stable").T:
        value = exact[rows, column]
        most = np.minimum(1.5 * value, greatest)
        rounded[rows, column] = np.clip(value + error, value / 2, most)
        error += value - rounded[rows, column]
    return rounded
