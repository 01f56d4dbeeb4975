"""Show how far a run is: on a bar, if there is a terminal for it, and in the log."""

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
        disable=not (has_bar and console.is_terminal),
        speed_estimate_period=_A_DAY,  # cells may take minutes each
    )
    task = bar.add_task("Fitting", completed=n_found, total=n_cells, last="")

    def show(cell, result, n_done):
        text = _described(cell, result)
        _LOGGER.debug("%d/%d %s", n_done, n_cells, text)
        bar.update(task, completed=n_done, last=text)

    with bar:
        yield show


def _described(cell, result):
    """Name a cell and its first validation score, or say that it failed."""
    if result.has_failed:
        return f"{cell.description}: failed"
    score = result.scores[0]
    if score.error is not None:
        return f"{cell.description}: {score.metric} failed"
    where = "" if cell.is_scored_as_trained else f" at scale {score.scale:g}"
    return f"{cell.description}: {score.metric} {score.value:.4f}{where}"
