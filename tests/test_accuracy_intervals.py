"""Intervals of accuracies and of their differences, from results of single samples."""

from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from skn_noise.statistics import (
    accuracy_difference,
    accuracy_interval,
    effective_n_samples,
    mean_interval,
    wilson_interval,
)

CONFIDENCE = st.floats(0.01, 0.999)
N_TRAIN = st.integers(1, 10**5)
WEIGHT = st.floats(0, 2)
SAMPLES = st.lists(st.integers(0, 20), min_size=1, max_size=60).map(np.array)


@st.composite
def paired_validations(draw):
    """Draw what two classifiers made of the same validations, and their samples."""
    rows = st.tuples(st.booleans(), st.booleans(), st.integers(0, 20))
    rows = draw(st.lists(rows, min_size=1, max_size=60))
    correct, reference, samples = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    return correct, reference, samples


def from_table(both, gained, lost, neither):
    """Make the validations that a table of two classifiers counts."""
    counts = [both, gained, lost, neither]
    correct = np.repeat([True, True, False, False], counts)
    reference = np.repeat([True, False, True, False], counts)
    return correct, reference, {"samples": np.arange(sum(counts)), "n_train": 100}


# --- effective number of samples ------------------------------------------------------


@pytest.mark.parametrize(
    ("samples", "n_train", "training_weight", "expected"),
    [
        (range(50), 40, 0, 50),  # fits that do not vary
        (range(100), 80, 1, 1 / (1 / 100 + 1 / 80)),  # Nadeau and Bengio
        ([0, 0, 0, 1], 3, 0, 4**2 / (3**2 + 1**2)),  # Kish
        (["a", "b"], 80, 1, 1 / (1 / 2 + 1 / 80)),
        ([-1, 10**9, -1], 80, 0, 3**2 / (2**2 + 1)),
        (pd.Categorical(["a", "b", "a"]), 80, 0, 3**2 / (2**2 + 1)),
    ],
)
def test_effective_number_of_samples(samples, n_train, training_weight, expected):
    found = effective_n_samples(
        samples, n_train=n_train, training_weight=training_weight
    )
    assert found == pytest.approx(expected)


@given(samples=SAMPLES, times=st.integers(1, 4), n_train=N_TRAIN, weight=WEIGHT)
def test_repeats_add_no_effective_samples(samples, times, n_train, weight):
    options = {"n_train": n_train, "training_weight": weight}
    found = effective_n_samples(samples, **options)
    assert 0 < found <= len(set(samples.tolist())) + 1e-9
    repeated = effective_n_samples(np.tile(samples, times), **options)
    assert repeated == pytest.approx(found)


# --- published examples ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "lower", "upper", "p_value"),
    [
        # Fagerland, Lydersen, Laake (2014), "Recommended tests and confidence intervals
        # for paired binomial proportions", Statistics in Medicine 33.
        ((1, 1, 7, 12), -0.517, -0.026, None),
        # The tests of the R package contingencytables (Cavo et al. 2012), whose test is
        # that of McNemar.
        ((59, 6, 16, 80), -0.1240, -0.0054, 0.033006),
    ],
)
def test_published_intervals_of_tango(table, lower, upper, p_value):
    *data, options = from_table(*table)
    difference = accuracy_difference(*data, training_weight=0, **options)
    assert difference[1:3] == pytest.approx((lower, upper), abs=5e-4)
    if p_value is not None:
        assert difference.p_value == pytest.approx(p_value, abs=5e-7)


@pytest.mark.parametrize("n_correct", [0, 1, 45, 50])
def test_fits_that_do_not_vary_give_the_interval_of_wilson(n_correct):
    samples = np.arange(50)
    interval = accuracy_interval(
        samples < n_correct, samples=samples, n_train=100, training_weight=0
    )
    of_wilson = wilson_interval(n_correct / 50, n_samples=50)
    assert interval == pytest.approx((n_correct / 50, *of_wilson), abs=1e-12)


# --- what the formulas stand for ------------------------------------------------------


def likeliest_share_lost(delta, table):
    """Find the share lost that maximises the likelihood, if gained - lost is delta."""
    _, gained, lost, _ = table
    concordant = sum(table) - gained - lost

    def surprise(share_lost):
        shares = [1 - 2 * share_lost - delta, share_lost + delta, share_lost]
        counts = [concordant, gained, lost]
        used = [(n, max(s, 1e-300)) for n, s in zip(counts, shares, strict=True) if n]
        return -sum(n * np.log(share) for n, share in used)

    bounds = (max(0, -delta), (1 - delta) / 2)
    return optimize.minimize_scalar(
        surprise, bounds=bounds, method="bounded", options={"xatol": 1e-12}
    ).x


@pytest.mark.parametrize(
    "table", [(80, 3, 12, 5), (90, 0, 6, 4), (95, 0, 0, 5), (40, 9, 1, 0)]
)
@pytest.mark.parametrize("end", ["lower", "upper"])
def test_score_test_just_does_not_reject_the_bounds(table, end):
    *data, options = from_table(*table)
    result = accuracy_difference(*data, training_weight=0, **options)
    bound, n = getattr(result, end), sum(table)
    lost = likeliest_share_lost(bound, table)
    variance = (2 * lost + bound * (1 - bound)) / n
    z = (result.mean - bound) / np.sqrt(variance)
    assert abs(z) == pytest.approx(stats.norm.isf(0.025), rel=1e-4)


def test_weight_follows_the_lower_accuracy():
    samples = np.arange(200)
    data, options = (samples < 180, samples < 150), {"samples": samples, "n_train": 160}
    assert accuracy_interval(data[0], **options) == accuracy_interval(
        data[0], training_weight=1 / 4 + 0.9 * 0.1, **options
    )
    assert accuracy_difference(*data, **options) == accuracy_difference(
        *data, training_weight=1 / 4 + 0.75 * 0.25, **options
    )


def test_folds_near_accuracy_1_are_not_certain():
    # Five folds of 40 samples without an error, where the corrected t has no width.
    assert mean_interval([1.0] * 5, validation_train_ratio=1 / 4) == (1.0, 1.0)
    _, lower, upper = accuracy_interval([True] * 200, samples=range(200), n_train=160)
    assert 0.97 < lower < 0.98
    assert upper == 1


# --- properties -----------------------------------------------------------------------


@given(data=paired_validations(), n_train=N_TRAIN, confidence=CONFIDENCE)
def test_interval_lies_around_the_accuracy_between_0_and_1(data, n_train, confidence):
    correct, _, samples = data
    mean, lower, upper = accuracy_interval(
        correct, samples=samples, n_train=n_train, confidence=confidence
    )
    assert mean == correct.mean()
    assert 0 <= lower <= mean <= upper <= 1
    assert lower < upper


@given(data=paired_validations(), n_train=N_TRAIN, confidence=CONFIDENCE)
def test_a_difference_lies_in_its_interval_whose_ends_turn_round_with_the_pair(
    data, n_train, confidence
):
    *pair, samples = data
    options = {"samples": samples, "n_train": n_train, "confidence": confidence}
    mean, lower, upper, p_value = accuracy_difference(*pair, **options)
    assert mean == pytest.approx(pair[0].mean() - pair[1].mean())
    assert -1 <= lower <= mean <= upper <= 1
    assert lower < upper
    assert 0 <= p_value <= 1
    swapped = accuracy_difference(*pair[::-1], **options)
    assert swapped == (-mean, -upper, -lower, p_value)
    if abs(p_value - (1 - confidence)) > 1e-6:
        assert (p_value < 1 - confidence) == (lower > 0 or upper < 0)


@given(data=paired_validations(), n_train=N_TRAIN, times=st.integers(2, 4))
def test_more_samples_narrow_both_intervals_and_repeats_do_not(data, n_train, times):
    *pair, _ = data
    samples = np.arange(len(pair[0]))
    repeats = np.tile(samples, times)
    others = np.concatenate([samples + 100 * number for number in range(times)])
    for function, lists in [(accuracy_interval, pair[:1]), (accuracy_difference, pair)]:
        more = [np.tile(values, times) for values in lists]
        once = function(*lists, samples=samples, n_train=n_train)
        again = function(*more, samples=repeats, n_train=n_train)
        assert again == pytest.approx(once, abs=1e-9)
        narrow = function(*more, samples=others, n_train=n_train)
        assert narrow.upper - narrow.lower < once.upper - once.lower


@pytest.mark.parametrize(("correct", "reference"), [(1, 0), (0, 1)])
def test_ends_of_the_range_are_exact(correct, reference):
    options = {"samples": range(5), "n_train": 10}
    result = accuracy_difference([correct] * 5, [reference] * 5, **options)
    assert result.mean == correct - reference
    assert result.mean in (result.lower, result.upper)


@settings(max_examples=25)
@given(data=paired_validations(), n_train=N_TRAIN)
def test_more_confidence_and_more_weight_widen_both_intervals(data, n_train):
    *pair, samples = data
    options = {"samples": samples, "n_train": n_train}
    for function, lists in [(accuracy_interval, pair[:1]), (accuracy_difference, pair)]:
        for name, values in [
            ("confidence", (0.5, 0.9, 0.99)),
            ("training_weight", (0, 0.5, 1)),
        ]:
            results = [function(*lists, **{name: v}, **options) for v in values]
            for narrow, wide in pairwise(results):
                assert wide.lower <= narrow.lower + 1e-12
                assert wide.upper >= narrow.upper - 1e-12


def test_no_change_of_any_sample_is_no_evidence():
    result = accuracy_difference(
        [True] * 9, [True] * 9, samples=range(9), n_train=20, training_weight=0
    )
    z_squared = stats.norm.isf(0.025) ** 2
    assert result.upper == pytest.approx(z_squared / (9 + z_squared))
    assert (result.mean, result.p_value) == (0, 1)


# --- clusters, folds and repeats ------------------------------------------------------

SUBJECTS = np.arange(60)


def of_subjects(n_recordings):
    """Make the results of subjects whose recordings are all classified alike."""
    subjects = np.repeat(SUBJECTS, n_recordings)
    correct, reference = subjects % 3 > 0, subjects % 4 > 0
    options = {"samples": np.arange(len(subjects)), "clusters": subjects, "n_train": 48}
    return correct, reference, options | {"n_train": 48 * n_recordings}


@pytest.mark.parametrize("n_recordings", [2, 30])
def test_recordings_that_agree_count_as_their_subject(n_recordings):
    (correct, reference, one), (many, others, options) = map(
        of_subjects, (1, n_recordings)
    )
    expected = accuracy_interval(correct, **one)
    assert accuracy_interval(many, **options) == pytest.approx(tuple(expected))
    difference = accuracy_difference(many, others, **options)
    expected = accuracy_difference(correct, reference, **one)
    assert difference == pytest.approx(tuple(expected))


def test_independent_samples_keep_most_of_their_number_in_clusters():
    rng = np.random.default_rng(0)
    correct, samples = rng.random(2000) < 0.8, np.arange(2000)
    options = {"results": correct, "n_train": 1600, "training_weight": 0}
    found = effective_n_samples(samples, clusters=samples // 20, **options)
    assert 1500 < found <= 2000


def test_all_correct_clusters_have_kishs_number():
    samples = np.arange(10)
    found = effective_n_samples(
        samples,
        results=np.ones(10),
        clusters=[0, 0, 0, 0, 1, 1, 2, 2, 3, 3],
        n_train=8,
        training_weight=0,
    )
    assert found == pytest.approx(10**2 / (4**2 + 3 * 2**2))


@pytest.mark.parametrize("correct", [[1, 0, 1, 0, 1, 0], [1] * 6])
def test_fewer_than_four_clusters_have_a_mean_alone(correct):
    options = {"samples": range(6), "clusters": list("aabbcc"), "n_train": 5}
    mean, *bounds = accuracy_interval(correct, **options)
    assert mean == np.mean(correct)
    assert np.isnan(bounds).all()
    difference = accuracy_difference(correct, [0] * 6, **options)
    assert np.isnan(difference[1:]).all()


def test_draws_of_the_noise_narrow_the_interval_as_far_as_they_differ():
    rng = np.random.default_rng(0)
    samples, options = np.tile(np.arange(300), 10), {"n_train": 240}
    noise_decides = rng.random(3000) < 0.6
    sample_decides = samples % 5 < 3
    first = slice(0, 300)
    for correct, least, most in [(noise_decides, 0.6, 0.75), (sample_decides, 1, 1)]:
        one = accuracy_interval(correct[first], samples=samples[first], **options)
        ten = accuracy_interval(correct, samples=samples, **options)
        ratio = np.ptp(ten[1:]) / np.ptp(one[1:])
        assert least - 0.01 <= ratio <= most + 0.01


def test_repeats_that_differ_widen_the_interval():
    samples, repeats = np.tile(np.arange(200), 3), np.repeat(range(3), 200)
    rng = np.random.default_rng(0)
    alike = rng.random(600) < 0.7
    differing = rng.random(600) < np.array([0.5, 0.7, 0.9])[repeats]
    options = {"samples": samples, "n_train": 160, "training_weight": 0}
    for correct, widens in [(alike, False), (differing, True)]:
        interval = accuracy_interval(correct, **options)
        crossed = accuracy_interval(correct, repeats=repeats, **options)
        assert (np.ptp(crossed[1:]) > 2 * np.ptp(interval[1:])) == widens


def test_folds_that_differ_widen_the_interval():
    samples, folds = np.arange(500), np.repeat(range(5), 100)
    position = samples % 100
    options = {"samples": samples, "folds": folds, "n_train": 400}
    alike = accuracy_interval(position < 70, **options)
    del options["folds"]
    assert alike == accuracy_interval(position < 70, **options)
    shares = np.array([50, 90, 70, 90, 50])
    scattered = accuracy_interval(position < shares[folds], folds=folds, **options)
    of_folds = mean_interval(shares / 100, validation_train_ratio=1 / 4)
    assert np.ptp(scattered[1:]) == pytest.approx(np.ptp(of_folds), rel=0.2)


# --- weights --------------------------------------------------------------------------


@settings(max_examples=25)
@given(paired_validations(), N_TRAIN, st.floats(0.01, 100))
def test_equal_weights_change_nothing(validations, n_train, weight):
    correct, reference, samples = validations
    options = {"samples": samples, "n_train": n_train}
    weights = np.full(len(samples), weight)
    for interval in (
        partial(accuracy_interval, correct, **options),
        partial(accuracy_difference, correct, reference, **options),
    ):
        np.testing.assert_allclose(interval(weights=weights), interval(), atol=1e-9)


def test_weights_count_in_the_mean_and_in_the_number_of_samples():
    options = {"samples": range(4), "n_train": 8, "weights": [3, 1, 1, 1]}
    a_third = accuracy_interval([0, 1, 1, 0], **options, training_weight=0)
    of_three = wilson_interval(1 / 3, n_samples=3)
    np.testing.assert_allclose(a_third, (1 / 3, *of_three))
    n_effective = effective_n_samples(**options, training_weight=0)
    assert n_effective == pytest.approx(6**2 / (3**2 + 3))
    correct, reference = [0, 1, 0, 0], [1, 0, 0, 0]
    difference = accuracy_difference(correct, reference, **options)
    assert difference.mean == pytest.approx(1 / 6 - 3 / 6)
    options["training_weight"] = 1 / 4 + 1 / 6 * 5 / 6  # by the lower accuracy
    expected = accuracy_difference(correct, reference, **options)
    np.testing.assert_allclose(difference, expected)
