"""Train at every scale, print the table and the finding, write the files."""

import logging
import os
import shutil
import sys
import time
from importlib import import_module
from importlib.util import find_spec

from skn_noise.cli._cluster import on_cluster
from skn_noise.cli._data import choose_folds, load_data
from skn_noise.cli._files import prepare_folder, write_results
from skn_noise.cli._tables import describe_cost, make_table, stack
from skn_noise.pipeline import make_noise_pipeline
from skn_noise.study._noise_curve import noise_curve


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
    dataset = load_data(args.dataset, args.label)
    cv = choose_folds(args.cv, dataset)
    pipeline = make_noise_pipeline(
        random_state=args.seed,
        epochs=args.epochs,
        batch_size=args.batch_size,
        hidden_layer_sizes=args.hidden,
    )
    if args.restart:
        shutil.rmtree(args.output / "cells", ignore_errors=True)
    start = time.perf_counter()
    curves = {
        training: _train(args, dataset, cv, pipeline, training)
        for training in dict.fromkeys(args.training)
    }
    seconds = time.perf_counter() - start
    summary = stack({name: curve.summary() for name, curve in curves.items()})
    print(f"\n{make_table(summary).to_string()}\n")
    for training, curve in curves.items():
        print(f"{training}: {describe_cost(curve)}")
    write_results(args, dataset, pipeline, curves, summary, seconds)
    print(f"{seconds:.0f} seconds; the results are in {args.output}{os.sep}")


def _train(args, dataset, cv, pipeline, training):
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
        memory=args.output / "cells",
        progress=True,
    )
