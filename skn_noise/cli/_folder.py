"""Read and write the folder of a sweep.

A folder has the results of one study, that is of one data set, model and seed:
`run.json` records which, and `curves` has the results. A sweep and `skn-noise report`
make tables, pictures and the report from these two.
"""

import json
import shutil
from argparse import Namespace
from io import BytesIO
from typing import NamedTuple

import joblib
import matplotlib.pyplot as plt

from skn_noise._defaults import REGIMES
from skn_noise.cli._data import in_options
from skn_noise.cli._terminal import printable
from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.display._style import CURVE_STYLES
from skn_noise.report._pictures import draw_metric, load_samples, save_samples
from skn_noise.report._report import (
    find_features,
    find_tolerances,
    score_table,
    summary_table,
    write_report,
)
from skn_noise.results._by_feature import NoiseByFeature
from skn_noise.results._curve import NoiseCurve
from skn_noise.results._features import describe_features
from skn_noise.results._files import to_csv, write_whole
from skn_noise.results._summary import describe_cost

_RECORD = "run.json"
_SHOWN = ("scores.csv", "summary.csv", "curve.png", "samples.png", "report.html")
_BY_FEATURE = "curves/by-feature.npz"
_DPI = 120
_TO_WRITE = (
    "Pass another folder with --output, or delete the results in this one with "
    "--restart."
)

# Results with other values of these options belong to another study. All other options
# either do not change a score, or add results to the study: --scales, --snr,
# --training, --cv, --draws, --repeats, --tolerance and --by-feature.
_ADDED = ("scales", "snr", "draws", "repeats", "tolerance", "by_feature")
_OF_THE_DATA = ("dataset", "label", "drop", "white")
_OF_THE_STUDY = (
    "model",
    "regression",
    "impute",
    "unit",
    "seed",
    "epochs",
    "batch_size",
    "hidden",
    "precision",
    "pixels",
)


class Sweep(NamedTuple):
    """Results of a sweep: its options, and curves and misclassified samples by name.

    `lost` is empty for a regression.
    """

    record: dict
    curves: dict[str, NoiseCurve]
    samples: NoisySamplesDisplay
    lost: dict[str, NoisySamplesDisplay]
    by_feature: NoiseByFeature | None = None

    def tolerances(self):
        """Return the tolerance of each curve, or the reason why it has none."""
        target = target_of(self.record["arguments"]["tolerance"])
        return find_tolerances(self.curves, **target)

    def findings(self):
        """Return the cost of the noise and the tolerance of each curve in sentences."""
        tolerances = self.tolerances()
        for name, curve in self.curves.items():
            yield f"{name}: {in_options(describe_cost(curve))}"
            if name in tolerances:
                yield f"{name}: {in_options(tolerances[name])}."
        if self.by_feature is not None:
            target = target_of(self.record["arguments"]["tolerance"])
            found = find_features(self.by_feature, **target)
            yield f"by feature: {describe_features(self.by_feature, found)}"


def target_of(text):
    """Return the argument of NoiseCurve.tolerance for the value of --tolerance."""
    if text is None:
        return {}
    if text.endswith("%"):
        return {"relative": float(text[:-1]) / 100}
    return {"target": float(text)}


def curve_names(arguments):
    """Return the regime and the folds of each curve of a sweep, by its name."""
    several = len(arguments["cv"]) > 1
    return {
        f"{training}, {_folds(cv)}" if several else training: (training, cv)
        for cv in arguments["cv"]
        for training in arguments["training"]
    }


def hash_data(dataset):
    """Return a hash of the samples, the labels and the test part of a data set."""
    test_part = None if dataset.holdout is None else dataset.holdout.test_fold
    return joblib.hash([dataset.X, dataset.y, test_part])


def add_to_folder(folder, args, data):
    """Return the options with those of the results that the folder already has.

    A folder that does not exist yet has no results, and neither has one that --restart
    will empty.

    Raises
    ------
    ValueError
        If the folder has results of another study, or files that no sweep wrote.
    """
    arguments = {name: value for name, value in vars(args).items() if name != "runs"}
    # A dict keeps the order and leaves out what is named twice.
    arguments["scales"] = list(dict.fromkeys(args.scales))
    arguments["training"] = list(dict.fromkeys(args.training))
    arguments["cv"] = [args.cv]
    has_record = (folder / _RECORD).exists()
    if has_record and not args.restart:
        record = _load_record(folder, _TO_WRITE)
        _check_same_study(folder, record, arguments, data)
        kept = record["arguments"]
        for name in ("scales", "training", "cv"):
            arguments[name] = list(dict.fromkeys([*kept[name], *arguments[name]]))
        # Results are only added: fewer draws or repeats than there are remove none.
        for name in ("draws", "repeats"):
            arguments[name] = max(kept[name], arguments[name])
        for name in ("snr", "tolerance", "by_feature"):
            if arguments[name] is None:
                arguments[name] = kept[name]
    elif not args.restart:
        _check_no_files(folder)
    _check_number_of_curves(folder, arguments)
    return Namespace(**arguments)


def make_folder(folder):
    """Create the folder; raise an error that names the option if it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(
            f"--output {folder} cannot be written to ({error}); name another folder"
        ) from error


def empty_folder(folder):
    """Delete what a sweep has written to a folder, and nothing else."""
    for name in (_RECORD, *_SHOWN):  # the record first: without it nothing is kept
        (folder / name).unlink(missing_ok=True)
    for path in (folder / "curves").glob("*.npz"):
        path.unlink()
    for path in (folder / "cells").glob("*/skn_noise-cells"):
        shutil.rmtree(path)


def keep_sweep(folder, sweep):
    """Write the record and the results of a sweep, the record last.

    A sweep that is killed in between leaves a folder without a record, or with that of
    the sweep before, never a record of results that are missing.
    """
    (folder / "curves").mkdir(exist_ok=True)
    for name, of in curve_names(sweep.record["arguments"]).items():
        sweep.curves[name].save(_curve_file(folder, *of))
        if name in sweep.lost:
            save_samples(_curve_file(folder, *of, "-lost"), sweep.lost[name])
    save_samples(folder / "curves" / "samples.npz", sweep.samples)
    if sweep.by_feature is not None:
        sweep.by_feature.save(folder / _BY_FEATURE)
    text = json.dumps(sweep.record, indent=2, default=str)
    write_whole(folder / _RECORD, f"{text}\n".encode())


def load_record(folder):
    """Read the record of a sweep; raise an error if the folder has none."""
    if not (folder / _RECORD).is_file():
        raise _no_sweep(folder, _RECORD)
    return _load_record(folder, _to_read(folder))


def load_curve(folder, training, cv):
    """Read the curve of one regime and of one choice of folds."""
    return _load(folder, NoiseCurve.load, _curve_file(folder, training, cv))


def load_sweep(folder):
    """Read what :func:`keep_sweep` wrote."""
    record = load_record(folder)
    names = curve_names(record["arguments"])
    curves = {name: load_curve(folder, *of) for name, of in names.items()}
    lost = {
        name: _load(folder, load_samples, _curve_file(folder, *of, "-lost"))
        for name, of in names.items()
        if not record["arguments"]["regression"]
    }
    samples = _load(folder, load_samples, folder / "curves" / "samples.npz")
    by_feature = None
    if record["arguments"]["by_feature"] is not None:
        by_feature = _load(folder, NoiseByFeature.load, folder / _BY_FEATURE)
    return Sweep(record, curves, samples, lost, by_feature)


def write_files(folder, sweep):
    """Write tables, pictures and the report of a sweep."""
    tables = {
        "scores.csv": score_table(sweep.curves),
        "summary.csv": summary_table(sweep.curves),
    }
    for name, table in tables.items():
        write_whole(folder / name, to_csv(table).encode())
    snr = bool(sweep.record["arguments"]["snr"])
    figure = _draw_curves(sweep.curves, sweep.tolerances(), snr)
    write_picture(folder / "curve.png", figure)
    write_picture(folder / "samples.png", sweep.samples.plot().figure_)
    write_report(
        folder / "report.html",
        sweep.curves,
        dataset=printable(sweep.record["dataset"]),
        settings=_settings(sweep.record),
        samples=sweep.samples,
        lost=sweep.lost,
        by_feature=sweep.by_feature,
        snr=snr,
        **target_of(sweep.record["arguments"]["tolerance"]),
    )


def write_picture(path, figure):
    """Write a figure in the format of the file name, and close it."""
    # Drawn in memory first: an error or a signal leaves no half of a file.
    content = BytesIO()
    figure.savefig(content, format=path.suffix[1:], dpi=_DPI)
    plt.close(figure)
    write_whole(path, content.getvalue())


def as_option(name, value):
    """Return an option with its value as a user types it."""
    if isinstance(value, bool):
        option = "--no-pixels" if name == "pixels" else f"--{name}"
        is_given = value == (name != "pixels")
        return option if is_given else f"without {option}"
    values = value if isinstance(value, list) else [value]
    return " ".join([f"--{name.replace('_', '-')}", *(f"{v}" for v in values)])


def _folds(cv):
    return cv if cv == "holdout" else f"{cv} folds"


def _curve_file(folder, training, cv, ending=""):
    return folder / "curves" / f"{training}-{cv}{ending}.npz"


def _load_record(folder, advice):
    """Return the record of a sweep; raise an error if a part of it is missing."""
    try:
        record = json.loads((folder / _RECORD).read_bytes())
        arguments = record["arguments"]
        is_whole = (
            {"dataset", "data"} <= record.keys()
            and {*_ADDED, *_OF_THE_STUDY} <= arguments.keys()
            # Regimes and folds are parts of file names, which must stay in the folder.
            and set(arguments["training"]) <= set(REGIMES)
            and all(cv == "holdout" or cv.isdecimal() for cv in arguments["cv"])
        )
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        is_whole = False
    if not is_whole:
        raise ValueError(
            f"{folder / _RECORD} must say what was run, as 'skn-noise sweep' writes "
            f"it, but it is damaged or of another version. {advice}"
        )
    return record


def _check_same_study(folder, record, arguments, data):
    differences = [
        f"{as_option(name, theirs)} there and {as_option(name, ours)} now"
        for name in _OF_THE_STUDY
        if (theirs := record["arguments"][name]) != (ours := arguments[name])
        # Another model has no options of the network.
        and None not in (theirs, ours)
    ]
    if record["data"] != data:
        theirs, ours = (
            " ".join(
                as_option(name, options[name]).removeprefix("--dataset ")
                for name in _OF_THE_DATA
                if options.get(name)
            )
            for options in (record["arguments"], arguments)
        )
        now = "other values now" if theirs == ours else f"of {ours} now"
        differences.insert(0, f"the data of {theirs} there and {now}")
    if differences:
        raise ValueError(
            f"{str(folder)!r} has the results of another study: "
            f"{'; '.join(differences)}. {_TO_WRITE}"
        )


def _check_no_files(folder):
    """Raise an error if the sweep would replace a file that no sweep wrote."""
    there = [name for name in _SHOWN if (folder / name).exists()]
    if there:
        raise ValueError(
            f"{str(folder)!r} has {', '.join(there)} but no {_RECORD}, which says of "
            f"which study they are. {_TO_WRITE}"
        )


def _check_number_of_curves(folder, arguments):
    n_curves, most = len(curve_names(arguments)), len(CURVE_STYLES)
    if n_curves > most:
        raise ValueError(
            f"{str(folder)!r} would have {n_curves} curves, one for each of the "
            f"regimes {', '.join(arguments['training'])} with each of the folds "
            f"{', '.join(arguments['cv'])}, and a picture shows {most} at most. Pass "
            "another folder with --output."
        )


def _load(folder, read, path):
    """Read a file of the folder; if it fails, raise an error that names the sweep."""
    try:
        return read(path)
    except FileNotFoundError as error:
        raise _no_sweep(folder, path.relative_to(folder)) from error
    except ValueError as error:
        raise ValueError(
            f"{path} must be as 'skn-noise sweep' wrote it, but it is damaged or of "
            f"another version. {_to_read(folder)}"
        ) from error


def _no_sweep(folder, missing):
    return ValueError(
        f"{str(folder)!r} must be a folder that 'skn-noise sweep' filled, but it has "
        f"no {missing}. {_to_read(folder)}"
    )


def _to_read(folder):
    return f"Pass another folder, or run the sweep again with --output {str(folder)!r}."


def _draw_curves(curves, tolerances, snr):
    """Draw both metrics of one curve, or compare several curves in both."""
    figure, axes = plt.subplots(1, 2, figsize=(14, 4.5), layout="constrained")
    first = next(iter(curves.values()))
    for metric, ax in zip(first.scores["metric"].unique(), axes, strict=True):
        draw_metric(curves, metric, tolerances, snr, ax)
    return figure


def _in_words(value):
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _settings(record):
    """Return the options that the sweep was called with, and how long it took."""
    options = {
        name.replace("_", "-"): printable(_in_words(value))
        for name, value in record["arguments"].items()
        if value not in (None, False)
    }
    return options | {"seconds": record.get("seconds")}
