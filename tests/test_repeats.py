"""Repeats of a study draw noise and network anew, on the same folds."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import Pipeline

from skn_noise import GaussianNoiseTransformer, noise_curve
from skn_noise.study._plan import params_of_repeat, random_states_of

SCALES = [0.5, 2.0]


def estimator(noise_seed=0, seed=0):
    return Pipeline(
        [
            ("noise", GaussianNoiseTransformer(random_state=noise_seed)),
            ("classifier", SGDClassifier(max_iter=20, tol=None, random_state=seed)),
        ]
    )


def studied(n_repeats, pipeline=None, **params):
    X, y = load_iris(return_X_y=True)
    pipeline = estimator() if pipeline is None else pipeline
    defaults = {"scales": SCALES, "cv": 3, "n_repeats": n_repeats}
    return noise_curve(pipeline, X, y, **(defaults | params))


def repeat(table, number):
    return table[table["repeat"] == number].reset_index(drop=True)


def values(curve, number):
    return repeat(curve.scores, number)["value"].to_numpy()


def test_the_first_repeat_is_the_study_of_one():
    one, three = studied(1), studied(3)
    assert set(one.scores["repeat"]) == {0}
    np.testing.assert_array_equal(values(one, 0), values(three, 0))
    first = repeat(three.predictions, 0)
    pd.testing.assert_frame_equal(first, one.predictions, check_exact=True)


def test_repeats_differ_and_can_be_repeated():
    curve, again = studied(3), studied(3)
    assert set(curve.scores["repeat"]) == set(curve.predictions["repeat"]) == {0, 1, 2}
    assert (values(curve, 1) != values(curve, 2)).any()
    assert (values(curve, 1) != values(curve, 0)).any()
    for number in range(3):
        np.testing.assert_array_equal(values(curve, number), values(again, number))


def test_repeats_keep_the_folds():
    predictions = studied(2).predictions
    first, second = (repeat(predictions, number)["sample"] for number in (0, 1))
    np.testing.assert_array_equal(first, second)


def test_a_repeat_is_the_study_of_its_seeds():
    seed = int(np.random.SeedSequence([0, 2]).generate_state(1)[0] >> 1)
    alone = studied(1, estimator(seed, seed))
    np.testing.assert_array_equal(values(studied(3), 2), values(alone, 0))


@pytest.mark.parametrize("training", ["frozen", "clean"])
def test_regimes_have_repeats(training):
    curve = studied(2, training=training)
    assert (values(curve, 0) != values(curve, 1)).any()


def test_generators_are_varied_and_none_stays_none():
    generator = np.random.RandomState(0)
    pipeline = estimator(generator, None)
    varied = params_of_repeat(pipeline, 1)
    assert varied["classifier__random_state"] is None
    drawn = varied["noise__random_state"].randint(2**31)
    assert drawn != np.random.RandomState(0).randint(2**31)
    again = params_of_repeat(pipeline, 1)["noise__random_state"].randint(2**31)
    assert drawn == again


def test_seeds_are_found_at_any_depth():
    assert list(random_states_of(SGDClassifier())) == ["random_state"]
    nested = Pipeline([("inner", estimator()), ("last", SGDClassifier())])
    assert list(random_states_of(nested)) == [
        "inner__classifier__random_state",
        "inner__noise__random_state",
        "last__random_state",
    ]


def test_more_repeats_cost_only_their_own_cells(tmp_path):
    one = studied(1, memory=tmp_path)
    folder = tmp_path / "skn_noise-cells"
    assert len(list(folder.glob("*/*-*.json"))) == 6
    two = studied(2, memory=tmp_path)
    assert len(list(folder.glob("*/*-*.json"))) == 12
    np.testing.assert_array_equal(values(one, 0), values(two, 0))
    np.testing.assert_array_equal(values(two, 1), values(studied(2), 1))


def test_no_repeat():
    with pytest.raises(ValueError, match=r"'n_repeats' .* Got 0"):
        studied(0)
