from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from curves import as_arrays, curve_of, curve_of_results
from hypothesis import given, settings
from hypothesis import strategies as st
from per_sample import noisy
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import ShuffleSplit, StratifiedKFold

from skn_noise import NoiseCurve, noise_curve
from skn_noise.results._summary import describe_cost
from skn_noise.statistics import (
    accuracy_difference,
    accuracy_interval,
    holm_adjusted,
    log_loss_difference,
    log_loss_interval,
    loss_difference,
    loss_interval,
    mean_interval,
    paired_difference,
    wilson_interval,
)

VALIDATION = "split == 'validation' and metric == @metric"
DIFFERENCE = ["difference", "lower", "upper", "p_value"]


@pytest.fixture
def curve(bayes_curve):
    return bayes_curve


@pytest.fixture(scope="module")
def holdout(digits):
    cv = ShuffleSplit(1, test_size=0.3, random_state=0)
    return noise_curve(noisy(), *digits, cv=cv, scales=[0.5, 1.0])


def rows(table, metric):
    """The rows of a metric in a summary or cost, by scale."""
    if "split" in table:
        table = table.query(VALIDATION)
    return table.query("metric == @metric").set_index("scale")


def without_predictions(curve):
    return replace(curve, predictions=None)


def test_a_summary_is_over_the_folds(curve):
    row = rows(without_predictions(curve).summary(), "accuracy").loc[1.0]
    values = as_arrays(curve)[1].loc[1.0]
    expected = mean_interval(values, validation_train_ratio=1 / 2)
    figures = tuple(row[["mean", "std", "lower", "upper"]])
    assert figures == pytest.approx((values.mean(), values.std(ddof=1), *expected))
    assert row["n"] == 3


def test_interval_of_one_holdout_is_wilsons_for_accuracy_alone(holdout):
    summary = without_predictions(holdout).summary()
    accuracy = rows(summary, "accuracy").loc[1.0]
    expected = wilson_interval(accuracy["mean"], n_samples=90)
    assert tuple(accuracy[["lower", "upper"]]) == pytest.approx(expected)
    assert np.isnan(rows(summary, "neg_log_loss").loc[1.0, "lower"])


def test_cost_is_paired_by_fold_and_adjusted_over_the_scales(curve):
    cost = rows(without_predictions(curve).cost(), "accuracy")
    scores = as_arrays(curve)[1]
    expected = [
        paired_difference(
            scores.loc[scale], scores.loc[0.1], validation_train_ratio=1 / 2
        )
        for scale in (0.5, 1.0)
    ]
    np.testing.assert_allclose(cost[DIFFERENCE], expected)
    np.testing.assert_allclose(cost["p_adjusted"], holm_adjusted(cost["p_value"]))
    assert (cost["n"] == 3).all()


def test_cost_to_another_reference(curve):
    there = rows(curve.cost(), "accuracy").loc[1.0]
    back = rows(curve.cost(reference=1.0), "accuracy").loc[0.1]
    assert there["difference"] == -back["difference"]
    assert there["p_value"] == pytest.approx(back["p_value"])


@pytest.mark.parametrize(
    ("losses", "kind", "n"),
    [
        ([-3, np.nan, np.nan], np.isfinite, 1),
        ([np.nan] * 3, np.isnan, 0),
        ([-3, -np.inf, -3], np.isneginf, 3),
    ],
)
def test_a_scale_without_two_folds_counts_in_no_other_cost(curve, losses, kind, n):
    bare, scores = without_predictions(curve), curve.scores.copy()
    is_loss = scores.eval(
        "metric == 'neg_log_loss' and scale == 1 and split == 'validation'"
    )
    scores.loc[is_loss, "value"] = losses
    cost = replace(bare, scores=scores).cost()
    pd.testing.assert_frame_equal(rows(cost, "accuracy"), rows(bare.cost(), "accuracy"))
    tested, other = cost.query("metric == 'neg_log_loss'").to_dict("records")
    assert tested["p_adjusted"] == tested["p_value"]
    names = ["lower", "upper", "p_value", "p_adjusted"]
    assert np.isnan([other[name] for name in names]).all()
    assert other["n"] == n
    assert kind(other["difference"])


# --- from the results of samples ------------------------------------------------------


def options(curve, scale):
    """What the intervals of samples take, and the predictions at a scale."""
    at_scale = curve.predictions.query("scale == @scale")
    n_train = curve.scores["n_train"].mean()
    known = {"samples": at_scale["sample"], "folds": at_scale["fold"]}
    return at_scale, known | {"n_train": n_train}


@pytest.mark.parametrize("name", ["curve", "holdout"])
def test_accuracies_and_losses_stand_on_what_happened_to_every_sample(name, request):
    curve = request.getfixturevalue(name)
    table, known = options(curve, 1.0)
    summary = curve.summary()
    accuracy = rows(summary, "accuracy").loc[1.0]
    correct = table["target"] == table["prediction"]
    expected = accuracy_interval(correct, **known)
    assert tuple(accuracy[["mean", "lower", "upper"]]) == pytest.approx(expected)
    assert accuracy["method"] == "wilson"
    loss = rows(summary, "neg_log_loss").loc[1.0]
    mean, lower, upper = log_loss_interval(table["probability"], **known)
    figures = -loss[["mean", "upper", "lower"]].astype(float)
    assert tuple(figures) == pytest.approx((mean, lower, upper))
    assert loss["method"] == "log"


@pytest.mark.parametrize("name", ["curve", "holdout"])
def test_costs_are_paired_by_sample(name, request):
    curve = request.getfixturevalue(name)
    (noisy, known), (clean, _) = options(curve, 1.0), options(curve, 0.5)
    cost = curve.cost(reference=0.5)
    accuracy = rows(cost, "accuracy").loc[1.0]
    pair = [table["target"] == table["prediction"] for table in (noisy, clean)]
    expected = accuracy_difference(*pair, **known)
    assert tuple(accuracy[DIFFERENCE]) == pytest.approx(expected)
    assert accuracy["method"] == "tango"
    loss = rows(cost, "neg_log_loss").loc[1.0]
    pair = [table["probability"].to_numpy() for table in (noisy, clean)]
    mean, lower, upper, p_value = log_loss_difference(*pair, **known)
    expected = -mean, -upper, -lower, p_value
    assert tuple(loss[DIFFERENCE]) == pytest.approx(expected, rel=1e-5)
    assert loss["method"] == "mover"


def by_groups(curve, n_groups):
    """Return the curve with the samples in groups."""
    group = curve.predictions["sample"] % n_groups
    return replace(curve, predictions=curve.predictions.assign(group=group))


def test_accuracies_costs_and_losses_are_by_groups(curve):
    grouped = by_groups(curve, 50)
    summary = grouped.summary().query("split == 'validation'")
    for table in (summary, grouped.cost()):
        # At some scale a loss is clipped.
        table = table.dropna(subset=["lower"])
        assert len(table) > 1
        assert (table["note"] == "by groups").all()
    few = by_groups(curve, 3)
    for table in (few.summary().query("split == 'validation'"), few.cost()):
        assert set(table["note"]) == {"fewer than four groups"}
        assert table[["lower", "upper"]].isna().all(axis=None)


def test_folds_of_unequal_size_count_alike_as_in_the_mean():
    curve = curve_of_results([[1] * 10 + [0] * 10], [[1] * 4], scales=[1])
    summary = curve.summary().iloc[0]
    weights = [1 / 20] * 20 + [1 / 4] * 4
    correct = [True] * 10 + [False] * 10 + [True] * 4
    folds = [0] * 20 + [1] * 4
    expected = accuracy_interval(
        correct, samples=range(24), n_train=100, folds=folds, weights=weights
    )
    assert summary["mean"] == 0.75
    figures = tuple(summary[["mean", "lower", "upper"]])
    assert figures == pytest.approx(expected)


def test_repeats_of_a_sample_count_as_one(curve):
    again = [
        table.assign(repeat=repeat)
        for repeat in (0, 1)
        for table in (curve.scores, curve.predictions)
    ]
    twice = NoiseCurve(
        pd.concat(again[::2]), n_classes=10, predictions=pd.concat(again[1::2])
    )
    figures = ["mean", "lower", "upper", "method", "note"]
    for table, other in [
        (twice.summary(), curve.summary()),
        (twice.cost(reference=0.5), curve.cost(reference=0.5)),
    ]:
        names = [name for name in figures if name in table]
        pd.testing.assert_frame_equal(table[names], other[names], rtol=1e-2)
        assert (table["n"] == 2 * other["n"]).all()


def test_repeats_of_a_fold_count_as_one_by_the_corrected_t():
    once = curve_of([0.9, 0.7], [0.8, 0.5], [0.85, 0.55], scales=[1, 2], metric="f1")
    scores = pd.concat([once.scores.assign(repeat=repeat) for repeat in range(3)])
    pd.testing.assert_frame_equal(
        NoiseCurve(scores).summary()[["lower", "upper"]],
        once.summary()[["lower", "upper"]],
    )


def test_the_order_of_rows_does_not_matter(curve):
    shuffled = replace(
        curve,
        scores=curve.scores.sample(frac=1, random_state=0),
        predictions=curve.predictions.sample(frac=1, random_state=1),
    )
    for made, expected in [
        (shuffled.summary(), curve.summary()),
        (shuffled.cost(), curve.cost()),
    ]:
        by = [name for name in ("scale", "split", "metric") if name in made]
        pd.testing.assert_frame_equal(
            made.sort_values(by, ignore_index=True),
            expected.sort_values(by, ignore_index=True),
        )


def test_a_fold_that_failed_counts_in_no_interval(curve):
    is_failed = "scale == 1.0 and fold == 1"
    scores = curve.scores.copy()
    scores.loc[scores.eval(is_failed), "value"] = np.nan
    left = curve.predictions.query(f"not ({is_failed})")
    failing = replace(curve, scores=scores, predictions=left)
    table = left.query("scale == 1.0")
    expected = accuracy_interval(
        table["target"] == table["prediction"], samples=table["sample"], n_train=200
    )
    for summary in (failing.summary(), replace(curve, scores=scores).summary()):
        row = rows(summary, "accuracy").loc[1.0]
        assert row["n"] == 2
        assert tuple(row[["mean", "lower", "upper"]]) == pytest.approx(expected)
    cost = rows(failing.cost(), "accuracy").loc[1.0]
    assert cost["n"] == 2
    assert cost["method"] == "tango"


def test_an_accuracy_that_the_samples_do_not_give_stands_on_the_folds(curve):
    scores = curve.scores.assign(value=curve.scores["value"] ** 2)
    other = replace(curve, scores=scores)
    assert set(rows(other.summary(), "accuracy")["method"]) == {"t"}
    assert set(other.cost()["method"]) == {"t"}


def test_losses_predicted_in_float32_are_known_again(curve):
    predictions = curve.predictions
    likely = predictions["probability"].clip(0.01, 0.99)
    cells = [predictions["scale"], predictions["fold"]]
    losses = np.log(likely).groupby(cells).mean().rename("value").reset_index()
    sizes = {"n_train": 200, "n_validation": 100}
    scores = losses.assign(split="validation", metric="neg_log_loss", **sizes)
    predictions = predictions.assign(probability=likely.astype(np.float32))
    summary = NoiseCurve(scores, predictions=predictions).summary()
    assert (summary["method"] == "log").all()


def unpaired(table):
    return table["sample"] + 100 * (table["scale"] == 2.0)


@pytest.mark.parametrize(
    ("change", "methods"),
    [
        (
            lambda table: table,
            ["wilson", "tango"],
        ),
        (
            lambda table: table.assign(sample=unpaired),
            ["wilson", "t"],
        ),
        (lambda table: table.query("fold > 0"), ["t", "t"]),
        (lambda table: table.query("scale > 1"), ["t", "t"]),
    ],
    ids=["paired", "other samples", "without a fold", "without a scale"],
)
def test_without_a_pair_for_every_validation_scales_are_compared_by_folds(
    change, methods
):
    folds = [[1] * 8 + [0] * 2, [1] * 6 + [0] * 4], [[1] * 10, [1] * 9 + [0]]
    curve = curve_of_results(*folds, scales=[1, 2])
    other = replace(curve, predictions=change(curve.predictions))
    assert [other.summary()["method"][0], other.cost()["method"][0]] == methods


def test_losses_without_probabilities_and_other_metrics_stand_on_the_folds(curve):
    unknown = curve.predictions.assign(probability=np.nan)
    summary = replace(curve, predictions=unknown).summary()
    assert set(rows(summary, "neg_log_loss")["method"]) == {"t"}
    assert rows(summary, "accuracy").equals(rows(curve.summary(), "accuracy"))
    other = replace(curve, scores=curve.scores.replace({"metric": {"accuracy": "f1"}}))
    assert set(rows(other.summary(), "f1")["method"]) == {"t"}


def test_the_overlap_of_folds_of_unequal_sizes_is_their_mean():
    curve = curve_of([0.7], [0.71], [0.72], scales=[1], metric="f1")
    sizes = {"n_train": [100, 200, 400], "n_validation": [50, 40, 40]}
    row = replace(curve, scores=curve.scores.assign(**sizes)).summary().iloc[0]
    expected = mean_interval([0.7, 0.71, 0.72], validation_train_ratio=0.8 / 3)
    assert (row["lower"], row["upper"]) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["summary", "cost"])
@pytest.mark.parametrize("of", ["samples", "folds", "one fold", "equal folds"])
def test_a_lower_confidence_has_narrower_intervals(curve, name, of):
    curve = {
        "samples": curve,
        "folds": curve_of([0.7, 0.5], [0.8, 0.7], scales=[1, 2]),
        "one fold": curve_of_results([[1] * 9, [1] * 5 + [0] * 4], scales=[1, 2]),
        "equal folds": curve_of([0.5, 0.3], [0.5, 0.5], scales=[1, 2]),
    }[of]
    usual, narrow = (getattr(curve, name)(confidence=level) for level in (0.95, 0.5))
    has_interval = usual["lower"].notna()
    assert has_interval.any()
    widths = usual["upper"] - usual["lower"], narrow["upper"] - narrow["lower"]
    assert (widths[1] < widths[0])[has_interval].all()


# --- no interval, and why -------------------------------------------------------------


def test_a_clipped_loss_has_no_interval(digits):
    sure = noisy(DummyClassifier(strategy="most_frequent"))
    curve = noise_curve(sure, *digits, cv=StratifiedKFold(3), scales=[1, 2])
    for table in (curve.summary(), curve.cost()):
        loss = rows(table, "neg_log_loss")
        note = "infinite loss: 270 samples, 31 of class "
        assert loss["note"].str.startswith(note).all()
        assert loss[["lower", "upper"]].isna().all(axis=None)
    accuracy = rows(curve.cost(), "accuracy").iloc[0]
    assert accuracy["lower"] < accuracy["difference"] == 0 < accuracy["upper"]


@pytest.mark.parametrize(
    ("curve", "reason"),
    [
        (curve_of([0.5], scales=[1], metric="f1"), "one fold"),
        (curve_of([np.nan], scales=[1]), "no fold was scored"),
        (curve_of([-np.inf], [-1], scales=[1], metric="r2"), "a score is infinite"),
        (curve_of([0.5], [0.5], scales=[1], metric="f1"), "all folds have the same"),
        (
            curve_of([0.5], [0.6], scales=[1], n_train=np.nan),
            "numbers of samples unknown",
        ),
        # Folds that tell no spread: no share of 50 samples, variance 0, rounding alone.
        (curve_of([0.503], [0.503], scales=[1], n_validation=50), "all folds have the"),
        (curve_of([1e-200], [2e-200], scales=[1], metric="f1"), "all folds have the"),
        (curve_of([0.3], [0.1 + 0.2], scales=[1], metric="f1"), "all folds have the"),
    ],
)
def test_what_has_no_interval_says_why(curve, reason):
    summary = curve.summary().iloc[0]
    assert summary["note"].startswith(reason)
    assert np.isnan([summary["lower"], summary["upper"]]).all()


def test_training_scores_say_why_they_have_no_interval(curve):
    training = curve.summary().query("split == 'train'")
    assert set(training["method"]) == {"none"}
    assert set(training["note"]) == {"training"}


def test_differences_that_are_alike_in_all_folds_have_no_interval():
    cost = curve_of([0.9, 0.8], [0.8, 0.7], scales=[1, 2], metric="f1").cost()
    assert cost["note"][0] == "all folds differ alike"
    assert cost[["lower", "upper", "p_value", "p_adjusted"]].isna().all(axis=None)


@pytest.mark.parametrize("accuracy", [0.0, 1.0])
def test_accuracies_of_0_and_1_have_an_interval(accuracy):
    holdout = curve_of([accuracy], scales=[1], n_validation=50).summary().iloc[0]
    expected = wilson_interval(accuracy, n_samples=50)
    assert (holdout["lower"], holdout["upper"]) == pytest.approx(expected)
    assert (holdout["method"], holdout["note"]) == ("wilson", "this fit alone")
    folds = curve_of([accuracy], [accuracy], scales=[1], n_train=50, n_validation=50)
    row = folds.summary().iloc[0]
    expected = accuracy_interval([accuracy] * 100, samples=range(100), n_train=50)
    assert tuple(row[["mean", "lower", "upper"]]) == pytest.approx(expected)
    assert (row["method"], row["note"]) == ("wilson", "counted samples")


def test_a_metric_that_leaves_the_range_of_its_name_is_not_cut():
    gain = curve_of([-0.9, -9], [-0.8, -8], scales=[1, 2], metric="accuracy_gain")
    row, cost = gain.summary().iloc[0], gain.cost().iloc[0]
    assert row["lower"] < -0.9 < -0.8 < row["upper"]
    assert cost["lower"] < cost["difference"] < -7 < cost["upper"]
    percent = {"scales": [1, 2], "metric": "accuracy_percent"}
    cost = curve_of([90, 50], [92, 51], **percent).cost().iloc[0]
    assert cost["lower"] < cost["difference"] == -40.5 < cost["upper"]


# --- laws -----------------------------------------------------------------------------


@st.composite
def curves(draw):
    """Draw curves of two scales, with what was correct in folds of any sizes."""
    sizes = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
    results = [
        [draw(st.lists(st.booleans(), min_size=n, max_size=n)) for _ in range(2)]
        for n in sizes
    ]
    n_train = draw(st.integers(1, 1000))
    return curve_of_results(*results, scales=[1, 2], n_train=n_train)


@settings(max_examples=25)
@given(curves(), st.floats(0.5, 0.999))
def test_bounds_lie_in_the_range_around_the_mean_and_never_meet(curve, confidence):
    for row in curve.summary(confidence).to_dict("records"):
        assert row["method"] == "wilson"
        assert 0 <= row["lower"] <= row["mean"] <= row["upper"] <= 1
        assert row["lower"] < row["upper"]
    cost = curve.cost(confidence=confidence)
    assert -1 <= cost["lower"][0] <= cost["difference"][0] <= cost["upper"][0] <= 1
    assert cost["lower"][0] < cost["upper"][0]


@settings(max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=5))
def test_the_corrected_t_is_cut_to_the_range(values):
    curve = curve_of(*[[value] for value in values], scales=[1], metric="f1")
    (row,) = curve.summary().to_dict("records")
    if row["method"] == "t":
        assert 0 <= row["lower"] <= row["mean"] <= row["upper"] <= 1
        assert row["lower"] < row["upper"]


@pytest.mark.parametrize("name", ["summary", "cost"])
def test_a_band_over_all_scales_is_that_of_bonferroni(curve, name):
    make = getattr(curve, name)
    n = 3 if name == "summary" else 2
    pd.testing.assert_frame_equal(
        make(simultaneous=True), make(confidence=1 - 0.05 / n)
    )


# --- errors of regressors and Brier scores --------------------------------------------

ERRORS = {
    "neg_mean_squared_error": lambda error: error**2,
    "neg_mean_absolute_error": np.abs,
}


@pytest.fixture(scope="module")
def regression():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(90, 3))
    y = X @ [1, 2, 3] + rng.normal(size=90)
    metrics = [*ERRORS, "neg_root_mean_squared_error", "r2"]
    pipeline = noisy(LinearRegression())
    return noise_curve(pipeline, X, y, cv=3, scales=[0.1, 1], scoring=metrics)


@pytest.mark.parametrize("metric", ERRORS)
def test_errors_of_regressors_have_the_intervals_of_samples(regression, metric):
    table, known = options(regression, 1.0)
    losses = ERRORS[metric](table["prediction"] - table["target"])
    mean, lower, upper = loss_interval(losses, **known)
    row = rows(regression.summary(), metric).loc[1.0]
    expected = -mean, -upper, -lower
    assert tuple(row[["mean", "lower", "upper"]]) == pytest.approx(expected)
    table, _ = options(regression, 0.1)
    others = ERRORS[metric](table["prediction"] - table["target"])
    mean, lower, upper, p_value = loss_difference(losses, others, **known)
    row = rows(regression.cost(), metric).loc[1.0]
    expected = -mean, -upper, -lower, p_value
    assert tuple(row[DIFFERENCE]) == pytest.approx(expected)


def test_the_interval_of_a_root_is_nearly_the_root_of_the_interval(regression):
    summary = regression.summary()
    root = rows(summary, "neg_root_mean_squared_error").loc[1.0]
    square = rows(summary, "neg_mean_squared_error").loc[1.0]
    assert root["method"] == square["method"]
    bounds = ["lower", "upper"]
    assert tuple(root[bounds] ** 2) == pytest.approx(tuple(-square[bounds]), rel=0.1)


def test_r2_has_the_interval_of_the_folds(regression):
    assert set(rows(regression.summary(), "r2")["method"]) == {"t"}


def test_perfect_regressors_have_no_interval():
    X = np.random.default_rng(0).normal(size=(60, 2))
    pipeline = noisy(DummyRegressor())
    metrics = ["neg_root_mean_squared_error", "neg_mean_squared_error"]
    curve = noise_curve(pipeline, X, np.ones(60), cv=3, scales=[1], scoring=metrics)
    summary = curve.summary().query("split == 'validation'")
    assert (summary["mean"] == 0).all()
    assert summary[["lower", "upper"]].isna().all(axis=None)


def test_brier_scores_of_two_classes_have_the_intervals_of_samples(digits):
    X, y = digits
    curve = noise_curve(noisy(), X, y > 4, cv=3, scales=[1], scoring="neg_brier_score")
    table, known = options(curve, 1)
    mean, lower, upper = loss_interval((1 - table["probability"]) ** 2, **known)
    row = rows(curve.summary(), "neg_brier_score").loc[1]
    expected = -mean, -upper, -lower
    assert tuple(row[["mean", "lower", "upper"]]) == pytest.approx(expected)


# --- folds that differ ----------------------------------------------------------------


def test_folds_that_differ_widen_the_interval_and_are_told():
    def curve_of_shares(*shares):
        folds = [
            [np.arange(100) < 100 * share, np.arange(100) < 50] for share in shares
        ]
        return curve_of_results(*folds, scales=[1, 2], n_train=400)

    alike = curve_of_shares(0.7, 0.7, 0.7, 0.7, 0.7)
    differing = curve_of_shares(0.5, 0.9, 0.7, 0.9, 0.5)
    assert alike.summary()["note"].tolist() == ["", ""]
    summary = differing.summary()
    assert summary["note"].tolist() == ["folds differ", ""]
    bounds = ["lower", "upper"]
    widths = [np.ptp(one.summary()[bounds], axis=1)[0] for one in (alike, differing)]
    assert widths[1] > 3 * widths[0]
    told = " At 1 of 2 scales the folds differ more than their samples explain"
    assert told not in describe_cost(alike)
    assert told in describe_cost(differing)
