import logging
import os
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from recorded import assert_same_scores, entries, n_fits, run, tell
from sklearn.base import clone
from sklearn.callback import ProgressBar
from sklearn.datasets import load_digits
from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import accuracy_score, make_scorer

from skn_noise import make_noise_pipeline, noise_curve


def test_finished_cells_are_not_fitted_again(recorded):
    first = run(recorded)
    second = run(recorded)
    assert n_fits(recorded) == 6
    pd.testing.assert_frame_equal(first.scores, second.scores, check_exact=True)


def test_more_scales_cost_only_their_own_cells(recorded):
    run(recorded)
    run(recorded, scales=[0.5, 1.0, 2.0])
    assert n_fits(recorded) == 9


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


def test_present_scale_and_callbacks_are_no_reason_to_fit_again(recorded):
    pipeline = make_noise_pipeline(hidden_layer_sizes=(4,), epochs=1, random_state=0)
    memory = Path(recorded.log).with_name("memory")
    X, y = load_digits(return_X_y=True)
    noise_curve(pipeline, X, y, cv=2, scales=[2.0], memory=memory)
    pipeline.set_params(noise__scale=7.0).set_callbacks(ProgressBar())
    noise_curve(pipeline, X, y, cv=2, scales=[2.0], memory=memory)
    assert len(entries(recorded)) == 2


def test_no_memory_keeps_nothing(recorded):
    run(recorded, memory=None)
    run(recorded, memory=joblib.Memory(None))
    assert n_fits(recorded) == 12
    assert entries(recorded) == []


def test_memory_of_joblib(recorded):
    memory = joblib.Memory(Path(recorded.log).with_name("memory") / "joblib", verbose=0)
    run(recorded, memory=memory)
    run(recorded, memory=memory)
    assert n_fits(recorded) == 6


def test_epochs_are_kept(tmp_path):
    pipeline = make_noise_pipeline(hidden_layer_sizes=(4,), epochs=2, random_state=0)
    X, y = load_digits(return_X_y=True)
    first, second = (
        noise_curve(
            pipeline, X, y, scales=[2.0], cv=2, memory=tmp_path, track_epochs=True
        )
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first.scores, second.scores, check_exact=True)
    pd.testing.assert_frame_equal(first.epochs, second.epochs, check_exact=True)


def test_found_cells_are_told_to_the_logger(recorded, caplog):
    run(recorded, scales=[0.5])
    with caplog.at_level(logging.INFO, logger="skn_noise"):
        run(recorded)
    assert "3 of 6 cells found done in" in caplog.text


def negated_accuracy(y_true, y_pred):
    return -accuracy_score(y_true, y_pred)


@pytest.mark.parametrize(
    "other",
    [
        {"cv": 4},
        {"scoring": "balanced_accuracy"},
        {"scoring": make_scorer(negated_accuracy)},
        {"scoring": ["accuracy", "balanced_accuracy"]},
    ],
)
def test_another_split_or_scorer_is_another_study(recorded, other):
    run(recorded)
    n_before = n_fits(recorded)
    fresh = run(recorded, **other)
    assert n_fits(recorded) == n_before + len(fresh.scores["fold"].unique()) * 2


def test_another_parameter_is_another_study(recorded):
    run(recorded)
    run(clone(recorded).set_params(seconds=0.001))
    assert n_fits(recorded) == 12


def test_other_data_is_another_study(recorded):
    X, y = load_digits(return_X_y=True)
    memory = Path(recorded.log).with_name("memory")
    other = X.copy()
    other[0, 3] += 1
    for samples in (X, other):
        noise_curve(
            recorded, samples, y, scales=[1.0], cv=2, param_name="scale", memory=memory,
            scoring="accuracy",
        )  # fmt: skip
    assert n_fits(recorded) == 4


def test_cells_of_another_version_are_left_alone(recorded, monkeypatch):
    run(recorded)
    monkeypatch.setattr("skn_noise.study._store.version", lambda name: "99.0")
    run(recorded)
    assert n_fits(recorded) == 12
    assert len(entries(recorded)) == 12


@pytest.mark.parametrize("content", [b"", b"garbage", None])
def test_a_damaged_entry_costs_only_its_cell(recorded, content):
    expected = run(recorded)
    entry = entries(recorded)[2]
    half = entry.read_bytes()[: entry.stat().st_size // 2]
    entry.write_bytes(half if content is None else content)
    assert_same_scores(run(recorded), expected)
    assert n_fits(recorded) == 7
    run(recorded)
    assert n_fits(recorded) == 7


def test_an_entry_that_is_no_result_costs_only_its_cell(recorded):
    run(recorded)
    joblib.dump("no result", entries(recorded)[0])
    run(recorded)
    assert n_fits(recorded) == 7


def test_a_failed_cell_is_tried_again(recorded):
    tell(recorded, "fail", 2.0)
    with pytest.warns(FitFailedWarning, match="told to fail"):
        failed = run(recorded)
    assert failed.scores.query("scale == 2")["value"].isna().all()
    tell(recorded, "fail")
    assert run(recorded).scores["value"].notna().all()
    assert n_fits(recorded) == 6 + 3


def test_memory_that_is_a_file(recorded, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="memory must be a folder"):
        run(recorded, memory=tmp_path / "file")
    assert n_fits(recorded) == 0


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs a folder none can write")
def test_memory_that_cannot_be_written(recorded):
    with pytest.raises(ValueError, match="memory must be a folder that can be written"):
        run(recorded, memory="/proc/skn_noise")
    assert n_fits(recorded) == 0


def test_memory_that_is_no_memory(recorded):
    with pytest.raises(ValueError, match="'memory'"):
        run(recorded, memory=3)


def test_memory_with_a_scorer_that_cannot_be_pickled(recorded):
    with pytest.raises(ValueError, match="top level of a module"):
        run(recorded, scoring=lambda estimator, X, y: np.pi)
