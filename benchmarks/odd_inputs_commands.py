"""Odd command lines, for odd_inputs.py."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout

import numpy as np

from skn_noise.cli._main import main

COMMAND = [sys.executable, "-m", "skn_noise"]
SECONDS = 240  # in which it also trains, if an odd value is taken
TEXTS = ["", "abc", "-1", "0", "nan", "inf", "1e400", "9" * 400, "1,2", "0.5", "é"]


def throw_at_commands(folder, only):
    """Yield a command, what was odd in it, an outcome and what it said."""
    data = save_data(folder)
    cases = [case for case in odd_options(data) if wanted(f"sweep {case[0]}", only)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda case: run_sweep(data, *case), cases)
    if any(wanted(name, only) for name in ("report FOLDER", "compare FOLDER")):
        sweep = keep_a_sweep(folder / "sweep", data)
        cases = [*odd_reports(sweep), *odd_comparisons(sweep)]
        yield from (run_case(*case) for case in cases if wanted(case[0], only))


def wanted(name, only):
    """Tell whether a name was asked for."""
    return not only or any(re.search(pattern, name) for pattern in only)


def save_data(folder):
    """Save a small data set and return the path."""
    data = folder / "data" / "fine.npz"
    data.parent.mkdir()
    X, y = np.random.default_rng(0).uniform(size=(40, 4)), np.arange(40) % 2
    np.savez(data, x_train=X[:30], y_train=y[:30], x_test=X[30:], y_test=y[30:])
    return data


def options_of(data, output):
    """Return options of a sweep that takes seconds."""
    options = {"--dataset": str(data), "--epochs": "1", "--hidden": "2"}
    return options | {"--cv": "2", "--jobs": "1", "--scales": "1", "--output": output}


def odd_options(data):
    """List options of a sweep with odd values."""
    whole = ["--epochs", "--batch-size", "--hidden", "--jobs", "--seed", "--cv"]
    numbers = [*whole, "--scales", "--repeats", "--white"]
    cases = [(option, text) for option in numbers for text in TEXTS]
    cases += [("--training", text) for text in ("", "abc", "-1", "Clean")]
    cases += [("--training", "clean clean"), ("--training", "clean abc")]
    cases += [("--precision", text) for text in ("", "abc", "-1", "float16", "é")]
    cases += [("--no-pixels", "1"), ("--restart", "1")]
    cases += [("--label", text) for text in ("", "abc")]
    cases += [("--dataset", str(path)) for path in odd_files(data.parent)]
    cases += [("--output", text) for text in ("", str(data), "/proc/none", "a\nb")]
    cases += [("--scheduler", text) for text in ("", "abc", "tcp://127.0.0.1:1")]
    return [*cases, ("--unknown", "1"), ("--scales", "1 1")]


def odd_files(folder):
    """Write odd files of data and return their paths."""
    contents = {
        "empty.npz": b"",
        "empty.csv": b"",
        "empty.parquet": b"",
        "text.csv": b"a,label\nx,1\ny,2\n",
        "one.csv": b"a,label\n1,0\n1,0\n",
        "numbers.csv": b"a,label\n1,0.5\n0,1.5\n",
        "few.csv": b"a,label\n1,0\n0,1\n",
        "none.txt": b"abc",
        "packed.csv.gz": b"abc",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return ["", ".", "abc", "openml:", folder, *(folder / name for name in contents)]


def keep_a_sweep(folder, data):
    """Run a sweep whose folder is then damaged, and return the folder."""
    options = options_of(data, str(folder)) | {"--training": "frozen"}
    words = [word for option in options.items() for word in option]
    subprocess.run([*COMMAND, "sweep", *words], check=True, capture_output=True)
    return folder


def odd_reports(sweep):
    """List a report on a whole sweep and on every kind of damage."""
    name = "report FOLDER"
    yield name, "a whole sweep", [str(sweep)], sweep.name
    for text in ("", ".", "abc", "-1", "/proc/none", "a\nb", str(sweep / "run.json")):
        yield name, f"FOLDER {text!r:.20}", [text], "FOLDER|folder|file"
    for damage, folder in damaged(sweep):
        yield name, damage, [str(folder)], folder.name
    yield name, "two folders", [str(sweep), str(sweep)], "arguments"
    yield name, "no folder", [], "FOLDER"
    yield name, "--unknown", [str(sweep), "--unknown", "1"], "--unknown"


def odd_comparisons(sweep):
    """List comparisons of a whole sweep with others and with all kinds of damage."""
    name, picture = "compare FOLDER", str(sweep.parent / "picture.png")
    to_picture = ["--output", picture]
    copy = sweep.with_name("copy")
    shutil.copytree(sweep, copy)
    pair = [str(sweep), str(copy)]
    yield name, "a whole sweep and its copy", [*pair, *to_picture], "copy"
    yield name, "a folder twice", [str(sweep), str(sweep), *to_picture], "two curves"
    yield name, "a folder alone", [str(sweep), *to_picture], "two curves"
    yield name, "no folder", [], "FOLDER"
    for text in ("", ".", "abc", "/proc/none", "a\nb", str(sweep / "run.json")):
        words = [str(sweep), text, *to_picture]
        yield name, f"FOLDER {text!r:.20}", words, "FOLDER|folder|file"
    for damage, folder in damaged(sweep, "compared"):
        yield name, damage, [str(sweep), str(folder), *to_picture], folder.name
    for text in ("", "abc", "-1", "neg_log_loss", "Accuracy", "é"):
        yield name, f"--metric {text!r}", [*pair, *to_picture, "--metric", text], "metr"
    for text in ("", "abc", "a.txt", "none/a.png", "/proc/none.png", ".png", "a.PNG"):
        yield name, f"--output {text!r}", [*pair, "--output", text], "--output|file"


def damaged(sweep, prefix="damaged"):
    """Yield names of damages and folders that have them."""
    record = json.loads((sweep / "run.json").read_text())
    for number, (name, damage) in enumerate(damages(record).items()):
        folder = sweep.with_name(f"{prefix}-{number}")
        shutil.copytree(sweep, folder)
        damage(folder)
        yield name, folder


def damages(record):
    """Return functions that damage the folder of a sweep, by what they do."""
    arguments = record["arguments"]
    records = {
        "empty": b"",
        "a list": b"[]",
        "no names": b"{}",
        "a number": b"1",
        "nan": b"NaN",
        "half": json.dumps(record).encode()[:99],
        "not utf-8": b"\xff\xfe\x00",
        "no dataset": without(record, "dataset"),
        "no arguments": without(record, "arguments"),
        "no seconds": without(record, "seconds"),
        "seconds of text": record | {"seconds": "abc"},
        "a dataset of a number": record | {"dataset": 3},
        "an empty dataset": record | {"dataset": ""},
        "arguments of a list": record | {"arguments": []},
        "arguments alone": record | {"arguments": {"training": ["frozen"]}},
        "arguments of others": record | {"arguments": arguments | {"a": {"b": [1]}}},
    }
    trainings = ["", "abc", [], [1], [["frozen"]], ["clean"], ["../frozen"], [""]]
    for value in (*trainings, None, ["frozen", "frozen"], {"frozen": 1}, ["a\0b"]):
        changed = record | {"arguments": arguments | {"training": value}}
        records[f"training {value!r}"] = changed
    written = {
        f"run.json: {name}": lambda folder, content=content: (
            folder / "run.json"
        ).write_bytes(
            content if isinstance(content, bytes) else json.dumps(content).encode()
        )
        for name, content in records.items()
    }
    return written | damages_of_files()


def without(record, name):
    """Leave out a name."""
    return {other: record[other] for other in record if other != name}


def damages_of_files():
    """Return functions that damage single files, or take them away."""
    names = ["curves/frozen.npz", "curves/samples.npz", "curves/frozen-samples.npz"]
    found = {"no run.json": lambda folder: (folder / "run.json").unlink()}
    found["no curves"] = lambda folder: shutil.rmtree(folder / "curves")
    for name in names:
        others = [one for one in names if one != name]
        found[f"no {name}"] = lambda folder, name=name: (folder / name).unlink()
        found[f"{name} a folder"] = lambda folder, name=name: in_place(folder / name)
        for other in others:
            found[f"{name} is {other}"] = lambda folder, name=name, other=other: (
                shutil.copy(folder / other, folder / name)
            )
        for what, change in CHANGES.items():
            found[f"{name} {what}"] = lambda folder, name=name, change=change: (
                folder / name
            ).write_bytes(change((folder / name).read_bytes()))
    return found


def in_place(path):
    """Put a folder in the place of a file."""
    path.unlink()
    path.mkdir()


CHANGES = {
    "empty": lambda content: b"",
    "half": lambda content: content[: len(content) // 2],
    "of text": lambda content: b"abc",
    "changed": lambda content: content[:300] + b"\0" * 9 + content[309:],
}


def run_sweep(data, option, text):
    """Run a sweep with one odd option."""
    with tempfile.TemporaryDirectory() as output:
        options = options_of(data, output)
        many = option in ("--scales", "--training", "--no-pixels", "--restart")
        given = text.split(" ") if many else [text]
        words = [
            w for key, value in options.items() if key != option for w in (key, value)
        ]
        words = ["sweep", *words, option, *given]
        outcome, said = run(words, output, option)
    return "sweep", option, repr(text)[:30], outcome, said


def run_case(name, odd, words, named):
    """Run another command here, whose refusal must have one of the words in `named`."""
    outcome, said, stderr = "worked", "", io.StringIO()
    try:
        with redirect_stderr(stderr), redirect_stdout(io.StringIO()):
            main([name.split()[0], *words])
    except SystemExit as end:
        said = (stderr.getvalue().strip().splitlines() or [""])[-1][:300]
        is_named = any(word in stderr.getvalue() for word in named.split("|"))
        outcome = ("refused" if is_named else "unnamed") if end.code == 2 else "raw"
    except Exception as error:
        outcome, said = "raw", repr(error)[:300]
    return name, "its arguments", odd, outcome, said


def run(words, folder, named):
    """Run the command in a folder; return an outcome and what it said last."""
    try:
        done = subprocess.run(
            [*COMMAND, *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        return "raw", str(error)[-30:]
    said = (done.stderr.strip().splitlines()[-1:] or [""])[0][:300]
    if done.returncode == 0:
        lost = [line for line in done.stderr.splitlines() if "Warning:" in line]
        return ("nonsense", lost[0]) if lost else ("worked", said)
    if done.returncode == 2 and "Traceback" not in done.stderr:
        is_named = any(word in done.stderr for word in named.split("|"))
        return ("refused" if is_named else "unnamed"), said
    return "raw", said
