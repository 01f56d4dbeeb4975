"""Studies whose reports the tests read: classifiers that are fitted in milliseconds."""

from functools import cache

from sklearn.datasets import load_diabetes, load_digits
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    GlobalStandardScaler,
    NoisySamplesDisplay,
    noise_curve,
)

SCALES = [0.5, 2.0]


@cache
def study_of_digits():
    """Return what write_report takes: two regimes of a classifier of images."""
    X, y = load_digits(return_X_y=True)
    X, y = X[:300] / 16, y[:300]
    pipeline = Pipeline(
        [
            ("standardize", GlobalStandardScaler()),
            ("noise", GaussianNoiseTransformer(random_state=0)),
            ("bayes", GaussianNB(var_smoothing=0.01)),
        ]
    )
    curves = {
        training: noise_curve(
            pipeline, X, y, scales=SCALES, training=training, cv=3, n_repeats=2
        )
        for training in ["frozen", "clean"]
    }
    shape = (8, 8)
    samples = NoisySamplesDisplay.from_estimator(
        pipeline, X, scales=SCALES, image_shape=shape
    )
    lost = {
        training: NoisySamplesDisplay.from_curve(
            curve, pipeline, X, y, cv=3, image_shape=shape
        )
        for training, curve in curves.items()
    }
    return {"curves": curves, "samples": samples, "lost": lost}


@cache
def curve_of_diabetes():
    """Return the curve of a regressor."""
    X, y = load_diabetes(return_X_y=True)
    noise = GaussianNoiseTransformer(random_state=0)
    pipeline = Pipeline([("noise", noise), ("ridge", Ridge())])
    return noise_curve(pipeline, 20 * X, y, scales=SCALES)
