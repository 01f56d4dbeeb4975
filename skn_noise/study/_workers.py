"""Run the cells of a study in worker processes that have the same code."""

import os
import threading
import time
import warnings
from contextlib import contextmanager, nullcontext
from functools import cache, partial
from multiprocessing import parent_process

from joblib import effective_n_jobs
from joblib.parallel import get_active_backend
from sklearn.utils.parallel import Parallel, delayed

from skn_noise._signals import block_signals_in_workers
from skn_noise.study._cell import fit_cell
from skn_noise.study._keras import keras_settings
from skn_noise.study._key import code_here, hash_of
from skn_noise.study._modules import module_of
from skn_noise.study._plan import key_of

# The latest key that this process has the code of, so that it looks once a study.
_checked = None


@contextmanager
def fitted_in_processes(plan, numbers, n_jobs):
    """Yield an iterator over finished cells: their numbers, results and warnings."""
    if n_jobs is not None and n_jobs > 0:  # a worker without a cell would only start
        n_jobs = min(n_jobs, max(len(numbers), 1))
    parallel = _make_parallel(n_jobs, plan.key)
    settings, fitted = keras_settings(), None
    has_workers = effective_n_jobs(n_jobs) > 1
    try:
        # A signal that arrives here is raised at the end of this block.
        with block_signals_in_workers() if has_workers else nullcontext():
            # `X` and `y` are arguments of their own: joblib writes a large array to a
            # file once, which all workers map into memory.
            fitted = parallel(
                delayed(fit_in_worker)(
                    os.getpid(),
                    plan.key,
                    number,
                    settings,
                    plan.study,
                    plan.X,
                    plan.y,
                    plan.cells[number],
                )
                for number in numbers
            )
        yield fitted
    finally:
        if fitted is not None:
            _cancel(fitted)


def _cancel(fitted):
    """Stop the workers, which would otherwise go on with the cells they have."""
    with warnings.catch_warnings():  # an end before the last cell has its reasons
        warnings.filterwarnings("ignore", ".*have been cancelled", UserWarning)
        fitted.close()


def _make_parallel(n_jobs, key):
    """Return a joblib.Parallel whose workers end with this process.

    Its workers were started after the own code had become what it is in `key`: joblib
    starts new ones for another initializer.
    """
    backend, _ = get_active_backend()
    if not backend.supports_return_generator:
        raise ValueError(
            f"The joblib backend {type(backend).__name__} returns results only when "
            "all are finished, so that an interruption would lose them. Use 'loky', "
            "which is the default, 'threading' or 'dask'."
        )
    users_own = getattr(backend, "backend_kwargs", {}).get("initializer")
    return Parallel(
        n_jobs=n_jobs,
        # Each cell is saved as soon as it is finished, whichever comes first.
        return_as="generator_unordered",
        batch_size=1,
        initializer=_initializer(users_own, hash_of([key.files, key.versions])),
    )


@cache  # partial objects are equal only if they are the same
def _initializer(users_own, code):
    return partial(_start_work, users_own)


def _start_work(users_own, *args):
    """Start the thread that watches the parent, then run the user's initializer."""
    parent = parent_process()
    if parent is not None:
        watch = partial(_end_after, parent.pid)
        threading.Thread(target=watch, name="ends-with-parent", daemon=True).start()
    if users_own is not None:
        users_own(*args)


def _end_after(parent):
    # A worker waits for work at a pipe that it holds open itself, so that it would
    # never end. PR_SET_PDEATHSIG is no way out: it also fires when a mere thread of the
    # parent ends.
    while os.getppid() == parent:
        time.sleep(1)
    # `sys.exit` would end this thread only.
    os._exit(1)


def fit_in_worker(main_process, key, number, settings, study, *samples):
    """Fit and score a cell; in a worker process, compare the code first."""
    if os.getpid() != main_process:
        check_code(key, "a worker process", study)
    return fit_cell(number, settings, study, *samples)


def check_code(key, worker, study=None):
    """Raise an error unless this process has the own code and the versions of a key.

    Parameters
    ----------
    key : Key
        Key of the study, made by the process that runs it.

    worker : str
        Name of this process for the error.

    study : Study, default=None
        Study whose own modules were imported here. None means that they were pickled
        by value, so that they may be missing here.
    """
    global _checked
    if key == _checked:
        return
    files, versions = code_here(key)
    for name, version in key.versions.items():
        if versions[name] != version:
            raise ImportError(
                f"{name} is {version} in the process that runs the study, and "
                f"{versions[name] or 'missing'} in {worker}. Install the same version "
                "for both, and start both anew."
            )
    for name, digest in key.files.items():
        may_lack = study is None and not name.startswith("skn_noise/")
        if files[name] != digest and not (may_lack and files[name] is None):
            there = f"has the hash {files[name][:8]}" if files[name] else "is missing"
            raise ImportError(
                f"{name} has the hash {digest[:8]} in the process that runs the study, "
                f"and {there} in {worker}. Both need the same file: reload it where it "
                "was edited (importlib.reload), or start Python and the workers anew."
            )
    if study is not None:
        _check_values(key, worker, study)
    _checked = key


def _check_values(key, worker, study):
    """Raise an error if own modules have other values than where the key was made."""
    # Classes and functions of a notebook come with the study, those of a file do not.
    files = key.files
    names = [name for name in key.own_code if name not in files]
    names = [name for name in names if not name.endswith(" in __main__")]
    if not names:
        return
    # The values are those of modules that were imported here, without the samples.
    seen = key_of(study, X=None, y=None).own_code
    for name in names:
        if name in seen and seen[name] != key.own_code[name]:
            raise ImportError(
                f"{name} is not the same in the process that runs the study and in "
                f"{worker}, which imports the module anew: a value was set in the "
                "module after its import. Set it in the file of the module, or make it "
                "a parameter of the estimator."
            )


def own_modules(key):
    """Return the names of the own modules of a key, without those of this package."""
    names = map(module_of, key.files)
    return [name for name in names if name.partition(".")[0] != "skn_noise"]
