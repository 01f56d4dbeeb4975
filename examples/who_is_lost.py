"""
Noise costs the eights more than the zeros
==========================================

An accuracy hides which classes suffer. With noise of scale 8, naive Bayes still
recognizes 83 % of the zeros but only 43 % of the eights; two thirds of all images are
still classified correctly at this scale.

    python examples/who_is_lost.py

prints the results and writes ``who_is_lost.png`` within seconds.
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
# The recall of each class with its interval, and the predictions for the eights at the
# largest scale.

recalls = curve.by_class([0, 8])
print(recalls[["scale", "target", "recall", "lower", "upper"]].round(2))
print(curve.confusion(8).loc[8])

# %%
# The scale from which on an image is classified wrongly. An image that is lost at the
# smallest scale was never right; infinity stands for one that is right at the largest.

print(curve.samples().groupby("lost_at").size())

# %%
# Recall by class on the left. On the right the images that were lost first (above) and
# last (below), with the same noise that the classifier met; a frame marks a wrong
# prediction.

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
ClassRecallDisplay.from_curve(curve, ax=left)
NoisySamplesDisplay.from_curve(
    curve, pipeline, X, y, cv=5, image_shape=(8, 8), ax=right
)
figure.savefig("who_is_lost.png", dpi=120)
