"""What is installed, and in which version, and what is the user's own."""

import importlib
import sys
from importlib import metadata
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest
import sklearn
import sklearn.svm

import skn_noise
from skn_noise.study.fingerprint._installed import file_of, is_installed, version_of


def test_a_module_that_is_loaded_tells_its_version(monkeypatch):
    module = ModuleType("own_versioned")
    module.__version__ = "2.5"
    monkeypatch.setitem(sys.modules, "own_versioned", module)
    assert version_of("own_versioned") == version_of("own_versioned.part") == "2.5"


def test_a_module_that_has_no_version_has_that_on_disk(monkeypatch):
    on_disk = metadata.version("scikit-learn")
    monkeypatch.setattr(sklearn, "__version__", (1, 9))
    assert version_of("sklearn.svm") == on_disk
    monkeypatch.delitem(sys.modules, "sklearn")
    assert version_of("sklearn") == on_disk


def test_the_version_of_python_counts_for_its_library():
    assert version_of("string") is None


def test_a_package_without_a_file_is_its_folder(tmp_path, monkeypatch):
    (tmp_path / "own_space").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("own_space")
    assert file_of(module) == str(tmp_path / "own_space")
    assert not is_installed(file_of(module))


@pytest.mark.parametrize("origin", ["built-in", "frozen", "elsewhere", None])
def test_modules_without_a_file_are_frozen_or_typed(origin):
    module = ModuleType("own")
    if origin is not None:
        module.__spec__ = ModuleSpec("own", None, origin=origin)
    is_frozen = origin in ("built-in", "frozen")
    assert file_of(module) == ("<frozen>" if is_frozen else "<typed>")


def test_what_is_frozen_is_installed_and_what_is_typed_is_not():
    assert file_of(sys) == file_of(ModuleType("sys")) == "<frozen>"
    assert is_installed("<frozen>")
    assert not is_installed("<typed>")


def test_packages_and_python_are_installed_and_so_is_this_package():
    for module in (sklearn.svm, importlib, skn_noise):
        assert is_installed(file_of(module))
    assert not is_installed(__file__)
