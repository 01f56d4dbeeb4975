"""
Half of what noise costs a network at great scales is the network's own loss
============================================================================

The classic experiment trains on one frozen noisy copy of the images, and the network
learns the noise of that copy by heart. Trained with noise drawn afresh for every batch
it loses less; and a rule that is not trained at all, kernels around the clean training
images, loses less again at great scales. So much, at least, was not the noise's.

    python examples/whose_loss_is_it.py [DATASET]

prints the accuracies and writes ``whose_loss_is_it.png``. Without DATASET it takes
5 000 images of MNIST; ``mnist`` takes all of it.
"""

# %%
# All four are validated on the same noisy images, those of the holdout.

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

dataset = load_dataset(sys.argv[1] if len(sys.argv) > 1 else "mnist-5k")
one_holdout = StratifiedShuffleSplit(1, test_size=0.2, random_state=0)
study = {
    "cv": dataset.holdout or one_holdout,
    "scales": [0.1, 0.5, 1.0, 2.0, 4.0],
    "n_jobs": -1,
    "return_train_score": False,
}

# %%
# The network, trained in three regimes: on images with frozen noise, the same in every
# epoch; with noise drawn afresh for every batch; and without noise, which is one
# training for all scales. Fresh against frozen is what learning noise by heart costs;
# fresh against clean is what a network gains by knowing of the noise.

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
# The reference: the class whose clean training images, with noise of this scale on
# them, would most probably have given this image. No classifier could do better if the
# clean images to classify were among the training images. They are not, so it matters
# how many of those share in a decision. A scorer of our own counts them.


def effective_neighbors(pipeline, X, y):
    """Median over the images of how many training images share in the decision."""
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
# What the reference wins over the networks is their loss for certain: it was there to
# be had. Whether the rest is the noise's, the effective number of neighbours tells.
# With one or two, the reference is the rule of the nearest neighbour, and no bound: at
# small scales the networks beat it. Where several share in a decision it begins to be
# one, and with tens of them it can be believed.

scores = pd.concat([curve.scores.assign(curve=name) for name, curve in curves.items()])
table = scores.pivot(index="scale", columns=["metric", "curve"], values="value")
print(table["accuracy"].round(4))
print(table["neighbors"].round(1))

# %%
# The picture.

display = NoiseComparisonDisplay.from_curves(curves)
display.figure_.savefig("whose_loss_is_it.png", dpi=120)
