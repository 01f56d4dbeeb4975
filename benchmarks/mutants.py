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
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ["skn_noise", "tests", "pyproject.toml", "README.md", "CONTRIBUTING.md"]
# From a module, without underscores, to the files of its tests, without "test_".
TESTS_OF = {
    "statistics": [
        "statistics",
        "statistics_refusals",
        "accuracy_intervals",
        "log_loss_intervals",
    ],
    "noise": ["noise", "training_samples"],
    "scaling": ["scaling"],
    "parzen": ["parzen"],
    "_training_samples": ["training_samples", "noise"],
    "_sklearn": ["noise", "scaling", "parzen"],
    "datasets": ["datasets"],
    "pipeline": ["pipeline"],
    "results/_accuracy_fit": ["accuracy_fit"],
    "results/_curve": ["noise_curve", "summaries", "tolerance", "search"],
    "results/_matrix": ["noise_matrix"],
    "results/_metrics": ["metrics"],
    "results/_search": ["search"],
    "results/_search_data": ["search"],
    "results/_summaries": ["summaries"],
    "results/_tolerance": ["tolerance"],
    "study/_cell": ["cell", "failures", "noise_curve"],
    "study/_epochs": ["epochs"],
    "study/_failures": ["failures"],
    "study/_keras_settings": ["keras_settings"],
    "study/_noise_curve": ["noise_curve"],
    "study/_noise_grid": ["regimes"],
    "study/_noise_matrix": ["noise_matrix"],
    "study/_plain_text": ["fingerprint"],
    "study/_plan": ["noise_curve", "noise_matrix", "leakage"],
    "study/_progress": ["progress"],
    "study/_regime": ["regimes"],
    "study/_routing": ["routing"],
    "study/_run": ["run"],
    "study/_samples": ["samples"],
    "study/_scales": ["scales"],
    "study/_scoring": ["scoring"],
    "study/_signals": ["signals"],
    "study/_store": ["store"],
    "study/_tables": ["noise_curve", "noise_matrix"],
    "study/_warnings": ["warnings"],
    "study/_workers": ["workers"],
    "study/fingerprint": ["fingerprint"],
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
    run = mutmut(folder, "run", "--max-children", n_processes)
    lines = mutmut(folder, "results", "--all", "true").stdout.split("\n")
    outcomes = dict(line.strip().split(": ") for line in lines if ": " in line)
    counts = Counter(outcomes.values())
    if not counts or counts["not checked"]:
        print(f"{module}: mutmut did not finish.\n{run.stdout[-2000:]}{run.stderr}")
        return
    killed = counts["killed"] + counts["timeout"]
    print(f"{module:22}{len(outcomes):7}{killed / len(outcomes):8.3f}", flush=True)
    if show:
        for mutant, outcome in outcomes.items():
            if outcome not in ("killed", "timeout"):
                print(f"{outcome}: {changes(folder, mutant)}\n")


def settings(module):
    """Write what mutmut is to mutate, and by which tests."""
    target = ROOT / "skn_noise" / module
    path = f"skn_noise/{module}/*.py" if target.is_dir() else f"skn_noise/{module}.py"
    tests = "\n    ".join(f"tests/test_{name}.py" for name in TESTS_OF[module])
    copied = "\n    ".join(COPIED[1:])
    return f"""[mutmut]
source_paths = skn_noise
only_mutate = {path}
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
