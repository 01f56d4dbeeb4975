import numpy as np
import pytest
from sklearn import config_context, get_config
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.pipeline import Pipeline

from skn_noise import GlobalStandardScaler, KerasMLPClassifier, noise_curve

SCALES = [0.5, 2.0]


@pytest.fixture(scope="module")
def tracked(digits):
    from skn_noise import make_noise_pipeline

    pipeline = make_noise_pipeline(
        hidden_layer_sizes=(16,), epochs=3, batch_size=32, random_state=0
    )
    curve, plain = (
        noise_curve(pipeline, *digits, scales=SCALES, cv=2, track_epochs=track)
        for track in (True, False)
    )
    return curve, plain


def last_epoch(curve, metric):
    last = curve.epochs.query("epoch == 3 and split == 'validation'")
    return last[last["metric"] == metric].sort_values(["scale", "fold"])["value"]


def validation_scores(curve, metric):
    scores = curve.scores.query("split == 'validation'")
    return scores[scores["metric"] == metric].sort_values(["scale", "fold"])["value"]


def test_every_epoch_has_figures_of_both_splits(tracked):
    epochs = tracked[0].epochs
    names = ["scale", "fold", "repeat", "epoch", "split", "metric", "value"]
    assert list(epochs) == names
    assert len(epochs) == 2 * 2 * 3 * 2 * 2
    assert sorted(epochs["epoch"].unique()) == [1, 2, 3]
    assert set(epochs["split"]) == {"train", "validation"}
    assert set(epochs["metric"]) == {"accuracy", "loss"}


def test_validation_figures_of_the_last_epoch_are_the_scores(tracked):
    curve, _ = tracked
    np.testing.assert_allclose(
        last_epoch(curve, "accuracy"), validation_scores(curve, "accuracy"), rtol=1e-6
    )
    np.testing.assert_allclose(
        last_epoch(curve, "loss"), -validation_scores(curve, "neg_log_loss"), rtol=1e-4
    )


def test_tracking_changes_no_score(tracked):
    curve, plain = tracked
    np.testing.assert_array_equal(curve.scores["value"], plain.scores["value"])
    assert plain.epochs is None


@pytest.mark.filterwarnings("ignore:The least populated class:UserWarning")
def test_tracking_changes_no_score_of_a_class_that_training_lacks():
    X, y = load_digits(return_X_y=True)
    rows = np.r_[np.flatnonzero(y != 9)[:200], np.flatnonzero(y == 9)[:1]]
    network = KerasMLPClassifier((16,), epochs=2, random_state=0)
    tracked, plain = (
        noise_curve(
            network, X[rows], y[rows], param_name="input_noise", scales=[0.5], cv=3,
            scoring="accuracy", track_epochs=track,
        )
        for track in (True, False)
    )  # fmt: skip
    np.testing.assert_array_equal(tracked.scores["value"], plain.scores["value"])
    assert tracked.scores["value"].notna().all()


def test_metadata_routing_is_on_inside_only(tracked):
    assert not get_config()["enable_metadata_routing"]


def test_fit_parameters_still_reach_their_steps(small_mlp_pipeline, digits):
    weights = {"mlp__sample_weight": np.linspace(0, 1, 300)}
    tracked, plain = (
        noise_curve(
            small_mlp_pipeline, *digits, scales=[1.0], cv=2, params=weights,
            track_epochs=track,
        )
        for track in (True, False)
    )  # fmt: skip
    np.testing.assert_array_equal(tracked.scores["value"], plain.scores["value"])


def test_metadata_routing_of_the_user_still_holds(small_mlp_pipeline, digits):
    with config_context(enable_metadata_routing=True):
        small_mlp_pipeline[-1].set_fit_request(sample_weight=True)
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=False)
        tracked, plain = (
            noise_curve(
                small_mlp_pipeline, *digits, scales=[1.0], cv=2,
                scoring={"hits": scorer},
                params={"sample_weight": np.linspace(0, 1, 300)}, track_epochs=track,
            )
            for track in (True, False)
        )  # fmt: skip
    np.testing.assert_array_equal(tracked.scores["value"], plain.scores["value"])


def test_a_classifier_without_a_pipeline(digits):
    classifier = KerasMLPClassifier((4,), epochs=2, random_state=0)
    curve = noise_curve(
        classifier, *digits, param_name="dropout", scales=[0.1, 0.5], cv=2,
        track_epochs=True,
    )  # fmt: skip
    assert len(curve.epochs) == 2 * 2 * 2 * 2 * 2


@pytest.mark.parametrize("named", ["Pipeline that ends in LogisticRegression", None])
def test_an_estimator_without_epochs(digits, quick_pipeline, named):
    estimator = quick_pipeline if named else LogisticRegression()
    name = "noise__scale" if named else "C"
    with pytest.raises(ValueError, match="KerasMLPClassifier does") as caught:
        noise_curve(estimator, *digits, param_name=name, track_epochs=True)
    assert (named or "LogisticRegression") in str(caught.value)


def test_a_pipeline_that_transforms_other_metadata_keeps_doing_so(digits):
    X, y = digits
    mlp = KerasMLPClassifier((4,), epochs=1, random_state=0)
    pipeline = Pipeline(
        [("standardize", GlobalStandardScaler()), ("mlp", mlp)],
        transform_input=["X_val"],
    )
    curve = noise_curve(
        pipeline, X, y, param_name="mlp__dropout", scales=[0.1], cv=2,
        track_epochs=True,
    )  # fmt: skip
    np.testing.assert_allclose(
        curve.epochs.query("split == 'validation' and metric == 'accuracy'")["value"],
        validation_scores(curve, "accuracy"),
        rtol=1e-6,
    )
