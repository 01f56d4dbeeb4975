"""The defaults of public functions are those that their docstrings name."""

import inspect
import re

import numpy as np
import pytest

import skn_noise
from skn_noise import noise_curve, noise_matrix, statistics

PUBLIC = [getattr(skn_noise, name) for name in skn_noise.__all__]
PUBLIC += [getattr(statistics, name) for name in statistics.__all__]


def functions():
    """Return all public functions, classes and methods by their names."""
    found = {}
    for public in filter(callable, PUBLIC):
        found[public.__name__] = public
        methods = [name for name in vars(public) if not name.startswith("_")]
        for name in methods if inspect.isclass(public) else []:
            found[f"{public.__name__}.{name}"] = getattr(public, name)
    return {name: function for name, function in found.items() if documented(function)}


def documented(function):
    """Return the defaults that a docstring names, as text."""
    text = inspect.getdoc(function) or ""
    named = re.findall(r"^(\w+) : [^\n]*default=([^\n]+)$", text, re.M)
    return {name: default for name, default in named if "UNCHANGED" not in default}


def defaults(function):
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


@pytest.mark.parametrize("name", sorted(functions()))
def test_the_default_is_the_documented_one(name):
    function = functions()[name]
    given = {parameter: repr(value) for parameter, value in defaults(function).items()}
    for parameter, text in documented(function).items():
        assert given[parameter] == repr(eval(text, {"np": np})), parameter


def test_a_matrix_has_the_defaults_of_a_curve():
    curve, matrix = defaults(noise_curve), defaults(noise_matrix)
    shared = curve.keys() & matrix.keys()
    assert len(shared) >= 9
    assert {name: matrix[name] for name in shared} == {
        name: curve[name] for name in shared
    }
