"""Train at every scale, print the table and the finding, write the files."""

import logging
import os
import platform
import shutil
import sys
import time
from importlib import import_module
from importlib.util import find_spec

from skn_noise._versions import version_of
from skn_noise.cli._cluster import on_cluster
from skn_noise.cli._data import choose_folds, load_data
from skn_noise.cli._files import prepare_folder, write_files
from skn_noise.cli._kept import Sweep, keep_sweep
from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.pipeline import make_noise_pipeline
from skn_noise.report._report import summary_table
from skn_noise.results._compare import compare_curves
from skn_noise.results._words import describe_cost, lay_out
from skn_noise.study._noise_curve import noise_curve

_LIBRARIES = ("skn_noise", "scikit-learn", "scikeras", "keras", "tensorflow", "numpy")


def sweep(args):
    """Run the sweep that the command line asks for."""
    _check_tensorflow()
    prepare_folder(args.output)
    _report_cells()
    with on_cluster(args.scheduler):
        _run(args)


def _check_tensorflow():
    """Say what is missing before anything starts; the door to it has the words."""
    if find_spec("tensorflow") is None:
        import_module("skn_noise.network._tensorflow")


def _report_cells():
    """Tell on stderr what was found done and, if there is no bar, of each training."""
    logger = logging.getLogger("skn_noise")
    logger.addHandler(logging.StreamHandler())
    logger.setLevel(logging.INFO if sys.stderr.isatty() else logging.DEBUG)


def _run(args):
    dataset = load_data(args.dataset, args.label, white=args.white, pixels=args.pixels)
    cv = choose_folds(args.cv, dataset)
    pipeline = make_noise_pipeline(
        random_state=args.seed,
        epochs=args.epochs,
        batch_size=args.batch_size,
        hidden_layer_sizes=args.hidden,
        precision=args.precision,
    )
    if args.restart:
        shutil.rmtree(args.output / "cells", ignore_errors=True)
    start = time.perf_counter()
    curves = {
        training: _train(args, dataset, cv, pipeline, training)
        for training in dict.fromkeys(args.training)
    }
    # Rounded once: 1.46 that is kept as 1.5 would be printed as 1 and read as 2.
    seconds = round(time.perf_counter() - start, 1)
    _print_findings(curves)
    done = Sweep(
        _record(args, dataset, curves, seconds),
        curves,
        *_draw_samples(args, dataset, cv, pipeline, curves),
    )
    keep_sweep(args.output, done)
    write_files(args.output, done)
    print(f"{seconds:.0f} seconds; the results are in {args.output}{os.sep}")


def _train(args, dataset, cv, pipeline, training):
    """Return the noise curve of one regime."""
    n_fits = cv.get_n_splits() * (1 if training == "clean" else len(args.scales))
    noise = "no" if training == "clean" else training
    print(
        f"{dataset}: trains {n_fits * args.repeats} networks with {noise} noise",
        flush=True,
    )
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


def _print_findings(curves):
    print(f"\n{lay_out(summary_table(curves)).to_string()}\n")
    for training, curve in curves.items():
        print(f"{training}: {describe_cost(curve)}")
    if len(curves) > 1:
        print(compare_curves(curves))


def _draw_samples(args, dataset, cv, pipeline, curves):
    """Return some samples with noise of every scale, and those that were lost."""
    X, y, shape = dataset.X, dataset.y, dataset.image_shape
    samples = NoisySamplesDisplay.from_estimator(
        pipeline, X, y, scales=args.scales, image_shape=shape
    )
    lost = {
        training: NoisySamplesDisplay.from_curve(
            curve, pipeline, X, y, cv=cv, image_shape=shape
        )
        for training, curve in curves.items()
    }
    return samples, lost


def _record(args, dataset, curves, seconds):
    """Return what was run."""
    arguments = {name: value for name, value in vars(args).items() if name != "runs"}
    manifest = next(iter(curves.values())).manifest
    return {
        "arguments": arguments,
        "dataset": dataset.name,
        "seed": args.seed,
        "versions": {"python": platform.python_version()}
        | {name: version_of(name) for name in _LIBRARIES},
        "data_fingerprint": manifest["data"]["fingerprint"],
        "seconds": seconds,
    }
