"""Check certified radii on the digits of scikit-learn, against exact ones, by attacks.

    python benchmarks/smoothing.py [accuracy] [linear] [attack] [speed]

The figures stand in ``docs/measured.rst``.
"""

import sys
import time

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from skn_noise import KerasMLPClassifier, NoisyCopies, SmoothedClassifier

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=500, stratify=y, random_state=0
)
FOREST = RandomForestClassifier(random_state=0)
RADII = [0, 1, 2, 4, 6]


def on_copies(model, scale):
    """Train on five noisy copies."""
    return NoisyCopies(model, scale=scale, random_state=0)


def smoothed(model, scale, **params):
    """Fit a smoothed classifier."""
    model = SmoothedClassifier(model, scale=scale, random_state=0, **params)
    return model.fit(X_train, y_train)


def accuracy():
    """Print certified accuracies, and those of a single draw."""
    for scale, training, model in [
        (4.0, "copies", on_copies(FOREST, 4.0)),
        (4.0, "clean", FOREST),
        (2.0, "copies", on_copies(FOREST, 2.0)),
    ]:
        votes = smoothed(model, scale)
        table = votes.certified_accuracy(X_test, y_test, RADII)
        single = votes.set_params(n_draws=1).score(X_test, y_test)
        print(f"scale {scale:g}, {training}: {table['accuracy'].tolist()}")
        print(f"    a single draw: {single:.3f}", flush=True)


def linear(n_samples=10_000):
    """Compare radii with the exact ones of a linear classifier, for many seeds."""
    rng = np.random.default_rng(0)
    plane = LogisticRegression().fit([[-1.0, 0.0], [1.0, 0.0]], [0, 1])
    plane.coef_[:], plane.intercept_[:] = [[3.0, 4.0]], -5.0
    for n_draws, n_seeds in ((100, 10), (1000, 10), (10_000, 1)):
        too_large, shares = 0, []
        for seed in range(n_seeds):
            points = rng.normal(0, 1.5, (n_samples // n_seeds, 2))
            exact = np.abs(points @ [3, 4] - 5) / 5
            model = SmoothedClassifier(
                FrozenEstimator(plane), scale=1.0, n_draws=n_draws, random_state=seed
            )
            radii = model.fit(points, np.arange(len(points)) % 2).certify(points)
            is_right = radii["prediction"] == plane.predict(points)
            too_large += int((radii["radius"] > np.where(is_right, exact, 0)).sum())
            near = (exact > 0.5) & (exact < 2)
            shares.append((radii["radius"] / exact)[near])
        shares = np.concatenate(shares)
        print(
            f"{n_draws} draws: {too_large} of {n_samples} radii too large; "
            f"radius / exact, exact .5 to 2: median {np.median(shares):.3f}, "
            f"1 % below {np.quantile(shares, 0.01):.3f}",
            flush=True,
        )


def steepest(model, x, label, scale, rng):
    """Return the direction in which the share of votes for the label falls fastest."""
    draws = rng.normal(size=(1000, len(x)))
    other = model.estimator_.predict(x + scale * draws) != label
    direction = draws[other].mean(axis=0) if other.any() else rng.normal(size=len(x))
    return direction / np.linalg.norm(direction)


def attack(n_tries=1000, scale=4.0):
    """Search for a point within the radius that has another class."""
    network = KerasMLPClassifier(
        (64,), epochs=30, batch_size=32, input_noise=scale, random_state=0
    )
    for name, model in [
        ("forest", on_copies(RandomForestClassifier(20, random_state=0), scale)),
        ("5-NN", on_copies(KNeighborsClassifier(), scale)),
        ("network", network),
    ]:
        rng = np.random.default_rng(0)
        votes = smoothed(model, scale)
        table = votes.certify(X_test)
        rows = np.flatnonzero(table["radius"])[: n_tries // 4]
        found = dict.fromkeys((0.99, 1.5, 2.0), 0)
        tries = 0
        for row in rows:
            x, (label, radius, _) = X_test[row], table.loc[row]
            directions = rng.normal(size=(2, len(x)))
            others = X_test[table["prediction"].to_numpy() != label]
            nearest = others[np.linalg.norm(others - x, axis=1).argmin()] - x
            directions = [*directions, nearest, steepest(votes, x, label, scale, rng)]
            directions /= np.linalg.norm(directions, axis=1, keepdims=True)
            tries += len(directions)
            for factor in found:
                points = x + factor * radius * directions
                found[factor] += int((votes.predict(points) != label).sum())
        print(
            f"{name}: {tries} tries, found at factors of the radius {found}", flush=True
        )


def speed(scale=4.0):
    """Compare the time of votes with that of predicting as many rows, on one core."""
    votes = smoothed(on_copies(FOREST, scale), scale)
    rows = np.repeat(X_test, votes.n_draws, axis=0)
    rows += scale * np.random.default_rng(0).normal(size=rows.shape)
    ratios = []
    for _ in range(3):
        start = time.process_time()
        votes.estimator_.predict(rows)
        middle = time.process_time()
        votes.predict(X_test)
        end = time.process_time()
        ratios.append((end - middle) / (middle - start))
        print(f"rows {middle - start:.1f} s, votes {end - middle:.1f} s", flush=True)
    print(f"median ratio {np.median(ratios):.2f}")


if __name__ == "__main__":
    for part in sys.argv[1:] or ["accuracy", "linear", "attack", "speed"]:
        globals()[part]()
