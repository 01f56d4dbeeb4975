"""Measure memory: its growth from fit to fit, and the peak of each worker of a study.

    python benchmarks/memory.py
    python benchmarks/memory.py --dataset mnist

Growth: 300 fits of a network with one hidden layer of 16 units ("same"), or of 16 to 65
units in turns ("changing"), one epoch on 300 samples of digits, counted from the 20th
fit. Peaks: two scales, two epochs and two workers, on the holdout of the data set and
on 5 000 samples in five folds. Each measurement is a process of its own. The figures
are in ``docs/measured.rst``.
"""

import argparse
import gc
import subprocess
import sys
import threading
from pathlib import Path

import psutil
from sklearn.datasets import load_digits

from skn_noise import (
    KerasMLPClassifier,
    load_dataset,
    make_noise_pipeline,
    noise_curve,
)


def resident():
    """Return the resident memory of this process in MiB, as Linux counts it."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def grow(sizes, n_fits):
    """Fit again and again; print the growth since the 20th fit."""
    X, y = load_digits(return_X_y=True)
    X, y = X[:300] / 16, y[:300]
    for number in range(1, n_fits + 1):
        n_units = 16 + (number % 50 if sizes == "changing" else 0)
        KerasMLPClassifier((n_units,), epochs=1).fit(X, y).predict(X)
        if number == 20:
            first = resident()
        if number % 20 == 0:
            growth, n_objects = resident() - first, len(gc.get_objects())
            print(f"{sizes:9} {number:4} fits {growth:6.1f} MiB {n_objects:7} objects")


def watch(peaks, ended):
    """Keep the peak of all memory, and of shared memory, of each worker in MiB."""
    while not ended.wait(0.05):
        for worker in psutil.Process().children(recursive=True):
            try:
                held = worker.memory_info()
            except psutil.Error:  # it has just ended
                continue
            peak = held.rss / 2**20, held.shared / 2**20
            peaks[worker.pid] = max(peaks.get(worker.pid, (0, 0)), peak)


def measure_workers(study, dataset):
    """Run a study and print the peaks of its workers."""
    dataset = load_dataset(dataset)
    X, y, cv = dataset.X, dataset.y, dataset.holdout
    if study == "folds":
        X, y, cv = X[:5_000], y[:5_000], 5
    peaks, ended = {}, threading.Event()
    threading.Thread(target=watch, args=(peaks, ended), daemon=True).start()
    pipeline = make_noise_pipeline(random_state=0, epochs=2)
    noise_curve(pipeline, X, y, scales=[0.5, 1.0], cv=cv, n_jobs=2)
    ended.set()
    for held, shared in sorted(peaks.values())[-2:]:
        print(f"{study:8} a worker: {held:5.0f} MiB, shared of it {shared:5.0f}")


def main():
    """Read the command line; each measurement is a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fits", type=int, default=300)
    parser.add_argument("--dataset", default="mnist-5k", help="of the workers")
    measurements = ["same", "changing", "holdout", "folds"]
    parser.add_argument("--only", choices=measurements, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only in ("same", "changing"):
        grow(args.only, args.fits)
    elif args.only:
        measure_workers(args.only, args.dataset)
    else:
        if load_dataset(args.dataset).holdout is None:
            measurements.remove("holdout")
        for measurement in measurements:
            command = [sys.executable, __file__, *sys.argv[1:], "--only", measurement]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
