"""Change the code in small ways and count which changes its own tests notice.

    python benchmarks/mutants.py statistics noise scaling parzen [--show]

mutmut (``pip install "mutmut==3.8.*"``) makes the mutants, in a copy of the checkout in
a temporary folder. A module is a file or a folder of `skn_noise`; its own tests stand
in `TESTS_OF`. Each mutant runs in a fork of one session of pytest, by those tests that
call its function, the quickest first. Of a file with many mutants some are drawn at
random. Constants, decorated functions and their arguments are not mutated; the defaults
of public functions are held to their docstrings by `tests/test_defaults.py`. The last
number of a line is that of the mutants that crashed or ran out of time, which count as
killed.

A mutant may signal to processes, or remove files, that are not its own: let nothing run
beside it that must not be lost, as under ``unshare --pid --fork --mount-proc``.

Files, the mutants there are, those drawn, and the share killed, in ten calls with 15
to 60 seconds of tests a mutant (``--seconds``), 60 mutants a file and 20 in `cli` and
`report`. In all, 4 406 of 4 559 were killed, 96.6 %::

    _aligned                        30    30   1.000
    _sklearn                       144    60   0.967
    _training_samples              293    60   0.983
    cli/_data                       41    20   1.000
    cli/_endings                    17    17   1.000
    cli/_files                     132    20   0.900
    cli/_folder_options            102    20   1.000
    cli/_help                        4     4   1.000
    cli/_kept                      116    20   0.900
    cli/_main                       51    20   1.000
    cli/_report                     42    20   0.800
    cli/_sweep                     213    20   0.900
    cli/_sweep_options             363    20   0.950
    cli/_types                      99    20   0.950
    datasets/_assemble             107    60   0.950
    datasets/_dataset               37    37   1.000
    datasets/_idx                  114    60   1.000
    datasets/_images                64    60   0.983
    datasets/_labels               112    60   0.917
    datasets/_load                 102    60   1.000
    datasets/_named                 79    60   0.983
    datasets/_npz                   52    52   0.942
    datasets/_part                   7     7   1.000
    datasets/_pixels                92    60   0.967
    datasets/_tables               133    60   0.983
    noise                          266    60   0.967
    parzen                         380    60   0.883
    pipeline                        18    18   0.944
    report/_lost                    94    20   1.000
    report/_methods                224    20   1.000
    report/_pictures               142    20   0.950
    report/_report                 171    20   0.850
    report/_samples_file            79    20   1.000
    report/_settings                76    20   1.000
    report/_tables                  59    20   0.900
    results/_accuracy_fit          401    60   0.950
    results/_best_training          58    58   1.000
    results/_by_class              224    60   0.950
    results/_cells                  13    13   1.000
    results/_comparable            174    60   0.983
    results/_compare               353    60   0.983
    results/_concat                257    60   0.967
    results/_curve                  56    56   1.000
    results/_curve_checks          149    60   1.000
    results/_intervals             361    60   0.967
    results/_lost                  134    60   0.983
    results/_matrix                 41    41   1.000
    _metrics               102    60   1.000
    results/_ratio                  98    60   1.000
    results/_saved                 205    60   0.983
    results/_scored                151    60   0.933
    results/_search                231    60   0.983
    results/_search_data           232    60   1.000
    results/_shown                  11    11   1.000
    results/_spread                125    60   0.900
    results/_summaries             240    60   0.983
    results/_table_checks          117    60   0.917
    results/_tolerance             489    60   1.000
    results/_words                 216    60   0.983
    scaling                        206    60   0.967
    statistics/_accuracy           176    60   0.983
    statistics/_checks              80    60   0.950
    statistics/_effective           89    60   0.967
    statistics/_folds              146    60   1.000
    statistics/_holm                45    45   0.978
    statistics/_log_loss           398    60   0.983
    statistics/_tango              108    60   0.967
    statistics/_wilson             100    60   1.000
    study/_cell                    207    60   0.967
    study/_epochs                   75    60   0.983
    study/_failures                 41    41   1.000
    study/_folds                    64    60   0.983
    study/_keras_settings           30    30   1.000
    study/_manifest                108    60   0.950
    study/_noise_curve              10    10   1.000
    study/_plain_text               69    60   0.950
    study/_plan                    150    60   1.000
    study/_predictions             107    60   1.000
    study/_progress                 12    12   0.833
    study/_regime                  250    60   0.933
    study/_repeats                  49    49   0.959
    study/_routing                  57    57   1.000
    study/_run                     123    60   0.933
    study/_samples                 178    60   0.950
    study/_scales                   44    44   1.000
    study/_scoring                  61    60   0.983
    study/_signals                  13    13   1.000
    study/_split                    57    57   0.965
    study/_store                   132    60   0.950
    study/_tables                  204    60   0.933
    study/_workers                 114    60   0.900
    study/fingerprint/_code        249    60   0.950
    study/fingerprint/_digest      244    60   0.950
    study/fingerprint/_environment    65    60   0.933
    study/fingerprint/_frames       42    42   0.833
    study/fingerprint/_installed    52    52   0.981
    study/fingerprint/_keras       139    60   0.950
    study/fingerprint/_written      23    23   1.000

What lived was read. In `parzen`, `study/fingerprint/_frames` and `datasets/_labels` it
is copies, larger types, slower ways that are as exact and ``strict=False``; in
`results/_spread` what only turns a spread round: kinds of CONTRIBUTING.md. In `cli`,
`report`, `results/_table_checks`, `study/_run` and `study/_workers` it is mostly what
tests notice that start processes or do not fit into these seconds, as
`tests/test_scoring.py` notices the warning of joblib that `study/_run` silences. After
the count came tests of single mutants.
"""

import argparse
import json
import math
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COPIED = ["skn_noise", "tests", "docs", "examples", "pyproject.toml", "README.md"]
COPIED += ["CONTRIBUTING.md", "CHANGELOG.md"]  # tests read these, too
SECONDS_OF_A_TEST = 20  # a test that takes longer without any mutant is left out
# Small fits in one thread each take a tenth of the time that threads at odds take.
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
MUTANT = "MUTANT_UNDER_TEST"  # the variable that says which mutant is to run
ANY = "any function"  # what a test may call that calls none in its own process
ENDS = ("takes too long", "crashes")  # what else may become of a fork
# From a module, or a folder of them, to the files of its tests, without "test_".
TESTS_OF = {
    "statistics": [
        "accuracy_intervals",
        "log_loss_intervals",
        "statistics",
        "statistics_refusals",
    ],
    "noise": ["common", "estimator_refusals", "noise"],
    "scaling": ["common", "estimator_refusals", "scaling"],
    "parzen": ["common", "estimator_refusals", "parzen"],
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
        "command_start",
        "sweep",
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
    "_metrics": ["metrics"],
    "results/_ratio": ["compare", "results_refusals"],
    "results/_saved": ["results_refusals", "saved"],
    "results/_scored": ["compare", "results_refusals", "summaries"],
    "results/_search": ["results_refusals", "search"],
    "results/_search_data": ["results_refusals", "search"],
    "results/_shown": ["html"],
    "results/_spread": ["results_refusals", "spread"],
    "results/_summaries": ["results_refusals", "summaries"],
    "results/_table_checks": [
        "concat",
        "curve_checks",
        "results_refusals",
        "saved",
        "search",
    ],
    "results/_tolerance": ["accuracy_fit", "results_refusals", "tolerance"],
    "results/_words": ["words"],
    "study/_cell": [
        "cell",
        "epochs",
        "failures",
        "keras_settings",
        "noise_matrix",
        "predictions",
        "routing",
        "scoring",
        "study_refusals",
    ],
    "study/_epochs": ["epochs", "study_refusals"],
    "study/_failures": ["failures"],
    "study/_folds": ["folds", "odd_arguments", "study_refusals"],
    "study/_keras_settings": ["keras_settings"],
    "study/_manifest": ["manifest"],
    "study/_noise_curve": ["noise_curve", "regimes", "scales", "study_refusals"],
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
    "study/_progress": ["notebooks", "progress"],
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
    "study/fingerprint/_installed": ["fingerprint", "installed"],
    "study/fingerprint/_keras": ["fingerprint", "fingerprint_keras"],
}


def main():
    """Read the command line, make the mutants and run those that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="module", help="all if none")
    parser.add_argument("--most", type=int, default=60, help="mutants of a file")
    parser.add_argument(
        "--seconds", type=float, default=15, help="that a mutant's tests may take"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="show what was not noticed")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        drawn = draw(make_mutants(folder), args.modules, args.most)
        tests = {f"tests/test_{name}.py" for file in drawn for name in tests_of(file)}
        os.chdir(folder / "mutants")
        sys.path.insert(0, os.getcwd())
        os.environ.update(ALONE, PYTHONPATH=os.getcwd(), **{MUTANT: ""})
        options = "-q -s -p no:cacheprovider -p no:xdist -o addopts="
        options = [*options.split(), "--hypothesis-profile=unshrunk"]
        forks = Forks(drawn, args, folder)
        pytest.main([*options, *sorted(tests)], plugins=[forks])


def make_mutants(folder):
    """Copy the checkout, have mutmut change the copy and return the mutants' names."""
    for name in COPIED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / name)
    (folder / "setup.cfg").write_text(settings(), encoding="utf-8")
    made = mutmut(folder, "run", "none")  # it makes all of them, and runs none
    lines = mutmut(folder, "results", "--all", "true").splitlines()
    names = [line.partition(": ")[0].strip() for line in lines if ": " in line]
    return names or sys.exit(f"mutmut made no mutants.\n{made}")


def settings():
    """Write what mutmut is to change, and the one test that it cannot do without."""
    copied = "\n    ".join(COPIED[1:])
    return f"""[mutmut]
source_paths = skn_noise
do_not_mutate =
    skn_noise/display/*
    skn_noise/network/*
also_copy =
    {copied}
pytest_add_cli_args =
    -o
    addopts=
pytest_add_cli_args_test_selection = tests/test_versions.py
"""


def mutmut(folder, *arguments):
    """Run a command of mutmut in a folder and return what it printed."""
    command = [sys.executable, "-m", "mutmut", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def draw(mutants, modules, most):
    """Return the mutants to run, by their files: all, or as many drawn at random."""
    of_file = defaultdict(list)
    for name in mutants:
        file = name.partition(".x")[0].removeprefix("skn_noise.").replace(".", "/")
        if not modules or any(f"{file}/".startswith(f"{one}/") for one in modules):
            of_file[file].append(name)
    return {
        file: (len(names), random.Random(0).sample(names, min(most, len(names))))
        for file, names in sorted(of_file.items())
    }


def tests_of(file):
    """Return the names of a file's own tests: its entry, or that of its folder."""
    return TESTS_OF[file if file in TESTS_OF else file.rpartition("/")[0]]


class Forks:
    """Plugin of pytest that runs mutants in place of tests, each in its own fork.

    Every test runs once without any mutant, and says which functions it calls. Then
    each mutant meets the tests that call its function until one of them fails.
    """

    def __init__(self, drawn, args, folder):
        self.drawn = drawn
        self.args = args
        self.folder = folder
        self.seconds = {}
        self.callers = defaultdict(set)
        self.kills = Counter()
        self.has_failed = False

    def pytest_runtest_logreport(self, report):
        """Note in a fork that a test failed."""
        self.has_failed |= report.failed

    def pytest_runtestloop(self, session):
        """Print a line for each file."""
        import keras  # noqa: F401, so that no fork has to
        from mutmut.configuration import config

        config()  # read here, as tests go to other folders
        self.items = {item.nodeid: item for item in session.items}
        self.observe_all()
        for file, (n_mutants, names) in self.drawn.items():
            found = self.outcomes(file, names)
            alive = [name for name in names if found[name] is None]
            n_ended = sum(found[name] in ENDS for name in names)
            row = f"{len(names):6}{1 - len(alive) / len(names):8.3f}{n_ended:5}"
            print(f"{file:28}{n_mutants:6}{row}", flush=True)
            for name in alive if self.args.show else []:
                print(changes(self.folder, name), flush=True)
        return True

    def observe_all(self):
        """Learn of each test how long it takes and which functions it calls."""
        limit = 2 * SECONDS_OF_A_TEST  # as it runs twice
        jobs = ((test, self.observe, (test,), limit) for test in self.items)
        for test, seen in in_forks(jobs, self.args.processes):
            if seen in (*ENDS, None):
                print(f"left out, as it {seen or 'fails'}: {test}", flush=True)
                continue
            self.seconds[test] = seen["seconds"]
            for function in seen["functions"] or [ANY]:
                self.callers[function].add(test)

    def observe(self, test):
        """Run a test without any mutant and return what it says, if it passes."""
        from mutmut.state import state

        os.environ[MUTANT] = "stats"
        if not self.passes(test):
            return None
        start = time.perf_counter()
        self.passes(test)  # again, now that TensorFlow and the like have started
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "functions": sorted(state()._stats)}

    def outcomes(self, file, names):
        """Return for every mutant of a file the test that failed, or how it ended."""
        found = {}
        for name, outcome in in_forks(self.jobs(file, names), self.args.processes):
            found[name] = outcome
            self.kills[outcome] += 1
        return found

    def jobs(self, file, names):
        """Yield the mutants of a file with their tests, the likeliest to kill first."""
        of_file = {f"tests/test_{name}.py" for name in tests_of(file)}
        own = {test for test in self.seconds if test.partition("::")[0] in of_file}
        for name in names:
            calling = self.callers[name.rpartition("__mutmut_")[0]] | self.callers[ANY]
            tests = list(calling & own or own)
            tests.sort(key=lambda test: self.seconds[test] / (1 + self.kills[test]))
            sums = list(accumulate(self.seconds[test] for test in tests))
            n_tests = sum(total < self.args.seconds for total in sums) or 1
            limit = 4 * sums[n_tests - 1] + 10
            yield name, self.first_to_fail, (name, tests[:n_tests]), limit

    def first_to_fail(self, mutant, tests):
        """Return the first test that notices a mutant, if any does."""
        os.environ[MUTANT] = mutant
        return next((test for test in tests if not self.passes(test)), None)

    def passes(self, test):
        """Run a test, with all its fixtures, and return whether it passes."""
        self.has_failed = False
        item = self.items[test]
        item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return not self.has_failed


def in_forks(jobs, n_processes):
    """Yield keys and what their functions return, each run in a process of its own.

    A job is a key, a function, its arguments and the seconds that it may take.
    """
    running = {}
    for key, function, arguments, seconds in jobs:
        while len(running) >= n_processes:
            yield next_outcome(running)
        pid = os.fork()
        if not pid:
            run_and_exit(function, arguments, seconds)
        running[pid] = key
    while running:
        yield next_outcome(running)


def run_and_exit(function, arguments, seconds):
    """Write what a function returns into a file named by this process, and end it."""
    status = 1
    file = outcome_file(os.getpid())
    with suppress(BaseException):
        os.setpgid(0, 0)
        signal.alarm(math.ceil(seconds))
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        result = json.dumps(function(*arguments))
        file.write_text(result, encoding="utf-8")
        status = 0
    os._exit(status)


def next_outcome(running):
    """Wait for a process, end what it left behind and return its key and outcome."""
    pid = None
    while pid not in running:  # the first process of a container gets orphans, too
        pid, status = os.wait()
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    key = running.pop(pid)
    if status:
        is_late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
        return key, ENDS[0] if is_late else ENDS[1]
    return key, json.loads(outcome_file(pid).read_text(encoding="utf-8"))


def outcome_file(pid):
    """Return where a process leaves its outcome, wherever its test goes."""
    return Path.cwd() / f"{pid}.json"


def changes(folder, mutant):
    """Return the lines that a mutant changes."""
    difference = mutmut(folder, "show", mutant)
    return "\n".join([mutant, *re.findall(r"^[-+](?![-+]).*$", difference, re.M)])


if __name__ == "__main__":
    main()
