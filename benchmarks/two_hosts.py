"""Kill workers of a cluster of two hosts, pull a cable, and count what went wrong.

    sudo python benchmarks/two_hosts.py --kills 20

Two hosts with a worker each, and one with the scheduler and the client, are network
namespaces of this machine, joined by virtual cables; all traffic stays between them. It
needs Linux, root and iproute2, and removes the namespaces in the end.

A study of 24 cells runs again and again. At random moments the worker of one host is
killed; in one more study a host is frozen, and in another one its cable is pulled. A
score is wrong if it is not that of a study on one machine. A cell is lost if it was
fitted again though its worker was neither killed nor cut off. Outcomes are in
docs/measured.rst.
"""

import argparse
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import joblib
from dask.distributed import Client
from sklearn.datasets import load_digits
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import GaussianNoiseTransformer, noise_curve

HUB, HOSTS = "skn-hub", ("skn-one", "skn-two")
N_CELLS = 24
SILENCE = "10s"  # after which the scheduler gives up a worker


class Slow(GaussianNB):
    """Take half a second, and write a line for every fit."""

    def __init__(self, log=None):
        super().__init__()
        self.log = log

    def fit(self, X, y):
        """Fit, slowly."""
        if self.log:
            with open(self.log, "a") as log:
                log.write("fit\n")
            time.sleep(0.5)
        return super().fit(X, y)


def study(log=None):
    """Return the scores of the study."""
    noise = GaussianNoiseTransformer(random_state=0)
    curve = noise_curve(
        Pipeline([("noise", noise), ("bayes", Slow(log))]),
        *load_digits(return_X_y=True),
        scales=[0.5, 1, 2, 4],
        cv=N_CELLS // 4,
        scoring="accuracy",
    )
    return curve.scores["value"].tolist()


def ip(*words):
    """Run a command of iproute2."""
    subprocess.run(["ip", *words], check=True)


def lay_cables():
    """Make the namespaces, each host with a cable to the bridge of the hub."""
    for name in (HUB, *HOSTS):
        ip("netns", "add", name)
        ip("-n", name, "link", "set", "lo", "up")
    ip("-n", HUB, "link", "add", "bridge", "type", "bridge")
    ip("-n", HUB, "link", "set", "bridge", "up")
    ip("-n", HUB, "addr", "add", "10.99.0.1/24", "dev", "bridge")
    for number, host in enumerate(HOSTS, start=2):
        cable = ["link", "add", host, "type", "veth", "peer", "name", "eth", "netns"]
        ip("-n", HUB, *cable, host)
        ip("-n", HUB, "link", "set", host, "master", "bridge", "up")
        ip("-n", host, "addr", "add", f"10.99.0.{number}/24", "dev", "eth")
        ip("-n", host, "link", "set", "eth", "up")


def start(host, folder, module, *options):
    """Start a process of Dask on a host."""
    command = [sys.executable, "-m", f"distributed.cli.{module}", *options]
    with (folder / "log").open("a") as log:
        return subprocess.Popen(
            ["ip", "netns", "exec", host, *command],
            env=os.environ | {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": SILENCE},
            cwd=folder,
            stderr=log,
            stdout=log,
            start_new_session=True,
        )


def start_cluster(folder):
    """Start the scheduler and a worker on each host; return the processes."""
    address = "tcp://10.99.0.1:8786"
    options = "--host", "10.99.0.1", "--port", "8786", "--no-dashboard"
    processes = [start(HUB, folder, "dask_scheduler", *options)]
    processes += [start_worker(host, folder, address) for host in HOSTS]
    return address, processes


def start_worker(host, folder, address):
    """Start a worker with one thread on a host."""
    options = address, "--nthreads", "1", "--no-dashboard"
    return start(host, folder, "dask_worker", *options)


def kill_at_random(client, n_kills, is_over):
    """Kill the worker of one host at random moments; return how many were killed."""
    host, n_killed = random.choice(["10.99.0.2", "10.99.0.3"]), 0
    while not is_over.wait(random.uniform(0, 5)) and n_killed < n_kills:
        for address in client.nthreads():
            if host in address:
                worker = client.run(os.getpid, workers=[address], on_error="ignore")
                for process in worker.values():
                    os.kill(process, signal.SIGKILL)
                    n_killed += 1
    return n_killed


def run_and_kill(client, folder, n_kills, expected):
    """Run studies until so many workers are killed; return the counts."""
    counts = {"kills": 0, "studies": 0, "wrong scores": 0, "lost cells": 0}
    while counts["kills"] < n_kills:
        log, is_over, killed = (
            folder / f"fits{counts['studies']}",
            threading.Event(),
            [],
        )
        arguments = client, n_kills - counts["kills"], is_over
        kill = lambda: killed.append(kill_at_random(*arguments))  # noqa: B023, E731
        thread = threading.Thread(target=kill)
        thread.start()
        scores = study(log)
        is_over.set()
        thread.join()
        n_fits = len(log.read_text().splitlines())
        counts["kills"] += killed[0]
        counts["studies"] += 1
        counts["wrong scores"] += scores != expected
        counts["lost cells"] += max(0, n_fits - N_CELLS - killed[0])
    return counts


def disturb(folder, name, action, expected):
    """Run a study in which a host drops out after five seconds; return the counts."""
    log, begin = folder / name, time.monotonic()
    threading.Timer(5, action).start()
    is_wrong = study(log) != expected
    return {
        "event": name,
        "wrong scores": int(is_wrong),
        "fitted again": len(log.read_text().splitlines()) - N_CELLS,
        "seconds": round(time.monotonic() - begin),
    }


def run_in_hub(n_kills):
    """Run everything on the host of the client."""
    expected = study()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        address, processes = start_cluster(folder)
        try:
            with Client(address, timeout=60) as client, joblib.parallel_config("dask"):
                client.wait_for_workers(2, timeout=120)
                print(json.dumps(run_and_kill(client, folder, n_kills, expected)))
                client.wait_for_workers(2, timeout=120)
                freeze = lambda: os.killpg(processes[1].pid, signal.SIGSTOP)  # noqa: E731
                print(json.dumps(disturb(folder, "frozen host", freeze, expected)))
                os.killpg(processes[1].pid, signal.SIGKILL)
                processes[1] = start_worker(HOSTS[0], folder, address)
                client.wait_for_workers(2, timeout=60)
                cut = lambda: ip("-n", HUB, "link", "set", HOSTS[0], "down")  # noqa: E731
                print(json.dumps(disturb(folder, "pulled cable", cut, expected)))
        finally:
            for process in processes:
                os.killpg(process.pid, signal.SIGKILL)


def main():
    """Read the command line; lay the cables, and run in the namespace of the client."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    if args.inside:
        return run_in_hub(args.kills)
    try:
        lay_cables()
        inside = [sys.executable, __file__, "--inside", "--kills", str(args.kills)]
        return subprocess.run(["ip", "netns", "exec", HUB, *inside]).returncode
    finally:
        for name in (HUB, *HOSTS):
            subprocess.run(["ip", "netns", "del", name])


if __name__ == "__main__":
    sys.exit(main())
