"""
With noise, a network memorizes its training images
===================================================

Without noise, training and validation accuracy rise together. With noise of scale 2,
the network still classifies nearly all of its training images correctly, as it
memorizes their noise, but validation accuracy stops rising after a few epochs and stays
many points below.

    python examples/with_and_without_noise.py

prints the accuracies and writes ``with_and_without_noise.png``.
"""

# %%
# The preprocessing is the same with and without noise: scaler and noise are fitted on
# the training images only, and scale 0 adds no noise.

from sklearn.model_selection import StratifiedShuffleSplit

from skn_noise import (
    EpochCurveDisplay,
    load_dataset,
    make_noise_pipeline,
    noise_curve,
)

dataset = load_dataset("mnist-5k")
one_holdout = StratifiedShuffleSplit(1, test_size=0.2, random_state=0)

# %%
# ``track_epochs=True`` validates after every epoch, on images that pass through the
# same scaler and get noise of the same scale. Training accuracy is averaged over the
# epoch with dropout on, so it may be below validation accuracy at first.

curve = noise_curve(
    make_noise_pipeline(random_state=0),
    dataset.X,
    dataset.y,
    scales=[0.0, 2.0],
    cv=one_holdout,
    track_epochs=True,
    n_jobs=2,
)
last = curve.epochs.query("metric == 'accuracy' and epoch == epoch.max()")
print(last.pivot(index="scale", columns="split", values="value").round(3))

# %%
# The picture.

display = EpochCurveDisplay.from_curve(curve)
display.figure_.savefig("with_and_without_noise.png", dpi=120)
