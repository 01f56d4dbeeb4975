"""Measure what each worker of a study of networks holds at most.

    python benchmarks/memory_of_workers.py --dataset mnist

Two scales, two epochs, two workers, on all samples ("holdout") and on 5 000 in five
folds. A worker of MNIST (179 MiB of training samples) in a process of its own, two
cells, samples in a mapped file: its own memory grew from 298 MiB, with TensorFlow
loaded, to 1 313, and now to 751; all resident pages, those of the file and of libraries
included, from 1 953 to 1 390. 5 000 samples in five folds: 871, now 849 MiB. Without
matplotlib, which workers no longer load, it is 25 MiB less than these figures. It was:

* the rows of a holdout, copied out of the mapped file: 207 MiB;
* ``tf.constant``, which copies arrays twice, for a while: 378 MiB, of which 179 stayed
  during training;
* the samples of up to four fits, held by callbacks until garbage is collected: 179 MiB
  a fit.

What remains is twice the samples while noise is added, to standardised samples that the
transformer must not write into: 358 MiB. It could only be less if the two steps were
one, or if noise depended on blocks of rows.
"""

import argparse
import subprocess
import sys
import threading

import psutil

from skn_noise import load_dataset, make_noise_pipeline, noise_curve


def watch(peaks, ended):
    """Keep the most MiB that each worker of this process holds: all, and shared."""
    while not ended.wait(0.05):
        for worker in psutil.Process().children(recursive=True):
            try:
                held = worker.memory_info()
            except psutil.Error:  # it has just ended
                continue
            peak = held.rss / 2**20, held.shared / 2**20
            peaks[worker.pid] = max(peaks.get(worker.pid, (0, 0)), peak)


def measure(dataset, study):
    """Do a study and print the peaks of its workers."""
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
    """Read the command line; a process of its own does each study."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dataset", default="mnist")
    parser.add_argument("--study", choices=["holdout", "folds"])
    args = parser.parse_args()
    if args.study:
        measure(args.dataset, args.study)
        return
    for study in ("holdout", "folds"):
        command = [sys.executable, __file__, "--dataset", args.dataset]
        subprocess.run([*command, "--study", study], check=True)


if __name__ == "__main__":
    main()
