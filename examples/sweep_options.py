"""The command line of sweep.py."""

import argparse
from pathlib import Path

from skn_noise.study._regime import REGIMES


def make_parser(description):
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    count = {"type": whole_number, "metavar": "N"}
    number = {"type": int, "metavar": "N"}
    add(
        "--dataset",
        default="mnist-5k",
        metavar="NAME",
        help="mnist-5k, digits, mnist, fashion-mnist, openml:NAME, or the path to an "
        ".npz, .csv or .parquet file (default: %(default)s)",
    )
    add(
        "--label",
        default="label",
        metavar="COLUMN",
        help="column of labels in a .csv or .parquet file (default: %(default)s)",
    )
    add(
        "--scales",
        type=float,
        nargs="+",
        default=[0.1, 0.5, 1.0, 2.0, 4.0],
        metavar="S",
        help="standard deviations of the noise, in standard deviations of the pixels "
        "(default: 0.1 0.5 1 2 4)",
    )
    add(
        "--training",
        nargs="+",
        choices=REGIMES,
        default=["frozen"],
        metavar="REGIME",
        help="what to train on, one after the other: frozen, images with noise that is "
        "the same in every epoch; fresh, with new noise in every batch; clean, without "
        "noise (default: frozen)",
    )
    add(
        "--cv",
        default="5",
        metavar="K",
        help="number of folds, or 'holdout' to validate on the test part that the data "
        "set comes with (default: %(default)s)",
    )
    add(
        "--epochs",
        default=20,
        **count,
        help="passes over the training samples (default: %(default)s)",
    )
    add(
        "--batch-size",
        default=128,
        **count,
        help="samples in a step of training (default: %(default)s)",
    )
    add(
        "--hidden",
        nargs="*",
        default=[512, 512],
        **count,
        help="units in each hidden layer (default: 512 512)",
    )
    add(
        "--jobs",
        default=-1,
        **number,
        help="trainings at a time, -1 for one a core (default: %(default)s)",
    )
    add(
        "--seed",
        default=0,
        **number,
        help="determines the noise and the training (default: %(default)s)",
    )
    add(
        "--output",
        type=Path,
        default=Path("noise-sweep"),
        metavar="DIR",
        help="folder for scores.csv, summary.csv, curve.png, samples.png, run.json and "
        "the finished trainings, in cells (default: %(default)s)",
    )
    add(
        "--restart",
        action="store_true",
        help="forget the trainings that an earlier run saved in DIR/cells",
    )
    add(
        "--scheduler",
        metavar="ADDRESS",
        help="train on the Dask cluster of this scheduler, for instance "
        "tcp://10.0.0.1:8786; --jobs then has no meaning",
    )
    return parser


def whole_number(text):
    """Parse a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"expected a whole number of at least 1, got {text!r}"
        )
    return int(text)
