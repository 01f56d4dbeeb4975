"""What the command does before anything heavy is imported."""

import os
import re
import signal
import subprocess
import sys

import pytest

import skn_noise
from skn_noise._defaults import REGIMES

COMMAND = [sys.executable, "-m", "skn_noise"]


def run(*arguments):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["sweep", "--help"],
        ["report", "--help"],
        ["compare", "--help"],
        ["--version"],
    ],
)
def test_help_and_version_import_nothing_heavy(arguments):
    code = (
        "import sys; from skn_noise.cli import main\n"
        f"try: main({arguments})\n"
        "finally: print('imported', *sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    imported = ran.stdout.splitlines()[-1].split()
    assert "numpy" not in imported
    assert "multiprocessing" not in imported


def test_version():
    assert run("--version").stdout == f"skn-noise {skn_noise.__version__}\n"


def test_without_a_command_it_says_what_is_missing():
    ran = run()
    assert ran.returncode == 2
    assert "required: COMMAND" in ran.stderr


def test_help_shows_every_default():
    text = " ".join(run("sweep", "--help").stdout.partition("data:")[2].split())
    options = re.split(r" (?=--[a-z-]+ [A-Z\[])", " " + text)[1:]
    without = [option for option in options if "(default: " not in option]
    assert [option.split()[0] for option in without] == ["--scheduler"]


def test_training_takes_every_regime():
    refused = run("sweep", "--training", "none").stderr
    choices = refused.partition("choose from")[2]
    assert re.findall(r"\w+", choices) == list(REGIMES)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_during_the_imports_ends_the_command_in_words(name, tmp_path):
    code = (
        "import os, signal, sys\n"
        "class Signal:\n"  # sends it in the midst of the imports
        "    def find_spec(self, module, *_):\n"
        "        if module == 'sklearn':\n"
        f"            os.kill(os.getpid(), signal.{name})\n"
        "sys.meta_path.insert(0, Signal())\n"
        f"signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from skn_noise.cli import main\n"
        f"main(['sweep', '--output', {str(tmp_path)!r}])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 128 + getattr(signal, name)
    assert ran.stderr == "\nInterrupted: nothing was trained yet.\n"
    assert os.listdir(tmp_path) == []


def test_a_missing_tensorflow_is_an_error_before_anything_starts(tmp_path):
    code = (
        "import sys; sys.modules['tensorflow'] = None\n"
        "from skn_noise.cli import main\n"
        f"main(['sweep', '--output', {str(tmp_path / 'out')!r}])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 2
    assert ran.stderr.startswith("skn-noise: error: The Keras network needs tensorflow")
    assert os.listdir(tmp_path) == []
