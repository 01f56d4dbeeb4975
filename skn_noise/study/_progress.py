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
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}"),
        console=console,
        disable=console.is_jupyter or not (has_bar and console.is_terminal),
        speed_estimate_period=_A_DAY,  # cells may take minutes each
    )
    task = bar.add_task("Fitting", completed=n_found, total=n_cells, last="")
    output = _notebook_output(bar) if has_bar and console.is_jupyter else None

    def show(cell, result, n_done):
        text = _described(cell, result)
        _LOGGER.debug("%d/%d %s", n_done, n_cells, text)
        bar.update(task, completed=n_done, last=text)
        if output is not None:
            output.update(bar)

    with bar:
        yield show


def _notebook_output(bar):
    """Show the bar below a notebook's cell; return what can be updated.

    The bar's own way needs ipywidgets and leaves nothing in the saved notebook.
    """
    from IPython.display import display  # there is one where a notebook runs

    return display(bar, display_id=True)


def _described(cell, result):
    """Name a cell and its first validation score, or say that it failed."""
    if result.has_failed:
        return f"{cell.description}: failed"
    score = result.scores[0]
    if score.error is not None:
        return f"{cell.description}: {score.metric} failed"
    where = "" if cell.is_scored_as_trained else f" at scale {score.scale:g}"
    return f"{cell.description}: {score.metric} {score.value:.4f}{where}"
