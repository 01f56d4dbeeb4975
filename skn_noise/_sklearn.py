"""The one module that imports private names of scikit-learn, or looks at its version.

Versions 1.6 to 1.9 have all of these names. If a later one moves or drops a name, this
module is the only one to change, as the import of `skn_noise` fails here and names it.
None has a public counterpart:

* `_fit_context`, `_param_validation`: validation of parameters, with the messages that
  users of scikit-learn know. Without them: checks of our own in each `fit`.
* `_safe_split`, `_check_method_params`: samples and metadata of a fold, as in
  `cross_validate`, so that scores agree to the last digit. Without them: index the rows
  of `X` and of all metadata, and the columns, too, of an estimator with pairwise input.
* `_check_sample_weight`: sample weights as an array of the right dtype.
* `_num_samples`: length of anything that may hold samples, sparse matrices included.
* `_BaseScorer`, `_MultimetricScorer`: to recognise scorers of `make_scorer`, and to
  score several metrics one by one. Without them: every scorer is called as a whole.
* `_init_callback_context`, `_skl_callbacks`: report fits to callbacks, which came with
  scikit-learn 1.9. Before, `set_callbacks` raises an error that says so.
* `_doc_link_module`, `_doc_link_template`: link from the HTML display to our
  documentation. Without them: no link.
"""

import inspect
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from difflib import get_close_matches
from functools import wraps
from typing import Any, TypeVar

import numpy as np
import sklearn
from sklearn.base import _fit_context
from sklearn.metrics._scorer import _BaseScorer, _MultimetricScorer
from sklearn.utils._metadata_requests import _routing_enabled as routing_enabled
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
from sklearn.utils.validation import _check_sample_weight, validate_data
from sklearn.utils.validation import _num_samples as n_samples

from skn_noise._versions import __version__

try:
    from sklearn.callback import CallbackSupportMixin
except ModuleNotFoundError:  # scikit-learn 1.6 to 1.8

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Refuse callbacks, which came with scikit-learn 1.9."""

        def set_callbacks(self, *callbacks):
            """Raise an error that says which version has callbacks."""
            raise NotImplementedError(
                "set_callbacks needs scikit-learn 1.9 or newer, got scikit-learn "
                f"{sklearn.__version__}; upgrade with: pip install -U scikit-learn"
            )


__all__ = [
    "FLOATS",
    "CallbackSupportMixin",
    "DocumentedMixin",
    "HasMethods",
    "Interval",
    "StrOptions",
    "check_method_params",
    "check_names",
    "check_params",
    "check_sample_weight",
    "dtypes_of",
    "fit_context",
    "fit_task",
    "has_callbacks",
    "n_samples",
    "reads_predictions_only",
    "refuse_mixed_types",
    "routing_enabled",
    "safe_split",
    "scorers_apart",
    "smallest_floats",
    "validate_params",
    "validate_samples",
    "warn_user",
]

FLOATS = [np.float64, np.float32]

# Packages whose frames are skipped when a warning looks for the line of the user.
_NOT_THE_USERS = {"joblib", "skn_noise", "sklearn"}

# The decorators of scikit-learn have no types. With these, functions keep theirs.
Function = TypeVar("Function", bound=Callable[..., Any])
# Our estimators leave the parameters of other estimators to these.
fit_context: Callable[[Function], Function] = _fit_context(
    prefer_skip_nested_validation=True
)


def validate_params(constraints, **options) -> Callable[[Function], Function]:
    """Check arguments as scikit-learn does; suggest names where Python does not."""

    def decorate(function):
        checked = _validate_params(constraints, **options)(function)
        every = inspect.signature(function).parameters
        parameters = [n for n, p in every.items() if p.kind != p.VAR_KEYWORD]
        by_name = [n for n, p in every.items() if p.kind == p.KEYWORD_ONLY]
        by_position = [name for name in parameters if name not in by_name]

        @wraps(checked)
        def call(*args, **kwargs):
            # Python would say how many arguments it takes, but not which.
            if len(args) > len(by_position) and by_name:
                *others, last = [n for n in by_position if n not in ("self", "cls")]
                listed = f"{', '.join(others)} and {last}" if others else last
                raise TypeError(
                    f"{function.__name__}() takes {listed} by position; pass "
                    f"{by_name[0]}=... by name."
                )
            # A function with **options passes them on, and the next one checks them.
            if len(parameters) == len(every):
                check_names(function.__name__, kwargs, parameters)
            return checked(*args, **kwargs)

        return call

    return decorate


def check_names(caller, given, expected):
    """Raise an error, with the nearest name, if a given name is not expected."""
    for name in given:
        if name not in expected:
            near = get_close_matches(name, expected, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"{caller}() has no parameter {name!r}.{hint}")


class DocumentedMixin:
    """Link an estimator to its documentation, and its pickle to our version."""

    _doc_link_module = "skn_noise"
    _doc_link_template = (  # "page" is the version that readthedocs shows by default
        "https://skn-noise.readthedocs.io/page/generated/"
        "skn_noise.{estimator_name}.html"
    )

    def __getstate__(self):
        """Return the state with our version, as scikit-learn does with its own."""
        state = super().__getstate__()
        # The version of a subclass is that of its own package.
        if type(self).__module__.startswith("skn_noise."):
            state = {**state, "_skn_noise_version": __version__}
        return state

    def __setstate__(self, state):
        """Set the state; warn if another version of this package has written it."""
        state = dict(state)
        if type(self).__module__.startswith("skn_noise."):
            written_by = state.pop("_skn_noise_version", "0.1.0")
            if written_by != __version__:
                warn_user(
                    f"This {type(self).__name__} was pickled by skn_noise "
                    f"{written_by}, and this is {__version__}: it may fail or give "
                    "other results. Fit it again, or install the version that wrote it."
                )
        super().__setstate__(state)


class Interval(_Interval):
    """Interval that also accepts Fraction and very large int."""

    def __contains__(self, number):
        try:
            return super().__contains__(float(number))
        except OverflowError:
            return False


@contextmanager
def fit_task(estimator, X, y, *, metadata=None, max_subtasks=0):
    """Report to the callbacks of scikit-learn that a fit begins and ends.

    Yields the context of the fit and the arguments that each of its tasks reports, None
    and a dict before scikit-learn 1.9.
    """
    training = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
    if not hasattr(estimator, "_init_callback_context"):
        yield None, training
        return
    task = estimator._init_callback_context(max_subtasks=max_subtasks)
    task.call_on_fit_task_begin(**training)
    yield task, training
    task.call_on_fit_task_end(**training, reconstruction_attributes={})


def has_callbacks(estimator):
    """Return whether callbacks of scikit-learn are set for an estimator."""
    return hasattr(estimator, "_skl_callbacks")


def check_sample_weight(sample_weight, X, **kwargs):
    """Return sample weights as an array, of ones if `sample_weight` is None."""
    weights = _check_sample_weight(sample_weight, X, **kwargs)
    if not np.any(weights):  # scikit-learn refuses this since 1.9
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return weights


def scorers_apart(scorer, params):
    """Split a scorer of several metrics; return (name, scorer, parameters) of each.

    Called as a whole, it would give no score if the estimator lacks the method that one
    of them needs.
    """
    if not isinstance(scorer, _MultimetricScorer):
        return [(None, scorer, params)]
    routed = process_routing(scorer, "score", **params)
    return [
        (name, part, routed.get(name).score) for name, part in scorer._scorers.items()
    ]


def reads_predictions_only(scorer):
    """Return whether a scorer comes from `make_scorer`, and not from the user."""
    return isinstance(scorer, _BaseScorer)


def check_params(estimator, *names):
    """Raise an error if a parameter of an estimator is invalid."""
    if not names:
        estimator._validate_params()
        return
    validate_parameter_constraints(
        {name: estimator._parameter_constraints[name] for name in names},
        {name: getattr(estimator, name) for name in names},
        caller_name=type(estimator).__name__,
    )


def validate_samples(estimator, X, y="no_validation", **kwargs):
    """Call ``validate_data``, with errors that help with images and with text."""
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
            f"{name} expects X to hold numbers that fit into float64, but found an int "
            "that does not. Divide X by a power of ten first."
        ) from error
    except ValueError as error:
        if not _holds_text(X):
            raise
        raise ValueError(
            f"{name} expects X to hold numbers, but found text: {error}. Encode text "
            "first, for instance with sklearn.preprocessing.OneHotEncoder."
        ) from error


def smallest_floats(X):
    """Return float32 if all columns are float32 or float16, else the floats to keep.

    Unlike in scikit-learn, any byte order and any kind of data frame counts as float32.
    """
    names = {_name(dtype) for dtype in dtypes_of(X)}
    return np.float32 if names and names <= {"float16", "float32"} else FLOATS


def dtypes_of(X):
    """Return the dtypes of the columns of a data frame, or that of an array."""
    if hasattr(X, "dtype"):
        return [X.dtype]
    return getattr(X, "dtypes", [None])


def refuse_mixed_types(y):
    """Raise an error if `y` mixes text and numbers, which cannot be sorted."""
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
    """Warn with the line of the user, also if scikit-learn or joblib called us."""
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
    """Return whether any value is text."""
    try:
        values = np.asarray(X)
    except ValueError:  # rows of unequal length
        return False
    return values.dtype.kind in "US" or (
        values.dtype.kind == "O"
        and any(isinstance(x, str | bytes) for x in values.ravel())
    )
