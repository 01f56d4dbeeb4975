import time

import pytest

from skn_noise import noise_curve


@pytest.mark.parametrize("text", ["0.9", {"score": "0.9"}])
def test_a_scorer_that_returns_text_is_an_error(quick_pipeline, digits, text):
    with pytest.raises(ValueError, match=r"return a number .* got '0.9' for 'score'"):
        noise_curve(quick_pipeline, *digits, scales=[1], cv=2, scoring=lambda *_: text)


def test_text_from_one_scorer_of_several_is_an_error(quick_pipeline, digits):
    scoring = {"hits": "accuracy", "text": lambda *_: "0.9"}
    with pytest.raises(ValueError, match=r"return a number .* got '0.9' for 'text'"):
        noise_curve(quick_pipeline, *digits, scales=[1], cv=2, scoring=scoring)


def test_the_seconds_of_a_fit_and_of_its_scores_are_less_than_those_of_the_study(
    quick_pipeline, digits
):
    start = time.perf_counter()
    curve = noise_curve(quick_pipeline, *digits, scales=[1], cv=2, n_jobs=1)
    seconds = time.perf_counter() - start
    for column in ("fit_seconds", "score_seconds"):
        assert (curve.scores[column] > 0).all()
        assert (curve.scores[column] < seconds).all()
