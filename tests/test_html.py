"""Results and data sets in a notebook: sentences, tables and pictures as SVG."""

import logging
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from curves import REFERENCE, curve_of, curve_of_results
from sklearn.model_selection import PredefinedSplit

from skn_noise import (
    Dataset,
    NoiseCurve,
    NoiseMatrix,
    compare_curves,
    load_dataset,
)
from skn_noise.display._page import table_html

RESULTS = [[1] * 8 + [0] * 2, [1] * 5 + [0] * 5]


def parts(result):
    """Return the sentence, the pictures and the rows of the table in what is shown."""
    html = result._repr_html_()
    assert html is not None
    page = ElementTree.fromstring(html.replace(' halign="left"', ""))
    pictures = page.findall("{http://www.w3.org/2000/svg}svg")
    rows = [
        ["".join(cell.itertext()) for cell in row]
        for row in page.findall("./div/table/tbody/tr")
    ]
    return "".join(page.find("p").itertext()), pictures, rows


def matrix_of(means, metric="accuracy"):
    rows = [
        (float(train), float(validation), fold, metric, value)
        for train, row in enumerate(means)
        for validation, value in enumerate(row)
        for fold in range(2)
    ]
    columns = ["train_scale", "validation_scale", "fold", "metric", "value"]
    scores = pd.DataFrame(rows, columns=columns)
    return NoiseMatrix(scores.assign(n_train=100, n_validation=50))


def test_a_curve_shows_its_finding_a_picture_and_a_row_a_scale():
    finding, pictures, rows = parts(curve_of(REFERENCE))
    assert finding.startswith("Noise of scale 4 instead of 0.1 costs 33.0 points")
    assert len(pictures) == 1
    assert [row[0] for row in rows] == ["0.1", "0.5", "1", "2", "4"]


def test_a_long_table_is_cut_in_the_middle():
    scales = np.geomspace(0.1, 10, 30)
    _, _, rows = parts(curve_of(np.linspace(0.9, 0.1, 30), scales=scales))
    assert len(rows) == 11
    assert rows[5][0] == "..."


def test_a_picture_takes_the_colours_of_the_notebook():
    html = curve_of(REFERENCE)._repr_html_()
    assert "currentColor" in html
    assert "#000000" not in html
    assert "#ffffff" not in html


def test_a_picture_has_no_style_sheet_that_would_be_one_for_the_page():
    assert "<style" not in curve_of(REFERENCE)._repr_html_()


def test_a_picture_opens_no_figure_of_pyplot():
    plt.close("all")
    parts(curve_of(REFERENCE))
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    "curve",
    [
        curve_of([0.9], scales=[1.0]),
        curve_of([0.9, np.nan], [0.8, np.nan], scales=[1.0, 2.0]),
        curve_of([np.nan, np.nan], scales=[1.0, 2.0]),
        curve_of([0.9, 0.8], scales=[0.0, 2.0]),
        curve_of([-0.2, -np.inf], scales=[1.0, 2.0], metric="neg_log_loss"),
        NoiseCurve(curve_of(REFERENCE).scores.drop(columns=["n_train", "fit_seconds"])),
        curve_of_results(RESULTS, RESULTS, scales=[1.0, 2.0]),
    ],
    ids=[
        "one scale",
        "a scale failed",
        "all failed",
        "no noise",
        "infinite",
        "bare",
        "predicted",
    ],
)
def test_any_curve_is_shown(curve):
    _, pictures, rows = parts(curve)
    assert len(pictures) == 1
    assert len(rows) == curve.scores["scale"].nunique()


def test_a_matrix_shows_the_best_noise_in_training():
    finding, pictures, rows = parts(matrix_of([[0.99, 0.6], [0.9, 0.8]]))
    assert finding == (
        "Validated at scale 1, accuracy is 0.800 after training at scale 1, the best, "
        "and 0.600 at scale 0, the worst."
    )
    assert len(pictures) == 1
    assert rows == [["0", "0", "0.99", "1", "0.9"], ["1", "1", "0.8", "0", "0.6"]]


@pytest.mark.parametrize("means", [[[0.9]], [[np.nan, 0.9]], [[np.nan]]], ids=str)
def test_any_matrix_is_shown(means):
    _, pictures, _ = parts(matrix_of(means))
    assert len(pictures) == 1


def test_a_tolerance_shows_its_sentence():
    tolerance = curve_of(REFERENCE, REFERENCE).tolerance(0.9)
    finding, pictures, rows = parts(tolerance)
    assert finding.lower() == f"{tolerance}.".lower()
    assert pictures == rows == []


@pytest.mark.parametrize("target", [None, 0.6])
def test_a_comparison_shows_its_sentences_and_a_row_a_curve_and_scale(target):
    scales = [1.0, 2.0]
    worse = [[1] * 7 + [0] * 3, [0] * 10]
    curves = {
        "<b>": curve_of_results(RESULTS, RESULTS, scales=scales),
        "second": curve_of_results(worse, worse, scales=scales),
        "third": curve_of_results(worse, RESULTS, scales=scales),
    }
    comparison = compare_curves(curves, target=target)
    finding, pictures, rows = parts(comparison)
    assert finding == "".join(comparison.findings)
    assert len(pictures) == 1
    assert [row[0] for row in rows] == ["second", "2", "third", "2"]


def test_a_table_has_blanks_for_missing_values_and_its_index_beside_the_columns():
    index = pd.Index([1, 2], name="scale")
    frame = pd.DataFrame({"<a>": [0.123456, np.nan], "b": ["t", None]}, index)
    rows = [
        ["".join(cell.itertext()) for cell in row]
        for row in ElementTree.fromstring(table_html(frame)).findall("./*/tr")
    ]
    assert rows == [["scale", "<a>", "b"], ["1", "0.1235", "t"], ["2", "", ""]]


def test_a_data_set_shows_images_and_counts_its_classes():
    finding, pictures, rows = parts(load_dataset("digits"))
    assert finding.endswith(
        ": 1797 samples of 64 features, images of 8 x 8, with 10 classes."
    )
    assert len(pictures) == 1
    assert rows[0] == ["0", "178"]
    assert len(rows) == 10


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 1)], ids=str)
@pytest.mark.parametrize(
    "y", [np.arange(20) % 3, np.linspace(0, 1, 20)], ids=["classes", "numbers"]
)
def test_images_of_any_targets_are_shown(shape, y):
    data = Dataset(np.random.default_rng(0).random((20, 16)), y, "noise", shape)
    assert len(parts(data)[1]) == 1


def test_a_data_set_with_a_holdout_counts_both_parts():
    holdout = PredefinedSplit([-1, -1, 0, 0])
    data = Dataset(np.eye(4), np.array([0, 0, 0, 1]), "corners", holdout=holdout)
    _, pictures, rows = parts(data)
    assert pictures == []
    assert rows == [["0", "3", "2", "1"], ["1", "1", "0", "1"]]


def test_numbers_to_be_regressed_on_have_no_classes():
    finding, _, rows = parts(Dataset(np.eye(2), np.array([0.5, 2.5]), "two"))
    assert finding == "two: 2 samples of 2 features with targets from 0.5 to 2.5."
    assert rows == []


def test_an_error_leaves_the_text_and_is_logged(caplog):
    four_colours = Dataset(np.eye(16), np.arange(16), "odd", image_shape=(2, 2, 4))
    with caplog.at_level(logging.DEBUG, logger="skn_noise"):
        assert four_colours._repr_html_() is None
    (record,) = [one for one in caplog.records if one.name == "skn_noise"]
    assert record.getMessage() == f"There is no HTML of {four_colours!r}."
    assert record.exc_info[0] is ValueError
