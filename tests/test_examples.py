import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize(
    "name", sorted({file.stem for file in EXAMPLES.glob("*.py")} - {"sweep"})
)
def test_example(name, tmp_path):
    ran = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.png"]


def test_sweep_is_the_command(tmp_path):
    ran = subprocess.run(
        [sys.executable, str(EXAMPLES / "sweep.py"), "--help"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert ran.stdout.startswith("usage: skn-noise sweep")
