"""
At large scales, half of the loss is the network's, not the noise's
===================================================================

The classic experiment trains on one frozen noisy copy of the images, and the network
memorizes the noise of that copy. Trained with new noise in every batch, it loses less.
A Parzen classifier, which is not trained but places kernels around the clean training
images, loses even less at large scales. At least this difference is not due to the
noise: information about the digit is left that the network does not use.

    python examples/whose_loss_is_it.py [DATASET]

prints the accuracies and writes ``whose_loss_is_it.png``. The default data set is 5 000
images of MNIST; pass ``mnist`` for all of it.
"""

# %%
# All four are validated on the same noisy images of the holdout.

# sphinx_gallery_thumbnail_path = "whose_loss_is_it.png"
import sys

import pandas as pd
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import Pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    GaussianParzenClassifier,
    GlobalStandardScaler,
    NoiseComparisonDisplay,
    load_dataset,
    make_noise_pipeline,
    noise_curve,
)

is_named = len(sys.argv) == 2  # the arguments of a notebook are those of Jupyter
dataset = load_dataset(sys.argv[1] if is_named else "mnist-5k")
one_holdout = StratifiedShuffleSplit(1, test_size=0.2, random_state=0)
study = {
    "cv": dataset.holdout or one_holdout,
    "scales": [0.1, 0.5, 1.0, 2.0, 4.0],
    "n_jobs": -1,
    "return_train_score": False,
}

# %%
# The network is trained in three regimes: with the same noise in every epoch (frozen),
# with new noise in every batch (fresh), and without noise (clean: one training for all
# scales). The difference of fresh and frozen is the cost of memorizing the noise, and
# the difference of fresh and clean is the gain from training on noise.

curves = {
    training: noise_curve(
        make_noise_pipeline(random_state=0),
        dataset.X,
        dataset.y,
        training=training,
        scoring="accuracy",
        **study,
    )
    for training in ("frozen", "fresh", "clean")
}

# %%
# The reference predicts the class whose clean training images, with noise of this scale
# added, most probably gave the noisy image. No classifier could be better if the clean
# image were one of the training images. It is not, so the number of training images
# that contribute to a prediction matters; a scorer of our own counts them.


def effective_neighbors(pipeline, X, y):
    """Return the median number of training images that contribute to a prediction."""
    return pipeline[-1].median_effective_neighbors(pipeline[:-1].transform(X))


reference = Pipeline(
    [
        ("standardize", GlobalStandardScaler()),
        ("noise", GaussianNoiseTransformer(random_state=0)),
        ("parzen", GaussianParzenClassifier()),
    ]
)
study["n_jobs"] = 1  # its matrix products take all cores
curves["reference"] = noise_curve(
    reference,
    dataset.X,
    dataset.y,
    training="clean",
    scoring={"accuracy": "accuracy", "neighbors": effective_neighbors},
    **study,
)

# %%
# Where the reference is better, the networks leave accuracy on the table. Whether the
# remaining loss is due to the noise depends on the effective number of neighbors. With
# one or two, the reference is a nearest neighbor rule, which the networks beat at small
# scales, and no bound. With tens of neighbors it is close to a bound.

scores = pd.concat([curve.scores.assign(curve=name) for name, curve in curves.items()])
table = scores.pivot(index="scale", columns=["metric", "curve"], values="value")
print(table["accuracy"].round(4))
print(table["neighbors"].round(1))

# %%
# The picture.

display = NoiseComparisonDisplay.from_curves(curves)
display.figure_.savefig("whose_loss_is_it.png", dpi=120)
