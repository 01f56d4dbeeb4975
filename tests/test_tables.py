"""The tables that a curve is made of, where they are not those of a whole study."""

import numpy as np
import pandas as pd
import pytest
from per_sample import as_predicted

from skn_noise import NoiseCurve

CURVE = as_predicted(
    [(s, n % 2, 0, n, n % 3, n % 3 if n < 5 else 0) for s in (1, 2) for n in range(6)]
)


def remade(**changes):
    return NoiseCurve(**vars(CURVE) | changes)


def test_repeats_tell_equal_cells_apart():
    scores = pd.concat([CURVE.scores, CURVE.scores.assign(repeat=1)])
    expected = "NoiseCurve(2 scales x 2 folds x 2 repeats: accuracy)"
    assert repr(NoiseCurve(scores)) == expected


def test_cells_that_failed_have_no_predictions():
    rest = CURVE.predictions.query("fold != 1")
    assert remade(predictions=rest).by_class()["n"].sum() == 6


def test_predictions_may_be_empty():
    assert remade(predictions=CURVE.predictions[:0]).by_class().empty


def test_a_fold_may_leave_no_sample_to_validate_on():
    scores = CURVE.scores.assign(n_validation=0, value=np.nan)
    notes = NoiseCurve(scores).summary()["note"]
    assert set(notes) == {"no fold was scored"}


@pytest.mark.parametrize("column", ["repeat", "n_train", "n_validation"])
def test_columns_that_a_table_made_by_hand_may_lack(column):
    scores = CURVE.scores.drop(columns=column)
    summary = NoiseCurve(scores).summary()
    pd.testing.assert_series_equal(summary["mean"], CURVE.summary()["mean"])


def test_a_curve_draws_itself_with_the_options_of_its_display():
    display = CURVE.plot(metric="accuracy", line_kw={"lw": 7})
    assert display.lines_[0].get_linewidth() == 7
