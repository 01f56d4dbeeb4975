"""Sweeps in processes of their own: a terminal, signals, pipes and odd names."""

import os
import pty
import re
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from skn_noise import load_dataset
from skn_noise.cli import main

COMMAND = [sys.executable, "-m", "skn_noise", "sweep"]
SLOW = ["--dataset", "digits", "--cv", "2", "--epochs", "100", "--hidden", "64"]
SLOW += ["--scales", "1", "2", "--jobs", "2"]
FILES = ["curve.png", "report.html", "run.json", "samples.png", "scores.csv"]


def start_in_terminal(folder, *arguments):
    """Start a sweep in a terminal of its own; return its process and the terminal."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ["COLUMNS"] = "120"
        os.execv(sys.executable, [*COMMAND, *arguments, "--output", str(folder)])
    return process, terminal


def read_until(terminal, pattern):
    """Return what the terminal shows, up to a pattern, or to the end."""
    shown = ""
    while pattern is None or not re.search(pattern, shown):
        try:
            chunk = os.read(terminal, 4096)
        except OSError:
            break
        shown += chunk.decode(errors="replace")
    return shown


def end_of(process):
    """Wait for a process; return its exit code."""
    _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


def test_ctrl_c_ends_the_sweep_and_the_same_command_goes_on(tmp_path, capsys):
    process, terminal = start_in_terminal(tmp_path, *SLOW)
    bar = read_until(terminal, "[1-3]/4")
    assert re.search(r"scale \S+, fold 0: accuracy 0\.\d{4}", bar)
    os.write(terminal, b"\x03")
    start = time.monotonic()
    shown = read_until(terminal, None)
    assert end_of(process) == 130
    assert time.monotonic() - start < 10
    (n_saved,) = re.findall(r"Interrupted: (\d) of 4 cells are finished", shown)
    assert int(n_saved) >= 1
    assert "run the same again" in shown
    assert "Traceback" not in shown
    main(["sweep", *SLOW, "--output", str(tmp_path), "--jobs", "1"])
    told = capsys.readouterr().err
    assert f"{n_saved} of 4 cells found done in" in told
    assert told.count("accuracy") == 4 - int(n_saved)


def test_a_sweep_whose_terminal_is_closed_keeps_what_is_done(tmp_path):
    process, terminal = start_in_terminal(tmp_path, *SLOW, "--jobs", "1")
    read_until(terminal, "[1-3]/4")  # two may finish within one picture of the bar
    os.close(terminal)
    os.kill(process, signal.SIGHUP)  # some systems send it only as the terminal is used
    assert end_of(process) == 128 + signal.SIGHUP
    assert list(tmp_path.glob("cells/*-2/*/**/*.json"))


def test_a_sweep_that_is_ended_says_what_is_kept(tmp_path):
    running = subprocess.Popen(
        [*COMMAND, *SLOW, "--output", tmp_path],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    running.stderr.readline()
    assert "1/4" in running.stderr.readline()
    running.terminate()
    start = time.monotonic()
    _, stderr = running.communicate()  # ends when no worker holds the pipe any more
    assert time.monotonic() - start < 10
    assert running.returncode == 128 + signal.SIGTERM
    assert re.search("Interrupted: [1-3] of 4 cells are finished and saved", stderr)
    assert "Traceback" not in stderr


def test_a_pipe_that_closes_and_a_name_of_odd_bytes_cost_no_file(tmp_path, capsys):
    digits = load_dataset("digits")
    name = os.fsdecode(b"m\xfcll\x1b[2J.csv")
    table = pd.DataFrame(digits.X[:60]).assign(label=digits.y[:60])
    table.to_csv(tmp_path / name, index=False)
    options = ["--dataset", name, "--cv", "2", "--epochs", "1", "--hidden", "4"]
    options += ["--scales", "1", "2", "--jobs", "1", "--output", name[:-4]]
    with subprocess.Popen(
        [*COMMAND, *options],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout.readline().endswith(": 4 fits, frozen\n")
        running.stdout.close()
        stderr = running.stderr.read()
    assert running.returncode == 0, stderr
    assert "\x1b" not in stderr
    folder = tmp_path / name[:-4]
    for file in FILES:
        (folder / file).rename(folder / f"first-{file}")
    (folder / "first-run.json").rename(folder / "run.json")
    main(["report", str(folder)])
    assert "\x1b" not in capsys.readouterr().out
    for file in set(FILES) - {"run.json"}:
        first = (folder / f"first-{file}").read_bytes()
        assert (folder / file).read_bytes() == first, file
    assert r"<dd>m\xfcll\x1b[2J.csv</dd>" in (folder / "report.html").read_text("utf-8")


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write anywhere")
def test_sweep_finds_a_folder_it_cannot_write_to(tmp_path, capsys):
    tmp_path.chmod(0o555)
    with pytest.raises(SystemExit):
        main(["sweep", *SLOW, "--output", str(tmp_path)])
    assert "must be a folder that can be written to" in capsys.readouterr().err
