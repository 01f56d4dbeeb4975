"""How many samples show a cost."""

import numpy as np
import pytest
from scipy.stats import norm

from skn_noise.statistics import accuracy_difference, required_n_samples


@pytest.mark.parametrize(
    ("cost", "discordant", "accuracy"), [(0.01, 0.05, 0.9), (0.03, 0.1, 0.7)]
)
def test_the_expected_results_of_that_many_samples_have_the_power(
    cost, discordant, accuracy
):
    n = required_n_samples(cost, discordant=discordant, accuracy=accuracy)
    n_worse, n_better = (round(n * (discordant + d) / 2) for d in (cost, -cost))
    correct = np.arange(n) < round(n * (accuracy + cost))
    noisy = correct.copy()
    noisy[:n_worse] = False
    noisy[len(noisy) - n_better :] = True
    difference = accuracy_difference(
        noisy, correct, samples=np.arange(n), n_train=0.8 * n
    )
    assert difference.mean == pytest.approx(-cost, rel=0.02)
    quantile = -norm.ppf(difference.p_value / 2)
    assert quantile == pytest.approx(norm.ppf(0.975) + norm.ppf(0.8), rel=0.02)


def test_draws_save_samples_only_where_their_share_is_large():
    one, ten, ten_of_half = (
        required_n_samples(0.01, discordant=0.1, n_draws=n_draws, draw_share=share)
        for n_draws, share in ((1, 0.5), (10, 0.0), (10, 0.5))
    )
    assert one == ten
    assert 0.6 < ten_of_half / one < 0.75


def test_fewer_discordant_samples_than_the_cost_are_refused():
    with pytest.raises(ValueError, match="discordant must be at least cost, "):
        required_n_samples(0.1, discordant=0.05)


@pytest.mark.parametrize(
    "wrong", [{"cost": 0}, {"n_folds": 1}, {"n_draws": 0}, {"power": 1}, {"power": 0.1}]
)
def test_arguments_out_of_their_range_are_refused(wrong):
    arguments = {"cost": 0.01, "discordant": 0.05} | wrong
    with pytest.raises(ValueError, match=f"The {next(iter(wrong))!r} parameter"):
        required_n_samples(arguments.pop("cost"), **arguments)
