"""
Noise takes the eights and leaves the zeros
===========================================

A curve of accuracies hides who pays. Naive Bayes on small images of digits still knows
nine zeros of ten at noise of scale 8, but not half of the eights; and two images of
three are never lost at all.

    python examples/who_is_lost.py

prints the figures and writes ``who_is_lost.png``. It takes seconds.
"""

# %%
# Images of 8 x 8 pixels with grey levels from 0 to 16, the unit of the noise.

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import (
    ClassRecallDisplay,
    GaussianNoiseTransformer,
    NoisySamplesDisplay,
    noise_curve,
)

X, y = load_digits(return_X_y=True)
noise = GaussianNoiseTransformer(random_state=0)
pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
curve = noise_curve(pipeline, X, y, scales=[1, 4, 8], cv=5)

# %%
# The share of each class that is known, with its interval, and what the eights are
# taken for at the largest scale.

recalls = curve.by_class([0, 8])
print(recalls[["scale", "target", "recall", "lower", "upper"]].round(2))
print(curve.confusion(8).loc[8])

# %%
# Every image has a scale at which it is lost for good; those that the smallest scale
# takes were never right, and infinity stands for those that no scale takes.

print(curve.samples().groupby("lost_at").size())

# %%
# Recall by class on the left. On the right the images that went first, above, and last,
# below, with the very noise that the classifier saw; a frame marks where it was wrong.

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
ClassRecallDisplay.from_curve(curve, ax=left)
NoisySamplesDisplay.from_curve(
    curve, pipeline, X, y, cv=5, image_shape=(8, 8), ax=right
)
figure.savefig("who_is_lost.png", dpi=120)
