"""Run the cells of a study on the workers of a Dask cluster.

Tasks are sent by Dask's own client, not by joblib's backend: that one sends each array
to one worker, so that the study ends when this worker is lost.
"""

import pickle
import sys
import time
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from functools import partial
from queue import Empty, SimpleQueue

import numpy as np
from joblib.parallel import get_active_backend
from sklearn import config_context, get_config

from skn_noise._versions import __version__
from skn_noise.study._cell import fit_cell
from skn_noise.study._keras import keras_settings
from skn_noise.study._workers import check_code, own_modules

_SECONDS_WITHOUT_WORKER = 60  # a worker takes seconds to be started again


def find_dask():
    """Return joblib's active backend if it is that of Dask, else None."""
    backend, _ = get_active_backend()
    return backend if type(backend).__name__ == "DaskDistributedBackend" else None


@contextmanager
def fitted_on_cluster(backend, plan, numbers):
    """Yield an iterator over the results of cells, each as soon as it is there."""
    run = _ClusterRun(backend, plan, numbers)
    try:
        # Within a task of Dask, this lets the worker run another one meanwhile.
        with backend.retrieval_context():
            yield run.results()
    finally:
        run.cancel()


class _ClusterRun:
    """The cells that run on a cluster.

    The data is the result of a task, and not scattered: if every worker that has it is
    lost, the scheduler makes it again from its own copy, as it does with lost cells.
    """

    def __init__(self, backend, plan, numbers):
        self._client = backend.client
        self._options = backend.submit_kwargs
        self._seconds_to_wait = backend.wait_for_workers_timeout
        self._cells, self._numbers = plan.cells, numbers
        self._address = self._client.scheduler.address
        self._pickled = _pickle(plan)
        self._running, self._done = set(), SimpleQueue()
        self._last_worker_seen = time.monotonic()

    def results(self):
        """Yield the result of every cell, in the order in which they finish."""
        from distributed import CancelledError, KilledWorker

        self._wait_for_worker()
        # `list` is a function that every scheduler and worker has.
        data = self._submit(list, self._pickled)
        fit = _task()
        for number in self._numbers:
            future = self._submit(fit, number, data)
            self._running.add(future)
            future.add_done_callback(partial(self._put, number))
        while self._running:
            try:
                number, future = self._done.get(timeout=1)
            except Empty:
                self._check_workers()
                continue
            try:
                result = future.result()
            except KilledWorker as error:
                raise self._in_words(error, number) from error
            except CancelledError as error:  # by Dask, which has lost its scheduler
                raise self._no_scheduler() from error
            self._running.remove(future)
            yield result

    def _put(self, number, future):
        self._done.put((number, future))

    def cancel(self):
        """Cancel the cells that have not been run yet."""
        if self._running and self._client.status == "running":
            self._client.cancel([*self._running])
        self._running = set()

    def _wait_for_worker(self):
        seconds = self._seconds_to_wait or None
        try:
            # A task, as a cluster that adapts to its load starts no worker without.
            self._client.submit(abs, 0, pure=False).result(timeout=seconds)
        except TimeoutError as error:
            raise TimeoutError(
                f"No worker has joined the scheduler {self._address} within "
                f"{seconds} seconds. Start one by 'dask worker {self._address}', or "
                "wait longer by joblib.parallel_config(backend='dask', "
                "wait_for_workers_timeout=600)."
            ) from error

    def _submit(self, function, *args):
        import dask

        # Dask advises against large arguments, which its scheduler keeps. Here they are
        # sent once, and the scheduler is to keep them.
        with dask.config.set(
            {"distributed.admin.large-graph-warning-threshold": "1PB"}
        ):
            return self._client.submit(function, *args, pure=False, **self._options)

    def _check_workers(self):
        """Raise an error if the scheduler, or all workers, are lost for good."""
        if self._client.status != "running":
            raise self._no_scheduler()
        if self._client.scheduler_info()["workers"]:
            self._last_worker_seen = time.monotonic()
            return
        limit = max(self._seconds_to_wait or np.inf, _SECONDS_WITHOUT_WORKER)
        if time.monotonic() - self._last_worker_seen > limit:
            raise BrokenExecutor(
                f"The scheduler {self._address} has had no worker for {limit} seconds."
            )

    def _no_scheduler(self):
        text = f"The scheduler {self._address} does not answer any more."
        return BrokenExecutor(text)

    def _in_words(self, error, number):
        """Return an error that says more than that of Dask for a worker that died."""
        worker = error.last_worker
        return BrokenExecutor(
            f"{error.allowed_failures + 1} workers of {self._address} died as they ran "
            f"{self._cells[number].description}, the last one on {worker.host} "
            f"({(worker.memory_limit or 0) / 2**30:.1f} GiB of memory). Most likely "
            "memory ran out: see the logs of the workers, and give each more by 'dask "
            "worker --memory-limit', or start fewer on a host."
        )


def _pickle(plan):
    """Return the key, the rest and the data as bytes and arrays.

    The scheduler needs neither this package nor own modules for these. Functions and
    classes of own modules are pickled by value: workers need not have the modules.
    """
    shared = plan.study, plan.cells, keras_settings(), get_config()
    arrays = []
    data = _pickled_by_value(
        (plan.X, plan.y),
        plan.key,
        buffer_callback=lambda buffer: arrays.append(
            np.frombuffer(buffer.raw(), np.uint8)
        ),
    )
    key, shared = pickle.dumps(plan.key), _pickled_by_value(shared, plan.key)
    return [key, shared, data, *arrays]


def _pickled_by_value(value, key, **options):
    import cloudpickle  # which Dask requires

    modules = [
        sys.modules[name]
        for name in own_modules(key)
        if name in sys.modules
        and name not in cloudpickle.list_registry_pickle_by_value()
    ]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        return cloudpickle.dumps(value, protocol=5, **options)
    except Exception as error:
        names = ", ".join(module.__name__ for module in modules)
        raise ValueError(
            "The workers of a cluster get the study as a pickle, own modules included "
            f"({names or 'there are none'}), but it cannot be pickled: {error}. Leave "
            "out the object that it names, or install the module on every worker."
        ) from error
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)


def _task():
    """Return the function that runs on a worker.

    A function within another is pickled by value, so that a scheduler or worker without
    this package can read it, and say so.
    """
    version = __version__

    def fit_on_worker(number, pickled):
        from distributed import get_worker

        worker = get_worker().address
        try:
            from skn_noise.study._dask import fit_pickled
        except ImportError as error:
            raise ImportError(
                f"The worker {worker} cannot import skn_noise {version}, which the "
                f"client has: {error}. Install the same version on every worker."
            ) from error
        return fit_pickled(worker, number, *pickled)

    return fit_on_worker


def fit_pickled(worker, number, key, shared, data, *arrays):
    """Fit and score a cell on a worker."""
    key = pickle.loads(key)
    check_code(key, f"the worker {worker}")
    try:
        study, cells, settings, config = pickle.loads(shared)
        # Without a copy: the tasks of a worker share the data.
        views = [memoryview(array).toreadonly() for array in arrays]
        X, y = pickle.loads(data, buffers=views)
    except ImportError as error:
        raise ImportError(
            f"The worker {worker} lacks the module {error.name or error}. Own modules "
            "travel with the study where they are imported at the top of a module: "
            "import it there, or install it on every worker."
        ) from error
    with config_context(**config):
        return fit_cell(number, settings, study, X, y, cells[number])
