"""Load the data of a sweep, and raise errors that name the options."""

import re
import sys
import warnings
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.model_selection import check_cv
from sklearn.utils.multiclass import type_of_target

from skn_noise.cli._models import check_takes
from skn_noise.cli._terminal import say
from skn_noise.datasets._load import load_dataset

# Messages of the package name arguments; the command names its options instead.
_AS_OPTIONS = {
    r"\b(label|white)=\.\.\.": r"--\1",
    r"\blabel=(?=')": "--label ",
    r"\bdrop=\[(.*)\]": lambda match: f"--drop {match[1].replace(', ', ' ')}",
    r"\bpixels=False": "--no-pixels",
    r"\brelative=0\.9": "--tolerance 90%",
    r"\bn_repeats=3": "--repeats 3",
    "Leave it out of features, or pass unit='absolute' to the noise": "Leave it out "
    "with --drop, or pass --unit absolute",
}


def load_data(args):
    """Load the data set of --dataset, and find out whether it is for a regression."""
    with named(f"--dataset {args.dataset}"):
        dataset = load_dataset(
            args.dataset,
            label=args.label,
            drop=args.drop,
            white=args.white,
            pixels=args.pixels,
        )
        # Checked here, as each of the workers would raise these after seconds.
        first, *others = set(dataset.y.tolist())
        if not others:
            raise ValueError(f"its only label is {first!r}; two or more are needed")
    with warnings.catch_warnings():
        # Of many classes, of which the next check asks.
        warnings.simplefilter("ignore", UserWarning)
        args.regression |= type_of_target(dataset.y) == "continuous"
    if args.regression:
        dataset = replace(dataset, y=_as_numbers(dataset.y))
    else:
        _check_classes(dataset.y)
    has_missing = not args.impute and bool(np.isnan(np.asarray(dataset.X)).any())
    check_takes(args.model, regression=args.regression, has_missing=has_missing)
    return dataset


def _as_numbers(y):
    numbers = pd.to_numeric(pd.Series(y), errors="coerce").to_numpy(dtype=float)
    is_finite = np.isfinite(numbers)
    if not is_finite.all():
        raise ValueError(
            "--regression needs finite numbers as labels, but one is "
            f"{str(y[~is_finite][0])!r}. Drop such rows, name another column with "
            "--label, or leave out --regression."
        )
    return numbers


def _check_classes(y):
    """Raise an error that asks whether numbers of which some occur once are classes.

    A class with one sample cannot be both trained on and validated, so that nobody who
    has classes is asked without need.
    """
    labels, counts = np.unique(y, return_counts=True)
    try:
        labels.astype(float)
    except ValueError:  # text can only be classes
        return
    n_single = np.count_nonzero(counts == 1)
    if n_single:
        raise ValueError(
            f"{n_single} of the {len(labels)} different labels occur once, such as "
            f"{labels[counts == 1][0]}. If they are numbers to predict, pass "
            "--regression. If they are classes, drop those of a single sample, which "
            "cannot be both trained on and validated."
        )


def choose_folds(cv, dataset, regression):
    """Return the splitter of --cv; raise an error if the data cannot be split so."""
    if cv != "holdout":
        folds = check_cv(int(cv), dataset.y, classifier=not regression)
        with named(f"--cv {cv}"):
            next(folds.split(dataset.X, dataset.y))
        return folds
    if dataset.holdout is None:
        raise ValueError(
            f"--cv holdout needs a data set with a test part, which {dataset.name} "
            "lacks; pass a number of folds, such as --cv 5"
        )
    return dataset.holdout


@contextmanager
def named(option):
    """Put the option in front of the message of each error and warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        try:
            yield
        except (ImportError, OSError, TypeError, ValueError) as error:
            raise ValueError(f"{option}: {in_options(error)}") from error
        finally:
            for one in caught:
                say(f"warning: {option}: {in_options(one.message)}", sys.stderr)


def in_options(message):
    """Replace the arguments that a message names by options."""
    text = str(message)
    for argument, option in _AS_OPTIONS.items():
        text = re.sub(argument, option, text)
    return text
