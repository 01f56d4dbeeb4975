"""A classifier that tells how often it was fitted, and noise curves of it."""

import os
import signal
import time
from pathlib import Path

import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.neighbors import NearestCentroid

from skn_noise import GaussianNoiseTransformer, noise_curve

SCALES = [0.5, 2.0]


class Recorded(ClassifierMixin, BaseEstimator):
    """A quick classifier behind noise that writes a line to `log` for every fit.

    It waits, fails, is killed, or runs out of room, at the scale that the file of that
    name beside the log says.
    """

    def __init__(self, log, scale=1.0, seconds=0.0):
        self.log = log
        self.scale = scale
        self.seconds = seconds

    def fit(self, X, y):
        self.noise_ = GaussianNoiseTransformer(self.scale, random_state=0)
        self.centroids_ = NearestCentroid().fit(self.noise_.fit_transform(X), y)
        self.classes_ = self.centroids_.classes_
        with open(self.log, "a") as log:
            log.write(f"{self.scale} {os.getpid()}\n")
        time.sleep(self.seconds)
        while self._is_told_to("wait"):
            time.sleep(0.01)
        if self._is_told_to("fail"):
            raise RuntimeError("told to fail")
        if self._is_told_to("die"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self._is_told_to("limit"):
            import resource  # which Windows lacks

            _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, most))
        if self._is_told_to("interrupt"):
            raise KeyboardInterrupt
        return self

    def predict(self, X):
        return self.centroids_.predict(self.noise_.transform(X))

    def _is_told_to(self, what):
        try:
            return float(Path(self.log).with_name(what).read_text()) == self.scale
        except FileNotFoundError:
            return False


def run(recorded, *, scales=SCALES, **params):
    X, y = load_iris(return_X_y=True)
    defaults = {"X": X, "y": y, "scoring": "accuracy", "cv": 3, "param_name": "scale"}
    defaults["memory"] = Path(recorded.log).with_name("memory")
    return noise_curve(recorded, scales=scales, **{**defaults, **params})


def n_fits(recorded):
    log = Path(recorded.log)
    return len(log.read_text().splitlines()) if log.exists() else 0


def entries(recorded):
    return sorted(Path(recorded.log).parent.glob("memory/skn_noise-cells/*/*-*.json"))


def tell(recorded, what, scale=None):
    order = Path(recorded.log).with_name(what)
    order.unlink() if scale is None else order.write_text(str(scale))


def wait_until(condition, seconds=60):
    """Wait for a condition; fail if it does not come true in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def assert_same_scores(curve, other):
    columns = ["scale", "fold", "split", "metric", "value"]
    pd.testing.assert_frame_equal(
        curve.scores[columns], other.scores[columns], check_exact=True
    )
