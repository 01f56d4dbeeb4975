import dataclasses

import numpy as np
import pandas as pd
import pytest
import sklearn
from pictures import is_inside, overlaps, tick_labels
from sklearn.base import clone
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    GlobalStandardScaler,
    NoisySamplesDisplay,
    make_noise_pipeline,
    noise_curve,
)

NOISE = GaussianNoiseTransformer(random_state=0)


@pytest.fixture
def samples(digits):
    return NoisySamplesDisplay.from_estimator(
        make_noise_pipeline(random_state=0),
        digits[0],
        scales=[0.5, 2.0],
        image_shape=(8, 8),
        n_samples=4,
    )


def test_panels_are_samples_noise_and_their_sums(samples):
    clean, noise = samples.panels["no noise"], samples.panels["noise alone"]
    for scale in (0.5, 2.0):
        np.testing.assert_allclose(
            samples.panels[f"scale {scale:g}"], clean + scale * noise
        )


def test_samples_frame_is_what_is_drawn(samples):
    frame = samples.frame
    mosaic = samples.ax_.images[0].get_array()
    first = frame.query("panel == 'no noise' and sample == 0")["level"]
    np.testing.assert_array_equal(mosaic[1:9, 1:9].ravel(), first)
    last = frame.query("panel == 'scale 2' and sample == 299")["level"]
    np.testing.assert_array_equal(mosaic[-9:-1, -9:-1].ravel(), last)
    assert len(frame) == 4 * 4 * 64


def test_colour_images():
    X = np.random.default_rng(0).random((10, 4 * 4 * 3))
    display = NoisySamplesDisplay.from_estimator(
        GaussianNoiseTransformer(), X, param_name="scale", image_shape=(4, 4, 3)
    )
    assert display.ax_.images[0].get_array().shape == (5 * 6, 7 * 6, 4)


def words_below(display):
    return display.ax_.get_xlabel().replace("\n", " ")


def test_the_picture_says_that_each_column_has_its_own_greys(samples):
    assert "each column has its own greys" in words_below(samples)
    values = samples.panels["scale 2"]
    label = samples.ax_.get_xticklabels()[-1].get_text()
    assert label == f"scale 2\n{values.min():.3g} to {values.max():.3g}"


def test_all_columns_have_the_same_greys_on_demand(digits):
    display = NoisySamplesDisplay.from_estimator(
        make_noise_pipeline(random_state=0),
        digits[0],
        scales=[0.5, 2.0],
        image_shape=(8, 8),
        same_greys=True,
    )
    frame = display.frame
    low, high = frame["value"].min(), frame["value"].max()
    np.testing.assert_allclose(frame["level"], (frame["value"] - low) / (high - low))
    assert f"black is {low:.3g}, white is {high:.3g}" in words_below(display)


@pytest.mark.parametrize("output", ["default", "pandas"])
def test_frames_are_drawn_as_arrays_are(digits, output):
    X = pd.DataFrame(digits[0], columns=[f"pixel {i}" for i in range(64)])
    params = {"scales": [1.0], "image_shape": (8, 8), "n_samples": 2}
    pipeline = make_noise_pipeline(random_state=0)
    with sklearn.config_context(transform_output=output):
        framed = NoisySamplesDisplay.from_estimator(pipeline, X, **params)
    array = NoisySamplesDisplay.from_estimator(pipeline, digits[0], **params)
    assert framed.frame["feature"].unique().tolist() == X.columns.tolist()
    columns = ["panel", "sample", "value", "level"]
    pd.testing.assert_frame_equal(framed.frame[columns], array.frame[columns])


@pytest.mark.parametrize("n_features", [1, 4, 64])
def test_a_vector_that_is_no_image_is_drawn_as_bars(digits, n_features):
    X = digits[0][:, 64 - n_features :]
    display = NoisySamplesDisplay.from_estimator(
        NOISE, X, param_name="scale", scales=[1.0]
    )
    (bars,) = display.ax_.collections
    assert len(bars.get_paths()) == 3 * 5 * n_features
    assert "each column has its own heights" in words_below(display)


def test_a_bar_goes_from_0_to_its_value():
    X = np.array([[-1.0], [2.0], [3.0]])
    display = NoisySamplesDisplay.from_estimator(
        NOISE, X, param_name="scale", scales=[1.0], n_samples=3
    )
    bars = [path.vertices[:, 1] for path in display.ax_.collections[0].get_paths()]
    heights = [np.ptp(bar) / 0.9 * 4 for bar in bars[:3]]  # "no noise": from -1 to 3
    np.testing.assert_allclose(heights, [1, 2, 3])


def test_no_noise_and_noise_alone_respect_loc_and_scale():
    X = np.linspace(0, 1, 4000).reshape(-1, 8)
    display = NoisySamplesDisplay.from_estimator(
        GaussianNoiseTransformer(0.16, loc=0.5, random_state=0),
        X,
        param_name="scale",
        scales=[2.0],
        n_samples=500,
    )
    np.testing.assert_array_equal(display.panels["no noise"], X)
    noise = display.panels["noise alone"]
    assert noise.mean() == pytest.approx(0.5, abs=0.01)
    assert noise.std() == pytest.approx(0.16, abs=0.01)
    drawn = X + 0.5 + 2 / 0.16 * (noise - 0.5)
    np.testing.assert_allclose(display.panels["scale 2"], drawn)
    assert display.ax_.get_xticklabels()[0].get_text() == "no noise\n0 to 1"


@pytest.mark.parametrize("n_scales", [2, 12])
def test_the_labels_of_columns_do_not_overlap(digits, n_scales):
    display = NoisySamplesDisplay.from_estimator(
        NOISE,
        digits[0],
        param_name="scale",
        scales=np.geomspace(0.1, 4, n_scales),
        image_shape=(8, 8),
        n_samples=2,
    )
    display.figure_.canvas.draw()
    labels = tick_labels(display.ax_.xaxis)
    assert not overlaps(labels)
    assert all(is_inside(label, display.figure_) for label in labels)


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"image_shape": (9, 9)}, ValueError, "images of 64 values"),
        ({"image_shape": "8x8"}, ValueError, "got '8x8'"),
        ({"image_shape": (1, 8, 8)}, ValueError, "Move channels that come first"),
        ({"scales": [-1]}, ValueError, "scale must be finite"),
        ({"n_samples": 0}, ValueError, "'n_samples' parameter of NoisySamples"),
        ({"param_name": "noise"}, ValueError, "no parameter 'noise' before"),
        ({"X": [1.0, 2.0]}, ValueError, "X must have one row for each sample"),
        ({"estimator": GaussianNB()}, TypeError, "a pipeline with one before"),
    ],
)
def test_wrong_arguments_for_samples_are_named(digits, params, error, message):
    right = {"estimator": NOISE, "X": digits[0], "param_name": "scale"}
    with pytest.raises(error, match=message):
        NoisySamplesDisplay.from_estimator(**(right | params))


def test_the_columns_of_a_frame_name_the_bars():
    X = pd.DataFrame(np.eye(3), columns=["$volt", "a_b", "x" * 300])
    display = NoisySamplesDisplay.from_estimator(NOISE, X, param_name="scale")
    words = r"bars from left to right: \$volt, a_b, xxxxxxxxx…xxxxxxxxx"
    assert words_below(display).endswith(words)
    assert display.frame["feature"].unique().tolist() == X.columns.tolist()


# --- the samples of a study -----------------------------------------------------------

SCALES = [0.5, 1.0, 4.0]
HOLDOUT = ShuffleSplit(1, test_size=0.3, random_state=0)


PIPELINE = Pipeline(
    [("standardize", GlobalStandardScaler()), ("noise", NOISE), ("nb", GaussianNB())]
)


@pytest.fixture
def pipeline():
    return clone(PIPELINE)


@pytest.mark.parametrize("cv", [StratifiedKFold(3), KFold(4), HOLDOUT])
def test_a_noisy_image_is_the_one_that_the_classifier_got(pipeline, digits, cv):
    X, y = digits
    curve = noise_curve(pipeline, X, y, scales=SCALES, cv=cv)
    fitted = {
        (scale, fold): clone(pipeline)
        .set_params(noise__scale=scale)
        .fit(X[rows], y[rows])
        for scale in SCALES
        for fold, (rows, _) in enumerate(cv.split(X, y))
    }
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


@pytest.fixture(scope="module")
def curve(digits):
    return noise_curve(PIPELINE, *digits, scales=SCALES, cv=5, scoring="accuracy")


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
        f"taken for {fate['taken_for']} from scale {fate['lost_at']:g} on"
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


def test_scales_that_the_study_did_not_run(curve, pipeline, digits):
    display = NoisySamplesDisplay.from_curve(curve, pipeline, *digits, scales=[4.0])
    assert list(display.panels) == ["no noise", "scale 4"]
    with pytest.raises(ValueError, match="those that have predictions"):
        NoisySamplesDisplay.from_curve(curve, pipeline, *digits, scales=[3.0])


@pytest.mark.parametrize(
    "params", [{"noise__random_state": None}, {"noise__resample": True}]
)
def test_noise_that_cannot_be_made_again(curve, pipeline, digits, params):
    with pytest.raises(ValueError, match="cannot be drawn again: noise__random_state"):
        NoisySamplesDisplay.from_curve(curve, pipeline.set_params(**params), *digits)


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
