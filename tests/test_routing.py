import numpy as np
from curves import as_arrays
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GroupKFold, validation_curve
from sklearn.pipeline import make_pipeline

from skn_noise import GaussianNoiseTransformer, noise_curve


def test_groups_reach_the_splitter(quick_pipeline, digits):
    groups = np.arange(300) % 4
    curve = noise_curve(
        quick_pipeline, *digits, scales=[1.0], cv=GroupKFold(4), groups=groups
    )
    assert curve.scores["fold"].nunique() == 4


def test_params_reach_fit(quick_pipeline, digits):
    weights = {"classifier__sample_weight": np.linspace(0, 1, 300)}
    plain, weighted = (
        noise_curve(quick_pipeline, *digits, scales=[1.0], cv=2, params=params)
        for params in (None, weights)
    )
    assert (plain.scores["value"] != weighted.scores["value"]).any()


def test_metadata_routing_sends_groups_and_weights(digits):
    arguments = {
        "param_name": "gaussiannoisetransformer__scale",
        "cv": GroupKFold(4),
        "params": {
            "groups": np.arange(300) % 4,
            "sample_weight": np.linspace(0, 1, 300),
        },
    }
    with config_context(enable_metadata_routing=True):
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        estimator = make_pipeline(
            GaussianNoiseTransformer(random_state=0),
            LogisticRegression(max_iter=1000).set_fit_request(sample_weight=True),
        )
        curve = noise_curve(
            estimator, *digits, scales=[1.0], scoring={"hits": scorer}, **arguments
        )
        expected = validation_curve(
            estimator, *digits, param_range=[1.0], scoring=scorer, **arguments
        )
    for ours, theirs in zip(as_arrays(curve, "hits"), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
