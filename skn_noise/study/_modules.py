"""Files of own modules, what they import, and versions of installed distributions."""

import dis
import re
import sys
import sysconfig
import warnings
from collections import namedtuple
from functools import cache
from hashlib import sha256
from importlib import metadata, util
from importlib.machinery import PathFinder
from pathlib import Path
from types import CodeType

from skn_noise._versions import DISTRIBUTIONS

_File = namedtuple("_File", "name digest imports distributions")
_NO_FILE = _File(None, None, (), frozenset())

# A file is read when its module is first met, and again once that was imported anew,
# which gives it another spec: the code that was loaded is the code that runs.
_READ = {}


def has_no_file(module):
    """Return whether a module is a notebook, prompt or script, or was made by hand.

    The rest of a script, which may name the scales, changes no score.
    """
    if module == "__main__":
        return True
    top, is_inside, _ = module.partition(".")
    return not _spec(module) and not (is_inside and not has_no_file(top))


def is_own_module(module):
    """Return whether a module belongs neither to Python nor to a distribution."""
    return has_no_file(module) or file_of(module).name is not None


def instructions_of(code):
    """Yield the instructions of code and of the code in it."""
    yield from (s for s in dis.get_instructions(code) if s.opname != "EXTENDED_ARG")
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from instructions_of(const)


def imports_of(code, package):
    """Yield the names of modules that code imports, and of values in them."""
    # Bytecode instead of source, which a function of a notebook may lack. The level of
    # a relative import and the names after `from` are loaded just before the import.
    steps = list(instructions_of(code))
    for level, names, step in zip(steps, steps[1:], steps[2:], strict=False):
        if step.opname == "IMPORT_NAME":
            base = step.argval
            if level.argval:
                parents = package.split(".")[: 1 - level.argval or None]
                base = ".".join([*parents, base]).rstrip(".")
            yield from [base, *(f"{base}.{name}" for name in names.argval or ())]


def dependencies_of(modules):
    """Return the own files that modules import at any depth, and distributions."""
    files, distributions, met, queue = {}, set(), {""}, list(modules)
    while queue:
        module = queue.pop()
        if module not in met:
            met.add(module)
            # A name after `from` may be a module or a value. A value has no file.
            package = module.rpartition(".")[0]
            file = file_of(package) if package else _NO_FILE
            if not file.distributions:  # the names in an installed package are its own
                file = file_of(module)
            files |= {file.name: file.digest} if file.name else {}
            distributions |= file.distributions
            queue += [*file.imports, package]
    return files, distributions


def file_of(module):
    """Return hash and imports of the file of a module; the name is None if not own."""
    loaded = sys.modules.get(module)
    spec = getattr(loaded, "__spec__", None) or loaded
    if loaded is None or module not in _READ or _READ[module][0] is not spec:
        _READ[module] = spec, _read(module)
    return _READ[module][1]


def _read(module):
    # A script is run and not imported, and its classes are hashed by their code.
    spec = None if module == "__main__" else _spec(module)
    origin = getattr(spec, "origin", None)
    if origin in (None, "built-in", "frozen") or _is_of_python(origin):
        return _NO_FILE
    if found := _distributions_of(module.partition(".")[0], origin):
        return _NO_FILE._replace(distributions=found)
    is_package = spec.submodule_search_locations is not None
    name = module.replace(".", "/") + ("/__init__" if is_package else "")
    name += "".join(Path(origin).suffixes)
    digest, imports = None, ()
    try:
        content = spec.loader.get_data(origin)
        digest = sha256(content).hexdigest()
        # To compile gives warnings of the syntax once more, such as of an escape.
        with warnings.catch_warnings(action="ignore"):
            imports = _imports_once(content, origin, spec.parent)
        if is_package and b"__getattr__" in content:  # it may import any part of it
            imports += _modules_in(module, Path(origin).parent)
    except (AttributeError, OSError, SyntaxError, ValueError):  # compiled, or not there
        pass
    return _File(name, digest, imports, frozenset())


@cache
def _imports_once(source, file, package):
    return tuple(imports_of(compile(source, file, "exec"), package))


def _modules_in(package, folder):
    paths = [path.relative_to(folder).with_suffix("") for path in folder.rglob("*.py")]
    return tuple(sorted(".".join([package, *path.parts]) for path in paths))


def module_of(name):
    return name.partition(".")[0].replace("/", ".").removesuffix(".__init__")


def _spec(module):
    """Find a module without importing the packages that it is in."""
    if loaded := sys.modules.get(module):
        file = getattr(loaded, "__file__", None)
        found = file and util.spec_from_file_location(module, file)
        return getattr(loaded, "__spec__", None) or found
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
        one.name for one in found if _has_version(one) and _is_installed(one, file)
    )


def _has_version(distribution):
    # Once Dask is imported, importlib_metadata reads the metadata of all packages. It
    # raises an error where the standard library returns None.
    try:
        return bool(distribution.version)
    except KeyError:
        return False


def _is_installed(distribution, file):
    is_local = '"file:' in (distribution.read_text("direct_url.json") or "")
    # conda makes all its packages from folders of its own.
    by_conda = (distribution.read_text("INSTALLER") or "").strip() == "conda"
    folder = Path(distribution.locate_file("")).resolve()
    return Path(file).resolve().is_relative_to(folder) and (by_conda or not is_local)


def versions_of(names):
    """Return the versions of distributions and of those that they require."""
    versions = {"python": version_in_use("python")}
    queue = [*names, *DISTRIBUTIONS.values()]
    while queue:
        name = queue.pop()
        if name not in versions and (version := version_in_use(name)) is not None:
            versions[name] = version
            queue += _required_by(name)
    # Those of every study come first, also where the first few are listed.
    rest = sorted(versions.keys() - {"python", *DISTRIBUTIONS.values()})
    names = ["python", *sorted(DISTRIBUTIONS.values()), *rest]
    return {name: versions[name] for name in names if name in versions}


def version_in_use(name):
    """Return a version as first found on disk, and that in memory if it is another."""
    # Releases that correct errors, such as 3.12.1, change no score.
    if name == "python":
        return "{}.{}".format(*sys.version_info)
    found = [_version_on_disk(name, metadata.version)]
    for module, distribution in DISTRIBUTIONS.items():
        loaded = getattr(sys.modules.get(module), "__version__", found[0])
        if distribution == name and loaded != found[0]:
            found.append(f"{loaded} in memory")
    return " on disk, ".join(found) if found[0] else None


@cache  # to read a version takes a millisecond
def _version_on_disk(name, read):
    try:
        return read(name)
    except (metadata.PackageNotFoundError, KeyError):  # installed without a version
        return None


@cache
def _required_by(name):
    required = [one for one in metadata.requires(name) or [] if "extra ==" not in one]
    return {re.match(r"[\w.-]+", one)[0].lower() for one in required}
