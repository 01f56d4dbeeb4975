"""Public signatures are annotated; `.ci/run` lets mypy check them."""

import inspect
from pathlib import Path

import pytest

import skn_noise
from skn_noise import statistics

PUBLIC = [getattr(skn_noise, name) for name in skn_noise.__all__]
PUBLIC += [getattr(statistics, name) for name in statistics.__all__]
CALLABLE = {each.__name__: each for each in PUBLIC if callable(each)}


def untyped_parameters(function):
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.annotation is inspect.Parameter.empty]


@pytest.mark.parametrize("name", sorted(CALLABLE))
def test_every_parameter_has_a_type(name):
    assert untyped_parameters(CALLABLE[name]) == []


WAYS = [
    getattr(each, name)
    for each in PUBLIC
    if each.__name__.endswith("Display")
    for name in dir(each)
    if name.startswith("from_")
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__qualname__)
def test_every_way_to_a_picture_has_types(way):
    assert untyped_parameters(way) == []


ESTIMATORS = [each for each in PUBLIC if hasattr(each, "fit")]
METHODS = [
    method
    for each in ESTIMATORS
    for name, method in vars(each).items()
    if not name.startswith("_") and inspect.isfunction(method)
]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__qualname__)
def test_every_method_of_an_estimator_has_types(method):
    signature = inspect.signature(method)
    assert [name for name in untyped_parameters(method) if name != "self"] == []
    assert signature.return_annotation is not inspect.Signature.empty


def test_type_checkers_are_told():
    assert Path(skn_noise.__file__).with_name("py.typed").is_file()
