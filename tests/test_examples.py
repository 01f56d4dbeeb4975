import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
QUICK = ["--dataset", "digits", "--cv", "2", "--epochs", "2", "--hidden", "16"]


def run_example(name, *arguments, cwd):
    return subprocess.run(
        [sys.executable, str(EXAMPLES / name), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
    )


def sweep(*arguments, cwd):
    return run_example("sweep.py", *arguments, cwd=cwd)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    cwd = tmp_path_factory.mktemp("sweep")
    return sweep(*QUICK, "--scales", 2, 0.5, "--output", "out", cwd=cwd), cwd / "out"


# --- sweep.py -------------------------------------------------------------------------


def test_sweep_writes_its_five_files_and_nothing_else(swept):
    ran, folder = swept
    assert ran.returncode == 0, ran.stderr
    assert sorted(path.name for path in folder.iterdir()) == [
        "curve.png",
        "run.json",
        "samples.png",
        "scores.csv",
        "summary.csv",
    ]


def test_sweep_prints_the_table_and_ends_with_what_the_noise_cost(swept):
    ran, folder = swept
    summary = pd.read_csv(folder / "summary.csv")
    chosen = (summary["split"] == "validation") & (summary["metric"] == "accuracy")
    means = summary[chosen].set_index("scale")["mean"]
    assert f"{means[2.0]:.4f} ± " in ran.stdout
    points = 100 * (means[0.5] - means[2.0])
    assert f"scale 2 instead of 0.5 costs {points:.1f} points" in ran.stdout


def test_sweep_is_silent_on_stderr_without_a_terminal(swept):
    assert swept[0].stderr == ""


def test_sweep_scores_hold_every_cell(swept):
    scores = pd.read_csv(swept[1] / "scores.csv")
    assert len(scores) == 2 * 2 * 2 * 2
    assert scores["value"].notna().all()


def test_sweep_record(swept):
    record = json.loads((swept[1] / "run.json").read_text())
    assert set(record) == {
        "arguments",
        "seed",
        "versions",
        "data_fingerprint",
        "seconds",
    }
    assert record["arguments"]["scales"] == [2.0, 0.5]
    assert record["seed"] == 42
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


def test_sweep_of_one_scale_has_no_cost(tmp_path):
    ran = sweep(*QUICK, "--scales", 1, "--output", tmp_path, cwd=tmp_path)
    assert "Validation accuracy at scale 1 is 0." in ran.stdout


def test_sweep_help_names_every_option(tmp_path):
    ran = sweep("--help", cwd=tmp_path)
    for option in (
        "--dataset",
        "--scales",
        "--cv",
        "--epochs",
        "--batch-size",
        "--hidden",
        "--jobs",
        "--seed",
        "--output",
    ):
        assert option in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dataset", "minst"], "Known are 'mnist-5k'"),
        (["--dataset", "digits", "--cv", "holdout"], "test part"),
        (["--dataset", "digits", "--cv", "1"], "at least 2"),
        (["--dataset", "digits", "--scales", "1", "1"], "each scale once"),
        (["--dataset", "digits", "--scales", "-1"], "finite and not negative"),
        (["--epochs", "0"], "--epochs: expected a whole number of at least 1"),
        (["--batch-size", "2.5"], "--batch-size"),
        (["--hidden", "-3"], "--hidden"),
        (["--output", "a-file"], "a-file is a file; name a folder"),
        (["--output", "a-file/folder"], "cannot be written to"),
    ],
)
def test_sweep_rejects_bad_input_before_the_training(tmp_path, arguments, message):
    (tmp_path / "a-file").write_text("")
    ran = sweep(*arguments, cwd=tmp_path)
    assert ran.returncode == 2
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write anywhere")
def test_sweep_finds_a_folder_it_cannot_write_to(tmp_path):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    ran = sweep(*QUICK, "--output", locked, cwd=tmp_path)
    assert ran.returncode == 2
    assert "locked cannot be written to" in ran.stderr


# --- examples in cells ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["look_at_the_noise", "with_and_without_noise"])
def test_example(name, tmp_path):
    ran = run_example(f"{name}.py", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.png"]
