"""The variance of a mean is the sum of its sources."""

import numpy as np
import pandas as pd
import pytest

from skn_noise import NoiseCurve

DRAW, TRAINING = "draw of the noise", "training"
SAMPLES, TRAINED_ON = "validation samples", "choice of training samples"
JOINED = "training and draw of the noise"


@pytest.fixture
def curve(repeated_curve):
    return repeated_curve


def made(values, *, groups=None, metric="accuracy"):
    """Return a curve of results: an array of repeats x draws x samples, in two folds.

    Results are 0 and 1, or losses.
    """
    repeat, draw, sample = (axis.ravel() for axis in np.indices(values.shape))
    predictions = pd.DataFrame(
        {"scale": 1.0, "fold": sample % 2, "repeat": repeat, "draw": draw}
        | {"sample": sample, "target": 1, "prediction": values.ravel()}
        | {"probability": np.exp(-values.ravel().astype(float))}
    )
    if groups is not None:
        predictions["group"] = groups[sample]
    key = ["scale", "fold", "repeat", "draw"]
    sign = -1 if metric == "neg_log_loss" else 1
    scores = predictions.assign(value=sign * predictions["prediction"])
    scores = scores.groupby(key)["value"].mean().reset_index()
    scores = scores.assign(split="validation", metric=metric, n_train=100)
    return NoiseCurve(scores, predictions=predictions)


def sources(curve, **row):
    """Return the rows of one metric at one scale, by source."""
    spread = curve.spread()
    for name, value in row.items():
        spread = spread[spread[name] == value]
    return spread.set_index("source")


def drawn(rng, *, repeats, draws, samples, deviations):
    """Return losses with effects of the sample, repeat, both together, and draw."""
    of_sample, of_repeat, of_both, of_draw = deviations
    return 8 + (
        of_sample * rng.normal(size=(1, 1, samples))
        + of_repeat * rng.normal(size=(repeats, 1, 1))
        + of_both * rng.normal(size=(repeats, 1, samples))
        + of_draw * rng.normal(size=(repeats, draws, samples))
    )


def test_sources_add_up_to_the_variance_of_the_mean():
    """Estimated from one study, they agree with the deviation over many studies."""
    rng, found, means = np.random.default_rng(0), [], []
    shape = {"repeats": 4, "draws": 3, "samples": 60}
    for _ in range(100):
        values = drawn(rng, **shape, deviations=(0.5, 0.1, 0.4, 0.8))
        means.append(values.mean())
        found.append(sources(made(values, metric="neg_log_loss"))["variance"])
    mean = pd.concat(found, axis=1).mean(axis=1)
    assert mean[DRAW] == pytest.approx(0.8**2 / (60 * 4 * 3), rel=0.05)
    assert mean[TRAINING] == pytest.approx(0.1**2 / 4 + 0.4**2 / (60 * 4), rel=0.2)
    assert mean[SAMPLES] == pytest.approx(0.5**2 / 60, rel=0.1)
    assert mean.drop(TRAINED_ON).sum() == pytest.approx(np.var(means), rel=0.3)


def test_one_draw_does_not_tell_it_from_training(curve):
    found = sources(curve, scale=1, metric="accuracy")
    assert found.index.tolist() == [JOINED, SAMPLES, TRAINED_ON]
    scores = curve.scores.query(
        "scale == 1 and split == 'validation' and metric == 'accuracy'"
    )
    means = scores.groupby("repeat")["value"].mean()
    assert found.loc[JOINED, "variance"] >= means.var() / 3 - 1e-12
    assert found["share"].sum() == pytest.approx(1)


def test_one_repeat_does_not_tell_the_training():
    rng = np.random.default_rng(0)
    values = drawn(rng, repeats=1, draws=5, samples=50, deviations=(1, 1, 1, 0.5))
    found = sources(made(values, metric="neg_log_loss"))
    within = values[0].var(axis=0, ddof=1).mean() / (5 * 50)
    assert found.loc[DRAW, "variance"] == pytest.approx(within)
    total = values.mean(axis=(0, 1)).var(ddof=1) / 50
    assert found.loc[SAMPLES, "variance"] == pytest.approx(total - within)
    assert np.isnan(found.loc[TRAINING, "variance"])
    assert found.loc[TRAINING, "to_halve"] == "unknown: pass n_repeats=3"


def test_repeats_that_do_not_differ_have_no_variance():
    values = np.tile(np.arange(50) % 10 > 0, (3, 2, 1)).astype(int)
    found = sources(made(values))
    assert found.loc[[DRAW, TRAINING], "variance"].tolist() == [0, 0]
    assert found.loc[SAMPLES, "variance"] == pytest.approx(0.9 * 0.1 / 49)
    expected = (1 / 4 + 0.09) * 0.09 / 100
    assert found.loc[TRAINED_ON, "variance"] == pytest.approx(expected)


def test_draws_that_do_not_differ_have_no_variance():
    values = np.repeat([[[0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1]]], 3, axis=1)
    found = sources(made(values), metric="accuracy")
    assert found.loc[DRAW, "variance"] == 0


def test_samples_of_a_group_count_as_one():
    """Ten equal samples in each of six groups, against six samples."""
    values = np.tile(np.repeat([1, 0, 1, 1, 0, 1], 10), (2, 2, 1))
    found = sources(made(values, groups=np.arange(60) // 10))
    assert found.loc[SAMPLES, "variance"] == pytest.approx(2 / 9 / 5)
    assert found.loc[SAMPLES, "to_halve"] == "4 times the groups"
    alone = sources(made(values)).loc[TRAINED_ON, "variance"]
    assert found.loc[TRAINED_ON, "variance"] > 5 * alone


def test_a_few_repeats_have_wide_bounds():
    rng = np.random.default_rng(0)
    truth, n_inside = 0.3**2 / 3, 0
    for _ in range(60):
        values = drawn(rng, repeats=3, draws=2, samples=40, deviations=(1, 0.3, 0, 1))
        row = sources(made(values, metric="neg_log_loss")).loc[TRAINING]
        n_inside += row["lower"] ** 2 <= truth <= row["upper"] ** 2
        assert row["lower"] <= row["error"] <= row["upper"]
    assert n_inside >= 53


def test_what_halves_an_error_is_four_times_as_many():
    found = sources(made(np.random.default_rng(0).integers(0, 2, (3, 5, 40))))
    assert found["to_halve"].tolist() == [
        "n_draws=20",
        "n_repeats=12",
        "4 times the validation samples",
        "4 times the training samples",
    ]


def test_folds_that_failed_in_a_repeat_do_not_count(curve):
    scores = curve.scores.copy()
    failed = scores.eval("scale == 1 and fold == 1 and repeat == 2")
    scores.loc[failed, "value"] = np.nan
    ours = NoiseCurve(scores, predictions=curve.predictions)
    expected = NoiseCurve(
        scores.query("fold != 1"), predictions=curve.predictions.query("fold != 1")
    )
    pd.testing.assert_frame_equal(
        sources(ours, scale=1, metric="accuracy"),
        sources(expected, scale=1, metric="accuracy"),
    )


@pytest.mark.parametrize("value", [-np.inf, np.nan, 1e300])
def test_scores_that_have_no_variance(curve, value):
    found = NoiseCurve(curve.scores.assign(value=value * (curve.scores["repeat"] + 1)))
    assert found.spread()["variance"].isna().all()


def test_other_metrics_and_no_predictions_have_the_training_alone(curve):
    renamed = curve.scores.replace({"metric": {"accuracy": "f1_macro"}})
    for other in (
        sources(NoiseCurve(renamed, predictions=curve.predictions), metric="f1_macro"),
        sources(NoiseCurve(curve.scores), metric="accuracy"),
    ):
        assert set(other.index[other["variance"].notna()]) == {JOINED}
