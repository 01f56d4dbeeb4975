"""A study that was interrupted goes on where it was, and comes to the same end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import joblib
import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError
from recorded import assert_same_scores, entries, n_fits, run, tell


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_killed_study_goes_on_and_ends_the_same(recorded, n_jobs):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import recorded as t;"
        "t.run(t.Recorded(sys.argv[2], seconds=0.1), cv=5, n_jobs=int(sys.argv[3]))"
    )
    here = str(Path(__file__).parent)
    study = subprocess.Popen(
        [sys.executable, "-c", code, here, recorded.log, str(n_jobs)],
        start_new_session=True,
    )
    while len(entries(recorded)) < 4:
        assert study.poll() is None
        time.sleep(0.01)
    os.killpg(study.pid, signal.SIGKILL)
    study.wait()
    n_saved = len(entries(recorded))
    assert 4 <= n_saved < 10
    n_before = n_fits(recorded)
    recorded.set_params(seconds=0.1)
    resumed = run(recorded, cv=5)
    assert n_fits(recorded) == n_before + 10 - n_saved
    assert_same_scores(resumed, run(recorded, cv=5, memory=None))


def test_a_killed_worker_is_named_and_the_finished_cells_are_kept(recorded):
    tell(recorded, "die", 2.0)
    recorded.set_params(seconds=0.1)
    with pytest.raises(TerminatedWorkerError, match="kill the worker") as caught:
        run(recorded, scales=[0.1, 0.2, 0.5, 2.0], cv=2, n_jobs=2)
    n_saved = len(entries(recorded))
    assert n_saved >= 2
    assert f"{n_saved} of 8 cells are finished and saved" in caught.value.__notes__[0]
    tell(recorded, "die")
    n_before = n_fits(recorded)
    run(recorded, scales=[0.1, 0.2, 0.5, 2.0], cv=2, n_jobs=2)
    assert n_fits(recorded) == n_before + 8 - n_saved


@pytest.mark.parametrize(
    ("params", "said"),
    [({}, "and saved in"), ({"memory": None}, ", and lost; pass memory= to keep them")],
)
def test_an_interrupt_tells_what_is_kept_or_lost(recorded, params, said):
    tell(recorded, "interrupt", 2.0)
    with pytest.raises(KeyboardInterrupt) as caught:
        run(recorded, **params)
    (note,) = caught.value.__notes__
    assert note.startswith("1 of 6 cells are finished")
    assert said in note


def test_a_backend_that_returns_all_results_at_once_is_refused(recorded):
    with (
        joblib.parallel_config("multiprocessing"),
        pytest.raises(ValueError, match=r"MultiprocessingBackend .* Use 'loky'"),
    ):
        run(recorded, n_jobs=2)
