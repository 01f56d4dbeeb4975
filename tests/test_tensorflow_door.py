"""TensorFlow, Keras and scikeras come in by one door, in silence, or not at all."""

import json
import pickle
import re
import tomllib
from pathlib import Path

import keras
import pytest
from processes import python
from small_networks import small

import skn_noise

PACKAGE = Path(skn_noise.__file__).parent
PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
MODULES = ["skn_noise.layers"] + [
    f"skn_noise.network.{name}"
    for name in ("_build", "_callbacks", "_tensorflow", "_training", "layers")
]


def test_there_is_no_other_door():
    imports = re.compile(r"^ *(?:from|import) (?:keras|tensorflow|scikeras)\b", re.M)
    doors = [
        file.name for file in PACKAGE.rglob("*.py") if imports.search(file.read_text())
    ]
    assert doors == ["_tensorflow.py"]


# --- who comes first ------------------------------------------------------------------

# Keras is stopped at its import, so that it need not be started for each question.
FIRST = """
import importlib, json, pickle, sys

class Stop(BaseException):
    pass

class Door:
    def find_spec(self, name, path=None, target=None):
        if name in ("keras", "tensorflow", "scikeras"):
            raise Stop("skn_noise.network._tensorflow" in sys.modules)

sys.meta_path.insert(0, Door())
came_first = {}
for name, ask in json.load(open("questions.json")).items():
    try:
        if ask == "import":
            importlib.import_module(name)
        else:
            pickle.load(open(ask, "rb"))
    except Stop as stop:
        came_first[name] = stop.args[0]
json.dump(came_first, open("answers.json", "w"))
"""


@pytest.fixture(scope="module")
def came_first(plain, tmp_path_factory):
    """Whether the door came before Keras, by the module or the pickle that came."""
    folder = tmp_path_factory.mktemp("first")
    optimizer = small(optimizer=keras.optimizers.SGD(0.1))
    pickles = {
        "fitted": plain,
        "held": plain.keras_classifier_,
        "optimizer": optimizer,
        "fitted with an optimizer": pickle.loads(pickle.dumps(plain)).set_params(
            optimizer=optimizer.optimizer
        ),
        "activation": small(activation=keras.layers.PReLU()),
        "callback": small(callbacks=[keras.callbacks.TerminateOnNaN()]),
    }
    questions = dict.fromkeys(MODULES, "import")
    for name, value in pickles.items():
        (folder / name).write_bytes(pickle.dumps(value))
        questions[name] = name
    (folder / "questions.json").write_text(json.dumps(questions))
    ran = python(FIRST, cwd=folder)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    return json.loads((folder / "answers.json").read_text())


@pytest.mark.parametrize(
    "first",
    [*MODULES, "fitted", "held", "optimizer", "fitted with an optimizer",
     "activation", "callback"],
)  # fmt: skip
def test_the_door_comes_before_keras(came_first, first):
    assert came_first[first]


def test_a_classifier_that_names_its_parts_is_unpickled_without_keras(tmp_path):
    (tmp_path / "unfitted").write_bytes(pickle.dumps(small()))
    code = (
        "import pickle, sys; pickle.load(open('unfitted', 'rb'));"
        "sys.exit('keras' in sys.modules)"
    )
    assert python(code, cwd=tmp_path).returncode == 0


# --- another backend than TensorFlow --------------------------------------------------


FIT = "import skn_noise; skn_noise.KerasMLPClassifier().fit([[0], [1]], [0, 1])"
HOW_TO_SWITCH = (
    r"ImportError: .*set to 'jax'; set .*KERAS_BACKEND=tensorflow, or .*json"
)


def test_a_backend_that_is_not_installed_is_named():
    last = python("import sys; sys.modules['jax'] = None;" + FIT, KERAS_BACKEND="jax")
    assert re.search("needs jax, .* KERAS_BACKEND=tensorflow", last.stderr)


def test_keras_that_runs_on_another_backend_already():
    code = (
        "import sys; from types import SimpleNamespace as Module;"
        "config = Module(backend=lambda: 'jax');"
        "sys.modules['keras'] = Module(config=config);"
    )
    assert re.search(HOW_TO_SWITCH, python(code + FIT).stderr.splitlines()[-1])


# --- what is not installed ------------------------------------------------------------


def test_a_missing_package_is_named_with_the_command_that_installs_it():
    last = python("import sys; sys.modules['tensorflow'] = None;" + FIT).stderr
    last = last.splitlines()[-1]
    assert "ImportError: The Keras network needs tensorflow, which is not" in last
    needs = tomllib.loads(PYPROJECT.read_text())["project"]["dependencies"]
    for package in ("tensorflow", "scikeras"):
        (needed,) = [need for need in needs if need.startswith(package)]
        needed, *_ = needed.split(";")  # without the versions of Python
        assert re.search(rf"pip install .*'{re.escape(needed)}'", last)
