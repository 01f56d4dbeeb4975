"""
Naive Bayes reads digits up to noise of scale 5
===============================================

It keeps nine tenths of its accuracy at scale 1 up to a standard deviation of 5.4 grey
levels (of 16), with a 95 % interval of 4.8 to 6.2, if it is trained on the same noise.
Trained at scale 1, it recognizes only a quarter of the digits at scale 8 instead of two
thirds.

    python examples/how_much_noise.py

prints the results and writes ``how_much_noise.png`` within seconds.
"""

# %%
# Add scales of noise until the interval of the tolerance is narrow, in five folds. The
# tolerance is the scale at which accuracy crosses nine tenths of that at scale 1.

from sklearn.datasets import load_digits
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    NoiseCurveDisplay,
    find_tolerance,
    noise_matrix,
)

X, y = load_digits(return_X_y=True)
noise = GaussianNoiseTransformer(random_state=0)
pipeline = Pipeline([("noise", noise), ("bayes", GaussianNB())])
cv = StratifiedKFold(5, shuffle=True, random_state=0)
study = {"scoring": "accuracy", "cv": cv}
curve, tolerance = find_tolerance(pipeline, X, y, relative=0.9, scales=[1, 2], **study)
print(tolerance)
display = NoiseCurveDisplay.from_curve(curve, tolerance=tolerance)
display.figure_.savefig("how_much_noise.png", dpi=120)

# %%
# How much does a sensor cost that becomes worse after the training? To answer this,
# train at some scales and validate at others.

matrix = noise_matrix(
    pipeline, X, y, train_scales=[1, 8], validation_scales=[1, 8], **study
)
print(
    matrix.summary()
    .pivot(index="train_scale", columns="validation_scale", values="mean")
    .round(2)
)
