"""The key of a study: a hash of each thing that its scores depend on."""

import importlib
import pickle
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from types import (
    CellType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MethodType,
    ModuleType,
)

import numpy as np
import pandas as pd
from joblib.hashing import NumpyHasher
from scipy import sparse
from sklearn import get_config
from sklearn.base import BaseEstimator

from skn_noise.study._keras import all_keras_settings, keras_state
from skn_noise.study._modules import (
    dependencies_of,
    file_of,
    has_no_file,
    imports_of,
    instructions_of,
    is_own_module,
    module_of,
    version_in_use,
    versions_of,
)

# These change no score in scikit-learn's estimators and in ours. In any other
# estimator such a name may mean anything.
_NO_SCORE = {"n_jobs", "verbose", "memory"}
_NO_SCORE |= {"_skl_callbacks", "_skl_callbacks_to_teardown"}

# Python keeps these with every class, whatever its code.
_NOT_CODE = {"__dict__", "__doc__", "__module__", "__weakref__", "_abc_impl"}
_NOT_CODE |= {"__abstractmethods__", "__annotations__", "__orig_bases__"}
_NOT_CODE |= {"__firstlineno__", "__parameters__", "__static_attributes__"}
_NOT_CODE |= {"__slotnames__"}  # which copy and pickle add when they are first used

_TENSORS = {"jax", "jaxlib", "keras", "tensorflow", "torch"}

# Errors of pickle, and of methods of classes that cannot be pickled. A time limit of
# the user's is none of these.
_UNHASHABLE = (ArithmeticError, AttributeError, LookupError, RuntimeError)
_UNHASHABLE += (TypeError, ValueError, pickle.PicklingError)

_ERRORS_OF_IMPORTS = (ImportError, NameError, SyntaxError, *_UNHASHABLE)

# The state of objects that pickle refuses or writes as a name only. A lock has none.
_CODE = "name flags argcount posonlyargcount kwonlyargcount code consts names varnames"
_CODE += " freevars cellvars exceptiontable"
_STATES = {
    CellType: attrgetter("cell_contents"),
    CodeType: attrgetter(*[f"co_{name}" for name in _CODE.split()]),
    MappingProxyType: dict,
    ModuleType: attrgetter("__name__"),
    classmethod: attrgetter("__func__"),
    type(cache(len)): attrgetter("__wrapped__"),
    property: attrgetter("fget", "fset", "fdel"),
    staticmethod: attrgetter("__func__"),
    type(threading.Lock()): type,
    type(threading.RLock()): type,
}


@dataclass(frozen=True)
class Key:
    """The parts of a key: two studies give the same scores if all parts are equal.

    `own_code` holds the hashes of own files, by names such as ``"package/module.py"``,
    and those of functions and classes. A part that cannot be hashed is None, and
    `refused` says why.
    """

    data: str | None
    estimator: str | None
    scoring: str | None
    own_code: dict[str, str]
    versions: dict[str, str]
    settings: dict[str, str]
    refused: str | None = None

    @property
    def files(self):
        """The own files with their hashes, without functions and classes.

        Only the name of a function or class contains " in ", as in "Own in __main__".
        """
        return {n: digest for n, digest in self.own_code.items() if " in " not in n}


def make_key(*, data, estimator, scoring):
    """Return the key of a study; each part is a dict of values by their names."""
    # One part that has no hash does not hide the others: a study without `memory`
    # needs none, and its manifest has those there are.
    code, digests, refused = _OwnCode(), [], None
    for part in (data, estimator, scoring):
        try:
            digests.append(hash_named(part, code))
        except ValueError as error:
            digests.append(None)
            refused = refused or str(error)
    # `_cell` stands for all code that fits and scores. It is own code if this package
    # is installed in editable form.
    files, distributions = dependencies_of({*code.modules, "skn_noise.study._cell"})
    own = files | {name: hash_of(found) for name, found in code.written.items()}
    own = dict(sorted(own.items()))
    # These two settings change what is printed, and no score.
    shown = {"display", "print_changed_only"}
    settings = {n: repr(v) for n, v in get_config().items() if n not in shown}
    settings |= {f"keras.{n}": repr(v) for n, v in all_keras_settings().items()}
    return Key(*digests, own, versions_of(distributions), settings, refused)


def code_here(key):
    """Return the own files and the versions of a key as this process finds them.

    A worker compares them with the key before it fits. Functions and classes of a
    notebook are sent to it with the study.
    """
    files = {name: file_of(module_of(name)).digest for name in key.files}
    return files, {name: version_in_use(name) for name in key.versions}


def differences(key, other):
    """Describe how a second key differs from a first: pairs of a part and words."""
    verbs = {"data": "differ", "estimator": "differs", "scoring": "differs"}
    found = [
        (name, f"the {name} {verb}")
        for name, verb in verbs.items()
        if getattr(key, name) != getattr(other, name)
    ]
    one, two = key.own_code, other.own_code
    changed = [name for name in one if two.get(name, one[name]) != one[name]]
    # A file changes all functions that read a value of it, also in other files.
    own_files = key.files
    files = [name for name in changed if name in own_files]
    found += [("own_code", f"{name} changed") for name in files or changed]
    for part in ("versions", "settings"):
        one, two = getattr(key, part), getattr(other, part)
        for name in one:
            if two.get(name, one[name]) != one[name]:
                found.append((part, f"{name} was {one[name]} and is {two[name]}"))
    if not found and key != other:  # code that only one of them uses
        names = {*key.own_code, *key.versions} ^ {*other.own_code, *other.versions}
        found.append(("own_code", f"only one of them uses {', '.join(sorted(names))}"))
    return found


def hash_of(value):
    """Return the hash of a value made of numbers, text and arrays."""
    return _Hasher(_OwnCode()).hash(value)


def hash_named(values, code=None):
    """Return the hash of a dict of values; an error names the one that has none."""
    code, digests = code or _OwnCode(), []
    for name, value in values.items():
        try:
            digests.append(_Hasher(code).hash(value))
        except _UNHASHABLE as error:
            reason = " ".join(str(error).partition("\n\n")[0].split()).rstrip(".")
            raise ValueError(
                "memory reuses a fit if everything that its scores depend on is the "
                f"same, but {name} cannot be hashed: {reason}. Make it of numbers, "
                "text, arrays, functions and classes, or pass memory=None."
            ) from error
    return hash_of(digests)


class _OwnCode:
    """Code that a hasher meets: names of modules, and own functions and classes.

    Those are hashed by the values that they read, which may have changed since their
    file was imported, or have no file.
    """

    def __init__(self):
        self.modules, self.written, self._done = set(), {}, {}

    def add(self, thing):
        """Add a class or function; return a name unless pickle's own says enough."""
        module = str(thing.__module__)
        has_module = module in sys.modules and module != "builtins"
        label = f"{thing.__qualname__} in {module if has_module else 'generated code'}"
        # For a class of an installed distribution, its name and the version are enough.
        self.modules.add(module)
        if _is_named(thing) and (
            module[:10] == "skn_noise." or not is_own_module(module)
        ):
            return None
        if id(thing) not in self._done:
            # Noted before its parts are hashed, as a function may call itself. The
            # thing is kept, too, so that no other one gets its id.
            self._done[id(thing)] = thing, "a call of itself"
            digests = [self._digest(part, module) for part in self._parts(thing)]
            self._done[id(thing)] = thing, hash_of(digests)
        self.written.setdefault(label, []).append(self._done[id(thing)][1])
        return label

    def _digest(self, part, module):
        try:
            return _Hasher(self).hash(part)
        except _UNHASHABLE:
            # An open file or a generator, for instance, that a module has as a global.
            if has_no_file(module):
                raise
            return "hashed with its file"

    def _parts(self, thing):
        if isinstance(thing, type):
            defined = {n: vars(thing)[n] for n in sorted({*vars(thing)} - _NOT_CODE)}
            return [type(thing), thing.__bases__, *defined.items()]
        code, names = thing.__code__, thing.__globals__
        parts = [code, thing.__defaults__, thing.__kwdefaults__, vars(thing)]
        parts += thing.__closure__ or ()
        # What a function imports, it may read. It is imported here, as else the hash
        # would depend on whether the function has been called before.
        imported = {*imports_of(code, names.get("__package__") or "")}
        self.modules |= imported
        read = {"LOAD_GLOBAL": set(), "LOAD_ATTR": set()}
        for step in instructions_of(code):
            opname = step.opname.replace("METHOD", "ATTR").replace("NAME", "GLOBAL")
            opname = opname.replace("IMPORT_FROM", "LOAD_ATTR")
            read.get(opname, set()).add(step.argval)
        globals_read = sorted(read["LOAD_GLOBAL"] & names.keys())
        values = [(name, names[name]) for name in globals_read]
        values += [(name, _imported(name)) for name in sorted(imported)]
        return parts + _with_attributes(values, read["LOAD_ATTR"])


def _imported(name):
    """Import an own module as its function would, so that its values are there."""
    if is_own_module(name):
        with suppress(*_ERRORS_OF_IMPORTS):
            return importlib.import_module(name)
    return None


def _with_attributes(values, attributes):
    """Return pairs of names and values, with attributes of own modules among them."""
    values, met = list(values), set()
    for _, module in values:  # which grows meanwhile
        if not isinstance(module, ModuleType) or module.__name__ in met:
            continue
        met.add(module.__name__)
        make = vars(module).get("__getattr__")
        for name in sorted(attributes) if is_own_module(module.__name__) else ():
            if name in vars(module):
                values.append((name, vars(module)[name]))
            elif make is not None:  # a package that imports its parts when asked
                with suppress(*_ERRORS_OF_IMPORTS):
                    values.append((name, make(name)))
    return values


class _Hasher(NumpyHasher):
    """Hash a value and its attributes; code that it meets is added to `code`."""

    def __init__(self, code):
        # A memory map has the values of the array that it maps, and so the same scores.
        super().__init__("sha256", coerce_mmap=True)
        self._code = code

    def save(self, obj):
        """Write a value; those that joblib does not distinguish are converted first."""
        if isinstance(obj, MethodType):
            obj = "method", obj.__func__, obj.__self__
        elif isinstance(obj, np.dtype):
            obj = "dtype", pickle.dumps(obj)
        elif isinstance(obj, set | frozenset):
            obj = type(obj), sorted(_Hasher(self._code).hash(item) for item in obj)
        elif isinstance(obj, np.ndarray) and obj.dtype.names:
            # The nodes of a fitted tree have gaps between their fields, whose bytes
            # differ from copy to copy.
            obj = type(obj), obj.dtype, [obj[name] for name in obj.dtype.names]
        elif isinstance(obj, np.ndarray) and type(obj) not in (np.ndarray, np.memmap):
            obj = type(obj), np.asarray(obj), obj.__reduce__()[2], vars(obj)
        super().save(obj)

    def _batch_setitems(self, items, *args):
        # joblib sorts them, but the order in a dict may be that of columns.
        pickle._Pickler._batch_setitems(self, items, *args)

    def save_global(self, obj, name=None, **kwargs):
        """Write a name, and the attributes of an object that pickle would only name."""
        # Such as a ufunc, or an object whose `__reduce__` returns its name.
        super().save_global(obj, name, **kwargs)
        if not isinstance(obj, type):
            self._code.modules.add(type(obj).__module__)
            self.save(getattr(obj, "__dict__", None))

    def reducer_override(self, obj):
        """Reduce objects that pickle refuses or would write as a name only."""
        kind = type(obj)
        top = kind.__module__.partition(".")[0]
        if isinstance(obj, type | FunctionType):
            label = self._code.add(obj)
            return NotImplemented if label is None else (_made, (label,))
        if isinstance(obj, ModuleType):
            self._code.modules.add(obj.__name__)
        if kind in _STATES:
            return _made, (kind.__name__,), _STATES[kind](obj)
        if isinstance(obj, BaseEstimator) and top in ("sklearn", "skn_noise"):
            kept = sorted(vars(obj).keys() - _NO_SCORE)
            return _made, (kind,), {name: vars(obj)[name] for name in kept}
        if isinstance(obj, pd.DataFrame):
            return _made, (kind,), _frame_state(obj)
        if sparse.issparse(obj):
            # The format of a sparse matrix changes no score, nor do the flags that
            # SciPy sets when the matrix is used.
            entries = obj.tocoo()
            return _made, (kind, obj.shape), (entries.data, entries.coords)
        is_keras = any(base.__module__.startswith("keras.") for base in kind.__mro__)
        if is_keras and hasattr(obj, "get_config"):
            return _made, (kind,), keras_state(obj, is_own_module)
        if top in _TENSORS and hasattr(obj, "__array__"):
            # Every library pickles its tensors in another way; the values are enough.
            return _made, (kind,), np.asarray(obj)
        return NotImplemented


def _made(*parts):
    """Stand in a hash for the function that would make an object of its parts."""


def _frame_state(frame):
    """Return the values and labels of a frame, column by column."""
    # Not its blocks, which pandas joins and splits as the frame is used.
    columns = [frame.iloc[:, number] for number in range(frame.shape[1])]
    values = [
        np.ascontiguousarray(one) if isinstance(one.dtype, np.dtype) else one.array
        for one in columns
    ]
    others = [getattr(frame, name, None) for name in frame._metadata]
    return frame.axes, values, frame.attrs, others


def _is_named(thing):
    """Return whether the module of a class or function has it under its name."""
    try:
        return attrgetter(thing.__qualname__)(sys.modules[thing.__module__]) is thing
    except (AttributeError, KeyError):
        return False
