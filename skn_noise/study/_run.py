"""Run the cells of a plan in parallel, and keep each as soon as it is finished."""

import logging
from collections import Counter
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from sklearn.exceptions import FitFailedWarning

from skn_noise._sklearn import warn_user
from skn_noise.study._cell import failed_everywhere, give_warnings, is_raised
from skn_noise.study._dask import find_dask, fitted_on_cluster
from skn_noise.study._store import CellStore
from skn_noise.study._workers import fitted_in_processes

_LOGGER = logging.getLogger("skn_noise")


def run_cells(plan, *, memory, n_jobs, progress):
    """Fit the cells that are not cached; return pairs of a cell and its result."""
    store = CellStore(memory, plan)
    results = _load_finished(store, plan)
    missing = [number for number, result in enumerate(results) if result is None]
    n_found = len(results) - len(missing)
    # Cells that were found show that the metrics can score this estimator.
    is_scored = n_found > 0
    if missing:
        if not n_found:
            _warn_of_another_study(store)
        # A folder that cannot be written to is an error before the first fit.
        store.prepare()
    try:
        with (
            show_progress(n_found, len(results), has_bar=progress) as show,
            _fitted(plan, missing, n_jobs) as fitted,
            collect_warnings() as warned,
        ):
            for n_done, (number, result, new) in enumerate(fitted, start=n_found + 1):
                warned.append(new)
                # A failed fit is not saved, as its cause may be gone in the next run.
                if not result.has_failed:
                    if not is_scored:
                        check_scored(plan.cells[number], result)
                    is_scored = True
                    store.save(plan.cells[number], result)
                results[number] = result
                show(plan.cells[number], result, n_done)
    except BaseException as error:
        # Ctrl-C is a BaseException, and its user asks first of all what was kept.
        error.add_note(_describe_kept(results, plan, store))
        raise
    done = list(zip(plan.cells, results, strict=True))
    warn_of_failures(done, plan.study)
    return done


def _load_finished(store, plan):
    """Return the result of every cached cell, and None for each other cell."""
    results = [store.load(cell) for cell in plan.cells]
    if is_raised(plan.study.error_score):  # the error that was caught at that time
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


def _warn_of_another_study(store):
    """Warn if the folder has cells of another study only, and say how that differs.

    The next run finds the cells of this one, and does not warn. If arguments of the
    call explain the difference, for instance another model, it is logged only.
    """
    if other := store.other_study():
        text, is_asked = other
        if is_asked:
            _LOGGER.info("%s", text)
        else:
            warn_user(f"{text} All cells of this one are run.")


def _fitted(plan, numbers, n_jobs):
    """Return a context with the results of cells, each as soon as it is there."""
    if numbers and (backend := find_dask()):
        return fitted_on_cluster(backend, plan, numbers)
    return fitted_in_processes(plan, numbers, n_jobs)


def _describe_kept(results, plan, store):
    """Say how many cells of a run that ends early are kept."""
    n_finished = sum(1 for result in results if result and not result.has_failed)
    finished = f"{n_finished} of {len(results)} cells are finished"
    if store.location is None:
        return f"{finished}, and lost; pass memory= to keep them next time."
    return (
        f"{finished} and saved in {store.location}; to go on from there, run the same "
        "again."
    )


def warn_of_failures(done, study):
    """Warn once for each kind of failure; raise an error if all fits failed."""
    if all(result.fit_error for _, result in done):
        cell, result = done[0]
        raise ValueError(
            f"All {len(done)} fits failed; the first: {cell.description}:\n\n"
            f"{result.fit_error}"
        )
    # One warning for a thousand fits that fail alike, and not a thousand.
    alike = {}
    for cell, result in done:
        for what, where, error in _failures(result, study.regime):
            # Several validations of a cell that fail alike are one failed cell.
            failed, places = alike.setdefault((what, _cause(error)), ({}, {}))
            failed[cell.description] = places[where] = None
    for (what, cause), (failed, places) in alike.items():
        more = f" (and {len(places) - 1} more)" if len(places) > 1 else ""
        warn_user(
            f"{what}{next(iter(places))}{more} failed in {len(failed)} of {len(done)} "
            f"cells, which counts as {study.error_score}; the first: "
            f"{next(iter(failed))}: {cause}",
            FitFailedWarning,
        )


def _failures(result, regime):
    """Yield what failed, at which scale, and a traceback of every failure."""
    if result.fit_error is not None:
        yield "The fit", "", result.fit_error
    has_many_scales = len(result.score_seconds) > 1
    for score in result.scores:
        if score.error is not None:
            where = f" at {regime.describe(score.scale)}" if has_many_scales else ""
            yield f"Scoring {score.metric} on {score.split} samples", where, score.error


def _cause(traceback):
    return traceback.strip().splitlines()[-1]


@contextmanager
def collect_warnings():
    """Yield a list for the warnings of each cell; give each warning once at the end."""
    cells = []
    try:
        yield cells
    finally:
        counts = Counter(warning for cell in cells for warning in dict.fromkeys(cell))
        give_warnings(
            (f"{text}\n(in {n_cells} of {len(cells)} cells)", *where)
            for (text, *where), n_cells in counts.items()
        )


_A_DAY = 24 * 60 * 60


@contextmanager
def show_progress(n_found, n_cells, *, has_bar):
    """Show a progress bar; yield a function that shows a finished cell."""
    # stdout is for the results of scripts.
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
    """Show the bar in a notebook; return a display that can be updated.

    The bar's own way needs ipywidgets and leaves nothing in the saved notebook.
    """
    from IPython.display import display  # there is one where a notebook runs

    return display(bar, display_id=True)


def _described(cell, result):
    """Describe a cell with its first validation score, or as failed."""
    if result.has_failed:
        return f"{cell.description}: failed"
    score = result.scores[0]
    if score.error is not None:
        return f"{cell.description}: {score.metric} failed"
    where = "" if cell.is_scored_as_trained else f" at scale {score.scale:g}"
    return f"{cell.description}: {score.metric} {score.value:.4f}{where}"


def check_scored(cell, result):
    """Raise an error if a metric failed on the training samples, too.

    It would do so in all other cells. A function that gives several metrics has other
    names for them where it fails than where it does not.
    """
    of_fit = ", those of the fit included" if len(cell.train) else ""
    tried = {score.metric for score in result.scores if score.split == "train"}
    for metric, error in failed_everywhere(result.scores).items():
        if metric in tried:
            raise ValueError(
                f"scoring holds {metric!r}, which cannot score this estimator: it "
                f"failed on all samples of the first cell ({cell.description}){of_fit}"
                f". Leave it out, or see the error:\n\n{error}"
            )
