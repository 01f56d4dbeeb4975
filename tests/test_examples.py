"""Every example runs, prints its results and writes its picture."""

import runpy
import sys
from functools import partial
from pathlib import Path

import joblib
import pytest

import skn_noise

EXAMPLES = Path(__file__).parents[1] / "examples"
# Fewer and smaller images than the default.
ARGUMENTS = {"whose_loss_is_it": ["digits"]}


@pytest.fixture
def _small_networks(monkeypatch):
    """Train smaller networks than the examples do, in this process."""
    small = partial(skn_noise.make_noise_pipeline, hidden_layer_sizes=(16,), epochs=2)
    monkeypatch.setattr(skn_noise, "make_noise_pipeline", small)
    with joblib.parallel_config("threading"):
        yield


@pytest.mark.usefixtures("_small_networks")
@pytest.mark.parametrize(
    "name", sorted({file.stem for file in EXAMPLES.glob("*.py")} - {"sweep"})
)
def test_example(name, tmp_path, monkeypatch, capsys):
    file = str(EXAMPLES / f"{name}.py")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [file, *ARGUMENTS.get(name, [])])
    runpy.run_path(file, run_name="__main__")
    assert capsys.readouterr().out
    assert [path.stem for path in tmp_path.iterdir()] == [name]


def test_sweep_is_the_command(monkeypatch, capsys):
    file = str(EXAMPLES / "sweep.py")
    monkeypatch.setattr(sys, "argv", [file, "--help"])
    with pytest.raises(SystemExit):
        runpy.run_path(file, run_name="__main__")
    assert capsys.readouterr().out.startswith("usage: skn-noise sweep")
