"""What the command does before anything heavy is imported, in processes of its own."""

import os
import signal
import subprocess
import sys

import pytest
from processes import python as run

import skn_noise


def test_help_and_version_import_nothing_heavy():
    ran = run(
        "import sys; from skn_noise.cli import main\n"
        "for arguments in [['--version'], ['--help'], ['sweep', '--help'],\n"
        "                  ['report', '--help'], ['compare', '--help']]:\n"
        "    try: main(arguments)\n"
        "    except SystemExit as ended: assert ended.code == 0\n"
        "print('imported', *sys.modules)"
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(f"skn-noise {skn_noise.__version__}\nusage: ")
    imported = ran.stdout.splitlines()[-1].split()
    assert not {"numpy", "sklearn", "multiprocessing"} & set(imported)


def test_a_module_is_the_command():
    command = [sys.executable, "-m", "skn_noise"]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 2
    assert ran.stderr.endswith(
        "skn-noise: error: the following arguments are required: COMMAND\n"
    )


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_during_the_imports_ends_the_command_in_words(name, tmp_path):
    ran = run(
        "import os, signal, sys\n"
        "class Signal:\n"  # sends it in the midst of the imports
        "    def find_spec(self, module, *_):\n"
        "        if module == 'sklearn':\n"
        f"            os.kill(os.getpid(), signal.{name})\n"
        "sys.meta_path.insert(0, Signal())\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from skn_noise.cli import main\n"
        f"main(['sweep', '--output', {str(tmp_path)!r}])"
    )
    assert ran.returncode == 128 + getattr(signal, name)
    assert ran.stderr == "\nInterrupted.\n"
    assert os.listdir(tmp_path) == []


def test_without_tensorflow_the_network_is_refused_and_other_models_are_run(tmp_path):
    ran = run(
        "import os, sys; sys.modules['tensorflow'] = None\n"
        "from skn_noise.cli import main\n"
        f"line = ['sweep', '--dataset', 'digits', '--output', {str(tmp_path)!r}]\n"
        "line += ['--cv', '2', '--scales', '1', '--jobs', '1']\n"
        "main([*line, '--model', 'knn'])\n"
        "assert not {'keras', 'scikeras'} & set(sys.modules)\n"
        "main([*line, '--restart'])"
    )
    assert ran.returncode == 2
    error = ran.stderr.partition("skn-noise: error: ")[2]
    assert error.startswith("The Keras network needs tensorflow")
    assert error.endswith("Other models, such as --model forest, do not need it.\n")
    assert (tmp_path / "report.html").exists()
