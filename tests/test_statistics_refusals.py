"""What intervals and tests say of arguments that they refuse, to the last word."""

import numpy as np
import pandas as pd
import pytest

from skn_noise import statistics

FOLDS = {"validation_train_ratio": 0.25}
SAMPLES = {"samples": [0, 1], "n_train": 8}


@pytest.mark.parametrize(
    ("name", "arguments", "options", "message"),
    [
        (
            "wilson_interval",
            [88],
            {"n_samples": 100},
            "accuracy must be a number from 0 to 1, got 88. Divide a percentage by "
            "100, and the number of correct samples by n_samples.",
        ),
        (
            "wilson_interval",
            [0.5],
            {"n_samples": 0},
            "n_samples must be a whole number, 1 or more, got 0. Pass the number of "
            "samples in the holdout, for instance len(y_validation).",
        ),
        (
            "wilson_interval",
            [0.5],
            {"n_samples": 10, "confidence": 95},
            "confidence must be a number between 0 and 1, got 95. Pass 0.95 for 95 "
            "percent.",
        ),
        (
            "effective_n_samples",
            [[]],
            {"n_train": 8, "training_weight": 1},
            "samples must be a list with the sample of every validation, got []. "
            "Pass the rows of X that were validated, with all folds concatenated.",
        ),
        (
            "effective_n_samples",
            [[0]],
            {"n_train": 0, "training_weight": 1},
            "n_train must be a number of samples, 1 or more, got 0. Pass the number "
            "of training samples of each fit, for instance len(y_train).",
        ),
        (
            "effective_n_samples",
            [[0]],
            {"n_train": 8, "training_weight": -1},
            "training_weight must be a number from 0 to 1000, got -1. Pass 1 for "
            "the correction of Nadeau and Bengio, 0 for none.",
        ),
        (
            "holm_adjusted",
            [[2.0]],
            {},
            "p_values must lie between 0 and 1, got [2.0]. Pass p values, not test "
            "statistics or percentages.",
        ),
        (
            "holm_adjusted",
            ["a"],
            {},
            "p_values must be a list of numbers, got 'a'. Pass one number for each "
            "fold "
            "or test.",
        ),
        (
            "holm_adjusted",
            [[[0.1]]],
            {},
            "p_values must have one dimension, got shape (1, 1). Pass one list of "
            "numbers at a time.",
        ),
        (
            "mean_interval",
            [[0.5]],
            FOLDS,
            "An interval needs the scores of at least two folds, got 1. "
            "Cross-validate with more folds, for instance cv=5.",
        ),
        (
            "mean_interval",
            [[0.5, np.nan]],
            FOLDS,
            "scores must be finite, but 1 of 2 are NaN or infinite, or 1e+150 or more, whose squares are. Drop the failed "  # noqa: E501
            "folds, also from the scores they are paired with.",
        ),
        (
            "mean_interval",
            [[0.5, 0.6]],
            {"validation_train_ratio": -1},
            "validation_train_ratio must be a finite number, 0 or more, got -1. Pass "
            "n_validation / n_train, for instance 1 / 4 for cv=5.",
        ),
        (
            "paired_difference",
            [[0.5, 0.6, 0.7], [0.5, 0.6]],
            FOLDS,
            "paired_difference expects scores and reference_scores of the same folds, "
            "but got 3 and 2 of them. Score both with the same cv.",
        ),
        (
            "accuracy_difference",
            [[2, 0], [1, 0]],
            SAMPLES,
            "correct must be a list with True or False for each validation, got "
            "[2, 0]. "
            "Pass, for instance, y_pred == y_validation.",
        ),
        (
            "log_loss_difference",
            [[2.0, 0.5], [0.5, 0.5]],
            SAMPLES,
            "probabilities must be a list of numbers between 0 and 1, one for each "
            "validation, got [2.0, 0.5]. Pass the probability of each target.",
        ),
        (
            "log_loss_interval",
            [[0.5, 0.6, 0.7]],
            SAMPLES,
            "probabilities and samples must have one entry for each validation, "
            "but got "
            "3 and 2 entries. Pass the same validations in the same order.",
        ),
    ],
)
def test_refusal(name, arguments, options, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the whole text is compared)
        getattr(statistics, name)(*arguments, **options)
    assert str(error.value) == message


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
    "wilson_interval": {"accuracy": 0.5, "n_samples": 10},
    "holm_adjusted": {"p_values": [0.5, 0.6]},
}
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
    "n_train": [0, -1, np.nan, np.inf, "10", None, 10**400],
    "training_weight": [-0.1, np.nan, np.inf, "1", 10**400],
    "confidence": [0, 1, 95, np.nan, "95%"],
    "accuracy": [-0.1, 88, np.nan, "1"],
    "n_samples": [0, 2.5, np.nan, np.inf, "10"],
    "weights": [["a", "b"], [1], [1, 0], [1, np.inf], [1, np.nan]],
}
OPTIONS = {
    "mean_interval": ["confidence"],
    "accuracy_interval": ["training_weight", "confidence", "weights"],
    "log_loss_difference": ["training_weight", "confidence", "weights"],
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
