import numpy as np
import pandas as pd
import pytest
from curves import REFERENCE, SCALES, curve_of, curve_of_results
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from skn_noise import NoiseCurve
from skn_noise.statistics import wilson_interval


def falling(scales, threshold, slope):
    """Accuracies that fall smoothly from .98 to .1."""
    return 0.1 + 0.88 * np.exp(-((np.asarray(scales) / threshold) ** slope))


def scale_of(accuracy, threshold, slope):
    """Return where `falling` reaches an accuracy."""
    return threshold * (-np.log((accuracy - 0.1) / 0.88)) ** (1 / slope)


@pytest.mark.parametrize(
    ("scores", "scales", "target", "expected"),
    [
        *[(REFERENCE, SCALES, REFERENCE[i], SCALES[i]) for i in range(4)],
        (REFERENCE, SCALES, 0.6, np.inf),  # never missed
        ([0.9, 0.7, 0.5], [1, 10, 100], 0.8, 10**0.5),  # between logarithms of scales
        ([0.7, 0.7, 0.7, 0.5], [1, 2, 4, 8], 0.7, 4),  # equal scores
        # Scale 0 counts for the score, and is not interpolated.
        ([0.99, 0.9, 0.8, 0.5], [0, 1, 2, 4], 0.95, -np.inf),
        ([0.99, 0.9, 0.8, 0.5], [0, 1, 2, 4], 0.8, 2),
        ([1, 0.5, 0], [1, 2, 4], 1, 1),
        ([1, 0.5, 0], [1, 2, 4], 0, np.inf),
    ],
)
def test_the_scale_at_which_a_score_is_reached(scores, scales, target, expected):
    found = curve_of(scores, scales=scales, metric="f1").tolerance(target)
    assert (found.metric, found.target, found.n) == ("f1", target, 1)
    assert found.scale == pytest.approx(expected, rel=0.01)
    assert np.isnan([found.lower, found.upper]).all()


def test_scores_that_rise_by_chance_are_evened_out():
    tolerance = curve_of([0.94, 0.96, 0.9, 0.8, 0.6]).tolerance(0.95)
    assert 0.5 <= tolerance.scale < 1


@pytest.mark.parametrize(
    ("folds", "metric", "relative", "expected"),
    [
        ([[0.9, 0.8, 0.5], [0.45, 0.4, 0.25]], "f1", 0.8, 0.8 * (0.9 + 0.45) / 2),
        ([[0.5, -0.5, -0.6]], "r2", 0.9, 0.45),
        ([[0.9, 0.8, 0.5], [0.92, 0.79, 0.49]], "f1", 1, 0.91),
    ],
)
def test_a_relative_target_is_one_of_the_mean_at_the_smallest_scale(
    folds, metric, relative, expected
):
    curve = curve_of(*folds, scales=[1, 2, 4], metric=metric)
    tolerance = curve.tolerance(relative=relative)
    assert tolerance.target == pytest.approx(expected)
    if relative == 1:
        assert tolerance.scale == 1


def test_a_loss_stays_at_or_below_its_target():
    losses = [-0.2, -0.5, -1.5], [-0.3, -0.5, -1.4]
    curve = curve_of(*losses, scales=[1, 2, 4], metric="neg_log_loss")
    assert 2 < curve.tolerance(0.8).scale < 4
    assert curve.tolerance(0.1 + 0.1).scale == -np.inf
    other = curve_of([-0.1, -0.5], scales=[1, 2], metric="my_loss")
    assert 1 < other.tolerance(-0.2).scale < 2


def test_a_tolerance_is_of_the_validation_scores_of_its_metric():
    tables = [
        curve_of([0.9, 0.8], scales=[1, 2], metric="f1").scores,
        curve_of([0.5, 0.4], scales=[1, 2]).scores,
        curve_of([0.6, 0.5], scales=[1, 2], metric="f1").scores.assign(split="train"),
    ]
    tolerance = NoiseCurve(pd.concat(tables)).tolerance(0.9)
    assert (tolerance.metric, tolerance.scale) == ("f1", 1)


@settings(max_examples=12)
@given(
    st.lists(st.floats(0.05, 1), min_size=5, max_size=5),
    st.floats(0.05, 1),
    st.floats(0.05, 1),
)
def test_lower_targets_are_tolerated_further(scores, target, other):
    curve = curve_of(scores, metric="f1")
    assume(max(target, other) <= max(scores))
    low, high = (
        curve.tolerance(value).scale
        for value in (min(target, other), max(target, other))
    )
    assert low >= high - 1e-9


@settings(max_examples=12)
@given(st.floats(1.5, 3), st.floats(2, 8), st.floats(0.3, 0.9))
def test_a_smooth_curve_is_found_to_a_few_percent(slope, threshold, target):
    scales = np.geomspace(0.1, 16, 12)
    curve = curve_of(falling(scales, threshold, slope), scales=scales, metric="f1")
    expected = scale_of(target, threshold, slope)
    assert curve.tolerance(target).scale == pytest.approx(expected, rel=0.05)


def crossings(curve, target):
    """Where the mean and the bounds of a summary cross the target."""
    summary = curve.summary()
    return [
        curve_of(summary[side], scales=summary["scale"]).tolerance(target).scale
        for side in ("mean", "lower", "upper")
    ]


def test_the_tolerance_is_where_the_mean_and_its_bounds_cross_the_target():
    curve = curve_of(*FALLING, scales=[1, 2, 4])
    tolerance = curve.tolerance(0.75)
    assert tolerance[2:5] == pytest.approx(crossings(curve, 0.75))
    assert 1 < tolerance.lower < tolerance.scale < tolerance.upper < 4
    assert tolerance.n == 3
    assert tolerance.method == "corrected t"


def test_a_holdout_has_the_bounds_where_those_of_its_accuracy_cross_the_target():
    tolerance = curve_of(REFERENCE, n_validation=10_000).tolerance(0.9)
    bounds = np.array([wilson_interval(a, n_samples=10_000) for a in REFERENCE])
    for side, found in zip(bounds.T, tolerance[3:5], strict=True):
        assert found == pytest.approx(curve_of(side).tolerance(0.9).scale)
    assert tolerance.lower < tolerance.scale < tolerance.upper


def test_a_fold_outside_the_scales_leaves_the_others_their_interval():
    folds = [[0.9, 0.8, 0.5], [0.92, 0.78, 0.4], [0.9, 0.85, 0.8]]
    tolerance = curve_of(*folds, scales=[1, 2, 4]).tolerance(0.75)
    assert 1 < tolerance.lower < 2 < tolerance.scale < 4
    assert tolerance.upper == np.inf


def test_a_scale_without_an_interval_has_the_bounds_of_its_neighbours():
    # Folds that all have the same score tell no interval.
    folds = [[0.9, 0.8, 0.5], [0.91, 0.8, 0.51], [0.92, 0.8, 0.49]]
    curve = curve_of(*folds, scales=[1, 2, 4], metric="f1")
    summary = curve.summary()
    assert summary["lower"].isna().tolist() == [False, True, False]
    tolerance = curve.tolerance(0.75)
    for bound, values in [
        (tolerance.lower, summary["lower"].bfill()),
        (tolerance.upper, summary["upper"].ffill()),
    ]:
        crossing = curve_of(values, scales=[1, 2, 4]).tolerance(0.75).scale
        assert bound == pytest.approx(crossing)
        assert 1 < bound < 4
    assert tolerance.method == "corrected t; none: all folds have the same score"


def test_no_bound_reaches_beyond_the_last_scale_that_has_one():
    folds = [[0.9, 0.8, 0.7, 0.6], [0.91, 0.81, 0.71, 0.6], [0.92, 0.82, 0.72, 0.6]]
    tolerance = curve_of(*folds, scales=[1, 2, 4, 8], metric="f1").tolerance(0.5)
    assert (tolerance.lower, tolerance.scale, tolerance.upper) == (4, np.inf, np.inf)
    assert "95 % interval: 4 or more" in str(tolerance)
    folds = [[0.9, 0.81, 0.7], [0.9, 0.8, 0.71], [0.9, 0.82, 0.72]]
    tolerance = curve_of(*folds, scales=[1, 2, 4], metric="f1").tolerance(0.9)
    assert (tolerance.lower, tolerance.scale, tolerance.upper) == (-np.inf, 1, 2)
    assert "95 % interval: 2 or less" in str(tolerance)


def test_folds_that_failed_do_not_count():
    curve = curve_of([0.9, 0.8, 0.5], [0.9, np.nan, 0.4], scales=[1, 2, 4])
    assert curve.tolerance(0.75).n == 1


def test_intervals_cover_the_truth():
    rng, scales = np.random.default_rng(0), [0.5, 1, 1.5, 2, 3, 4]
    expected, n_covered, n_studies = scale_of(0.8, 3, 2), 0, 40
    for _ in range(n_studies):
        correct = rng.binomial(1000, falling(scales, 3, 2))
        tolerance = curve_of(correct / 1000, scales=scales).tolerance(0.8)
        n_covered += tolerance.lower < expected < tolerance.upper
    assert stats.binomtest(n_covered, n_studies, 0.95).pvalue > 1e-3


MANY = curve_of(REFERENCE, n_validation=10_000)
FALLING = [0.9, 0.8, 0.5], [0.91, 0.79, 0.49], [0.9, 0.81, 0.52]
RISING = np.negative(FALLING)[:, ::-1].tolist()


def of_f1(*folds, scales=(1, 2, 4)):
    return curve_of(*folds, scales=scales, metric="f1")


RISEN = curve_of(*RISING, scales=[1, 2, 4], metric="neg_log_loss")
FEW = curve_of([0.9, 0.8], scales=[1, 2], n_validation=10)


@pytest.mark.parametrize(
    ("curve", "target", "sentence"),
    [
        (MANY, 0.9, "accuracy {} 1.84 (95 % interval: 1.77 to 1.92)"),
        (
            MANY,
            0.6,
            "accuracy stays at or above 0.6 at all scales up to 4, the largest that "
            "was run (95 % interval: above 4)",
        ),
        (MANY, 0.9823, "accuracy {} 0.1 (95 % interval: 0.263 or less)"),
        (of_f1(*FALLING), 0.75, "f1 {} 2.38 (95 % interval: 2.13 to 2.65)"),
        (RISEN, 0.75, "log loss {} 1.68 (95 % interval: 1.51 to 1.88)"),
        (
            of_f1([0.9, 0.8, 0.7]),
            0.5,
            "f1 stays at or above 0.5 at all scales up to 4, the largest that was run "
            "(no interval: one fold)",
        ),
        (
            of_f1([0.9, 0.6, 0.5], scales=[0, 1, 2]),
            0.8,
            "f1 is below 0.8 already at scale 1, the smallest above 0 that was run (no "
            "interval: one fold)",
        ),
        (FEW, 0.85, "accuracy {} 1.41 (95 % interval: all scales that were run)"),
    ],
)
def test_a_tolerance_says_itself_in_a_sentence(curve, target, sentence):
    side = "below" if "loss" in sentence else "above"
    stays = f"stays at or {side} {target} up to scale"
    assert str(curve.tolerance(target)) == sentence.format(stays)


def test_a_tolerance_stands_on_what_happened_to_every_sample():
    curve = curve_of_results([[1] * 20, [1] * 10 + [0] * 10], scales=[1, 2])
    assert curve.tolerance(0.7).method == "Wilson, effective samples"
