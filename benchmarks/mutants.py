"""Change the code in small ways and count which changes its own tests notice.

    python benchmarks/mutants.py statistics noise scaling parzen [--show]

mutmut (``pip install "mutmut>=3.8"``) makes the mutants and runs the tests on a copy of
the checkout in a temporary folder. A module is a file or a folder of `skn_noise`; its
own tests stand in `TESTS_OF`. Of a file with many mutants some are drawn at random.
Constants, decorated functions and their arguments are not mutated; the defaults of
public functions are held to their docstrings by `tests/test_defaults.py`.

Measured so far: mutants there are, those that were run, and the share killed. Where 25
or fewer were run, the share is uncertain by a tenth or two, and no proof of 93 %; 14 or
fewer were run outside of this script, every file of tests as a whole, without those in
`SLOW`. Of `_training_samples` some may have run out of time, which counts as killed::

    _aligned                    30    30   0.967
    _sklearn                   171    25   0.880
    _training_samples          278    60   1.000
    _versions                   12    12   1.000
    cli/_data                   41     6   0.833
    cli/_endings                17     6   1.000
    cli/_folder_options        102     6   1.000
    cli/_help                    4     4   0.750
    cli/_kept                  116     6   0.833
    cli/_report                 42     6   1.000
    cli/_sweep                 213     4   1.000
    cli/_sweep_options         363     6   1.000
    cli/_types                  99     6   0.833
    datasets/_assemble         107    25   0.960
    datasets/_dataset           37    25   1.000
    datasets/_idx              114    25   1.000
    datasets/_images            64    64   0.984
    datasets/_labels           116    25   1.000
    datasets/_load             102    25   1.000
    datasets/_named             81    81   0.901
    datasets/_npz               52    25   1.000
    datasets/_part               7     7   1.000
    datasets/_pixels            92    25   0.960
    datasets/_tables           133    40   0.975
    noise                      269    10   0.900
    parzen                     411    80   0.838
    report/_lost                94     6   1.000
    report/_methods            224     6   0.667
    report/_pictures           142     6   0.833
    report/_report             190     6   1.000
    report/_samples_file        79     6   1.000
    report/_settings            76     6   1.000
    report/_tables              59     6   1.000
    results/_accuracy_fit      401   120   0.958
    results/_best_training      58    50   1.000
    results/_by_class          179   120   0.967
    results/_cells              13    13   1.000
    results/_comparable        174   120   0.983
    results/_compare           353   120   0.975
    results/_concat            257    50   0.980
    results/_curve              56    50   1.000
    results/_curve_checks      221    50   0.940
    results/_intervals         361   120   0.950
    results/_lost              134    50   0.960
    results/_matrix             15    15   1.000
    results/_metrics           100   100   1.000
    results/_ratio              98    98   0.969
    results/_saved             205   120   0.958
    results/_scored            151   120   0.942
    results/_search            225   120   0.950
    results/_search_data       222   120   0.992
    results/_spread            119    50   0.960
    results/_summaries         240    50   0.960
    results/_tolerance         475    50   0.960
    results/_words             216   120   0.950
    scaling                    208    80   0.925
    statistics                 932   932   0.980
    study/_cell                207    40   0.800
    study/_epochs               75    20   1.000
    study/_failures             73    20   0.900
    study/_folds                64    20   1.000
    study/_manifest            108    20   0.950
    study/_plain_text           69    20   0.800
    study/_plan                152   120   0.900
    study/_predictions          73    12   1.000
    study/_progress              7     7   1.000
    study/_regime              250    20   1.000
    study/_repeats              49    12   1.000
    study/_routing              57    20   1.000
    study/_run                 119    40   0.825
    study/_samples             178    20   1.000
    study/_scales               44    44   1.000
    study/_scoring              55    20   1.000
    study/_split                57    20   1.000
    study/_store               142    40   0.600
    study/_tables              237    20   0.850

What lived was read. In `parzen` it is copies, larger types, a slower way that is as
exact, and bounds between ways; in `scaling` the unit of values and what saves time; in
`_named` what only the slow reading of MNIST notices, and names of arrays that are never
at fault: all of these are kinds of CONTRIBUTING.md. What lived of `_aligned`,
`_sklearn`, `report` and `cli` is killed by tests that came after the count, or its code
is gone; the one of `_tables` by a test that takes longer than these may.

Of `cli` and `report` few were drawn a file. Those of `cli/_sweep`, and the ones of
`cli/_report` and `cli/_files` that only slow tests notice, were made by hand and run
against `test_sweep` and `test_command_folders`, as processes with networks do not fork.

Those of `results` were run in forks of one session of pytest, which is quicker, by
tests of less than 1.5 seconds, but for `_by_class`, `_ratio` and `_scored`; of
`_compare`, `_curve`, `_matrix` and `_spread` what lived was run once more by tests
written for it. Of 50 drawn a share is uncertain by three hundredths, of 20 by five.

Of `study` 20, 40 or 120 mutants a file were run by a fork each, the quickest tests
first, and most that lived again by more of their tests; of `_failures`, what picks the
line of a warning was killed by hand. `_plan` was measured before other files of tests
came to its own; `_cell`, `_run` and `_store` by 6 seconds of their tests, which leave
slow ones out, and before tests for what lived. Of 17 changes by hand to `_workers`,
`_signals`, `_keras_settings` and `_run`, their tests killed 13: a signal that reaches
starting workers, the filter of joblib's warning and `batch_size` can change unnoticed.

Not measured: `pipeline`, `cli/_main`, `cli/_files`, `results/_shown`, and what is not
named of `study`; `study/fingerprint` only in part, before its last tests.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ["skn_noise", "tests", "docs", "pyproject.toml", "README.md"]
COPIED += ["CONTRIBUTING.md"]  # tests read it, too
MOST_A_FILE = 120
MOST_SECONDS = 0.5  # that a test may take to be run for each mutant
# On top of what its tests took, some of which use what another had made. A mutant that
# is out of time counts as killed.
SECONDS_FOR_FIXTURES = 20
# Small fits in one thread each take a tenth of the time that threads at odds take.
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# Tests left out: they start processes or networks, simulate for long, or look at the
# code itself.
SLOW = " or ".join(
    [
        "no_network",
        "processes_make_the_same_noise",
        "points_at_the_line_of_the_user",
        "own_sources_count",
        "does_not_load_matplotlib",
        "garbage_is_collected",
        "cover_the_truth",
        "lower_targets_are_tolerated_further",
        "small_mlp",
        "all_regimes_are_the_same",
        "beats_frozen_noise",
        "callbacks_are_no_reason",
        "epochs_are_kept",
        "epochs_of_a_clean_curve",
        "given_estimator_is_not_changed",
        "grid_search_and_noise_curve_agree",
        "in_every_process",
        "learning_curve",
        "diagonal_is_the_noise_curve",
        "regimes_keep_their_cells_apart",
        "two_runs_at_once",
    ]
)
# From a module, or a folder of them, to the files of its tests, without "test_".
TESTS_OF = {
    "statistics": [
        "accuracy_intervals",
        "log_loss_intervals",
        "statistics",
        "statistics_refusals",
    ],
    "noise": ["defaults", "estimator_refusals", "noise"],
    "scaling": ["estimator_refusals", "scaling"],
    "parzen": ["defaults", "estimator_refusals", "parzen"],
    "_training_samples": ["training_samples"],
    "_sklearn": [
        "estimator_refusals",
        "noise",
        "parzen",
        "routing",
        "scaling",
        "sklearn_door",
    ],
    "_aligned": ["copies"],
    "_versions": ["versions"],
    "pipeline": ["defaults", "pipeline"],
    "datasets": [
        "datasets",
        "datasets_idx",
        "datasets_npz",
        "datasets_refusals",
        "datasets_tables",
    ],
    "datasets/_images": ["datasets_idx", "datasets_npz", "datasets_refusals"],
    "datasets/_named": ["datasets", "datasets_refusals"],
    "datasets/_tables": ["datasets_refusals", "datasets_tables"],
    "cli": [
        "command_endings",
        "command_folders",
        "command_help",
        "command_refusals",
    ],
    "report": ["report", "report_words"],
    "results/_accuracy_fit": ["accuracy_fit", "results_refusals"],
    "results/_best_training": ["words"],
    "results/_by_class": ["by_class", "results_refusals"],
    "results/_cells": ["concat", "curve_checks", "results_refusals", "spread"],
    "results/_comparable": ["compare", "results_refusals"],
    "results/_compare": ["compare", "results_refusals"],
    "results/_concat": ["concat", "results_refusals"],
    "results/_curve": [
        "accuracy_fit",
        "concat",
        "curve_checks",
        "results_refusals",
        "saved",
        "spread",
        "summaries",
        "tolerance",
    ],
    "results/_curve_checks": ["curve_checks", "results_refusals"],
    "results/_intervals": ["compare", "results_refusals", "summaries"],
    "results/_lost": ["by_class", "results_refusals"],
    "results/_matrix": ["noise_matrix", "results_refusals", "saved"],
    "results/_metrics": ["metrics"],
    "results/_ratio": ["compare", "results_refusals"],
    "results/_saved": ["results_refusals", "saved"],
    "results/_scored": ["compare", "results_refusals", "summaries"],
    "results/_search": ["results_refusals", "search"],
    "results/_search_data": ["results_refusals", "search"],
    "results/_shown": ["html"],
    "results/_spread": ["results_refusals", "spread"],
    "results/_summaries": ["results_refusals", "summaries"],
    "results/_tolerance": ["accuracy_fit", "results_refusals", "tolerance"],
    "results/_words": ["words"],
    "study/_cell": [
        "cell",
        "epochs",
        "failures",
        "noise_matrix",
        "predictions",
        "scoring",
        "study_refusals",
    ],
    "study/_epochs": ["epochs", "study_refusals"],
    "study/_failures": ["failures"],
    "study/_folds": ["folds", "odd_arguments", "study_refusals"],
    "study/_keras_settings": ["keras_settings"],
    "study/_manifest": ["manifest"],
    "study/_noise_curve": ["noise_curve", "scales", "study_refusals"],
    "study/_noise_grid": ["regimes"],
    "study/_noise_matrix": ["noise_matrix", "study_refusals"],
    "study/_plain_text": ["predictions", "store", "study_refusals"],
    "study/_plan": [
        "epochs",
        "failures",
        "manifest",
        "noise_matrix",
        "predictions",
        "regimes",
        "repeats",
        "routing",
        "scoring",
        "study_refusals",
    ],
    "study/_predictions": ["predictions"],
    "study/_progress": ["progress"],
    "study/_regime": ["regimes", "study_refusals"],
    "study/_repeats": ["repeats", "study_refusals"],
    "study/_routing": ["routing", "study_refusals"],
    "study/_run": [
        "failures",
        "progress",
        "run",
        "scoring",
        "store",
        "study_refusals",
        "warnings",
    ],
    "study/_samples": ["samples", "study_refusals"],
    "study/_scales": ["scales", "study_refusals"],
    "study/_scoring": ["failures", "scoring", "study_refusals"],
    "study/_signals": ["signals"],
    "study/_split": ["copies"],
    "study/_store": ["repeats", "store", "study_refusals"],
    "study/_tables": [
        "epochs",
        "failures",
        "noise_curve",
        "noise_matrix",
        "predictions",
        "repeats",
        "scoring",
    ],
    "study/_warnings": ["warnings"],
    "study/_workers": ["workers"],
    "study/fingerprint": ["fingerprint", "study_refusals"],
}


def main():
    """Read the command line and mutate the modules one after another."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="module")
    parser.add_argument("--processes", default="2")
    parser.add_argument("--show", action="store_true", help="show what was not noticed")
    args = parser.parse_args()
    for module in args.modules or TESTS_OF:
        with tempfile.TemporaryDirectory() as folder:
            mutate(Path(folder), module, args.processes, show=args.show)


def mutate(folder, module, n_processes, *, show):
    """Run mutmut on a module in a folder of its own and print what came of it."""
    for name in COPIED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    (folder / "setup.cfg").write_text(settings(module), encoding="utf-8")
    # Makes all mutants, times the tests without any, and runs none of them.
    made = mutmut(folder, "run", "none")
    chosen = choose(outcomes(folder), module)
    timed = folder / "mutants" / "mutmut-stats.json"
    if not (chosen and timed.exists()):
        print(f"{module}: mutmut made no mutants.\n{made.stdout[-2000:]}{made.stderr}")
        return
    keep_quick_tests(timed)
    run = mutmut(folder, "run", "--max-children", n_processes, *chain(*chosen.values()))
    if run.returncode:
        print(f"{module}: mutmut did not finish.\n{run.stdout[-2000:]}{run.stderr}")
        return
    found = outcomes(folder)
    for file, mutants in chosen.items():
        alive = [name for name in mutants if found[name] not in ("killed", "timeout")]
        share = 1 - len(alive) / len(mutants)
        print(f"{file:24}{len(mutants):6}{share:8.3f}", flush=True)
        for name in alive if show else []:
            print(f"{found[name]}: {changes(folder, name)}\n", flush=True)


def keep_quick_tests(path):
    """Leave slow tests out of what each mutant runs, unless it has no other."""
    stats = json.loads(path.read_text(encoding="utf-8"))
    seconds = stats["duration_by_test"]
    tests_of = stats["tests_by_mangled_function_name"]
    for function, tests in tests_of.items():
        quick = [test for test in tests if seconds[test] < MOST_SECONDS]
        tests_of[function] = quick or tests
    path.write_text(json.dumps(stats), encoding="utf-8")


def outcomes(folder):
    """Return what became of every mutant, by its name."""
    lines = mutmut(folder, "results", "--all", "true").stdout.split("\n")
    return dict(line.strip().split(": ") for line in lines if ": " in line)


def choose(mutants, module):
    """Return the mutants to run, by their files: all, or as many drawn at random."""
    of_file = defaultdict(list)
    for name in mutants:
        path = name.partition(".x")[0].removeprefix("skn_noise.").replace(".", "/")
        if path == module or path not in TESTS_OF:
            of_file[path].append(name)
    draw = random.Random(0).sample
    return {
        file: draw(names, min(MOST_A_FILE, len(names)))
        for file, names in of_file.items()
    }


def settings(module):
    """Write what mutmut is to mutate, and by which tests."""
    target = ROOT / "skn_noise" / module
    path = f"skn_noise/{module}/*.py" if target.is_dir() else f"skn_noise/{module}.py"
    tests = "\n    ".join(f"tests/test_{name}.py" for name in TESTS_OF[module])
    copied = "\n    ".join(COPIED[1:])
    return f"""[mutmut]
source_paths = skn_noise
only_mutate = {path}
timeout_multiplier = 5.0
timeout_constant = {SECONDS_FOR_FIXTURES}
also_copy =
    {copied}
pytest_add_cli_args =
    -x
    -q
    --hypothesis-profile=unshrunk
    -p
    no:cacheprovider
    -p
    no:unraisableexception
    -o
    addopts=
    -k
    not ({SLOW})
pytest_add_cli_args_test_selection =
    {tests}
"""


def changes(folder, mutant):
    """Return the lines that a mutant changes."""
    difference = mutmut(folder, "show", mutant).stdout
    return "\n".join([mutant, *re.findall(r"^[-+](?![-+]).*$", difference, re.M)])


def mutmut(folder, *arguments):
    """Run a command of mutmut in a folder."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    return subprocess.run(
        command, cwd=folder, env=os.environ | ALONE, capture_output=True, text=True
    )


if __name__ == "__main__":
    main()
