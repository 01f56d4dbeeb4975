import errno
import hashlib
import json
import logging
import math
import os
import resource
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from recorded import (
    Recorded,
    assert_same_scores,
    entries,
    n_fits,
    run,
    tell,
    wait_until,
)
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import KFold
from sklearn.naive_bayes import GaussianNB

from skn_noise import noise_curve
from skn_noise.study._cell import CellResult, Score
from skn_noise.study._predict import Predictions
from skn_noise.study._store import _decoded, _encoded

NEEDS_PROC = pytest.mark.skipif(
    not os.path.isdir("/proc"), reason="needs a folder that nobody can write to"
)


@pytest.mark.parametrize("make", [Path, partial(joblib.Memory, verbose=0)])
def test_finished_cells_are_not_fitted_again(recorded, make):
    memory = make(Path(recorded.log).with_name("memory"))
    first, second = (run(recorded, memory=memory) for _ in range(2))
    assert n_fits(recorded) == 6
    pd.testing.assert_frame_equal(first.scores, second.scores, check_exact=True)


@pytest.mark.parametrize(
    "same",
    [
        {"n_jobs": 2},
        {"error_score": "raise"},
        {"cv": 3, "progress": True},
        {"scales": (2.0, 0.5)},
    ],
)
def test_what_changes_no_score_is_no_reason_to_fit_again(recorded, same):
    run(recorded)
    run(recorded, **same)
    assert n_fits(recorded) == 6


def test_no_memory_keeps_nothing(recorded):
    run(recorded, memory=None)
    run(recorded, memory=joblib.Memory(None))
    assert n_fits(recorded) == 12
    assert entries(recorded) == []


def test_cells_without_training_scores_serve_no_study_that_asks_for_them(recorded):
    run(recorded, return_train_score=False)
    assert set(run(recorded).scores["split"]) == {"train", "validation"}
    assert n_fits(recorded) == 12


class Epochs(GaussianNB):
    """A classifier that tells scores of two epochs, as a network does."""

    def fit(self, X, y, X_val=None, y_val=None):
        super().fit(X, y)
        scores = np.random.default_rng().random(2).tolist()  # others in a second fit
        self.history_ = {"accuracy": [1.0, 0.9], "val_accuracy": scores}
        return self


def test_epochs_are_kept(tmp_path):
    data = load_iris(return_X_y=True)
    options = {"scales": [1e-9], "cv": 2, "param_name": "var_smoothing"}
    options |= {"memory": tmp_path, "track_epochs": True}
    first, second = (noise_curve(Epochs(), *data, **options) for _ in range(2))
    assert len(list(tmp_path.rglob("*-*.json"))) == 2
    pd.testing.assert_frame_equal(first.scores, second.scores, check_exact=True)
    pd.testing.assert_frame_equal(first.epochs, second.epochs, check_exact=True)


def test_more_scales_cost_only_their_own_cells_and_the_logger_tells_it(
    recorded, caplog
):
    run(recorded, scales=[0.5])
    with caplog.at_level(logging.INFO, logger="skn_noise"):
        run(recorded, scales=[0.5, 1.0, 2.0])
    assert n_fits(recorded) == 9
    memory = Path(recorded.log).with_name("memory")
    told = [one.getMessage() for one in caplog.records if one.levelname == "INFO"]
    assert told == [f"3 of 9 cells found done in {memory}"]


UNSEEDED = KFold(3, shuffle=True)
OTHER_DATA = {"X": load_iris().data + 1e-9}


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({}, {"cv": KFold(3)}, "the folds differ\\. All"),
        (
            {"cv": UNSEEDED},
            {"cv": UNSEEDED},
            "the folds differ: cv has no random_state",
        ),
        ({}, OTHER_DATA, "the data differ"),
    ],
    ids=["folds", "folds without a seed", "data"],
)
def test_another_study_is_fitted_and_the_warning_says_why(recorded, first, second, why):
    run(recorded, **first)
    memory = Path(recorded.log).with_name("memory")
    with pytest.warns(UserWarning, match=f"6 cells in {memory} are .* study: {why}"):
        run(recorded, **second)
    assert n_fits(recorded) == 12


def test_cells_of_another_version_are_left_alone(recorded, monkeypatch):
    run(recorded)
    there = {"joblib": "99.0"}
    monkeypatch.setattr(
        "importlib.metadata.version", lambda name: there.get(name) or version(name)
    )
    with pytest.warns(UserWarning, match="are of another study: joblib was"):
        run(recorded)
    assert n_fits(recorded) == 12
    assert len(entries(recorded)) == 12


def rewritten(change):
    return lambda entry: entry.write_bytes(change(entry.read_bytes()))


def with_one_bit_flipped(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def swap_with_another(entry):
    other = next(path for path in entry.parent.glob("*-*.json") if path != entry)
    mine, its = entry.read_bytes(), other.read_bytes()
    entry.write_bytes(its)
    other.write_bytes(mine)


def make_another_layout(entry):
    """Write a score with a value too few, and a checksum that is right."""
    key, result = json.loads(entry.read_bytes().partition(b"\n")[2])
    del result[0][0][0]
    content = json.dumps([key, result]).encode()
    entry.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


@pytest.mark.parametrize(
    ("damage", "n_damaged"),
    [
        (rewritten(lambda content: b""), 1),
        (rewritten(lambda content: content[:-9]), 1),
        (rewritten(lambda content: content + b"\n"), 1),
        (rewritten(with_one_bit_flipped), 1),
        (swap_with_another, 2),
        (make_another_layout, 1),
    ],
)
def test_a_damaged_entry_costs_only_its_cell(recorded, damage, n_damaged):
    expected = run(recorded)
    damage(entries(recorded)[2])
    memory = Path(recorded.log).with_name("memory")
    with pytest.warns(UserWarning, match="damaged") as told:
        again = run(recorded)
    assert [str(one.message) for one in told] == [
        f"{n_damaged} of the cells kept in {memory} are damaged, and are run again."
    ]
    assert Path(told[0].filename).name == "recorded.py"  # the line of the user
    assert_same_scores(again, expected)
    assert n_fits(recorded) == 6 + n_damaged
    run(recorded)
    assert n_fits(recorded) == 6 + n_damaged


def test_foreign_files_in_the_folder_do_not_matter(recorded):
    run(recorded)
    folder = entries(recorded)[0].parent
    for path in (folder / "func_code.py", folder / "x.json", folder.parent / "y.json"):
        path.write_bytes(b"")
    run(recorded)
    assert n_fits(recorded) == 6


def test_an_entry_runs_no_code(recorded):
    """A colleague's folder is text: numbers and names, in no format that calls."""
    run(recorded)
    for entry in entries(recorded):
        checksum, content = entry.read_text().split("\n")
        assert len(checksum) == 64
        key, _ = json.loads(content)
        assert key.startswith(entry.stem.partition("-")[2])


LABELS = np.array(["a", "setosa"])


@pytest.mark.parametrize(
    "predictions",
    [
        None,
        Predictions(np.array([0.1, -0.0, np.nan, 5e-324]), None, None),
        Predictions(np.uint8([1, 0]), LABELS, np.float32([0.1, 0.9])),
        Predictions(np.uint8([1, 0]), LABELS.astype(object), np.float64([0.1, 0.9])),
    ],
)
@pytest.mark.parametrize("value", [np.pi, -0.0, math.nan, -math.inf, 5e-324])
def test_a_result_is_kept_to_the_last_bit(predictions, value, tmp_path):
    history = {"loss": [value], "accuracy": [np.float32(0.1), np.int64(1)]}
    seconds, scores = {0.1: 0.3}, (Score(0.1, 0, "train", "accuracy", value, None),)
    result = CellResult(scores, history, None, 0.1, seconds, {(0.1, 0): predictions})
    kept = _decoded(_encoded(result, "key"), "key")
    plain = {"loss": [value], "accuracy": [float(np.float32(0.1)), 1]}
    assert repr(kept) == repr(result._replace(history=plain))
    assert type(kept) is CellResult


def test_a_folder_named_by_a_relative_path_stays_the_same(recorded, monkeypatch):
    monkeypatch.chdir(Path(recorded.log).parent)
    run(recorded, memory="memory")
    run(recorded)
    assert n_fits(recorded) == 6


def test_two_runs_at_once_lose_no_cell(recorded):
    """In two processes: this one, and one that waits in its first fit until it runs."""
    tell(recorded, "wait", 0.5)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import recorded as t;"
        "t.run(t.Recorded(sys.argv[2], seconds=0.05), cv=5)"
    )
    command = [sys.executable, "-c", code, Path(__file__).parent, recorded.log]
    with subprocess.Popen(command) as other:
        wait_until(lambda: n_fits(recorded) or other.poll() is not None)
        tell(recorded, "wait")
        curve = run(recorded.set_params(seconds=0.05), cv=5)
    assert other.returncode == 0
    n_before = n_fits(recorded)
    assert n_before > 10  # some cells were fitted by both
    assert_same_scores(run(recorded, cv=5), curve)
    assert n_fits(recorded) == n_before


def test_a_failed_cell_is_tried_again(recorded):
    tell(recorded, "fail", 2.0)
    with pytest.warns(FitFailedWarning, match="told to fail"):
        failed = run(recorded)
    assert failed.scores.query("scale == 2")["value"].isna().all()
    tell(recorded, "fail")
    assert run(recorded).scores["value"].notna().all()
    assert n_fits(recorded) == 6 + 3


@pytest.mark.parametrize(
    "memory", ["file", "occupied", pytest.param("/proc/skn_noise", marks=NEEDS_PROC)]
)
def test_memory_that_cannot_be_written(recorded, tmp_path, memory):
    (tmp_path / "file").touch()
    (tmp_path / "occupied").mkdir()
    (tmp_path / "occupied" / "skn_noise-cells").touch()
    memory = tmp_path / memory
    message = rf"be written to, got '{memory}' \(\[Errno .*\)\. Pass another folder"
    with pytest.raises(ValueError, match=message):
        run(recorded, memory=memory)
    assert n_fits(recorded) == 0


def test_finished_cells_are_read_where_nothing_can_be_written(recorded):
    run(recorded)
    with bytes_in_a_file_limited_to(0):
        run(recorded)
    assert n_fits(recorded) == 6


def test_no_room_for_cells_is_found_before_training(recorded):
    with (
        bytes_in_a_file_limited_to(1000),
        pytest.raises(ValueError, match=r"memory must be .* File too large"),
    ):
        run(recorded)
    assert n_fits(recorded) == 0
    assert left_in_memory(recorded) == []


def test_no_room_any_more_tells_what_is_kept(recorded):
    tell(recorded, "limit", 2.0)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with pytest.raises(OSError, match="File too large") as caught:
        run(recorded)
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "1 of 6 cells are finished and saved in" in caught.value.__notes__[0]
    assert len(left_in_memory(recorded)) == 2  # a cell, and the key of the study


def left_in_memory(recorded):
    memory = Path(recorded.log).with_name("memory")
    return [path for path in memory.rglob("*") if path.is_file()]


@contextmanager
def bytes_in_a_file_limited_to(n_bytes):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_cell_that_cannot_be_read_is_no_damage(recorded, monkeypatch):
    def no_permission(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    run(recorded, scales=[0.5])
    memory = Path(recorded.log).with_name("memory")
    monkeypatch.setattr(Path, "read_bytes", no_permission)
    with pytest.raises(PermissionError, match=str(memory)):
        run(recorded, scales=[0.5])


class Deletes(Recorded):
    """Deletes the folder of finished cells in its second fit."""

    def fit(self, X, y):
        if n_fits(self) == 1:
            shutil.rmtree(Path(self.log).with_name("memory"))
        return super().fit(X, y)


def test_a_folder_that_is_deleted_during_a_run_is_made_again(tmp_path):
    recorded = Deletes(str(tmp_path / "log"))
    run(recorded, scales=[0.5])
    assert len(entries(recorded)) == 2  # the first one was deleted
    run(recorded, scales=[0.5])
    assert n_fits(recorded) == 3 + 1


def test_a_name_in_a_folder_of_others_is_printed_without_escapes(recorded):
    run(recorded)
    path = entries(recorded)[0].with_name("key.json")
    key, options = json.loads(path.read_text())
    key["versions"]["numpy"] = "\x1b[31m1"
    path.write_text(json.dumps([key, options]))
    path.parent.rename(path.parent.with_name("other"))
    with pytest.warns(UserWarning, match="numpy was .x1b.31m1 and is") as told:
        run(recorded)
    assert "\x1b" not in str(told[0].message)


def test_another_estimator_in_a_folder_is_told_to_the_logger(recorded, caplog):
    run(recorded)
    with caplog.at_level(logging.INFO, logger="skn_noise"):
        run(clone(recorded).set_params(seconds=0.001))
    assert "are of another study: the estimator differs." in caplog.text
    assert n_fits(recorded) == 12


def test_a_memory_that_names_no_folder_is_refused_at_once(recorded):
    with pytest.raises(ValueError, match="memory must name a folder, got"):
        run(recorded, memory="")
    assert n_fits(recorded) == 0
