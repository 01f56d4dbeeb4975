"""Tables as a template takes them: rows of text under a head of one or more rows."""

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
    columns = table.columns
    levels = [columns.get_level_values(level) for level in range(columns.nlevels)]
    names = [str(name) for name in table.index.names]
    last = len(levels) - 1
    head = [
        [(name if level == last else "", 1) for name in names] + _spans(values)
        for level, values in enumerate(levels)
    ]
    index = table.index.to_frame(index=False)
    body = pd.concat([index, table.reset_index(drop=True)], axis=1)
    return Table(head, [list(map(_in_words, row)) for row in body.values], len(names))


def _spans(values):
    spans = []
    for value in map(str, values):
        if spans and spans[-1][0] == value:
            spans[-1] = value, spans[-1][1] + 1
        else:
            spans.append((value, 1))
    return spans


def _in_words(value):
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.4g}"
    return "" if value is None else str(value)
