"""A warning of many cells is told once."""

import warnings

import pytest
from sklearn.exceptions import ConvergenceWarning

from skn_noise import noise_curve


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_warning_of_every_cell_comes_once_with_their_number(
    quick_pipeline, digits, n_jobs
):
    quick_pipeline.set_params(classifier__max_iter=1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        noise_curve(quick_pipeline, *digits, scales=[1, 2], cv=3, n_jobs=n_jobs)
    (warning,) = (one for one in caught if one.category is ConvergenceWarning)
    assert str(warning.message).endswith("(in 6 of 6 cells)")
    assert warning.filename.endswith("_logistic.py")


def test_what_the_user_ignores_stays_ignored(quick_pipeline, digits):
    quick_pipeline.set_params(classifier__max_iter=1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        warnings.simplefilter("ignore", DeprecationWarning)  # of SciPy, by old versions
        warnings.simplefilter("ignore", ConvergenceWarning)
        noise_curve(quick_pipeline, *digits, scales=[1], cv=2)
    assert caught == []


def test_warnings_are_told_if_the_study_ends_early(quick_pipeline, digits):
    quick_pipeline.set_params(classifier__max_iter=1)

    def stop(estimator, X, y):
        raise KeyboardInterrupt

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        warnings.simplefilter("ignore", DeprecationWarning)  # of SciPy, by old versions
        with pytest.raises(KeyboardInterrupt):
            noise_curve(quick_pipeline, *digits, scales=[1], cv=2, scoring=stop)
    assert [one.category for one in caught] == [ConvergenceWarning]
