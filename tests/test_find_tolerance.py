from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from per_sample import noisy
from recorded import Recorded
from sklearn.datasets import make_blobs
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import KFold, ShuffleSplit
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import Pipeline

from skn_noise import GaussianNoiseTransformer, find_tolerance, noise_curve

CENTROID = noisy(NearestCentroid())


@pytest.fixture(scope="module")
def blobs():
    return make_blobs(150, n_features=5, centers=3, random_state=0, cluster_std=2.0)


@pytest.fixture(scope="module")
def found(blobs):
    return find_tolerance(CENTROID, *blobs, relative=0.9, ratio=1.3, cv=3)


def scales_of(curve):
    return curve.scores["scale"].unique().tolist()


def fits_of(path):
    return pd.read_csv(path, sep=" ", names=["scale", "process"])["scale"].tolist()


def test_the_tolerance_is_that_of_the_curve(found):
    curve, tolerance = found
    assert tolerance == replace(
        curve.tolerance(relative=0.9), ratio=1.3, next_scales=()
    )
    assert tolerance.lower < tolerance.scale < tolerance.upper


def test_the_scores_are_those_of_noise_curve_at_the_same_scales(found, blobs):
    curve, _ = found
    whole = noise_curve(CENTROID, *blobs, scales=sorted(scales_of(curve)), cv=3)
    key = ["scale", "fold", "split", "metric", "value"]
    expected, scores = (
        one.scores[key].sort_values(key, ignore_index=True) for one in (whole, curve)
    )
    pd.testing.assert_frame_equal(scores, expected)
    assert curve.manifest["study"] == whole.manifest["study"]
    assert len(curve.predictions) == len(whole.predictions)


def test_samples_that_do_not_decide_end_the_search(found):
    _, tolerance = found
    assert tolerance.upper / tolerance.lower > 1.3
    words = "; more samples, draws or repeats would narrow the interval"
    assert str(tolerance).endswith(words)


def test_the_search_ends_as_soon_as_the_interval_is_narrow_enough(blobs):
    curve, tolerance = find_tolerance(CENTROID, *blobs, target=0.6, ratio=20, cv=3)
    assert 1 < tolerance.upper / tolerance.lower <= 20
    assert len(scales_of(curve)) <= 4


def test_without_intervals_the_means_are_bracketed(blobs):
    holdout = ShuffleSplit(1, random_state=0)
    options = {"scoring": "f1_macro", "cv": holdout, "relative": 0.8, "ratio": 3}
    curve, tolerance = find_tolerance(CENTROID, *blobs, **options)
    assert np.isnan([tolerance.lower, tolerance.upper]).all()
    scales = np.array(scales_of(curve))
    above = scales[scales > tolerance.scale].min()
    assert 1 < above / scales[scales <= tolerance.scale].max() <= 3


def test_no_more_scales_are_run_than_asked_for(blobs):
    curve, tolerance = find_tolerance(CENTROID, *blobs, target=0.05, max_scales=4, cv=3)
    assert scales_of(curve) == [0, 1, 4, 16]  # a guess reaches the target
    assert (tolerance.lower, tolerance.upper) == (16, np.inf)
    assert "scale 64 would narrow" in str(tolerance)


def test_a_smaller_tolerance_than_the_first_scales_is_found(blobs):
    _, tolerance = find_tolerance(
        CENTROID, *blobs, relative=0.8, scales=[64, 0], ratio=16, cv=3
    )
    assert 0 < tolerance.lower < tolerance.scale < tolerance.upper < 64
    assert tolerance.smallest_scale == 0


def test_a_forest_on_digits_takes_less_than_half_the_fits_of_a_grid(digits):
    noise = GaussianNoiseTransformer(random_state=0)
    forest = RandomForestClassifier(10, random_state=0)
    forest = Pipeline([("noise", noise), ("forest", forest)])
    X, y = digits
    curve, tolerance = find_tolerance(forest, 16 * X, y, relative=0.8, cv=3)
    scales = scales_of(curve)
    grid = np.log(max(scales) / min(scales[1:])) / np.log(1.1)
    assert len(scales) <= grid / 2
    assert tolerance.next_scales == ()


def test_a_study_without_noise_in_training_fits_a_fold_a_few_times(blobs):
    curve, _ = find_tolerance(
        CENTROID, *blobs, relative=0.8, training="clean", ratio=1.5, cv=3
    )
    n_fits = curve.scores["fit_seconds"].nunique() / 3
    assert n_fits <= 4 < len(scales_of(curve))


def test_an_interrupted_search_goes_on_where_it_was(blobs, tmp_path):
    log = tmp_path / "log"
    log.touch()
    arguments = (Recorded(str(log)), *blobs)
    options = {"relative": 0.9, "param_name": "scale", "cv": 2, "memory": tmp_path}
    find_tolerance(*arguments, max_scales=3, **options)
    assert len(fits_of(log)) == 2 * 3
    curve, _ = find_tolerance(*arguments, max_scales=5, **options)
    assert sorted(fits_of(log)) == sorted(2 * scales_of(curve))


@pytest.mark.parametrize(
    "cv",
    [
        lambda X: KFold(3, shuffle=True, random_state=np.random.RandomState(0)),
        lambda X: KFold(3).split(X),
    ],
)
def test_every_round_has_the_same_folds(blobs, cv):
    curve, _ = find_tolerance(
        CENTROID, *blobs, relative=0.9, cv=cv(blobs[0]), max_scales=3
    )
    assert len(curve.manifest["folds"]) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "got target=None and relative=None"),
        ({"target": 0.9, "relative": 0.9}, "got target=0.9 and relative=0.9"),
        ({"relative": 2}, "greater than 0 and at most 1; got 2"),
        ({"relative": 0.9, "cv": ShuffleSplit(2)}, "Set its random_state to an int"),
        ({"relative": 0.9, "ratio": 1}, "'ratio'"),
        ({"relative": 0.9, "max_scales": 0}, "'max_scales'"),
        ({"relative": 0.9, "max_scales": 61}, "'max_scales'"),
        ({"relative": 0.9, "scales": [1, 1]}, "each scale once"),
        ({"relative": 0.9, "confidence": 95}, "got 95"),
    ],
)
def test_a_refusal_comes_before_the_first_fit(blobs, tmp_path, options, message):
    log = tmp_path / "log"
    with pytest.raises(ValueError, match=message):
        find_tolerance(Recorded(str(log)), *blobs, param_name="scale", **options)
    assert not log.exists()


def test_an_option_that_noise_curve_does_not_have(blobs):
    with pytest.raises(TypeError, match=r"no parameter 'job'. Did you mean"):
        find_tolerance(CENTROID, *blobs, relative=0.9, job=2)


def test_a_target_that_not_even_no_noise_reaches(blobs):
    with pytest.raises(ValueError, match=r"1 is above every mean accuracy; the high"):
        find_tolerance(CENTROID, *blobs, target=1, cv=3)
