"""Tables for a reader: what `table` returns and `print` shows."""

import io

import numpy as np
import pandas as pd
import pytest
from curves import curve_of, curve_of_results
from per_sample import noisy
from sklearn.model_selection import ShuffleSplit

from skn_noise import NoiseComparison, NoiseCurve, NoiseMatrix, noise_curve
from skn_noise.report._report import make_report
from skn_noise.results._table import lay_out, printed

NAN = np.nan
LOSSES = curve_of([-0.5, -0.9], [-0.7, -1.0], scales=[1, 2], metric="neg_log_loss")
F1 = curve_of([0.9, 0.8], [0.8, 0.6], scales=[1, 2], metric="f1_macro")


def joined(*curves):
    return NoiseCurve(pd.concat([curve.scores for curve in curves]))


def trained(curve, value):
    return NoiseCurve(curve.scores.assign(split="train", value=value))


@pytest.mark.parametrize("n_words", range(20, 40))
def test_no_line_ends_between_a_number_and_its_percent_sign(n_words):
    text = printed(pd.DataFrame({"a": [1]}), ["be " * n_words + "95 % intervals."])
    assert "95 % intervals" in text.replace("%\n", "% ")


def test_a_table_has_the_numbers_of_the_summary_with_losses_above_0():
    curve = joined(trained(F1, 0.95), F1, LOSSES)
    table, summary = curve.table(confidence=0.9), curve.summary(confidence=0.9)
    assert list(table) == [
        "scale",
        "training f1 macro",
        "validation f1 macro",
        "validation f1 macro lower",
        "validation f1 macro upper",
        "validation log loss",
        "validation log loss lower",
        "validation log loss upper",
    ]
    assert table["scale"].tolist() == [1, 2]
    assert table["training f1 macro"].tolist() == [0.95, 0.95]
    losses = summary.query("metric == 'neg_log_loss'")
    bounds = -losses[["mean", "upper", "lower"]].to_numpy()
    np.testing.assert_array_equal(table.iloc[:, -3:], bounds)


def test_a_table_is_read_again_from_csv():
    table = joined(trained(F1, 1 / 3), F1, LOSSES).table()
    file = io.StringIO(table.to_csv(index=False))
    # Before pandas 3, the last digit may be another one.
    pd.testing.assert_frame_equal(pd.read_csv(file), table, rtol=1e-15)


def test_text_has_the_digits_asked_for_and_intervals_in_brackets():
    table = joined(trained(F1, 0.95), F1, LOSSES).table(digits=2)
    assert list(table) == [
        "scale",
        "training f1 macro",
        "validation f1 macro",
        "validation log loss",
    ]
    assert table.loc[0].tolist() == [
        "1",
        "0.95",
        "0.85 [0.07, 1.00]",
        "0.60 [0.00, 2.16]",
    ]


@pytest.mark.parametrize(
    ("losses", "text"),
    [
        ([0.0123, 0.5], ["0.0123", "0.5000"]),
        ([0.00123, 0.005], ["0.001230", "0.005000"]),
        ([12.34, 2890.5], ["12.3", "2890.5"]),
        ([0.0, 0.0], ["0.0000", "0.0000"]),
        ([0.5, 1e90], ["0.5", "1e+90"]),
        ([0.5, np.inf], ["0.5000", "inf"]),
        ([0.5, NAN], ["0.5000", ""]),
    ],
    ids=str,
)
def test_decimals_follow_the_size_of_a_loss(losses, text):
    values = [-loss for loss in losses]
    curve = curve_of(values, scales=[1, 2], metric="neg_mean_squared_error")
    table = curve.table(digits=4)
    assert table["validation mean squared error"].tolist() == text


@pytest.mark.parametrize("digits", [None, 3])
def test_latex_takes_the_names_of_scikit_learn_as_they_are(digits):
    latex = joined(F1, LOSSES).table(digits=digits).to_latex(index=False)
    assert "validation f1 macro" in latex
    assert not set(latex.replace("\\\\", "").replace(" & ", "")) & set("_%&#$~^")
    own = curve_of([0.9], scales=[1], metric="top_5%").table()
    assert r"validation top 5\%" in own.to_latex(index=False, escape=True)


def test_markdown_takes_a_table():
    pytest.importorskip("tabulate")
    text = F1.table(digits=2).to_markdown(index=False)
    assert "| validation f1 macro" in text


def test_two_metrics_of_the_same_name_in_words_keep_their_own():
    other = curve_of([0.1, 0.2], scales=[1, 2], metric="log_loss")
    curve = joined(LOSSES, other)
    names = [name for name in curve.table() if "er" not in name]
    assert names == ["scale", "validation neg_log_loss", "validation log_loss"]
    assert "log_loss" in str(curve)


def test_regimes_keep_their_order_and_a_single_one_has_no_name():
    tables = {name: F1.summary() for name in ("fresh", "clean")}
    summary = pd.concat(tables, names=["curve"]).reset_index("curve")
    table = lay_out(summary)
    assert table.index.tolist() == [
        ("fresh", "1"),
        ("fresh", "2"),
        ("clean", "1"),
        ("clean", "2"),
    ]
    assert lay_out(summary[:2]).index.tolist() == ["1", "2"]


def test_a_curve_prints_its_table_and_says_once_what_it_is_of():
    folds = [[[1] * 8 + [0] * 2, [1] * 6 + [0] * 4]] * 2
    curve = curve_of_results(*folds, scales=[0.5, 2])
    f1 = curve.scores.assign(metric="f1", value=0.5)
    text = str(NoiseCurve(pd.concat([curve.scores, f1]), predictions=curve.predictions))
    head, first, *_ = text.splitlines()
    assert head.split() == ["accuracy", "f1"]
    assert first.split() == ["validation", "validation"]
    assert text.count("0.5000") == 2
    assert "Means over 2 folds; in brackets 95 % intervals." in text
    assert text.count("No interval of f1: all folds have the same score.") == 1
    assert max(map(len, text.splitlines())) < 80
    assert repr(curve) == "NoiseCurve(2 scales x 2 folds: accuracy)"


def test_a_curve_says_that_failed_folds_are_left_out():
    scores = F1.scores.assign(value=F1.scores["value"].where(F1.scores["fold"] == 0))
    text = " ".join(str(NoiseCurve(scores)).split())
    assert "Means over 2 folds without those that failed" in text


def test_a_table_that_is_too_wide_is_parted_between_two_metrics():
    wide = curve_of([-1, -2], [-3, -4], scales=[1, 2], metric="neg_mean_squared_error")
    text = str(joined(F1, trained(wide, -0.5), wide, LOSSES))
    first, second, _ = text.split("\n\n")
    assert first.split("\n")[0].split() == ["f1", "macro", "mean", "squared", "error"]
    assert second.split("\n")[0].split() == ["log", "loss"]
    assert max(map(len, text.splitlines())) < 80


def test_a_curve_names_the_scales_at_which_folds_differ():
    shares = 0.5, 0.9, 0.7, 0.9, 0.5
    folds = [[np.arange(100) < 100 * share, np.arange(100) < 70] for share in shares]
    text = str(curve_of_results(*folds, scales=[1, 2], n_train=400))
    assert "Intervals of accuracy at scale 1: folds differ." in text


def test_an_infinite_loss_names_its_samples_and_what_to_do():
    rows = curve_of_results([[1] * 5 + [0] * 5] * 2, scales=[1, 2])
    likely = np.tile([0.9, 0.8, 0.7, 0.9, 0.6, 0.3, 0.2, 0.4, 0.0, 0.0], 2)
    clipped = np.clip(likely, np.finfo(float).eps, 1)
    target = np.tile([0, 1] * 5, 2)
    predictions = rows.predictions.assign(probability=likely, target=target)
    scores = rows.scores.assign(
        metric="neg_log_loss", value=np.log(clipped[:10]).mean()
    )
    curve = NoiseCurve(scores, predictions=predictions)
    note = "infinite loss: 2 samples, 1 of class "
    assert curve.summary()["note"].str.startswith(note).all()
    text = str(curve)
    assert text.count("No interval of log loss: infinite loss.") == 1
    assert text.count("such as neg_brier_score") == 1
    one_class = NoiseCurve(scores, predictions=predictions.assign(target=7))
    assert set(one_class.summary()["note"]) == {"infinite loss: 2 samples of class 7"}


def test_a_brier_score_has_an_interval_where_a_log_loss_has_none(digits):
    X, y = digits
    curve = noise_curve(
        noisy(),
        X,
        y > 4,
        cv=ShuffleSplit(1, random_state=0),
        scales=[1, 2],
        scoring=["neg_log_loss", "neg_brier_score"],
    )
    lower = curve.summary().query("split == 'validation'").set_index("metric")["lower"]
    assert lower["neg_brier_score"].notna().all()


def test_a_report_names_the_curve_without_an_interval():
    equal = curve_of([0.5, 0.5], [0.5, 0.5], scales=[1, 2], metric="f1_macro")
    options = {"settings": {}, "samples": None, "lost": {}}
    html = make_report({"a": F1, "b": equal}, dataset="data", **options)
    assert "<p>b: No interval of f1 macro: all folds have the same score.</p>" in html


# --- comparisons and matrices ---------------------------------------------------------


def comparison_of(metric, *rows):
    columns = ["scale", "mean", "reference_mean", "difference", "lower", "upper"]
    differences = pd.DataFrame(rows, columns=[*columns, "p_adjusted"]).assign(
        curve="my_model", method="tango", note=""
    )
    tolerances = pd.DataFrame({"curve": []})
    return NoiseComparison(metric, "other", differences, tolerances, None, 0.95)


def test_differences_have_a_row_a_curve_and_scale():
    row = 0.5, 0.91, 0.9, 0.01, 0.002, 0.018, 0.01234
    comparison = comparison_of("accuracy", row, (1, 0.8, 0.9, -0.1, NAN, NAN, NAN))
    assert comparison.table().loc[0].tolist() == ["my_model", *row]
    assert comparison.table(digits=3).to_numpy().tolist() == [
        ["my_model", "0.5", "0.910", "0.900", "+0.010 [+0.002, +0.018]", ".012"],
        ["my_model", "1", "0.800", "0.900", "-0.100", ""],
    ]


def test_differences_of_losses_have_the_sign_of_losses():
    row = 0.5, -0.3, -0.4, 0.1, 0.05, 0.2, 1e-9
    comparison = comparison_of("neg_log_loss", row)
    assert comparison.table(digits=2).loc[0].tolist() == [
        "my_model", "0.5", "0.30", "0.40", "-0.10 [-0.20, -0.05]", "<.001",
    ]  # fmt: skip
    assert "log loss" in str(comparison)
    assert r"my\_model" in comparison.table().to_latex(escape=True)


def test_a_matrix_has_a_row_a_scale_in_training():
    scores = pd.DataFrame(
        {
            "train_scale": [0.0, 0.0, 0.5, 0.5],
            "validation_scale": [0.0, 1.0, 0.0, 1.0],
            "fold": 0,
            "metric": "neg_log_loss",
            "value": [-0.1, -0.9, -0.2, NAN],
        }
    )
    matrix = NoiseMatrix(scores)
    table = matrix.table()
    assert list(table) == ["training scale", "0", "1"]
    np.testing.assert_equal(table.to_numpy(), [[0, 0.1, 0.9], [0.5, 0.2, NAN]])
    assert matrix.table("neg_log_loss", digits=2).to_numpy().tolist() == [
        ["0", "0.10", "0.90"],
        ["0.5", "0.20", ""],
    ]
    lines = str(matrix).splitlines()
    assert lines[0].split() == ["validation", "scale", "0", "1"]
    assert lines[2].split() == ["0", "0.1000", "0.9000"]
    with pytest.raises(ValueError, match="There is no metric 'f1'"):
        matrix.table("f1")
