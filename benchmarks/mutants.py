"""Change the code in small ways and count which changes its own tests notice.

    python benchmarks/mutants.py statistics noise scaling parzen [--show]

mutmut (``pip install "mutmut>=3.8"``) makes the mutants and runs the tests on a copy of
the checkout in a temporary folder. A module is a file or a folder of `skn_noise`; its
own tests stand in `TESTS_OF`. Constants, decorated functions and their arguments are
not mutated. Measured so::

    statistics                932   0.980
    scaling                   208   0.928
    results/_metrics           71   1.000
    study/_scales              46   0.935
"""

import argparse
import json
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
COPIED = ["skn_noise", "tests", "pyproject.toml", "README.md", "CONTRIBUTING.md"]
MOST_A_FILE = 120
MOST_SECONDS = 2
# Tests left out: they start processes or networks, simulate for long, or look at the
# code itself.
SLOW = " or ".join(
    [
        "no_network",
        "processes_make_the_same_noise",
        "points_at_the_line_of_the_user",
        "own_sources_count",
        "data_sets_of_keras",
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
    "noise": ["estimator_refusals", "noise", "training_samples"],
    "scaling": ["estimator_refusals", "scaling"],
    "parzen": ["estimator_refusals", "parzen"],
    "_training_samples": ["noise", "training_samples"],
    "_sklearn": ["estimator_refusals", "noise", "parzen", "scaling"],
    "pipeline": ["pipeline"],
    "datasets": [
        "datasets",
        "datasets_idx",
        "datasets_npz",
        "datasets_refusals",
        "datasets_tables",
    ],
    "results/_accuracy_fit": ["accuracy_fit", "results_refusals"],
    "results/_by_class": ["by_class", "results_refusals"],
    "results/_cells": ["concat", "curve_checks", "spread"],
    "results/_comparable": ["compare", "results_refusals"],
    "results/_compare": ["compare", "results_refusals"],
    "results/_concat": ["concat", "results_refusals"],
    "results/_curve": [
        "concat",
        "curve_checks",
        "results_refusals",
        "saved",
        "spread",
        "summaries",
    ],
    "results/_curve_checks": ["curve_checks", "results_refusals"],
    "results/_intervals": ["compare", "summaries"],
    "results/_lost": ["by_class"],
    "results/_matrix": ["noise_matrix", "results_refusals"],
    "results/_metrics": ["metrics"],
    "results/_ratio": ["compare"],
    "results/_saved": ["results_refusals", "saved"],
    "results/_scored": ["compare", "summaries"],
    "results/_search": ["results_refusals", "search"],
    "results/_search_data": ["results_refusals", "search"],
    "results/_spread": ["results_refusals", "spread"],
    "results/_summaries": ["results_refusals", "summaries"],
    "results/_tolerance": ["results_refusals", "tolerance"],
    "study/_cell": ["cell", "predictions", "scoring", "study_refusals"],
    "study/_epochs": ["epochs"],
    "study/_failures": ["failures"],
    "study/_keras_settings": ["keras_settings"],
    "study/_manifest": ["manifest"],
    "study/_noise_curve": ["noise_curve", "scales", "study_refusals"],
    "study/_noise_grid": ["regimes"],
    "study/_noise_matrix": ["noise_matrix", "study_refusals"],
    "study/_plain_text": ["predictions", "store", "study_refusals"],
    "study/_plan": ["manifest", "predictions", "repeats", "study_refusals"],
    "study/_predictions": ["predictions"],
    "study/_progress": ["progress"],
    "study/_regime": ["regimes", "study_refusals"],
    "study/_repeats": ["repeats", "study_refusals"],
    "study/_routing": ["routing", "study_refusals"],
    "study/_run": ["progress", "run"],
    "study/_samples": ["samples", "study_refusals"],
    "study/_scales": ["scales", "study_refusals"],
    "study/_scoring": ["failures", "scoring"],
    "study/_signals": ["signals"],
    "study/_store": ["store", "study_refusals"],
    "study/_tables": ["noise_curve", "predictions", "scoring"],
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
    made = mutmut(folder, "run", "none")  # makes all mutants and runs none of them
    chosen = choose(outcomes(folder), module)
    if not chosen:
        print(f"{module}: mutmut made no mutants.\n{made.stdout[-2000:]}{made.stderr}")
        return
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
    """Take the tests that are slow off the list of those that each mutant runs."""
    stats = json.loads(path.read_text())
    seconds, of_function = (
        stats[name] for name in ("duration_by_test", "tests_by_mangled_function_name")
    )
    for function, tests in of_function.items():
        of_function[function] = [
            test for test in tests if seconds.get(test, 0) < MOST_SECONDS
        ]
    path.write_text(json.dumps(stats))


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
also_copy =
    {copied}
pytest_add_cli_args =
    -x
    -q
    --hypothesis-profile=unshrunk
    -p
    no:cacheprovider
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
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


if __name__ == "__main__":
    main()
