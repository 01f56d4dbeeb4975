"""Whatever may change a score changes the key of its cell; a little else may, too."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ways_to_differ import ALLOWED_MISSES, DIFFERENT, SAME

from skn_noise.study._plan import plan_study
from skn_noise.study._regime import find_regime
from skn_noise.study._store import CellStore


def plan_of(estimator, X, y, scales, **options):
    training = options.pop("training", None)
    param_name = options.pop("param_name", "noise__scale")
    regime = find_regime(estimator, training, param_name, scales)
    options = {"groups": None, "params": None, "error_score": np.nan, **options}
    for name in ("n_jobs", "progress"):
        options.pop(name, None)
    scales = [(scale, (scale,)) for scale in scales]
    return plan_study(
        estimator, X, y, regime=regime, scales=scales, scores_train=True, **options
    )


def keys_of(folder, **kwargs):
    plan = plan_of(**kwargs)
    store = CellStore(folder, plan)
    return {store._path(cell) for cell in plan.cells}


def keys(way, folder):
    """Return the keys of both studies."""
    found = []
    for is_other in (False, True):
        with way(is_other) as kwargs:
            found.append(keys_of(folder, **kwargs))
    return found


@pytest.mark.parametrize("name", DIFFERENT)
def test_anything_that_may_change_a_score_changes_the_key(name, tmp_path):
    one, other = keys(DIFFERENT[name], tmp_path)
    assert one.isdisjoint(other)


@pytest.mark.parametrize("name", SAME.keys() - ALLOWED_MISSES.keys())
def test_the_key_stays_where_no_score_changes(name, tmp_path):
    one, other = keys(SAME[name], tmp_path)
    assert one == other


def test_every_allowed_miss_has_a_reason():
    assert ALLOWED_MISSES.keys() <= SAME.keys()
    assert all(ALLOWED_MISSES.values())


def test_keys_are_the_same_in_every_process(tmp_path):
    """Keras is loaded in one of them, hashes are seeded otherwise, no key differs."""
    names = ["closure", "set", "frozen forest", "method of a class", "categories"]
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_key as t;"
        "print(*[t.keys(t.DIFFERENT[name], sys.argv[2]) for name in sys.argv[3:]])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, Path(__file__).parent, tmp_path, *names],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    pytest.importorskip("keras")
    for name in names:
        for study_keys in keys(DIFFERENT[name], tmp_path):
            assert all(key in ran.stdout for _, key in study_keys)
