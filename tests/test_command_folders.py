"""The folder of a sweep: what may be added to it, and what is made from it again."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from reports import study_of_digits

from skn_noise import NoiseCurve, compare_curves
from skn_noise.cli import main
from skn_noise.cli._data import in_options
from skn_noise.cli._folder import (
    Sweep,
    add_to_folder,
    empty_folder,
    keep_sweep,
    load_sweep,
    write_files,
)
from skn_noise.cli._main import make_parser
from skn_noise.cli._models import check_options
from skn_noise.results._summary import describe_cost

SHOWN = ["curve.png", "report.html", "samples.png", "scores.csv", "summary.csv"]


def options(*line):
    args = make_parser().parse_args(["sweep", "--dataset", "digits", *line])
    check_options(args)
    return args


def fill(folder, *line, **changes):
    """Keep the curves of a quick classifier as a sweep does."""
    study = study_of_digits()
    folder.mkdir()
    args = add_to_folder(folder, options(*line, "--output", str(folder)), "hash")
    record = {"arguments": vars(args), "dataset": "digits", "data": "hash"}
    curves = {name: replace(study["curves"][name], **changes) for name in args.training}
    lost = {name: study["lost"][name] for name in args.training}
    sweep = Sweep(record | {"seconds": 1.5}, curves, study["samples"], lost)
    keep_sweep(folder, sweep)
    return sweep


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A folder as a sweep leaves it."""
    folder = tmp_path_factory.mktemp("sweep") / "out"
    line = ["--cv", "3", "--scales", "0.5", "2", "--draws", "6", "--repeats", "2"]
    line += ["--tolerance", "50%"]
    write_files(folder, fill(folder, *line, "--training", "frozen", "clean"))
    return folder


@pytest.fixture
def folder(original, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(original, "out"))


def refused(capsys, *arguments):
    """Return the error that the command ends with."""
    with pytest.raises(SystemExit) as ended:
        main(list(map(str, arguments)))
    assert ended.value.code == 2
    return capsys.readouterr().err


def change_record(folder, **arguments):
    record = json.loads((folder / "run.json").read_text())
    record["arguments"] |= arguments
    (folder / "run.json").write_text(json.dumps(record))


# --- what may be added ----------------------------------------------------------------


def test_other_scales_regimes_folds_and_repeats_are_added(folder):
    line = ["--scales", "4", "2", "--training", "fresh", "--cv", "holdout"]
    args = add_to_folder(folder, options(*line), "hash")
    assert args.scales == [0.5, 2.0, 4.0]
    assert args.tolerance == "50%"
    assert args.training == ["frozen", "clean", "fresh"]
    assert args.cv == ["3", "holdout"]
    assert (args.draws, args.repeats) == (6, 2)


def test_an_empty_folder_takes_the_options_as_they_are(tmp_path):
    args = add_to_folder(tmp_path, options("--training", "clean", "clean"), "hash")
    assert (args.training, args.cv, args.repeats) == (["clean"], ["5"], 1)


@pytest.mark.parametrize(
    ("line", "difference"),
    [
        (["--seed", "3"], "--seed 0 there and --seed 3 now"),
        (["--epochs", "9"], "--epochs 20 there and --epochs 9 now"),
        (["--batch-size", "9"], "--batch-size 128 there and --batch-size 9 now"),
        (["--hidden", "9"], "--hidden 512 512 there and --hidden 9 now"),
        (["--precision", "bfloat16"], "--precision float32 there and --precision bfl"),
        (["--no-pixels"], "without --no-pixels there and --no-pixels now"),
        (["--model", "knn"], "--model mlp there and --model knn now."),
        (["--unit", "absolute"], "--unit std there and --unit absolute now."),
        (["--regression"], "without --regression there and --regression now."),
    ],
)
def test_results_of_another_model_or_seed_are_not_replaced(folder, line, difference):
    with pytest.raises(ValueError, match=re.escape(f"another study: {difference}")):
        add_to_folder(folder, options(*line), "hash")


def test_results_of_other_data_are_not_replaced(folder):
    said = (
        "'out' has the results of another study: the data of digits there and of "
        "mine.csv now. Pass another folder with --output, or delete the results in "
        "this one with --restart."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        add_to_folder(folder, options("--dataset", "mine.csv"), "another hash")
    with pytest.raises(ValueError, match="of digits there and of digits --drop a now"):
        add_to_folder(folder, options("--dataset", "digits", "--drop", "a"), "other")


def test_files_that_no_sweep_wrote_are_not_replaced(tmp_path):
    (tmp_path / "scores.csv").write_text("mine")
    with pytest.raises(ValueError, match=r"has scores\.csv but no run\.json"):
        add_to_folder(tmp_path, options(), "hash")


def test_more_curves_than_a_picture_shows_are_refused(folder):
    change_record(folder, cv=["2", "3"])
    line = ["--training", "fresh", "--cv", "5"]
    with pytest.raises(ValueError, match=r"would have 9 curves.* shows 7 at most"):
        add_to_folder(folder, options(*line), "hash")


def test_a_restart_deletes_what_the_sweep_wrote_and_nothing_else(folder):
    (folder / "cells" / "5" / "skn_noise-cells").mkdir(parents=True)
    (folder / "cells" / "mine").write_text("")
    (folder / "notes.txt").write_text("")
    empty_folder(folder)
    left = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    assert left == {"notes.txt", "cells", "cells/5", "cells/mine", "curves"}
    assert add_to_folder(folder, options("--seed", "3"), "hash").scales[0] == 0.1


# --- report ---------------------------------------------------------------------------


def test_report_makes_the_same_files_from_what_was_kept(folder, original, capsys):
    for name in SHOWN:
        (folder / name).unlink()
    main(["report", str(folder)])
    assert capsys.readouterr().out == (
        "".join(
            f"{name}: {in_options(describe_cost(curve))}\n"
            f"{name}: {curve.tolerance(relative=0.5)}.\n"
            for name, curve in load_sweep(folder).curves.items()
        )
        + "the report is out/report.html\n"
    )
    for name in SHOWN:
        assert (folder / name).read_bytes() == (original / name).read_bytes(), name


def test_the_report_has_all_sections_the_options_and_the_seconds(folder):
    html = (folder / "report.html").read_text(encoding="utf-8")
    sections = ["curve", "comparison", "lost", "samples", "table", "methods"]
    assert re.findall(r'<section id="(.*?)">', html) == [*sections, "settings"]
    settings = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html))
    assert settings["training"] == "frozen clean"
    assert settings["batch-size"] == "128"
    assert settings["seconds"] == "1.5"
    assert "scheduler" not in settings


def test_a_sweep_in_decibels_has_an_axis_of_these_in_its_pictures(folder):
    page, picture = folder / "report.html", folder / "curve.png"
    n_signs, before = page.read_text().count("<use"), picture.read_bytes()
    change_record(folder, snr=True)
    main(["report", str(folder)])
    assert page.read_text().count("<use") > n_signs
    assert picture.read_bytes() != before


def test_curves_are_kept_to_the_last_digit(folder):
    kept = NoiseCurve.load(folder / "curves" / "clean-3.npz")
    curve = study_of_digits()["curves"]["clean"]
    assert kept.scores.equals(curve.scores)
    assert kept.predictions.equals(curve.predictions)
    assert kept.manifest == curve.manifest


@pytest.mark.parametrize("command", ["report", "compare"])
@pytest.mark.parametrize("missing", ["run.json", "curves/clean-3.npz"])
def test_a_folder_of_no_sweep_is_refused(folder, capsys, command, missing):
    (folder / missing).unlink()
    assert refused(capsys, command, folder) == (
        "skn-noise: error: 'out' must be a folder that 'skn-noise sweep' filled, but "
        f"it has no {missing}. Pass another folder, or run the sweep again "
        "with --output 'out'.\n"
    )


@pytest.mark.parametrize("text", ["{", "[]", "{}", "[" * 10**5])
def test_a_record_that_is_damaged_is_refused(folder, capsys, text):
    (folder / "run.json").write_text(text)
    assert refused(capsys, "report", folder) == (
        "skn-noise: error: out/run.json must say what was run, as 'skn-noise sweep' "
        "writes it, but it is damaged or of another version. Pass another folder, or "
        "run the sweep again with --output 'out'.\n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("training", ["../a"]),
        ("training", [["clean"]]),
        ("cv", ["/3"]),
        ("cv", [3]),
    ],
)
def test_a_record_of_what_no_sweep_writes_is_refused(folder, capsys, name, value):
    change_record(folder, **{name: value})
    assert "run.json must say what was run" in refused(capsys, "report", folder)


@pytest.mark.parametrize("name", ["clean-3", "samples", "clean-3-lost"])
def test_damaged_results_are_refused(folder, capsys, name):
    path = folder / "curves" / f"{name}.npz"
    path.write_bytes(path.read_bytes()[:-100])
    assert f"{name}.npz must be as 'skn-noise sweep' wrote it" in refused(
        capsys, "report", folder
    )


# --- compare --------------------------------------------------------------------------


def test_compare_says_by_what_two_sweeps_differ(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for training in ("frozen", "clean"):
        fill(Path(training), "--training", training, "--cv", "3")
    main(["compare", "frozen", "clean"])
    compared = compare_curves(
        {name: load_sweep(Path(name)).curves[name] for name in ("frozen", "clean")}
    )
    assert capsys.readouterr().out == (
        f"{compared}\n\n{compared.tolerances.to_string(index=False)}\n\n"
        "the picture is comparison.png\n"
    )
    assert Path("comparison.png").stat().st_size > 0


def test_compare_names_the_trainings_of_a_folder(folder, capsys):
    main(["compare", "out", "--metric", "neg_log_loss", "--output", "loss.svg"])
    said = capsys.readouterr().out
    assert "\nout clean " in said
    assert "No interval of log loss: " in said
    assert said.endswith("\n\nthe picture is loss.svg\n")
    assert "<svg" in Path("loss.svg").read_text()


def test_compare_refuses_a_single_curve(tmp_path, capsys):
    fill(tmp_path / "out")
    assert refused(capsys, "compare", tmp_path / "out") == (
        f"skn-noise: error: compare needs two curves or more, and {tmp_path / 'out'} "
        "has one; name another folder\n"
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["--scales 1", "--scales 1 2"], "a has --scales 1.0 and b --scales 1.0 2.0"),
        (["--draws 1", "--draws 2"], "a has --draws 1 and b --draws 2"),
        (["--repeats 1", "--repeats 2"], "a has --repeats 1 and b --repeats 2"),
        (["--unit std", "--unit absolute"], "a has --unit std and b --unit absolute"),
        (["--cv 3", "--cv 5"], "same folds, but a has --cv 3; b has --cv 5"),
    ],
)
def test_compare_refuses_sweeps_of_other_cells(
    tmp_path, monkeypatch, capsys, lines, said
):
    monkeypatch.chdir(tmp_path)
    for name, line in zip("ab", lines, strict=True):
        fill(Path(name), *line.split())
    assert said in refused(capsys, "compare", "a", "b")


def test_compare_refuses_other_data(folder, capsys):
    other = Path(shutil.copytree(folder, "other"))
    record = json.loads((other / "run.json").read_text())
    (other / "run.json").write_text(json.dumps(record | {"data": "another hash"}))
    said = refused(capsys, "compare", folder, other)
    assert (
        "compare needs sweeps on the same data, but out is of digits and other" in said
    )


def test_compare_asks_for_the_folds_where_folders_share_several(folder, capsys):
    change_record(folder, cv=["2", "3"])
    said = refused(capsys, "compare", folder)
    assert said.endswith("folds to compare on with --cv: out has --cv 2 3\n")
    main(["compare", "out", "--cv", "3"])
    assert "\nout clean takes " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--output a.gif", "expected a name that ends in one of .png, .svg, .pdf, got"),
        ("--output nowhere/a.png", "--output: there is no folder nowhere; make it\n"),
        ("--metric f1", "--metric: invalid choice: 'f1'"),
    ],
)
def test_compare_refuses_wrong_options(folder, capsys, line, said):
    assert said in refused(capsys, "compare", folder, *line.split())
