"""What `skn-noise sweep` runs, prints and keeps, in one process."""

import io
import re
import shutil
import signal
from contextlib import chdir, redirect_stderr, redirect_stdout

import numpy as np
import pandas as pd
import pytest

from skn_noise import compare_curves, load_dataset, make_noise_pipeline, noise_curve
from skn_noise._signals import ENDING_SIGNALS
from skn_noise.cli import main
from skn_noise.cli._data import in_options
from skn_noise.cli._folder import hash_data, keep_sweep, load_sweep
from skn_noise.cli._main import make_parser
from skn_noise.cli._models import check_options, make_model
from skn_noise.display._noisy_samples import NoisySamplesDisplay
from skn_noise.report._report import describe_table, summary_table
from skn_noise.results._summary import describe_cost
from skn_noise.results._table import describe_notes, lay_out, printed

SMALL = ["--cv", "2", "--epochs", "1", "--hidden", "4", "--jobs", "1"]
DIGITS = ["--dataset", "digits", *SMALL, "--scales", "2", "0.5", "--seed", "3"]
DIGITS += ["--batch-size", "64", "--output", "out"]


def sweep(folder, *options):
    """Run a sweep in a folder; return what it says on stdout and on stderr."""
    said, told = io.StringIO(), io.StringIO()
    with chdir(folder), redirect_stdout(said), redirect_stderr(told):
        main(["sweep", *options])
    return said.getvalue(), told.getvalue()


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep")
    return sweep(folder, *DIGITS), folder / "out"


@pytest.fixture(scope="module")
def kept(swept):
    return load_sweep(swept[1])


def test_it_prints_what_is_run_the_table_the_finding_and_where_the_results_are(
    swept, kept
):
    said = swept[0][0]
    summary = summary_table(kept.curves)
    sentences = [describe_table(summary), *describe_notes(summary)]
    table = printed(lay_out(summary), sentences)
    assert said == (
        "mlp on digits (1797 samples, 64 features, 10 classes): 4 fits, frozen\n"
        f"\n{table}\n\n"
        f"frozen: {describe_cost(kept.curves['frozen'])}\n"
        f"{kept.record['seconds']:.0f} seconds of training and validation; "
        "the results are in out/\n"
    )


def test_the_record_tells_options_data_and_seconds(kept):
    args = make_parser().parse_args(["sweep", *DIGITS])
    check_options(args)
    options = vars(args)
    options.pop("runs")
    seconds = kept.record.pop("seconds")
    assert kept.record == {
        "arguments": options | {"output": "out", "cv": ["2"]},
        "dataset": "digits",
        "data": hash_data(load_dataset("digits")),
    }
    kept.record["seconds"] = seconds
    assert isinstance(seconds, float)
    assert 0 < seconds == round(seconds, 1)


def test_the_network_is_the_one_that_was_asked_for(kept):
    manifest = kept.curves["frozen"].manifest
    network = make_noise_pipeline(
        random_state=3,
        epochs=1,
        batch_size=64,
        hidden_layer_sizes=[4],
        precision="float32",
    )
    assert manifest["estimator"] == repr(network)
    assert manifest["training"] == "frozen"


def test_the_samples_are_drawn_as_the_package_draws_them(kept):
    digits = load_dataset("digits")
    pipeline = make_noise_pipeline(random_state=3)
    drawn = NoisySamplesDisplay.from_estimator(
        pipeline, digits.X, digits.y, scales=[2, 0.5], image_shape=(8, 8)
    )
    assert kept.samples.image_shape == (8, 8)
    pd.testing.assert_frame_equal(kept.samples.frame, drawn.frame)


def test_it_goes_on_from_its_cells_adds_others_and_restarts(swept, tmp_path):
    (_, first), folder = swept
    assert first.startswith("0 of 4 cells found done in out")
    assert first.count("\n") == 5
    added = shutil.copytree(folder, tmp_path / "out")
    said, told = sweep(tmp_path, *DIGITS, "--scales", "1", "--cv", "3")
    assert told.startswith("4 of 6 cells found done in out")
    assert "frozen, 2 folds: Noise of scale 2 instead of 0.5" in said
    assert "frozen, 3 folds: Noise of scale 2 instead of 0.5" in said
    before, after = (pd.read_csv(path / "scores.csv") for path in (folder, added))
    before["curve"] = "frozen, 2 folds"
    assert len(before.merge(after)) == len(before)
    assert after.groupby("curve")["scale"].nunique().tolist() == [3, 3]
    restarted = sweep(tmp_path, *DIGITS, "--seed", "4", "--restart")[1]
    assert restarted.startswith("0 of 4 cells found done in out")
    assert list(load_sweep(added).curves) == ["frozen"]


def test_it_leaves_its_files_and_says_each_finished_cell(swept):
    (_, told), folder = swept
    names = "cells curve.png curves report.html run.json samples.png scores.csv "
    names += "summary.csv"
    assert sorted(path.name for path in folder.iterdir()) == names.split()
    cells = told.splitlines()[1:]
    assert [line.split()[0] for line in cells] == ["1/4", "2/4", "3/4", "4/4"]
    assert all(re.search(r"scale \S+, fold \d: accuracy 0\.\d{4}$", c) for c in cells)


def test_a_signal_while_files_are_written_comes_when_they_are_there(
    swept, tmp_path, monkeypatch, capsys
):
    kept = shutil.copytree(swept[1], tmp_path / "out")
    for file in kept.glob("*.*"):
        file.unlink()

    def keep_interrupted(folder, sweep):
        signal.raise_signal(signal.SIGTERM)
        keep_sweep(folder, sweep)

    monkeypatch.setattr("skn_noise.cli._sweep.keep_sweep", keep_interrupted)
    monkeypatch.chdir(tmp_path)
    handlers = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    with pytest.raises(SystemExit) as ended:
        main(["sweep", *DIGITS])
    for number, handler in handlers.items():
        signal.signal(number, handler)
    assert ended.value.code == 128 + signal.SIGTERM
    assert capsys.readouterr().err.endswith("\nInterrupted.\n")
    assert {path.name for path in kept.glob("*.*")} >= {"report.html", "run.json"}


def test_regimes_are_run_once_each_and_compared(tmp_path):
    options = ["--dataset", "digits", *SMALL, "--scales", "2", "0.5"]
    said, _ = sweep(tmp_path, *options, "--training", "fresh", "clean", "fresh")
    assert ": 4 fits, fresh\n" in said
    assert ": 2 fits, clean\n" in said
    curves = load_sweep(tmp_path / "noise-sweep").curves
    assert list(curves) == ["fresh", "clean"]
    assert said.count(f"{in_options(compare_curves(curves))}\n") == 1
    scores = pd.read_csv(tmp_path / "noise-sweep" / "scores.csv")
    assert scores["curve"].unique().tolist() == ["fresh", "clean"]
    page = (tmp_path / "noise-sweep" / "report.html").read_text("utf-8")
    assert "<h2>Comparison</h2>" in page


def test_a_holdout_has_an_interval_and_white_divides_the_pixels(tmp_path):
    rng = np.random.default_rng(0)
    images, labels = rng.integers(0, 17, size=(60, 4, 4)), np.arange(60) % 3
    train = {"x_train": images[:45], "y_train": labels[:45]}
    test = {"x_test": images[45:], "y_test": labels[45:]}
    np.savez(tmp_path / "small.npz", **train, **test)
    options = ["--dataset", "small.npz", "--white", "16", *SMALL, "--cv", "holdout"]
    said, _ = sweep(tmp_path, *options, "--scales", "1", "2")
    assert ": 2 fits" in said
    assert re.search(r"points(, | of validation accuracy \()95 % interval", said)
    summary = pd.read_csv(tmp_path / "noise-sweep" / "summary.csv")
    assert (summary["n"] == 1).all()
    assert (summary["lower"].notna() == (summary["split"] == "validation")).all()


def test_a_table_of_measurements_with_repeats(tmp_path):
    rng = np.random.default_rng(0)
    units = [1, 1e3, 1e6]
    table = pd.DataFrame(rng.normal(-300, 5, size=(40, 3)) * units, columns=[*"abc"])
    table.assign(state=np.arange(40) % 2).to_csv(tmp_path / "kelvin.csv", index=False)
    options = ["--dataset", "kelvin.csv", "--label", "state", "--no-pixels", *SMALL]
    said, _ = sweep(tmp_path, *options, "--repeats", "2", "--scales", "1", "2")
    assert ": 8 fits" in said
    scores = pd.read_csv(tmp_path / "noise-sweep" / "scores.csv")
    assert scores["repeat"].unique().tolist() == [0, 1]
    report = (tmp_path / "noise-sweep" / "report.html").read_text("utf-8")
    assert "other seeds" in report
    assert "(in standard deviations of each column)" in report


# --- other models ---------------------------------------------------------------------

TABLE = ["--no-pixels", "--cv", "2", "--jobs", "1", "--draws", "1"]


@pytest.fixture(scope="module")
def sensors(tmp_path_factory):
    """A folder with a table of 12 columns in other units, an ID and missing values."""
    rng = np.random.default_rng(0)
    state = np.arange(120) % 3
    values = rng.normal(0, 2, (3, 12))[state] + rng.normal(size=(120, 12))
    values *= np.geomspace(1e-8, 1e4, 12)
    values[rng.random(values.shape) < 0.03] = np.nan
    table = pd.DataFrame(values).add_prefix("sensor ")
    table["state"] = np.array(["calm", "windy", "storm"])[state]
    folder = tmp_path_factory.mktemp("sensors")
    table.rename_axis("id").to_csv(folder / "sensors.csv")
    return folder


def test_the_tolerance_of_a_forest_on_a_table_with_gaps_is_one_line(sensors):
    line = "--dataset sensors.csv --label state --drop id --model forest"
    line += " --training clean --tolerance 0.9 --scales 0 1 2 --output forest"
    said, told = sweep(sensors, *line.split(), *TABLE)
    assert said.startswith(
        "forest on sensors (120 samples, 12 features, 3 classes): 2 fits, clean\n"
    )
    assert re.search(
        r"^clean: accuracy stays at or above 0\.9 up to scale [0-9.]+, interpolated "
        r"\(95 % interval: .*\), in standard deviations of each column, when the model "
        r"is trained without noise; ",
        said,
        re.MULTILINE,
    )
    assert "warning" not in told
    kept = load_sweep(sensors / "forest")
    tolerance = str(kept.curves["clean"].tolerance(0.9))
    assert f"clean: {tolerance}.\n" in said
    page = (sensors / "forest" / "report.html").read_text("utf-8")
    assert f"A{tolerance[1:]}." in page
    assert "The estimator (StandardScaler, GaussianNoiseTransformer, RandomFor" in page


def test_scales_around_the_tolerance_are_found_and_columns_are_ranked(sensors):
    line = "--dataset sensors.csv --label state --drop id --model knn --impute"
    line += " --training clean --tolerance 90% --by-feature 8 --output found"
    said, _ = sweep(sensors, *line.split(), *TABLE)
    kept = load_sweep(sensors / "found")
    scales = kept.record["arguments"]["scales"]
    curve = kept.curves["clean"]
    assert {0, 1} < set(scales)
    assert curve.scores["scale"].unique().tolist() == scales
    assert f"clean: {curve.tolerance(relative=0.9)}.\n" in said
    assert said.count(" fits") == 1  # by feature; the search has run all scales
    assert len(kept.by_feature.features) == 12
    assert "by feature: Noise is tolerated least, of 12 features, on sensor " in said
    page = (sensors / "found" / "report.html").read_text("utf-8")
    assert '<section id="features">' in page


@pytest.mark.parametrize("model", ["logistic", "forest", "boosting", "knn"])
@pytest.mark.parametrize("unit", ["std", "absolute"])
def test_every_model_is_trained_on_noisy_copies(sensors, model, unit):
    table = pd.read_csv(sensors / "sensors.csv", index_col="id")
    line = ["sweep", "--no-pixels", "--impute", "--model", model, "--unit", unit]
    args = make_parser().parse_args(line)
    scores = {
        training: noise_curve(
            make_model(args, training),
            table.drop(columns="state"),
            table["state"],
            scales=[1.0],
            training=training,
            scoring="accuracy",
            cv=2,
        ).scores["value"]
        for training in ["frozen", "fresh"]
    }
    assert scores["fresh"].notna().all()
    assert not scores["fresh"].equals(scores["frozen"])


def test_numbers_are_predicted_and_their_error_is_in_their_unit(tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(60, 2)), columns=["a", "b"])
    table.assign(price=100 + 10 * table["a"]).to_csv(tmp_path / "a.csv", index=False)
    line = "--dataset a.csv --label price --regression --model knn --tolerance 50%"
    line += " --scales 0 4 --training frozen clean --output out"
    said, _ = sweep(tmp_path, *line.split(), *TABLE)
    assert said.startswith("knn on a (60 samples, 2 features, targets from ")
    assert said.count("r2 stays at or above") == 2
    kept = load_sweep(tmp_path / "out")
    metrics = ["r2", "neg_root_mean_squared_error"]
    assert kept.curves["clean"].scores["metric"].unique().tolist() == metrics
    rmse = kept.curves["clean"].summary().query("metric == @metrics[1]")["mean"]
    assert (rmse.between(-20, -1)).all()
    assert kept.lost == {}
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert page.count("R2 stays at or above") == 2


def test_a_tolerance_that_no_scale_has_costs_no_file(sensors):
    line = "--dataset sensors.csv --label state --drop id --model knn --impute"
    line += " --scales 8 --tolerance 0.99 --output none"
    said, _ = sweep(sensors, *line.split(), *TABLE)
    assert "frozen: target must be a score that the curve" in said
    assert "or --tolerance 90%.\n" in said
    assert (sensors / "none" / "report.html").exists()


@pytest.mark.parametrize(("unit", "deviation"), [("std", [2, 0]), ("absolute", [2, 2])])
def test_noise_is_in_the_unit_asked_for(tmp_path, unit, deviation):
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(5, 100, 4000), np.full(4000, 7.0)])
    line = ["sweep", "--no-pixels", "--model", "knn", "--unit", unit]
    steps = make_model(make_parser().parse_args(line), "frozen")[:-1]
    steps.set_params(noise__scale=2)
    noise = steps.fit_transform(X) - steps.set_params(noise__scale=0).transform(X)
    assert noise.std(axis=0).tolist() == pytest.approx(deviation, rel=0.1)
