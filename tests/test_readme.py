"""Every code block of the README runs; `.ci/run` runs its installation and tests."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
PYTHON = "".join(code for language, code in BLOCKS if language == "python")
COMMANDS = [
    command
    for language, code in BLOCKS
    if language == "bash"
    for command in code.strip().split(" && ")
]
SWEEPS = [command for command in COMMANDS if "skn-noise sweep" in command]


def test_every_block_is_python_or_bash():
    assert {language for language, _ in BLOCKS} == {"python", "bash"}


def test_python_blocks(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(compile(PYTHON, "README.md", "exec"), {"__name__": "readme"})
    assert (tmp_path / "curve.png").exists()


@pytest.mark.parametrize("command", SWEEPS)
def test_sweep_commands_on_small_data(command, tmp_path):
    """Run the command as it stands, but for options that make it quick."""
    _, *options = shlex.split(command)
    small = ["--dataset", "digits", "--cv", "2", "--scales", "1", "2"]
    quick = ["--epochs", "1", "--hidden", "4", "--output", tmp_path]
    ran = subprocess.run(
        [sys.executable, "-m", "skn_noise", *options, *small, *quick],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert len([path for path in tmp_path.iterdir() if path.is_file()]) == 6


def test_the_other_commands_are_the_installation_and_the_tests():
    assert [command for command in COMMANDS if command not in SWEEPS] == [
        "python -m venv .venv",
        ".venv/bin/pip install .",
        "python -m venv .venv",
        '.venv/bin/pip install -e ".[test]"',
        ".venv/bin/python -m pytest -n 2",
    ]
