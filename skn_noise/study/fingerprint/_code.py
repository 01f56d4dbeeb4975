"""What counts of functions and classes: the code of the user's own, versions else."""

import dis
import functools
import pickle
import sys
from importlib import util
from operator import attrgetter
from pathlib import Path
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MethodType,
    ModuleType,
)
from typing import NamedTuple

from skn_noise.study.fingerprint._installed import file_of, is_installed, version_of
from skn_noise.study.fingerprint._written import names_written_by

_CACHED_FUNCTION = type(functools.cache(len))

# What the interpreter keeps with a class, the same code or not.
_NO_CODE = {"_abc_impl", "_is_protocol", "_is_runtime_protocol"}


class Named(NamedTuple):
    """A value with the name that tells where it is, should it be refused."""

    name: str
    value: object


def named(values):
    """Name the values of a dict, in the order of their names."""
    return [Named(str(name), values[name]) for name in sorted(values, key=str)]


def code_parts(value):
    """Return the kind of a piece of code and what it is made of; None for all else."""
    for kind, take_apart in _KINDS:
        if isinstance(value, kind):
            return take_apart.__name__, *take_apart(value)
    if isinstance(value, BuiltinFunctionType) and isinstance(
        value.__self__, ModuleType
    ):
        return value.__self__, value.__qualname__
    return None


def is_own(cls):
    """Tell whether a class is the user's own, not of an installed package."""
    module = sys.modules.get(cls.__module__)
    return module is None or not is_installed(file_of(module))


def find_global(value, name):
    """Return the module of a value that a pickle would only name, and that name."""
    module = sys.modules[pickle.whichmodule(value, name)]
    if attrgetter(name)(module) is not value:
        raise TypeError(f"it calls itself {name}, but there is no such name")
    return module, name


def _class(cls):
    if not is_own(cls):
        return cls.__module__, cls.__qualname__, version_of(cls.__module__)
    module = sys.modules.get(cls.__module__)
    compiled = None if module is None else _compiled(module)
    content = _namespace(cls) if compiled is None else compiled
    return cls.__module__, cls.__qualname__, type(cls), cls.__bases__, content


def _namespace(cls):
    """List what a class defines, but for figures that its own code writes."""
    defined = {
        name: value
        for name, value in vars(cls).items()
        if name not in _NO_CODE and (callable(value) or not _is_special(name))
    }
    written = set()
    for value in defined.values():
        for function in _functions_in(value):
            written |= names_written_by(function.__code__)
    return [
        item
        for item in named(defined)
        if _is_code(item.value) or item.name not in written
    ]


def _functions_in(value):
    if isinstance(value, property):
        found = [value.fget, value.fset, value.fdel]
    else:
        found = [getattr(value, "__func__", value)]
    return [item for item in found if isinstance(item, FunctionType)]


def _is_special(name):
    return name.startswith("__") and name.endswith("__")


def _is_code(value):
    return isinstance(value, type | ModuleType) or bool(_functions_in(value))


def _function(function):
    code = function.__code__
    module = function.__globals__.get("__name__", "")
    around = list(_closure(function))
    is_own_code = not is_installed(code.co_filename)
    if not is_own_code and "<" not in code.co_qualname:
        return module, code.co_qualname, version_of(module), around
    # The name of a function within another does not tell it from its neighbours.
    inside = [code, function.__defaults__, function.__kwdefaults__]
    if is_own_code:
        inside += [_attributes(function), list(_globals(function))]
    return module, code.co_qualname, around, inside


def _attributes(function):
    written = names_written_by(function.__code__)
    return [item for item in named(vars(function)) if item.name not in written]


def _closure(function):
    """List the variables that a function shares with the one around it."""
    written = names_written_by(function.__code__)
    names = function.__code__.co_freevars
    for name, cell in zip(names, function.__closure__ or (), strict=True):
        try:
            value = cell.cell_contents
        except ValueError:  # not set yet
            continue
        if _is_code(value) or name not in written:
            yield Named(name, value)


def _globals(function):
    """List the globals that a function reads and the own modules that it imports."""
    written = names_written_by(function.__code__)
    read, attributes, imported = _names_in(function.__code__)
    for name in sorted(read & function.__globals__.keys()):
        value = function.__globals__[name]
        if isinstance(value, ModuleType):
            yield Named(name, _module(value, attributes))
        elif _is_code(value) or name not in written:
            yield Named(name, value)
    package = function.__globals__.get("__package__") or ""
    for name in sorted(imported):
        yield _source(name, package)


def _names_in(code):
    """Return the names that code, and code in it, reads, takes of others, imports."""
    read, attributes, imported = set(), set(), set()
    for instruction in dis.get_instructions(code):
        match instruction.opname:
            case "LOAD_GLOBAL" | "LOAD_NAME":
                read.add(instruction.argval)
            case "LOAD_ATTR" | "LOAD_METHOD":
                attributes.add(instruction.argval)
            case "IMPORT_NAME":
                imported.add(instruction.argval)
    for const in code.co_consts:
        if isinstance(const, CodeType):
            inner = _names_in(const)
            read, attributes, imported = (
                outer | names
                for outer, names in zip(
                    (read, attributes, imported), inner, strict=True
                )
            )
    return read, attributes, imported


def _module(module, names=()):
    """Describe a module by its version, an own one by what is taken of it."""
    if is_installed(file_of(module)):
        return module.__name__, version_of(module.__name__)
    taken = [
        Named(name, _module(value, names) if isinstance(value, ModuleType) else value)
        for name, value in sorted(vars(module).items())
        if name in names
    ]
    return module.__name__, _compiled(module), taken


def _compiled(module):
    """Return the content of a module that was not written in Python."""
    path = Path(file_of(module))
    return path.read_bytes() if path.suffix in {".so", ".pyd"} else None


def _source(name, package):
    """Return the source of an own module that is imported where it is used.

    It may not be loaded yet, so that its values cannot be looked at.
    """
    candidates = [f"{package}.{name}", name] if package else [name]
    for candidate in candidates:
        top, *below = candidate.split(".")
        spec = util.find_spec(top)
        if spec is None or not spec.origin or is_installed(spec.origin):
            continue
        path = Path(spec.origin)
        if below:
            path = path.parent.joinpath(*below)
            path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if path.is_file():
            return path.read_bytes()
    return None


def _code(code):
    """Take code apart as it runs: without its lines, comments and docstring."""
    steps = [(step.opname, step.argval) for step in dis.get_instructions(code)]
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount
    return steps, code.co_varnames, counts, code.co_exceptiontable


def _method(method):
    return method.__self__, method.__func__


def _wrapper(method):
    return type(method), method.__func__


def _property(value):
    return value.fget, value.fset, value.fdel


def _cached(function):
    return (function.__wrapped__,)


_KINDS = [
    (type, _class),
    (FunctionType, _function),
    (CodeType, _code),
    (ModuleType, _module),
    (MethodType, _method),
    (staticmethod | classmethod, _wrapper),
    (property, _property),
    (_CACHED_FUNCTION, _cached),
]
