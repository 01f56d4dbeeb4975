import numpy as np
import pandas as pd
import pytest
from curves import REFERENCE, SCALES, curve_of, curve_of_results
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from skn_noise import NoiseCurve


def falling(scales, threshold, slope):
    """Accuracies that fall smoothly from .98 to .1."""
    return 0.1 + 0.88 * np.exp(-((np.asarray(scales) / threshold) ** slope))


def scale_of(accuracy, threshold, slope):
    """Return where `falling` reaches an accuracy."""
    return threshold * (-np.log((accuracy - 0.1) / 0.88)) ** (1 / slope)


def of_f1(*folds, scales=(1, 2, 4)):
    return curve_of(*folds, scales=scales, metric="f1")


# --- the scale ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scores", "scales", "target", "expected"),
    [
        *[(REFERENCE, SCALES, REFERENCE[i], SCALES[i]) for i in range(4)],
        (REFERENCE, SCALES, 0.6, np.inf),  # never missed
        ([0.9, 0.7, 0.5], [1, 10, 100], 0.8, 10**0.5),  # between logarithms of scales
        ([0.7, 0.5, 0.7, 0.9], [4, 8, 2, 1], 0.7, 4),  # in any order
        ([0.7, 0.7, 0.7, 0.5], [1, 2, 4, 8], 0.7, 4),  # equal scores
        ([0.99, 0.9, 0.8, 0.5], [0, 1, 2, 4], 0.8, 2),
        ([0.99, 0.91], [0, 1], 0.95, 0.5),  # 0 has no logarithm
        ([0.99, 0.91], [0, 1], 0.99, 0),
        ([0.9, 0.8], [1, 2], 0.9, 1),
        ([0.8, 0.9], [1, 2], 0.85, -np.inf),  # missed by the smallest scale
        ([0.9], [1], 0.9, np.inf),
        ([1, 0.5, 0], [1, 2, 4], 1, 1),
        ([1, 0.5, 0], [1, 2, 4], 0, np.inf),
    ],
)
def test_the_scale_at_which_a_score_is_reached(scores, scales, target, expected):
    found = of_f1(scores, scales=scales).tolerance(target)
    assert (found.metric, found.target, found.n) == ("f1", target, 1)
    assert found.scale == pytest.approx(expected)
    assert np.isnan([found.lower, found.upper]).all()


def test_a_score_of_minus_infinity_misses_every_target():
    curve = curve_of([0.9, -np.inf], scales=[1, 2], metric="r2")
    assert curve.tolerance(0.5).scale == 1


def test_a_dip_ends_the_tolerance_and_the_scales_behind_it_are_named():
    scores = [0.95, 0.95, 0.7, 0.95, 0.95]
    tolerance = curve_of(scores).tolerance(0.855)
    assert (tolerance.lower, tolerance.upper) == (0.5, 1)
    assert 0.5 < tolerance.scale < 1
    assert tolerance.reached_again == (2, 4)
    words = "; it is at or above the target again at scales 2 and 4; scale 0.7071"
    assert words in str(tolerance)


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
    curve = of_f1(scores, scales=SCALES)
    assume(max(target, other) <= max(scores))
    low, high = (
        curve.tolerance(value).scale
        for value in (min(target, other), max(target, other))
    )
    assert low >= high - 1e-9


# --- the interval ---------------------------------------------------------------------


@settings(max_examples=12)
@given(
    st.lists(st.integers(0, 40), min_size=5, max_size=5),
    st.floats(0.05, 0.95),
)
def test_the_interval_ends_where_the_bounds_of_the_scores_decide(n_correct, target):
    curve = curve_of_results([np.arange(40) < n for n in n_correct])
    assume(target <= max(n_correct) / 40)
    tolerance = curve.tolerance(target)
    summary = curve.summary().set_index("scale")
    assert tolerance.lower <= tolerance.scale <= tolerance.upper
    before = summary[summary.index <= tolerance.lower]
    assert (before["lower"] >= target).all()
    until = summary[summary.index < tolerance.upper]
    assert (until["upper"] >= target).all()
    next_one = summary[summary.index > tolerance.lower]["lower"].head(1)
    assert (next_one < target).all()
    if tolerance.upper < np.inf:
        assert summary["upper"][tolerance.upper] < target


@pytest.mark.parametrize(
    ("scales", "expected"),
    [
        ([1, 16], (1, 16)),
        ([1, 4, 16], (4, 16)),
        ([0.1, 10], (0.1, 10)),
        ([0, 3, 10], (3, 10)),
        ([0, 10], (0, 10)),
        ([0.1, 1], (1, np.inf)),
    ],
)
def test_scales_far_apart_bracket_the_tolerance(scales, expected):
    # The true tolerance is 5.4, whatever is run.
    threshold = 5.4 / scale_of(0.8, 1, 2)
    scores = falling(scales, threshold, 2)
    tolerance = curve_of(scores, scales=scales).tolerance(0.8)
    assert (tolerance.lower, tolerance.upper) == expected


def test_a_fold_outside_the_scales_leaves_the_others_their_interval():
    folds = [[0.9, 0.8, 0.5], [0.92, 0.78, 0.4], [0.9, 0.85, 0.8]]
    tolerance = curve_of(*folds, scales=[1, 2, 4]).tolerance(0.75)
    assert (tolerance.lower, tolerance.upper) == (1, np.inf)
    assert 2 < tolerance.scale < 4
    assert (tolerance.n, tolerance.method) == (3, "t")


def test_a_score_without_an_interval_decides_nothing():
    # Folds that all have the same score tell no interval.
    folds = [[0.9, 0.8, 0.5], [0.91, 0.8, 0.51], [0.92, 0.8, 0.49]]
    tolerance = of_f1(*folds).tolerance(0.75)
    assert (tolerance.lower, tolerance.upper) == (1, 4)
    assert tolerance.method == "t; none"
    assert tolerance.note == "all folds have the same score"
    tolerance = of_f1(*folds).tolerance(0.85)
    assert (tolerance.lower, tolerance.upper) == (1, 4)


def test_folds_that_failed_do_not_count():
    curve = curve_of([0.9, 0.8, 0.5], [0.9, np.nan, 0.4], scales=[1, 2, 4])
    assert curve.tolerance(0.75).n == 1


def test_a_tolerance_stands_on_what_happened_to_every_sample():
    curve = curve_of_results([[1] * 20, [1] * 10 + [0] * 10], scales=[1, 2])
    assert curve.tolerance(0.7).method == "wilson"


# --- what would narrow it -------------------------------------------------------------


@pytest.mark.parametrize(
    ("accuracies", "scales", "expected"),
    [
        ([0.99, 0.5], [1, 4], (2,)),
        ([0.99, 0.5], [1, 1.09], ()),
        ([0.99, 0.5], [0, 4], (1,)),
        ([0.99, 0.98], [1, 2], (8,)),
        ([0.91, 0.5], [4, 8], (1, 5.657)),
        ([0.99, 0.9, 0.5], [1, 4, 16], (2, 8)),
        ([0.99, 0.9, 0.9, 0.5], [1, 4, 16, 64], (2, 32)),
        ([0.99, 0.9, 0.9, 0.5], [1, 1.04, 16, 16.5], ()),
        ([0.99, 0.9, 0.9, 0.5], [1, 1.07, 16, 17], (1.034, 16.49)),
        ([0.9, 0.5], [0, 4], (1,)),  # no scale is below 0
        ([0.99], [0], (1,)),
    ],
)
def test_further_scales_lie_in_the_gaps_at_the_ends(accuracies, scales, expected):
    tolerance = curve_of(accuracies, scales=scales).tolerance(0.9)
    assert tolerance.next_scales == expected


def test_an_interval_that_ends_without_noise_cannot_be_narrowed():
    tolerance = curve_of([0.5, 0.9], scales=[0, 1]).tolerance(0.8)
    assert (tolerance.lower, tolerance.upper) == (-np.inf, 0)
    assert "narrow" not in str(tolerance)


@pytest.mark.parametrize(
    ("scores", "expected"), [([0.9, 0.5], (1.414,)), ([0.9, 0.8], (8,))]
)
def test_without_an_interval_the_means_say_where_a_scale_is_missing(scores, expected):
    tolerance = of_f1(scores, scales=[1, 2]).tolerance(0.7)
    assert tolerance.next_scales == expected
    assert str(tolerance).endswith(
        f"scale {expected[0]} would narrow down the tolerance"
    )


# --- the sentence ---------------------------------------------------------------------

MANY = curve_of(REFERENCE, n_validation=10_000)
FALLING = [0.9, 0.8, 0.5], [0.91, 0.79, 0.49], [0.9, 0.81, 0.52]
RISING = np.negative(FALLING)[:, ::-1].tolist()
RISEN = curve_of(*RISING, scales=[1, 2, 4], metric="neg_log_loss")
FEW = curve_of([0.9, 0.8], scales=[1, 2], n_validation=10)
UNSURE = curve_of([0.99, 0.9, 0.9, 0.5], scales=[1, 1.04, 16, 16.5])


@pytest.mark.parametrize(
    ("curve", "target", "sentence"),
    [
        (MANY, 0.9, "accuracy {} 1.77, interpolated (1 to 2); scale 1.414"),
        (MANY, 0.6, "accuracy {} 4, the largest scale run (4 or more); scale 16"),
        (
            MANY,
            0.9823,
            "accuracy {} 0.1, interpolated (0.5 or less); scales 0.025 and 0.2236",
        ),
        (of_f1(*FALLING), 0.75, "f1 {} 2.25, interpolated (2 to 4); scale 2.828"),
        (RISEN, 0.75, "log loss {} 1.78, interpolated (1 to 2); scale 1.414"),
        (
            of_f1([0.9, 0.6, 0.5]),
            0.4,
            "f1 {} 4, the largest scale run (no interval: one fold); scale 16",
        ),
        (
            of_f1([0.6, 0.9, 0.5], scales=[0, 1, 2]),
            0.8,
            "f1 is below 0.8 already without noise, the smallest scale run (no "
            "interval: one fold); it is at or above the target again at scale 1",
        ),
        (
            FEW,
            0.85,
            "accuracy {} 1.41, interpolated (open on both sides); scales 0.25 and 8",
        ),
        (
            UNSURE,
            0.9,
            "accuracy {} 16, interpolated (1 to 16.5); more samples, draws or repeats",
        ),
    ],
)
def test_a_tolerance_says_itself_in_a_sentence(curve, target, sentence):
    side = "below" if "loss" in sentence else "above"
    sentence = sentence.format(f"stays at or {side} {target} up to scale")
    if "no interval" not in sentence:
        sentence = sentence.replace("(", "(95 % interval: ")
        sentence += " would narrow the interval"
    elif target == 0.4:
        sentence += " would narrow down the tolerance"
    assert str(curve.tolerance(target)) == sentence


@pytest.mark.parametrize(("scale", "words"), [(0, "without noise"), (1, "at scale 1")])
def test_the_sentence_says_what_a_relative_target_is_of(scale, words):
    curve = curve_of([0.8, 0.5], scales=[scale, 2])
    sentence = str(curve.tolerance(relative=0.9))
    assert f"stays at or above 0.72 (90 % of that {words}) up to" in sentence
