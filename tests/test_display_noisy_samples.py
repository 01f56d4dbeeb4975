import matplotlib.pyplot as plt
import numpy as np
import pytest

from skn_noise import GaussianNoiseTransformer, NoisySamplesDisplay, make_noise_pipeline


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
    first = frame.query("panel == 'no noise' and sample == 0")["grey"]
    np.testing.assert_array_equal(mosaic[1:9, 1:9].ravel(), first)
    last = frame.query("panel == 'scale 2' and sample == 3")["grey"]
    np.testing.assert_array_equal(mosaic[-9:-1, -9:-1].ravel(), last)
    assert len(frame) == 4 * 4 * 64


def test_columns_are_labelled(samples):
    labels = [label.get_text() for label in samples.ax_.get_xticklabels()]
    assert labels == ["no noise", "noise alone", "scale 0.5", "scale 2"]


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
    assert display.ax_.images[0].get_array().shape == (5 * 6, 7 * 6, 3)


def test_features_that_do_not_fill_the_images(digits):
    with pytest.raises(ValueError, match="do not fill images of shape"):
        NoisySamplesDisplay.from_estimator(
            GaussianNoiseTransformer(),
            digits[0],
            param_name="scale",
            image_shape=(9, 9),
        )
