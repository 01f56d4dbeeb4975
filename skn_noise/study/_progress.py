"""Show how far a run is: on a bar in a terminal or a notebook, and in the log."""

import logging
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

_LOGGER = logging.getLogger("skn_noise")
_A_DAY = 24 * 60 * 60


@contextmanager
def showing_progress(n_found, n_cells, *, has_bar):
    """Yield a function that shows a cell that has just been finished."""
    console = Console(stderr=True)
    in_notebook = has_bar and console.is_jupyter
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}"),
        console=console,
        disable=not (has_bar and console.is_terminal),
        speed_estimate_period=_A_DAY,  # cells may take minutes each
    )
    task = bar.add_task("Fitting", completed=n_found, total=n_cells, last="")
    refresh = _drawn_in_notebook(bar) if in_notebook else _nothing

    def show(cell, result, n_done):
        text = _described(cell, result)
        _LOGGER.debug("%d/%d %s", n_done, n_cells, text)
        bar.update(task, completed=n_done, last=text)
        refresh(bar)

    with bar:
        yield show


def _drawn_in_notebook(bar):
    """Draw the bar in the output of a notebook's cell; return what draws it anew.

    The bar's own way needs ipywidgets and leaves nothing in the saved notebook.
    """
    from IPython.display import display

    return display(bar, display_id=True).update


def _nothing(bar):
    """Leave it to the bar, which draws itself in a terminal."""


def _described(cell, result):
    """Name a cell and its first validation score, or say that it failed."""
    if result.has_failed:
        return f"{cell.description}: failed"
    score = result.scores[0]
    if score.error is not None:
        return f"{cell.description}: {score.metric} failed"
    where = "" if cell.is_scored_as_trained else f" at scale {score.scale:g}"
    return f"{cell.description}: {score.metric} {score.value:.4f}{where}"
