import pytest
from sklearn.base import is_classifier
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from skn_noise import (
    GaussianNoiseTransformer,
    GaussianParzenClassifier,
    GlobalStandardScaler,
    KerasMLPClassifier,
    NoisyCopies,
    SmoothedClassifier,
    make_noise_pipeline,
)

EXPECTED_FAILURES = {
    "GaussianNoiseTransformer": dict.fromkeys(
        ["check_methods_subset_invariance", "check_methods_sample_order_invariance"],
        "another order or a part of the rows is another matrix, with its own noise",
    ),
    "KerasMLPClassifier": {
        "check_sample_weight_equivalence_on_dense_data": (
            "mini-batches cannot treat a weight of k as k copies to seven digits"
        )
    },
}


@parametrize_with_checks(
    [
        GaussianNoiseTransformer(),
        GaussianNoiseTransformer(unit="std"),
        GaussianParzenClassifier(),
        GlobalStandardScaler(),
        KerasMLPClassifier(),
        NoisyCopies(LinearDiscriminantAnalysis(), scale=0.1),
        NoisyCopies(KNeighborsClassifier(), scale=0.1),
        NoisyCopies(Ridge(), scale=0.1),
        SmoothedClassifier(LinearDiscriminantAnalysis(), scale=0.1, n_draws=20),
        SmoothedClassifier(
            LinearDiscriminantAnalysis(), scale=0.1, n_draws=20, unit="std"
        ),
    ],
    expected_failed_checks=lambda estimator: EXPECTED_FAILURES.get(
        type(estimator).__name__, {}
    ),
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_scikit_learn_common_check(estimator, check):
    check(estimator)


def test_pipeline_is_a_classifier():
    assert is_classifier(make_noise_pipeline())
