"""The data set and the folds that the options ask for."""

from contextlib import contextmanager

from sklearn.model_selection import check_cv
from sklearn.utils.multiclass import check_classification_targets

from skn_noise.datasets._load import load_dataset


def load_data(name, label, *, white=None, pixels=True):
    """Return the data set of --dataset, whose labels are those of several classes."""
    with _named(f"--dataset {name}"):
        dataset = load_dataset(name, label=label, white=white, pixels=pixels)
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
    """Name the option that an error comes from."""
    try:
        yield
    except (ImportError, OSError, TypeError, ValueError) as error:
        raise ValueError(f"{option}: {error}") from error


def _check_labels(dataset):
    """Raise an error unless the labels are those of several classes."""
    check_classification_targets(dataset.y)
    classes = set(dataset.y.tolist())
    if len(classes) < 2:
        raise ValueError(f"holds one class only, {classes}; there must be two or more")
