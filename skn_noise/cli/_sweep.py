"""Train at every scale of the noise, write the files of a sweep, print its results."""

import logging
import os
import platform
import re
import sys
import time
import warnings
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

import joblib
from sklearn.model_selection import check_cv
from sklearn.utils.multiclass import check_classification_targets

from skn_noise._signals import interrupts_deferred
from skn_noise._versions import version_of
from skn_noise.cli._folder import (
    Sweep,
    add_to_folder,
    curve_names,
    empty_folder,
    hash_data,
    keep_sweep,
    make_folder,
    write_files,
)
from skn_noise.cli._terminal import progress_logged, say
from skn_noise.datasets._load import load_dataset
from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.pipeline import make_noise_pipeline
from skn_noise.report._report import summary_table
from skn_noise.results._compare import compare_curves
from skn_noise.results._summary import describe_cost
from skn_noise.results._table import lay_out
from skn_noise.study._find_tolerance import find_tolerance
from skn_noise.study._noise_curve import noise_curve

# Messages of load_dataset name its arguments; the command names its options instead.
_AS_OPTIONS = {
    r"\b(label|white)=\.\.\.": r"--\1",
    r"\blabel=(?=')": "--label ",
    r"\bdrop=\[(.*)\]": lambda match: f"--drop {match[1].replace(', ', ' ')}",
    r"\bpixels=False": "--no-pixels",
}
_LIBRARIES = ("skn_noise", "scikit-learn", "scikeras", "keras", "tensorflow", "numpy")


def sweep(args):
    """Run `skn-noise sweep`.

    Everything that can be wrong is checked before anything is deleted or trained.
    """
    _check_tensorflow()
    if args.find is not None:  # it chooses them
        args.scales = []
    dataset = _load_data(args)
    splitters = {args.cv: _choose_folds(args.cv, dataset)}
    data = hash_data(dataset)
    args = add_to_folder(args.output, args, data)
    splitters |= {cv: _choose_folds(cv, dataset) for cv in args.cv}
    with _on_cluster(args.scheduler), progress_logged():
        make_folder(args.output)
        if args.restart:
            empty_folder(args.output)
        _run(args, dataset, data, splitters)


def _check_tensorflow():
    """Raise an error if TensorFlow is missing, before data are read."""
    # Finding it takes no time; importing it, which raises the error, takes seconds.
    if find_spec("tensorflow") is None:
        import_module("skn_noise.network._tensorflow")


def _load_data(args):
    """Load the data set of --dataset, which must have at least two classes."""
    with _named(f"--dataset {args.dataset}"):
        dataset = load_dataset(
            args.dataset,
            label=args.label,
            drop=args.drop,
            white=args.white,
            pixels=args.pixels,
        )
        # Checked here, as each of the workers would raise these after seconds.
        check_classification_targets(dataset.y)
        first, *others = set(dataset.y.tolist())
        if not others:
            raise ValueError(f"its only class is {first!r}; two or more are needed")
    return dataset


def _choose_folds(cv, dataset):
    """Return the splitter of --cv; raise an error if the data cannot be split so."""
    if cv != "holdout":
        folds = check_cv(int(cv), dataset.y, classifier=True)
        with _named(f"--cv {cv}"):
            next(folds.split(dataset.X, dataset.y))
        return folds
    if dataset.holdout is None:
        raise ValueError(
            f"--cv holdout needs a data set with a test part, which {dataset.name} "
            "lacks; pass a number of folds, such as --cv 5"
        )
    return dataset.holdout


@contextmanager
def _named(option):
    """Put the option in front of the message of each error and warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            yield
        except (ImportError, OSError, TypeError, ValueError) as error:
            raise ValueError(f"{option}: {_for_command(error)}") from error
        finally:
            for one in caught:
                message = _for_command(one.message)
                say(f"warning: {option}: {message}", sys.stderr)


def _for_command(message):
    """Replace the arguments that a message names by options."""
    text = str(message)
    for argument, option in _AS_OPTIONS.items():
        text = re.sub(argument, option, text)
    return text


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


def _run(args, dataset, data, splitters):
    """Train the networks that the folder lacks, write the files, print the results."""
    pipeline = make_noise_pipeline(
        scaler="global" if args.pixels else "standard",
        random_state=args.seed,
        epochs=args.epochs,
        batch_size=args.batch_size,
        hidden_layer_sizes=args.hidden,
        precision=args.precision,
    )
    names, curves, start = curve_names(vars(args)), {}, time.perf_counter()
    kept = f"Finished trainings are saved in {args.output / 'cells'}; to go on from "
    kept += "there, run the same again."
    studies = {
        name: {
            "training": training,
            "cv": splitters[cv],
            "n_jobs": args.jobs,
            # A folder each, as a study reports the cells of another one in its folder.
            "memory": args.output / "cells" / f"{training}-{cv}",
            "n_draws": args.draws,
            "n_repeats": args.repeats,
            "progress": True,
        }
        for name, (training, cv) in names.items()
    }
    samples = pipeline, dataset.X, dataset.y
    try:
        if args.find is not None:
            # Every curve gets the scales of all, as curves of one folder are compared.
            args.scales = _find_scales(args, dataset, samples, studies)
        for name, (training, cv) in names.items():
            say(f"{dataset}: {_count_fits(args, splitters[cv], training)}, {name}")
            curves[name] = noise_curve(*samples, scales=args.scales, **studies[name])
        # Rounded once, as 1.46 would be printed as 1, but saved as 1.5 and then as 2.
        seconds = round(time.perf_counter() - start, 1)
        # Writing takes seconds and must not be cut off: it saves hours of training.
        with interrupts_deferred():
            drawn = _draw_samples(args, dataset, pipeline, splitters, curves, names)
            record = _record(args, dataset, data, seconds)
            done = Sweep(record, curves, *drawn)
            keep_sweep(args.output, done)
            write_files(args.output, done)
            _print_findings(curves, names, args.find)
            kept = "All trainings are finished, and all files are written."
            say(f"{seconds:.0f} seconds; the results are in {args.output}{os.sep}")
    except BaseException as error:
        if curves and not hasattr(error, "__notes__"):
            error.add_note(kept)
        raise


def _find_scales(args, dataset, samples, studies):
    """Find the tolerance of every curve; return the scales that were run for any."""
    scales = set(args.scales)
    for name, study in studies.items():
        say(f"{dataset}: finding {args.find:g} of the accuracy without noise, {name}")
        curve, _ = find_tolerance(*samples, relative=args.find, **study)
        scales.update(curve.scores["scale"].tolist())
    return sorted(scales)


def _draw_samples(args, dataset, pipeline, splitters, curves, names):
    """Draw samples with noise, and for each curve samples that noise misclassifies."""
    X, y, shape = dataset.X, dataset.y, dataset.image_shape
    samples = NoisySamplesDisplay.from_estimator(
        pipeline, X, y, scales=args.scales, image_shape=shape
    )
    lost = {
        name: NoisySamplesDisplay.from_curve(
            curves[name], pipeline, X, y, cv=splitters[cv], image_shape=shape
        )
        for name, (_, cv) in names.items()
    }
    return samples, lost


def _count_fits(args, splitter, training):
    """Return the number of networks of a curve, in words."""
    # A network that is trained on clean samples is validated at all scales.
    n_scales = 1 if training == "clean" else len(args.scales)
    return f"{splitter.get_n_splits() * n_scales * args.repeats} networks"


def _print_findings(curves, names, relative):
    say(f"\n{lay_out(summary_table(curves)).to_string()}\n")
    for name, curve in curves.items():
        say(f"{name}: {describe_cost(curve)}")
        if relative is not None:
            say(f"{name}: {curve.tolerance(relative=relative)}.")
    for folds in dict.fromkeys(cv for _, cv in names.values()):
        same = {name: curves[name] for name, (_, cv) in names.items() if cv == folds}
        if len(same) > 1:
            say(compare_curves(same, relative=relative))


def _record(args, dataset, data, seconds):
    """Describe the run for `run.json`."""
    return {
        "arguments": vars(args),
        "dataset": dataset.name,
        "data": data,
        "seed": args.seed,
        "versions": {"python": platform.python_version()}
        | {name: version_of(name) for name in _LIBRARIES},
        "seconds": seconds,
    }
