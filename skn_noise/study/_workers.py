"""Worker processes end with the main process, however that ends, and leave nothing."""

import os
import re
import shutil
import signal
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from functools import cache, partial
from itertools import chain
from multiprocessing import parent_process, resource_tracker
from pathlib import Path

from joblib.parallel import get_active_backend

from skn_noise.network._interrupts import interrupts_deferred

_SHARED_MEMORY = Path("/dev/shm")
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


def worker_settings():
    """Return what joblib needs to start workers that end with this process."""
    backend, _ = get_active_backend()
    users_own = getattr(backend, "backend_kwargs", {}).get("initializer")
    return {"initializer": _initializer(users_own)}


@cache  # joblib keeps its workers for as long as their initializer is the same
def _initializer(users_own):
    return partial(_start_work, users_own)


def _start_work(users_own, *args):
    """Do first of all in a worker: watch the process that started it."""
    parent = parent_process()
    if parent is not None:
        watch = partial(_end_after, parent.pid)
        threading.Thread(target=watch, name="ends-with-parent", daemon=True).start()
    if users_own is not None:
        users_own(*args)


def _end_after(parent):
    # A worker waits for work at a pipe that it holds open itself: it would never end.
    # The system's own PR_SET_PDEATHSIG also fires if a mere thread of the parent ends.
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


@contextmanager
def workers_deaf_to_signals(n_workers):
    """Let workers be started that are deaf to what ends this process, which ends them.

    A terminal sends Ctrl-C to all, and Python would show where it met each. joblib's
    tracker, which removes what killed processes leave, survives a lost terminal so.
    """
    if n_workers == 1 or not hasattr(signal, "pthread_sigmask"):
        yield
        return
    ending = {getattr(signal, name) for name in _ENDING}
    with interrupts_deferred():  # joblib would leave folders that it has just made
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ending)
        try:
            # The first worker starts this, which lets the signals through again.
            resource_tracker.ensure_running()
            signal.pthread_sigmask(signal.SIG_BLOCK, ending)
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def remove_what_the_dead_left():
    """Remove joblib's files of studies that were killed together with its tracker."""
    if not _SHARED_MEMORY.is_dir():
        return
    semaphores = _of_the_dead("sem.loky-*", [_SHARED_MEMORY])
    folders = _of_the_dead(
        "joblib_memmapping_folder_*", [_SHARED_MEMORY, Path(tempfile.gettempdir())]
    )
    for process, paths in folders.items():
        for folder in paths:
            with suppress(OSError):  # it holds data
                folder.rmdir()
        # Another container may share the folder but not the numbers of processes. If
        # one lives there, it has its semaphores open.
        if process in semaphores and not any(map(_is_open, semaphores[process])):
            for folder in paths:
                shutil.rmtree(folder, ignore_errors=True)
    for path in chain.from_iterable(semaphores.values()):
        if not _is_open(path):
            with suppress(OSError):  # another study, too, may be removing it
                path.unlink()


def _of_the_dead(pattern, folders):
    """Return the paths named after a process that is not alive, by its number."""
    paths = defaultdict(list)
    for folder in folders:
        for path in folder.glob(pattern):
            number = re.search(r"[-_](\d+)[-_]", path.name)
            if number is not None and not _is_alive(int(number[1])):
                paths[int(number[1])].append(path)
    return paths


def _is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to someone else
        return True
    return True


def _is_open(semaphore):
    """Tell whether any process on this machine, seen from here or not, has it open."""
    import fcntl  # which Windows lacks

    try:
        file = os.open(semaphore, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        # The system grants this only for a file that nobody has open for writing.
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError:
        return True
    finally:
        os.close(file)
    return False
