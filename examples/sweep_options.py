"""The command line of sweep.py."""

import argparse
from pathlib import Path

import numpy as np

from skn_noise.study._regime import REGIMES
from skn_noise.study._scales import check_scales

LARGEST_SEED = 2**32 - 1  # that scikit-learn takes


def make_parser(description):
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    count = {"type": whole_number, "metavar": "N"}
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
        action=Scales,
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
        type=jobs,
        metavar="N",
        help="trainings at a time, -1 for one a core (default: %(default)s)",
    )
    add(
        "--seed",
        default=0,
        type=seed,
        metavar="N",
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


class Scales(argparse.Action):
    """Keep scales that are finite, not negative and each there once."""

    def __call__(self, parser, namespace, values, option_string=None):
        """Check them, all together."""
        try:
            check_scales(values, "they")
            if max(values) > np.finfo(np.float32).max:  # what pixels are kept in
                raise ValueError(f"they must be numbers of 32 bits, got {values}.")
        except ValueError as error:
            raise argparse.ArgumentError(self, str(error)) from error
        setattr(namespace, self.dest, values)


def whole_number(text):
    """Parse a whole number of at least 1."""
    return _parse(text, "a whole number of at least 1", lambda number: number >= 1)


def jobs(text):
    """Parse a number of workers; the negative ones leave cores free, as in joblib."""
    return _parse(text, "a whole number other than 0", lambda number: number != 0)


def seed(text):
    """Parse a seed."""
    return _parse(
        text,
        f"a whole number from 0 to {LARGEST_SEED}",
        lambda number: 0 <= number <= LARGEST_SEED,
    )


def _parse(text, expected, is_fine):
    try:
        number = int(text)
    except ValueError:
        number = None
    if number is None or not is_fine(number):
        raise argparse.ArgumentTypeError(f"expected {expected}, got {text!r}")
    return number
