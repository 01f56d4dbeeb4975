"""`skn-noise report` and `skn-noise compare`, on folders that a sweep has filled."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from reports import study_of_digits

from skn_noise import NoiseCurve
from skn_noise.cli import main
from skn_noise.cli._files import write_files
from skn_noise.cli._kept import Sweep, keep_sweep, load_sweep

FILES = ["curve.png", "report.html", "samples.png", "scores.csv", "summary.csv"]


def fill(folder, trainings, **changes):
    """Fill a folder as a sweep does, with the curves of a quick classifier."""
    study = study_of_digits()
    arguments = {"training": trainings, "cv": 3, "scheduler": None}
    record = {"arguments": arguments, "dataset": "digits", "seconds": 1.5}
    curves = {name: replace(study["curves"][name], **changes) for name in trainings}
    lost = {name: study["lost"][name] for name in trainings}
    folder.mkdir()
    done = Sweep(record, curves, study["samples"], lost)
    keep_sweep(folder, done)
    return done


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A folder as a sweep leaves it."""
    folder = tmp_path_factory.mktemp("sweep") / "out"
    write_files(folder, fill(folder, ["frozen", "clean"]))
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


# --- report ---------------------------------------------------------------------------


def test_report_makes_the_same_files_from_what_was_kept(folder, original, capsys):
    for name in FILES:
        (folder / name).unlink()
    main(["report", str(folder)])
    assert "frozen: Noise of scale 2 instead of 0.5 costs" in capsys.readouterr().out
    for name in FILES:
        assert (folder / name).read_bytes() == (original / name).read_bytes(), name


def test_curves_are_kept_to_the_last_digit(folder):
    kept = load_sweep(folder).curves["clean"]
    curve = study_of_digits()["curves"]["clean"]
    assert kept.scores.equals(curve.scores)
    assert kept.predictions.equals(curve.predictions)
    assert kept.manifest == curve.manifest


def test_report_takes_only_the_trainings_of_the_last_sweep(folder):
    record = json.loads((folder / "run.json").read_text())
    record["arguments"]["training"] = ["clean"]
    (folder / "run.json").write_text(json.dumps(record))
    assert list(load_sweep(folder).curves) == ["clean"]


@pytest.mark.parametrize("command", ["report", "compare"])
@pytest.mark.parametrize("missing", ["run.json", "curves/clean.npz"])
def test_a_folder_of_no_sweep_is_refused(folder, capsys, command, missing):
    (folder / missing).unlink()
    said = refused(capsys, command, folder)
    assert (
        f"must be a folder that 'skn-noise sweep' filled, but it has no {missing}"
        in said
    )


def test_a_file_is_no_folder(folder, capsys):
    assert "run.json must be a folder that" in refused(
        capsys, "report", folder / "run.json"
    )


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"arguments": 1}'])
def test_a_damaged_record_is_refused(folder, capsys, text):
    (folder / "run.json").write_text(text)
    said = refused(capsys, "report", folder)
    assert "run.json must say what was run" in said
    assert "run the sweep (again) with --output out" in said


@pytest.mark.parametrize("name", ["clean", "samples", "clean-samples"])
def test_damaged_results_are_refused(folder, capsys, name):
    path = folder / "curves" / f"{name}.npz"
    path.write_bytes(path.read_bytes()[:-100])
    assert f"{name}.npz must be whole" in refused(capsys, "report", folder)


# --- compare --------------------------------------------------------------------------


def test_compare_says_by_what_two_sweeps_differ(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for training in ("frozen", "clean"):
        fill(tmp_path / training, [training])
    main(["compare", "frozen", "clean"])
    said = capsys.readouterr().out
    assert re.match(r"clean takes .* of the noise .* that frozen takes, for", said)
    assert said.count("Tango, effective samples") == 2
    assert Path("comparison.png").stat().st_size > 0


@pytest.mark.parametrize("trainings", [[], "frozen", ["../a"], ["a\0b"], [["clean"]]])
def test_trainings_that_there_are_not(folder, capsys, trainings):
    record = {"dataset": "digits", "arguments": {"training": trainings}}
    (folder / "run.json").write_text(json.dumps(record))
    assert "run.json must say what was run" in refused(capsys, "report", folder)


def test_compare_names_the_trainings_of_a_folder(folder, capsys):
    main(["compare", "out", "--metric", "neg_log_loss", "--output", "loss.svg"])
    assert "out clean: neg_log_loss differs most" in capsys.readouterr().out
    assert "<svg" in Path("loss.svg").read_text()


def test_compare_refuses_a_single_curve(tmp_path, capsys):
    fill(tmp_path / "out", ["clean"])
    said = refused(capsys, "compare", tmp_path / "out")
    assert "compare needs two curves or more" in said


def test_compare_refuses_other_scales(tmp_path, capsys):
    curve = study_of_digits()["curves"]["clean"]
    tables = {
        name: getattr(curve, name).query("scale < 2")
        for name in ("scores", "predictions")
    }
    fill(tmp_path / "two", ["clean"], **tables)
    fill(tmp_path / "three", ["clean"])
    said = refused(capsys, "compare", tmp_path / "two", tmp_path / "three")
    assert "expects curves of the same scales" in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--output", "picture.gif"], "expected a name that ends in one of .png"),
        (["--output", "nowhere/picture.png"], "there is no folder nowhere; make it"),
        (["--metric", "f1"], "There is no metric 'f1'; there are ['accuracy'"),
    ],
)
def test_compare_refuses_wrong_options(folder, capsys, options, said):
    assert said in refused(capsys, "compare", folder, *options)


def test_a_curve_of_a_sweep_is_one_of_the_package(folder):
    curve = NoiseCurve.load(folder / "curves" / "frozen.npz")
    assert curve.manifest["training"] == "frozen"
