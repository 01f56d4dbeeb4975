"""Time 1 000 cheap cells of a noise curve against scikit-learn's validation_curve.

    python benchmarks/overhead.py

GaussianNB on digits at 5 scales, 200 random splits, metric accuracy, one process. The
ways take turns; medians of the processor's time are compared. "resumed" finds all its
cells in `memory`.
"""

import argparse
import tempfile
import time
from statistics import median

from sklearn.datasets import load_digits
from sklearn.model_selection import ShuffleSplit, validation_curve
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import GaussianNoiseTransformer, noise_curve

SCALES = [0.5, 1.0, 2.0, 4.0, 8.0]
NOISE = GaussianNoiseTransformer(random_state=0)
PIPELINE = Pipeline([("noise", NOISE), ("classifier", GaussianNB())])


def seconds_of(run, **arguments):
    """Return the processor's seconds that a call takes."""
    start = time.process_time()
    run(PIPELINE, **arguments)
    return time.process_time() - start


def time_round(n_splits):
    """Return the seconds of every way, each once."""
    X, y = load_digits(return_X_y=True)
    cv = ShuffleSplit(n_splits, test_size=0.2, random_state=0)
    shared = {"X": X, "y": y, "cv": cv, "scoring": "accuracy"}
    ours = {"run": noise_curve, "scales": SCALES, **shared}
    theirs = {"param_name": "noise__scale", "param_range": SCALES, **shared}
    with tempfile.TemporaryDirectory() as folder:
        return {
            "validation_curve": seconds_of(validation_curve, **theirs),
            "noise_curve": seconds_of(**ours),
            "without predictions": seconds_of(**ours, return_predictions=False),
            "with memory": seconds_of(**ours, memory=folder),
            "resumed": seconds_of(**ours, memory=folder),
        }


def main():
    """Read the command line; print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="turns of each way")
    parser.add_argument("--splits", type=int, default=200)
    args = parser.parse_args()
    time_round(n_splits=2)  # imports, and allocates
    rounds = [time_round(args.splits) for _ in range(args.rounds)]
    print("| way | seconds | of validation_curve |\n|---|---:|---:|")
    for way in rounds[0]:
        seconds = median(each[way] for each in rounds)
        ratio = median(each[way] / each["validation_curve"] for each in rounds)
        print(f"| {way} | {seconds:.2f} | {ratio:.3f} |")


if __name__ == "__main__":
    main()
