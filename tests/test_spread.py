import numpy as np
import pytest
from per_sample import as_predicted
from sklearn.metrics import log_loss

from skn_noise import NoiseCurve


@pytest.fixture
def curve(repeated_curve):
    return repeated_curve


def row_of(curve, scale=1, split="validation", metric="accuracy"):
    spread = curve.spread().set_index(["scale", "split", "metric"])
    return spread.loc[(scale, split, metric)]


def test_between_repeats_is_the_deviation_of_their_means(curve):
    scores = curve.scores.query(
        "scale == 1 and split == 'validation' and metric == 'accuracy'"
    )
    means = scores.groupby("repeat")["value"].mean()
    row = row_of(curve)
    assert row["between_repeats"] == pytest.approx(means.std())
    assert row["mean"] == pytest.approx(means.mean())
    assert row["n_repeats"] == 3


def test_between_samples_is_the_standard_error_of_one_repeat(curve):
    rows = curve.predictions.query("scale == 1")
    correct = (rows["target"] == rows["prediction"]).astype(float)
    variances = correct.groupby(rows["repeat"]).var() / 300
    expected = np.sqrt(variances.mean())
    assert row_of(curve)["between_samples"] == pytest.approx(expected)


@pytest.mark.parametrize("scale", [0.1, 1])  # at 0.1 there are probabilities of 0
def test_between_samples_of_the_log_loss(curve, scale):
    rows = curve.predictions.query("scale == @scale")
    eps = np.finfo(float).eps
    losses = -np.log(np.clip(rows["probability"], eps, 1 - eps))
    variances = losses.groupby(rows["repeat"]).var() / 300
    row = row_of(curve, scale, metric="neg_log_loss")
    assert row["between_samples"] == pytest.approx(np.sqrt(variances.mean()))
    certain = np.column_stack([np.exp(-losses), 1 - np.exp(-losses)])
    pooled = log_loss(np.zeros(len(certain)), certain, labels=[0, 1])
    assert row["mean"] == pytest.approx(-pooled)


def test_validations_of_one_sample_count_as_one_sample():
    rows = [(1, fold, repeat, i, i % 2, 0) for fold in (0, 1) for i in range(50)
            for repeat in (0, 1)]  # fmt: skip
    assert row_of(as_predicted(rows))["between_samples"] == pytest.approx(
        np.sqrt(0.25 / 49)
    )


def test_two_samples_have_a_standard_error_and_one_has_none():
    rows = [(1, 0, repeat, i, i, 0) for i in (0, 1) for repeat in (0, 1)]
    assert row_of(as_predicted(rows))["between_samples"] == 0.5
    assert np.isnan(row_of(as_predicted(rows[:2]))["between_samples"])


def test_equal_repeats_have_no_spread_between_them():
    # The mean of three times 0.1 rounds to another number.
    rows = [(1, 0, repeat, i, i % 10, 0) for i in range(50) for repeat in (0, 1, 2)]
    assert row_of(as_predicted(rows))["between_repeats"] == 0


def test_rows_have_the_order_of_the_summary(curve):
    renamed = NoiseCurve(curve.scores.replace({"metric": {"accuracy": "z"}}))
    names = ["scale", "split", "metric"]
    assert renamed.spread()[names].equals(renamed.summary()[names])


def test_folds_that_failed_in_a_repeat_do_not_count(curve):
    scores = curve.scores.copy()
    failed = scores.eval("scale == 1 and fold == 1 and repeat == 2")
    scores.loc[failed, "value"] = np.nan
    expected = NoiseCurve(scores.query("fold != 1"))
    assert row_of(NoiseCurve(scores)).equals(row_of(expected))


@pytest.mark.parametrize("values", [-np.inf, np.nan])
def test_scores_that_are_not_finite_have_no_spread(curve, values):
    scores = curve.scores.assign(value=values)
    assert np.isnan(row_of(NoiseCurve(scores))["between_repeats"])


def test_scores_too_large_to_be_squared_have_no_spread(curve):
    scores = curve.scores.assign(value=1e300 * curve.scores["repeat"])
    assert np.isnan(row_of(NoiseCurve(scores))["between_repeats"])


def test_training_scores_and_other_metrics_have_no_error_of_samples(curve):
    assert np.isnan(row_of(curve, split="train")["between_samples"])
    renamed = curve.scores.replace({"metric": {"accuracy": "f1_macro"}})
    other = NoiseCurve(renamed, predictions=curve.predictions)
    assert np.isnan(row_of(other, metric="f1_macro")["between_samples"])


def test_without_predictions_repeats_still_compare(curve):
    row = row_of(NoiseCurve(curve.scores))
    assert row["between_repeats"] == row_of(curve)["between_repeats"]
    assert np.isnan(row["between_samples"])
