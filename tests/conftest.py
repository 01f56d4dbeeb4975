import os
import sys

# Before SciPy is imported: the common checks of scikit-learn that need it run, too.
os.environ.setdefault("SCIPY_ARRAY_API", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
# pytest-xdist starts a process per core, so that each needs one thread.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import settings
from per_sample import noisy, predicted_curve
from recorded import Recorded
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from small_networks import small, small_pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    GlobalStandardScaler,
    noise_curve,
)

# They send signals, open terminals, fork or limit the size of files.
if os.name != "posix":
    collect_ignore = [
        f"test_{name}.py"
        for name in (
            "cluster",
            "command",
            "network_processes",
            "run",
            "signals",
            "store",
            "workers",
        )
    ]

settings.register_profile(
    "repeatable", deadline=None, derandomize=True, max_examples=30
)
settings.load_profile("repeatable")


@pytest.hookimpl(optionalhook=True)  # pytest may run without pytest-xdist
def pytest_xdist_make_scheduler(config, log):
    """Keep tests of a file in one process, where they share fixtures, if possible."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.fixture(scope="session")
def digits():
    X, y = load_digits(return_X_y=True)
    return X[:300] / 16, y[:300]


@pytest.fixture(scope="session")
def plain(digits):
    """The small network as it is trained by default, to compare others with."""
    return small().fit(*digits)


@pytest.fixture(scope="session")
def trained(digits):
    """A network that has learned the digits, by their names, with validation."""
    X, y = digits
    names = np.array([f"digit {9 - label}" for label in y])
    network = small(
        hidden_layer_sizes=(16,), learning_rate=0.01, epochs=15, batch_size=32
    )
    return network.fit(X, names, X_val=X[:50], y_val=names[:50])


@pytest.fixture(scope="session")
def bayes_curve(digits):
    """Naive Bayes on noisy digits at three scales in three folds."""
    cv = StratifiedKFold(3, shuffle=True, random_state=0)
    return noise_curve(noisy(), *digits, cv=cv, scales=[0.1, 0.5, 1.0])


@pytest.fixture(scope="session")
def repeated_curve(digits):
    """A study of three repeats with its predictions, which no test changes."""
    return predicted_curve(noisy(), *digits, scales=[0.1, 1], n_repeats=3)


@pytest.fixture
def quick_pipeline():
    """Our pipeline with a classifier that is fitted in milliseconds."""
    return Pipeline(
        [
            ("standardize", GlobalStandardScaler()),
            ("noise", GaussianNoiseTransformer(random_state=0)),
            ("classifier", LogisticRegression(max_iter=1000)),
        ]
    )


@pytest.fixture
def counted(quick_pipeline):
    """The quick pipeline, and a list to which every fit adds its number of samples."""
    fits = []

    class Counted(LogisticRegression):
        def fit(self, X, y):
            fits.append(len(X))
            return super().fit(X, y)

    return quick_pipeline.set_params(classifier=Counted(max_iter=1000)), fits


@pytest.fixture
def small_mlp_pipeline():
    return small_pipeline()


@pytest.fixture
def recorded(tmp_path):
    return Recorded(str(tmp_path / "log"))


@pytest.fixture(autouse=True)
def _forget_own_modules():
    """Each test writes modules of its own, under names that other tests use, too."""
    yield
    for name in list(sys.modules):
        if name.partition(".")[0].startswith("own"):
            del sys.modules[name]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")
