"""Workers end with the process that started them, and no file of them is left."""

import os
import platform
import signal
import subprocess
import sys
import tempfile
import threading
import time
from importlib import import_module, reload
from pathlib import Path

import joblib
import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor
from processes import python
from recorded import run, wait_until
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.naive_bayes import GaussianNB

from skn_noise import noise_curve

HERE = Path(__file__).parent
SHARED_MEMORY = Path("/dev/shm")

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="looks at processes in /proc"
)


class Slow(ClassifierMixin, BaseEstimator):
    """Writes a file, with the memory maps of its process, when it is fitted."""

    def __init__(self, folder, seconds, scale=1.0):
        self.folder = folder
        self.seconds = seconds
        self.scale = scale

    def fit(self, X, y):
        maps = Path("/proc/self/maps").read_text()
        Path(self.folder, str(os.getpid())).write_text(maps)
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


def is_fitting(folder):
    return len(list(folder.glob("[0-9]*"))) == 2


def has_workers(study):
    return len(processes_of(study)) >= 4  # and two that track resources


def nothing_is_left(study):
    return not processes_of(study) and not files_of(study)


# --- whatever ends the main process ---------------------------------------------------


MOMENTS = pytest.mark.parametrize("moment", ["starting", "fitting"])


def wait_for(moment, study, folder):
    is_there = {
        "starting": lambda: has_workers(study),
        "fitting": lambda: is_fitting(folder),
    }
    wait_until(is_there[moment])


@MOMENTS
def test_nothing_is_left_when_a_study_is_killed(start, tmp_path, moment):
    study = start()
    wait_for(moment, study, tmp_path)
    assert files_of(study) or moment == "starting"
    os.kill(study.pid, signal.SIGKILL)
    study.wait()
    wait_until(lambda: nothing_is_left(study), seconds=30)


@MOMENTS
def test_workers_are_silent_when_ctrl_c_reaches_all(start, tmp_path, moment):
    study = start()
    wait_for(moment, study, tmp_path)
    os.killpg(study.pid, signal.SIGINT)
    study.wait()
    stderr = (tmp_path / "stderr").read_text()
    # Of the main process. A thread of joblib's may add a KeyError, not a worker's: its
    # executor forgets the cells that it is just handing to workers when it is ended.
    assert stderr.count("KeyboardInterrupt") == 1
    assert "cells are finished, and lost" in stderr
    wait_until(lambda: nothing_is_left(study), seconds=30)


# --- who is not to be touched ---------------------------------------------------------


def test_a_study_leaves_the_signals_of_its_program_alone(tmp_path):
    numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    before = [signal.getsignal(number) for number in numbers]
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    run_study(tmp_path)
    assert [signal.getsignal(number) for number in numbers] == before
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == mask


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


# --- other systems --------------------------------------------------------------------

# A study, and the end of one by a signal, where names and files of Linux are missing.
WITHOUT = """
import io, os, signal

def hide(*files):
    real_open, real_access = io.open, os.access

    def open_others(file, *args, **kwargs):
        if str(file) in files:
            raise FileNotFoundError(file)
        return real_open(file, *args, **kwargs)

    io.open = open_others
    os.access = lambda file, mode: file not in files and real_access(file, mode)

hide("/dev/shm", "/proc/cpuinfo")
del os.statvfs, os.fork, os.register_at_fork, signal.SIGHUP, signal.pthread_sigmask

from sklearn.datasets import load_iris
from sklearn.naive_bayes import GaussianNB
from skn_noise import noise_curve
from skn_noise._signals import EndedBySignal, signals_raised

try:
    with signals_raised():
        curve = noise_curve(
            GaussianNB(), *load_iris(return_X_y=True), param_name="var_smoothing",
            scales=[0.1], cv=2, n_jobs=2, scoring="accuracy",
        )
        print(curve.manifest["processor"], *curve.scores["value"], sep="|")
        signal.raise_signal(signal.SIGTERM)
except EndedBySignal as error:
    print(error)
"""


def test_a_study_runs_without_what_only_some_systems_have():
    ran = python(WITHOUT)
    curve = noise_curve(
        GaussianNB(),
        *load_iris(return_X_y=True),
        param_name="var_smoothing",
        scales=[0.1],
        cv=2,
        scoring="accuracy",
    )
    processor = platform.processor() or platform.machine()
    assert ran.stdout.splitlines() == [
        "|".join(map(str, [processor, *curve.scores["value"]])),
        "SIGTERM",
    ]
    assert ran.stderr == ""


# --- files ----------------------------------------------------------------------------


def test_large_data_reaches_workers_as_a_memory_map_in_the_folder_of_a_user(tmp_path):
    fits, maps = tmp_path / "fits", tmp_path / "maps"
    fits.mkdir()
    maps.mkdir()
    started_anew = {"initializer": note, "initargs": (tmp_path / "notes",)}
    with joblib.parallel_config("loky", temp_folder=maps, **started_anew):
        run_study(fits)
    assert all(str(maps) in fit.read_text() for fit in fits.iterdir())
    assert not list(maps.iterdir())


def test_files_of_other_programs_are_left_alone(tmp_path):
    # A number of a process that does not live here, but may live in another container.
    semaphore = SHARED_MEMORY / "sem.loky-4000000-test"
    folder = SHARED_MEMORY / "joblib_memmapping_folder_4000000_test"
    semaphore.touch()
    folder.mkdir(exist_ok=True)
    try:
        run_study(tmp_path, n_jobs=1)
        run_study(tmp_path)
        assert semaphore.exists()
        assert folder.exists()
    finally:
        semaphore.unlink(missing_ok=True)
        folder.rmdir()


# --- code -----------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A module of one's own, as a function that writes it with another constant."""
    source = "from recorded import Recorded\nGAIN = {}\n"
    source += "class Own(Recorded):\n    def predict(self, X):\n"
    source += "        return super().predict(X) * 0 + GAIN\n"
    path = tmp_path / "own_gain.py"

    def write(gain):
        path.write_text(source.format(gain))

    write(1)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield write
    sys.modules.pop("own_gain", None)


def scores_of_own(recorded, n_jobs):
    estimator = sys.modules["own_gain"].Own(recorded.log)
    curve = run(estimator, n_jobs=n_jobs, memory=None)
    return curve.scores["value"].tolist()


def test_living_workers_run_own_code_that_was_edited_and_reloaded(own, recorded):
    module = import_module("own_gain")
    before = scores_of_own(recorded, n_jobs=2)
    own(2)
    reload(module)
    after = scores_of_own(recorded, n_jobs=2)
    assert after != before
    assert after == scores_of_own(recorded, n_jobs=1)


def test_living_workers_keep_the_code_that_was_edited_without_a_reload(own, recorded):
    import_module("own_gain")
    before = scores_of_own(recorded, n_jobs=2)
    own(2)
    assert scores_of_own(recorded, n_jobs=2) == before
    assert scores_of_own(recorded, n_jobs=1) == before


def test_new_workers_refuse_a_file_that_was_edited_without_a_reload(own, recorded):
    import_module("own_gain")
    scores_of_own(recorded, n_jobs=1)
    own(2)
    get_reusable_executor().shutdown()
    with pytest.raises(ImportError, match=r"own_gain\.py has the hash .* a worker"):
        scores_of_own(recorded, n_jobs=2)


def test_workers_refuse_values_that_were_set_in_a_module_of_ones_own(own, recorded):
    import_module("own_gain").GAIN = 2
    with pytest.raises(ImportError, match=r"in own_gain is not the same"):
        scores_of_own(recorded, n_jobs=2)
