"""The samples of a study are shown with the noise that its classifier saw."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    GlobalStandardScaler,
    NoiseCurve,
    NoisySamplesDisplay,
    noise_curve,
)
from skn_noise.study._key import hash_named

SCALES = [0.5, 1.0, 4.0]
HOLDOUT = ShuffleSplit(1, test_size=0.3, random_state=0)


@pytest.fixture
def pipeline():
    return Pipeline(
        [
            ("standardize", GlobalStandardScaler()),
            ("noise", GaussianNoiseTransformer(random_state=0)),
            ("classifier", GaussianNB()),
        ]
    )


def study(pipeline, X, y, cv):
    """Return a curve with predictions, and the fitted pipelines by scale and fold."""
    fitted, scores, predictions = {}, [], []
    for scale in SCALES:
        for fold, (train, validation) in enumerate(cv.split(X, y)):
            cell = clone(pipeline).set_params(noise__scale=scale)
            fitted[scale, fold] = cell.fit(X[train], y[train])
            names = {"scale": scale, "fold": fold}
            prediction = cell.predict(X[validation])
            place = np.arange(len(validation)), y[validation]
            table = {
                "sample": validation,
                "target": y[validation],
                "prediction": prediction,
                "probability": cell.predict_proba(X[validation])[place],
            }
            predictions.append(pd.DataFrame(names | table))
            accuracy = (prediction == y[validation]).mean()
            score = {"split": "validation", "metric": "accuracy", "value": accuracy}
            scores.append(names | score)
    curve = NoiseCurve(
        pd.DataFrame(scores), predictions=pd.concat(predictions, ignore_index=True)
    )
    return curve, fitted


@pytest.mark.parametrize("cv", [StratifiedKFold(3), KFold(4), HOLDOUT])
def test_a_noisy_image_is_the_one_that_the_classifier_got(pipeline, digits, cv):
    curve, fitted = study(pipeline, *digits, cv)
    display = NoisySamplesDisplay.from_curve(
        curve, pipeline, *digits, cv=cv, image_shape=(8, 8), n_samples=8
    )
    for row, sample in enumerate(display.samples):
        of_sample = curve.predictions[curve.predictions["sample"] == sample]
        for scale in SCALES:
            recorded = of_sample[of_sample["scale"] == scale]
            classifier = fitted[scale, recorded["fold"].iloc[0]][-1]
            image = display.panels[f"scale {scale:g}"][[row]]
            assert classifier.predict(image) == recorded["prediction"].iloc[0]
            probability = classifier.predict_proba(image)[0, recorded["target"].iloc[0]]
            assert probability == recorded["probability"].iloc[0]


@pytest.fixture
def curve(pipeline, digits):
    return study(pipeline, *digits, StratifiedKFold(5))[0]


def test_the_most_fragile_samples_come_first_and_the_sturdiest_last(
    curve, pipeline, digits
):
    display = NoisySamplesDisplay.from_curve(curve, pipeline, *digits, n_samples=4)
    lost_at = curve.samples().set_index("sample")["lost_at"]
    drawn = lost_at[display.samples].tolist()
    assert drawn == sorted(drawn)
    assert drawn[:2] == [lost_at.min()] * 2
    assert drawn[2:] == [lost_at.max()] * 2


def test_labels_say_what_became_of_the_samples(curve, pipeline, digits):
    display = NoisySamplesDisplay.from_curve(curve, pipeline, *digits, n_samples=2)
    fate = curve.samples().set_index("sample").loc[display.samples[0]]
    label = display.ax_.get_yticklabels()[0].get_text()
    assert label == (
        f"sample {display.samples[0]}: {fate['target']}\n"
        f"taken for {fate['taken_for']}\nfrom scale {fate['lost_at']:g} on"
    )


def test_frames_mark_where_the_classifier_was_wrong(curve, pipeline, digits):
    display = NoisySamplesDisplay.from_curve(curve, pipeline, *digits)
    predictions = curve.predictions.set_index(["sample", "scale"])
    wrong = predictions["target"] != predictions["prediction"]
    expected = [
        [False, *(wrong[i, scale] for scale in SCALES)] for i in display.samples
    ]
    np.testing.assert_array_equal(display.is_wrong, expected)
    assert len(display.ax_.patches) == np.sum(expected)


def test_scales_are_chosen_of_those_that_were_run(curve, pipeline, digits):
    display = NoisySamplesDisplay.from_curve(curve, pipeline, *digits, scales=[4.0])
    assert list(display.panels) == ["no noise", "scale 4"]
    with pytest.raises(ValueError, match="those that have predictions"):
        NoisySamplesDisplay.from_curve(curve, pipeline, *digits, scales=[3.0])


def test_targets_are_those_of_the_predictions_if_all_samples_have_some(
    curve, pipeline, digits
):
    X, y = digits
    without = NoisySamplesDisplay.from_curve(curve, pipeline, X)
    with_y = NoisySamplesDisplay.from_curve(curve, pipeline, X, y)
    pd.testing.assert_frame_equal(without.frame(), with_y.frame())


def test_targets_of_a_holdout_must_be_passed(pipeline, digits):
    curve, _ = study(pipeline, *digits, HOLDOUT)
    with pytest.raises(ValueError, match="y must be passed"):
        NoisySamplesDisplay.from_curve(curve, pipeline, digits[0], cv=HOLDOUT)


def test_other_folds_than_those_of_the_study(curve, pipeline, digits):
    with pytest.raises(ValueError, match="Fold 0 of the study validated other samples"):
        NoisySamplesDisplay.from_curve(curve, pipeline, *digits, cv=3)


def test_the_first_of_several_repeats_is_drawn(curve, pipeline, digits):
    second = curve.predictions.assign(repeat=1, prediction=0, probability=0.0)
    curve = dataclasses.replace(
        curve,
        scores=pd.concat([curve.scores.assign(repeat=r) for r in range(2)]),
        predictions=pd.concat([curve.predictions.assign(repeat=0), second]),
    )
    display = NoisySamplesDisplay.from_curve(curve, pipeline, *digits, n_samples=2)
    first = curve.predictions.query("repeat == 0").set_index(["sample", "scale"])
    wrong = first["target"] != first["prediction"]
    expected = [[wrong[i, scale] for scale in SCALES] for i in display.samples]
    np.testing.assert_array_equal(display.is_wrong[:, 1:], expected)


@pytest.mark.parametrize(
    "params", [{"noise__random_state": None}, {"noise__resample": True}]
)
def test_noise_that_cannot_be_made_again(curve, pipeline, digits, params):
    with pytest.raises(ValueError, match="cannot be made again: step 'noise'"):
        NoisySamplesDisplay.from_curve(curve, pipeline.set_params(**params), *digits)


def test_an_estimator_that_is_no_pipeline(curve, digits):
    with pytest.raises(TypeError, match="must be the pipeline of the study"):
        NoisySamplesDisplay.from_curve(curve, GaussianNB(), *digits)


def test_a_curve_without_predictions(curve, pipeline, digits):
    bare = dataclasses.replace(curve, predictions=None)
    with pytest.raises(ValueError, match="needs the prediction of every sample"):
        NoisySamplesDisplay.from_curve(bare, pipeline, *digits)


@pytest.fixture
def manifest(pipeline, digits):
    X, y = digits
    return {
        "param_name": "noise__scale",
        "training": None,
        "parameters": {
            name: repr(value) for name, value in pipeline.get_params().items()
        },
        "data": {
            "fingerprint": hash_named({"X": X, "y": y}),
            "n_samples": 300,
            "n_features": 64,
        },
    }


def test_the_estimator_of_the_manifest_is_known(curve, pipeline, digits, manifest):
    curve = dataclasses.replace(curve, manifest=manifest)
    pipeline.set_params(noise__scale=7.0, classifier__var_smoothing=1e-3)
    NoisySamplesDisplay.from_curve(curve, pipeline, *digits, n_samples=2)


@pytest.mark.parametrize(
    "params",
    [
        {"noise__random_state": 1},
        {"noise__loc": 1.0},
        {"noise__apply_to": "train"},
        {"standardize": "passthrough"},
    ],
)
def test_an_estimator_with_other_steps_than_the_study_had(
    curve, pipeline, digits, manifest, params
):
    curve = dataclasses.replace(curve, manifest=manifest)
    with pytest.raises(ValueError, match="must have the steps of the study, but '"):
        NoisySamplesDisplay.from_curve(curve, pipeline.set_params(**params), *digits)


def test_what_the_regime_sets_tells_no_studies_apart(curve, pipeline, digits, manifest):
    manifest["training"] = "clean"
    curve = dataclasses.replace(curve, manifest=manifest)
    pipeline.set_params(noise__apply_to="train")
    NoisySamplesDisplay.from_curve(curve, pipeline, *digits, n_samples=2)


def test_samples_of_another_size_than_the_manifest_has(
    curve, pipeline, digits, manifest
):
    curve = dataclasses.replace(curve, manifest=manifest)
    with pytest.raises(ValueError, match="the samples of the study, of shape"):
        NoisySamplesDisplay.from_curve(
            curve, pipeline, digits[0][:200], digits[1][:200]
        )


def test_other_samples_of_the_same_size(curve, pipeline, digits, manifest):
    curve = dataclasses.replace(curve, manifest=manifest)
    X, y = digits
    with pytest.raises(ValueError, match="X and y must be those of the study"):
        NoisySamplesDisplay.from_curve(curve, pipeline, 1 - X, y)


def test_folds_that_are_listed_as_masks_are_those_of_their_numbers(pipeline, digits):
    (split,) = HOLDOUT.split(*digits)
    masks = [np.isin(np.arange(len(digits[0])), indices) for indices in split]
    numbers = [np.flatnonzero(mask) for mask in masks]
    curve = noise_curve(pipeline, *digits, scales=[1.0], cv=[masks])
    shown = [
        NoisySamplesDisplay.from_curve(curve, pipeline, *digits, cv=[folds])
        for folds in (masks, numbers)
    ]
    for panel in shown[0].panels:
        np.testing.assert_array_equal(shown[0].panels[panel], shown[1].panels[panel])


def test_groups_that_are_no_list(curve, pipeline, digits):
    with pytest.raises(ValueError, match="'groups' parameter of NoisySamplesDisplay"):
        NoisySamplesDisplay.from_curve(curve, pipeline, *digits, groups=3)
