import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import sklearn
from pictures import is_inside, overlaps, tick_labels
from sklearn.naive_bayes import GaussianNB

from skn_noise import GaussianNoiseTransformer, NoisySamplesDisplay, make_noise_pipeline

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


def test_each_sample_has_its_own_noise(samples):
    correlations = np.corrcoef(samples.panels["noise alone"])
    assert np.abs(correlations[np.triu_indices(4, k=1)]).max() < 0.5


def test_samples_frame_is_what_is_drawn(samples):
    frame = samples.frame()
    mosaic = samples.ax_.images[0].get_array()
    first = frame.query("panel == 'no noise' and sample == 0")["level"]
    np.testing.assert_array_equal(mosaic[1:9, 1:9].ravel(), first)
    last = frame.query("panel == 'scale 2' and sample == 299")["level"]
    np.testing.assert_array_equal(mosaic[-9:-1, -9:-1].ravel(), last)
    assert len(frame) == 4 * 4 * 64


def test_columns_are_labelled(samples):
    labels = [label.get_text() for label in samples.ax_.get_xticklabels()]
    names = [label.partition("\n")[0] for label in labels]
    assert names == ["no noise", "noise alone", "scale 0.5", "scale 2"]


def test_samples_of_a_bare_transformer_on_axes_given(digits):
    _, ax = plt.subplots()
    display = NoisySamplesDisplay.from_estimator(
        GaussianNoiseTransformer(),
        digits[0],
        param_name="scale",
        image_shape=(8, 8),
        ax=ax,
    )
    assert display.ax_ is ax


def test_colour_images():
    X = np.random.default_rng(0).random((10, 4 * 4 * 3))
    display = NoisySamplesDisplay.from_estimator(
        GaussianNoiseTransformer(), X, param_name="scale", image_shape=(4, 4, 3)
    )
    assert display.ax_.images[0].get_array().shape == (5 * 6, 7 * 6, 4)


def test_features_that_do_not_fill_the_images(digits):
    with pytest.raises(ValueError, match="do not fill images of shape"):
        NoisySamplesDisplay.from_estimator(
            GaussianNoiseTransformer(),
            digits[0],
            param_name="scale",
            image_shape=(9, 9),
        )


def test_the_picture_says_that_each_column_has_its_own_greys(samples):
    assert "each column has greys of its own" in samples.ax_.get_xlabel()
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
    frame = display.frame()
    low, high = frame["value"].min(), frame["value"].max()
    np.testing.assert_allclose(frame["level"], (frame["value"] - low) / (high - low))
    assert f"black is {low:.3g}, white is {high:.3g}" in display.ax_.get_xlabel()


@pytest.mark.parametrize("output", ["default", "pandas"])
def test_frames_are_drawn_as_arrays_are(digits, output):
    X = pd.DataFrame(digits[0], columns=[f"pixel {i}" for i in range(64)])
    params = {"scales": [1.0], "image_shape": (8, 8), "n_samples": 2}
    pipeline = make_noise_pipeline(random_state=0)
    with sklearn.config_context(transform_output=output):
        framed = NoisySamplesDisplay.from_estimator(pipeline, X, **params)
    array = NoisySamplesDisplay.from_estimator(pipeline, digits[0], **params)
    of_frame, of_array = framed.frame(), array.frame()
    names = X.columns[of_array.pop("feature")]
    assert of_frame.pop("feature").tolist() == names.tolist()
    pd.testing.assert_frame_equal(of_frame, of_array)


@pytest.mark.parametrize(
    ("n_features", "kind"), [(1, "Poly"), (4, "Poly"), (64, "Line")]
)
def test_a_vector_that_is_no_image_is_drawn_as_bars_or_a_line(digits, n_features, kind):
    X = digits[0][:, 64 - n_features :]
    display = NoisySamplesDisplay.from_estimator(
        NOISE, X, param_name="scale", scales=[1.0]
    )
    (drawn,) = display.ax_.collections
    assert type(drawn).__name__ == f"{kind}Collection"
    assert "height of its own" in display.ax_.get_xlabel()


def test_a_bar_goes_from_0_to_its_value():
    X = np.array([[-1.0], [2.0], [3.0]])
    display = NoisySamplesDisplay.from_estimator(
        NOISE, X, param_name="scale", scales=[1.0], n_samples=3
    )
    bars = [path.vertices[:, 1] for path in display.ax_.collections[0].get_paths()]
    heights = [np.ptp(bar) / 0.9 * 4 for bar in bars[:3]]  # "no noise": from -1 to 3
    np.testing.assert_allclose(heights, [1, 2, 3])


@pytest.mark.parametrize("n_scales", [2, 5, 12, 20])
@pytest.mark.parametrize("is_given", [False, True])
def test_the_labels_of_columns_do_not_overlap(digits, n_scales, is_given):
    ax = plt.subplots(1, 2, figsize=(9, 3.5))[1][1] if is_given else None
    display = NoisySamplesDisplay.from_estimator(
        NOISE,
        digits[0],
        param_name="scale",
        scales=np.geomspace(0.1, 4, n_scales),
        image_shape=(8, 8),
        n_samples=2,
        title="a title",
        ax=ax,
    )
    display.figure_.canvas.draw()
    labels = tick_labels(display.ax_.xaxis)
    assert not overlaps(labels)
    assert all(is_inside(label, display.figure_) for label in labels)
    assert not overlaps([display.ax_.title, labels[-1]])


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        (
            {"image_shape": 64},
            TypeError,
            "must be .height, width., or .height, width, 3",
        ),
        ({"image_shape": "8x8"}, TypeError, "got '8x8'"),
        ({"image_shape": (1, 8, 8)}, ValueError, "Move the channels to the end"),
        ({"image_shape": (64,)}, ValueError, "must be .height, width."),
        ({"scales": "high"}, ValueError, "scales must be"),
        ({"scales": [-1]}, ValueError, "scales must be"),
        ({"n_samples": 0}, ValueError, "n_samples must be a whole number"),
        ({"ax": 3}, TypeError, "ax must be matplotlib Axes"),
        ({"X": [1.0, 2.0]}, ValueError, "X must have one row a sample"),
        ({"estimator": GaussianNB()}, TypeError, "a pipeline with steps before"),
    ],
)
def test_wrong_parameters_of_samples_get_one_sentence(digits, params, error, message):
    right = {"estimator": NOISE, "X": digits[0], "param_name": "scale"}
    with pytest.raises(error, match=message):
        NoisySamplesDisplay.from_estimator(**(right | params))


def test_channels_of_one_colour_are_an_image(digits):
    display = NoisySamplesDisplay.from_estimator(
        NOISE, digits[0], param_name="scale", image_shape=(8, 8, 1)
    )
    assert display.image_shape == (8, 8)


def test_the_columns_of_a_frame_name_the_bars():
    X = pd.DataFrame(np.eye(3), columns=["$volt", "a_b", "x" * 300])
    noise = GaussianNoiseTransformer(random_state=0)
    display = NoisySamplesDisplay.from_estimator(noise, X, param_name="scale")
    words = "bars from left to right: $volt, a_b, xxxxxxxxxxxxxxxxxx..."
    assert display.ax_.get_xlabel().replace("\n", " ").endswith(words)
    assert display.frame()["feature"].unique().tolist() == X.columns.tolist()
    display.figure_.canvas.draw()  # a dollar sign is a letter
