from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from curves import curve_of, curve_of_results
from per_sample import noisy
from sklearn.model_selection import StratifiedKFold
from sklearn.neighbors import NearestCentroid

from skn_noise import (
    NoiseComparison,
    compare_curves,
    noise_curve,
)
from skn_noise.results._table import p_in_words
from skn_noise.statistics import (
    accuracy_difference,
    holm_adjusted,
    log_loss_difference,
    paired_difference,
)

SCALES = [0.1, 0.5, 1.0]
THESE_FITS = (
    "The intervals are for these fits, not the algorithms: studies with n_repeats=3 "
    "include other seeds."
)
DIFFERENCE = ["difference", "lower", "upper", "p_value"]


@pytest.fixture(scope="module")
def curves(bayes_curve, digits):
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    centroid = noise_curve(noisy(NearestCentroid()), *digits, cv=cv, scales=SCALES)
    return {"bayes": bayes_curve, "centroid": centroid}


def at_scale(curve, scale):
    return curve.predictions.query("scale == @scale").sort_values("sample")


def test_accuracies_and_losses_are_compared_by_what_happened_to_the_same_samples(
    curves,
):
    bayes, centroid = (at_scale(curve, 0.5) for curve in curves.values())
    known = {"samples": bayes["sample"], "folds": bayes["fold"], "n_train": 200}
    hits = [
        (table["target"] == table["prediction"]).to_numpy()
        for table in (centroid, bayes)
    ]
    differences = compare_curves(curves, simultaneous=False).differences
    row = differences.set_index("scale").loc[0.5]
    difference = row["mean"] - row["reference_mean"]
    assert row["difference"] == pytest.approx(difference)
    expected = accuracy_difference(*hits, **known, training_weight=1 / 4)
    assert tuple(row[DIFFERENCE]) == pytest.approx(expected)
    names = row["curve"], row["reference"], row["method"]
    assert names == ("centroid", "bayes", "tango")

    metric = "neg_log_loss"
    losses = compare_curves(curves, metric=metric, simultaneous=False).differences
    row = losses.set_index("scale").loc[0.5]
    pair = centroid["probability"], bayes["probability"]
    expected = log_loss_difference(*pair, **known)
    found = -row["difference"], -row["upper"], -row["lower"], row["p_value"]
    assert found == pytest.approx(tuple(expected), rel=1e-5)


def test_other_scores_are_compared_by_their_folds():
    one = curve_of([0.9, 0.8], [0.8, 0.6], [0.85, 0.7], scales=[1, 2], metric="f1")
    other = curve_of([0.8, 0.7], [0.75, 0.6], [0.7, 0.5], scales=[1, 2], metric="f1")
    both = {"one": one, "other": other}
    differences = compare_curves(both, simultaneous=False).differences
    expected = paired_difference(
        [0.8, 0.75, 0.7], [0.9, 0.8, 0.85], validation_train_ratio=1 / 4
    )
    assert tuple(differences.loc[0, DIFFERENCE]) == pytest.approx(expected)
    assert differences["method"].tolist() == ["t"] * 2


def test_p_values_are_adjusted_over_scales_and_curves(curves):
    three = curves | {"again": curves["centroid"]}
    differences = compare_curves(three).differences
    assert len(differences) == 6
    np.testing.assert_allclose(
        differences["p_adjusted"], holm_adjusted(differences["p_value"])
    )


def test_the_other_way_round_is_the_other_sign(curves):
    there = compare_curves(curves).differences
    back = compare_curves(curves, reference="centroid").differences
    np.testing.assert_allclose(there["difference"], -back["difference"])
    np.testing.assert_allclose(there["lower"], -back["upper"], atol=1e-9)
    np.testing.assert_allclose(there["p_value"], back["p_value"])


def test_a_curve_does_not_differ_from_itself(curves):
    comparison = compare_curves({"a": curves["bayes"], "b": curves["bayes"]})
    assert (comparison.differences["difference"] == 0).all()
    assert (comparison.differences["p_adjusted"] == 1).all()
    assert (comparison.differences["lower"] < 0).all()
    ratio = comparison.tolerances.set_index("curve").loc["b"]
    assert ratio["ratio_lower"] < ratio["ratio"] == 1 < ratio["ratio_upper"]


def test_neither_the_order_of_rows_nor_other_metrics_and_unknown_sizes_matter(curves):
    curve = curves["bayes"]
    more = curve.scores.assign(metric="f1", scale=9.0).drop_duplicates(
        ["fold", "split"]
    )
    scores = pd.concat([curve.scores, more]).sample(frac=1, random_state=0)
    predictions = curve.predictions.sample(frac=1, random_state=0)
    shuffled = replace(curve, scores=scores, predictions=predictions)
    by_fold = replace(curve, scores=scores.drop(columns="n_train"), predictions=None)
    for other, method in [
        (shuffled, "tango"),
        (by_fold, "none"),
    ]:
        pair = {"a": curve, "b": other}
        differences = compare_curves(pair, metric="accuracy").differences
        assert (differences["difference"].abs() < 1e-12).all()
        assert set(differences["method"]) == {method}


# --- tolerances -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "arguments", "target"),
    [
        ("accuracy", {}, 0.9),
        ("accuracy", {"relative": 0.8}, 0.8),
        ("neg_log_loss", {"target": 2.5}, 2.5),
        ("neg_log_loss", {"target": 2.5, "confidence": 0.8}, 2.5),
    ],
)
def test_tolerances_are_those_of_the_curves_at_one_target(
    curves, metric, arguments, target
):
    comparison = compare_curves(curves, metric=metric, **arguments)
    if metric == "accuracy":
        bayes = curves["bayes"].summary()
        first = bayes.query("split == 'validation' and metric == @metric")["mean"]
        target *= first.iloc[0]
    assert comparison.target == pytest.approx(target)
    options = {"metric": metric, "confidence": arguments.get("confidence", 0.95)}
    assert comparison.confidence == options["confidence"]
    names = "curve scale lower upper ratio ratio_lower ratio_upper"
    assert list(comparison.tolerances) == names.split()
    for name, curve in curves.items():
        tolerance = curve.tolerance(comparison.target, **options)
        row = comparison.tolerances.set_index("curve").loc[name]
        found = tuple(row[["scale", "lower", "upper"]])
        expected = tolerance.scale, tolerance.lower, tolerance.upper
        assert found == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("scores", "scales", "metric"),
    [
        ([0, -0.1], [1, 2], "r2"),
        ([-1, -2], [1, 2], "neg_log_loss"),
    ],
)
def test_without_a_score_to_take_nine_tenths_of_there_is_no_tolerance_by_default(
    scores, scales, metric
):
    curve = curve_of(scores, scores, scales=scales, metric=metric)
    comparison = compare_curves({"a": curve, "b": curve})
    assert comparison.target is None
    assert comparison.tolerances.empty


def test_a_curve_that_tolerates_no_noise_tolerates_less_than_the_least_that_was_run():
    rows = {"sturdy": (40, 40, 10), "weak": (10, 9, 5)}
    curves = {
        name: curve_of_results([np.arange(40) < hit for hit in hits], scales=[0, 1, 2])
        for name, hits in rows.items()
    }
    sturdy, weak = compare_curves(curves, relative=0.6).tolerances.to_dict("records")
    assert weak["scale"] == -np.inf
    assert weak["ratio"] == weak["ratio_lower"] == 0
    assert weak["ratio_upper"] == weak["upper"] / sturdy["lower"]


def test_the_interval_of_a_ratio_is_that_of_the_two_brackets():
    curves = {
        name: curve_of_results([np.arange(200) < n for n in hits], scales=[1, 2, 4, 8])
        for name, hits in [
            ("weak", (200, 100, 80, 60)),
            ("sturdy", (200, 198, 197, 60)),
        ]
    }
    weak, sturdy = compare_curves(curves).tolerances.to_dict("records")
    assert (weak["lower"], weak["upper"]) == (1, 2)
    assert (sturdy["lower"], sturdy["upper"]) == (4, 8)
    assert sturdy["ratio"] == sturdy["scale"] / weak["scale"]
    assert (sturdy["ratio_lower"], sturdy["ratio_upper"]) == (4 / 2, 8 / 1)
    assert weak["ratio"] == 1
    assert np.isnan([weak["ratio_lower"], weak["ratio_upper"]]).all()


def test_a_curve_against_itself_has_ratio_1_with_its_bracket():
    curve = curve_of_results([[1] * 200, [1] * 100 + [0] * 100], scales=[1, 16])
    row = compare_curves({"a": curve, "b": curve}).tolerances.iloc[1]
    assert (row["ratio"], row["ratio_lower"], row["ratio_upper"]) == (1, 1 / 16, 16)


def test_a_curve_beyond_all_scales_takes_so_many_times_the_noise_or_more():
    fragile = curve_of_results(
        [[1] * 200, [1] * 150 + [0] * 50, [1] * 100 + [0] * 100], scales=[1, 2, 4]
    )
    sturdy = curve_of_results([[1] * 200] * 3, scales=[1, 2, 4])
    comparison = compare_curves({"fragile": fragile, "sturdy": sturdy})
    row = comparison.tolerances.set_index("curve").loc["sturdy"]
    assert row["scale"] == row["ratio"] == row["ratio_upper"] == np.inf
    assert row["ratio_lower"] == 4 / 2
    assert " or more) that fragile takes, for accuracy at" in comparison.findings[0]


# --- words ----------------------------------------------------------------------------


def test_a_comparison_says_itself_in_a_sentence_a_curve(curves):
    comparison = compare_curves(curves)
    assert repr(comparison) == "NoiseComparison(accuracy of centroid against bayes)"
    finding, means, fits = comparison.findings
    ratio = comparison.tolerances["ratio"][1]
    start = f"centroid takes {ratio:.2g} times the noise (95 % interval: "
    assert finding.startswith(start)
    assert "that bayes takes, for accuracy at least 0.8" in finding
    differences = comparison.differences
    row = differences.loc[differences["difference"].abs().idxmax()]
    assert finding.endswith(
        f". centroid: accuracy differs most at scale {row['scale']:g}, by "
        f"{row['difference']:+.3g} (95 % interval for all scales together: "
        f"{row['lower']:+.3g} to {row['upper']:+.3g}, adjusted p "
        f"{p_in_words(row['p_adjusted'])})."
    )
    assert means.startswith("Means over 3 folds, when the model is trained on such")
    assert fits == THESE_FITS
    assert len(compare_curves(curves | {"again": curves["bayes"]}).findings) == 4


def test_intervals_hold_for_all_scales_together_unless_asked_otherwise(curves):
    together = compare_curves(curves)
    alone = compare_curves(curves, simultaneous=False)
    level = 1 - 0.05 / together.differences["scale"].nunique()
    each = compare_curves(curves, simultaneous=False, confidence=level)
    bounds = ["lower", "upper"]
    pd.testing.assert_frame_equal(
        together.differences[bounds], each.differences[bounds]
    )
    assert (alone.differences["lower"] > together.differences["lower"]).all()
    assert "interval for this scale alone: " in alone.findings[0]


def test_repeats_include_other_seeds(curves):
    def twice(curve):
        tables = curve.scores, curve.predictions
        again = [pd.concat([one, one.assign(repeat=1)]) for one in tables]
        return replace(curve, scores=again[0], predictions=again[1])

    comparison = compare_curves({name: twice(one) for name, one in curves.items()})
    assert THESE_FITS in compare_curves(curves).findings
    assert THESE_FITS not in comparison.findings


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        ((2, 1.5, 3), "2.0 times the noise (90 % interval: 1.5 to 3)"),
        ((0.5, 0, 0.8), "0.50 times the noise (90 % interval: 0.8 or less)"),
        ((12, 3, np.inf), "12 times the noise (90 % interval: 3 or more)"),
        ((12, 0, np.inf), "12 times the noise (90 % interval: open on both sides)"),
        ((12, np.nan, np.nan), "12 times the noise (no interval)"),
        (
            (np.inf, 2, np.inf),
            "an unknown multiple of the noise (90 % interval: 2 or more)",
        ),
        ((0, 0, 2), "an unknown multiple of the noise (90 % interval: 2 or less)"),
    ],
)
def test_a_ratio_says_itself_with_its_interval(ratio, words):
    figures = {"ratio": ratio[0], "ratio_lower": ratio[1], "ratio_upper": ratio[2]}
    tolerances = pd.DataFrame([{"curve": "b", **figures}])
    row = dict.fromkeys(["difference", "lower", "upper"], np.nan)
    differences = pd.DataFrame([{"curve": "b", **row}])
    comparison = NoiseComparison("f1", "a", differences, tolerances, 0.912, 0.9)
    assert comparison.findings == [
        f"b takes {words} that a takes, for f1 at least 0.912. b: there is no scale at "
        "which both were scored."
    ]


def test_a_confidence_and_a_target_are_those_of_the_sentence_too(curves):
    comparison = compare_curves(curves, confidence=0.8)
    narrow, wide = (c.differences for c in (comparison, compare_curves(curves)))
    assert (narrow["lower"] > wide["lower"]).all()
    assert (narrow["upper"] < wide["upper"]).all()
    assert comparison.findings[0].count("80 % interval") == 2
    assert "In brackets 80 % intervals" in str(comparison)
    comparison = compare_curves(curves, metric="neg_log_loss", target=2.0)
    assert "for log loss at most 2" in str(comparison)


def test_a_difference_without_an_interval_says_why():
    one, other = (
        curve_of([-0.5, last], [-0.7, last - 0.2], scales=[1, 2], metric="neg_log_loss")
        for last in (-0.6, -0.9)
    )
    comparison = compare_curves({"a": one, "b": other})
    assert comparison.findings[0] == (
        "b: log loss differs most at scale 2, by +0.3 (no interval: all folds differ "
        "alike)."
    )
    assert "No interval of log loss: all folds differ alike." in str(comparison)


def test_a_curve_without_predictions_is_compared_by_folds(curves):
    bare = replace(curves["centroid"], predictions=None)
    comparison = compare_curves({"bayes": curves["bayes"], "bare": bare})
    assert set(comparison.differences["method"]) == {"t"}


def test_a_fold_that_failed_in_one_curve_counts_in_no_difference(curves):
    scores = curves["centroid"].scores.copy()
    scores.loc[scores.eval("fold == 0"), "value"] = np.nan
    left = curves["centroid"].predictions.query("fold != 0")
    failing = replace(curves["centroid"], scores=scores, predictions=left)
    comparison = compare_curves({"bayes": curves["bayes"], "failing": failing})
    assert set(comparison.differences["n"]) == {2}
    assert set(comparison.differences["method"]) == {"tango"}
