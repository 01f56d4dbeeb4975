"""Time until the 95 % interval of an accuracy near .8 is +- .01.

    python benchmarks/evidence.py --dataset mnist-5k

A forest and the network on 5 000 images. Draws: 5 folds, each fit validated on several
draws of the noise. Repeats: RepeatedStratifiedKFold with 5 folds, which fits anew in
every repeat, as with `validation_curve`. Its interval is the corrected t of the folds,
and in brackets the one of `noise_curve`. Each way runs once; seconds are those of the
fits and predictions that a row needs, also as a multiple of the first row of its way.
"""

import argparse

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.pipeline import Pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    GlobalStandardScaler,
    NoiseCurve,
    make_noise_pipeline,
    noise_curve,
)
from skn_noise.datasets import load_dataset
from skn_noise.statistics import mean_interval

FOREST = Pipeline(
    [
        ("standardize", GlobalStandardScaler()),
        ("noise", GaussianNoiseTransformer(random_state=0)),
        ("forest", RandomForestClassifier(random_state=0)),
    ]
)
# With the scale at which the accuracy is near .8.
ESTIMATORS = {
    "forest": (FOREST, 1.2),
    "network": (make_noise_pipeline(random_state=0), 1.5),
}
DRAWS = [1, 2, 5, 10, 20, 40]


def run(name, X, y, *, n_splits=5, n_repeats=1, n_draws=1):
    """Return the curve of an estimator at its scale."""
    estimator, scale = ESTIMATORS[name]
    cv = RepeatedStratifiedKFold(n_splits=n_splits, n_repeats=n_repeats, random_state=0)
    return noise_curve(
        estimator,
        X,
        y,
        scales=[scale],
        cv=cv,
        n_draws=n_draws,
        scoring="accuracy",
        return_train_score=False,
    )


def print_row(name, way, curve, query, first=None):
    """Print seconds, accuracy and half-widths of a part of a curve; return seconds."""
    part = NoiseCurve(
        curve.scores.query(query), predictions=curve.predictions.query(query)
    )
    row = part.summary().iloc[0]
    fits = part.scores.drop_duplicates("fold")
    seconds = fits["fit_seconds"].sum() + part.scores["score_seconds"].sum()
    means = part.scores.groupby("fold")["value"].mean()
    lower, upper = mean_interval(means, validation_train_ratio=1 / 4)
    ours, theirs = (row["upper"] - row["lower"]) / 2, (upper - lower) / 2
    shown = f"{ours:.4f}" if "draw" in way else f"{theirs:.4f} ({ours:.4f})"
    multiple = seconds / (first or seconds)
    times = f"{seconds:.1f} | {multiple:.2f}"
    print(f"| {name} | {way} | {times} | {row['mean']:.4f} | {shown} |", flush=True)
    return first or seconds


def main():
    """Read the command line; print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dataset", default="mnist-5k")
    parser.add_argument("--estimators", nargs="+", default=list(ESTIMATORS))
    parser.add_argument("--repeats", type=int, default=4)
    args = parser.parse_args()
    dataset = load_dataset(args.dataset)
    X, y = np.asarray(dataset.X[:5000], np.float32), dataset.y[:5000]
    print("| estimator | way | seconds | multiple | accuracy | +- |")
    print("|---|---|---:|---:|---:|---:|")
    for name in args.estimators:
        run(name, X[:200], y[:200], n_splits=2)  # imports, and allocates
        curve = run(name, X, y, n_draws=max(DRAWS))
        first = None
        for n in DRAWS:
            first = print_row(name, f"{n} draws", curve, f"draw < {n}", first)
        curve = run(name, X, y, n_repeats=args.repeats)
        first = None
        for n in range(1, args.repeats + 1):
            first = print_row(name, f"{n} repeats", curve, f"fold < {5 * n}", first)


if __name__ == "__main__":
    main()
