"""
Each image has noise of its own
===============================

Noise belongs to a matrix of samples. Every image in it has a pattern of its own, the
training images meet theirs again, and images to validate on get independent noise.

    python examples/look_at_the_noise.py

prints what is said below and writes ``look_at_the_noise.png``.
"""

# %%
# Five thousand handwritten digits, all pixels standardised together: one mean and one
# standard deviation, because all pixels share a unit.

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
# Different images, different noise: every row of the picture shows another pattern. The
# columns stretch the same pattern, so that what differs from scale to scale is the
# scale alone.

transformer = GaussianNoiseTransformer(scale=2.0, random_state=0)
display = NoisySamplesDisplay.from_estimator(
    transformer, X, param_name="scale", image_shape=dataset.image_shape
)
display.figure_.savefig("look_at_the_noise.png", dpi=120)

# %%
# The noise has the mean and the standard deviation that were asked for. Its range grows
# with the number of draws; that of 3.9 million is about 5.2 deviations to each side.

noise = transformer.fit_transform(X) - X
print(f"mean {noise.mean():.4f}, standard deviation {noise.std():.4f}")
print(f"range {noise.min():.2f} to {noise.max():.2f}")

# %%
# The noise of two images is no more alike than chance has it: 784 independent pairs
# give correlations of about 1 / sqrt(784) = 0.036.

correlations = np.corrcoef(noise[:200])[np.triu_indices(200, k=1)]
print(f"correlation between images: mean {correlations.mean():.4f}, ", end="")
print(f"standard deviation {correlations.std():.4f}")

# %%
# The training images meet the same noise again: a training score is one on the very
# copies that were trained on.

again = np.array_equal(transformer.transform(X), transformer.fit_transform(X))
print(f"same noise for the training images: {again}")

# %%
# Any other matrix gets independent noise, also where its images are equal to some of
# training: what was learnt of their noise by heart is of no use.

in_training = transformer.transform(X)[:100]
by_themselves = transformer.transform(X[:100])
difference = (in_training - by_themselves).std()
print(f"deviation between two noises: {difference:.2f}, 2 times the root of 2")

# %%
# A sensor with a drift has noise whose mean is not zero, perhaps another one for each
# feature: here it grows from the top row of the image to the bottom row.

drift = np.repeat(np.linspace(0, 1, 28), 28)
drifting = GaussianNoiseTransformer(scale=0.5, loc=drift, random_state=0)
noise = (drifting.fit_transform(X) - X).mean(axis=0)
print(f"mean in the top row {noise[:28].mean():.3f}, ", end="")
print(f"in the bottom row {noise[-28:].mean():.3f}")
