import json
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


def skn_noise(*arguments, cwd):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, cwd=cwd
    )


def sweep(*arguments, cwd):
    return skn_noise("sweep", *arguments, cwd=cwd)


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


def test_sweep_prints_the_table_and_ends_with_what_the_noise_cost(swept):
    ran, folder = swept
    summary = pd.read_csv(folder / "summary.csv")
    chosen = (summary["split"] == "validation") & (summary["metric"] == "accuracy")
    chosen = summary[chosen].set_index("scale")
    mean, lower, upper = chosen.loc[2.0, ["mean", "lower", "upper"]]
    assert f"{mean:.4f} [{lower:.4f}, {upper:.4f}]" in ran.stdout
    points = 100 * (chosen["mean"][0.5] - mean)
    assert f"scale 2 instead of 0.5 costs {points:.1f} points" in ran.stdout
    assert "(95 % interval" in ran.stdout


def test_sweep_writes_a_line_a_cell_without_a_terminal(swept):
    found, *cells = swept[0].stderr.splitlines()
    assert found.startswith("0 of 4 cells found done in out")
    assert [line.split()[0] for line in cells] == ["1/4", "2/4", "3/4", "4/4"]
    assert all(re.search(r"scale \S+, fold \d: accuracy 0\.\d{4}$", c) for c in cells)


def test_sweep_scores_hold_every_cell(swept):
    scores = pd.read_csv(swept[1] / "scores.csv")
    assert len(scores) == 2 * 2 * 2 * 2
    assert scores["value"].notna().all()


def test_sweep_record(swept):
    record = json.loads((swept[1] / "run.json").read_text())
    assert set(record) == {
        "arguments",
        "dataset",
        "seed",
        "versions",
        "data_fingerprint",
        "seconds",
    }
    assert record["arguments"]["scales"] == [2.0, 0.5]
    assert (record["dataset"], record["seed"]) == ("digits", 0)
    assert record["versions"]["scikit-learn"]


def test_sweep_repeats_itself_with_any_number_of_jobs(swept, tmp_path):
    ran = sweep(
        *QUICK, "--scales", 2, 0.5, "--jobs", 1, "--output", tmp_path, cwd=tmp_path
    )
    assert ran.returncode == 0, ran.stderr
    first, second = (
        pd.read_csv(folder / "scores.csv")["value"] for folder in (swept[1], tmp_path)
    )
    np.testing.assert_array_equal(first, second)


def test_sweep_compares_the_regimes_in_one_table_and_one_picture(tmp_path):
    regimes = ["fresh", "frozen", "clean"]
    arguments = [*QUICK, "--scales", 2, 0.5, "--training", *regimes]
    ran = sweep(*arguments, "--output", tmp_path, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("trains 4 networks") == 2
    assert "trains 2 networks with no noise" in ran.stdout
    scores = pd.read_csv(tmp_path / "scores.csv")
    assert scores["training"].unique().tolist() == regimes
    assert len(scores) == 3 * 2 * 2 * 2 * 2
    rows = re.findall(r"^(fresh|frozen|clean) +0.5", ran.stdout, re.MULTILINE)
    assert rows == regimes
    costs = re.findall(r"^(\w+): Noise of scale 2", ran.stdout, re.MULTILINE)
    assert costs == regimes
    compared = re.findall(r"^(\w+) takes .* that fresh takes", ran.stdout, re.MULTILINE)
    assert compared == regimes[1:]
    assert (tmp_path / "curve.png").stat().st_size > 0
    assert "<h2>Compared</h2>" in (tmp_path / "report.html").read_text("utf-8")


def test_sweep_with_holdout(tmp_path):
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 256, size=(60, 4, 4)), np.arange(60) % 3
    np.savez(
        tmp_path / "small.npz",
        x_train=images[:45],
        y_train=labels[:45],
        x_test=images[45:],
        y_test=labels[45:],
    )
    arguments = ["--dataset", "small.npz", "--cv", "holdout", "--epochs", 1]
    ran = sweep(*arguments, "--hidden", 4, "--scales", 1, 2, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    summary = pd.read_csv(tmp_path / "noise-sweep" / "summary.csv")
    assert (summary["n"] == 1).all()
    assert (summary["lower"].notna() == (summary["split"] == "validation")).all()
    assert "points of validation accuracy (95 % interval" in ran.stdout


def test_sweep_of_one_scale_has_no_cost(tmp_path):
    ran = sweep(*QUICK, "--scales", 1, "--output", tmp_path, cwd=tmp_path)
    assert "Validation accuracy at scale 1 is 0." in ran.stdout


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nonsense"])
def test_a_scheduler_that_does_not_answer_is_an_error(tmp_path, address):
    ran = sweep("--scheduler", address, cwd=tmp_path)
    assert ran.returncode == 2
    assert f"error: --scheduler {address}: no Dask scheduler answers" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_sweep_of_a_table_of_measurements_with_repeats(tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(-300, 5, size=(40, 3)), columns=[*"abc"])
    table.assign(label=np.arange(40) % 2).to_csv(tmp_path / "kelvin.csv", index=False)
    arguments = ["--dataset", "kelvin.csv", "--no-pixels", "--repeats", 2, "--cv", 2]
    few = ["--epochs", 1, "--hidden", 2, "--scales", 1, 2, "--jobs", 1]
    ran = sweep(*arguments, *few, "--output", "out", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "trains 8 networks" in ran.stdout
    scores = pd.read_csv(tmp_path / "out" / "scores.csv")
    assert scores["repeat"].unique().tolist() == [0, 1]
    assert "other seeds" in (tmp_path / "out" / "report.html").read_text("utf-8")


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


def test_restart_forgets_what_was_done(swept):
    _, folder = swept
    arguments = [*QUICK, "--scales", 2, 0.5, "--output", folder]
    again = sweep(*arguments, cwd=folder.parent)
    assert "4 of 4 cells found done" in again.stderr
    restarted = sweep(*arguments, "--restart", cwd=folder.parent)
    assert "0 of 4 cells found done" in restarted.stderr


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
