"""Workers end with the process that started them, and nothing of a study is left."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from skn_noise import noise_curve
from skn_noise.study._workers import (
    _is_alive,
    _is_open,
    remove_what_the_dead_left,
    workers_deaf_to_signals,
)

HERE = Path(__file__).parent
SHARED_MEMORY = Path("/dev/shm")

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="looks at processes in /proc"
)


class Slow(ClassifierMixin, BaseEstimator):
    """Tells by a file that it is fitted."""

    def __init__(self, folder, seconds, scale=1.0):
        self.folder = folder
        self.seconds = seconds
        self.scale = scale

    def fit(self, X, y):
        Path(self.folder, str(os.getpid())).touch()
        time.sleep(self.seconds)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


def run_study(folder, seconds=0.0, n_jobs=2):
    # Large enough for a memory map.
    X, y = np.random.default_rng(0).random((400, 1000)), np.arange(400) % 2
    return noise_curve(
        Slow(folder, seconds),
        X,
        y,
        scales=[1, 2],
        param_name="scale",
        cv=2,
        n_jobs=n_jobs,
        scoring="accuracy",
    )


@pytest.fixture
def start(tmp_path):
    """Start a long study in a session of its own; end what it may have left."""
    started = []

    def start():
        code = (
            f"import sys; sys.path.insert(0, {str(HERE)!r}); import test_workers;"
            f"test_workers.run_study({str(tmp_path)!r}, 60)"
        )
        with (tmp_path / "stderr").open("w") as stderr:
            study = subprocess.Popen(
                [sys.executable, "-c", code], stderr=stderr, start_new_session=True
            )
        started.append(study)
        return study

    yield start
    for study in started:
        if processes_of(study):
            os.killpg(study.pid, signal.SIGKILL)
        study.wait()


def processes_of(study):
    """Return the processes of the session that a study has begun."""
    alive = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, session = (
                (process / "stat").read_text().rpartition(")")[2].split()[:4]
            )
        except OSError:
            continue
        if int(session) == study.pid and state != "Z":
            alive.append(int(process.name))
    return alive


def files_of(study):
    folders = SHARED_MEMORY, Path(tempfile.gettempdir())
    patterns = f"sem.loky-{study.pid}-*", f"joblib_memmapping_folder_{study.pid}_*"
    return [path for f in folders for pattern in patterns for path in f.glob(pattern)]


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_fitting(folder):
    return len(list(folder.glob("[0-9]*"))) == 2


def has_workers(study):
    return len(processes_of(study)) >= 4  # and two that track resources


def nothing_is_left(study):
    return not processes_of(study) and not files_of(study)


# --- whatever ends the main process ---------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_a_study_is_ended_by(number, start, tmp_path):
    study = start()
    wait_until(lambda: is_fitting(tmp_path))
    assert files_of(study)
    os.kill(study.pid, number)
    assert study.wait() == -number
    wait_until(lambda: nothing_is_left(study), seconds=10)


def test_nothing_is_left_of_workers_that_were_starting(start, tmp_path):
    study = start()
    wait_until(lambda: has_workers(study))
    os.kill(study.pid, signal.SIGKILL)
    study.wait()
    wait_until(lambda: nothing_is_left(study), seconds=10)


@pytest.mark.parametrize("moment", ["starting", "fitting"])
def test_workers_are_silent_when_ctrl_c_reaches_all(start, tmp_path, moment):
    study = start()
    ready = {
        "starting": lambda: has_workers(study),
        "fitting": lambda: is_fitting(tmp_path),
    }
    wait_until(ready[moment])
    os.killpg(study.pid, signal.SIGINT)
    study.wait()
    stderr = (tmp_path / "stderr").read_text()
    assert stderr.count("Traceback") == 1  # of the main process
    assert "cells are finished, and lost" in stderr
    wait_until(lambda: nothing_is_left(study), seconds=10)


def test_the_next_study_removes_files_of_the_killed_not_of_the_living(start, tmp_path):
    study = start()
    wait_until(lambda: is_fitting(tmp_path))
    before = files_of(study)
    remove_what_the_dead_left()
    assert sorted(files_of(study)) == sorted(before)
    semaphores = [path for path in before if path.name.startswith("sem.")]
    assert all(map(_is_open, semaphores))  # also if its number were not seen
    os.killpg(study.pid, signal.SIGKILL)
    study.wait()
    wait_until(lambda: not processes_of(study))
    assert files_of(study)

    def next_study_finds_nothing():
        run_study(tmp_path, n_jobs=1)
        return not files_of(study)

    # The system may take a moment to close what a killed process held open.
    wait_until(next_study_finds_nothing, seconds=10)


@pytest.fixture
def leave(tmp_path, monkeypatch):
    """Return a function that leaves files as if a process had been killed."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # as TMPDIR sets it
    semaphores = []

    def leave(process, *, has_semaphore):
        folder = tmp_path / f"joblib_memmapping_folder_{process}_1_2"
        folder.mkdir()
        (folder / "data").touch()
        semaphore = SHARED_MEMORY / f"sem.loky-{process}-left"
        if has_semaphore:
            semaphore.touch()
            semaphores.append(semaphore)
        return folder, semaphore

    yield leave
    for semaphore in semaphores:
        semaphore.unlink(missing_ok=True)


@pytest.fixture
def dead():
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_what_a_dead_process_left_is_removed(leave, dead):
    folder, semaphore = leave(dead, has_semaphore=True)
    remove_what_the_dead_left()
    assert not folder.exists()
    assert not semaphore.exists()


def test_data_without_a_semaphore_may_be_of_a_living_process_elsewhere(leave, dead):
    folder, _ = leave(dead, has_semaphore=False)
    remove_what_the_dead_left()
    assert (folder / "data").exists()


def test_an_empty_folder_is_removed_without_a_semaphore(leave, dead):
    folder, _ = leave(dead, has_semaphore=False)
    (folder / "data").unlink()
    remove_what_the_dead_left()
    assert not folder.exists()


def test_what_is_open_belongs_to_a_living_process_elsewhere(leave, dead):
    folder, semaphore = leave(dead, has_semaphore=True)
    with semaphore.open("w"):
        remove_what_the_dead_left()
        assert semaphore.exists()
    assert (folder / "data").exists()


@pytest.mark.parametrize(
    "process",
    [os.getpid(), os.getppid(), "unknown"],
    ids=["this process", "its parent", "nobody"],
)
def test_files_of_the_living_and_of_nobody_stay(leave, process):
    folder, semaphore = leave(process, has_semaphore=True)
    remove_what_the_dead_left()
    assert (folder / "data").exists()
    assert semaphore.exists()


def test_a_process_of_someone_else_is_alive(monkeypatch):
    def refuse(process, number):
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert _is_alive(2)


def test_a_semaphore_that_is_gone_is_open_nowhere(tmp_path):
    assert not _is_open(tmp_path / "gone")


# --- who is not to be touched ---------------------------------------------------------


def test_a_study_leaves_the_signals_of_its_program_alone(tmp_path):
    numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    before = [signal.getsignal(number) for number in numbers]
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    run_study(tmp_path)
    assert [signal.getsignal(number) for number in numbers] == before
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == mask


def test_a_study_without_workers_hears_signals():
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    with workers_deaf_to_signals(1):
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == mask


def test_workers_are_deaf_though_the_tracker_that_starts_first_is_not():
    code = (
        "import signal; from skn_noise.study._workers import workers_deaf_to_signals\n"
        "with workers_deaf_to_signals(2):\n"
        "    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])\n"
        "    print(*sorted(number.name for number in mask))"
    )
    printed = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert printed.split() == ["SIGHUP", "SIGINT", "SIGTERM"]


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_the_main_process_watches_nobody(tmp_path, backend):
    with joblib.parallel_config(backend=backend):
        run_study(tmp_path)
    assert "ends-with-parent" not in {thread.name for thread in threading.enumerate()}


def test_workers_are_set_up_as_their_user_wants_and_used_again(tmp_path):
    notes = tmp_path / "notes"
    with joblib.parallel_config("loky", initializer=note, initargs=(notes,)):
        run_study(tmp_path)
        run_study(tmp_path)
    # One may still start when the other has done it all.
    wait_until(lambda: len(notes.read_text().split()) >= 2)
    assert notes.read_text().split() == ["set-up"] * 2


def note(notes):
    with notes.open("a") as file:
        file.write("set-up\n")
