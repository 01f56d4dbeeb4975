"""The sentences and tables of a report, to the last word."""

import re
from dataclasses import replace

import numpy as np
import pytest
from curves import curve_of, curve_of_results
from reports import study_of_digits

from skn_noise import compare_curves
from skn_noise.report._methods import describe_methods
from skn_noise.report._pictures import draw_differences, draw_samples, draw_scores
from skn_noise.report._report import make_report
from skn_noise.report._tables import find_lost, list_settings

HOLM = (
    "Holm (1979). A simple sequentially rejective multiple test procedure. "
    "Scandinavian Journal of Statistics 6(2)."
)
NADEAU_BENGIO = (
    "Nadeau, Bengio (2003). Inference for the generalization error. Machine Learning "
    "52(3)."
)
NOISY = "Pipeline(steps=[('noise', GaussianNoiseTransformer(random_state=0))])"


@pytest.fixture(scope="module")
def digits():
    return study_of_digits()["curves"]


def with_manifest(**manifest):
    """Return a curve with this manifest."""
    return replace(curve_of([0.9, 0.8], scales=[1, 2]), manifest=manifest)


# --- how it was made ------------------------------------------------------------------


def test_the_methods_of_a_comparison(digits):
    text, references = describe_methods(digits, "digits", compare_curves(digits))
    text, _, software = text.partition(" Software: ")
    assert text == (
        "The estimator (GlobalStandardScaler, GaussianNoiseTransformer, GaussianNB) "
        "was trained and validated on digits (300 samples of 64 features), on 3 folds "
        "of 200 training and 100 validation samples, 2 times, each with other seeds of "
        "noise and estimator. The noise was Gaussian, with a standard deviation of "
        "0.5, 2 (in standard deviations of all values). It was independent between "
        "samples, and between training and validation; all scales shared one draw. The "
        "models of frozen were trained on one noisy copy of each sample. The models of "
        "clean were trained on samples without noise. Scores are accuracy and log "
        "loss. Intervals of accuracies are Wilson's (1927) for an effective number of "
        "samples (Kish 1965) that allows for the choice of the training samples (after "
        "Nadeau and Bengio 2003). Accuracies were compared sample by sample, with the "
        "score interval of Tango (1998). Intervals of mean losses are computed on a "
        "logarithmic scale from the variance of the losses of the samples. Intervals "
        "are at 95 %, those of differences between curves for all scales together; p "
        "values were adjusted for the number of tests by Holm's method (1979)."
    )
    manifest = digits["frozen"].manifest
    versions = manifest["versions"] | {"skn_noise": manifest["skn_noise"]}
    for library in ["keras", "scikeras", "tensorflow"]:  # no network is trained
        versions.pop(library, None)
    listed = ", ".join(f"{name} {version}" for name, version in versions.items())
    assert software == f"{listed}; on {manifest['processor']}."
    assert [text.partition(" (")[0] for text in references] == [
        "Holm",
        "Kish",
        "Nadeau, Bengio",
        "Tango",
        "Wilson",
    ]


def test_the_methods_of_a_curve_of_scores_alone():
    curve = curve_of([0.9, 0.8], [0.8, 0.6], scales=[1, 2])
    assert describe_methods({"study": curve}, "data") == (
        "The estimator was trained and validated on data, on 2 folds of 4000 training "
        "and 1000 validation samples. The scales of the noise were 1, 2. Scores are "
        "accuracy. Intervals over the folds are those of the corrected resampled t "
        "test (Nadeau and Bengio 2003). Intervals are at 95 %; p values were adjusted "
        "for the number of tests by Holm's method (1979).",
        [HOLM, NADEAU_BENGIO],
    )


def test_the_estimators_of_the_curves_are_named_if_they_differ():
    curves = {name: with_manifest(estimator=f"{name}()") for name in ("SVC", "Ridge")}
    text, _ = describe_methods(curves, "data")
    assert text.startswith("The estimators SVC (SVC) and Ridge (Ridge) were trained ")


def test_intervals_by_groups_and_of_folds_that_differ_are_described():
    shares = 0.5, 0.9, 0.7, 0.9, 0.5
    folds = [[np.arange(100) < 100 * share] for share in shares]
    curve = curve_of_results(*folds, scales=[1], n_train=400)
    text, _ = describe_methods({"study": curve}, "data")
    assert "Where folds differed more than their samples explain (F test" in text
    assert "variance between groups" not in text
    groups = curve.predictions["sample"] // 2
    curve = replace(curve, predictions=curve.predictions.assign(group=groups))
    text, references = describe_methods({"study": curve}, "data")
    assert "The number of samples follows from the variance between groups" in text
    assert any(one.startswith("Korn, Graubard (1998)") for one in references)


@pytest.mark.parametrize(
    ("estimator", "seeds", "said"),
    [
        (NOISY, [0], "1, 2. It was independent between samples, and between training "),
        (NOISY, [0], "training and validation; all scales shared one draw. Scores"),
        (NOISY, [None], "between training and validation. Scores"),
        (NOISY, [0, None], "between training and validation. Scores"),
    ],
)
def test_the_noise_of_our_transformer_is_described(estimator, seeds, said):
    curve = with_manifest(estimator=estimator, random_states=dict(enumerate(seeds)))
    assert said in describe_methods({"study": curve}, "data")[0]


def test_the_unit_of_the_noise_is_named():
    curve = with_manifest(estimator=NOISY, unit="standard deviations of each column")
    text, _ = describe_methods({"study": curve}, "data")
    assert "deviation of 1, 2 (in standard deviations of each column)." in text


# --- what was run ---------------------------------------------------------------------


def test_settings_are_those_passed_then_those_that_the_curves_tell():
    manifest = {
        "estimator": "GaussianNB()",
        "param_name": "noise__scale",
        "cv": "KFold(3)",
        "scoring": "accuracy",
        "random_states": {"noise__random_state": 0, "mlp__random_state": None},
        "processor": "one of mine",
        "platform": "Linux",
        "data": {"n_samples": 3, "n_features": 2, "fingerprint": "a1"},
        "versions": {"numpy": "2"},
        "skn_noise": "0.1",
    }
    settings = {"hidden": [16, 8], "label": None, "sizes": (1, 2), 3: 0.5}
    rows = list_settings({"study": with_manifest(**manifest)}, settings)
    assert rows == {
        "hidden": "16 8",
        "label": "",
        "sizes": "1 2",
        "3": "0.5",
        "estimator": "GaussianNB()",
        "scale of the noise": "noise__scale",
        "folds": "KFold(3)",
        "scoring": "accuracy",
        "seeds": "noise__random_state 0",
        "processor": "one of mine",
        "system": "Linux",
        "samples": "3",
        "features": "2",
        "fingerprint of the data": "a1",
        "versions": "numpy 2, skn_noise 0.1",
    }


def test_settings_in_which_curves_differ_stand_below_each_other():
    curves = {
        "one": with_manifest(cv="KFold(3)", platform="Linux"),
        "other": with_manifest(platform="Linux"),
        "none": curve_of([0.9], scales=[1]),
    }
    assert list_settings(curves, {}) == {
        "folds, one": "KFold(3)",
        "folds, other": "",
        "folds, none": "",
        "system, one": "Linux",
        "system, other": "Linux",
        "system, none": "",
    }
    curves.pop("none")
    assert list_settings(curves, {})["system"] == "Linux"


# --- who is lost ----------------------------------------------------------------------


def test_the_finding_names_the_worst_and_the_best_class_at_the_greatest_scale(digits):
    lost = find_lost(digits, {})
    assert [one.name for one in lost] == ["frozen", "clean"]
    recall = digits["frozen"].by_class(simultaneous=True).query("scale == 2")
    recall = recall.set_index("recall")
    worst, best = recall.loc[recall.index.min()], recall.loc[recall.index.max()]
    samples = digits["frozen"].samples()
    assert lost[0].finding == (
        f"At scale 2 recall is lowest for class {worst.target:g}, {worst.name:.3f} "
        f"[{worst.lower:.3f}, {worst.upper:.3f}], and highest for class "
        f"{best.target:g}, {best.name:.3f} [{best.lower:.3f}, {best.upper:.3f}]. "
        f"{(samples['lost_at'] <= 2).sum()} of 300 samples are lost: "
        "most of their predictions at the largest scale are wrong."
    )
    assert lost[0].samples is None
    caption = "Fraction of the samples of each class that is classified correctly."
    assert lost[0].recall.caption == caption
    assert f'aria-label="{caption} frozen: At scale 2 recall' in lost[0].recall.svg


def test_the_ten_samples_lost_first_are_listed(digits):
    fragile = find_lost({"clean": digits["clean"]}, {})[0].fragile
    names = ["class", "lost from scale", "taken for", "correct", "probability"]
    assert fragile.columns.tolist() == names
    order = ["lost_at", "accuracy", "probability", "sample"]
    first = digits["clean"].samples().sort_values(order).head(10)
    assert fragile.index.tolist() == first["sample"].tolist()
    assert fragile["class"].tolist() == first["target"].tolist()
    assert fragile["lost from scale"].tolist() == first["lost_at"].tolist()


def test_a_curve_that_loses_no_sample_lists_none(digits):
    predictions = digits["clean"].predictions
    right = predictions.assign(prediction=predictions["target"])
    lost = find_lost({"clean": replace(digits["clean"], predictions=right)}, {})[0]
    assert lost.fragile.empty
    assert "0 of 300 samples are lost:" in lost.finding


# --- captions -------------------------------------------------------------------------

KEY = "Lines join the means, dots are single folds, bands are 95 % intervals."


def test_scores_of_several_curves_are_drawn_together(digits):
    pictures = draw_scores(digits, {})
    assert [picture.caption for picture in pictures] == [
        f"Validation accuracy against the scale of the noise. {KEY}",
        f"Validation log loss against the scale of the noise. {KEY}",
    ]
    label = pictures[0].svg.partition('aria-label="')[2].partition('"')[0]
    assert label.startswith(f"{pictures[0].caption} frozen: Noise of scale 2 instead ")
    assert " clean: Noise of scale 2 instead " in label
    accuracy, loss = (re.findall(r' d="([^"]+)"', svg) for svg, _ in pictures)
    assert accuracy != loss


def test_differences_say_from_what_and_with_which_interval(digits):
    assert draw_differences(compare_curves(digits)).caption == (
        "Validation accuracy minus that of frozen, on the same samples; above 0 is "
        "better. Bands are 95 % intervals."
    )
    loss = draw_differences(compare_curves(digits, metric="neg_log_loss"))
    assert "log loss minus that of frozen, on the same samples; below" in loss.caption


def test_captions_promise_neither_intervals_nor_dots_that_are_not_drawn():
    curves = {
        name: curve_of([0.9, 0.8], scales=[1, 2], metric="f1") for name in ("a", "b")
    }
    (picture,) = draw_scores(curves, {})
    shown = "Validation f1 against the scale of the noise."
    assert picture.caption == f"{shown} Lines join the means."
    assert "Bands" not in draw_differences(compare_curves(curves)).caption
    options = {"dataset": "data", "settings": {}, "samples": None, "lost": {}}
    html = make_report(curves, **options)
    assert "<figcaption>Means over the folds.</figcaption>" in html


@pytest.mark.parametrize("kind", ["samples", "lost"])
def test_samples_have_a_caption_and_those_lost_their_labels(kind):
    display = study_of_digits()[kind]
    display = display["clean"] if kind == "lost" else display
    picture = draw_samples(display, "clean")
    captions = {
        "samples": "Samples without noise and with noise of each scale.",
        "lost": "The samples that were lost first (above), and last or never (below), "
        "with the noise that the classifier got. A frame marks a wrong prediction.",
    }
    assert picture.caption == captions[kind]
    labels = "; ".join(display.row_labels or []).replace("\n", " ")
    label = picture.svg.partition('aria-label="')[2].partition('"')[0]
    assert label == f"{captions[kind]} clean: {labels}"
