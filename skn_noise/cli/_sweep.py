"""Train at every scale, print the table and the finding, write the files."""

import logging
import os
import platform
import sys
import time
from importlib import import_module
from importlib.util import find_spec

from skn_noise._versions import version_of
from skn_noise.cli._cluster import on_cluster
from skn_noise.cli._data import choose_folds, load_data
from skn_noise.cli._folder import (
    Sweep,
    add_to_folder,
    curve_names,
    empty_folder,
    hash_data,
    keep_sweep,
    write_files,
)
from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.pipeline import make_noise_pipeline
from skn_noise.report._report import summary_table
from skn_noise.results._compare import compare_curves
from skn_noise.results._summary import describe_cost, lay_out
from skn_noise.study._noise_curve import noise_curve

_LIBRARIES = ("skn_noise", "scikit-learn", "scikeras", "keras", "tensorflow", "numpy")


def sweep(args):
    """Run the sweep that the command line asks for."""
    _check_tensorflow()
    _make_folder(args.output)
    _report_cells()
    dataset = load_data(args)
    splitters = {args.cv: choose_folds(args.cv, dataset)}
    data = hash_data(dataset)
    if args.restart:
        empty_folder(args.output)
    args = add_to_folder(args.output, args, data)
    splitters |= {cv: choose_folds(cv, dataset) for cv in args.cv}
    with on_cluster(args.scheduler):
        _run(args, dataset, data, splitters)


def _check_tensorflow():
    """Say what is missing before anything starts; the door to it has the words."""
    if find_spec("tensorflow") is None:
        import_module("skn_noise.network._tensorflow")


def _report_cells():
    """Tell on stderr what was found done and, if there is no bar, of each training."""
    logger = logging.getLogger("skn_noise")
    logger.addHandler(logging.StreamHandler())
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.DEBUG)


def _make_folder(folder):
    """Make the folder; noise_curve checks that the trainings can be saved in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"--output {folder} cannot be written to ({error}); name another folder"
        ) from error


def _run(args, dataset, data, splitters):
    """Train what the folder lacks, print the findings and write the files."""
    pipeline = make_noise_pipeline(
        scaler="global" if args.pixels else "standard",
        random_state=args.seed,
        epochs=args.epochs,
        batch_size=args.batch_size,
        hidden_layer_sizes=args.hidden,
        precision=args.precision,
    )
    names = curve_names(vars(args))
    start = time.perf_counter()
    curves = {
        name: _train(args, dataset, splitters[cv], pipeline, name, training)
        for name, (training, cv) in names.items()
    }
    # Rounded once: 1.46 that is kept as 1.5 would be printed as 1 and read as 2.
    seconds = round(time.perf_counter() - start, 1)
    _print_findings(curves, names)
    samples = NoisySamplesDisplay.from_estimator(
        pipeline,
        dataset.X,
        dataset.y,
        scales=args.scales,
        image_shape=dataset.image_shape,
    )
    lost = {
        name: NoisySamplesDisplay.from_curve(
            curves[name],
            pipeline,
            dataset.X,
            dataset.y,
            cv=splitters[cv],
            image_shape=dataset.image_shape,
        )
        for name, (_, cv) in names.items()
    }
    done = Sweep(_record(args, dataset, data, seconds), curves, samples, lost)
    keep_sweep(args.output, done)
    write_files(args.output, done)
    print(f"{seconds:.0f} seconds; the results are in {args.output}{os.sep}")


def _train(args, dataset, cv, pipeline, name, training):
    """Return the noise curve of one regime and one choice of folds."""
    n_fits = cv.get_n_splits() * (1 if training == "clean" else len(args.scales))
    print(f"{dataset}: {n_fits * args.repeats} networks, {name}", flush=True)
    return noise_curve(
        pipeline,
        dataset.X,
        dataset.y,
        scales=args.scales,
        training=training,
        cv=cv,
        n_jobs=args.jobs,
        memory=args.output / "cells",
        n_repeats=args.repeats,
        progress=True,
    )


def _print_findings(curves, names):
    print(f"\n{lay_out(summary_table(curves)).to_string()}\n")
    for name, curve in curves.items():
        print(f"{name}: {describe_cost(curve)}")
    for folds in dict.fromkeys(cv for _, cv in names.values()):
        same = {name: curves[name] for name, (_, cv) in names.items() if cv == folds}
        if len(same) > 1:
            print(compare_curves(same))


def _record(args, dataset, data, seconds):
    """Return what was run."""
    return {
        "arguments": vars(args),
        "dataset": dataset.name,
        "data": data,
        "seed": args.seed,
        "versions": {"python": platform.python_version()}
        | {name: version_of(name) for name in _LIBRARIES},
        "seconds": seconds,
    }
