"""Options of the command `skn-noise` and of its three subcommands."""

from importlib import import_module
from pathlib import Path

from skn_noise._defaults import (
    BATCH_SIZE,
    EPOCHS,
    HIDDEN_LAYER_SIZES,
    PRECISIONS,
    REGIMES,
    SCALES,
)
from skn_noise._versions import __version__
from skn_noise.cli._terminal import Parser, ended_in_words
from skn_noise.cli._types import (
    folder,
    folds,
    fraction,
    grey_level,
    jobs,
    output_picture,
    scale,
    seed,
    whole_number,
)

# Nothing slow is imported here, so that `--help` and wrong options get quick answers.

_SWEEP = """\
Measure how much Gaussian noise costs a neural network.

The network is trained and validated at every scale of the noise. Tables, pictures and a
report with accuracy and loss, in training and validation, are written to --output.
Finished trainings are saved there, too. After an interruption, run the same command
again to continue.

The folder has the results of one study: one data set, one network and one seed. Other
--scales, --training, --cv, --draws and --repeats of the same study are added to it.
The folder then has the same results as one sweep with all of these options. If it has
results of another study, the command ends with an error; --restart deletes them."""

_REPORT = """\
Write tables, pictures and report.html of a sweep again, from the results in FOLDER.

Nothing is trained, and the data set is not needed."""

_COMPARE = """\
Compare the curves of sweeps on the same data, with intervals, and draw them.

The first FOLDER is the reference. A sweep with several regimes of training has a curve
for each regime. Nothing is trained, and the data set is not needed."""


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, default=None
        Arguments after the name of the command; None takes those of the process.

    Raises
    ------
    SystemExit
        If an option is wrong, or the command ends early.
    """
    parser = make_parser()
    with ended_in_words(parser):
        args = parser.parse_args(arguments)
        # Imported only now, as it takes a second. A signal that arrives meanwhile also
        # ends the command in a sentence.
        module, function = args.runs
        getattr(import_module(module), function)(args)


def make_parser():
    """Return the parser of the command line."""
    parser = Parser(
        prog="skn-noise",
        description="Measure how much Gaussian noise costs a classifier.",
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {__version__}"
    )
    subcommands = parser.add_subparsers(
        title="commands",
        metavar="COMMAND",
        required=True,
        help="'skn-noise COMMAND --help' lists its options",
    )
    _add_sweep(subcommands)
    _add_report(subcommands)
    _add_compare(subcommands)
    return parser


def _add_sweep(subcommands):
    parser = subcommands.add_parser(
        "sweep",
        help="train and validate a network at several scales of the noise",
        description=_SWEEP,
    )
    parser.set_defaults(runs=("skn_noise.cli._sweep", "sweep"))
    _add_data(parser.add_argument_group("data"))
    _add_noise(parser.add_argument_group("noise"))
    _add_validation(parser.add_argument_group("validation"))
    _add_network(parser.add_argument_group("network"))
    _add_computation(parser.add_argument_group("computation"))
    _add_results(parser.add_argument_group("results"))


def _add_report(subcommands):
    parser = subcommands.add_parser(
        "report", help="write the files of a sweep again", description=_REPORT
    )
    parser.set_defaults(runs=("skn_noise.cli._report", "report"))
    parser.add_argument(
        "folder", type=folder, metavar="FOLDER", help="the folder of a sweep"
    )


def _add_compare(subcommands):
    parser = subcommands.add_parser(
        "compare", help="compare the results of sweeps", description=_COMPARE
    )
    parser.set_defaults(runs=("skn_noise.cli._report", "compare"))
    parser.add_argument(
        "folders",
        type=folder,
        nargs="+",
        metavar="FOLDER",
        help="the folder of a sweep",
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
        help="compare on this number of folds, or on 'holdout'; required if the "
        "folders have several of these in common (default: the only common one)",
    )
    parser.add_argument(
        "--output",
        type=output_picture,
        default=Path("comparison.png"),
        metavar="FILE",
        help="picture of the differences, .png, .svg or .pdf (default: %(default)s)",
    )


def _add_data(group):
    group.add_argument(
        "--dataset",
        default="mnist-5k",
        metavar="NAME",
        help="mnist-5k, digits, mnist, fashion-mnist, openml:NAME, or the path to an "
        ".npz, .csv or .parquet file, or to a folder with the four idx files of MNIST "
        "or another set in their format (default: %(default)s)",
    )
    group.add_argument(
        "--label",
        metavar="COLUMN",
        help="column of labels in a .csv or .parquet file (default: label)",
    )
    group.add_argument(
        "--drop",
        nargs="+",
        action="extend",
        default=[],
        metavar="COLUMN",
        help="columns of a .csv or .parquet file to leave out, such as row numbers "
        "(default: none)",
    )
    features = group.add_mutually_exclusive_group()
    features.add_argument(
        "--white",
        type=grey_level,
        metavar="LEVEL",
        help="value of a white pixel; all pixels are divided by it. Required unless "
        "they are 8-bit grey levels or numbers from 0 to 1 (default: 255 or 1)",
    )
    features.add_argument(
        "--no-pixels",
        dest="pixels",
        action="store_false",
        help="the features are not pixels, but columns with different units: do not "
        "divide them by white, and standardize each column separately (default: "
        "pixels)",
    )


def _add_noise(group):
    scales = group.add_mutually_exclusive_group()
    scales.add_argument(
        "--scales",
        type=scale,
        nargs="+",
        default=list(SCALES),
        metavar="S",
        help="standard deviations of the noise, in standard deviations of all pixels, "
        "or of each column with --no-pixels; 0 is without noise (default: "
        f"{_in_words(SCALES)})",
    )
    scales.add_argument(
        "--find",
        type=fraction,
        metavar="F",
        help="find the largest scale at which the accuracy is at least F times that "
        "without noise, for instance 0.9, for each regime; the scales are chosen for "
        "you (default: run --scales)",
    )
    group.add_argument(
        "--training",
        nargs="+",
        choices=tuple(REGIMES),
        default=["frozen"],
        metavar="REGIME",
        help="noise in training: "
        + "; ".join(f"{name}, {samples}" for name, samples in REGIMES.items())
        + "; several regimes are run one after the other and compared (default: "
        "frozen)",
    )


def _add_validation(group):
    group.add_argument(
        "--cv",
        default="5",
        type=folds,
        metavar="K",
        help="number of folds, or 'holdout' to validate on the test part of the data "
        "set (default: %(default)s)",
    )
    group.add_argument(
        "--draws",
        default=5,
        type=whole_number,
        metavar="N",
        help="draws of the noise that each network is validated on; more draws make "
        "the scores more certain without more networks (default: %(default)s)",
    )
    group.add_argument(
        "--repeats",
        default=1,
        type=whole_number,
        metavar="N",
        help="number of times to run everything, each time with other noise and other "
        "initial weights (default: %(default)s)",
    )


def _add_network(group):
    count = {"type": whole_number, "metavar": "N"}
    group.add_argument(
        "--epochs",
        default=EPOCHS,
        **count,
        help="passes over the training samples (default: %(default)s)",
    )
    group.add_argument(
        "--batch-size",
        default=BATCH_SIZE,
        **count,
        help="samples in a step of training (default: %(default)s)",
    )
    group.add_argument(
        "--hidden",
        nargs="*",
        default=list(HIDDEN_LAYER_SIZES),
        **count,
        help="units in each hidden layer; without a number, the network has no hidden "
        f"layer (default: {_in_words(HIDDEN_LAYER_SIZES)})",
    )
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        default=PRECISIONS[0],
        metavar="KIND",
        help="float32, or bfloat16 for faster hidden layers on processors that support "
        "it (default: %(default)s)",
    )


def _add_computation(group):
    group.add_argument(
        "--jobs",
        default=-1,
        type=jobs,
        metavar="N",
        help="number of trainings in parallel; -1 means one per core (default: "
        "%(default)s)",
    )
    group.add_argument(
        "--seed",
        default=0,
        type=seed,
        metavar="N",
        help="seed of the noise and of the training (default: %(default)s)",
    )
    group.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="train on the Dask cluster of this scheduler, for instance "
        "tcp://10.0.0.1:8786; --jobs is then ignored",
    )


def _add_results(group):
    group.add_argument(
        "--output",
        type=folder,
        default=Path("noise-sweep"),
        metavar="DIR",
        help="folder for report.html, scores.csv, summary.csv, curve.png, samples.png, "
        "run.json, the results in curves/ and the finished trainings in cells/ "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--restart",
        action="store_true",
        help="delete the results and trainings of earlier sweeps in DIR first "
        "(default: keep them)",
    )


def _in_words(numbers):
    return " ".join(f"{number:g}" for number in numbers)
