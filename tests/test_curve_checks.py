import numpy as np
import pandas as pd
import pytest
from per_sample import noisy, predicted_curve

from skn_noise import NoiseCurve, NoiseMatrix


@pytest.fixture(scope="module")
def curve(digits):
    return predicted_curve(noisy(), *digits, scales=[0.1, 1])


def remade(curve, **changes):
    tables = {"scores": curve.scores, "predictions": curve.predictions}
    return NoiseCurve(**tables | changes)


def epochs_of(*epochs):
    columns = {"fold": 0, "split": "train", "metric": "loss", "value": 1.0}
    return pd.DataFrame({"scale": 1.0, "epoch": list(epochs), **columns})


def test_concatenated_scores_of_two_models_are_no_study(curve):
    with pytest.raises(ValueError, match=r"has several for .*NoiseCurve\.concat"):
        NoiseCurve(pd.concat([curve.scores, curve.scores]))


def test_two_scores_of_one_cell_are_no_study(curve):
    with pytest.raises(
        ValueError, match=r"has several for scale 0\.1, fold 0, repeat 0"
    ):
        NoiseCurve(pd.concat([curve.scores, curve.scores.assign(value=0.5)]))


def test_a_regressor_has_no_probabilities(curve):
    rows = curve.predictions.drop(columns="probability")
    assert remade(curve, predictions=rows).predictions is rows


def test_repeats_tell_equal_cells_apart(curve):
    scores = pd.concat([curve.scores, curve.scores.assign(repeat=1)])
    assert repr(NoiseCurve(scores)) == (
        "NoiseCurve(2 scales x 3 folds x 2 repeats: accuracy, neg_log_loss)"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda scores: scores.to_dict(), "be a DataFrame, got dict"),
        (lambda scores: scores.drop(columns="fold"), r"lacks \['fold'\]"),
        (lambda scores: scores[:0], "a row a score, got none"),
        (lambda scores: scores.assign(value="high"), "a number in every row of 'value"),
        (lambda scores: scores.assign(fold=0.5), "a whole number in every row of 'fol"),
        (lambda scores: scores.assign(scale=np.nan), r"finite scale.*got nan"),
        (lambda scores: scores.assign(split="test"), r"got \['test'\]. Rename it"),
        (lambda scores: pd.concat([scores, scores], axis=1), "each column once"),
    ],
)
def test_scores_that_are_none(curve, change, message):
    with pytest.raises(ValueError, match=f"scores must .*{message}"):
        NoiseCurve(change(curve.scores))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows.drop(columns="target"), r"lacks \['target'\]"),
        (lambda rows: rows.assign(probability=1.5), "probability between 0 and 1"),
        (lambda rows: rows.assign(scale=3.0), "scale 3, fold 0, repeat 0 has none"),
        (lambda rows: rows[1:], "has 99 of 100"),
        (lambda rows: pd.concat([rows, rows]), "has 200 of 100"),
        (
            lambda rows: rows.assign(prediction=pd.NA),
            "label .* 'prediction', got pd.NA",
        ),
        (lambda rows: rows.assign(sample="first"), "whole number in every row of 'sam"),
    ],
)
def test_predictions_that_are_not_those_of_the_scores(curve, change, message):
    with pytest.raises(ValueError, match=f"predictions must .*{message}"):
        remade(curve, predictions=change(curve.predictions))


def test_cells_that_failed_have_no_predictions(curve):
    rest = curve.predictions.query("fold != 1")
    assert remade(curve, predictions=rest).predictions is rest


def test_predictions_may_be_empty(curve):
    assert remade(curve, predictions=curve.predictions[:0]).predictions.empty


def test_epochs_stand_once(curve):
    with pytest.raises(ValueError, match="epochs must have one row for each"):
        remade(curve, epochs=epochs_of(1, 2, 2))
    assert len(remade(curve, epochs=epochs_of(1, 2)).epochs) == 2


@pytest.mark.parametrize(
    ("name", "value"), [("n_classes", 0), ("n_classes", 2.5), ("manifest", "study")]
)
def test_what_is_no_number_of_classes_and_no_manifest(curve, name, value):
    with pytest.raises(ValueError, match=f"{name} must be .* got {value!r}"):
        remade(curve, **{name: value})


def test_one_class_is_a_number_of_classes(curve):
    assert remade(curve, n_classes=1).n_classes == 1


def test_a_curve_draws_itself_with_the_options_of_its_display(curve):
    display = curve.plot(metric="neg_log_loss", name="bayes")
    assert display.metric == "neg_log_loss"
    assert "bayes" in display.ax_.get_legend().get_texts()[0].get_text()


# --- kinds of columns -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda scores: scores.convert_dtypes(), "a number in every row of 'scale'"),
        (lambda scores: scores.assign(value=1j), "of 'value', got complex128"),
        (lambda scores: scores.assign(value=True), "of 'value', got bool"),
        (lambda scores: scores.astype({"scale": "f2"}), "got float16. Convert it"),
        (lambda scores: scores.assign(scale=-scores["scale"]), "0 or more.* got -0.1"),
        (lambda scores: scores.assign(fold=-1), "0 or more in every row of 'fold'"),
        (lambda scores: scores.set_index("fold", drop=False), r"index, got \['fold'\]"),
        (lambda scores: scores.assign(n_train=0), "1 or more.* of 'n_train', got 0"),
        (lambda scores: scores.assign(n_validation=-1), "0 or more.* got -1"),
        (lambda scores: scores.assign(n_validation=2.5), "whole number.* got 2.5"),
        (lambda scores: scores.assign(n_validation=2.0**54), "whole .* got 1.8.*e.16"),
        (lambda scores: scores.assign(metric=3), "a name in every row of 'metric'"),
        (lambda scores: scores.assign(metric=[[1]] * len(scores)), r"got \[1\]. Name"),
    ],
)
def test_columns_of_a_kind_that_no_method_reads(curve, change, message):
    with pytest.raises(ValueError, match=f"scores must have .*{message}"):
        NoiseCurve(change(curve.scores))


def test_a_fold_may_leave_no_sample_to_validate_on(curve):
    scores = curve.scores.assign(n_validation=0, value=np.nan)
    assert len(NoiseCurve(scores).scores) == len(scores)


# --- of a matrix ----------------------------------------------------------------------

CELLS = pd.DataFrame({"train_scale": [0.0, 0.0], "validation_scale": [0.0, 1.0]})
MATRIX = CELLS.assign(fold=0, metric="accuracy", value=0.9)


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        (3, "be a DataFrame, got int"),
        (MATRIX.drop(columns="fold"), r"lacks \['fold'\]"),
        (MATRIX[:0], "a row a score, got none"),
        (MATRIX.assign(value="high"), "a number in every row of 'value'"),
        (MATRIX.assign(train_scale=-1.0), "0 or more, in every row of 'train_scale'"),
        (pd.concat([MATRIX, MATRIX]), "several for train_scale 0, validation_scale 0"),
    ],
)
def test_scores_of_no_matrix(scores, message):
    with pytest.raises(ValueError, match=f"scores must .*{message}"):
        NoiseMatrix(scores)
