"""What a report says, and what it leaves out when a curve does not know it."""

import re
import xml.etree.ElementTree as ET
from base64 import b64decode
from dataclasses import replace
from html import unescape

import numpy as np
import pandas as pd
import pytest
from curves import curve_of
from matplotlib.figure import Figure
from reports import curve_of_diabetes, study_of_digits

from skn_noise import NoiseCurve, NoisySamplesDisplay, compare_curves, write_report
from skn_noise.display._page import as_svg
from skn_noise.report._pictures import load_samples, save_samples
from skn_noise.report._report import make_report, score_table, summary_table
from skn_noise.results._summary import describe_cost

SMALL = curve_of([0.9, 0.8], [0.8, 0.7], scales=[1, 2])


def report_of(curves, dataset="data", **more):
    options = {"settings": {}, "samples": None, "lost": {}} | more
    return make_report(curves, dataset=dataset, **options)


def sections(html):
    return re.findall(r'<section id="(\w+)">', html)


@pytest.fixture(scope="module")
def html():
    return report_of(**study_of_digits(), dataset="digits", settings={"epochs": 7})


@pytest.fixture(scope="module")
def curves():
    return study_of_digits()["curves"]


# --- what it says ---------------------------------------------------------------------


def test_a_report_of_two_regimes_has_every_section(html):
    assert sections(html) == [
        "curve",
        "comparison",
        "lost",
        "samples",
        "table",
        "methods",
        "settings",
    ]


def test_it_opens_with_the_findings(html, curves):
    head = html.partition("</header>")[0]
    for curve in curves.values():
        assert describe_cost(curve) in head


def test_every_picture_says_what_it_shows(html):
    labels = re.findall(r'<svg role="img" aria-label="([^"]*)"', html)
    assert len(labels) == html.count("<svg") == 8
    assert "costs" in labels[0]
    assert all("taken for" in label or "lost" in label for label in labels[4:7:2])


def test_the_settings_name_seeds_and_the_fingerprint_of_the_data(html, curves):
    settings = html.partition('id="settings"')[2]
    fingerprint = curves["frozen"].manifest["data"]["fingerprint"]
    for words in ("<dt>epochs</dt><dd>7</dd>", "noise__random_state 0", fingerprint):
        assert words in settings


def test_the_downloads_are_the_tables(html, curves):
    found = re.findall(r'href="data:text/csv;base64,([^"]+)" download="([^"]+)"', html)
    downloads = {name: b64decode(content).decode() for content, name in found}
    assert downloads == {
        "scores.csv": score_table(curves).to_csv(index=False),
        "summary.csv": summary_table(curves).to_csv(index=False),
    }


def test_repeats_have_a_table_of_their_spread(html, curves):
    for error in curves["clean"].spread()["error"].dropna():
        assert f"<td>{error:.4g}</td>" in html
    assert "training and draw of the noise</th>" in html
    assert "validation samples</th>" in html


def test_it_runs_no_script_and_loads_nothing(html):
    assert "<script" not in html
    links = re.findall(r'(?:src|href)="([^"]{0,20})', html)
    assert all(link.startswith(("#", "data:")) for link in links)


# --- what it leaves out ---------------------------------------------------------------


def test_a_regressor_has_no_classes_to_lose():
    html = report_of({"ridge": curve_of_diabetes()})
    assert sections(html) == ["curve", "table", "methods", "settings"]
    assert "of validation r2" in html
    assert "raises validation mean squared error" in html


def test_a_curve_that_knows_scores_alone():
    html = report_of({"study": curve_of([0.9, 0.8], [0.8, 0.6], scales=[1, 2])})
    assert sections(html) == ["curve", "table", "methods"]
    assert "no clear difference to validation accuracy (-15.0 points" in html


def test_a_curve_with_failed_folds():
    html = report_of({"study": curve_of([0.9, np.nan], [0.8, np.nan], scales=[1, 2])})
    assert "Validation accuracy at scale 1 is 0.850." in html


def test_curves_of_other_scales_are_shown_with_the_reason_why_none_is_compared():
    one, other = (curve_of([0.9, 0.8], scales=[1, scale]) for scale in (2, 3))
    html = report_of({"one": one, "other": other})
    with pytest.raises(ValueError, match="curves of the same scales") as error:
        compare_curves({"one": one, "other": other})
    assert f"<p>They are not compared: {error.value}</p>" in unescape(html)
    assert html.count("<svg") == 1


def test_a_classifier_without_probabilities(curves):
    predictions = curves["clean"].predictions.assign(probability=np.nan)
    html = report_of({"clean": replace(curves["clean"], predictions=predictions)})
    head = html.partition("samples that are lost first")[2].partition("</thead>")[0]
    assert "taken for" in head
    assert "probability" not in head


# --- the file -------------------------------------------------------------------------


def test_names_with_html_are_text():
    name = '<b>&"'
    html = report_of({name: curve_of([0.9, 0.8], scales=[1, 2])}, dataset=name)
    assert "<h1>The cost of noise: &lt;b&gt;&amp;&#34;</h1>" in html
    assert name not in html


def test_a_single_curve_needs_no_name(tmp_path):
    write_report(tmp_path / "report.html", SMALL, dataset="diabetes")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text == report_of({"study": SMALL}, dataset="diabetes")


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_report(path, SMALL, dataset="diabetes")
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("curves", [{}, [], None])
def test_no_curve_is_refused(tmp_path, curves):
    with pytest.raises((TypeError, ValueError), match="curves must "):
        write_report(tmp_path / "report.html", curves, dataset="data")


def test_samples_lost_by_no_curve_are_refused(tmp_path):
    lost = {"clean": study_of_digits()["lost"]["clean"]}
    message = "The keys of lost must be names of curves, ['study']; got ['clean']."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        write_report(
            tmp_path / "report.html", curve_of_diabetes(), dataset="data", lost=lost
        )


def test_tolerances_are_stated_and_compared():
    text = report_of(study_of_digits()["curves"], target=0.6)
    assert text.count("Accuracy stays at or above 0.6 up to scale") == 2
    assert ", for accuracy at least 0.6." in text
    missed = report_of(study_of_digits()["curves"], target=0.99)
    assert missed.count(" Target must be a score that the curve reaches, but 0.99") == 2


def test_lost_samples_that_are_no_display_are_refused(tmp_path):
    with pytest.raises(TypeError, match=r"lost\['study'\] must be .*, got int\. "):
        write_report(
            tmp_path / "report.html",
            curve_of([0.9] * 5),
            dataset="data",
            lost={"study": 3},
        )


# --- pictures and samples -------------------------------------------------------------


def test_pictures_of_one_page_share_no_names_and_take_its_ink():
    svgs = []
    for words in ("one", "other"):
        figure = Figure()
        figure.subplots().plot([1, 2], marker="o", color="#010203")
        svgs.append(as_svg(figure, words))
    names = [set(re.findall(r' id="([^"]+)"', svg)) for svg in svgs]
    assert names[0]
    assert not names[0] & names[1]
    assert all("currentColor" in svg and "#010203" not in svg for svg in svgs)
    for svg in svgs:
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
        assert used == set(re.findall(r' id="([^"]+)"', svg))
        ET.fromstring(svg)


@pytest.mark.parametrize("name", ["samples", "lost"])
def test_samples_are_kept_to_the_last_digit(tmp_path, name):
    kept = study_of_digits()[name]
    kept = kept["frozen"] if name == "lost" else kept
    save_samples(tmp_path / "samples.npz", kept)
    loaded = load_samples(tmp_path / "samples.npz")
    assert isinstance(loaded, NoisySamplesDisplay)
    pd.testing.assert_frame_equal(loaded.frame, kept.frame, check_dtype=False)
    np.testing.assert_array_equal(loaded.is_wrong, kept.is_wrong)
    assert vars(loaded).keys() <= vars(kept).keys()
    assert (loaded.row_labels, loaded.image_shape) == (kept.row_labels, (8, 8))


@pytest.mark.parametrize(
    "drawn",
    [
        {"same_greys": True, "image_shape": (1, 2)},
        {"row_labels": ["a", "b"], "is_wrong": np.array([[True], [False]])},
    ],
)
def test_how_samples_are_drawn_is_kept(tmp_path, drawn):
    panels = {"no noise": np.eye(2), "scale 1": np.ones((2, 2))}
    save_samples(
        tmp_path / "samples.npz",
        NoisySamplesDisplay(panels=panels, samples=np.array([3, 1]), **drawn),
    )
    loaded = load_samples(tmp_path / "samples.npz")
    assert list(loaded.panels) == list(panels)
    assert loaded.samples.tolist() == [3, 1]
    for name in ("image_shape", "same_greys", "row_labels"):
        default = False if name == "same_greys" else None
        assert getattr(loaded, name) == drawn.get(name, default), name
    np.testing.assert_array_equal(loaded.is_wrong, drawn.get("is_wrong"))


def test_kept_samples_that_are_none_are_refused(tmp_path, curves):
    curves["clean"].save(tmp_path / "samples.npz")
    assert isinstance(NoiseCurve.load(tmp_path / "samples.npz"), NoiseCurve)
    with pytest.raises(ValueError, match="must contain a NoisySamplesDisplay, got"):
        load_samples(tmp_path / "samples.npz")
