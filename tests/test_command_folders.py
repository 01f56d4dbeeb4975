"""`skn-noise report` and `skn-noise compare`, on folders that a sweep has filled."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib import pyplot as plt
from reports import study_of_digits

from skn_noise import NoiseCurve, compare_curves
from skn_noise.cli import main
from skn_noise.cli._files import _draw_curves, write_files
from skn_noise.cli._kept import Sweep, keep_sweep, load_sweep
from skn_noise.report._report import score_table, summary_table
from skn_noise.results._words import describe_cost

FILES = ["curve.png", "report.html", "samples.png", "scores.csv", "summary.csv"]


def fill(folder, trainings, **changes):
    """Fill a folder as a sweep does, with the curves of a quick classifier."""
    study = study_of_digits()
    arguments = {"training": trainings, "cv": 3, "batch_size": 128}
    arguments |= {"scheduler": None, "restart": False, "output": folder}
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
    assert capsys.readouterr().out == (
        "".join(
            f"{name}: {describe_cost(curve)}\n"
            for name, curve in load_sweep(folder).curves.items()
        )
        + "the report is out/report.html\n"
    )
    for name in FILES:
        assert (folder / name).read_bytes() == (original / name).read_bytes(), name


def test_the_record_can_be_read_by_people(folder):
    text = (folder / "run.json").read_text(encoding="utf-8")
    assert text.startswith('{\n  "arguments": {\n    "training": [\n')
    assert text.endswith('"dataset": "digits",\n  "seconds": 1.5\n}\n')
    assert Path(json.loads(text)["arguments"]["output"]).name == "out"


def test_the_report_tells_the_options_that_were_given_and_the_seconds(folder):
    html = (folder / "report.html").read_text(encoding="utf-8")
    settings = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html)
    assert settings[:3] == [
        ("training", "frozen clean"),
        ("cv", "3"),
        ("batch-size", "128"),
    ]
    assert [name for name, _ in settings[3:5]] == ["output", "seconds"]
    assert settings[4][1] == "1.5"


def test_the_report_has_all_its_sections(folder):
    html = (folder / "report.html").read_text(encoding="utf-8")
    sections = ["curve", "comparison", "lost", "samples", "table", "methods"]
    assert re.findall(r'<section id="(.*?)">', html) == [*sections, "settings"]


def test_tables_are_written_without_an_index(folder):
    curves = load_sweep(folder).curves
    for name, table in (("scores", score_table), ("summary", summary_table)):
        text = (folder / f"{name}.csv").read_text(encoding="utf-8")
        assert text == table(curves).to_csv(index=False)


def test_the_curves_are_drawn_in_two_panels(folder):
    height, width, _ = plt.imread(folder / "curve.png").shape
    assert (width, height) == (14 * 120, 4.5 * 120)


@pytest.mark.parametrize(
    ("trainings", "labels"),
    [
        (
            ["clean"],
            ["accuracy", "validation accuracy", "validation log loss"],
        ),
        (["frozen", "clean"], ["validation accuracy", "validation log loss"]),
    ],
)
def test_accuracy_is_drawn_on_the_left_and_loss_on_the_right(trainings, labels):
    curves = study_of_digits()["curves"]
    figure = _draw_curves({training: curves[training] for training in trainings})
    assert [ax.get_ylabel() for ax in figure.axes] == labels
    assert figure.get_layout_engine() is not None


def test_curves_are_kept_to_the_last_digit(folder):
    sweep = load_sweep(folder)
    assert sweep.record["dataset"] == "digits"
    kept = sweep.curves["clean"]
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
    assert refused(capsys, command, folder) == (
        "skn-noise: error: out must be a folder that 'skn-noise sweep' filled, but it "
        f"has no {missing}. Name another, or run the sweep (again) with --output out.\n"
    )


@pytest.mark.parametrize("missing", ["samples", "clean-samples"])
def test_a_folder_without_samples_is_refused(folder, capsys, missing):
    (folder / "curves" / f"{missing}.npz").unlink()
    said = refused(capsys, "report", folder)
    assert f"but it has no curves/{missing}.npz. Name another" in said


def test_a_file_is_no_folder(folder, capsys):
    assert "run.json must be a folder that" in refused(
        capsys, "report", folder / "run.json"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"arguments": 1}',
        '{"dataset": 1, "arguments": {"training": ["clean"]}}',
        '{"dataset": "digits", "arguments": {"training": []}}',
        '{"dataset": "digits", "arguments": {"training": [1]}}',
    ],
)
def test_a_damaged_record_is_refused(folder, capsys, text):
    (folder / "run.json").write_text(text)
    assert refused(capsys, "report", folder) == (
        "skn-noise: error: out/run.json must say what was run, as 'skn-noise sweep' "
        "wrote it, but it is damaged or of another version. Name another, or run the "
        "sweep (again) with --output out.\n"
    )


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
    compared = compare_curves(
        {name: load_sweep(Path(name)).curves[name] for name in ("frozen", "clean")}
    )
    assert capsys.readouterr().out == (
        f"{compared}\n\n{compared.differences.to_string(index=False)}\n\n"
        f"{compared.tolerances.to_string(index=False)}\n\n"
        "the picture is comparison.png\n"
    )
    assert Path("comparison.png").stat().st_size > 0


@pytest.mark.parametrize("trainings", [[], "frozen", ["../a"], ["a\0b"], [["clean"]]])
def test_trainings_that_there_are_not(folder, capsys, trainings):
    record = {"dataset": "digits", "arguments": {"training": trainings}}
    (folder / "run.json").write_text(json.dumps(record))
    assert "run.json must say what was run" in refused(capsys, "report", folder)


def test_compare_names_the_trainings_of_a_folder(folder, capsys):
    main(["compare", "out", "--metric", "neg_log_loss", "--output", "loss.svg"])
    said = capsys.readouterr().out
    assert said.startswith("out clean: neg_log_loss differs most")
    assert said.endswith("is infinite or clipped\n\nthe picture is loss.svg\n")
    assert "<svg" in Path("loss.svg").read_text()


def test_compare_refuses_a_single_curve(tmp_path, capsys):
    fill(tmp_path / "out", ["clean"])
    assert refused(capsys, "compare", tmp_path / "out") == (
        f"skn-noise: error: compare needs two curves or more, and {tmp_path / 'out'} "
        "has one; name another folder\n"
    )


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
        (
            ["--output", "picture.gif"],
            "--output: expected a name that ends in one of .png, .svg, .pdf, got "
            "'picture.gif'\n",
        ),
        (
            ["--output", "nowhere/picture.png"],
            "--output: there is no folder nowhere; make it\n",
        ),
        (["--metric", "f1"], "There is no metric 'f1'; there are ['accuracy'"),
    ],
)
def test_compare_refuses_wrong_options(folder, capsys, options, said):
    assert said in refused(capsys, "compare", folder, *options)


def test_a_curve_of_a_sweep_is_one_of_the_package(folder):
    curve = NoiseCurve.load(folder / "curves" / "frozen.npz")
    assert curve.manifest["training"] == "frozen"
