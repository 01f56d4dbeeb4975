"""A process forked after TensorFlow ran says so, where it would wait for ever."""

import subprocess
import sys

import pytest

# TensorFlow takes seconds to start: all of it in one process.
SCRIPT = """
import os, signal, warnings
import numpy as np
from skn_noise import KerasMLPClassifier

warnings.simplefilter("ignore", DeprecationWarning)  # of os.fork
X, y = np.random.default_rng(0).random((20, 3)), np.arange(20) % 2
classifier = KerasMLPClassifier((4,), epochs=1)

def in_fork(what, call):
    process = os.fork()
    if process == 0:
        signal.alarm(30)
        try:
            call()
            print(what, "works", flush=True)
        except RuntimeError as error:
            print(what, error, flush=True)
        os._exit(0)
    os.waitpid(process, 0)

in_fork("before:", lambda: classifier.fit(X, y))
classifier.fit(X, y)
in_fork("fit:", lambda: classifier.fit(X, y))
in_fork("predict:", lambda: classifier.predict(X))
classifier.predict(X)
print("parent: works")
"""


@pytest.fixture(scope="module")
def said():
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    return dict(line.split(": ", 1) for line in ran.stdout.splitlines())


@pytest.mark.parametrize("what", ["fit", "predict"])
def test_a_fork_of_a_process_in_which_tensorflow_ran_is_refused(said, what):
    assert "running when this process was forked" in said[what]
    assert "'spawn'" in said[what]
    assert "loky" in said[what]


def test_a_fork_of_a_process_without_tensorflow_trains(said):
    assert said["before"] == "works"


def test_the_process_that_was_forked_goes_on(said):
    assert said["parent"] == "works"
