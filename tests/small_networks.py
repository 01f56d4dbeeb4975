"""A network that is trained in a moment, and what the tests look at in it."""

import numpy as np

from skn_noise import KerasMLPClassifier
from skn_noise.network._training import _graphs


def small(**params):
    defaults = {"hidden_layer_sizes": (9,), "epochs": 2, "random_state": 0}
    return KerasMLPClassifier(**{**defaults, **params})


def weights(classifier):
    network = classifier.model_
    return np.concatenate([w.numpy().ravel() for w in network.trainable_weights])


def latest_graph():
    return list(_graphs.values())[-1]
