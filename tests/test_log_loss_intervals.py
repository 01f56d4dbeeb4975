"""Intervals of mean log losses and of their differences, from those of samples."""

import numpy as np
import pytest
from hypothesis import example as also
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import log_loss

from skn_noise.statistics import (
    effective_n_samples,
    log_loss_difference,
    log_loss_interval,
    loss_difference,
    loss_interval,
)

PROBABILITY = st.floats(0.001, 0.999)
# A side that is 1 / 2 throughout has no interval.
PAIRS = (
    st.lists(st.tuples(PROBABILITY, PROBABILITY), min_size=2, max_size=60, unique=True)
    .filter(lambda rows: np.abs(np.array(rows) - 0.5).max(axis=0).min() > 1e-9)
    .map(lambda rows: np.array(rows).T)
)
EQUAL_LOSSES = np.array([[0.9, 0.9, 0.9], [0.4, 0.7, 0.5]])
CONFIDENCE = st.floats(0.05, 0.999)
N_TRAIN = st.integers(10, 10**5)


def options_of(probabilities, n_train=160, **options):
    return {"samples": np.arange(len(probabilities)), "n_train": n_train, **options}


def example():
    """Make what overconfident classifiers give, the first with more noise."""
    generator = np.random.default_rng(0)
    logits = generator.normal(1, 1, size=200)
    noisy = 2 * logits + generator.normal(-0.5, 0.5, size=200)
    return 1 / (1 + np.exp(-noisy)), 1 / (1 + np.exp(-2 * logits))


def degrees_of_freedom(values):
    """Compute those of Satterthwaite, which are n - 1 for at most normal tails."""
    squares = (values - np.mean(values)) ** 2
    relative = (squares**2).sum() / squares.sum() ** 2 - 1 / len(values)
    return min(len(values) - 1, max(4, 2 / relative))


# --- what the formulas stand for ------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_mean_is_that_of_scikit_learn(dtype):
    probabilities = np.array([0.9, 0.2, 1.0, 0.0], dtype=dtype)
    table = np.column_stack([1 - probabilities, probabilities])
    expected = log_loss([1] * 4, table, labels=[0, 1])
    mean = log_loss_interval(probabilities, **options_of(probabilities)).mean
    assert mean == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("end", ["lower", "upper"])
def test_score_test_just_does_not_reject_the_bounds(end):
    probabilities, _ = example()
    options = options_of(probabilities)
    result = log_loss_interval(probabilities, **options)
    n_effective = effective_n_samples(training_weight=1 / 3, **options)
    variance = np.log(probabilities).var(ddof=1) / n_effective
    bound = getattr(result, end)
    t = (result.mean - bound) / np.sqrt(variance * bound / result.mean)
    n_free = degrees_of_freedom(np.log(probabilities))
    assert abs(t) == pytest.approx(stats.t.isf(0.025, n_free))


def test_variance_is_at_least_that_of_true_probabilities():
    probabilities = np.full(100, 0.99)
    result = log_loss_interval(
        probabilities, training_weight=0, **options_of(probabilities)
    )
    losses = -np.log([0.99, 0.01])
    variance = 0.99 * 0.01 * (losses[1] - losses[0]) ** 2
    t = (result.mean - result.upper) / np.sqrt(
        variance / 100 * result.upper / result.mean
    )
    assert abs(t) == pytest.approx(stats.t.isf(0.025, 99))


@pytest.mark.parametrize("are_equal", [False, True])
def test_bounds_of_a_difference_are_recovered_from_those_of_both(are_equal):
    noisy, clean = example()
    r = np.corrcoef(np.log(noisy), np.log(clean))[0, 1]
    if are_equal:  # losses that are all equal are correlated with no others
        clean, r = np.full(len(noisy), 0.9), 0
    options = options_of(noisy)
    n_free = degrees_of_freedom(np.log(noisy) - np.log(clean))

    def with_these_degrees(probabilities):
        losses = np.log(probabilities)
        own = degrees_of_freedom(losses) if np.ptp(losses) > 0 else len(losses) - 1
        # At this level, the interval has the quantile of the difference.
        level = 1 - 2 * stats.t.sf(stats.t.isf(0.025, n_free), own)
        return log_loss_interval(probabilities, confidence=level, **options)

    x, lower, upper = with_these_degrees(noisy)
    x_0, lower_0, upper_0 = with_these_degrees(clean)
    below, above = (x - lower, upper_0 - x_0), (upper - x, x_0 - lower_0)
    sides = [np.sqrt(a**2 + b**2 - 2 * r * a * b) for a, b in (below, above)]
    result = log_loss_difference(noisy, clean, **options)
    expected = x - x_0, x - x_0 - sides[0], x - x_0 + sides[1]
    assert result[:3] == pytest.approx(expected)


def test_interval_at_the_level_of_the_p_value_just_reaches_zero():
    noisy, clean = example()
    p_value = log_loss_difference(noisy, clean, **options_of(noisy)).p_value
    assert 0 < p_value < 0.05
    result = log_loss_difference(
        noisy, clean, confidence=1 - p_value, **options_of(noisy)
    )
    assert result.lower == pytest.approx(0, abs=1e-6)


# --- properties -----------------------------------------------------------------------


@given(pair=PAIRS, n_train=N_TRAIN, confidence=CONFIDENCE)
@also(pair=EQUAL_LOSSES, n_train=10, confidence=0.95)
def test_interval_lies_around_the_loss_above_0(pair, n_train, confidence):
    mean, lower, upper = log_loss_interval(
        pair[0], **options_of(pair[0], n_train, confidence=confidence)
    )
    assert 0 < lower < mean < upper < np.inf


@given(pair=PAIRS, n_train=N_TRAIN, confidence=CONFIDENCE)
@also(pair=EQUAL_LOSSES, n_train=10, confidence=0.95)
def test_a_difference_lies_in_its_interval_whose_ends_turn_round_with_the_pair(
    pair, n_train, confidence
):
    options = options_of(pair[0], n_train, confidence=confidence)
    mean, lower, upper, p_value = log_loss_difference(*pair, **options)
    assert -np.inf < lower <= mean <= upper < np.inf
    assert lower < upper
    assert 0 <= p_value <= 1
    swapped = log_loss_difference(*pair[::-1], **options)
    assert swapped == pytest.approx((-mean, -upper, -lower, p_value), abs=1e-9)
    same = log_loss_difference(pair[0], pair[0], **options)
    assert same.lower < same.mean == 0 < same.upper
    assert same.p_value == 1


@given(pair=PAIRS, n_train=N_TRAIN, times=st.integers(2, 5))
@also(pair=EQUAL_LOSSES, n_train=10, times=2)
def test_more_samples_narrow_the_interval(pair, n_train, times):
    few = log_loss_interval(pair[0], **options_of(pair[0], n_train))
    tiled = np.tile(pair[0], times)
    more = log_loss_interval(tiled, **options_of(tiled, n_train))
    assert few.lower < more.lower < more.upper < few.upper


# --- no interval ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "probabilities",
    [
        [0.9, 0.0, 0.8],  # an infinite loss
        [0.9, 1e-17, 0.8],  # a clipped one
        [0.5, 0.6, np.finfo(float).eps],  # the smallest that is not clipped
        np.array([0.9, 1e-8, 0.8], dtype=np.float32),  # clipped in this dtype
        [0.5, 0.5, 0.5],  # no spread to tell from
        [0.5, 0.5, np.nextafter(0.5, 1)],  # none but that of rounding
        np.array([0.5, 0.5, 0.5 + 6e-8], dtype=np.float32),  # none in this dtype
    ],
)
def test_losses_without_interval_have_a_mean_alone(probabilities):
    options = options_of(probabilities)
    mean, *bounds = log_loss_interval(probabilities, **options)
    assert mean > 0
    assert np.isnan(bounds).all()
    difference = log_loss_difference([0.9, 0.8, 0.7], probabilities, **options)
    assert np.isfinite(difference.mean)
    assert np.isnan(difference[1:]).all()


def test_a_single_sample_has_no_interval():
    options = {"samples": [4, 4, 4], "n_train": 10}
    assert np.isnan(log_loss_interval([0.9, 0.8, 0.7], **options)[1:]).all()
    difference = log_loss_difference([0.9, 0.8, 0.7], [0.6, 0.7, 0.5], **options)
    assert np.isnan(difference[1:]).all()


@pytest.mark.parametrize("probabilities", [[1, 1, 1], [0.9, 1e-8, 0.8]])
def test_certain_and_small_probabilities_have_an_interval(probabilities):
    mean, lower, upper = log_loss_interval(probabilities, samples=range(3), n_train=10)
    assert 0 < lower < mean < upper < np.inf


def test_equal_weights_change_nothing():
    pair = np.linspace(0.05, 0.95, 40), np.linspace(0.95, 0.05, 40) ** 2
    options = {"samples": np.arange(40) % 30, "n_train": 30}
    for function, lists in [(log_loss_interval, pair[:1]), (log_loss_difference, pair)]:
        weighted = function(*lists, **options, weights=np.full(40, 0.25))
        assert weighted == pytest.approx(function(*lists, **options))


def test_a_weight_of_two_tells_the_loss_of_a_sample_that_comes_twice():
    options = {"n_train": 30, "training_weight": 0}
    once = log_loss_interval(
        [0.5, 0.9, 0.8], samples=[0, 1, 2], weights=[2, 1, 1], **options
    )
    twice = log_loss_interval([0.5, 0.5, 0.9, 0.8], samples=[0, 0, 1, 2], **options)
    assert once.mean == pytest.approx(twice.mean)


# --- at the ends ----------------------------------------------------------------------


def test_variance_of_losses_that_hardly_differ_counts():
    probabilities = np.array([0.35, 0.65, 0.35, 0.65])
    result = log_loss_interval(
        probabilities, training_weight=0, **options_of(probabilities)
    )
    losses = -np.log(probabilities)
    error = np.sqrt(losses.var(ddof=1) / 4)
    stretch = np.exp(2 * np.arcsinh(stats.t.isf(0.025, 3) * error / losses.mean() / 2))
    assert result.upper == pytest.approx(losses.mean() * stretch)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("unit", [2.0**-300, 2.0**300])
def test_losses_of_any_unit_have_the_same_intervals(unit):
    pair = np.random.default_rng(0).exponential(size=(2, 60))
    options = {"samples": np.arange(60), "clusters": np.arange(60) // 3, "n_train": 50}
    interval, difference = (
        loss_interval(pair[0], **options),
        loss_difference(*pair, **options),
    )
    of_unit = loss_interval(unit * pair[0], **options)
    assert of_unit == pytest.approx(unit * np.array(interval), rel=1e-12, abs=0)
    of_unit = loss_difference(*unit * pair, **options)
    expected = [*unit * np.array(difference[:3]), difference.p_value]
    assert of_unit == pytest.approx(expected, rel=1e-9, abs=0)


def test_losses_of_0_in_few_clusters_have_no_interval():
    result = loss_interval([0, 0], samples=[0, 1], clusters=[0, 0], n_train=10)
    assert result.mean == 0
    assert np.isnan(result[1:]).all()
