"""Tables as a template takes them: rows of text under a head of one or more rows."""

from itertools import groupby
from typing import NamedTuple

import pandas as pd


class Table(NamedTuple):
    """The rows of a head, each of names and how many columns they span, and the body.

    The first `n_labels` cells of a row name it.
    """

    head: list[list[tuple[str, int]]]
    body: list[list[str]]
    n_labels: int


def as_rows(table):
    """Lay out a frame, its index first; a name above several columns spans them."""
    columns, names = table.columns, list(map(str, table.index.names))
    head = [
        [(name if level == columns.nlevels - 1 else "", 1) for name in names]
        + [(name, len(list(same))) for name, same in groupby(map(str, values))]
        for level, values in enumerate(
            map(columns.get_level_values, range(columns.nlevels))
        )
    ]
    labels = table.index.to_frame(index=False)
    columns = [
        part.iloc[:, i] for part in (labels, table) for i in range(part.shape[1])
    ]
    body = zip(*(map(_in_words, column) for column in columns), strict=True)
    return Table(head, list(map(list, body)), len(names))


def _in_words(value):
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.4g}"
    return str(value)
