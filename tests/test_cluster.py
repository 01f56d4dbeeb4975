"""Studies on a Dask cluster of real processes, also when some of these are lost."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import joblib
import pandas as pd
import pytest
from clusters import Cluster
from dask.distributed import Client, Future
from recorded import assert_same_scores, entries, n_fits, run, tell, wait_until
from small_networks import small_pipeline

from skn_noise import noise_curve
from skn_noise.cli import main

SWEEP = ["sweep", "--dataset", "digits", "--cv", "2", "--scales", "1", "2"]
SWEEP += ["--hidden", "4"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two workers, and a scheduler that lacks this package."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), has_package=False)
    for _ in range(2):
        cluster.start_worker()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def client(cluster):
    with Client(cluster.address) as client:
        client.wait_for_workers(2, timeout=60)
        yield client


@pytest.fixture
def empty(tmp_path):
    """A scheduler without a worker."""
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.stop()


@contextmanager
def connected(cluster, **options):
    with Client(cluster.address), joblib.parallel_config("dask", **options):
        yield


def on_the_cluster(function, *args, **params):
    with joblib.parallel_config(backend="dask"):
        return function(*args, **params)


@contextmanager
def at_the_same_time(function):
    thread = threading.Thread(target=function)
    thread.start()
    try:
        yield
    finally:
        thread.join()


# --- the same results -----------------------------------------------------------------


@pytest.fixture(scope="module")
def network_study(digits):
    return partial(noise_curve, small_pipeline(), *digits, scales=[0.5, 2.0], cv=3)


@pytest.fixture(scope="module")
def near(network_study):
    return network_study()


def test_networks_are_the_same_to_the_last_digit(client, network_study, near):
    assert_same_scores(on_the_cluster(network_study), near)


def test_threads_of_one_worker_train_the_same_networks(
    cluster, client, network_study, near
):
    worker = cluster.start_worker("--nthreads", "3", "--name", "three")
    client.wait_for_workers(3, timeout=60)
    try:
        with joblib.parallel_config("dask", workers=["three"]):
            assert_same_scores(network_study(), near)
    finally:
        cluster.stop(worker)


def test_both_workers_have_their_share(client, recorded):
    on_the_cluster(run, recorded.set_params(seconds=0.2), cv=4, memory=None)
    done = client.run(lambda dask_worker: len(dask_worker.state.log))
    assert len(done) == 2
    assert min(done.values()) > 0


def test_finished_cells_are_kept_on_this_side(client, recorded):
    on_the_cluster(run, recorded)
    assert n_fits(recorded) == 6
    run(recorded)
    assert n_fits(recorded) == 6


def test_one_thread_is_used_and_so_is_a_worker_that_joins_later(empty, recorded):
    def join():
        wait_until(lambda: n_fits(recorded) >= 1)
        empty.start_worker()
        with Client(empty.address) as client:
            client.wait_for_workers(2, timeout=60)
        tell(recorded, "wait")

    empty.start_worker()
    tell(recorded, "wait", 0.5)
    recorded.set_params(seconds=0.2)
    with connected(empty, wait_for_workers_timeout=60), at_the_same_time(join):
        run(recorded, cv=6, memory=None)
    lines = Path(recorded.log).read_text().splitlines()
    processes = {int(line.split()[1]) for line in lines}
    assert len(processes) == 2
    assert os.getpid() not in processes


# --- workers and hosts that are lost --------------------------------------------------


def processes_of_workers(client):
    return sorted(client.run(os.getpid).values())


def test_killed_workers_cost_only_the_cells_that_they_ran(client, recorded):
    def kill():
        wait_until(lambda: n_fits(recorded) >= 3)
        for process in processes_of_workers(client):
            os.kill(process, signal.SIGKILL)

    client.wait_for_workers(2, timeout=60)
    recorded.set_params(seconds=0.5)
    with at_the_same_time(kill):
        far = on_the_cluster(run, recorded, cv=5)
    # A cell of the first worker may run on the second one when that is killed, too.
    assert n_fits(recorded) <= 10 + 2 * 2
    assert_same_scores(far, run(recorded.set_params(seconds=0), cv=5, memory=None))


def test_a_result_that_is_lost_before_it_is_fetched_is_computed_again(
    client, recorded, monkeypatch
):
    def result(future, *args, **kwargs):
        if n_fits(recorded) and not lost:
            lost.update(client.scheduler_info()["workers"])
            for process in processes_of_workers(client):
                os.kill(process, signal.SIGKILL)
            wait_until(lambda: not lost & set(client.scheduler_info()["workers"]))
        return fetch(future, *args, **kwargs)

    lost, fetch = set(), Future.result
    client.wait_for_workers(2, timeout=60)
    monkeypatch.setattr(Future, "result", result)
    far = on_the_cluster(run, recorded)
    assert lost
    assert_same_scores(far, run(recorded, memory=None))


def test_a_frozen_worker_is_given_up_after_the_time_limit(cluster, client, recorded):
    def freeze():
        wait_until(lambda: n_fits(recorded) >= 4)
        os.killpg(worker.pid, signal.SIGSTOP)

    worker = cluster.start_worker("--no-nanny")
    client.wait_for_workers(3, timeout=60)
    try:
        recorded.set_params(seconds=0.5)
        with at_the_same_time(freeze):
            far = on_the_cluster(run, recorded, cv=6, memory=None)
    finally:
        cluster.stop(worker)
    assert_same_scores(far, run(recorded.set_params(seconds=0), cv=6, memory=None))


def test_a_cell_that_kills_its_workers_ends_the_study_with_memory_and_host(
    client, recorded
):
    client.wait_for_workers(2, timeout=60)
    tell(recorded, "die", 2.0)
    with pytest.raises(
        BrokenExecutor, match=r"on 127\.0\.0\.1 .* GiB of memory"
    ) as caught:
        on_the_cluster(run, recorded, cv=2)
    assert "--memory-limit" in str(caught.value)
    kept = f"{len(entries(recorded))} of 4 cells are finished and saved"
    assert kept in caught.value.__notes__[0]


def test_without_a_worker_the_study_says_so(empty, recorded):
    with (
        connected(empty, wait_for_workers_timeout=1),
        pytest.raises(TimeoutError, match=f"joined the scheduler {empty.address}"),
    ):
        run(recorded)


# --- code that workers lack, or have otherwise ----------------------------------------


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Own modules that no worker can import."""
    source = """
import threading
import own_helper
from recorded import Recorded

class Own(Recorded):
    lock = None
    is_lazy = False

    def fit(self, X, y):
        if self.is_lazy:
            import own_lazy
        self.gain_ = own_helper.GAIN
        return super().fit(X, y)
"""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own_step.py").write_text(source)
    (folder / "own_helper.py").write_text("GAIN = 2\n")
    (folder / "own_lazy.py").write_text("")
    monkeypatch.syspath_prepend(folder)
    import own_step

    yield own_step
    for name in ("own_step", "own_helper", "own_lazy"):
        sys.modules.pop(name, None)


def test_own_modules_travel_with_the_study(client, own, recorded):
    far = on_the_cluster(run, own.Own(recorded.log))
    assert_same_scores(far, run(recorded, memory=None))


def test_an_own_module_that_cannot_travel_is_named(client, own, recorded):
    own.Own.is_lazy = True
    with pytest.raises(ValueError, match=r"(?s)All 6 fits failed.* 'own_lazy'"):
        on_the_cluster(run, own.Own(recorded.log))


def test_an_own_module_that_cannot_be_pickled_is_refused(client, own, recorded):
    own.Own.lock = threading.Lock()
    with pytest.raises(ValueError, match=r"own_helper, .*own_step.*_thread.lock"):
        on_the_cluster(run, own.Own(recorded.log))


@pytest.mark.parametrize(
    ("make_environment", "message"),
    [
        (lambda cluster: cluster.with_version("9.9"), "skn_noise is .* and 9.9"),
        (Cluster.without_package, "cannot import skn_noise"),
    ],
    ids=["another version", "none"],
)
def test_a_worker_without_this_version_of_the_package_is_refused(
    cluster, client, recorded, make_environment, message
):
    options = "--name", "other", "--no-nanny"
    worker = cluster.start_worker(*options, env=make_environment(cluster))
    try:
        client.wait_for_workers(3, timeout=60)
        with (
            joblib.parallel_config("dask", workers=["other"]),
            pytest.raises(ImportError, match=message) as caught,
        ):
            run(recorded)
    finally:
        cluster.stop(worker)
    assert "worker tcp://127.0.0.1" in str(caught.value)


# --- the command ----------------------------------------------------------------------


def test_sweep_runs_on_a_scheduler(client, tmp_path):
    scores = []
    for where in (["--scheduler", client.scheduler.address], ["--jobs", "1"]):
        folder = tmp_path / where[0]
        main([*SWEEP, "--epochs", "1", *where, "--output", str(folder)])
        scores.append(pd.read_csv(folder / "scores.csv")["value"])
    pd.testing.assert_series_equal(*scores, check_exact=True)


def test_a_sweep_whose_scheduler_ends_says_so_in_a_sentence(empty, tmp_path):
    empty.start_worker()
    where = ["--scheduler", empty.address, "--output", tmp_path / "sweep"]
    with (tmp_path / "stderr").open("w") as stderr:
        command = [sys.executable, "-m", "skn_noise", *SWEEP, "--epochs", "200", *where]
        sweep = subprocess.Popen(command, stderr=stderr, stdout=subprocess.DEVNULL)
    wait_until(lambda: "1/4 " in (tmp_path / "stderr").read_text(), seconds=90)
    empty.stop(empty.scheduler)
    assert sweep.wait(timeout=60) == 1
    said = (tmp_path / "stderr").read_text()
    assert "Traceback" not in said
    assert f"The scheduler {empty.address} does not answer any more." in said
    assert "of 4 cells are finished and saved in" in said
