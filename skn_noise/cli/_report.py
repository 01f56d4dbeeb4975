"""Make the files of a sweep anew from what it kept, and compare sweeps."""

import os

from skn_noise.cli._files import write_files, write_picture
from skn_noise.cli._kept import load_curves, load_sweep
from skn_noise.display._comparison import NoiseComparisonDisplay
from skn_noise.results._compare import compare_curves
from skn_noise.results._words import describe_cost


def report(args):
    """Write tables, pictures and the report of a sweep anew."""
    sweep = load_sweep(args.folder)
    write_files(args.folder, sweep)
    for training, curve in sweep.curves.items():
        print(f"{training}: {describe_cost(curve)}")
    print(f"the report is {args.folder}{os.sep}report.html")


def compare(args):
    """Print by what the curves of sweeps differ, and draw it."""
    curves = _name_curves({str(path): load_curves(path) for path in args.folders})
    if len(curves) < 2:
        raise ValueError(
            f"compare needs two curves or more, and {next(iter(curves))} has one; name "
            "another folder"
        )
    comparison = compare_curves(curves, metric=args.metric)
    display = NoiseComparisonDisplay.from_comparison(comparison)
    write_picture(args.output, display.figure_)
    print(f"{comparison}\n\n{comparison.differences.to_string(index=False)}")
    if len(comparison.tolerances):
        print(f"\n{comparison.tolerances.to_string(index=False)}")
    print(f"\nthe picture is {args.output}")


def _name_curves(sweeps):
    """Name each curve after its folder, and its training where there are several."""
    return {
        path if len(curves) == 1 else f"{path} {training}": curve
        for path, curves in sweeps.items()
        for training, curve in curves.items()
    }
