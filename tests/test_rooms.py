"""The map of CONTRIBUTING.md holds: imports run downward, through two doors alone."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "skn_noise"
CONTRIBUTING = PACKAGE.with_name("CONTRIBUTING.md").read_text(encoding="utf-8")
FLOORS = [  # from the top
    ["__main__"],
    ["cli"],
    ["report"],
    ["display"],
    ["study"],
    ["pipeline", "datasets", "layers"],
    ["results", "network"],
    ["noise", "scaling", "parzen"],
    ["_training_samples", "statistics"],
    ["_sklearn", "_versions", "_aligned"],
]
FLOOR_OF = {
    room: floor for floor, rooms in enumerate(reversed(FLOORS)) for room in rooms
}
DOORS = {"sklearn": "_sklearn.py", "tensorflow": "network/_tensorflow.py"}
DOORS |= dict.fromkeys(["keras", "scikeras"], DOORS["tensorflow"])

FILES = sorted(PACKAGE.rglob("*.py"))


def name_of(file):
    return file.relative_to(PACKAGE).as_posix()


def outside_of_drawing(tree):
    """Yield the nodes of a file but those in `plot` and `as_html_or_text`.

    Results draw themselves: only when asked do they import, from above, their Display
    or, in a notebook, their HTML.
    """
    yield tree
    for node in ast.iter_child_nodes(tree):
        if getattr(node, "name", "") not in ("plot", "as_html_or_text"):
            yield from outside_of_drawing(node)


def imports(file):
    """Yield the module and the name of everything that a file imports."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = outside_of_drawing if room(file) == "results" else ast.walk
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            yield from ((node.module, alias.name) for alias in node.names)


def own_imports(file):
    """Yield the files of the package that a file imports."""
    for module, _ in imports(file):
        first, *parts = module.split(".")
        if first == "skn_noise":
            path = PACKAGE.joinpath(*parts)
            yield path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def room(file):
    return Path(name_of(file)).parts[0].removesuffix(".py")


INSIDE = [file for file in FILES if file.name != "__init__.py"]


def test_every_room_has_its_floor():
    assert {room(file) for file in INSIDE} == set(FLOOR_OF)


def test_at_most_18_rooms_on_at_most_10_floors():
    assert len(FLOOR_OF) <= 18
    assert len(FLOORS) <= 10


@pytest.mark.parametrize("file", INSIDE, ids=name_of)
def test_imports_run_downward(file):
    for imported in own_imports(file):
        is_lower = FLOOR_OF[room(imported)] < FLOOR_OF[room(file)]
        assert is_lower or room(imported) == room(file), imported


@pytest.mark.parametrize("file", INSIDE, ids=name_of)
def test_imports_go_to_the_file_that_defines_the_name(file):
    assert [path for path in own_imports(file) if path.name == "__init__.py"] == []


def test_no_files_import_each_other():
    graph = {file: set(own_imports(file)) for file in INSIDE}
    assert set(TopologicalSorter(graph).static_order()) >= set(INSIDE)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_only_a_door_opens_what_others_do_not_export(file):
    for module, name in imports(file):
        package, *parts = module.split(".")
        if package not in DOORS or name_of(file) == DOORS[package]:
            continue
        assert package == "sklearn", f"{module} comes through {DOORS[package]}"
        assert not any(part.startswith("_") for part in (*parts, name or "")), module


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_files_and_functions_are_short(file):
    """Lines of code, without docstrings, comments and signatures."""
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    docstrings = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)
    }
    code = {
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.strip().startswith("#")
    } - docstrings
    assert len(code) <= 250
    for function in functions:
        lines = range(function.body[0].lineno, function.end_lineno + 1)
        assert len(code.intersection(lines)) <= 30, function.name


def test_the_map_names_every_room():
    for name in FLOOR_OF:
        assert f"`{name}/`" in CONTRIBUTING or f"`{name}.py`" in CONTRIBUTING
