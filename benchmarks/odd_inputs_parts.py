"""What the calls of odd_inputs.py are made of."""

from contextlib import contextmanager

import numpy as np
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

import skn_noise as skn

N = 40
RNG = np.random.default_rng(0)
Y = np.arange(N) % 2
X = RNG.normal(size=(N, 4)) + Y[:, None]
SCALES = [0.0, 1.0, 3.0]
NOISY = {"scales": (0.0, 1.0, 3.0), "param_name": "gaussiannoisetransformer__scale"}


class CannotBeMadeError(Exception):
    """An odd value cannot be saved in a file, so that it can never come out of one."""


@contextmanager
def making():
    """Tell errors in making a file from those in loading it."""
    try:
        yield
    except Exception as error:
        raise CannotBeMadeError from error


def pipeline():
    """Return noise before a classifier that needs no training to speak of."""
    return make_pipeline(skn.GaussianNoiseTransformer(random_state=0), GaussianNB())


class WatchedGaussianNB(GaussianNB):
    """Tell of one epoch, at the cost of none."""

    def fit(self, X, y, sample_weight=None, X_val=None, y_val=None):
        """Fit and validate."""
        super().fit(X, y, sample_weight)
        figures = {
            "accuracy": self.score(X, y),
            "val_accuracy": self.score(X_val, y_val),
        }
        self.history_ = {name: [value] for name, value in figures.items()}
        return self


def watched_pipeline():
    """Return a pipeline whose classifier tells of its epochs."""
    noise = skn.GaussianNoiseTransformer(random_state=0)
    return make_pipeline(noise, WatchedGaussianNB())
