"""A network that is trained in a moment, and what the tests look at in it."""

import numpy as np

from skn_noise import KerasMLPClassifier, make_noise_pipeline


def small(**params):
    defaults = {"hidden_layer_sizes": (9,), "epochs": 2, "random_state": 0}
    return KerasMLPClassifier(**{**defaults, **params})


def small_pipeline(**params):
    defaults = {"hidden_layer_sizes": (16,), "epochs": 2, "batch_size": 32}
    return make_noise_pipeline(**{**defaults, "random_state": 0, **params})


def has_bfloat16():
    """Return whether this processor multiplies bfloat16."""
    from skn_noise.network._training import refuse_unless_bfloat16

    try:
        refuse_unless_bfloat16()
    except ValueError:
        return False
    return True


def weights(classifier):
    network = classifier.model_
    return np.concatenate([w.numpy().ravel() for w in network.trainable_weights])


def latest_graph():
    from skn_noise.network._training import _graphs

    return list(_graphs.values())[-1]


def blueprint(n_features=4, n_classes=3, **params):
    """Return the description of a network that is not trained."""
    classifier = small(**params)
    classifier.n_features_in_, classifier.classes_ = n_features, np.arange(n_classes)
    return classifier._make_blueprint()
