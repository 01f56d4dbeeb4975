"""Time noise studies, reference and import against what else there is to use.

    python benchmarks/speed.py --dataset mnist
    python benchmarks/speed.py --dataset mnist --quick --studies folds

Two studies of five scales: "holdout" trains on all training samples of the data set and
validates on its test samples; "folds" cross-validates 5 000 training samples in five
folds, 20 epochs each. Every way of doing them is a process of its own, from the start
of Python to the accuracies, so that none sees what another left in TensorFlow; the ways
take turns, round after round. It prints a table a study: medians of the time, how many
times as fast as the first way (of folds, as scikeras) each is, the most memory that its
processes held together (pages that they share counted in each), and the accuracies.
A way that cannot be gone is named and skipped. It ends with an error if accuracies do
not agree.

What the time of a fit is made of (4 000 x 784 samples, 20 epochs, 640 steps; one
thread, ms a step): the eight matrix products 2.6, the other operations forward and
backward 0.3, dropout 0.35, Adam 0.9. The products run at 165 to 185 GFLOP/s, which is
what the core can do; Adam waits for memory, of which it reads and writes 19 MB. What
was tried:

* One graph for hundreds of steps, samples gathered in it, instead of ``Model.fit``: 4.8
  to 5.6 s down to 3.1 s a fit. It is used.
* One graph for all networks of a kind, whose state it takes over: 0.6 s less a fit, and
  no memory lost. Writing it without autograph: 0.5 s less for the first. Used.
* Adam in one operation a variable: 1.2 ms less a step than Keras's dozen; as little as
  if XLA compiles Keras's, but without its 0.5 s and 100 MB. Used; other optimizers
  compiled.
* Dropout from 16 random bits a unit instead of Keras's 32: 0.2 ms less. Used.
* Garbage collected after every fourth fit, not every one: 0.1 s less. Used.
* XLA for the whole step: 1.1 s to compile, then on one thread 7 % slower, on two 14 %
  faster. Not used, as studies run on all cores with one thread each.
* Keras's dropout in XLA: 0.9 ms more, as its Philox generator is slow there; Threefry
  is not, but gains no more than 16 bits do.
* ``steps_per_execution`` of ``Model.fit``: 8 % less. TensorFlow without oneDNN: 20 %
  more. Transparent huge pages, thresholds of malloc: nothing. Two threads for each of
  two workers on two cores: 5 % more.
* Deterministic kernels cost nothing on a CPU (less than 2 %), so they stay.

With ``precision="bfloat16"`` on a processor with AMX the same step takes 1 / 1.6 of
float32's (medians of 9 turns in one process on a busy machine, 12.1 and 7.6 ms; least
7.4 and 4.2). One hidden product, forward and both backward, 784 x 512: 1.60 ms in
float32, .66 in bfloat16, of which .37 are the casts. Of what remains of a step (2.9 ms
of processor time), Adam is .9 and dropout .4. What was tried:

* Sums handed out as float32 by the product itself (``output_type``): TensorFlow has no
  such kernel for processors. Their bits are rounded once more, and cast.
* Casting by taking the upper 16 bits: as slow as TensorFlow's cast. Not used.
* Adam and the bfloat16 copy of its weights in one pass, compiled by XLA: 4.2 ms in
  place of 9.3 for 784 x 512 (least of 9 turns, on a busy machine). Not used yet: the
  loop over the steps would have to hand the copies on.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from statistics import median

import numpy as np
import psutil
from speed_parts import time_import, time_parts, time_reference
from speed_ways import SCALES, WAYS, accuracies_of, why_not

from skn_noise import load_dataset

BASELINES = {"holdout": "notebook", "folds": "validation_curve, scikeras"}
EPOCHS_OF_FOLDS = 20
OURS = "noise_curve, n_jobs=-1"
# How far accuracies may be from ours. Without dropout they are lower at great scales.
AGREEMENT = {"validation_curve, MLPClassifier": 0.06}


def run_in_process(command):
    """Run a command; return what it printed, its seconds and the most MiB it held."""
    start, peak = time.perf_counter(), 0
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    ended = threading.Event()

    def watch():
        nonlocal peak
        while not ended.wait(0.1):
            peak = max(peak, held_by(process.pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    printed, _ = process.communicate()
    seconds = time.perf_counter() - start
    ended.set()
    watcher.join()
    if process.returncode != 0:
        sys.exit(f"This failed: {' '.join(command)}")
    return printed, seconds, peak


def held_by(number):
    """Return the MiB that a process and all that it started hold now."""
    try:
        family = [psutil.Process(number)]
        family += family[0].children(recursive=True)
    except psutil.Error:
        return 0
    total = 0
    for process in family:
        try:
            total += process.memory_info().rss
        except psutil.Error:  # it has just ended
            continue
    return total / 2**20


def time_study(args, study):
    """Do a study in every way, in turns; return what is wrong with the accuracies."""
    epochs = args.epochs_of_folds if study == "folds" else args.epochs
    command = [sys.executable, __file__, "--dataset", args.dataset, "--study", study]
    command += ["--epochs", str(epochs), "--way"]
    reasons = {way: why_not(way) for way in args.ways}
    for way, reason in reasons.items():
        if reason is not None:
            print(f"{way} is skipped: {reason}")
    runs = {way: [] for way in args.ways if reasons[way] is None}
    for _ in range(args.rounds):
        for way in runs:
            printed, *measured = run_in_process([*command, way])
            accuracies = json.loads(printed.splitlines()[-1])
            runs[way].append((accuracies, *measured))
    print_table(study, epochs, runs)
    means = {
        way: np.mean([run[0] for run in each], axis=0) for way, each in runs.items()
    }
    return [
        f"{study}, {way}"
        for way, mean in means.items()
        if OURS in means and np.abs(mean - means[OURS]).max() > AGREEMENT.get(way, 0.02)
    ]


def print_table(study, epochs, runs):
    """Print a table in Markdown: a row for every way."""
    n_rounds = len(next(iter(runs.values())))
    medians = {way: median(run[1] for run in each) for way, each in runs.items()}
    baseline = medians.get(BASELINES[study], next(iter(medians.values())))
    print(
        f"\n{study}: {epochs} epochs, medians of {n_rounds} rounds, "
        f"accuracies at {SCALES}"
    )
    print("\n| way | seconds (range) | times as fast | MiB | accuracies |")
    print("|---|---:|---:|---:|---|")
    for way, each in runs.items():
        seconds = [run[1] for run in each]
        peak = median(run[2] for run in each)
        accuracies = np.mean([run[0] for run in each], axis=0)
        print(
            f"| {way} | {medians[way]:.1f} ({min(seconds):.1f} to {max(seconds):.1f}) "
            f"| {baseline / medians[way]:.2f} | {peak:.0f} |",
            *(f"{accuracy:.4f}" for accuracy in accuracies),
            "|",
            flush=True,
        )


def time_all(args):
    """Time everything; end with an error if the ways do not agree."""
    dataset = load_dataset(args.dataset)
    if not args.quick:
        time_reference()
        time_import()
        time_parts(dataset)
    studies = args.studies if dataset.holdout is not None else ["folds"]
    disagreements = [way for study in studies for way in time_study(args, study)]
    if disagreements:
        told = f"Accuracies differ from {OURS}: {disagreements}"
        sys.exit(None if args.quick else told)


def main():
    """Read the command line; a process of its own does a study in one way."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dataset", default="mnist", help="name or file of images")
    parser.add_argument("--epochs", type=int, default=10, help="of the holdout")
    parser.add_argument("--studies", nargs="+", choices=BASELINES, default=[*BASELINES])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=[*WAYS])
    parser.add_argument("--rounds", type=int, default=3, help="turns of each way")
    parser.add_argument(
        "--quick", action="store_true", help="one round of few epochs, studies alone"
    )
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--study", help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.epochs_of_folds = EPOCHS_OF_FOLDS
    if args.quick:
        args.rounds, args.epochs, args.epochs_of_folds = 1, 1, 5
    if args.way:
        print(
            json.dumps(accuracies_of(args.way, args.dataset, args.study, args.epochs))
        )
    else:
        time_all(args)


if __name__ == "__main__":
    main()
