"""Kill studies at random moments, damage their cells, and count what went wrong.

    python benchmarks/kills.py

A study of 24 cells in two workers is killed by SIGKILL or SIGTERM of its main process,
or by SIGHUP or SIGINT of all its processes, as a terminal sends them. Before every
other run a kept cell is damaged: a bit is flipped, the file is cut short, or it changes
places with another one. Then the same study is run again, until it ends; its scores are
compared with those of a study that nobody disturbed, and another one begins.

A cell is lost if its file was there, was not damaged, and was fitted again anyway.
No process and no temporary file of a killed study may be there after 30 seconds. The
script ends with an error otherwise. Outcomes are in docs/measured.rst.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import cycle
from pathlib import Path

STUDY = """
import json, pathlib, sys, time
from sklearn.datasets import load_digits
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline
from skn_noise import GaussianNoiseTransformer, noise_curve

class Slow(GaussianNB):
    def fit(self, X, y):
        time.sleep(0.3)
        return super().fit(X, y)

if __name__ == "__main__":
    noise = GaussianNoiseTransformer(random_state=0)
    curve = noise_curve(
        Pipeline([("noise", noise), ("bayes", Slow())]),
        *load_digits(return_X_y=True),
        scales=[0.5, 1, 2, 4], cv=6, n_jobs=2, memory="cells", scoring="accuracy",
    )
    pathlib.Path("scores.json").write_text(json.dumps(curve.scores["value"].tolist()))
"""
SIGNALS = {
    signal.SIGKILL: os.kill,
    signal.SIGTERM: os.kill,
    signal.SIGHUP: os.killpg,
    signal.SIGINT: os.killpg,
}


def start(folder):
    """Start the study in a session of its own."""
    (folder / "study.py").write_text(STUDY)
    with (folder / "stderr").open("a") as stderr:
        return subprocess.Popen(
            [sys.executable, "study.py"],
            cwd=folder,
            stderr=stderr,
            start_new_session=True,
        )


def processes_of(study):
    """Return the processes of a study's session that are alive."""
    alive = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            stat = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat[3]) == study.pid and stat[0] != "Z":
            alive.append(process)
    return alive


def files_of(study):
    """Return joblib's files of a study in shared memory and the temporary folder."""
    folders = Path("/dev/shm"), Path(tempfile.gettempdir())
    return [path for f in folders for path in f.glob(f"*[-_]{study.pid}[-_]*")]


def cells_in(folder):
    """Return the files of the finished cells, with the times when they were written."""
    files = (folder / "cells").rglob("*-*.json")
    return {path: path.stat().st_mtime_ns for path in files}


def damage(folder):
    """Damage a kept cell, or swap two; return the files that are not as they were."""
    cells = sorted(cells_in(folder))
    if len(cells) < 2:
        return []
    one, other = random.sample(cells, 2)
    content = bytearray(one.read_bytes())
    match random.choice(["flip", "cut", "swap"]):
        case "flip":
            content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        case "cut":
            del content[random.randrange(len(content)) :]
        case "swap":
            one.write_bytes(other.read_bytes())
            other.write_bytes(content)
            return [one, other]
    one.write_bytes(content)
    return [one]


def run_and_kill(folder, damaged, number, seconds):
    """Run a study, kill it after a while, and return the study with its faults.

    `damaged` has the damaged files that are not written again yet. A study that is
    killed early leaves them to the next one.
    """
    if random.random() < 0.5:
        damaged.update(damage(folder))
    before = cells_in(folder)
    study = start(folder)
    try:
        study.wait(seconds)
    except subprocess.TimeoutExpired:
        SIGNALS[number](study.pid, number)
    study.wait()
    end = time.monotonic() + 30
    while (processes_of(study) or files_of(study)) and time.monotonic() < end:
        time.sleep(0.05)
    after = cells_in(folder)
    changed = {path for path in before if after.get(path) != before[path]}
    lost = changed - damaged
    damaged -= changed
    return study, {
        "lost cells": len(lost),
        "processes left": len(processes_of(study)),
        "files left": len(files_of(study)),
    }


def main():
    """Read the command line; kill, damage, and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    random.seed(args.seed)
    for number in SIGNALS.keys() - {signal.SIGKILL}:  # a study ignores what we ignore
        signal.signal(number, signal.default_int_handler)
    counts, n_studies, n_kills, signals = Counter(), 0, 0, cycle(SIGNALS)
    with tempfile.TemporaryDirectory() as root:
        undisturbed, begin = Path(tempfile.mkdtemp(dir=root)), time.monotonic()
        start(undisturbed).wait()
        longest = time.monotonic() - begin
        expected = (undisturbed / "scores.json").read_text()
        while n_kills < args.kills:
            folder, damaged = Path(tempfile.mkdtemp(dir=root)), set()
            study = None
            while study is None or study.returncode != 0:
                seconds = random.uniform(0, longest) if n_kills < args.kills else None
                study, faults = run_and_kill(folder, damaged, next(signals), seconds)
                n_kills += study.returncode != 0
                counts.update(faults)
            n_studies += 1
            counts["wrong scores"] += (folder / "scores.json").read_text() != expected
    print(f"{n_kills} kills of {n_studies} studies: {dict(counts)}")
    if counts.total():
        sys.exit("Something was wrong, lost or left.")


if __name__ == "__main__":
    main()
