"""Kill a sweep at random moments, run it again to the end, and count what went wrong.

    python benchmarks/kills.py

A sweep of 25 small networks in two workers is killed by SIGKILL and SIGTERM of its main
process, and by SIGHUP and SIGINT of all its processes, as a terminal sends them, in
turn; the same command goes on, and is killed again. Whenever it comes to its end, its
scores are compared with those of a sweep that nobody disturbed, and another one begins.
A cell is lost if the sweep had reported it and did not find it later. Ten seconds after
a kill no process and no file of it may be left. It ends with an error otherwise.

On 2 cores of an Intel Xeon, shared with other work, Python 3.11 and joblib 1.6; "none"
are the runs to the end, of which each is compared; the seconds are the most that any
process or file outlived the main process:

======= ==== ========== ============ =========== ============== ========== =======
signal  runs lost cells wrong scores wrong exits processes left files left seconds
======= ==== ========== ============ =========== ============== ========== =======
SIGKILL   13          0            0           0              0          0     1.0
SIGTERM   13          0            0           0              0          0     1.1
SIGHUP    12          0            0           0              0          0     1.3
SIGINT    12          0            0           0              0          0     0.1
none      18          0            0
======= ==== ========== ============ =========== ============== ========== =======
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

import pandas as pd

SWEEP = ["-m", "skn_noise", "sweep"]
STUDY = ["--dataset", "digits", "--epochs", "40", "--hidden", "64", "--jobs", "2"]
SIGNALS = {
    signal.SIGKILL: os.kill,
    signal.SIGTERM: os.kill,
    signal.SIGHUP: os.killpg,
    signal.SIGINT: os.killpg,
}
SECONDS_TO_END = 10


def start(output):
    """Start the sweep in a session of its own."""
    command = [sys.executable, *SWEEP, *STUDY, "--output", output]
    with (output / "stderr").open("w") as stderr:
        return subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )


def processes_of(sweep):
    """Return the processes of a sweep's session that are alive."""
    alive = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, session = (
                (process / "stat").read_text().rpartition(")")[2].split()[:4]
            )
        except OSError:
            continue
        if int(session) == sweep.pid and state != "Z":
            alive.append(process)
    return alive


def files_of(sweep):
    """Return what a sweep has in shared memory and the temporary folder."""
    folders = Path("/dev/shm"), Path(tempfile.gettempdir())
    return [path for f in folders for path in f.glob(f"*[-_]{sweep.pid}[-_]*")]


def run_and_kill(output, number, seconds):
    """Run a sweep, kill it after a while; return the figures of the kill.

    There are none if the sweep came to its end before.
    """
    sweep = start(output)
    try:
        sweep.wait(seconds)
    except subprocess.TimeoutExpired:
        SIGNALS[number](sweep.pid, number)
    sweep.wait()
    begin = time.monotonic()
    if sweep.returncode == 0:
        return {}
    while processes_of(sweep) or files_of(sweep):
        if time.monotonic() - begin > SECONDS_TO_END:
            break
        time.sleep(0.05)
    figures = {
        "signal": number.name,
        "seconds": time.monotonic() - begin,
        # A signal may come before Python has begun to deal with it.
        "wrong exits": sweep.returncode not in (-number, 128 + number),
        "processes left": len(processes_of(sweep)),
        "files left": len(files_of(sweep)),
    }
    if processes_of(sweep):
        os.killpg(sweep.pid, signal.SIGKILL)
    return figures


def count_cells(output):
    """Return how many cells the latest sweep found, and how many it then had done."""
    text = (output / "stderr").read_text()
    found = re.search(r"^(\d+) of \d+ cells found done", text, re.MULTILINE)
    if found is None:  # killed before
        return None, 0
    done = re.findall(r"^(\d+)/\d+ scale", text, re.MULTILINE)
    return int(found[1]), int(max(done, key=int, default=found[1]))


def scores_of(output):
    """Return all scores of a sweep that came to its end."""
    columns = ["scale", "fold", "split", "metric", "value"]
    return pd.read_csv(output / "scores.csv")[columns]


def run_to_the_end(output, numbers, longest, expected):
    """Kill a sweep again and again until it ends; yield the figures of every run."""
    n_known = 0
    while True:
        number, seconds = None, None
        if numbers:
            number, seconds = numbers[0], random.uniform(0, longest)
        figures = run_and_kill(output, number, seconds)
        n_found, n_done = count_cells(output)
        n_lost = 0 if n_found is None else max(0, n_known - n_found)
        n_known = max(n_known, n_done)
        if not figures:
            is_wrong = not scores_of(output).equals(expected)
            yield {"signal": "none", "lost cells": n_lost, "wrong scores": is_wrong}
            return
        numbers.pop(0)
        yield figures | {"lost cells": n_lost}


def run_all(folder, numbers):
    """Yield the figures of every run, until all signals are sent."""
    undisturbed = Path(tempfile.mkdtemp(dir=folder))
    begin = time.monotonic()
    start(undisturbed).wait()
    longest = time.monotonic() - begin
    expected = scores_of(undisturbed)
    while numbers:
        output = Path(tempfile.mkdtemp(dir=folder))
        yield from run_to_the_end(output, numbers, longest, expected)


def report(runs):
    """Print the figures by signal; end with an error if anything went wrong."""
    faults = ["lost cells", "wrong scores", "wrong exits"]
    faults += ["processes left", "files left"]
    by_signal = runs.groupby("signal", sort=False)
    table = by_signal[faults].sum().astype(int)
    table.insert(0, "runs", by_signal.size())
    table["seconds"] = by_signal["seconds"].max().round(1)
    print(table.to_string(na_rep=""))
    if table[faults].to_numpy().any():
        sys.exit("Something was wrong, lost or left.")


def main():
    """Read the command line; kill, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    random.seed(args.seed)
    for number in SIGNALS.keys() - {signal.SIGKILL}:  # a sweep ignores what we ignore
        signal.signal(number, signal.default_int_handler)
    numbers = [number for number, _ in zip(cycle(SIGNALS), range(args.kills))]
    with tempfile.TemporaryDirectory() as folder:
        runs = []
        for figures in run_all(Path(folder), numbers):
            runs.append(figures)
            print(figures, file=sys.stderr)
    report(pd.DataFrame(runs))


if __name__ == "__main__":
    main()
