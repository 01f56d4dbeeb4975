"""Settings of joblib's worker processes."""

import os
import threading
import time
from functools import cache, partial
from multiprocessing import parent_process

from joblib.parallel import get_active_backend
from sklearn.utils.parallel import Parallel

_SHARED_MEMORY = "/dev/shm"
_BYTES_TO_USE_IT = 2**31


def make_parallel(n_jobs):
    """Return a joblib.Parallel whose workers end with this process."""
    backend, _ = get_active_backend()
    users_own = getattr(backend, "backend_kwargs", {}).get("initializer")
    parallel = Parallel(
        n_jobs=n_jobs,
        return_as="generator_unordered",
        batch_size=1,
        initializer=_initializer(users_own),
    )
    _choose_temporary_folder(getattr(parallel, "_backend_kwargs", {}))
    return parallel


def _choose_temporary_folder(settings):
    """Name the folder that joblib would choose, unless the user has named another.

    To find out whether it can write to shared memory, joblib makes a folder there in
    every call, and leaves it until the process ends. It makes none where a name is set.
    """
    if settings.get("temp_folder") or "JOBLIB_TEMP_FOLDER" in os.environ:
        return
    if os.access(_SHARED_MEMORY, os.W_OK):
        room = os.statvfs(_SHARED_MEMORY)
        if room.f_bsize * room.f_bavail > _BYTES_TO_USE_IT:
            settings["temp_folder"] = _SHARED_MEMORY


@cache  # joblib keeps its workers for as long as their initializer is the same
def _initializer(users_own):
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
    os._exit(1)
