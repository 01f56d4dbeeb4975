"""What intervals and tests say of arguments that they refuse."""

import numpy as np
import pandas as pd
import pytest

from skn_noise import statistics

RIGHT = {
    "mean_interval": {"scores": [0.5, 0.6], "validation_train_ratio": 0.25},
    "paired_difference": {
        "scores": [0.5, 0.6],
        "reference_scores": [0.4, 0.6],
        "validation_train_ratio": 0.25,
    },
    "accuracy_interval": {"correct": [1, 0], "samples": [0, 1], "n_train": 8},
    "accuracy_difference": {
        "correct": [1, 0],
        "reference_correct": [1, 1],
        "samples": [0, 1],
        "n_train": 8,
    },
    "log_loss_interval": {"probabilities": [0.5, 1], "samples": [0, 1], "n_train": 8},
    "log_loss_difference": {
        "probabilities": [0.5, 0.4],
        "reference_probabilities": [0.5, 0.6],
        "samples": [0, 1],
        "n_train": 8,
    },
    "loss_difference": {
        "losses": [0.5, 4],
        "reference_losses": [0.5, 6],
        "samples": [0, 1],
        "n_train": 8,
    },
    "wilson_interval": {"accuracy": 0.5, "n_samples": 10},
    "holm_adjusted": {"p_values": [0.5, 0.6]},
}


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        (
            "wilson_interval",
            {"accuracy": 88},
            "accuracy must be a number from 0 to 1, got 88. Divide a percentage by "
            "100, and the number of correct samples by n_samples.",
        ),
        (
            "mean_interval",
            {"validation_train_ratio": -1},
            "validation_train_ratio must be a finite number, 0 or more, got -1. Pass "
            "n_validation / n_train, for instance 1 / 4 for cv=5.",
        ),
        (
            "paired_difference",
            {"scores": [0.5, 0.6, 0.7]},
            "paired_difference expects scores and reference_scores of the same folds, "
            "but got 3 and 2 of them. Score both with the same cv.",
        ),
        ("wilson_interval", {"n_samples": 0}, "got 0. Pass the number of samples"),
        ("wilson_interval", {"confidence": 95}, "got 95. Pass 0.95 for 95 percent."),
        ("accuracy_interval", {"samples": []}, "got []. Pass the rows of X"),
        ("accuracy_interval", {"n_train": 0}, "got 0. Pass the number of training"),
        ("accuracy_interval", {"training_weight": -1}, "got -1. Pass 1 for the corr"),
        ("accuracy_interval", {"correct": [2, 0]}, "got [2, 0]. Pass, for instance,"),
        ("holm_adjusted", {"p_values": [2.0]}, "got [2.0]. Pass p values, not"),
        ("holm_adjusted", {"p_values": "a"}, "got 'a'. Pass one number for each"),
        ("holm_adjusted", {"p_values": [[0.1]]}, "shape (1, 1). Pass one list"),
        ("mean_interval", {"scores": [0.5]}, "got 1. Cross-validate with more folds"),
        ("mean_interval", {"scores": [0.5, np.nan]}, "1 of 2 are NaN or infinite"),
        ("log_loss_interval", {"probabilities": [2, 0]}, "Pass the probability of"),
        ("log_loss_interval", {"samples": [0]}, "2 and 1 entries. Pass the same"),
        ("log_loss_difference", {"samples": [0]}, "2 and 2 and 1 entries. Pass the"),
        ("loss_difference", {"losses": [-1, 0]}, "Pass, for instance, the squared"),
        ("accuracy_interval", {"clusters": [None, 1]}, "Pass the group of each sample"),
    ],
)
def test_a_refusal_says_what_came_and_how_to_mend_it(name, arguments, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (its text is compared below)
        getattr(statistics, name)(**RIGHT[name] | arguments)
    assert message in str(error.value)


DATES = np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]")
MASKED = np.ma.array([0.1, 0.2], mask=[True, False])
NO_NUMBERS = ["ab", [10**400, 1], [1j, 1], [pd.NA, 1], [[1], 1], DATES, MASKED]
NO_NUMBERS += [[[0.5, 0.6]], 3]
WRONG = {
    "scores": [*NO_NUMBERS, [0.5], [], [0.5, np.nan], [0.5, np.inf], [0, 1e300]],
    "reference_scores": [*NO_NUMBERS, [0.5, np.nan]],
    "correct": [*NO_NUMBERS, [], [0.5, 1], [2, 0], [np.nan, 1]],
    "reference_correct": [["yes", "no"], [2, 0], [1]],
    "probabilities": [*NO_NUMBERS, [], [1.1, 0.5], [-0.1, 0.5], [np.nan, 0.5]],
    "reference_probabilities": [["a", "b"], [2, 0.5], [0.5]],
    "p_values": [*NO_NUMBERS[:-1], [-0.1], [1.1]],
    "samples": [3, [], [0, 1, 2], [0, None], [[0], [0, 1]], [0, pd.NA]],
    "validation_train_ratio": [-0.1, np.nan, np.inf, "1", None],
    "n_train": [0, -1, np.nan, -np.inf, "10", None, 10**400],
    "training_weight": [-0.1, np.nan, np.inf, "1", 10**400],
    "confidence": [0, 1, 95, np.nan, "95%"],
    "accuracy": [-0.1, 88, np.nan, "1"],
    "n_samples": [0, 2.5, np.nan, np.inf, "10"],
    "clusters": [3, [], [0, 1, 2], [0, None], [0, np.nan], ["a", np.nan]],
    "folds": [[0], [0, None], pd.Categorical([0, None])],
    "repeats": [[0], [0, None]],
    "losses": [*NO_NUMBERS, [], [-0.1, 0.5], [np.nan, 0.5], [np.inf, 1]],
    "reference_losses": [["a", "b"], [-2, 0.5], [0.5]],
    "weights": [["a", "b"], [1], [1, 0], [1, np.inf], [1, np.nan]],
}
VALIDATIONS = [
    "training_weight",
    "confidence",
    "clusters",
    "folds",
    "repeats",
    "weights",
]
OPTIONS = {
    "mean_interval": ["confidence"],
    "accuracy_interval": VALIDATIONS,
    "log_loss_difference": VALIDATIONS,
    "loss_difference": VALIDATIONS,
    "wilson_interval": ["confidence"],
}


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (function, name)
        for function, right in RIGHT.items()
        for name in [*right, *OPTIONS.get(function, [])]
    ],
)
def test_every_argument_is_checked_and_named(function, name):
    assert getattr(statistics, function)(**RIGHT[function]) is not None
    for wrong in WRONG[name]:
        with pytest.raises(ValueError, match=name):
            getattr(statistics, function)(**RIGHT[function] | {name: wrong})
