"""Defaults and names that functions, the command and the report share.

Nothing is imported here, so that `skn-noise --help` answers at once.
"""

SCALES = (0.1, 0.5, 1.0, 2.0, 4.0)

# What an estimator is trained on, by the name of the regime.
REGIMES = {
    "frozen": "samples with the same noise in every epoch",
    "fresh": "samples with new noise in every batch",
    "clean": "samples without noise",
}

# The reference network.
HIDDEN_LAYER_SIZES = (512, 512)
BATCH_SIZE = 128
EPOCHS = 20
PRECISIONS = ("float32", "bfloat16")  # the first is the default
