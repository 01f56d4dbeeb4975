"""Train at every scale of the noise, write the files of a sweep, print its results."""

import logging
import os
import time
from contextlib import contextmanager
from dataclasses import replace

import joblib

from skn_noise._defaults import METRICS
from skn_noise._signals import interrupts_deferred
from skn_noise.cli._data import choose_folds, in_options, load_data, named
from skn_noise.cli._folder import (
    Sweep,
    add_to_folder,
    curve_names,
    empty_folder,
    hash_data,
    keep_sweep,
    make_folder,
    target_of,
    write_files,
)
from skn_noise.cli._models import check_options, make_model
from skn_noise.cli._terminal import progress_logged, say
from skn_noise.display._dataset import targets_in_words
from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.report._report import describe_table, summary_table
from skn_noise.results._compare import compare_curves
from skn_noise.results._table import describe_notes, lay_out, printed
from skn_noise.study._find_tolerance import find_tolerance
from skn_noise.study._noise_by_feature import noise_by_feature
from skn_noise.study._noise_curve import noise_curve

# The error is in the unit of the labels, which that of noise_curve's default is not.
_OF_REGRESSION = list(METRICS[2:])


def sweep(args):
    """Run `skn-noise sweep`.

    Everything that can be wrong is checked before anything is deleted or trained.
    """
    check_options(args)
    searches = not args.scales
    dataset = load_data(args)
    splitters = {args.cv: choose_folds(args.cv, dataset, args.regression)}
    data = hash_data(dataset)
    args = add_to_folder(args.output, args, data)
    check_options(args)  # the folder may add a regime
    for cv in {*args.cv} - {*splitters}:
        splitters[cv] = choose_folds(cv, dataset, args.regression)
    with _on_cluster(args.scheduler), progress_logged():
        make_folder(args.output)
        if args.restart:
            empty_folder(args.output)
        _run(args, dataset, data, splitters, searches)


@contextmanager
def _on_cluster(address):
    """Run the cells of studies on the Dask cluster at `address`, if it is not None."""
    if address is None:
        yield
        return
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise ImportError(
            "--scheduler needs Dask; install skn_noise[distributed]"
        ) from error
    # Dask logs a traceback for each connection that is lost; the study's own error
    # says so in a sentence.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=5)
    except Exception as error:  # the server at the address may be of any kind
        raise OSError(
            f"--scheduler {address}: no Dask scheduler answers there ({error}); start "
            "one with 'dask scheduler' and pass the address that it prints"
        ) from error
    with client, joblib.parallel_config(backend="dask"):
        yield


def _run(args, dataset, data, splitters, searches):
    """Fit what the folder lacks, write the files, print the results."""
    names, curves, start = curve_names(vars(args)), {}, time.perf_counter()
    studies = {
        name: {
            "estimator": make_model(args, training),
            "X": dataset.X,
            "y": dataset.y,
            "training": training,
            "cv": splitters[cv],
            "scoring": _OF_REGRESSION if args.regression else None,
            "n_jobs": args.jobs,
            # A folder each, as a study reports the cells of another one in its folder.
            "memory": args.output / "cells" / f"{training}-{cv}",
            "n_draws": args.draws,
            "n_repeats": args.repeats,
            "progress": True,
        }
        for name, (training, cv) in names.items()
    }
    about = _describe(args, dataset)
    by_feature = _run_by_feature(args, dataset, about, splitters)
    found = _find_tolerances(args, about, studies) if searches else {}
    # Every curve gets the scales of all, as curves of one folder are compared.
    scales = {scale for curve in found.values() for scale in curve.scores["scale"]}
    args.scales = sorted({*args.scales, *scales}) if searches else args.scales
    for name, (training, cv) in names.items():
        if name in found and set(found[name].scores["scale"]) == {*args.scales}:
            curves[name] = found[name]
            continue
        say(f"{about}: {_count_fits(args, splitters[cv], training)}, {name}")
        curves[name] = noise_curve(scales=args.scales, **studies[name])
    # Rounded once, as 1.46 would be printed as 1, but saved as 1.5 and then as 2.
    seconds = round(time.perf_counter() - start, 1)
    # Writing takes seconds and must not be cut off: it saves hours of training.
    with interrupts_deferred():
        drawn = _draw_samples(args, dataset, studies, curves)
        # The manifest of each curve has the versions.
        record = {
            "arguments": vars(args),
            "dataset": dataset.name,
            "data": data,
            "seconds": seconds,
        }
        done = Sweep(record, curves, *drawn, by_feature)
        keep_sweep(args.output, done)
        write_files(args.output, done)
        _print_findings(done, names)
        where = f"the results are in {args.output}{os.sep}"
        say(f"{seconds:.0f} seconds of training and validation; {where}")


def _describe(args, dataset):
    """Return the data and the model in words."""
    n_samples, n_features = dataset.X.shape
    targets = targets_in_words(dataset.y, is_regression=args.regression)
    return (
        f"{args.model} on {dataset.name} ({n_samples} samples, {n_features} features, "
        f"{targets})"
    )


def _run_by_feature(args, dataset, about, splitters):
    """Add noise to one column at a time; return None if this is not asked for."""
    if args.by_feature is None:
        return None
    cv = args.cv[0]
    say(f"{about}: {splitters[cv].get_n_splits()} fits, by feature")
    with named("--by-feature"):
        return noise_by_feature(
            make_model(args, "clean"),
            dataset.X,
            dataset.y,
            scales=args.by_feature,
            cv=splitters[cv],
            scoring=_OF_REGRESSION if args.regression else None,
            n_jobs=args.jobs,
            memory=args.output / "cells" / f"by-feature-{cv}",
            n_draws=args.draws,
            progress=True,
        )


def _find_tolerances(args, about, studies):
    """Run each study at the scales that narrow its tolerance; return the curves."""
    found = {}
    for name, study in studies.items():
        say(f"{about}: finding the tolerance for {args.tolerance}, {name}")
        with named(f"--tolerance {args.tolerance}"):
            curve, _ = find_tolerance(**target_of(args.tolerance), **study)
        scores = curve.scores.sort_values("scale", kind="stable", ignore_index=True)
        found[name] = replace(curve, scores=scores)
    return found


def _draw_samples(args, dataset, studies, curves):
    """Draw samples with noise, and for each curve samples that noise misclassifies."""
    X, y, shape = dataset.X, dataset.y, dataset.image_shape
    first = next(iter(studies.values()))["estimator"]
    samples = NoisySamplesDisplay.from_estimator(
        first, X, y, scales=args.scales, image_shape=shape
    )
    if args.regression:
        return samples, {}
    lost = {
        name: NoisySamplesDisplay.from_curve(
            curves[name], study["estimator"], X, y, cv=study["cv"], image_shape=shape
        )
        for name, study in studies.items()
    }
    return samples, lost


def _count_fits(args, splitter, training):
    """Return the number of fits of a curve, in words."""
    # A model that is trained on clean samples is validated at all scales.
    n_scales = 1 if training == "clean" else len(args.scales)
    return f"{splitter.get_n_splits() * n_scales * args.repeats} fits"


def _print_findings(sweep, names):
    summary = summary_table(sweep.curves)
    sentences = [describe_table(summary), *map(in_options, describe_notes(summary))]
    say(f"\n{printed(lay_out(summary), sentences)}\n")
    for sentence in sweep.findings():
        say(sentence)
    target = target_of(sweep.record["arguments"]["tolerance"])
    for folds in dict.fromkeys(cv for _, cv in names.values()):
        same = {
            name: sweep.curves[name] for name, (_, cv) in names.items() if cv == folds
        }
        if len(same) > 1:
            say(in_options(compare_curves(same, **target)))
