"""Folds that a user lists, by the numbers of their samples or by masks."""

import numpy as np
import pandas as pd
import pytest
from per_sample import noisy
from sklearn.datasets import load_iris
from sklearn.model_selection import KFold

from skn_noise import noise_curve

X, Y = load_iris(return_X_y=True)
FOLDS = list(KFold(3, shuffle=True, random_state=0).split(X))
PIPELINE = noisy()


def studied(cv):
    return noise_curve(PIPELINE, X, Y, scales=[1.0], cv=cv, scoring="accuracy")


def samples(cv):
    return studied(cv).predictions["sample"].tolist()


def as_masks(indices):
    return np.isin(np.arange(150), indices)


def from_the_end(indices):
    return indices - 150


@pytest.mark.parametrize(
    "written", [as_masks, from_the_end, list], ids=["masks", "from the end", "lists"]
)
def test_listed_folds_choose_the_samples_of_the_splitter(written):
    listed = [(written(train), written(validation)) for train, validation in FOLDS]
    ours, expected = (studied(folds) for folds in (listed, FOLDS))
    columns = ["n_train", "n_validation", "value"]
    pd.testing.assert_frame_equal(
        ours.scores[columns], expected.scores[columns], check_exact=True
    )
    assert ours.predictions["sample"].equals(expected.predictions["sample"])


@pytest.mark.parametrize("number", [-150, 149])
def test_the_first_and_the_last_sample_can_be_chosen(number):
    assert samples([(np.arange(1, 149), [number])]) == [number % 150]


@pytest.mark.parametrize("number", [-151, 150])
def test_numbers_beyond_the_samples_are_refused(number):
    with pytest.raises(ValueError, match="there are 150 samples, counted from 0"):
        studied([(np.arange(1, 149), [0, number])])
    with pytest.raises(ValueError, match="there are 150 samples, counted from 0"):
        studied([(np.arange(number, number + 2), [0])])


def test_no_number_of_folds_means_5_of_them():
    assert studied(None).scores["fold"].nunique() == 5


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_a_fold_without_samples_to_validate_on_costs_no_other_fold():
    scores = studied([(np.arange(100), []), (np.arange(100), [3, 4])]).scores
    values = scores.query("split == 'validation'").set_index("fold")["value"]
    assert values.isna().tolist() == [True, False]
