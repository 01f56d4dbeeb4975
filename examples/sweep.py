"""Measure what Gaussian noise costs a neural network on handwritten digits.

For every scale of the noise the reference network is trained and validated; the table
and the pictures of training and validation accuracy and loss go to --output. So does
every finished training: the same command, run again after an interruption, goes on.
With several words after --training, it compares what the network is trained on.
"""

import json
import logging
import os
import platform
import shutil
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version

import joblib
import matplotlib.pyplot as plt
import pandas as pd
from sklearn.model_selection import check_cv
from sklearn.utils import check_consistent_length
from sklearn.utils.multiclass import check_classification_targets
from sweep_options import make_parser

from skn_noise import (
    NoiseComparisonDisplay,
    NoiseCurveDisplay,
    NoisySamplesDisplay,
    load_dataset,
    make_noise_pipeline,
    noise_curve,
)
from skn_noise.study._signals import EndedBySignal, signals_raised

LIBRARIES = ("skn_noise", "scikit-learn", "scikeras", "keras", "tensorflow", "numpy")


def main():
    """Run the sweep that the command line asks for."""
    parser = make_parser(__doc__)
    args = parser.parse_args()
    try:
        with signals_raised():
            prepare_folder(args.output)
            report_cells()
            with on_cluster(args.scheduler):
                run(args)
    except EndedBySignal as error:
        parser.exit(error.exit_code, f"\nInterrupted: {what_is_kept(error)}\n")
    except BrokenProcessPool as error:
        parser.exit(1, f"{parser.prog}: error: {error}\n{what_is_kept(error)}\n")
    except (ImportError, OSError, ValueError) as error:
        parser.exit(2, f"{parser.prog}: error: {error}\n")


def report_cells():
    """Tell on stderr what was found done and, if there is no bar, of each training."""
    logger = logging.getLogger("skn_noise")
    logger.addHandler(logging.StreamHandler())
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.DEBUG)


@contextmanager
def on_cluster(address):
    """Let joblib run its work on a Dask cluster, if there is an address of one."""
    if address is None:
        yield
        return
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise ImportError(
            "--scheduler needs Dask; install skn_noise[distributed]"
        ) from error
    try:
        client = Client(address, timeout=5)
    except Exception as error:  # what else may answer there, or not, fails in many ways
        raise OSError(
            f"--scheduler {address}: no Dask scheduler answers there ({error}); start "
            "one with 'dask scheduler' and pass the address that it prints"
        ) from error
    with client, joblib.parallel_config(backend="dask"):
        yield


def what_is_kept(error):
    """Return what the package noted on the error about finished trainings."""
    return " ".join(getattr(error, "__notes__", ["nothing was trained yet."]))


def choose_folds(cv, dataset):
    """Turn --cv into a splitter."""
    if cv != "holdout":
        if not cv.isdecimal() or int(cv) < 2:
            raise ValueError(
                f"--cv expects 'holdout' or a number of folds of at least 2, got {cv!r}"
            )
        folds = check_cv(int(cv), dataset.y, classifier=True)
        with named(f"--cv {cv}"):
            next(folds.split(dataset.X, dataset.y))
        return folds
    if dataset.holdout is None:
        raise ValueError(
            f"--cv holdout needs a data set with a test part, which {dataset.name} "
            "lacks; pass a number of folds, such as --cv 5"
        )
    return dataset.holdout


@contextmanager
def named(option):
    """Name the option that an error comes from."""
    try:
        yield
    except (ImportError, OSError, TypeError, ValueError) as error:
        raise ValueError(f"{option}: {error}") from error


def check_labels(dataset):
    """Raise an error unless every sample has a label of one of several classes."""
    check_consistent_length(dataset.X, dataset.y)
    check_classification_targets(dataset.y)
    classes = set(dataset.y.tolist())
    if len(classes) < 2:
        raise ValueError(f"holds one class only, {classes}; there must be two or more")


def run(args):
    """Train, print the table and the finding, write the files."""
    with named(f"--dataset {args.dataset}"):
        dataset = load_dataset(args.dataset, label=args.label)
        check_labels(dataset)
    cv = choose_folds(args.cv, dataset)
    pipeline = make_noise_pipeline(
        random_state=args.seed,
        epochs=args.epochs,
        batch_size=args.batch_size,
        hidden_layer_sizes=args.hidden,
    )
    cells = args.output / "cells"
    if args.restart:
        shutil.rmtree(cells, ignore_errors=True)
    start = time.perf_counter()
    curves = {
        training: train(args, dataset, cv, pipeline, training, cells)
        for training in dict.fromkeys(args.training)
    }
    seconds = time.perf_counter() - start
    summary = stack({name: curve.summary() for name, curve in curves.items()})
    print(f"\n{make_table(summary).to_string()}\n")
    for training, curve in curves.items():
        print(f"{training}: {describe_cost(curve)}")
    write_results(args, dataset, pipeline, curves, summary, seconds)
    print(f"{seconds:.0f} seconds; the results are in {args.output}{os.sep}")


def train(args, dataset, cv, pipeline, training, cells):
    """Return the noise curve of one regime."""
    n_fits = cv.get_n_splits() * (1 if training == "clean" else len(args.scales))
    noise = "no" if training == "clean" else training
    print(f"{dataset}: trains {n_fits} networks with {noise} noise", flush=True)
    return noise_curve(
        pipeline,
        dataset.X,
        dataset.y,
        scales=args.scales,
        training=training,
        cv=cv,
        n_jobs=args.jobs,
        memory=cells,
        progress=True,
    )


def make_table(summary):
    """Lay out the means over the folds with their 95 % intervals, a row a scale."""
    regimes = summary["training"].unique()
    is_loss = summary["metric"] == "neg_log_loss"
    figures = summary[["mean", "lower", "upper"]].to_numpy(copy=True)
    figures[is_loss] = -figures[is_loss][:, [0, 2, 1]]
    table = summary.assign(
        training=pd.Categorical(summary["training"], regimes),  # in their order
        metric=summary["metric"].where(~is_loss, "loss"),
        text=[
            f"{mean:.4f}" + (f" [{lower:.4f}, {upper:.4f}]" if lower == lower else "")
            for mean, lower, upper in figures
        ],
    ).pivot(index=["training", "scale"], columns=["split", "metric"], values="text")
    return table.droplevel("training") if len(regimes) == 1 else table


def stack(tables):
    """Put the tables of all regimes under each other, named in the first column."""
    return pd.concat(tables, names=["training"]).reset_index("training")


def describe_cost(curve):
    """Say in one sentence what the noise cost."""
    summary = curve.summary().query("split == 'validation' and metric == 'accuracy'")
    by_scale = summary.set_index("scale")["mean"].sort_index()
    least, most = by_scale.index[0], by_scale.index[-1]
    if least == most:
        return f"Validation accuracy at scale {most:g} is {by_scale[most]:.3f}."
    points = 100 * (by_scale[least] - by_scale[most])
    return (
        f"Noise of scale {most:g} instead of {least:g} costs {points:.1f} points of "
        f"validation accuracy{describe_interval(curve, most)}: {by_scale[most]:.3f} "
        f"instead of {by_scale[least]:.3f}."
    )


def describe_interval(curve, scale):
    """Name the interval of the cost; a single fold has none."""
    if curve.scores["fold"].nunique() < 2:
        return ""
    cost = curve.cost().query("metric == 'accuracy' and scale == @scale").iloc[0]
    return f" (95 % interval {-100 * cost['upper']:.1f} to {-100 * cost['lower']:.1f})"


def prepare_folder(folder):
    """Make the folder; noise_curve checks that the trainings can be saved in it."""
    if folder.is_file():
        raise ValueError(f"--output {folder} is a file; name a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"--output {folder} cannot be written to ({error}); name another folder"
        ) from error


def write_results(args, dataset, pipeline, curves, summary, seconds):
    """Write the five files."""
    write = partial(write_whole, args.output)
    scores = stack({name: curve.scores for name, curve in curves.items()})
    write("scores.csv", lambda path: scores.to_csv(path, index=False))
    write("summary.csv", lambda path: summary.to_csv(path, index=False))
    figure, axes = plt.subplots(1, 2, figsize=(14, 4.5), layout="constrained")
    draw_curves(curves, *axes)
    write("curve.png", partial(figure.savefig, dpi=120))
    samples = NoisySamplesDisplay.from_estimator(
        pipeline,
        dataset.X,
        scales=args.scales,
        image_shape=dataset.image_shape or (1, dataset.X.shape[1]),
    )
    write("samples.png", partial(samples.figure_.savefig, dpi=120))
    record = {
        "arguments": vars(args),
        "seed": args.seed,
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in LIBRARIES},
        "data_fingerprint": joblib.hash((dataset.X, dataset.y)),
        "seconds": round(seconds, 1),
    }
    text = json.dumps(record, indent=2, default=str)
    write("run.json", lambda path: path.write_text(text + "\n", encoding="utf-8"))


def draw_curves(curves, left, right):
    """Draw accuracy and loss of one regime, or compare several in both."""
    if len(curves) == 1:
        (curve,) = curves.values()
        NoiseCurveDisplay.from_curve(curve, ax=left)
        NoiseCurveDisplay.from_curve(curve, second_metric="neg_log_loss", ax=right)
        return
    for metric, ax in (("accuracy", left), ("neg_log_loss", right)):
        NoiseComparisonDisplay.from_curves(curves, metric=metric, ax=ax)


def write_whole(folder, name, write):
    """Let `write` fill a temporary file, then rename it: no file is ever half there."""
    unfinished = folder / f".{name}"
    write(unfinished)
    unfinished.replace(folder / name)


if __name__ == "__main__":
    main()
