import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

COMMAND = [sys.executable, "-m", "skn_noise"]
QUICK = ["--dataset", "digits", "--cv", "2", "--epochs", "2", "--hidden", "16"]


def sweep(*arguments, cwd):
    command = [*COMMAND, "sweep", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    cwd = tmp_path_factory.mktemp("sweep")
    return sweep(*QUICK, "--scales", 2, 0.5, "--output", "out", cwd=cwd), cwd / "out"


# --- sweep ----------------------------------------------------------------------------


def test_sweep_writes_its_six_files_and_what_it_keeps(swept):
    ran, folder = swept
    assert ran.returncode == 0, ran.stderr
    assert sorted(path.name for path in folder.iterdir()) == [
        "cells",
        "curve.png",
        "curves",
        "report.html",
        "run.json",
        "samples.png",
        "scores.csv",
        "summary.csv",
    ]


def test_sweep_writes_a_line_a_cell_without_a_terminal(swept):
    found, *cells = swept[0].stderr.splitlines()
    assert found.startswith("0 of 4 cells found done in out")
    assert [line.split()[0] for line in cells] == ["1/4", "2/4", "3/4", "4/4"]
    assert all(re.search(r"scale \S+, fold \d: accuracy 0\.\d{4}$", c) for c in cells)


def test_sweep_repeats_itself_with_any_number_of_jobs(swept, tmp_path):
    ran = sweep(
        *QUICK, "--scales", 2, 0.5, "--jobs", 1, "--output", tmp_path, cwd=tmp_path
    )
    assert ran.returncode == 0, ran.stderr
    first, second = (
        pd.read_csv(folder / "scores.csv")["value"] for folder in (swept[1], tmp_path)
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nonsense"])
def test_a_scheduler_that_does_not_answer_is_an_error(tmp_path, address):
    ran = sweep("--scheduler", address, cwd=tmp_path)
    assert ran.returncode == 2
    assert f"error: --scheduler {address}: no Dask scheduler answers" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write anywhere")
def test_sweep_finds_a_folder_it_cannot_write_to(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    ran = sweep(*QUICK, "--output", locked, cwd=tmp_path)
    assert ran.returncode == 2
    assert "must be a folder that can be written to" in ran.stderr
    assert "locked" in ran.stderr


# --- sweep, interrupted ---------------------------------------------------------------

SLOW = ["--dataset", "digits", "--cv", "2", "--epochs", "200", "--hidden", "64"]


def start_in_terminal(folder, *arguments):
    """Start a sweep in a terminal of its own; return its process and the terminal."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ["COLUMNS"] = "120"
        command = [*COMMAND, "sweep", *map(str, arguments)]
        os.execv(sys.executable, [*command, "--output", str(folder)])
    return process, terminal


def start_sweep(folder, *arguments):
    """Start a sweep whose stderr can be read line by line."""
    command = [*COMMAND, "sweep", *arguments]
    return subprocess.Popen(
        [*command, "--output", folder],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )


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


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_the_sweep_and_the_same_command_goes_on(tmp_path, jobs):
    arguments = [*SLOW, "--scales", "0.5", "1", "2", "--jobs", jobs]
    process, terminal = start_in_terminal(tmp_path, *arguments)
    bar = read_until(terminal, "[2-5]/6")
    assert re.search(r"scale \S+, fold 0: accuracy 0\.\d{4}", bar)
    os.write(terminal, b"\x03")
    start = time.monotonic()
    shown = read_until(terminal, None)
    _, status = os.waitpid(process, 0)
    assert time.monotonic() - start < 10
    assert os.waitstatus_to_exitcode(status) == 130
    (n_saved,) = re.findall(r"Interrupted: (\d) of 6 cells are finished", shown)
    assert int(n_saved) >= 2
    assert "run the same again" in shown
    assert "Traceback" not in shown

    ran = sweep(*arguments, "--output", tmp_path, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert f"{n_saved} of 6 cells found done in" in ran.stderr
    assert ran.stderr.count("accuracy") == 6 - int(n_saved)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_sweep_as_ctrl_c_does(tmp_path, name):
    running = start_sweep(tmp_path, *SLOW, "--scales", "1", "2", "--jobs", "2")
    running.stderr.readline()
    assert "1/4" in running.stderr.readline()
    running.send_signal(getattr(signal, name))
    start = time.monotonic()
    _, stderr = running.communicate()  # ends when no worker holds the pipe any more
    assert time.monotonic() - start < 10
    assert running.returncode == 128 + getattr(signal, name)
    assert re.search(r"Interrupted: [1-3] of 4 cells are finished and saved", stderr)
    assert "Traceback" not in stderr


def test_ctrl_c_while_workers_start_shows_no_traceback(tmp_path):
    process, terminal = start_in_terminal(tmp_path, *SLOW, "--jobs", "2")
    shown = read_until(terminal, "0/10")
    time.sleep(1)
    os.write(terminal, b"\x03")
    shown += read_until(terminal, None)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 130
    assert "Interrupted: 0 of 10 cells are finished" in shown
    assert "Traceback" not in shown


def test_a_sweep_whose_terminal_is_closed_keeps_what_is_done(tmp_path):
    arguments = [*SLOW, "--scales", "1", "2", "--jobs", "2"]
    process, terminal = start_in_terminal(tmp_path, *arguments)
    read_until(terminal, "[1-3]/4")  # two may finish within one picture of the bar
    os.close(terminal)
    os.kill(process, signal.SIGHUP)  # some systems send it only as the terminal is used
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP


def test_a_killed_worker_ends_the_sweep_with_what_is_kept(tmp_path):
    running = start_sweep(tmp_path, *SLOW, "--scales", "1", "2", "--jobs", "2")
    running.stderr.readline()
    assert "1/4" in running.stderr.readline()
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text()
    workers = [
        child
        for child in map(int, children.split())
        if "popen_loky_posix" in Path(f"/proc/{child}/cmdline").read_text()
    ]
    os.kill(workers[0], signal.SIGKILL)
    _, stderr = running.communicate()
    assert running.returncode == 1
    assert "the Operating System to kill the worker" in stderr
    assert re.search(r"[1-3] of 4 cells are finished and saved", stderr)
    assert "Traceback" not in stderr
