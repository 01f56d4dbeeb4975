"""Warnings of cells: each is told once for all cells that gave it."""

import threading
import warnings
from collections import Counter
from contextlib import contextmanager


@contextmanager
def recorded_warnings():
    """Yield a list that holds, in the end, the warnings given meanwhile.

    They are not recorded where other threads may warn at the same time, as Python
    keeps one record for the whole process.
    """
    told = []
    if threading.current_thread() is not threading.main_thread():
        yield told
        return
    try:
        with warnings.catch_warnings(record=True) as caught:
            yield told
    except BaseException:  # nobody gets the list, so that they are told here
        _tell((str(one.message), *_where(one)) for one in caught)
        raise
    told += [(str(one.message), *_where(one)) for one in caught]


@contextmanager
def warnings_told_once():
    """Yield a list for the warnings of every cell, which are told in the end."""
    cells = []
    try:
        yield cells
    finally:
        counts = Counter(warning for cell in cells for warning in dict.fromkeys(cell))
        _tell(
            (f"{text}\n(in {n_cells} of {len(cells)} cells)", *where)
            for (text, *where), n_cells in counts.items()
        )


def _where(warning):
    return warning.category, warning.filename, warning.lineno


def _tell(told):
    for one in told:
        warnings.warn_explicit(*one)
