"""Write the files of a sweep again from its folder, and compare sweeps."""

import os

from skn_noise.cli._data import in_options
from skn_noise.cli._folder import (
    as_option,
    load_curve,
    load_record,
    load_sweep,
    write_files,
    write_picture,
)
from skn_noise.cli._terminal import say
from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.results._compare import compare_curves


def report(args):
    """Run `skn-noise report`: write tables, pictures and the report again."""
    sweep = load_sweep(args.folder)
    write_files(args.folder, sweep)
    for sentence in sweep.findings():
        say(sentence)
    say(f"the report is {args.folder}{os.sep}report.html")


def compare(args):
    """Run `skn-noise compare`: print and draw the differences of curves."""
    records = {path: load_record(path) for path in args.folders}
    cv = _common_folds(records, args.cv)
    _check_comparable(records)
    curves = _load_curves(records, cv)
    if len(curves) < 2:
        raise ValueError(
            f"compare needs two curves or more, and {next(iter(curves))} has one; name "
            "another folder"
        )
    comparison = compare_curves(curves, metric=args.metric)
    display = NoiseComparisonDisplay.from_comparison(comparison)
    write_picture(args.output, display.figure_)
    say(in_options(comparison))
    if len(comparison.tolerances):
        say(f"\n{comparison.tolerances.to_string(index=False)}")
    say(f"\nthe picture is {args.output}")


def _common_folds(records, wanted):
    """Return the folds to compare on: those of --cv, or the only ones in common."""
    choices = {path: record["arguments"]["cv"] for path, record in records.items()}
    first, *others = choices.values()
    common = [cv for cv in first if all(cv in other for other in others)]
    if wanted is None and len(common) == 1:
        return common[0]
    if wanted in common:
        return wanted
    there = "; ".join(f"{path} has {as_option('cv', c)}" for path, c in choices.items())
    if wanted is None and common:
        raise ValueError(f"choose the folds to compare on with --cv: {there}")
    raise ValueError(
        f"compare needs results on the same folds, but {there}. 'skn-noise sweep --cv "
        f"{wanted or first[0]}' with the --output of a folder adds them to it."
    )


def _check_comparable(records):
    """Raise an error if the sweeps are of other data, units, scales or draws."""
    (reference, expected), *others = records.items()
    for path, record in others:
        if record["data"] != expected["data"]:
            raise ValueError(
                f"compare needs sweeps on the same data, but {reference} is of "
                f"{expected['dataset']} and {path} of {record['dataset']}, and the "
                "samples differ"
            )
        # The unit of the data has no name that compare_curves could compare.
        ours, theirs = (one["arguments"]["unit"] for one in (record, expected))
        if ours != theirs:
            raise ValueError(
                f"compare needs sweeps in the same unit, but {reference} has --unit "
                f"{theirs} and {path} --unit {ours}"
            )
        # compare_curves refuses these, too, but does not know the option that mends it.
        # A folder to which scales were added later has them in another order.
        for name, key in (("scales", sorted), ("draws", int), ("repeats", int)):
            ours, theirs = record["arguments"][name], expected["arguments"][name]
            if key(ours) != key(theirs):
                raise ValueError(
                    f"compare needs sweeps with the same --{name}, but {reference} has "
                    f"{as_option(name, theirs)} and {path} {as_option(name, ours)}. "
                    f"'skn-noise sweep --{name}' with the --output of a folder adds "
                    "what it lacks."
                )


def _load_curves(records, cv):
    """Return the curves by folder, and by training where a folder has several."""
    curves = {}
    for path, record in records.items():
        trainings = record["arguments"]["training"]
        for training in trainings:
            name = str(path) if len(trainings) == 1 else f"{path} {training}"
            curves[name] = load_curve(path, training, cv)
    return curves
