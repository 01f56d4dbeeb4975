"""Time the noise against what a user would write instead, and measure its memory.

    python tests/benchmarks/transformer_speed.py

The three take turns on one thread, on 60 000 x 784 float32 values; the medians and the
ratios of the medians are printed.
"""

import tracemalloc
from statistics import median
from time import perf_counter

import numpy as np

from skn_noise import GaussianNoiseTransformer

N_ROUNDS = 11


def main():
    X = np.random.default_rng(0).random((60_000, 784), dtype=np.float32)
    transformer = GaussianNoiseTransformer(scale=2.0, random_state=0).fit(X)
    generator = np.random.default_rng(0)
    ways = {
        "X + np.random.normal(0, s, X.shape)": lambda: (
            X + np.random.normal(0, 2.0, X.shape)
        ),
        "X + s * Generator.standard_normal": lambda: (
            X + 2.0 * generator.standard_normal(X.shape, dtype=np.float32)
        ),
        "GaussianNoiseTransformer.transform": lambda: transformer.transform(X),
    }
    seconds = {name: [] for name in ways}
    for _ in range(N_ROUNDS):
        for name, way in ways.items():
            start = perf_counter()
            way()
            seconds[name].append(perf_counter() - start)
    legacy = median(next(iter(seconds.values())))
    for name, times in seconds.items():
        print(
            f"{name:36} median {median(times):.3f} s ({min(times):.3f} to "
            f"{max(times):.3f}), ratio {median(times) / legacy:.2f}"
        )

    tracemalloc.start()
    noisy = transformer.transform(X)
    extra = tracemalloc.get_traced_memory()[1] - noisy.nbytes
    print(f"peak memory beyond the output: {extra / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
