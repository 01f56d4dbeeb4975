"""
Each image has noise of its own
===============================

The noise that a sample meets depends on that sample and the seed, on nothing else: two
images never share it, and an image keeps it in whatever company it is transformed.

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
# An image keeps its noise, alone or among others, first or last.

alone = transformer.transform(X[[4321]])
among_others = transformer.transform(X[::-1])[len(X) - 1 - 4321]
print(f"same noise in other company: {np.array_equal(alone[0], among_others)}")

# %%
# A sensor with a drift has noise whose mean is not zero, perhaps another one for each
# feature: here it grows from the top row of the image to the bottom row.

drift = np.repeat(np.linspace(0, 1, 28), 28)
drifting = GaussianNoiseTransformer(scale=0.5, loc=drift, random_state=0)
noise = (drifting.fit_transform(X) - X).mean(axis=0)
print(f"mean in the top row {noise[:28].mean():.3f}, ", end="")
print(f"in the bottom row {noise[-28:].mean():.3f}")
