"""Time parts of a study: the Parzen classifier, the import, the steps of a fit.

Timings of a machine drift, so that alternatives take turns, round after round.
`speed.py` calls this file.
"""

import cProfile
import pstats
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from sklearn.utils import gen_batches

from skn_noise import GaussianParzenClassifier, make_noise_pipeline, noise_curve

SCALES = [0.1, 0.5, 1.0, 2.0, 4.0]
N_FOLD_SAMPLES = 5_000


def time_in_turns(ways, n_rounds=11):
    """Return the seconds that each way took in every round."""
    seconds = {name: [] for name in ways}
    for _ in range(n_rounds):
        for name, way in ways.items():
            start = perf_counter()
            way()
            seconds[name].append(perf_counter() - start)
    return seconds


def print_times(seconds, reference):
    """Print medians, ranges and the ratios of the medians to that of the reference."""
    for way, times in seconds.items():
        ratio = median(times) / median(seconds[reference])
        print(
            f"{way:36} median {median(times):9.5f} s ({min(times):.5f} to "
            f"{max(times):.5f}), ratio {ratio:.2f}",
            flush=True,
        )


def time_reference():
    """Time the Parzen classifier against the matrix product that it needs."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((70_000, 784), dtype=np.float32)
    X_train, X_test = X[:60_000], X[60_000:]
    reference = GaussianParzenClassifier(scale=4.0)
    reference.fit(X_train, np.arange(len(X_train)) % 10)
    product = "the matrix product alone"
    ways = {
        product: lambda: multiply_in_blocks(X_test, X_train),
        "GaussianParzenClassifier.predict": lambda: reference.predict(X_test),
    }
    print("\nreference")
    print_times(time_in_turns(ways, n_rounds=5), reference=product)


def multiply_in_blocks(X_test, X_train):
    """Multiply all pairs of rows, but never hold all products."""
    for rows in gen_batches(len(X_test), 1000):
        X_test[rows] @ X_train.T


def time_import():
    """Time the import in fresh processes."""
    modules = ["sklearn.pipeline, pandas", "skn_noise"]
    ways = {
        f"import {name}": partial(
            subprocess.run, [sys.executable, "-c", f"import {name}"], check=True
        )
        for name in modules
    }
    print("\nimport")
    print_times(time_in_turns(ways), reference=f"import {modules[0]}")


def time_parts(dataset):
    """Profile a noise curve in this process and print the shares of its parts."""
    X, y = dataset.X[:N_FOLD_SAMPLES], dataset.y[:N_FOLD_SAMPLES]
    pipeline = make_noise_pipeline(random_state=0)
    pipeline.fit(X[:200], y[:200])  # TensorFlow starts, the graph is traced
    profile = cProfile.Profile()
    profile.runcall(noise_curve, pipeline, X, y, scales=SCALES[:3], cv=3)
    seconds = Counter()
    for (file, _, function), (*_, cumulative, _) in pstats.Stats(profile).stats.items():
        seconds[Path(file).name, function] += cumulative
    total = seconds["_noise_curve.py", "noise_curve"]
    parts = {
        "training": [("_mlp.py", "fit")],
        "noise": [("noise.py", "fit_transform"), ("noise.py", "transform")],
        "standardising": [("scaling.py", "fit"), ("scaling.py", "transform")],
        "predicting": [("_mlp.py", "predict_proba")],
    }
    shares = {
        part: sum(seconds[function] for function in functions) / total
        for part, functions in parts.items()
    }
    shares["the rest"] = 1 - sum(shares.values())
    print("\nparts of noise_curve:")
    print(", ".join(f"{part} {share:.1%}" for part, share in shares.items()))
