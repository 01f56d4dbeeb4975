"""What `skn-noise sweep` takes."""

from pathlib import Path

from skn_noise._defaults import (
    BATCH_SIZE,
    EPOCHS,
    HIDDEN_LAYER_SIZES,
    PRECISIONS,
    REGIMES,
    SCALES,
)
from skn_noise.cli._types import (
    Scales,
    folds,
    grey_level,
    jobs,
    output_folder,
    scale,
    seed,
    whole_number,
)

DESCRIPTION = """\
Measure how much Gaussian noise costs a neural network on handwritten digits.

The network is trained and validated at every scale of the noise. Tables, pictures and
the report of training and validation accuracy and loss are written to --output. Every
finished training is saved there, too: the same command, run again after an
interruption, continues.

A folder holds the results of one study, that is of one data set, network and seed.
Other --scales, --training, --cv and --repeats of the same study are added to it: it
then holds what one sweep with all of them would have given. A folder with results of
another study is refused, unless --restart deletes them."""


def add_sweep(subcommands):
    """Add `sweep` to the subcommands."""
    parser = subcommands.add_parser(
        "sweep",
        help="train and validate a network at several scales of noise",
        description=DESCRIPTION,
    )
    # Its module is imported once the options are checked.
    parser.set_defaults(runs=("skn_noise.cli._sweep", "sweep"))
    _add_data(parser.add_argument_group("data"))
    _add_noise(parser.add_argument_group("noise"))
    _add_validation(parser.add_argument_group("validation"))
    _add_network(parser.add_argument_group("network"))
    _add_work(parser.add_argument_group("work"))
    _add_results(parser.add_argument_group("results"))


def _add_data(group):
    group.add_argument(
        "--dataset",
        default="mnist-5k",
        metavar="NAME",
        help="mnist-5k, digits, mnist, fashion-mnist, openml:NAME, or the path to an "
        ".npz, .csv or .parquet file (default: %(default)s)",
    )
    group.add_argument(
        "--label",
        default="label",
        metavar="COLUMN",
        help="column of labels in a .csv or .parquet file (default: %(default)s)",
    )
    group.add_argument(
        "--drop",
        nargs="+",
        action="extend",
        default=[],
        metavar="COLUMN",
        help="columns of a .csv or .parquet file to leave out, such as row numbers",
    )
    group.add_argument(
        "--white",
        type=grey_level,
        metavar="LEVEL",
        help="level of white, by which all pixels are divided; needed unless they are "
        "8-bit grey levels or numbers from 0 to 1",
    )
    group.add_argument(
        "--no-pixels",
        dest="pixels",
        action="store_false",
        help="the features are columns in units of their own, not pixels: take them as "
        "they are, and standardise each column by itself",
    )


def _add_noise(group):
    group.add_argument(
        "--scales",
        type=scale,
        nargs="+",
        action=Scales,
        default=list(SCALES),
        metavar="S",
        help="standard deviations of the noise, in standard deviations of all pixels, "
        "or of each column with --no-pixels (default: 0.1 0.5 1 2 4)",
    )
    group.add_argument(
        "--training",
        nargs="+",
        choices=tuple(REGIMES),
        default=["frozen"],
        metavar="REGIME",
        help="what to train on, one after the other: "
        + "; ".join(f"{name}, {what}" for name, what in REGIMES.items())
        + " (default: frozen)",
    )


def _add_validation(group):
    group.add_argument(
        "--cv",
        default="5",
        type=folds,
        metavar="K",
        help="number of folds, or 'holdout' to validate on the test part that the data "
        "set comes with (default: %(default)s)",
    )
    group.add_argument(
        "--repeats",
        default=1,
        type=whole_number,
        metavar="N",
        help="how often to run all, each time with noise and network drawn anew "
        "(default: %(default)s)",
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
        help="units in each hidden layer (default: 512 512)",
    )
    group.add_argument(
        "--precision",
        choices=PRECISIONS,
        default=PRECISIONS[0],
        metavar="KIND",
        help="float32, or bfloat16 for faster hidden layers where the processor has it "
        "(default: %(default)s)",
    )


def _add_work(group):
    group.add_argument(
        "--jobs",
        default=-1,
        type=jobs,
        metavar="N",
        help="trainings at a time, -1 for one a core (default: %(default)s)",
    )
    group.add_argument(
        "--seed",
        default=0,
        type=seed,
        metavar="N",
        help="determines the noise and the training (default: %(default)s)",
    )
    group.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="train on the Dask cluster of this scheduler, for instance "
        "tcp://10.0.0.1:8786; --jobs then has no meaning",
    )


def _add_results(group):
    group.add_argument(
        "--output",
        type=output_folder,
        default=Path("noise-sweep"),
        metavar="DIR",
        help="folder for report.html, scores.csv, summary.csv, curve.png, samples.png, "
        "run.json, the results in curves/ and the finished trainings in cells/ "
        "(default: %(default)s)",
    )
    group.add_argument(
        "--restart",
        action="store_true",
        help="delete the results and trainings of earlier sweeps in DIR first",
    )
