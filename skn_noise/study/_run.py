"""Run the cells of a plan in parallel, and keep each as soon as it is finished."""

import logging
from contextlib import closing
from warnings import warn

from sklearn.utils.parallel import Parallel, delayed

from skn_noise.study._cell import fit_cell
from skn_noise.study._failures import _level_of_the_user, tell_failures
from skn_noise.study._progress import showing_progress
from skn_noise.study._store import CellStore

_LOGGER = logging.getLogger("skn_noise")


def run_cells(plan, *, memory, n_jobs, progress):
    """Return the result of every cell, in their order; fit those that are missing."""
    _check_n_jobs(n_jobs)
    store = CellStore(memory, plan)
    results = [store.load(cell) for cell in plan.cells]
    missing = [number for number, result in enumerate(results) if result is None]
    n_found = len(results) - len(missing)
    if store.location is not None:
        _LOGGER.info(
            "%d of %d cells found done in %s", n_found, len(results), store.location
        )
    _tell_damaged(store)
    if missing:
        store.prepare(len(missing))
    try:
        with (
            showing_progress(n_found, len(results), has_bar=progress) as show,
            closing(_fitted(plan, missing, n_jobs)) as fitted,
        ):
            for n_done, (number, result) in enumerate(fitted, start=n_found + 1):
                if not result.has_failed:
                    store.save(plan.cells[number], result)
                results[number] = result
                show(plan.cells[number], result, n_done)
    except BaseException as error:
        error.add_note(_what_is_kept(results, store.location))
        raise
    tell_failures(plan.cells, results, plan.study.error_score)
    return results


def _tell_damaged(store):
    if store.n_damaged:
        warn(
            f"{store.n_damaged} of the cells kept in {store.location} are damaged, and "
            "are run again.",
            stacklevel=_level_of_the_user(),
        )


def _check_n_jobs(n_jobs):
    if n_jobs == 0:
        raise ValueError(
            "n_jobs must be a number of cells to run at a time, or -1 for one a "
            "processor, or None; got 0."
        )


def _fitted(plan, numbers, n_jobs):
    """Yield the number of each cell with its result, as soon as there is one."""
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)
    return parallel(
        delayed(fit_cell)(number, plan.study, plan.X, plan.y, plan.cells[number])
        for number in numbers
    )


def _what_is_kept(results, location):
    """Say what of a run that ends early is not lost."""
    finished = [result for result in results if result and not result.has_failed]
    done = f"{len(finished)} of {len(results)} cells are finished"
    if location is None:
        return f"{done}, and lost; pass memory= to keep them next time."
    return f"{done} and saved in {location}; to go on from there, run the same again."
