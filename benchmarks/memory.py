"""Measure how much a process grows by 300 fits, after the first 20.

    python benchmarks/memory.py

One hidden layer of 16 units ("same"), or of 16 to 65 in turns ("changing"), one epoch
on 300 samples of digits, each in a process of its own.

The same size: .9 MiB by 300 fits (it was .45 a fit, 135 MiB). Changing sizes: 17.2 MiB
by 300 fits, of which 10 come while sizes are new (it was 1.9 a fit).

It was the kernels that TensorFlow keeps of operations outside of graphs, 35 KiB for
each name, shape and dtype of a variable (other objects of Python did not grow): Keras
numbers the names ("adam_3/iteration"), so that no network finds those of another. Both
kinds of growth end where these kernels are dropped after every fourth fit, together
with the garbage, and their memory is given back by ``malloc_trim`` (3.3 and 21.3 MiB
without that). It takes 3.6 ms of every fourth fit; in turns, a fit took 109 ms of the
processor with it and without it. What is left with changing sizes comes from shapes
that are new.
"""

import argparse
import gc
import subprocess
import sys
from pathlib import Path

from sklearn.datasets import load_digits

from skn_noise import KerasMLPClassifier


def resident():
    """Return the MiB that this process holds, as Linux counts them."""
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


def main():
    """Read the command line; a process of its own measures each kind."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--fits", type=int, default=300)
    parser.add_argument("--sizes", choices=["same", "changing"])
    args = parser.parse_args()
    if args.sizes:
        grow(args.sizes, args.fits)
        return
    for sizes in ("same", "changing"):
        command = [sys.executable, __file__, "--sizes", sizes]
        subprocess.run([*command, "--fits", str(args.fits)], check=True)


if __name__ == "__main__":
    main()
