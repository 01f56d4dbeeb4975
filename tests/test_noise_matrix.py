import numpy as np
import pandas as pd
import pytest
from per_sample import noisy
from sklearn.exceptions import FitFailedWarning
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import NoiseMatrix, noise_curve, noise_matrix

SCALES = [0.5, 1.0, 2.0]


@pytest.fixture
def quick_pipeline():
    return Pipeline([noisy().steps[0], ("classifier", GaussianNB())])


@pytest.fixture(scope="module")
def matrix(digits):
    scales = {"train_scales": [0, 1], "validation_scales": SCALES}
    return noise_matrix(noisy(), *digits, **scales, cv=3)


@pytest.mark.parametrize(
    ("pipeline", "training", "n_jobs"),
    [
        ("quick_pipeline", None, 2),
        ("quick_pipeline", "frozen", 1),
        ("small_mlp_pipeline", "fresh", 1),
    ],
)
def test_the_diagonal_is_the_noise_curve_to_the_last_digit(
    pipeline, training, n_jobs, request, digits
):
    pipeline, scales = request.getfixturevalue(pipeline), [0.5, 2.0]
    params = {"training": training, "cv": 2, "n_jobs": n_jobs}
    curve = noise_curve(pipeline, *digits, scales=scales, **params)
    params |= {"train_scales": scales, "validation_scales": scales}
    matrix = noise_matrix(pipeline, *digits, **params)
    expected = curve.scores.query("split == 'validation'")["value"]
    diagonal = matrix.scores.query("train_scale == validation_scale")["value"]
    np.testing.assert_array_equal(diagonal, expected)


def test_a_row_at_scale_0_is_the_clean_curve(quick_pipeline, digits, matrix):
    clean = noise_curve(quick_pipeline, *digits, scales=SCALES, training="clean", cv=3)
    np.testing.assert_array_equal(
        matrix.scores.query("train_scale == 0")["value"],
        clean.scores.query("split == 'validation'")["value"],
    )


def test_each_cell_is_trained_and_validated_at_its_scales(quick_pipeline, digits):
    X, y = digits
    folds = [(np.arange(200), np.arange(200, 300))]
    matrix = noise_matrix(
        quick_pipeline, X, y, train_scales=[0.5], validation_scales=[2.0], cv=folds
    )
    quick_pipeline.set_params(noise__scale=0.5).fit(X[:200], y[:200])
    quick_pipeline.set_params(noise__scale=2.0)
    expected = quick_pipeline.score(X[200:], y[200:])
    assert matrix.scores.query("metric == 'accuracy'")["value"].tolist() == [expected]


def test_one_fit_serves_all_scales_in_validation(counted, digits):
    pipeline, fits = counted
    noise_matrix(pipeline, *digits, train_scales=[0, 1], validation_scales=SCALES, cv=3)
    assert len(fits) == 2 * 3


def test_scores_are_tidy(matrix):
    assert list(matrix.scores) == [
        "train_scale",
        "validation_scale",
        "fold",
        "draw",
        "n_train",
        "n_validation",
        "fit_seconds",
        "score_seconds",
        "metric",
        "value",
    ]
    assert len(matrix.scores) == 2 * 3 * 3 * 2
    assert matrix.scores["value"].notna().all()
    assert (matrix.scores["n_train"] == 200).all()


def test_summary_has_the_means_and_intervals_of_the_folds(matrix, quick_pipeline):
    summary = matrix.summary().set_index(["train_scale", "validation_scale", "metric"])
    assert list(summary) == ["mean", "std", "n", "method", "lower", "upper", "note"]
    folds = matrix.scores.query(
        "train_scale == 1 and validation_scale == 2 and metric == 'accuracy'"
    )["value"]
    row = summary.loc[1.0, 2.0, "accuracy"]
    assert row["mean"] == pytest.approx(folds.mean())
    assert row["lower"] < row["mean"] < row["upper"]
    assert row["n"] == 3


def test_a_matrix_tells_its_size(matrix):
    assert repr(matrix) == (
        "NoiseMatrix(2 train scales x 3 validation scales x 3 folds: "
        "accuracy, neg_log_loss)"
    )


def test_finished_cells_are_kept(quick_pipeline, digits, tmp_path, caplog):
    params = {"train_scales": [1.0], "cv": 3, "memory": tmp_path}
    first = noise_matrix(quick_pipeline, *digits, validation_scales=SCALES, **params)
    with caplog.at_level("INFO", logger="skn_noise"):
        second = noise_matrix(
            quick_pipeline, *digits, validation_scales=SCALES, **params
        )
        other = noise_matrix(quick_pipeline, *digits, validation_scales=[3.0], **params)
    pd.testing.assert_frame_equal(first.scores, second.scores, check_exact=True)
    assert other.scores["validation_scale"].unique().tolist() == [3.0]
    assert "3 of 3 cells found done" in caplog.text
    assert "0 of 3 cells found done" in caplog.text


def test_a_matrix_keeps_no_predictions(quick_pipeline, digits, tmp_path):
    noise_matrix(quick_pipeline, *digits, cv=2, train_scales=[1], memory=tmp_path)
    kept = [entry.read_text() for entry in tmp_path.rglob("*-*.json")]
    assert len(kept) == 2
    assert not any("Predictions" in entry for entry in kept)


def test_a_metric_that_fails_is_named_with_its_scale(quick_pipeline, digits):
    def failing(estimator, X, y):
        if estimator.get_params()["noise__scale"] == 2.0:
            raise RuntimeError("told to fail")
        return 1.0

    with pytest.warns(FitFailedWarning, match="at scale 2 failed.*trained at scale 1"):
        matrix = noise_matrix(
            quick_pipeline,
            *digits,
            train_scales=[1.0],
            validation_scales=SCALES,
            cv=2,
            scoring={"failing": failing},
        )
    means = matrix.summary().set_index("validation_scale")["mean"]
    assert means[[0.5, 1.0]].tolist() == [1.0, 1.0]
    assert np.isnan(means[2.0])


def test_a_matrix_draws_itself_with_the_options_of_its_display():
    scores = pd.DataFrame(
        {
            "train_scale": [0.0, 0.0],
            "validation_scale": [0.0, 1.0],
            "fold": 0,
            "metric": "accuracy",
            "value": [0.97, 0.91],
        }
    )
    display = NoiseMatrix(scores).plot(im_kw={"cmap": "gray"})
    assert [text.get_text() for text in display.text_[0]] == ["0.970", "0.910"]
    assert display.im_.get_cmap().name == "gray"
