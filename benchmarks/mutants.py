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
        "statistics",
        "statistics_refusals",
        "accuracy_intervals",
        "log_loss_intervals",
    ],
    "noise": ["noise", "training_samples", "estimator_refusals"],
    "scaling": ["scaling", "estimator_refusals"],
    "parzen": ["parzen", "estimator_refusals"],
    "_training_samples": ["training_samples", "noise"],
    "_sklearn": ["noise", "scaling", "parzen", "estimator_refusals"],
    "pipeline": ["pipeline"],
    "datasets": [
        "datasets",
        "datasets_idx",
        "datasets_npz",
        "datasets_tables",
        "datasets_refusals",
    ],
    "results": [
        "by_class",
        "compare",
        "concat",
        "curve_checks",
        "metrics",
        "noise_matrix",
        "results_refusals",
        "saved",
        "search",
        "spread",
        "summaries",
    ],
    "results/_accuracy_fit": ["accuracy_fit", "results_refusals"],
    "results/_tolerance": ["tolerance", "results_refusals"],
    "study": [
        "cell",
        "failures",
        "fingerprint",
        "manifest",
        "noise_curve",
        "noise_matrix",
        "predictions",
        "progress",
        "regimes",
        "repeats",
        "routing",
        "samples",
        "scales",
        "scoring",
        "store",
        "study_refusals",
        "warnings",
    ],
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
