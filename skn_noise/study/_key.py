"""The key of a study: hashes of everything its scores depend on, part by part."""

import dis
import pickle
import re
import sys
import sysconfig
import threading
import warnings
from collections import namedtuple
from dataclasses import dataclass
from functools import cache, partial
from importlib import metadata, util
from importlib.machinery import PathFinder
from operator import attrgetter
from pathlib import Path
from types import (
    CellType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MethodType,
    ModuleType,
)

import numpy as np
from joblib.hashing import NumpyHasher
from scipy import sparse
from sklearn import get_config
from sklearn.base import BaseEstimator

from skn_noise._versions import DISTRIBUTIONS
from skn_noise.study._keras_settings import all_keras_settings

# These change no score in scikit-learn's estimators and in ours. In any other
# estimator such a name may mean anything.
_NO_SCORE = {"n_jobs", "verbose", "memory"}
_NO_SCORE |= {"_skl_callbacks", "_skl_callbacks_to_teardown"}

# Python keeps these with every class, whatever its code.
_NOT_CODE = {"__dict__", "__doc__", "__module__", "__weakref__", "_abc_impl"}
_NOT_CODE |= {"__abstractmethods__", "__annotations__", "__orig_bases__"}
_NOT_CODE |= {"__firstlineno__", "__parameters__", "__static_attributes__"}

# Keras wraps the first two of a layer, and changes the others as it is used.
_NOT_KERAS = {"build", "quantize", "name", "built", "compiled", "stop_training"}
_TENSORS = {"jax", "jaxlib", "keras", "tensorflow", "torch"}

# Errors of pickle, and of methods of classes that cannot be pickled. A time limit of
# the user's is none of these.
_UNHASHABLE = (ArithmeticError, AttributeError, LookupError, RuntimeError)
_UNHASHABLE += (TypeError, ValueError, pickle.PicklingError)

# How to take apart what pickle refuses, or writes as a mere name. A lock is empty.
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


def make_key(*, data, estimator, scoring):
    """Return the key of a study; each part is a dict of values by their names."""
    code, digests, refused = _OwnCode(), [], None
    for part in (data, estimator, scoring):
        try:
            digests.append(hash_named(part, code))
        except ValueError as error:
            digests.append(None)
            refused = refused or str(error)
    files, distributions = _reach({*code.modules, "skn_noise.study._cell"})
    own = files | {name: hash_of(found) for name, found in code.written.items()}
    own = dict(sorted(own.items()))
    shown = {"display", "print_changed_only"}
    settings = {n: repr(v) for n, v in get_config().items() if n not in shown}
    settings |= {f"keras.{n}": repr(v) for n, v in all_keras_settings().items()}
    return Key(*digests, own, _versions(distributions), settings, refused)


def seen_here(key):
    """Return the own files and the versions of a key as this process finds them.

    A worker compares them with the key before it fits. Functions and classes of a
    notebook are sent to it with the study.
    """
    names = [name for name in key.own_code if " in " not in name]
    files = {name: _file(_module_of(name)).digest for name in names}
    return files, {name: _version(name) for name in key.versions}


def differences(key, other):
    """Describe how a second key differs from a first: pairs of a part and words."""
    verbs = {"data": "differ", "estimator": "differs", "scoring": "differs"}
    told = [
        (name, f"the {name} {verb}")
        for name, verb in verbs.items()
        if getattr(key, name) != getattr(other, name)
    ]
    for part in ("own_code", "versions", "settings"):
        one, two = getattr(key, part), getattr(other, part)
        for name in sorted({*one, *two}):
            values = f"was {one.get(name)} and is {two.get(name)}"
            if one.get(name) != two.get(name):
                told.append(
                    (part, f"{name} {'changed' if part == 'own_code' else values}")
                )
    return told


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
        label = f"{thing.__qualname__} in {module}"
        self.modules.add(module)
        if _is_named(thing) and (module[:10] == "skn_noise." or not _is_own(module)):
            return None
        if id(thing) not in self._done:
            self._done[id(thing)] = thing, "a call of itself"
            try:
                digest = _Hasher(self).hash(self._parts(thing))
            except _UNHASHABLE:
                if _has_no_file(module):
                    raise
                digest = "hashed with its file"
            self._done[id(thing)] = thing, digest
        self.written.setdefault(label, []).append(self._done[id(thing)][1])
        return label

    def _parts(self, thing):
        if isinstance(thing, type):
            defined = {n: vars(thing)[n] for n in sorted({*vars(thing)} - _NOT_CODE)}
            return type(thing), thing.__bases__, defined
        code, names = thing.__code__, thing.__globals__
        defaults = thing.__defaults__, thing.__kwdefaults__, thing.__closure__
        self.modules.update(_imports(code, names.get("__package__") or ""))
        read = {step.argval for step in _steps(code) if step.opname[:5] == "LOAD_"}
        values = _values(names, {one for one in read if isinstance(one, str)})
        return code, defaults, vars(thing), values


def _values(namespace, names):
    """Return the values of names; for an own module, its values of these names."""
    values = {name: namespace[name] for name in sorted(names & namespace.keys())}
    for name, value in values.items():
        if isinstance(value, ModuleType) and _is_own(value.__name__):
            values[name] = value, _values(vars(value), names)
    return values


class _Hasher(NumpyHasher):
    """Hash a value with all that it holds; its code is left to `code`."""

    def __init__(self, code):
        super().__init__("sha256", coerce_mmap=True)
        self._code = code

    def save(self, obj):
        """Write a value; first take apart what joblib takes for another one."""
        if isinstance(obj, MethodType):
            obj = "method", obj.__func__, obj.__self__
        elif isinstance(obj, np.dtype):
            obj = "dtype", pickle.dumps(obj)
        elif isinstance(obj, set | frozenset):
            obj = type(obj), sorted(_Hasher(self._code).hash(item) for item in obj)
        elif isinstance(obj, np.ndarray) and obj.dtype.names:
            # Byte by byte, the gaps between the fields would count.
            obj = type(obj), obj.dtype, [obj[name] for name in obj.dtype.names]
        elif isinstance(obj, np.ndarray) and type(obj) not in (np.ndarray, np.memmap):
            obj = type(obj), np.asarray(obj), obj.__reduce__()[2], vars(obj)
        super().save(obj)

    def _batch_setitems(self, items, *args):
        # joblib sorts them, but the order in a dict may be that of columns.
        pickle._Pickler._batch_setitems(self, items, *args)

    def save_global(self, obj, name=None, **kwargs):
        """Write a name, and the attributes of an object that pickle would only name."""
        super().save_global(obj, name, **kwargs)
        if not isinstance(obj, type):
            self._code.modules.add(type(obj).__module__)
            self.save(getattr(obj, "__dict__", None))

    def reducer_override(self, obj):
        """Take apart what pickle would refuse, or would write as a mere name."""
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
        if sparse.issparse(obj):
            entries = obj.tocoo()
            return _made, (kind, obj.shape), (entries.data, entries.coords)
        is_keras = any(base.__module__.startswith("keras.") for base in kind.__mro__)
        if is_keras and hasattr(obj, "get_config"):
            return _made, (kind,), _keras_state(obj)
        if top in _TENSORS and hasattr(obj, "__array__"):
            return _made, (kind,), np.asarray(obj)
        return NotImplemented


def _made(*parts):
    """Stand in a hash for the function that would make an object of its parts."""


def _keras_state(obj):
    """Return configuration, weights, and own values that a configuration may lack."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of a lambda, which is hashed
            config = _without_numbers(obj.get_config(), {}, type(obj).__name__)
    except NotImplementedError:  # a subclass of Model, made of attributes and code
        if not _is_own(type(obj).__module__):
            raise
        config = None
    kinds = bool, int, float, str, np.ndarray, FunctionType, partial
    values = {
        name: value
        for name, value in sorted(vars(obj).items())
        if name not in _NOT_KERAS
        and (
            (isinstance(value, kinds) and name[0] != "_")
            or _is_own(type(value).__module__)
        )
    }
    weights = [np.asarray(one) for one in getattr(obj, "variables", [])]
    parts = [getattr(obj, name, None) for name in ("layers", "optimizer", "loss")]
    # The configuration of some losses, such as Huber's, lacks their numbers.
    return config, weights, parts, values, getattr(obj, "_fn_kwargs", None)


def _without_numbers(config, names, kind):
    """Replace the names in which Keras counts its objects, such as "dense_3"."""
    if isinstance(config, list | tuple):
        return [_without_numbers(item, names, kind) for item in config]
    if isinstance(config, str):
        return names.get(config, config)
    if not isinstance(config, dict):
        return config
    name, kind = str(config.get("name")), str(config.get("class_name", kind))
    if re.sub(r"_\d+$", "", name).replace("_", "") == kind.lower():
        names.setdefault(name, f"{kind} {len(names)}")
    return {key: _without_numbers(item, names, kind) for key, item in config.items()}


def _is_named(thing):
    """Return whether the module of a class or function has it under its name."""
    try:
        return attrgetter(thing.__qualname__)(sys.modules[thing.__module__]) is thing
    except (AttributeError, KeyError):
        return False


def _has_no_file(module):
    """Return whether a module is a notebook, prompt or script, or was made by hand.

    The rest of a script, which may name the scales, changes no score.
    """
    if module == "__main__":
        return True
    top, is_inside, _ = module.partition(".")
    return not _spec(module) and not (is_inside and not _has_no_file(top))


def _is_own(module):
    return _has_no_file(module) or _file(module).name is not None


def _steps(code):
    """Yield the instructions of code and of the code in it."""
    yield from (s for s in dis.get_instructions(code) if s.opname != "EXTENDED_ARG")
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _steps(const)


def _imports(code, package):
    """Yield the modules that code imports, in whatever form."""
    steps = list(_steps(code))
    for level, names, step in zip(steps, steps[1:], steps[2:], strict=False):
        if step.opname == "IMPORT_NAME":
            base = step.argval
            if level.argval:
                parents = package.split(".")[: 1 - level.argval or None]
                base = ".".join([*parents, base]).rstrip(".")
            yield from [base, *(f"{base}.{name}" for name in names.argval or ())]


def _reach(modules):
    """Return the own files that modules import at any depth, and distributions."""
    files, distributions, met, queue = {}, set(), {""}, list(modules)
    while queue:
        module = queue.pop()
        if module not in met:
            met.add(module)
            package = module.rpartition(".")[0]
            file = _file(package) if package else _NO_FILE
            if not file.distributions:  # the names in an installed package are its own
                file = _file(module)
            files |= {file.name: file.digest} if file.name else {}
            distributions |= file.distributions
            queue += [*file.imports, package]
    return files, distributions


_File = namedtuple("_File", "name digest imports distributions")
_NO_FILE = _File(None, None, (), frozenset())

# A file is read when its module is first met, and again once that was imported anew,
# which gives it another spec: the code that was loaded is the code that runs.
_READ = {}


def _file(module):
    """Return what is known of the file of a module, without a name if it is not own."""
    loaded = sys.modules.get(module)
    spec = getattr(loaded, "__spec__", None) or loaded
    if loaded is None or module not in _READ or _READ[module][0] is not spec:
        _READ[module] = spec, _read(module)
    return _READ[module][1]


def _read(module):
    spec = None if _has_no_file(module) else _spec(module)
    origin = getattr(spec, "origin", None)
    if origin in (None, "built-in", "frozen") or _is_of_python(origin):
        return _NO_FILE
    if found := _distributions_of(module.partition(".")[0], origin):
        return _NO_FILE._replace(distributions=found)
    is_package = spec.submodule_search_locations is not None
    name = module.replace(".", "/") + ("/__init__" if is_package else "")
    content, imports = None, ()
    try:
        content = spec.loader.get_data(origin)
        with warnings.catch_warnings(action="ignore"):
            imports = _imports_of(content, origin, spec.parent)
    except (AttributeError, OSError, SyntaxError, ValueError):  # compiled, or not there
        pass
    suffixes = "".join(Path(origin).suffixes)
    return _File(name + suffixes, hash_of(content), imports, frozenset())


@cache
def _imports_of(source, file, package):
    return tuple(_imports(compile(source, file, "exec"), package))


def _module_of(name):
    return name.partition(".")[0].replace("/", ".").removesuffix(".__init__")


def _spec(module):
    """Find a module without importing the packages that it is in."""
    if loaded := sys.modules.get(module):
        file, spec = (
            getattr(loaded, "__file__", None),
            getattr(loaded, "__spec__", None),
        )
        return spec or (file and util.spec_from_file_location(module, file))
    parent = module.rpartition(".")[0]
    try:
        if not parent:
            return util.find_spec(module)
        folders = getattr(_spec(parent), "submodule_search_locations", None)
        return folders and PathFinder.find_spec(module, list(folders))
    except (ImportError, ValueError):
        return None


def _is_of_python(file):
    folder = Path(sysconfig.get_path("stdlib")).resolve()
    names = Path(file).resolve().parts
    is_added = {"site-packages", "dist-packages"} & {*names}
    return names[: len(folder.parts)] == folder.parts and not is_added


_providers = cache(metadata.packages_distributions)


@cache
def _distributions_of(top, file):
    """Return the names of installed distributions that a file may be part of.

    Local and editable installs are own code. So is a distribution without a version,
    as nothing but its files tells it from another.
    """
    found = map(metadata.distribution, _providers().get(top, []))
    return frozenset(
        one.name for one in found if one.version and _is_installed(one, file)
    )


def _is_installed(distribution, file):
    is_local = '"file:' in (distribution.read_text("direct_url.json") or "")
    # conda makes all its packages from folders of its own.
    by_conda = (distribution.read_text("INSTALLER") or "").strip() == "conda"
    folder = Path(distribution.locate_file("")).resolve()
    return Path(file).resolve().is_relative_to(folder) and (by_conda or not is_local)


def _versions(names):
    """Return the versions of distributions and of those that they require."""
    versions, queue = {"python": _version("python")}, [*names, *DISTRIBUTIONS.values()]
    while queue:
        name = queue.pop()
        if name not in versions and (version := _version(name)) is not None:
            versions[name] = version
            queue += _required_by(name)
    return dict(sorted(versions.items()))


def _version(name):
    if name == "python":
        return "{}.{}".format(*sys.version_info)
    # Other versions are read once, as that takes a millisecond each.
    return (
        _read_version(name) if name in DISTRIBUTIONS.values() else _version_once(name)
    )


def _read_version(name):
    """Return a version on disk, with that in memory if it is another."""
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
    modules = [one for one in DISTRIBUTIONS if DISTRIBUTIONS[one] == name]
    loaded = [getattr(sys.modules.get(one), "__version__", version) for one in modules]
    other = [one for one in loaded if one != version]
    return f"{version} on disk, {other[0]} in memory" if other else version


_version_once = cache(_read_version)


@cache
def _required_by(name):
    required = [one for one in metadata.requires(name) or [] if "extra ==" not in one]
    return {re.match(r"[\w.-]+", one)[0].lower() for one in required}
