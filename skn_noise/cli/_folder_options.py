"""What `skn-noise report` and `skn-noise compare` take."""

from pathlib import Path

from skn_noise.cli._help import Formatter
from skn_noise.cli._types import output_picture

_REPORT = """\
Make tables, pictures and report.html of a sweep anew, from what it kept in FOLDER.

Nothing is trained, and the data are not needed."""
_COMPARE = """\
Say by what the curves of sweeps on the same data differ, and draw it.

The first FOLDER is what the others are compared with; a sweep of several trainings
brings a curve for each. Nothing is trained, and the data are not needed."""


def add_report(subcommands):
    """Add `report` to the subcommands."""
    parser = subcommands.add_parser(
        "report",
        help="make the files of a sweep anew",
        description=_REPORT,
        formatter_class=Formatter,
    )
    parser.set_defaults(runs=("skn_noise.cli._report", "report"))
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="the folder of a sweep"
    )


def add_compare(subcommands):
    """Add `compare` to the subcommands."""
    parser = subcommands.add_parser(
        "compare",
        help="say by what sweeps differ",
        description=_COMPARE,
        formatter_class=Formatter,
    )
    parser.set_defaults(runs=("skn_noise.cli._report", "compare"))
    parser.add_argument(
        "folders", type=Path, nargs="+", metavar="FOLDER", help="the folder of a sweep"
    )
    parser.add_argument(
        "--metric",
        default="accuracy",
        metavar="NAME",
        help="accuracy or neg_log_loss (default: %(default)s)",
    )
    parser.add_argument(
        "--output",
        type=output_picture,
        default=Path("comparison.png"),
        metavar="FILE",
        help="picture of the differences, .png, .svg or .pdf (default: %(default)s)",
    )
