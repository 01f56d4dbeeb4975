"""Time the noise against what a user would write instead.

    python benchmarks/noise.py [--threads 1]

Matrices of every shape, large and small; the ways take turns, and medians are compared
with that of ``X + s * Generator.standard_normal(X.shape, X.dtype)``. It also measures
the memory that is needed beyond the output.
"""

import argparse
import os
import tracemalloc

SHAPES = [
    (60_000, 784, "float32"),
    (40_000, 784, "float64"),
    (10**6, 3, "float64"),
    (10**5, 20, "float64"),
    (10**6, 1, "float64"),
    (1_000, 20, "float64"),
    (1, 784, "float64"),
]
REFERENCE = "X + s * Generator.standard_normal"


def time_shape(n_samples, n_features, dtype, n_rounds):
    """Time and measure the noise of a matrix."""
    import numpy as np
    from speed_parts import print_times, time_in_turns

    from skn_noise import GaussianNoiseTransformer

    generator = np.random.default_rng(0)
    X = generator.standard_normal((n_samples, n_features), dtype=dtype)
    transformer = GaussianNoiseTransformer(scale=2.0, random_state=0).fit(X)
    ways = {
        REFERENCE: lambda: X + 2.0 * generator.standard_normal(X.shape, dtype=X.dtype),
        "X + np.random.normal(0, s, X.shape)": lambda: (
            X + np.random.normal(0, 2.0, X.shape)
        ),
        "transform": lambda: transformer.transform(X),
        "fit_transform": lambda: transformer.fit_transform(X),
    }
    for way in ways.values():  # once in advance: the first call imports and allocates
        way()
    print(f"\n{n_samples} x {n_features}, {dtype}")
    print_times(time_in_turns(ways, n_rounds), reference=REFERENCE)
    tracemalloc.start()
    noisy = transformer.transform(X)
    extra = tracemalloc.get_traced_memory()[1] - noisy.nbytes
    tracemalloc.stop()
    print(f"memory beyond the output: {extra / 2**20:.1f} MiB")


def main():
    """Read the command line and time all shapes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--threads", help="number of threads; default: one a core")
    parser.add_argument("--rounds", type=int, default=11, help="turns of each way")
    args = parser.parse_args()
    if args.threads:
        os.environ["OMP_NUM_THREADS"] = args.threads
    for n_samples, n_features, dtype in SHAPES:
        is_small = n_samples * n_features < 10**6
        n_rounds = 100 * args.rounds if is_small else args.rounds
        time_shape(n_samples, n_features, dtype, n_rounds)


if __name__ == "__main__":
    main()
