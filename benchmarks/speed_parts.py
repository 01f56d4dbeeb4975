"""Time the parts of a study: the reference, the import, and what a fit is made of."""

import cProfile
import pstats
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.utils import gen_batches
from speed_ways import N_FOLD_SAMPLES, SCALES
from timing import print_times, time_in_turns

from skn_noise import GaussianParzenClassifier, make_noise_pipeline, noise_curve


def time_reference():
    """Time the training-free reference against the matrix product that it needs."""
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
    """Profile a noise curve in this process and print what its time goes to."""
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
