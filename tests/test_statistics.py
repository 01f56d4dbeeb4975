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
    effective_n_samples,
    holm_adjusted,
    mean_interval,
    paired_difference,
    wilson_interval,
)
from skn_noise.statistics._effective import Validations

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


def test_corrected_test_and_interval_published_by_scikit_learn():
    # "Statistical comparison of models using grid search", which calls the interval
    # the 95 % credible interval of its posterior.
    X, y = make_moons(noise=0.352, random_state=1, n_samples=100)
    cv = RepeatedStratifiedKFold(n_splits=10, n_repeats=10, random_state=0)
    pair = [
        cross_val_score(SVC(kernel=kernel), X, y, scoring="roc_auc", cv=cv)
        for kernel in ("rbf", "linear")
    ]
    difference = paired_difference(*pair, validation_train_ratio=10 / 90)
    expected = (0.01, -0.016445, 0.036445)
    assert difference[:3] == pytest.approx(expected, abs=5e-7)
    assert difference.p_value / 2 == pytest.approx(0.227, abs=5e-4)
    uncorrected = paired_difference(*pair, validation_train_ratio=0)
    assert uncorrected.p_value / 2 == pytest.approx(0.005, abs=5e-4)


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


def test_paired_interval_is_that_of_the_differences_and_the_test_that_of_scipy():
    scores, reference_scores = np.random.default_rng(0).normal(size=(2, 9))
    options = {"validation_train_ratio": 0.25, "confidence": 0.8}
    difference = paired_difference(scores, reference_scores, **options)
    expected = mean_interval(scores - reference_scores, **options)
    assert (difference.lower, difference.upper) == expected
    uncorrected = paired_difference(scores, reference_scores, validation_train_ratio=0)
    expected = stats.ttest_rel(scores, reference_scores).pvalue
    assert uncorrected.p_value == pytest.approx(expected, rel=1e-12)
    assert difference.mean == np.mean(scores - reference_scores)


# --- coverage -------------------------------------------------------------------------


N_STUDIES, Y = 1000, np.arange(60) % 2
CV = RepeatedStratifiedKFold(n_splits=5, n_repeats=3, random_state=0)


def two_gaussians(*distances):
    """Draw studies of two unit normal classes, at these distances on the axes."""
    centres = np.outer([0, 1], distances)
    shape = N_STUDIES, len(Y), len(distances)
    return centres[Y] + np.random.default_rng(0).normal(size=shape), centres


def cross_validate_nearest_centroid(X, centres):
    """Cross-validate all studies at once; return scores and true accuracies.

    A nearest centroid classifier is a hyperplane, so its true accuracy is a normal
    probability on either side.
    """
    scores, accuracies = [], []
    for train, test in CV.split(X[0], Y):
        means = [X[:, train[Y[train] == label]].mean(axis=1) for label in (0, 1)]
        normal = means[1] - means[0]
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        threshold = np.sum(normal * (means[0] + means[1]) / 2, axis=1)
        predicted = np.einsum("snf,sf->sn", X[:, test], normal) > threshold[:, None]
        scores.append((predicted == Y[test]).mean(axis=1))
        sides = normal @ centres.T - threshold[:, None]
        accuracies.append(stats.norm.cdf(sides * [-1, 1]).mean(axis=1))
    return np.transpose(scores), np.transpose(accuracies)


def test_only_the_corrected_interval_covers_in_cross_validation():
    X, centres = two_gaussians(1.5, 0, 0, 0, 0)
    scores, accuracies = cross_validate_nearest_centroid(X, centres)
    expected = cross_val_score(NearestCentroid(), X[0], Y, cv=CV)
    np.testing.assert_allclose(scores[0], expected)
    truth, covered = accuracies.mean(), {}
    for ratio in (0, 1 / 4):
        intervals = [mean_interval(s, validation_train_ratio=ratio) for s in scores]
        covered[ratio] = np.mean([low <= truth <= high for low, high in intervals])
    assert covered[1 / 4] >= 0.93
    assert covered[0] < 0.8


def test_only_the_corrected_test_seldom_finds_a_difference_that_is_not_there():
    # Two classifiers that see one feature each, and both features tell as much.
    X, centres = two_gaussians(1.5, 1.5)
    one, other = (
        cross_validate_nearest_centroid(X[..., [i]], centres[:, [i]])[0] for i in (0, 1)
    )
    alarms = {
        ratio: np.mean(
            [
                paired_difference(*pair, validation_train_ratio=ratio).p_value <= 0.05
                for pair in zip(one, other, strict=True)
            ]
        )
        for ratio in (0, 1 / 4)
    }
    assert alarms[1 / 4] < 0.07
    assert alarms[0] > 0.2


# --- properties -----------------------------------------------------------------------


@given(scores=SCORES, ratio=RATIO, confidence=CONFIDENCE)
def test_interval_contains_the_mean_and_no_correction_narrows_it(
    scores, ratio, confidence
):
    corrected, uncorrected = (
        mean_interval(scores, validation_train_ratio=r, confidence=confidence)
        for r in (ratio, 0)
    )
    assert corrected[0] <= uncorrected[0] <= np.mean(scores)
    assert np.mean(scores) <= uncorrected[1] <= corrected[1]


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


@given(p_values=P_VALUES, random=st.randoms(use_true_random=False))
def test_holm_lies_between_the_p_value_and_bonferroni_in_any_order(p_values, random):
    given_values = p_values.copy()
    adjusted = holm_adjusted(p_values)
    np.testing.assert_array_equal(p_values, given_values)  # the input is left alone
    assert np.all(p_values <= adjusted)
    assert np.all(adjusted <= np.minimum(1, len(p_values) * p_values))
    assert np.all(np.diff(adjusted[np.argsort(p_values)]) >= 0)
    order = random.sample(range(len(p_values)), len(p_values))
    np.testing.assert_array_equal(holm_adjusted(p_values[order]), adjusted[order])


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
    for nothing in ([], [np.nan, np.nan]):
        np.testing.assert_array_equal(holm_adjusted(nothing), nothing)


# --- special cases --------------------------------------------------------------------


@pytest.mark.parametrize("confidence", [0.95, 1 - 2**-53])
def test_equal_scores_give_an_interval_of_one_point(confidence):
    lower, upper = mean_interval(
        [0.1, 0.1, 0.1], validation_train_ratio=0.5, confidence=confidence
    )
    assert lower == upper == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("scores", "reference_scores", "p_value"),
    [
        ([0.9, 0.8, 0.7], [0.9, 0.8, 0.7], 1.0),  # no difference at all
        ([0.1] * 3, [0.0] * 3, 0.0),  # the same difference in all folds
        ([1e-200, 3e-200], [0, 0], 0.0),  # too small to square
    ],
)
def test_differences_without_a_variance(scores, reference_scores, p_value):
    difference = paired_difference(scores, reference_scores, validation_train_ratio=0)
    assert difference.p_value == p_value
    assert difference.lower <= difference.mean <= difference.upper
    assert difference.upper - difference.lower < 1e-15


def test_results_are_plain_floats():
    scores = np.array([0.5, 0.75, 1.0], dtype=np.float32)
    results = [
        *mean_interval(scores, validation_train_ratio=np.float32(0.5)),
        *paired_difference(scores, scores[::-1], validation_train_ratio=0.5),
        *wilson_interval(np.float32(0.75), n_samples=np.int64(4)),
    ]
    assert {type(result) for result in results} == {float}


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


def test_the_draws_of_a_sample_are_joined_without_a_change(monkeypatch):
    rng = np.random.default_rng(0)
    repeat, draw, sample = (axis.ravel() for axis in np.indices((2, 3, 60)))
    results = rng.random(len(sample)) + sample % 7 + repeat + draw
    options = {"samples": sample, "clusters": sample % 7, "folds": sample % 4}
    options |= {"repeats": repeat, "weights": 1 + sample % 4, "results": results}
    options |= {"n_train": 45, "training_weight": 0.5}
    joined = effective_n_samples(**options)
    monkeypatch.setattr(Validations, "_join_draws", lambda self, errors: (self, errors))
    np.testing.assert_allclose(joined, effective_n_samples(**options), rtol=1e-12)
