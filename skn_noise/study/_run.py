"""Run the cells of a plan in parallel, and keep each as soon as it is finished."""

import logging
import warnings
from contextlib import contextmanager, nullcontext

from joblib import effective_n_jobs
from sklearn.utils.parallel import delayed

from skn_noise._signals import block_signals_in_workers
from skn_noise._sklearn import warn_user
from skn_noise.study._cell import fit_cell
from skn_noise.study._failures import is_raised, tell_failures
from skn_noise.study._keras import keras_settings
from skn_noise.study._progress import showing_progress
from skn_noise.study._scoring import check_scored
from skn_noise.study._store import CellStore
from skn_noise.study._warnings import warnings_told_once
from skn_noise.study._workers import make_parallel

_LOGGER = logging.getLogger("skn_noise")


def run_cells(plan, *, memory, n_jobs, progress):
    """Return all cells with their results, in their order; fit what is missing."""
    _check_n_jobs(n_jobs)
    store = CellStore(memory, plan)
    results = _found(store, plan)
    missing = [number for number, result in enumerate(results) if result is None]
    n_found = len(results) - len(missing)
    is_scored = n_found > 0
    if missing:
        if not n_found:
            _tell_of_another_study(store)
        store.prepare()
    try:
        with (
            showing_progress(n_found, len(results), has_bar=progress) as show,
            _fitted(plan, missing, n_jobs) as fitted,
            warnings_told_once() as told,
        ):
            for n_done, (number, result, new) in enumerate(fitted, start=n_found + 1):
                told.append(new)
                if not result.has_failed:
                    if not is_scored:
                        check_scored(plan.cells[number], result)
                    is_scored = True
                    store.save(plan.cells[number], result, n_left=len(results) - n_done)
                results[number] = result
                show(plan.cells[number], result, n_done)
    except BaseException as error:
        error.add_note(_what_is_kept(results, plan, store))
        raise
    done = list(zip(plan.cells, results, strict=True))
    tell_failures(done, plan.study.error_score)
    return done


def _found(store, plan):
    """Return the result of every cell that was kept, and None for the others."""
    results = [store.load(cell) for cell in plan.cells]
    if is_raised(plan.study.error_score):  # what was caught then must be raised now
        results = [None if result and result.errors else result for result in results]
    if store.location is not None:
        n_found = sum(result is not None for result in results)
        _LOGGER.info(
            "%d of %d cells found done in %s", n_found, len(results), store.location
        )
    if store.n_damaged:
        warn_user(
            f"{store.n_damaged} of the cells kept in {store.location} are damaged, and "
            "are run again."
        )
    return results


def _tell_of_another_study(store):
    """Say why none of the cells in the folder is used: once, as it has some then.

    The arguments of the call often explain it, where several models share a folder.
    """
    if other := store.other_study():
        text, is_asked = other
        if is_asked:
            _LOGGER.info("%s", text)
        else:
            warn_user(f"{text} All cells of this one are run.")


def _check_n_jobs(n_jobs):
    if n_jobs == 0:
        raise ValueError(
            "n_jobs must be a number of cells to run at a time, or -1 for one a "
            "processor, or None; got 0."
        )


@contextmanager
def _fitted(plan, numbers, n_jobs):
    """Lend the numbers of cells, results and warnings, each as soon as it is there."""
    if n_jobs is not None and n_jobs > 0:  # a worker without a cell would only start
        n_jobs = min(n_jobs, max(len(numbers), 1))
    parallel, settings, fitted = make_parallel(n_jobs), keras_settings(), None
    has_workers = effective_n_jobs(n_jobs) > 1
    try:
        # A signal that arrives meanwhile is raised when this ends.
        with block_signals_in_workers() if has_workers else nullcontext():
            fitted = parallel(
                delayed(fit_cell)(
                    number, settings, plan.study, plan.X, plan.y, plan.cells[number]
                )
                for number in numbers
            )
        yield fitted
    finally:
        if fitted is not None:
            _cancel(fitted)


def _cancel(fitted):
    """Stop the workers, which would go on with what has been handed to them."""
    with warnings.catch_warnings():  # an end before the last cell has its reasons
        warnings.filterwarnings("ignore", ".*have been cancelled", UserWarning)
        fitted.close()


def _what_is_kept(results, plan, store):
    """Say which cells of a run that ends early are not lost."""
    if store.location is not None:
        return (
            f"{store.n_kept(plan.cells)} of {len(results)} cells are finished and "
            f"saved in {store.location}; to go on from there, run the same again."
        )
    n_finished = sum(1 for result in results if result and not result.has_failed)
    return (
        f"{n_finished} of {len(results)} cells are finished, and lost; pass memory= to "
        "keep them next time."
    )
