"""What `skn-noise report` and `skn-noise compare` take."""

from pathlib import Path

from skn_noise.cli._types import folds, output_picture

_REPORT = """\
Write tables, pictures and report.html of a sweep again, from the results in FOLDER.

Nothing is trained, and the data set is not needed."""
_COMPARE = """\
Compare the curves of sweeps on the same data, with intervals, and draw them.

All others are compared with the first FOLDER. A sweep with several regimes of training
has a curve for each. Nothing is trained, and the data set is not needed."""


def add_report(subcommands):
    """Add `report` to the subcommands."""
    parser = subcommands.add_parser(
        "report",
        help="write the files of a sweep again",
        description=_REPORT,
    )
    parser.set_defaults(runs=("skn_noise.cli._report", "report"))
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="the folder of a sweep"
    )


def add_compare(subcommands):
    """Add `compare` to the subcommands."""
    parser = subcommands.add_parser(
        "compare",
        help="compare the results of sweeps",
        description=_COMPARE,
    )
    parser.set_defaults(runs=("skn_noise.cli._report", "compare"))
    parser.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDER", help="the folder of a sweep"
    )
    parser.add_argument(
        "--metric",
        choices=("accuracy", "neg_log_loss"),
        default="accuracy",
        metavar="NAME",
        help="accuracy or neg_log_loss (default: %(default)s)",
    )
    parser.add_argument(
        "--cv",
        type=folds,
        metavar="K",
        help="number of folds, or 'holdout', to compare on where the folders share "
        "several (default: those that all folders have)",
    )
    parser.add_argument(
        "--output",
        type=output_picture,
        default=Path("comparison.png"),
        metavar="FILE",
        help="picture of the differences, .png, .svg or .pdf (default: %(default)s)",
    )
