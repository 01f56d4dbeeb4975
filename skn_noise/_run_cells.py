"""Run the cells of a study in parallel, and keep what is finished."""

import logging
from contextlib import closing, contextmanager
from warnings import warn

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from sklearn.exceptions import FitFailedWarning
from sklearn.utils.parallel import Parallel, delayed

from skn_noise._cell import fit_cell

_LOGGER = logging.getLogger("skn_noise")
_A_DAY = 24 * 60 * 60


def run_cells(study, X, y, cells, *, store, n_jobs, error_score, progress):
    """Return the result of every cell, in their order; run those not in the store."""
    results = {number: store.load(cell) for number, cell in enumerate(cells)}
    results = {number: result for number, result in results.items() if result}
    if store.location is not None:
        _LOGGER.info(
            "%d of %d cells found done in %s", len(results), len(cells), store.location
        )
    missing = [number for number in range(len(cells)) if number not in results]
    with (
        _telling_what_is_kept(results, cells, store),
        _progress(progress, n_done=len(results), n_cells=len(cells)) as show,
        closing(_fitted(study, X, y, cells, missing, n_jobs)) as fitted,
    ):
        for number, result in fitted:
            if not result.failures:
                store.save(cells[number], result)
            results[number] = result
            show(_described(cells[number], result), n_done=len(results))
    results = [results[number] for number in range(len(cells))]
    _warn_or_raise_about_failures(cells, results, error_score)
    return results


def _fitted(study, X, y, cells, numbers, n_jobs):
    """Yield the number of each cell with its result, as soon as there is one."""
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)
    return parallel(
        delayed(_fit_numbered)(number, study, X, y, cells[number]) for number in numbers
    )


def _fit_numbered(number, study, X, y, cell):
    return number, fit_cell(study, X, y, cell)


@contextmanager
def _telling_what_is_kept(results, cells, store):
    """Say with whatever ends the run early what of it is not lost."""
    try:
        yield
    except BaseException as error:
        n_done = sum(not result.failures for result in results.values())
        done = f"{n_done} of {len(cells)} cells are finished"
        if store.location is None:
            error.add_note(f"{done}, and lost; pass memory= to keep them next time.")
        else:
            error.add_note(
                f"{done} and saved in {store.location}; to go on from there, run the "
                "same again."
            )
        raise


@contextmanager
def _progress(wanted, *, n_done, n_cells):
    """Yield what shows the progress: a bar, if there is a terminal for it."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}"),
        console=console,
        disable=not (wanted and console.is_terminal),
        speed_estimate_period=_A_DAY,  # cells may take minutes each
    )
    task = bar.add_task("Fitting", completed=n_done, total=n_cells, last="")

    def show(text, *, n_done):
        _LOGGER.debug("%d/%d %s", n_done, n_cells, text)
        bar.update(task, completed=n_done, last=text)

    with bar:
        yield show


def _described(cell, result):
    """Name a cell and its first validation score, or what failed."""
    if result.failures:
        return f"{cell.description}: failed"
    scale = cell.validation_scales[0]
    metric, score = next(iter(result.scores[scale]["validation"].items()))
    where = "" if cell.is_scored_as_trained else f" at scale {scale:g}"
    return f"{cell.description}: {metric} {score:.4f}{where}"


def _warn_or_raise_about_failures(cells, results, error_score):
    if all(result.fit_error for result in results):
        raise ValueError(
            f"All {len(cells)} fits failed, the first with {cells[0].description}: "
            f"{_cause(results[0].fit_error)}. Pass error_score='raise' to see where."
        )
    for cell, result in zip(cells, results, strict=True):
        for what, error in result.failures.items():
            warn(
                f"{what} failed, which counts as {error_score}: {cell.description}: "
                f"{_cause(error)}",
                FitFailedWarning,
                stacklevel=6,
            )


def _cause(traceback):
    return traceback.strip().splitlines()[-1]
