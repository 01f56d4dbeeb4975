import logging

import pytest
from per_sample import noisy
from sklearn.datasets import load_iris
from test_failures import failing_curve

from skn_noise import noise_curve

X, Y = load_iris(return_X_y=True)
PIPELINE = noisy()


@pytest.fixture
def told(caplog):
    """Return what the logger is told of single cells."""
    caplog.set_level(logging.DEBUG, logger="skn_noise")
    return lambda: [x.getMessage() for x in caplog.records if x.levelname == "DEBUG"]


def test_progress_is_silent_without_a_terminal(quick_pipeline, digits, capfd):
    noise_curve(quick_pipeline, *digits, scales=[0.5, 2.0], cv=2, progress=True)
    assert capfd.readouterr() == ("", "")


def test_the_logger_is_told_of_every_cell_and_its_first_score(told):
    curve = noise_curve(PIPELINE, X, Y, scales=[0.5, 2], cv=2, n_repeats=2)
    scores = curve.scores.query("split == 'validation' and metric == 'accuracy'")
    values = scores.set_index(["scale", "fold", "repeat"])["value"]
    cells = [(s, f, r) for r in (0, 1) for f in (0, 1) for s in (0.5, 2)]
    expected = [
        f"{number}/8 scale {scale:g}, fold {fold}{', repeat 1' if repeat else ''}: "
        f"accuracy {values[scale, fold, repeat]:.4f}"
        for number, (scale, fold, repeat) in enumerate(cells, start=1)
    ]
    assert told() == expected


def test_the_logger_is_told_at_which_scale_one_fit_of_several_was_scored(told):
    curve = noise_curve(PIPELINE, X, Y, scales=[0.5, 2], cv=2, training="clean")
    values = curve.scores.query("scale == 0.5 and split == 'validation'")["value"]
    assert told()[0] == (
        f"1/2 trained at scale 0, fold 0: accuracy {values.iloc[0]:.4f} at scale 0.5"
    )


def test_cells_that_were_found_count_as_done(told, tmp_path):
    for scales in ([0.5], [0.5, 2]):
        noise_curve(PIPELINE, X, Y, scales=scales, cv=2, memory=tmp_path)
    assert [text.partition(":")[0] for text in told()] == [
        "1/2 scale 0.5, fold 0",
        "2/2 scale 0.5, fold 1",
        "3/4 scale 2, fold 0",
        "4/4 scale 2, fold 1",
    ]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.FitFailedWarning")
def test_the_logger_is_told_of_failures(told, digits):
    def fails(estimator, X, y):
        if len(X) == 50:
            raise RuntimeError("told to fail")
        return 0.5

    failing_curve(digits)
    assert told()[1] == "2/4 scale 2, fold 0: failed"
    scoring = {"some": fails, "accuracy": "accuracy"}
    noise_curve(PIPELINE, X, Y, scales=[1], cv=3, scoring=scoring)
    assert told()[4] == "1/3 scale 1, fold 0: some failed"
