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

    None is changed by more than half, so that none comes to 0, and they keep their order.
    """
    exact = outputs / outputs.sum(axis=1, keepdims=True)
    rounded, rows = np.empty(exact.shape, np.float32), np.arange(len(exact))
    error, least = np.zeros(len(exact)), np.ones(len(exact))
    for column in np.argsort(-exact, axis=1, kind="stable").T:
        value = exact[rows, column]
        least = np.clip(value + error, value / 2, least).astype(np.float32)
        rounded[rows, column] = least
        error += value - least
    return rounded
