"""The one door to what scikit-learn does not export, and what we add to its manners.

* `_fit_context`, `validate_params` and the constraints: how scikit-learn's own
  estimators check their parameters, and others are advised to.
* `_safe_split`, `_check_method_params`: how its own tools choose the samples and the
  metadata of a fold, so that scores agree to the last digit.
* `_check_sample_weight`: the check of sample weights, with their dtype.
* `_MultimetricScorer`, `_BaseScorer`: a scorer of several metrics, to be taken apart,
  and one that reads nothing of an estimator but what it predicts.
* `_num_samples`: the length of anything that may hold samples, sparse ones too.
"""

import inspect
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from difflib import get_close_matches
from functools import wraps
from typing import Any, TypeVar

import numpy as np
from sklearn.base import _fit_context
from sklearn.metrics._scorer import _BaseScorer, _MultimetricScorer
from sklearn.utils._param_validation import (
    HasMethods,
    StrOptions,
    validate_parameter_constraints,
)
from sklearn.utils._param_validation import Interval as _Interval
from sklearn.utils._param_validation import validate_params as _validate_params
from sklearn.utils.metadata_routing import process_routing
from sklearn.utils.metaestimators import _safe_split as safe_split
from sklearn.utils.validation import _check_method_params as check_method_params
from sklearn.utils.validation import _check_sample_weight as check_sample_weight
from sklearn.utils.validation import _num_samples as n_samples
from sklearn.utils.validation import validate_data

__all__ = [
    "FLOATS",
    "DocumentedMixin",
    "HasMethods",
    "Interval",
    "StrOptions",
    "check_method_params",
    "check_params",
    "check_sample_weight",
    "dtypes_of",
    "fit_context",
    "fit_task",
    "has_callbacks",
    "n_samples",
    "reads_predictions_only",
    "refuse_mixed_types",
    "safe_split",
    "scorers_apart",
    "smallest_floats",
    "validate_params",
    "validate_samples",
    "warn_user",
]

FLOATS = [np.float64, np.float32]

# Whose frames stand between the line of a user and the reason of a warning.
_NOT_THE_USERS = {"joblib", "skn_noise", "sklearn"}

# scikit-learn's decorators have no types; what they decorate keeps its own.
Function = TypeVar("Function", bound=Callable[..., Any])
# Every estimator of ours checks its own parameters alone.
fit_context: Callable[[Function], Function] = _fit_context(
    prefer_skip_nested_validation=True
)


def validate_params(constraints, **options) -> Callable[[Function], Function]:
    """Check arguments as scikit-learn does; suggest a name for an unknown one."""

    def decorate(function):
        checked = _validate_params(constraints, **options)(function)
        names = inspect.signature(function).parameters

        @wraps(checked)
        def call(*args, **kwargs):
            for name in kwargs.keys() - names.keys():
                near = get_close_matches(name, names, n=1)
                hint = f" Did you mean {near[0]!r}?" if near else ""
                raise TypeError(
                    f"{function.__name__}() has no parameter {name!r}.{hint}"
                )
            return checked(*args, **kwargs)

        return call

    return decorate


class DocumentedMixin:
    """Link an estimator of ours, in scikit-learn's HTML, to its page in `docs/`."""

    _doc_link_module = "skn_noise"
    _doc_link_template = (  # "page" is the version that readthedocs shows by default
        "https://skn-noise.readthedocs.io/page/generated/"
        "skn_noise.{estimator_name}.html"
    )


class Interval(_Interval):
    """scikit-learn's, that knows fractions, and integers beyond all floats."""

    def __contains__(self, number):
        try:
            return super().__contains__(float(number))
        except OverflowError:
            return False


@contextmanager
def fit_task(estimator, X, y, *, metadata=None, max_subtasks=0):
    """Tell scikit-learn's callbacks that a fit begins and ends.

    Yields the task, and what its parts are to tell the callbacks as well.
    """
    task = estimator._init_callback_context(max_subtasks=max_subtasks)
    training = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
    task.call_on_fit_task_begin(**training)
    yield task, training
    task.call_on_fit_task_end(**training, reconstruction_attributes={})


def has_callbacks(estimator):
    """Tell whether callbacks of scikit-learn watch the fits of an estimator."""
    return hasattr(estimator, "_skl_callbacks")


def scorers_apart(scorer, params):
    """Return the scorers that make up one, each with its name and its parameters.

    As a whole, one of several scores none if the estimator lacks a method of one.
    """
    if not isinstance(scorer, _MultimetricScorer):
        return [(None, scorer, params)]
    routed = process_routing(scorer, "score", **params)
    return [
        (name, part, routed.get(name).score) for name, part in scorer._scorers.items()
    ]


def reads_predictions_only(scorer):
    """Tell whether a scorer is one of `make_scorer`, and no function of a user's."""
    return isinstance(scorer, _BaseScorer)


def check_params(estimator, *names):
    """Raise an error if a parameter of an estimator of ours is out of its range."""
    if not names:
        estimator._validate_params()
        return
    validate_parameter_constraints(
        {name: estimator._parameter_constraints[name] for name in names},
        {name: getattr(estimator, name) for name in names},
        caller_name=type(estimator).__name__,
    )


def validate_samples(estimator, X, y="no_validation", **kwargs):
    """Call scikit-learn's ``validate_data``, with more help on images and on text."""
    name = type(estimator).__name__
    shape = getattr(X, "shape", ())
    if len(shape) > 2:
        raise ValueError(
            f"{name} expects one row a sample, X of shape (n_samples, n_features), but "
            f"X has shape {tuple(shape)}. Flatten images with X.reshape(len(X), -1)."
        )
    if kwargs["dtype"] is FLOATS:
        kwargs["dtype"] = smallest_floats(X)
    try:
        return validate_data(estimator, X, y, **kwargs)
    except OverflowError as error:
        raise ValueError(
            f"{name} expects X to hold numbers, but found an integer beyond all floats."
            " Divide X by a power of ten first."
        ) from error
    except ValueError as error:
        if not _holds_text(X):
            raise
        raise ValueError(
            f"{name} expects X to hold numbers, but found text: {error}. Encode text "
            "first, for instance with sklearn.preprocessing.OneHotEncoder."
        ) from error


def smallest_floats(X):
    """Return float32 if it holds all values, in any byte order or kind of data frame.

    scikit-learn knows only the native one, and would make float64 of the others.
    """
    names = {_name(dtype) for dtype in dtypes_of(X)}
    return np.float32 if names and names <= {"float16", "float32"} else FLOATS


def dtypes_of(X):
    """Return the dtypes of the columns of a data frame, or that of an array."""
    if hasattr(X, "dtype"):
        return [X.dtype]
    return getattr(X, "dtypes", [None])


def refuse_mixed_types(y):
    """Refuse labels that cannot be sorted."""
    labels = np.asarray(y)
    if labels.dtype != object:
        return
    kinds = {str if isinstance(label, str) else float for label in labels.ravel()}
    if len(kinds) > 1:
        types = sorted({type(label).__name__ for label in labels.ravel()})
        raise ValueError(
            f"y must hold labels of one type, got {', '.join(types)}; make them text, "
            "for instance, with np.asarray(y).astype(str)."
        )


def warn_user(message, category=UserWarning):
    """Warn at the line of the user, who may have called us through scikit-learn."""
    frame, level = inspect.currentframe().f_back, 2
    while frame.f_back and _package(frame) in _NOT_THE_USERS:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)


def _package(frame):
    return frame.f_globals.get("__name__", "").partition(".")[0]


def _name(dtype):
    dtype = getattr(dtype, "numpy_dtype", dtype)  # of an extension type of pandas
    name = getattr(dtype, "name", str(dtype))  # of NumPy, or of polars
    return name.lower()


def _holds_text(X):
    """Tell whether any value is text."""
    try:
        values = np.asarray(X)
    except ValueError:  # rows of unequal length
        return False
    return values.dtype.kind in "US" or (
        values.dtype.kind == "O"
        and any(isinstance(x, str | bytes) for x in values.ravel())
    )
