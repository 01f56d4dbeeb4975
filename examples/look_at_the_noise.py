"""
Each image has noise of its own
===============================

One draw of the noise belongs to a matrix of samples. Every image in the matrix has its
own noise. The training images get the same noise whenever they are transformed, and
validation images get independent noise.

    python examples/look_at_the_noise.py

prints the numbers below and writes ``look_at_the_noise.png``.
"""

# %%
# Five thousand handwritten digits. All pixels share a unit, so they are standardized
# with one mean and one standard deviation.

import numpy as np

from skn_noise import (
    GaussianNoiseTransformer,
    GlobalStandardScaler,
    NoisySamplesDisplay,
    load_dataset,
)

dataset = load_dataset("mnist-5k")
X = GlobalStandardScaler().fit_transform(dataset.X)

# %%
# Every image (a row of the picture) has other noise. In a row, the same noise is
# multiplied by the scales, so that nothing but the scale differs.

transformer = GaussianNoiseTransformer(scale=2.0, random_state=0)
display = NoisySamplesDisplay.from_estimator(
    transformer, X, param_name="scale", image_shape=dataset.image_shape
)
display.figure_.savefig("look_at_the_noise.png", dpi=120)

# %%
# The noise has the mean 0 and the standard deviation 2 that were passed. Its range
# grows with the number of values: 3.9 million of them reach about 5.2 standard
# deviations to each side.

noise = transformer.fit_transform(X) - X
print(f"mean {noise.mean():.4f}, standard deviation {noise.std():.4f}")
print(f"range {noise.min():.2f} to {noise.max():.2f}")

# %%
# The noise of two images is independent: the correlations of 784 independent pairs of
# values have a standard deviation of 1 / sqrt(784) = 0.036.

correlations = np.corrcoef(noise[:200])[np.triu_indices(200, k=1)]
print(f"correlation between images: mean {correlations.mean():.4f}, ", end="")
print(f"standard deviation {correlations.std():.4f}")

# %%
# The training images get the same noise again. A training score is therefore measured
# on the noisy copies that the model was trained on.

again = np.array_equal(transformer.transform(X), transformer.fit_transform(X))
print(f"same noise for the training images: {again}")

# %%
# Any other matrix gets independent noise, even if it holds the same images: a model
# that has memorized the noise in training cannot profit from it.

in_training = transformer.transform(X)[:100]
by_themselves = transformer.transform(X[:100])
difference = (in_training - by_themselves).std()
print(f"standard deviation of the difference: {difference:.2f} = 2 * sqrt(2)")

# %%
# The noise of a sensor that drifts has a mean other than zero, which may differ between
# features. Here it grows from the top row of the image to the bottom row.

drift = np.repeat(np.linspace(0, 1, 28), 28)
drifting = GaussianNoiseTransformer(scale=0.5, loc=drift, random_state=0)
noise = (drifting.fit_transform(X) - X).mean(axis=0)
print(f"mean in the top row {noise[:28].mean():.3f}, ", end="")
print(f"in the bottom row {noise[-28:].mean():.3f}")
