"""Try to get a wrong score out of a folder of finished cells, and time the folder.

    python benchmarks/store.py

* ways: studies of which the second may score otherwise than the first, and others of
  which it may not, both run with one folder. A score is wrong if the second study run
  without a folder has another one.
* damage: bits flipped, files cut short and files swapped in a folder of six cells,
  which is then used again. A cell is lost if it was not damaged, and yet run again.
* time: cells written, and found again, in folders of many sizes.

What it printed on two cores and a local disk:

======================================  ============  ==========================
tried                                   wrong scores  cells
======================================  ============  ==========================
124 studies that may score otherwise    0             none served from the other
23 studies that may not                 0             all served from the other
200 bits flipped                        0             the damaged run again only
50 files cut short                      0             the damaged run again only
50 pairs of files swapped               0             the damaged run again only
======================================  ============  ==========================

===============  ========  ========
ms a cell        to write  to find
===============  ========  ========
100 cells        .17       .09
1 000 cells      .17       .06
10 000 cells     .17       .07
===============  ========  ========
"""

import contextlib
import io
import random
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path
from types import SimpleNamespace

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from ways_to_differ import DIFFERENT, SAME, study

from skn_noise import noise_curve
from skn_noise.study._cell import CellResult, Score
from skn_noise.study._plan import Cell
from skn_noise.study._store import CellStore

N_FLIPS = 200
SIZES = [100, 1_000, 10_000]


def try_ways():
    """Run each pair of studies with one folder, and count what went wrong."""
    for title, ways in [("may", DIFFERENT), ("may not", SAME)]:
        n_wrong = n_served = n_run = 0
        for way in ways.values():
            with (
                tempfile.TemporaryDirectory() as folder,
                contextlib.redirect_stdout(io.StringIO()),
            ):
                with way(False) as one:
                    noise_curve(**one, memory=folder)
                n_first = len(cells_in(folder))
                with way(True) as other:
                    kept = values(noise_curve(**other, memory=folder))
                    fresh = values(noise_curve(**other))
                n_second = len(cells_in(folder)) - n_first
            n_wrong += kept != fresh
            n_served += n_second == 0
            n_run += n_second > 0
        print(
            f"{len(ways)} studies that {title} score otherwise: {n_wrong} wrong "
            f"scores, {n_served} served the cells of another, {n_run} run"
        )


def cells_in(folder):
    """Return the files of the finished cells."""
    return sorted(Path(folder).rglob("*.json"))


def values(curve):
    """Return the scores as text, which tells NaN and the last bit."""
    return repr(curve.scores["value"].tolist())


def try_damage():
    """Damage a folder in every way, and count what went wrong."""
    case = study(scales=[1.0, 2.0], cv=3)
    right = values(noise_curve(**case))
    randoms = random.Random(0)
    for damage, n_times, n_damaged in [(flip, N_FLIPS, 1), (cut, 50, 1), (swap, 50, 2)]:
        n_wrong = n_lost = n_untold = 0
        with tempfile.TemporaryDirectory() as folder:
            noise_curve(**case, memory=folder)
            for _ in range(n_times):
                before = {path: path.stat().st_mtime_ns for path in cells_in(folder)}
                damage(randoms, *randoms.sample(cells_in(folder), n_damaged))
                damaged = {path: path.stat().st_mtime_ns for path in cells_in(folder)}
                with warnings.catch_warnings(record=True) as told:
                    warnings.simplefilter("always")
                    n_wrong += values(noise_curve(**case, memory=folder)) != right
                n_untold += len(told) != 1
                after = {path: path.stat().st_mtime_ns for path in cells_in(folder)}
                n_lost += (
                    sum(after[path] != damaged[path] for path in before) - n_damaged
                )
        print(
            f"{damage.__name__}: {n_times} times, {n_wrong} wrong scores, {n_lost} "
            f"cells lost beyond the damaged, {n_untold} times not told in one warning"
        )


def flip(randoms, path):
    """Flip one bit."""
    data = bytearray(path.read_bytes())
    data[randoms.randrange(len(data))] ^= 1 << randoms.randrange(8)
    path.write_bytes(data)


def cut(randoms, path):
    """Cut a file short."""
    path.write_bytes(path.read_bytes()[: randoms.randrange(path.stat().st_size)])


def swap(_, path, other):
    """Swap two files."""
    mine, its = path.read_bytes(), other.read_bytes()
    path.write_bytes(its)
    other.write_bytes(mine)


def time_cells(n_cells):
    """Time writing and finding cells of 20 epochs on folds of 60 000 samples."""
    folds = [np.arange(fold, 60_000, 5) for fold in range(5)]
    cells = [
        Cell(float(number), (float(number),), number % 5, folds[number % 5], folds[0])
        for number in range(n_cells)
    ]
    epochs = {name: list(np.random.random(20)) for name in ("loss", "accuracy")}
    scores = tuple(
        Score(1.0, split, metric, random.random(), None)
        for split in ("train", "validation")
        for metric in ("accuracy", "neg_log_loss")
    )
    result = CellResult(scores, epochs, None, 1.5, {1.0: 0.1}, {})
    shared = SimpleNamespace(scores_train=1, track_epochs=0, keeps_predictions=0)
    digests = {"data_digest": "", "study_digest": "", "fold_digests": list("01234")}
    plan = SimpleNamespace(study=shared, **digests)
    with tempfile.TemporaryDirectory() as folder:
        store = CellStore(folder, plan)
        store.prepare(n_cells)
        written = [timed(store.save, cell, result) for cell in cells]
        store = CellStore(folder, plan)
        found = [timed(store.load, cell) for cell in cells]
        assert store.n_damaged == 0
        n_bytes = sum(path.stat().st_size for path in cells_in(folder))
    print(
        f"{n_cells:6} cells of {n_bytes / n_cells:4.0f} bytes: "
        f"{summary(written)} ms to write, {summary(found)} ms to find"
    )


def timed(function, *args):
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


def summary(seconds):
    """Return mean and median in milliseconds."""
    mean, median = statistics.mean(seconds), statistics.median(seconds)
    return f"{1e3 * mean:.3f} (median {1e3 * median:.3f})"


def main():
    """Try and time everything."""
    warnings.simplefilter("ignore")
    for n_cells in SIZES:
        time_cells(n_cells)
    try_damage()
    try_ways()


if __name__ == "__main__":
    main()
