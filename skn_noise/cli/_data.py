"""The data set and the folds that the options ask for."""

import re
import sys
import warnings
from contextlib import contextmanager

from sklearn.model_selection import check_cv
from sklearn.utils.multiclass import check_classification_targets

from skn_noise.cli._terminal import say
from skn_noise.datasets._load import load_dataset

# Advice of load_dataset on its arguments, and the same for the options.
_AS_OPTIONS = {
    r"\b(label|white)=\.\.\.": r"--\1",
    r"\bdrop=\[(.*)\]": lambda match: f"--drop {match[1].replace(', ', ' ')}",
    r"\bwhite=": "--white ",
    r"\bpixels=False": "--no-pixels",
}


def load_data(args):
    """Return the data set of --dataset, whose labels are those of several classes."""
    with _named(f"--dataset {args.dataset}"):
        dataset = load_dataset(
            args.dataset,
            label=args.label,
            drop=args.drop,
            white=args.white,
            pixels=args.pixels,
        )
        _check_labels(dataset)
    return dataset


def choose_folds(cv, dataset):
    """Turn --cv into a splitter."""
    if cv != "holdout":
        folds = check_cv(int(cv), dataset.y, classifier=True)
        with _named(f"--cv {cv}"):
            next(folds.split(dataset.X, dataset.y))
        return folds
    if dataset.holdout is None:
        raise ValueError(
            f"--cv holdout needs a data set with a test part, which {dataset.name} "
            "lacks; pass a number of folds, such as --cv 5"
        )
    return dataset.holdout


@contextmanager
def _named(option):
    """Name the option that an error or a warning comes from."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UserWarning)
            yield
    except (ImportError, OSError, TypeError, ValueError) as error:
        raise ValueError(f"{option}: {_for_command(error)}") from error
    finally:
        for one in caught:
            say(f"warning: {option}: {_for_command(one.message)}", sys.stderr)


def _for_command(message):
    """Put what a message advises in options in place of Python."""
    text = str(message)
    for advice, option in _AS_OPTIONS.items():
        text = re.sub(advice, option, text)
    return text


def _check_labels(dataset):
    """Raise an error unless the labels are those of several classes."""
    check_classification_targets(dataset.y)
    classes = set(dataset.y.tolist())
    if len(classes) < 2:
        raise ValueError(f"holds one class only, {classes}; there must be two or more")
