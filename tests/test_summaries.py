import numpy as np
import pandas as pd
import pytest
from curves import as_arrays
from sklearn.model_selection import RepeatedStratifiedKFold, ShuffleSplit

from skn_noise import NoiseCurve, noise_curve
from skn_noise.statistics import (
    holm_adjusted,
    mean_interval,
    paired_difference,
    wilson_interval,
)

SCALES = [0.5, 2.0]


def test_summary_is_over_the_folds(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    summary = curve.summary().set_index(["scale", "split", "metric"])
    values = as_arrays(curve)[1].loc[2.0]
    row = summary.loc[(2.0, "validation", "accuracy")]
    assert row["mean"] == pytest.approx(values.mean())
    assert row["std"] == pytest.approx(values.std(ddof=1))
    assert row["n"] == 3


def test_repeated_folds_all_count(quick_pipeline, digits):
    cv = RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0)
    curve = noise_curve(quick_pipeline, *digits, scales=[1.0], cv=cv)
    summary = curve.summary().set_index(["split", "metric"])
    assert (summary["n"] == 6).all()
    expected = mean_interval(as_arrays(curve)[1].loc[1.0], validation_train_ratio=1 / 2)
    bounds = summary.loc[("validation", "accuracy"), ["lower", "upper"]]
    assert tuple(bounds) == pytest.approx(expected)


def test_interval_of_folds_is_corrected_for_their_overlap(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    summary = curve.summary().set_index(["scale", "split", "metric"])
    for metric in ("accuracy", "neg_log_loss"):
        scores = as_arrays(curve, metric)[1].loc[2.0]
        bounds = summary.loc[(2.0, "validation", metric), ["lower", "upper"]]
        expected = mean_interval(scores, validation_train_ratio=100 / 200)
        assert tuple(bounds) == pytest.approx(expected)


def test_interval_of_one_holdout_is_wilsons_for_accuracy_alone(quick_pipeline, digits):
    cv = ShuffleSplit(1, test_size=0.2, random_state=0)
    curve = noise_curve(quick_pipeline, *digits, scales=[1.0], cv=cv)
    summary = curve.summary().set_index(["split", "metric"])
    accuracy = summary.loc[("validation", "accuracy")]
    expected = wilson_interval(accuracy["mean"], n_samples=60)
    assert tuple(accuracy[["lower", "upper"]]) == pytest.approx(expected)
    assert np.isnan(summary.loc[("validation", "neg_log_loss"), "lower"])


def test_training_scores_have_no_interval(quick_pipeline, digits):
    summary = noise_curve(quick_pipeline, *digits, scales=[1.0], cv=3).summary()
    assert summary.query("split == 'train'")[["lower", "upper"]].isna().all(axis=None)


def test_summary_of_scores_read_from_a_file(quick_pipeline, digits, tmp_path):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    curve.scores.to_csv(tmp_path / "scores.csv", index=False)
    read = NoiseCurve(pd.read_csv(tmp_path / "scores.csv"))
    pd.testing.assert_frame_equal(read.summary(), curve.summary())


def test_cost_is_paired_by_fold_and_adjusted_over_the_scales(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=[0.5, 1.0, 2.0], cv=3)
    cost = curve.cost().query("metric == 'accuracy'").set_index("scale")
    scores = as_arrays(curve)[1]
    expected = [
        paired_difference(
            scores.loc[scale], scores.loc[0.5], validation_train_ratio=1 / 2
        )
        for scale in (1.0, 2.0)
    ]
    names = ["difference", "lower", "upper", "p_value"]
    np.testing.assert_allclose(cost.loc[[1.0, 2.0], names], expected)
    np.testing.assert_allclose(cost["p_adjusted"], holm_adjusted(cost["p_value"]))
    assert (cost["reference"] == 0.5).all()
    assert (cost["n"] == 3).all()
    assert (cost["difference"] < 0).all()


def test_cost_to_another_reference(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    there, back = curve.cost(), curve.cost(reference=2.0)
    np.testing.assert_allclose(there["difference"], -back["difference"])
    np.testing.assert_allclose(there["p_value"], back["p_value"])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_cost_leaves_out_folds_in_which_a_scale_failed(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=4)
    failed = (curve.scores["scale"] == 2.0) & (curve.scores["fold"] == 1)
    curve.scores.loc[failed, "value"] = np.nan
    assert (curve.cost()["n"] == 3).all()


def test_cost_to_a_scale_that_was_not_run(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    with pytest.raises(ValueError, match=r"one of \[0\.5, 2\.0\]; got 3\.0"):
        curve.cost(reference=3.0)


def test_cost_of_one_scale(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=[0.5], cv=3)
    with pytest.raises(ValueError, match="Run at least two"):
        curve.cost()


def with_losses(curve, losses):
    """The curve, with the losses of the folds at its largest scale put in place."""
    scores = curve.scores
    is_loss = (scores["metric"] == "neg_log_loss") & (scores["scale"] == 2.0)
    scores.loc[is_loss & (scores["split"] == "validation"), "value"] = losses
    return curve


@pytest.mark.parametrize(
    ("losses", "difference", "n"),
    [
        ([-3, np.nan, np.nan], "known", 1),
        ([np.nan] * 3, "unknown", 0),
        ([-3, -np.inf, -3], "infinite", 3),
    ],
)
def test_a_metric_without_two_folds_leaves_the_cost_of_others(
    quick_pipeline, digits, losses, difference, n
):
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=3)
    expected = curve.cost().query("metric == 'accuracy'")
    cost = with_losses(curve, losses).cost()
    pd.testing.assert_frame_equal(cost.query("metric == 'accuracy'"), expected)
    (loss,) = cost.query("metric == 'neg_log_loss'").to_dict("records")
    assert np.isnan([loss[name] for name in ("lower", "upper", "p_value")]).all()
    assert np.isnan(loss["p_adjusted"])
    assert loss["n"] == n
    kinds = {"known": np.isfinite, "unknown": np.isnan, "infinite": np.isneginf}
    assert kinds[difference](loss["difference"])


def test_scales_without_two_folds_do_not_count_as_tests(quick_pipeline, digits):
    curve = noise_curve(quick_pipeline, *digits, scales=[0.5, 1.0, 2.0], cv=3)
    cost = with_losses(curve, [np.nan] * 3).cost()
    tested, other = cost.query("metric == 'neg_log_loss'").to_dict("records")
    assert tested["p_adjusted"] == tested["p_value"]
    assert np.isnan(other["p_adjusted"])


def test_cost_on_one_holdout(quick_pipeline, digits):
    cv = ShuffleSplit(1, random_state=0)
    curve = noise_curve(quick_pipeline, *digits, scales=SCALES, cv=cv)
    with pytest.raises(ValueError, match="at least two folds, got 1"):
        curve.cost()
