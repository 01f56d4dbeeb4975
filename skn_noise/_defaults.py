"""Defaults and names that functions, the command and the report share.

Nothing is imported here, so that `skn-noise --help` answers at once.
"""

SCALES = (0.1, 0.5, 1.0, 2.0, 4.0)
FEATURE_SCALES = (0.5, 1.0, 2.0)

# The target of tolerances that nobody has named, as a fraction of the score without
# noise.
DEFAULT_RELATIVE = 0.9

# The samples that an estimator is trained on, by the name of the regime.
REGIMES = {
    "frozen": "one noisy copy of each sample",
    "fresh": "several noisy copies of each sample, or new ones in every batch",
    "clean": "samples without noise",
}

# The end of a sentence about the cost or the tolerance. Both depend on the regime: a
# model that is trained on noise tolerates more of it.
TRAINED = {
    "frozen": "when the model is trained on such noise",
    "fresh": "when the model is trained on such noise",
    "clean": "when the model is trained without noise",
    "prefit": "for a model that was trained before",
    "train only": "when the model is trained on such noise and validated without it",
}

# Without a regime, the parameter `apply_to` of the transformer decides; a manifest has
# its repr.
REGIME_OF_APPLY_TO = {"'both'": "frozen", "'train'": "train only", "'test'": "clean"}

# The models of the command, the first by default.
MODELS = ("mlp", "logistic", "forest", "boosting", "knn")

# The metrics of the command: of classes, then of numbers.
METRICS = ("accuracy", "neg_log_loss", "r2", "neg_root_mean_squared_error")

# The units of the noise in the command, the first by default.
UNITS = ("std", "absolute")

# The reference network.
HIDDEN_LAYER_SIZES = (512, 512)
BATCH_SIZE = 128
EPOCHS = 20
PRECISIONS = ("float32", "bfloat16")  # the first is the default
