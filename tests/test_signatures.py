"""Public signatures have types, and the defaults that their docstrings name."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import skn_noise
from skn_noise import noise_curve, noise_matrix, statistics

PUBLIC = [getattr(skn_noise, name) for name in skn_noise.__all__]
PUBLIC += [getattr(statistics, name) for name in statistics.__all__]
FUNCTIONS = {public.__name__: public for public in filter(callable, PUBLIC)}
METHODS = {
    f"{public.__name__}.{name}": method
    for public in filter(inspect.isclass, PUBLIC)
    for name, method in inspect.getmembers(public, inspect.isroutine)
    if (getattr(method, "__module__", None) or "").startswith("skn_noise.")
    and not name.startswith("_")
}


@pytest.mark.parametrize("name", sorted({**FUNCTIONS, **METHODS}))
def test_every_parameter_has_a_type_and_its_documented_default(name):
    function = {**FUNCTIONS, **METHODS}[name]
    parameters = inspect.signature(function).parameters
    untyped = [p.name for p in parameters.values() if p.annotation is p.empty]
    assert set(untyped) <= {"self"}
    text = inspect.getdoc(function) or ""
    documented = re.findall(r"^(\w+) : [^\n]*default=([^\n]+)$", text, re.M)
    for parameter, default in documented:
        if "UNCHANGED" not in default:
            expected = repr(eval(default, {"np": np}))
            assert repr(parameters[parameter].default) == expected, parameter


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_has_a_type_of_its_result(name):
    signature = inspect.signature(METHODS[name])
    assert signature.return_annotation is not inspect.Signature.empty


def test_a_matrix_has_the_defaults_of_a_curve():
    curve, matrix = (
        {p.name: p.default for p in inspect.signature(study).parameters.values()}
        for study in (noise_curve, noise_matrix)
    )
    shared = (curve.keys() & matrix.keys()) - {"estimator", "X", "y"}
    assert len(shared) >= 9
    assert {name: matrix[name] for name in shared} == {
        name: curve[name] for name in shared
    }


def test_type_checkers_find_the_types():
    assert Path(skn_noise.__file__).with_name("py.typed").is_file()
