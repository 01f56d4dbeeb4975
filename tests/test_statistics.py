from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.datasets import make_moons
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score
from sklearn.neighbors import NearestCentroid
from sklearn.svm import SVC

from skn_noise.statistics import (
    PairedDifference,
    holm_adjusted,
    mean_interval,
    paired_difference,
    wilson_interval,
)

SCORE = st.floats(-1e3, 1e3)
SCORES = st.lists(SCORE, min_size=2, max_size=20)
SCORE_PAIRS = st.lists(st.tuples(SCORE, SCORE), min_size=2, max_size=20).map(np.array)
RATIO = st.floats(0, 2)
CONFIDENCE = st.floats(0.01, 0.999)
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12).map(np.array)
COUNTS = st.integers(1, 10**6).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n))
)


# --- published examples ---------------------------------------------------------------


@cache
def moons_scores(kernel):
    """Score as scikit-learn's "Statistical comparison of models using grid search"."""
    X, y = make_moons(noise=0.352, random_state=1, n_samples=100)
    cv = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    svc = SVC(kernel=kernel, random_state=0)
    return cross_val_score(svc, X, y, scoring="roc_auc", cv=cv)


def test_corrected_test_published_by_scikit_learn():
    rbf, linear = moons_scores("rbf"), moons_scores("linear")
    difference = paired_difference(rbf, linear, validation_train_ratio=10 / 90)
    margin = difference.upper - difference.mean
    t_value = difference.mean / margin * stats.t.isf(0.025, 99)
    assert t_value == pytest.approx(0.750, abs=5e-4)
    assert difference.p_value / 2 == pytest.approx(0.227, abs=5e-4)


def test_corrected_interval_published_by_scikit_learn():
    # The same example calls it the 95 % credible interval of its posterior.
    rbf, linear = moons_scores("rbf"), moons_scores("linear")
    difference = paired_difference(rbf, linear, validation_train_ratio=10 / 90)
    assert difference.mean == pytest.approx(0.01, abs=1e-9)
    assert difference.lower == pytest.approx(-0.016445, abs=5e-7)
    assert difference.upper == pytest.approx(0.036445, abs=5e-7)


def test_uncorrected_test_published_by_scikit_learn():
    rbf, linear = moons_scores("rbf"), moons_scores("linear")
    difference = paired_difference(rbf, linear, validation_train_ratio=0)
    assert difference.p_value / 2 == pytest.approx(0.005, abs=5e-4)


@pytest.mark.parametrize(
    ("n_correct", "n_samples", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_published_by_newcombe(n_correct, n_samples, lower, upper):
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion:
    # comparison of seven methods", Statistics in Medicine 17, table I, method 3.
    interval = wilson_interval(n_correct / n_samples, n_samples=n_samples)
    assert interval == pytest.approx((lower, upper), abs=6e-5)


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [
        # Wikipedia, "Holm-Bonferroni method".
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        # The documentation of pingouin.multicomp.
        ([0.50, 0.003, 0.32, 0.054, 0.0003], [0.64, 0.012, 0.64, 0.162, 0.0015]),
    ],
)
def test_published_holm_adjusted_p_values(p_values, expected):
    np.testing.assert_allclose(holm_adjusted(p_values), expected)


# --- agreement with SciPy -------------------------------------------------------------


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_interval_of_independent_folds_is_that_of_scipy(confidence):
    scores = np.random.default_rng(0).normal(0.8, 0.05, size=7)
    interval = mean_interval(scores, validation_train_ratio=0, confidence=confidence)
    expected = stats.t.interval(
        confidence, 6, loc=scores.mean(), scale=stats.sem(scores)
    )
    assert interval == pytest.approx(expected, rel=1e-12)


def test_test_of_independent_folds_is_that_of_scipy():
    scores, reference_scores = np.random.default_rng(0).normal(size=(2, 9))
    difference = paired_difference(scores, reference_scores, validation_train_ratio=0)
    expected = stats.ttest_rel(scores, reference_scores).pvalue
    assert difference.p_value == pytest.approx(expected, rel=1e-12)


def test_paired_interval_is_that_of_the_differences():
    scores, reference_scores = np.random.default_rng(0).normal(size=(2, 9))
    options = {"validation_train_ratio": 0.25, "confidence": 0.8}
    difference = paired_difference(scores, reference_scores, **options)
    expected = mean_interval(scores - reference_scores, **options)
    assert (difference.lower, difference.upper) == expected
    assert difference.mean == np.mean(scores - reference_scores)


def test_wilson_interval_widens_with_the_confidence():
    lower, upper = wilson_interval(0.9, n_samples=50, confidence=0.95)
    wider_lower, wider_upper = wilson_interval(0.9, n_samples=50, confidence=0.99)
    assert wider_lower < lower < upper < wider_upper


# --- coverage -------------------------------------------------------------------------


def covered_share(studies, *, truth, validation_train_ratio):
    """Compute the share of studies whose interval contains the truth."""
    intervals = np.array(
        [
            mean_interval(scores, validation_train_ratio=validation_train_ratio)
            for scores in studies
        ]
    )
    return np.mean((intervals[:, 0] <= truth) & (truth <= intervals[:, 1]))


def two_gaussians(*, n_studies, n_samples, n_features, distance, seed):
    """Draw samples of two unit normal classes, their centres on the first axis."""
    y = np.arange(n_samples) % 2
    centres = np.zeros((2, n_features))
    centres[1, 0] = distance
    noise = np.random.default_rng(seed).normal(size=(n_studies, n_samples, n_features))
    return centres[y] + noise, y, centres


def cross_validate_nearest_centroid(X, y, centres, *, cv):
    """Cross-validate all studies at once; return scores and true accuracies.

    A nearest centroid classifier is a hyperplane, so its true accuracy is a normal
    probability on either side.
    """
    scores, accuracies = [], []
    for train, test in cv.split(X[0], y):
        means = [X[:, train[y[train] == label]].mean(axis=1) for label in (0, 1)]
        normal = means[1] - means[0]
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        threshold = np.sum(normal * (means[0] + means[1]) / 2, axis=1)
        predicted = np.einsum("snf,sf->sn", X[:, test], normal) > threshold[:, None]
        scores.append((predicted == y[test]).mean(axis=1))
        sides = normal @ centres.T - threshold[:, None]
        accuracies.append(stats.norm.cdf(sides * [-1, 1]).mean(axis=1))
    return np.transpose(scores), np.transpose(accuracies)


def test_interval_of_independent_folds_covers_as_often_as_it_says():
    studies = np.random.default_rng(0).normal(0.8, 0.05, size=(4000, 5))
    assert 0.93 < covered_share(studies, truth=0.8, validation_train_ratio=0) < 0.97


def test_simulated_scores_are_those_of_scikit_learn():
    X, y, centres = two_gaussians(
        n_studies=3, n_samples=60, n_features=5, distance=1.5, seed=0
    )
    cv = RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=0)
    scores, _ = cross_validate_nearest_centroid(X, y, centres, cv=cv)
    expected = [cross_val_score(NearestCentroid(), study, y, cv=cv) for study in X]
    np.testing.assert_allclose(scores, expected)


@pytest.mark.parametrize(("n_splits", "n_repeats"), [(5, 3), (5, 10), (10, 3)])
def test_only_the_corrected_interval_covers_in_cross_validation(n_splits, n_repeats):
    X, y, centres = two_gaussians(
        n_studies=2000, n_samples=60, n_features=5, distance=1.5, seed=0
    )
    cv = RepeatedStratifiedKFold(n_splits=n_splits, n_repeats=n_repeats, random_state=0)
    scores, accuracies = cross_validate_nearest_centroid(X, y, centres, cv=cv)
    truth, ratio = accuracies.mean(), 1 / (n_splits - 1)
    assert covered_share(scores, truth=truth, validation_train_ratio=ratio) >= 0.93
    assert covered_share(scores, truth=truth, validation_train_ratio=0) < 0.8


def test_only_the_corrected_test_seldom_finds_a_difference_that_is_not_there():
    # Two classifiers that see one feature each, and both features tell as much.
    X, y, _ = two_gaussians(
        n_studies=1500, n_samples=60, n_features=2, distance=1.5, seed=0
    )
    X[:, y == 1, 1] += 1.5
    cv = RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=0)
    scores, reference_scores = (
        cross_validate_nearest_centroid(X[..., [i]], y, np.zeros((2, 1)), cv=cv)[0]
        for i in (0, 1)
    )
    false_alarms = {
        ratio: np.mean(
            [
                paired_difference(*pair, validation_train_ratio=ratio).p_value <= 0.05
                for pair in zip(scores, reference_scores, strict=True)
            ]
        )
        for ratio in (0, 1 / 4)
    }
    assert false_alarms[1 / 4] < 0.07
    assert false_alarms[0] > 0.2


# --- properties -----------------------------------------------------------------------


@given(scores=SCORES, ratio=RATIO, confidence=CONFIDENCE)
def test_interval_contains_the_mean(scores, ratio, confidence):
    lower, upper = mean_interval(
        scores, validation_train_ratio=ratio, confidence=confidence
    )
    assert lower <= np.mean(scores) <= upper


@given(scores=SCORES, ratio=RATIO, confidence=CONFIDENCE)
def test_correction_never_narrows_the_interval(scores, ratio, confidence):
    corrected, uncorrected = (
        mean_interval(scores, validation_train_ratio=r, confidence=confidence)
        for r in (ratio, 0)
    )
    assert corrected[0] <= uncorrected[0]
    assert uncorrected[1] <= corrected[1]


@given(scores=SCORES, shift=SCORE, ratio=RATIO)
def test_interval_shifts_with_the_scores(scores, shift, ratio):
    interval = np.array(mean_interval(scores, validation_train_ratio=ratio))
    shifted = mean_interval(np.array(scores) + shift, validation_train_ratio=ratio)
    np.testing.assert_allclose(shifted, interval + shift, atol=1e-8)


@given(pairs=SCORE_PAIRS, ratio=RATIO)
def test_swapping_the_scores_negates_the_difference(pairs, ratio):
    scores, reference_scores = pairs.T
    difference = paired_difference(
        scores, reference_scores, validation_train_ratio=ratio
    )
    swapped = paired_difference(reference_scores, scores, validation_train_ratio=ratio)
    assert swapped == PairedDifference(
        -difference.mean, -difference.upper, -difference.lower, difference.p_value
    )


@given(pairs=SCORE_PAIRS, ratio=RATIO)
def test_test_rejects_where_the_interval_excludes_zero(pairs, ratio):
    difference = paired_difference(
        *pairs.T, validation_train_ratio=ratio, confidence=0.9
    )
    excludes_zero = difference.lower > 0 or difference.upper < 0
    assert (difference.p_value < 0.1) == excludes_zero


@given(counts=COUNTS, confidence=CONFIDENCE)
def test_wilson_interval_contains_the_accuracy(counts, confidence):
    n_correct, n_samples = counts
    accuracy = n_correct / n_samples
    lower, upper = wilson_interval(accuracy, n_samples=n_samples, confidence=confidence)
    assert 0 <= lower <= accuracy <= upper <= 1


@given(p_values=P_VALUES)
def test_holm_lies_between_the_p_value_and_bonferroni(p_values):
    adjusted = holm_adjusted(p_values)
    assert np.all(p_values <= adjusted)
    assert np.all(adjusted <= np.minimum(1, len(p_values) * p_values))


@given(p_values=P_VALUES)
def test_holm_keeps_the_order_of_the_p_values(p_values):
    adjusted = holm_adjusted(p_values)
    assert np.all(np.diff(adjusted[np.argsort(p_values)]) >= 0)


@given(p_values=P_VALUES, random=st.randoms(use_true_random=False))
def test_holm_does_not_depend_on_the_order_given(p_values, random):
    order = random.sample(range(len(p_values)), len(p_values))
    np.testing.assert_array_equal(
        holm_adjusted(p_values[order]), holm_adjusted(p_values)[order]
    )


@given(p_values=P_VALUES, level=st.floats(0, 0.999))
def test_holm_rejects_what_stepping_down_rejects(p_values, level):
    rejected = set()
    for n_left, test in zip(
        range(len(p_values), 0, -1), np.argsort(p_values), strict=True
    ):
        if n_left * p_values[test] > level:
            break
        rejected.add(int(test))
    assert set(np.flatnonzero(holm_adjusted(p_values) <= level)) == rejected


@given(p_values=P_VALUES, place=st.integers(0, 12))
def test_nan_stays_and_does_not_count_as_a_test(p_values, place):
    place = min(place, len(p_values))
    adjusted = holm_adjusted(np.insert(p_values, place, np.nan))
    assert np.isnan(adjusted[place])
    np.testing.assert_array_equal(np.delete(adjusted, place), holm_adjusted(p_values))


# --- special cases --------------------------------------------------------------------


@pytest.mark.parametrize("confidence", [0.95, 1 - 2**-53])
def test_equal_scores_give_an_interval_of_one_point(confidence):
    lower, upper = mean_interval(
        [0.1, 0.1, 0.1], validation_train_ratio=0.5, confidence=confidence
    )
    assert lower == upper == pytest.approx(0.1)


def test_no_difference_at_all_is_no_evidence():
    scores = [0.9, 0.8, 0.7]
    difference = paired_difference(scores, scores, validation_train_ratio=0.5)
    assert difference == (0.0, 0.0, 0.0, 1.0)


def test_the_same_difference_in_all_folds_is_certain():
    difference = paired_difference([0.1] * 3, [0.0] * 3, validation_train_ratio=0.5)
    assert difference.lower == difference.upper == difference.mean
    assert difference.mean == pytest.approx(0.1)
    assert difference.p_value == 0.0


def test_differences_too_small_to_square_do_not_divide_by_zero():
    difference = paired_difference([1e-200, 3e-200], [0, 0], validation_train_ratio=0)
    assert difference.p_value == 0.0


def test_results_are_plain_floats():
    scores = np.array([0.5, 0.75, 1.0], dtype=np.float32)
    results = [
        *mean_interval(scores, validation_train_ratio=np.float32(0.5)),
        *paired_difference(scores, scores[::-1], validation_train_ratio=0.5),
        *wilson_interval(np.float32(0.75), n_samples=np.int64(4)),
    ]
    assert {type(result) for result in results} == {float}


@pytest.mark.parametrize("p_values", [[], [np.nan, np.nan]])
def test_holm_without_any_test(p_values):
    np.testing.assert_array_equal(holm_adjusted(p_values), p_values)


def test_holm_leaves_its_input_alone():
    p_values = np.array([0.04, 0.01])
    holm_adjusted(p_values)
    np.testing.assert_array_equal(p_values, [0.04, 0.01])


@pytest.mark.parametrize(
    ("accuracy", "n_samples", "plain"),
    [
        (np.float32(0.9), 10, (0.9, 10)),  # is rounded to whole samples
        (np.float16(0.5), 100_000, (0.5, 100_000)),  # does not overflow
        (0.9, 10.0, (0.9, 10)),
    ],
)
def test_wilson_takes_numbers_of_all_types(accuracy, n_samples, plain):
    expected = wilson_interval(plain[0], n_samples=plain[1])
    assert wilson_interval(accuracy, n_samples=n_samples) == expected
