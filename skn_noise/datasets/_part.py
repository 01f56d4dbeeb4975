"""What a reader hands over: arrays as they are in the source, with their names."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Part(NamedTuple):
    """One part of a data set, with what messages call its two arrays."""

    X: np.ndarray
    y: np.ndarray
    X_name: str
    y_name: str
    columns: Sequence[str] | None = None

    def place(self, index):
        """Say where in X a value stands."""
        if self.columns is None:
            return f"{self.X_name} at index {tuple(map(int, index))}"
        row, column = index
        return f"{self.X_name} in row {row}, column {self.columns[column]!r}"
