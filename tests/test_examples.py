"""Every example runs, prints its results and writes its picture."""

import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
# Fewer and smaller images than the default.
ARGUMENTS = {"whose_loss_is_it": ["digits"]}


@pytest.mark.parametrize(
    "name", sorted({file.stem for file in EXAMPLES.glob("*.py")} - {"sweep"})
)
def test_example(name, tmp_path, monkeypatch, capsys):
    file = str(EXAMPLES / f"{name}.py")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [file, *ARGUMENTS.get(name, [])])
    runpy.run_path(file, run_name="__main__")
    assert capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.png"]


def test_sweep_is_the_command(monkeypatch, capsys):
    file = str(EXAMPLES / "sweep.py")
    monkeypatch.setattr(sys, "argv", [file, "--help"])
    with pytest.raises(SystemExit):
        runpy.run_path(file, run_name="__main__")
    assert capsys.readouterr().out.startswith("usage: skn-noise sweep")
