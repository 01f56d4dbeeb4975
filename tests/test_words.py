"""What a study found, in sentences and tables, compared to the last word."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from curves import curve_of

from skn_noise import NoiseCurve, NoiseMatrix
from skn_noise.results._html import best_training, describe_best_training
from skn_noise.results._summary import describe_cost

NAN = np.nan


FALLS, RISES = [[0.9, 0.8], [0.8, 0.65]], [[0.8, 0.9], [0.7, 0.82]]
SURE, SURELY_UP = [[0.9, 0.8], [0.8, 0.71]], [[0.8, 0.9], [0.71, 0.8]]
LOSS = "neg_log_loss"


@pytest.mark.parametrize(
    ("folds", "metric", "sentence"),
    [
        (FALLS, "accuracy", "no clear difference to validation accuracy (-12.5 points"),
        (FALLS, "accuracy", " 95 % interval -51.4 to +26.4): 0.725 instead of 0.850."),
        (RISES, "accuracy", "no clear difference to validation accuracy (+11.0 points"),
        ([[-0.5, -0.9], [-0.6, -0.9]], LOSS, "clear difference to validation log loss"),
        ([[-0.5, -0.9], [-0.6, -0.9]], LOSS, "(+0.35, 95 % interval -0.428 to +1.13)"),
        ([[-0.9, -0.5], [-0.9, -0.6]], LOSS, "(-0.35, 95 % interval -1.13 to +0.428)"),
        (FALLS, "f1", "(-0.125, 95 % interval -0.514 to +0.264): 0.725 instead of 0.8"),
        ([[-0.5, -0.5], [-0.6, -0.6]], LOSS, "makes no difference to validation log l"),
        (SURE, "accuracy", "costs 9.5 points of validation accuracy (95 % interval 1."),
        (SURE, "accuracy", " to 17.3): 0.755 instead of 0.850."),
        (SURELY_UP, "accuracy", "wins 9.5 points of validation accuracy (95 % interva"),
        ([[-0.5, -0.9], [-0.51, -0.9]], LOSS, "raises validation log loss by 0.395 (9"),
        ([[-0.9, -0.5], [-0.9, -0.51]], LOSS, "lowers validation log loss by 0.395 (9"),
        (SURE, "f1", "costs 0.095 of validation f1 (95 % interval 0.0172 to 0.173)"),
        ([[0.8, 0.8]], "accuracy", "validation accuracy: 0.800 instead of 0.800."),
        ([[-0.8, -0.8]], LOSS, "validation log loss: 0.8 instead of 0.8."),
    ],
)
def test_the_cost_of_the_greatest_noise_is_one_sentence(folds, metric, sentence):
    found = describe_cost(curve_of(*folds, scales=[1, 2], metric=metric))
    assert found.startswith("Noise of scale 2 instead of 1 ")
    assert sentence in found


@pytest.mark.parametrize(
    ("folds", "sentence"),
    [
        ([[0.9, NAN], [0.8, NAN]], "Validation f1 at scale 1 is 0.85."),
        ([[NAN, 0.7]], "Validation f1 at scale 2 is 0.7."),
        ([[NAN, NAN]], "There is no validation f1, as no fit was scored."),
    ],
)
def test_a_single_scale_costs_nothing(folds, sentence):
    assert describe_cost(curve_of(*folds, scales=[1, 2], metric="f1")) == sentence


@pytest.mark.parametrize(
    ("training", "apply_to", "words"),
    [
        ("frozen", "'test'", "when the model is trained on such noise"),
        ("fresh", "'test'", "when the model is trained on such noise"),
        ("clean", "'both'", "when the model is trained without noise"),
        (None, "'both'", "when the model is trained on such noise"),
        (None, "'test'", "when the model is trained without noise"),
        (
            None,
            "'train'",
            "when the model is trained on such noise and validated without it",
        ),
    ],
)
def test_sentences_name_the_noise_in_training_and_the_unit(training, apply_to, words):
    manifest = {
        "training": training,
        "param_name": "steps__noise__scale",
        "parameters": {"steps__noise__apply_to": apply_to, "apply_to": "'other'"},
        "unit": "grey levels",
    }
    curve = replace(curve_of([0.9, 0.8], scales=[1, 2]), manifest=manifest)
    assert describe_cost(curve) == (
        "Noise of scale 2 instead of 1, in grey levels, costs 10.0 points of "
        f"validation accuracy {words}: 0.800 instead of 0.900."
    )
    assert f"or less), in grey levels, {words}; scales" in str(curve.tolerance(0.9))


def test_sentences_say_nothing_of_a_training_that_is_not_known():
    manifest = {"training": None, "param_name": "scale", "parameters": {}}
    curve = replace(curve_of([0.9, 0.8], scales=[1, 2]), manifest=manifest)
    unit = "in the units of the data that the noise is added to"
    assert f"), {unit}; scale" in str(curve.tolerance(0.5))


def test_another_parameter_than_the_scale_of_noise_has_no_unit():
    manifest = {"param_name": "bayes__var_smoothing", "parameters": {}, "unit": None}
    curve = replace(curve_of([0.9, 0.8], scales=[1, 2]), manifest=manifest)
    assert ": 2 or more); scale 8" in str(curve.tolerance(0.5))
    assert "unit" not in describe_cost(curve)


def test_the_cost_is_of_the_metric_asked_for_in_validation():
    tables = [
        curve_of([0.8, 0.9, 0.85], scales=[2, 1, 1.5]).scores,
        curve_of([0.5, 0.4], scales=[1, 2], metric="f1").scores,
        curve_of([0.6, 0.5], scales=[1, 2], metric="f1").scores.assign(split="train"),
    ]
    curve = NoiseCurve(pd.concat(tables))
    assert "accuracy: 0.800 instead of 0.900." in describe_cost(curve)
    assert "f1: 0.4 instead of 0.5." in describe_cost(curve, "f1")


# --- which noise in training serves best ----------------------------------------------


def best_of(metric, *rows):
    columns = ["train_scale", "validation_scale", "value"]
    scores = pd.DataFrame(rows, columns=columns).assign(fold=0, metric=metric)
    other = scores.assign(metric="other", value=-scores["value"])
    matrix = NoiseMatrix(pd.concat([scores, other]))
    table = best_training(matrix, metric)
    return table, describe_best_training(table, metric)


def test_the_best_and_the_worst_noise_in_training_are_named_for_every_scale():
    rows = [(0.0, 1.0, 0.9), (2.0, 1.0, 0.8), (3.0, 1.0, NAN)]
    rows += [(0.0, 4.0, 0.5), (2.0, 4.0, 0.7), (3.0, 4.0, 0.6)]
    table, sentence = best_of("accuracy", *rows)
    assert table.index.name == "scale in validation"
    assert list(table) == [
        "best in training",
        "accuracy of the best",
        "worst in training",
        "accuracy of the worst",
    ]
    assert table.loc[1.0].tolist() == [0.0, 0.9, 2.0, 0.8]
    assert table.loc[4.0].tolist() == [2.0, 0.7, 0.0, 0.5]
    assert sentence == (
        "Validated at scale 4, accuracy is 0.700 after training at scale 2, the best, "
        "and 0.500 at scale 0, the worst."
    )


def test_the_best_loss_is_the_least():
    table, sentence = best_of("neg_log_loss", (0.0, 1.0, -0.9), (2.0, 1.0, -0.4))
    assert table.iloc[0].tolist() == [2.0, 0.4, 0.0, 0.9]
    assert sentence == (
        "Validated at scale 1, log loss is 0.400 after training at scale 2, the best, "
        "and 0.900 at scale 0, the worst."
    )


def test_a_single_noise_in_training_is_neither_best_nor_worst():
    _, sentence = best_of("accuracy", (2.0, 1.0, 0.9))
    assert sentence == (
        "Validated at scale 1, accuracy is 0.900 after training at scale 2."
    )


def test_a_matrix_without_a_score_has_no_best_noise():
    table, sentence = best_of("accuracy", (0.0, 1.0, NAN))
    assert table.empty
    assert sentence == "No fit could be scored."
