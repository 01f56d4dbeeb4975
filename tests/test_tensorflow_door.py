"""TensorFlow, Keras and scikeras come in by one door, in silence, or not at all."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import skn_noise

PACKAGE = Path(skn_noise.__file__).parent
PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
MODULES = ["skn_noise.layers"] + [
    f"skn_noise.network.{file.stem}"
    for file in sorted(PACKAGE.glob("network/*.py"))
    if file.stem != "__init__"
]


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )


@pytest.mark.parametrize("module", MODULES)
def test_any_module_may_come_first_and_is_silent(module):
    ran = run(f"import {module}")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_there_is_no_other_door():
    imports = re.compile(r"^ *(?:from|import) (?:keras|tensorflow|scikeras)\b", re.M)
    doors = [
        file.name for file in PACKAGE.rglob("*.py") if imports.search(file.read_text())
    ]
    assert doors == ["_tensorflow.py"]


# --- another backend than TensorFlow --------------------------------------------------


FIT = "import skn_noise; skn_noise.KerasMLPClassifier().fit([[0], [1]], [0, 1])"
HOW_TO_SWITCH = (
    r"ImportError: .*set to 'jax'; set .*KERAS_BACKEND=tensorflow, or .*json"
)


@pytest.mark.parametrize("code", [FIT, "import skn_noise.layers"])
def test_another_backend_in_the_environment(code):
    ran = run(code, KERAS_BACKEND="jax")
    assert re.search(HOW_TO_SWITCH, ran.stderr.splitlines()[-1])


def test_another_backend_in_the_file_of_keras(tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "jax"}))
    ran = run(FIT, KERAS_HOME=str(tmp_path))
    assert re.search(HOW_TO_SWITCH, ran.stderr.splitlines()[-1])


def test_the_environment_outdoes_the_file_of_keras(tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "jax"}))
    code = "import skn_noise.layers"
    ran = run(code, KERAS_HOME=str(tmp_path), KERAS_BACKEND="tensorflow")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_file_of_keras_that_is_damaged(tmp_path):
    (tmp_path / "keras.json").write_text("{")
    ran = run("import skn_noise.layers", KERAS_HOME=str(tmp_path))
    assert (ran.returncode, ran.stderr) == (0, "")


def test_keras_that_runs_on_another_backend_already():
    code = (
        "import sys; from types import SimpleNamespace as Module;"
        "config = Module(backend=lambda: 'jax');"
        "sys.modules['keras'] = Module(config=config);"
    )
    assert re.search(HOW_TO_SWITCH, run(code + FIT).stderr.splitlines()[-1])


def test_keras_that_runs_on_tensorflow_already():
    code = (
        "import keras, os; os.environ['KERAS_BACKEND'] = 'jax'; import skn_noise.layers"
    )
    assert run(code).returncode == 0


# --- what is not installed ------------------------------------------------------------


@pytest.mark.parametrize("package", ["tensorflow", "scikeras"])
def test_a_missing_package_is_named_with_the_command_that_installs_it(package):
    last = run(
        f"import sys; sys.modules['{package}'] = None;" + FIT
    ).stderr.splitlines()
    assert f"ImportError: The Keras network needs {package}, which is not" in last[-1]
    project = tomllib.loads(PYPROJECT.read_text())["project"]
    (needed,) = [need for need in project["dependencies"] if need.startswith(package)]
    needed, *_ = needed.split(";")  # without the versions of Python
    assert re.search(rf"pip install .*'{re.escape(needed)}'", last[-1])
