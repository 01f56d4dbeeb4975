"""A digest of a value that tells it from all others, the same in every process.

A value is taken apart into simpler ones until only numbers, text and bytes are left.
What cannot be taken apart is refused, as two of its kind could not be told apart.
"""

import copyreg
import hashlib
import logging
import threading
import weakref
from types import MappingProxyType, NoneType

import joblib
import numpy as np
from scipy import sparse

from skn_noise.study.fingerprint._code import (
    Named,
    code_parts,
    find_global,
    is_own,
    named,
)
from skn_noise.study.fingerprint._frames import frame_parts
from skn_noise.study.fingerprint._keras import keras_parts

_PLAIN = {bool, int, float, complex, str, bytes, NoneType, type(...)}

# Parameters that change no score, as scikit-learn's glossary has them.
_NO_SCORE = {"n_jobs", "verbose"}
_CALLBACKS = {"_skl_callbacks", "_skl_callbacks_to_teardown"}

# What is only kept to be faster, or to tell of what goes on.
_CACHES = (
    type(threading.Lock()),
    type(threading.RLock()),
    joblib.Memory,
    logging.Logger,
    threading.local,
    weakref.ref,
    weakref.WeakKeyDictionary,
    weakref.WeakValueDictionary,
    weakref.WeakSet,
)


def fingerprint(**values):
    """Return the digest of values; their names tell which of them is refused."""
    taken_apart = _TakenApart()
    digests = [taken_apart.digest(value, name) for name, value in values.items()]
    return _hash(*digests).hex()


class _TakenApart:
    """What is taken apart so far, so that circles of references come to an end."""

    def __init__(self):
        self._done, self._begun = {}, {}

    def digest(self, value, where):
        """Return the digest of a value, which is in the parameter `where`."""
        if type(value) is Named:
            inside = self.digest(value.value, f"{where}__{value.name}")
            return _hash(_text(value.name), inside)
        if type(value) in _PLAIN or _is_plain_list(value):
            return _hash(type(value).__name__.encode(), _text(value))
        if type(value) is memoryview:
            return _hash(value)
        if id(value) in self._done:
            return self._done[id(value)][1]
        if id(value) in self._begun:
            return _hash(b"circle", _text(len(self._begun) - self._begun[id(value)]))
        self._begun[id(value)] = len(self._begun)
        try:
            digest = self._digest_of_parts(value, where)
        except RecursionError as error:
            raise _refusal(value, where, error) from error
        finally:
            del self._begun[id(value)]
        if not isinstance(value, list | tuple | np.ndarray):
            self._done[id(value)] = value, digest  # kept alive: none else has its id
        return digest

    def _digest_of_parts(self, value, where):
        if type(value) in (list, tuple):
            kind, parts = type(value).__name__, value
        else:
            kind, *parts = _parts(value, where)
        digests = [self.digest(part, where) for part in parts]
        if isinstance(value, set | frozenset):
            digests.sort()
        return _hash(kind.encode(), *digests)


def _is_plain_list(value):
    return type(value) in (list, tuple) and all(type(item) in _PLAIN for item in value)


def _text(value):
    # Python does not write long integers as decimals.
    text = f"{value:x}" if type(value) is int else repr(value)
    return text.encode()


def _hash(*parts):
    """Hash parts so that nothing can move from one of them to the next."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(memoryview(part).nbytes.to_bytes(8))
        whole.update(part)
    return whole.digest()


def _parts(value, where):
    """Return the kind of a value and what it is made of."""
    try:
        for kind, take_apart in _KINDS:
            if isinstance(value, kind):
                return take_apart.__name__, *take_apart(value)
        for take_apart in (code_parts, frame_parts, keras_parts):
            if parts := take_apart(value):
                return take_apart.__name__, *parts
        take_apart = _object
        if hasattr(value, "get_params"):
            take_apart = _estimator
        elif hasattr(value, "__array__"):
            take_apart = _tensor
        return take_apart.__name__, *take_apart(value)
    except Exception as error:  # whatever the methods of a user's class may raise
        raise _refusal(value, where, error) from error


def _refusal(value, where, error):
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    # Keras adds pages of examples.
    reason = " ".join(str(error).strip().partition("\n\n")[0].split()).rstrip(".")
    return ValueError(
        f"memory finds a study again by all that its scores depend on, but cannot tell "
        f"the {name} in {where} from another: {reason}. Make {where} of numbers, text, "
        "arrays, functions and classes, or pass memory=None."
    )


def _array(array):
    kind = np.dtype(array.dtype).str, list(array.shape)
    if isinstance(array, np.ma.MaskedArray):
        return array.filled(), np.ma.getmaskarray(array)
    if array.dtype.names:
        # Byte by byte, what lies between the fields would count, too.
        return *kind, [(name, array[name]) for name in array.dtype.names]
    if array.dtype.kind in "OT":
        return *kind, list(array.ravel())
    if array.dtype.char in "gG":  # between the numbers lies what nobody wrote
        return *kind, list(map(str, array.ravel()))
    is_fortran = array.flags.fnc
    values = np.ascontiguousarray(array.T if is_fortran else array)
    # In another order, the sums of a fit may differ in their last digits.
    return *kind, is_fortran, memoryview(values.view(np.uint8))


def _scalar(scalar):
    return (np.asarray(scalar),)


def _sparse(matrix):
    entries = matrix.tocoo()
    shape = list(matrix.shape)
    return type(matrix).__qualname__, shape, entries.data, entries.coords


def _dict(mapping):
    return mapping.items()


def _set(values):
    return values


def _cache(cache):
    return (type(cache),)


def _random_state(generator):
    return type(generator), generator.get_state(legacy=False)


_KINDS = [
    (np.ndarray, _array),
    (np.generic, _scalar),
    (sparse.spmatrix | sparse.sparray, _sparse),
    (MappingProxyType, _dict),
    (set | frozenset, _set),
    (_CACHES, _cache),
    (np.random.RandomState, _random_state),
]


def _estimator(estimator):
    """Take an estimator apart: parameters, fitted state and all else it holds."""
    params = estimator.get_params(deep=False)
    ignored = _CALLBACKS | (params.keys() & _NO_SCORE)
    if not is_own(type(estimator)):
        ignored |= {"memory"}
    state = vars(estimator) | params
    kept = {name: state[name] for name in state.keys() - ignored}
    parts = [part for item in sorted(kept.items()) for part in _params(*item)]
    return type(estimator), *parts


def _tensor(tensor):
    return type(tensor), np.asarray(tensor)


def _params(name, param):
    """Name a parameter, or the steps in it, as `set_params` does."""
    if not isinstance(param, list) or not param or not all(map(_is_step, param)):
        return [Named(name, param)]
    return [name, *((Named(*step[:2]), *step[2:]) for step in param)]


def _is_step(value):
    return isinstance(value, tuple) and len(value) > 1 and isinstance(value[0], str)


def _object(value):
    """Take an object apart as a copy of it is made."""
    registered = copyreg.dispatch_table.get(type(value))
    reduced = registered(value) if registered else value.__reduce_ex__(4)
    if isinstance(reduced, str):
        return *find_global(value, reduced), getattr(value, "__dict__", None)
    make, args, state, items, pairs = (*reduced, None, None, None)[:5]
    if type(value).__module__ == "sklearn.utils._metadata_requests":
        # The owner is the estimator that it was first set for, or its name.
        state = {name: item for name, item in state.items() if name != "owner"}
    if isinstance(state, dict):
        state = named(state)
    content = [None if part is None else list(part) for part in (items, pairs)]
    return type(value), make, args, state, content
