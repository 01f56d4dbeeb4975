"""What is installed, and in which version; the rest is the user's own."""

import functools
import site
import sys
import sysconfig
from contextlib import suppress
from importlib import metadata
from pathlib import Path

_OURS = Path(__file__).parents[2]
_NAMES_OF_FOLDERS = {"site-packages", "dist-packages"}
_PATHS = ["stdlib", "platstdlib", "purelib", "platlib"]


def version_of(module):
    """Return the version of the package that a module belongs to, None if unknown.

    That which is loaded comes first: it is what runs.
    """
    top = module.partition(".")[0]
    version = getattr(sys.modules.get(top), "__version__", None)
    return version if isinstance(version, str) else _version_on_disk(top)


@functools.cache
def _version_on_disk(package):
    if package in sys.stdlib_module_names:  # Python's own version counts for them all
        return None
    with suppress(metadata.PackageNotFoundError):
        return metadata.version(package)
    for distribution in metadata.packages_distributions().get(package, []):
        return metadata.version(distribution)
    return None


def file_of(module):
    """Return the file or folder of a module; what has none is in brackets."""
    if file := getattr(module, "__file__", None):
        return file
    spec = getattr(module, "__spec__", None)
    if spec is not None and spec.submodule_search_locations:
        return next(iter(spec.submodule_search_locations))
    is_frozen = module.__name__ in sys.builtin_module_names or (
        spec is not None and spec.origin in ("built-in", "frozen")
    )
    return "<frozen>" if is_frozen else "<typed>"


@functools.cache
def is_installed(file):
    """Tell whether a file belongs to Python, an installed package or this one."""
    if file.startswith("<"):
        return file.startswith("<frozen")
    path = Path(file).resolve()
    if not _NAMES_OF_FOLDERS.isdisjoint(path.parts):
        return True
    return any(path.is_relative_to(folder) for folder in _folders_of_packages())


@functools.cache
def _folders_of_packages():
    folders = [sysconfig.get_path(name) for name in _PATHS]
    folders += [*site.getsitepackages(), site.getusersitepackages(), _OURS]
    return [Path(folder).resolve() for folder in folders]
