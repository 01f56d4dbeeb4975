"""Simulate how often the intervals of tolerances cover the truth.

    nice python benchmarks/coverage_tolerances.py [--quick] [--sets 300] [--jobs 2]

The settings are those of ``coverage.py``. The target lies half-way between the accuracy
without noise and that of a guess, or is .9 of the accuracy without noise, estimated
from each data set. The tolerance of a data set is computed from the scores at few and
at many scales, and from those that ``find_tolerance`` chooses. The truth is
interpolated between 41 scales, each the mean over many other training sets. The table
stands in ``docs/measured.rst``.
"""

import argparse

import numpy as np
import pandas as pd
import sklearn
from coverage import SETTINGS, SPLITS, TRAIN_SHARE, cross_validate, draw, find_truth
from sklearn.utils.parallel import Parallel, delayed

from skn_noise import statistics
from skn_noise.results._tolerance import locate, narrowing_scales

GRIDS = {
    "1 4 16": (1, 4, 16),
    ".1 1 10": (0.1, 1, 10),
    ".1 10": (0.1, 10),
    "13 scales": tuple(np.geomspace(0.1, 10, 13)),
}
DENSE = (0.0, *np.geomspace(0.1, 16, 41))
RELATIVE, RATIO, MOST_SCALES = 0.9, 1.1, 20
ROWS = [
    ("centroids", 200, "5"),
    ("3 unequal", 1000, "5"),
    ("1 neighbour", 200, "5"),
    ("tree", 200, "5"),
    ("Bayes near 1", 200, "hold"),
    ("centroids", 1000, "5"),
    ("3 unequal", 200, "hold"),
    ("Bayes near 1", 1000, "5"),
    ("1 neighbour", 1000, "5"),
    ("tree", 1000, "5"),
]
HEADER = """
                                                               find_tolerance
setting             n   cv  1 4 16 .1 1 10   .1 10 13 scales  covers relative ratio n"""


class Scores:
    """Accuracies of one data set with their intervals, at any scale of one draw."""

    def __init__(self, chosen, split, n_samples, seed):
        rng = np.random.default_rng(seed)
        X, y = draw(chosen, n_samples, rng)
        folds = SPLITS[split](random_state=int(rng.integers(2**31))).split(X, y)
        self._arguments = chosen.classifier, X, y, list(folds)
        self._chosen, self._noise = chosen, rng.integers(2**63)
        self._found = {}

    def at(self, scales):
        """Return the means and their bounds, a row for each scale."""
        for scale in set(scales).difference(self._found):
            self._found[scale] = self._validate(scale)
        columns = ["mean", "lower", "upper"]
        rows = [self._found[scale] for scale in sorted(scales)]
        return pd.DataFrame(rows, index=sorted(scales), columns=columns)

    def _validate(self, scale):
        *_, folds = self._arguments
        chosen = self._chosen._replace(scales=(scale,))
        rng = np.random.default_rng(self._noise)  # all scales stretch one draw
        (correct,), _ = cross_validate(chosen, *self._arguments, rng)
        return statistics.accuracy_interval(
            correct,
            samples=np.concatenate([validation for _, validation in folds]),
            n_train=np.mean([len(train) for train, _ in folds]),
        )


def search(scores, target):
    """Return the bounds that `find_tolerance` finds, and its number of scales."""
    scales, new = (), (0.0, 1.0)
    while new:
        scales = (*scales, *new)
        band = scores.at(scales)
        least = RELATIVE * band["mean"].iloc[0] if target is None else target
        _, lower, upper = locate(band, least)
        new = narrowing_scales(band.index.to_numpy(), lower, upper, RATIO, 1)
        new = new[: MOST_SCALES - len(scales)]
    return lower, upper, len(scales)


def tolerances_of_one_set(chosen, split, n_samples, target, seed):
    """Draw a data set; return the bounds of its tolerances, a row for each way."""
    scores = Scores(chosen, split, n_samples, seed)
    grids = [(*locate(scores.at(g), target)[1:], len(g)) for g in GRIDS.values()]
    return [*grids, search(scores, target), search(scores, None)]


def run_row(name, n_samples, split, *, n_sets, parallel):
    """Write how often each way covers the true tolerance."""
    chosen = SETTINGS[name]
    n_train = round(TRAIN_SHARE[split] * n_samples)
    dense = chosen._replace(scales=DENSE)
    accuracy, _ = find_truth(dense, chosen.classifier, n_train, n_sets, parallel)
    target = (accuracy[0] + max(chosen.shares)) / 2
    truth = pd.DataFrame(dict.fromkeys(["mean", "lower", "upper"], accuracy), DENSE)
    at_target, relative = (
        locate(truth, least)[0] for least in (target, RELATIVE * accuracy[0])
    )
    sets = parallel(
        delayed(tolerances_of_one_set)(chosen, split, n_samples, target, [2, number])
        for number in range(n_sets)
    )
    lower, upper, n_scales = np.moveaxis(sets, -1, 0)
    truths = np.array([at_target] * (len(GRIDS) + 1) + [relative])
    covers = ((lower <= truths) & (truths <= upper)).mean(axis=0)
    *grids, found, found_relative = (f"{share:7.3f}" for share in covers)
    found_at = len(GRIDS)
    ratio = np.median(upper[:, found_at] / lower[:, found_at].clip(min=1e-9))
    ratio = "open" if ratio > 1e3 else f"{ratio:.2f}"
    return (
        f"{name:14} {n_samples:6} {split:>4} {' '.join(grids)}   {found}  "
        f"{found_relative} {ratio:>5} {n_scales[:, found_at].mean():.0f}"
    )


def main():
    """Read the command line, simulate all rows and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two rows, few sets")
    parser.add_argument("--sets", type=int, default=300, help="data sets a row")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    args = parser.parse_args()
    # The samples are drawn here, so nothing about them needs a check in every fit.
    sklearn.set_config(assume_finite=True, skip_parameter_validation=True)
    options = {"n_sets": 20 if args.quick else args.sets}
    options["parallel"] = Parallel(n_jobs=args.jobs)
    print(HEADER)
    for row in ROWS[:2] if args.quick else ROWS:
        print(run_row(*row, **options), flush=True)


if __name__ == "__main__":
    main()
