"""The options of the command: their help, and what is refused before a training."""

from pathlib import Path

import pandas as pd
import pytest

from skn_noise.cli import main
from skn_noise.cli._main import make_parser

GUIDE = Path(__file__).parents[1] / "docs" / "guide" / "help"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    (tmp_path / "a-file").write_text("")
    prices = pd.DataFrame({"a": [0, 1, 0], "label": [1.5, 2.25, 3.5]})
    prices.to_parquet(tmp_path / "prices.parquet")
    (tmp_path / "one.csv").write_text("a,label\n0,1\n0,1\n")
    (tmp_path / "text.csv").write_text("a,label\nx,0\ny,1\n")
    (tmp_path / "gaps.csv").write_text("a,label\n1,x\n,y\n2,x\n4,y\n")
    (tmp_path / "ages.csv").write_text("a,label\n1,30\n2,30\n2,41\n4,52\n")


# --- help -----------------------------------------------------------------------------


def help_of(capsys, *command):
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def without_usage(text):
    """Leave out the lines that versions of Python break in other places."""
    return text.partition("\n\n")[2]


@pytest.mark.parametrize("command", ["sweep", "report", "compare"])
def test_the_guide_shows_the_help_of_a_command(command, capsys):
    text = help_of(capsys, command)
    assert text.startswith(f"usage: skn-noise {command} [-h] ")
    assert len(text.splitlines()) <= 100  # two screens
    shown = (GUIDE / f"{command}.txt").read_text(encoding="utf-8")
    assert without_usage(text) == without_usage(shown)


def test_help_shows_every_default():
    (subcommands,) = make_parser()._subparsers._group_actions
    _, *options = subcommands.choices["sweep"]._actions
    assert [one.dest for one in options if "(default: " not in one.help] == []


def test_help_lists_the_commands(capsys):
    text = help_of(capsys)
    assert text.startswith("usage: skn-noise [-h] [--version] COMMAND ...\n")
    assert text.endswith(
        "commands:\n"
        "  COMMAND     'skn-noise COMMAND --help' lists its options\n"
        "    sweep     train and validate a model at several scales of the noise\n"
        "    report    write the files of a sweep again\n"
        "    compare   compare the results of sweeps\n"
    )


# --- refusals -------------------------------------------------------------------------

WHOLE = "expected a whole number from 1 to 1000000, got"
SCALE = "expected a number from 0 to 1e+30, got"
TARGET = "expected a score such as 0.9, or 90% of the score without noise, got"
SPACES = "; separate numbers by spaces"
OPTIONS = [
    ("--cv 1", "--cv: expected 'holdout' or a number of folds of at least 2, got '1'"),
    ("--cv two", "--cv: expected 'holdout' or a number of folds of at least 2, got '"),
    ("--scales nan", f"--scales: {SCALE} 'nan'\n"),
    ("--scales 1e39", f"--scales: {SCALE} '1e39'\n"),
    ("--scales one", f"--scales: {SCALE} 'one'\n"),
    ("--scales 0.1,0.5", f"--scales: {SCALE} '0.1,0.5'{SPACES}"),
    ("--tolerance 90", f"--tolerance: {TARGET} '90'\n"),
    ("--tolerance 101%", f"--tolerance: {TARGET} '101%'\n"),
    ("--tolerance nan", f"--tolerance: {TARGET} 'nan'\n"),
    ("--snr 601", "--snr: expected decibels from -600 to 600, or inf, got '601'"),
    ("--scales 1 --snr 0", "--snr: not allowed with argument --scales"),
    ("--model tree", "--model: invalid choice: 'tree'"),
    ("--unit std2", "--unit: invalid choice: 'std2'"),
    ("--hidden 512,512", f"--hidden: {WHOLE} '512,512'{SPACES}"),
    ("--hidden -3", f"--hidden: {WHOLE} '-3'"),
    ("--epochs 1000001", f"--epochs: {WHOLE} '1000001'"),
    ("--batch-size 2.5", f"--batch-size: {WHOLE} '2.5'"),
    ("--draws 0", f"--draws: {WHOLE} '0'"),
    ("--repeats 0", f"--repeats: {WHOLE} '0'"),
    ("--white -1", "--white: expected a positive number, got '-1'"),
    ("--white inf", "--white: expected a positive number, got 'inf'"),
    ("--white 16 --no-pixels", "--no-pixels: not allowed with argument --white"),
    ("--jobs 0", "--jobs: expected a whole number other than 0, at most 4096, got '0'"),
    (f"--jobs {'9' * 400}", "--jobs: expected a whole number other than 0, at most"),
    ("--jobs -4097", "--jobs: expected a whole number other than 0, at most 4096, got"),
    ("--seed -1", "--seed: expected a whole number from 0 to 4294967295, got '-1'"),
    ("--seed 4294967296", "--seed: expected a whole number from 0 to 4294967295, got"),
    ("--training noisy", "--training: invalid choice: 'noisy'"),
    ("--precision half", "--precision: invalid choice: 'half'"),
    ("--output a-file", "--output: a-file is a file; name a folder"),
    ("--output=", "--output: expected the name of a folder, got ''"),
]

STUDIES = [
    (
        ["--dataset", "minst"],
        "--dataset minst: Unknown data set 'minst'. Expected one of 'mnist-5k', "
        "'digits', 'mnist', 'fashion-mnist', 'openml:NAME', the path to a file that "
        "ends in .npz, .csv, .csv.gz or .parquet, or to a folder with the four "
        "idx-ubyte files of MNIST.",
    ),
    (
        ["--dataset", "digits", "--cv", "holdout"],
        "--cv holdout needs a data set with a test part, which digits lacks; pass a "
        "number of folds, such as --cv 5",
    ),
    (
        ["--dataset", "digits", "--cv", "1000"],
        "--cv 1000: n_splits=1000 cannot be greater than the number of members in each "
        "class.",
    ),
    (
        ["--dataset", "prices.parquet", "--no-pixels"],
        "--model mlp is a classifier, but the labels are numbers to predict (a "
        "regression). Choose one of --model forest, boosting, knn.",
    ),
    (
        ["--dataset", "one.csv"],
        "--dataset one.csv: its only label is 1; two or more are needed",
    ),
    (
        ["--dataset", "text.csv"],
        "--dataset text.csv: Column 'a' of text.csv has 'x' in row 0 (the first is "
        "0), which is not a number. Only the column of labels may have text: encode "
        "the column as numbers, or drop it with --drop 'a'.",
    ),
    (
        ["--dataset", "one.csv", "--drop", "label"],
        "--dataset one.csv: --drop 'label' names the column of labels of one.csv, "
        "which is needed. Drop other columns, or name another column of labels with "
        "--label.",
    ),
    (
        ["--dataset", "one.csv", "--label", "digit"],
        "--dataset one.csv: one.csv has no column 'digit'; its columns are ['a', "
        "'label']. Pass the name of the column of labels as --label, and separate "
        "columns by commas.",
    ),
    (
        ["--dataset", "ages.csv", "--no-pixels"],
        "2 of the 3 different labels occur once, such as 41. If they are numbers to "
        "predict, pass --regression. If they are classes, drop those of a single "
        "sample, which cannot be both trained on and validated.",
    ),
    (
        ["--dataset", "gaps.csv", "--no-pixels", "--regression", "--model", "knn"],
        "--regression needs finite numbers as labels, but one is 'x'. Drop such "
        "rows, name another column with --label, or leave out --regression.",
    ),
    (
        ["--dataset", "gaps.csv", "--no-pixels", "--model", "knn"],
        "--model knn needs all values, but some are missing. Pass --impute, which "
        "replaces them by the median of their column, or choose one of --model forest, "
        "boosting, which take missing values.",
    ),
    (
        ["--dataset", "gaps.csv"],
        "--dataset gaps.csv: gaps.csv in row 1, column 'a' is nan; expected finite "
        "numbers only. Drop these samples, or pass --no-pixels for a table, which may "
        "lack values.",
    ),
    (
        ["--dataset", "digits", "--impute"],
        "--impute is for the missing values of a table, and pixels have none. Pass "
        "--no-pixels, too, or leave it out.",
    ),
    (
        ["--snr", "0", "--unit", "absolute"],
        "--snr is the ratio to the standard deviation of the data, and --unit absolute "
        "does not refer to it. Leave out one of the two.",
    ),
    (
        ["--by-feature"],
        "--by-feature adds noise to one column of a table at a time, and a pixel is no "
        "column. Pass --no-pixels, too, or leave it out.",
    ),
    (
        ["--by-feature", "0", "1", "--no-pixels"],
        "--by-feature needs scales greater than 0. Leave 0 out: every fit is validated "
        "without noise, too.",
    ),
    (
        ["--dataset", "digits", "--model", "forest", "--batch-size", "8"],
        "--batch-size is for the network, --model mlp, but --model forest is another "
        "model. Leave out --batch-size.",
    ),
    (
        ["--dataset", "digits", "--training", "fresh", "--unit", "absolute"],
        "--training fresh with --model mlp draws the noise behind the scaler, where it "
        "cannot be in --unit absolute. Leave out one of the two, or choose another "
        "--model.",
    ),
    (
        ["--output", "a-file/folder"],
        "--output a-file/folder cannot be written to ([Errno 20] Not a directory: "
        "'a-file/folder'); name another folder",
    ),
]


def refused(capsys, *arguments):
    """Return what the command says as it ends, without its usage."""
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert ended.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize(("line", "message"), OPTIONS)
def test_a_wrong_option_is_named_below_the_usage(line, message, capsys):
    said = refused(capsys, "sweep", *line.split())
    usage, _, error = said.partition("error: argument ")
    assert usage.startswith("usage: skn-noise sweep [-h]")
    assert error.startswith(message)


def test_a_scheduler_that_does_not_answer_is_an_error(capsys):
    options = ["--dataset", "digits", "--scheduler", "127.0.0.1:1"]
    said = refused(capsys, "sweep", *options)
    assert said.startswith(
        "skn-noise: error: --scheduler 127.0.0.1:1: no Dask scheduler answers there ("
    )
    assert said.count("\n") == 1
    assert not Path("noise-sweep").exists()


@pytest.mark.parametrize(("options", "message"), STUDIES)
def test_a_study_that_cannot_be_run_is_refused_before_the_training(
    options, message, capsys
):
    said = refused(capsys, "sweep", *options)
    assert said == f"skn-noise: error: {message}\n"


def test_a_column_of_row_numbers_is_named_with_the_option_that_drops_it(
    tmp_path, capsys
):
    Path("ids.csv").write_text("id,time,a,label\n7,3,0,1\n8,1,0,1\n")
    said = refused(capsys, "sweep", "--dataset", "ids.csv", "--no-pixels")
    assert said.startswith("warning: --dataset ids.csv: ids.csv has a different whole")
    assert "every row of 'id', 'time'." in said
    assert "with --drop 'id' 'time'." in said


def test_options_that_are_right_are_read_as_what_they_mean():
    line = "sweep --dataset a.csv --label digit --no-pixels --scales 2 0.5"
    line += " --drop id --drop time date --regression --impute --model mlp"
    line += " --unit absolute --tolerance 90% --by-feature 1"
    line += (
        " --training clean fresh --cv 2 --draws 4 --repeats 3 --epochs 4 --batch-size 5"
    )
    line += " --hidden 6 7 --precision bfloat16 --jobs -4096 --seed 4294967295"
    line += " --scheduler tcp://10.0.0.1:8786 --output out --restart"
    assert vars(make_parser().parse_args(line.split())) == {
        "runs": ("skn_noise.cli._sweep", "sweep"),
        "dataset": "a.csv",
        "label": "digit",
        "regression": True,
        "impute": True,
        "model": "mlp",
        "unit": "absolute",
        "tolerance": "90%",
        "snr": None,
        "by_feature": [1.0],
        "drop": ["id", "time", "date"],
        "white": None,
        "pixels": False,
        "scales": [2.0, 0.5],
        "training": ["clean", "fresh"],
        "cv": "2",
        "draws": 4,
        "repeats": 3,
        "epochs": 4,
        "batch_size": 5,
        "hidden": [6, 7],
        "precision": "bfloat16",
        "jobs": -4096,
        "seed": 4294967295,
        "scheduler": "tcp://10.0.0.1:8786",
        "output": Path("out"),
        "restart": True,
    }
    assert make_parser().parse_args(["sweep", "--white", "16"]).white == 16
    line = ["sweep", "--snr", "20", "-6", "inf"]
    assert make_parser().parse_args(line).snr == [0.1, 1.995, 0]
    assert make_parser().parse_args(["sweep", "--hidden"]).hidden == []
    assert make_parser().parse_args(["sweep", "--cv", "holdout"]).cv == "holdout"
    assert make_parser().parse_args(["sweep", "--cv", "05"]).cv == "5"
