"""Options of the command `skn-noise` and of its three subcommands."""

from importlib import import_module
from pathlib import Path

from skn_noise._defaults import (
    BATCH_SIZE,
    EPOCHS,
    FEATURE_SCALES,
    HIDDEN_LAYER_SIZES,
    METRICS,
    MODELS,
    PRECISIONS,
    REGIMES,
    SCALES,
    UNITS,
)
from skn_noise._versions import __version__
from skn_noise.cli._terminal import Parser, ended_in_words
from skn_noise.cli._types import (
    decibels,
    folder,
    folds,
    grey_level,
    jobs,
    output_picture,
    scale,
    seed,
    tolerance,
    whole_number,
)

# Nothing slow is imported here, so that `--help` and wrong options get quick answers.

_SWEEP = """\
Measure how much Gaussian noise costs a model.

The model is trained and validated at every scale of the noise; --output gets a
report, tables and pictures. After an interruption, the same command goes on.
A folder has one study: one data set, model, unit and seed. To run it again with
other options of "noise" and "how sure" adds to it."""

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
        description="Measure how much Gaussian noise costs a model.",
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
        help="train and validate a model at several scales of the noise",
        description=_SWEEP,
        usage="%(prog)s [-h] [OPTION ...]",
    )
    parser.set_defaults(runs=("skn_noise.cli._sweep", "sweep"))
    for title, (example, add) in _GROUPS.items():
        add(parser.add_argument_group(title, f"skn-noise sweep {example}"))


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
        choices=METRICS,
        metavar="NAME",
        help="accuracy or neg_log_loss, or for a regression r2 or "
        "neg_root_mean_squared_error (default: accuracy, or r2)",
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
        help="mnist-5k, digits, mnist, fashion-mnist, openml:NAME, an .npz, .csv or "
        ".parquet file, or a folder with the four idx files of MNIST or another set "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--label",
        metavar="COL",
        help="column to predict, of a table (default: label)",
    )
    group.add_argument(
        "--regression",
        action="store_true",
        help="the labels are numbers to predict, not classes (default: classes, unless "
        "they are stored as fractions)",
    )
    group.add_argument(
        "--drop",
        nargs="+",
        action="extend",
        default=[],
        metavar="COL",
        help="columns of a table to leave out, such as row numbers (default: none)",
    )
    features = group.add_mutually_exclusive_group()
    features.add_argument(
        "--no-pixels",
        dest="pixels",
        action="store_false",
        help="the features are columns with different units (default: pixels, in which "
        "white is 255, or 1)",
    )
    features.add_argument(
        "--white",
        type=grey_level,
        metavar="LEVEL",
        help="value of a white pixel (default: 255 for 8 bits, 1 for numbers from 0 to "
        "1)",
    )
    group.add_argument(
        "--impute",
        action="store_true",
        help="replace missing values by the median of the column (default: left to the "
        "model)",
    )


def _add_model(group):
    count = {"type": whole_number, "metavar": "N"}
    group.add_argument(
        "--model",
        choices=MODELS,
        default=MODELS[0],
        metavar="NAME",
        help="mlp, the Keras network; logistic regression; forest; boosting; or knn, "
        "nearest neighbours. For a regression: forest, boosting or knn (default: mlp)",
    )
    group.add_argument(
        "--epochs",
        **count,
        help=f"mlp: passes over the training samples (default: {EPOCHS})",
    )
    group.add_argument(
        "--batch-size",
        **count,
        help=f"mlp: samples in a step of training (default: {BATCH_SIZE})",
    )
    group.add_argument(
        "--hidden",
        nargs="*",
        **count,
        help="mlp: units in each hidden layer; no number, no hidden layer (default: "
        f"{_in_words(HIDDEN_LAYER_SIZES)})",
    )
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        metavar="KIND",
        help=f"mlp: float32, or bfloat16, faster on some processors (default: "
        f"{PRECISIONS[0]})",
    )


def _add_noise(group):
    scales = group.add_mutually_exclusive_group()
    scales.add_argument(
        "--scales",
        type=scale,
        nargs="+",
        metavar="S",
        help="standard deviations of the noise; 0 is without noise (default: "
        f"{_in_words(SCALES)})",
    )
    scales.add_argument(
        "--snr",
        type=decibels,
        nargs="+",
        metavar="DB",
        help="the same as ratios of signal to noise in decibels, such as 20 10 0 "
        "(default: --scales)",
    )
    group.add_argument(
        "--unit",
        choices=UNITS,
        default=UNITS[0],
        metavar="UNIT",
        help="std, standard deviations of all pixels, or of each column with "
        "--no-pixels; or absolute, the units of the data (default: %(default)s)",
    )
    group.add_argument(
        "--training",
        nargs="+",
        choices=tuple(REGIMES),
        default=["frozen"],
        metavar="KIND",
        help="noise in training: "
        + "; ".join(f"{name}, {samples}" for name, samples in REGIMES.items())
        + ". Several are compared (default: frozen)",
    )
    group.add_argument(
        "--tolerance",
        type=tolerance,
        metavar="T",
        help="find the largest scale with a score of T, such as 0.9 accuracy (R2 of a "
        "regression), or 90%% of the score without noise. Without --scales, scales "
        "are chosen that narrow its interval (default: not asked)",
    )
    group.add_argument(
        "--by-feature",
        nargs="*",
        type=scale,
        metavar="S",
        help="also add noise of these scales to one column of a table at a time; "
        f"without a number, {_in_words(FEATURE_SCALES)} (default: not asked)",
    )


def _add_certainty(group):
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
        help="draws of the noise that each fit is validated on (default: %(default)s)",
    )
    group.add_argument(
        "--repeats",
        default=1,
        type=whole_number,
        metavar="N",
        help="times to train everything, with other seeds (default: %(default)s)",
    )
    group.add_argument(
        "--seed",
        default=0,
        type=seed,
        metavar="N",
        help="seed of the noise and of the model (default: %(default)s)",
    )


def _add_output(group):
    group.add_argument(
        "--output",
        type=folder,
        default=Path("noise-sweep"),
        metavar="DIR",
        help="folder for the report, tables and pictures, the results in curves/ and "
        "the finished fits in cells/ (default: %(default)s)",
    )
    group.add_argument(
        "--restart",
        action="store_true",
        help="delete the sweeps before in DIR first (default: keep them)",
    )
    group.add_argument(
        "--jobs",
        default=-1,
        type=jobs,
        metavar="N",
        help="fits in parallel; -1 is one per core (default: %(default)s)",
    )
    group.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="train on the Dask cluster of this scheduler, for instance "
        "tcp://10.0.0.1:8786 (default: on this machine)",
    )


# The groups of the options of a sweep, one for each question that a user has.
_GROUPS = {
    "data": ("--dataset wine.csv --label kind --drop id --no-pixels", _add_data),
    "model": ("--dataset digits --model forest", _add_model),
    "noise": ("--scales 0 1 2 --training frozen clean", _add_noise),
    "how sure": ("--cv 10 --draws 20 --repeats 3", _add_certainty),
    "output": ("--output digits --jobs 2", _add_output),
}


def _in_words(numbers):
    return " ".join(f"{number:g}" for number in numbers)
