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
    names = list(map(str, table.index.names))
    *above, last = (
        table.columns.get_level_values(level) for level in range(table.columns.nlevels)
    )
    head = [[("", 1)] * len(names) + _spans(values) for values in above]
    head.append([(name, 1) for name in [*names, *map(str, last)]])
    parts = table.index.to_frame(index=False), table
    columns = [column for part in parts for _, column in part.items()]
    body = zip(*(map(_in_words, column) for column in columns), strict=True)
    return Table(head, list(map(list, body)), len(names))


def _spans(values):
    return [(name, len(list(same))) for name, same in groupby(map(str, values))]


def _in_words(value):
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.4g}"
    return str(value)
