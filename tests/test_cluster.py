"""The same results on a cluster of real processes, also when one of them dies."""

import os
import signal
import subprocess
import sys
import threading
import time

import joblib
import pandas as pd
import pytest
from dask.distributed import Client, LocalCluster
from recorded import assert_same_scores, n_fits, run

from skn_noise import noise_curve

SWEEP = [sys.executable, "-m", "skn_noise", "sweep"]


@pytest.fixture(scope="module")
def client():
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as two,
        Client(two) as client,
    ):
        yield client


def on_the_cluster(function, *args, **params):
    with joblib.parallel_config(backend="dask"):
        return function(*args, **params)


def test_networks_are_the_same_to_the_last_digit(client, small_mlp_pipeline, digits):
    params = {"scales": [0.5, 2.0], "cv": 3}
    far = on_the_cluster(noise_curve, small_mlp_pipeline, *digits, **params)
    assert_same_scores(far, noise_curve(small_mlp_pipeline, *digits, **params))


def test_threads_of_one_worker_train_the_same_networks(small_mlp_pipeline, digits):
    params = {"scales": [0.5, 2.0], "cv": 3}
    with LocalCluster(
        n_workers=1, threads_per_worker=3, dashboard_address=":0"
    ) as one, Client(one):  # fmt: skip
        far = on_the_cluster(noise_curve, small_mlp_pipeline, *digits, **params)
    assert_same_scores(far, noise_curve(small_mlp_pipeline, *digits, **params))


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


def test_a_worker_killed_in_the_middle_changes_nothing(client, recorded):
    def kill_one():
        while n_fits(recorded) < 3:
            time.sleep(0.01)
        os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)

    recorded.set_params(seconds=0.3)
    killer = threading.Thread(target=kill_one)
    killer.start()
    far = on_the_cluster(run, recorded, cv=5)
    killer.join()
    assert_same_scores(far, run(recorded, cv=5, memory=None))


def test_sweep_runs_on_a_scheduler(client, tmp_path):
    quick = ["--dataset", "digits", "--cv", "2", "--scales", "1", "2"]
    small = ["--epochs", "1", "--hidden", "4"]
    scores = []
    for where in (["--scheduler", client.scheduler.address], ["--jobs", "1"]):
        folder = tmp_path / where[0]
        command = [*SWEEP, *quick, *small, *where]
        ran = subprocess.run(
            [*command, "--output", folder], capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr
        scores.append(pd.read_csv(folder / "scores.csv")["value"])
    pd.testing.assert_series_equal(*scores, check_exact=True)
