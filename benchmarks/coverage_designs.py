"""Studies whose validations depend on each other, and what their intervals cover.

Recordings of the same subjects, several draws of the noise, repeats, fits that differ
much, errors of regressors, and what is named after looking: the largest difference of
two classifiers and the lowest recall. ``coverage.py`` prints the tables.
"""

from collections import namedtuple
from functools import partial

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GroupKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.parallel import delayed

from skn_noise import statistics

N_FOLDS = 5
HEADER = """
design               covers  width  of t  t covers  as samples  its width"""
LOOKED_HEADER = """
named after looking              alone  together"""

# `n` is the number of groups. Without `by_groups`, every group is one sample.
Design = namedtuple("Design", "draw model n by_groups n_repeats n_draws scale")


# --- samples --------------------------------------------------------------------------


def draw_subjects(rng, n, *, size=1, correlation=0.0):
    """Draw recordings of subjects of two classes; `size` may be a range."""
    sizes = rng.integers(*size, n) if isinstance(size, tuple) else np.full(n, size)
    subjects = np.repeat(np.arange(n), sizes)
    shared = np.sqrt(correlation) * rng.normal(size=(n, 6))
    own = np.sqrt(1 - correlation) * rng.normal(size=(len(subjects), 6))
    y = rng.integers(0, 2, n)[subjects]
    X = shared[subjects] + own
    X[:, 0] += 2 * y
    return X, y, subjects


def draw_xor(rng, n):
    """Draw four features, of which two decide by the sign of their product."""
    X = rng.choice([-1.0, 1.0], size=(n, 4)) + 0.3 * rng.normal(size=(n, 4))
    return X, (X[:, 0] * X[:, 1] > 0).astype(int), np.arange(n)


def draw_regression(rng, n, *, tail=np.inf):
    """Draw a linear target with normal errors, or those of Student's t."""
    X = rng.normal(size=(n, 5))
    errors = rng.normal(size=n) if np.isinf(tail) else rng.standard_t(tail, n)
    return X, X.sum(axis=1) + errors, np.arange(n)


def subjects(n, scale=0.5, n_draws=1, **options):
    """Make a design of recordings of `n` subjects."""
    draw = partial(draw_subjects, **options)
    return Design(draw, LinearDiscriminantAnalysis, n, True, 1, n_draws, scale)


def samples(model, n, *, draw=draw_subjects, n_repeats=1, n_draws=1, scale=0.5):
    """Make a design of `n` independent samples."""
    return Design(draw, model, n, False, n_repeats, n_draws, scale)


NEIGHBOURS = partial(KNeighborsClassifier, 5)
STUMP = partial(DecisionTreeClassifier, max_depth=3)
NETWORK = partial(MLPClassifier, (4,), solver="lbfgs", max_iter=100)
HEAVY = partial(draw_regression, tail=3)

DESIGNS = {
    "100 x 5, .7": subjects(100, size=5, correlation=0.7),
    "100 x 1-30, .8": subjects(100, size=(1, 31), correlation=0.8),
    "40 x 25, .9": subjects(40, size=25, correlation=0.9),
    "40 x 25, .3": subjects(40, size=25, correlation=0.3),
    "40 x 25, 0": subjects(40, size=25),
    "20 x 10, .7": subjects(20, size=10, correlation=0.7),
    "12 x 40, .8": subjects(12, size=40, correlation=0.8),
    "40 x 25, .3, 10 draws": subjects(40, 3, 10, size=25, correlation=0.3),
    "LDA, 1 draw": samples(LinearDiscriminantAnalysis, 200, scale=3),
    "LDA, 3 draws": samples(LinearDiscriminantAnalysis, 200, scale=3, n_draws=3),
    "LDA, 10 draws": samples(LinearDiscriminantAnalysis, 200, scale=3, n_draws=10),
    "naive Bayes": samples(GaussianNB, 200),
    "naive Bayes, 3 repeats": samples(GaussianNB, 200, n_repeats=3),
    "5 neighbours": samples(NEIGHBOURS, 200),
    "5 neighbours, 3 repeats": samples(NEIGHBOURS, 200, n_repeats=3),
    "XOR tree 100": samples(STUMP, 100, draw=draw_xor),
    "XOR tree 100, 3 repeats": samples(STUMP, 100, draw=draw_xor, n_repeats=3),
    "XOR tree 200": samples(STUMP, 200, draw=draw_xor),
    "XOR tree 200, 3 repeats": samples(STUMP, 200, draw=draw_xor, n_repeats=3),
    "XOR tree 1000": samples(STUMP, 1000, draw=draw_xor),
    "XOR tree 1000, 3 repeats": samples(STUMP, 1000, draw=draw_xor, n_repeats=3),
    "XOR network": samples(NETWORK, 200, draw=draw_xor),
    "XOR network, 3 repeats": samples(NETWORK, 200, draw=draw_xor, n_repeats=3),
    "squared error": samples(LinearRegression, 200, draw=draw_regression),
    "squared error, tails": samples(LinearRegression, 200, draw=HEAVY),
}
SLOW = {"XOR network", "XOR network, 3 repeats"}


# --- one study ------------------------------------------------------------------------


def results_of(design, fitted, X, y, rng):
    """Return whether the noisy samples are classified correctly, or their errors."""
    predicted = fitted.predict(X + design.scale * rng.normal(size=X.shape))
    return predicted == y if y.dtype.kind == "i" else (predicted - y) ** 2


def fit(design, X, y, rng):
    """Fit a model with seeds of its own to noisy samples."""
    model = design.model()
    if "random_state" in model.get_params():
        model.set_params(random_state=int(rng.integers(2**31)))
    return model.fit(X + design.scale * rng.normal(size=X.shape), y)


def intervals_of_one_set(design, seed):
    """Draw samples, cross-validate, and return the bounds of every method."""
    rng = np.random.default_rng([0, seed])
    X, y, groups = design.draw(rng, design.n)
    rows = []
    for fold, (train, validation) in enumerate(
        GroupKFold(N_FOLDS).split(X, y, rng.permutation(design.n)[groups])
    ):
        for repeat in range(design.n_repeats):
            fitted = fit(design, X[train], y[train], rng)
            for _ in range(design.n_draws):
                results = results_of(design, fitted, X[validation], y[validation], rng)
                labels = np.full((2, len(validation)), [[fold], [repeat]])
                rows.append(np.stack([results, validation, *labels]))
    results, validated, folds, repeats = np.concatenate(rows, axis=1)
    is_accuracy = y.dtype.kind == "i"
    interval = statistics.accuracy_interval if is_accuracy else statistics.loss_interval
    options = {"samples": validated, "n_train": len(X) * (1 - 1 / N_FOLDS)}
    known = {"folds": folds, "repeats": repeats}
    if design.by_groups:
        known["clusters"] = groups[validated.astype(int)]
    means = [results[folds == fold].mean() for fold in range(N_FOLDS)]
    ratio = 1 / (N_FOLDS - 1)
    return (
        interval(results, **options, **known)[1:],
        statistics.mean_interval(means, validation_train_ratio=ratio),
        interval(results, **options)[1:],
    )


def score_of_one_fit(design, seed):
    """Return the mean result of a fit on samples of its own."""
    rng = np.random.default_rng([1, seed])
    X, y, _ = design.draw(rng, round(design.n * (1 - 1 / N_FOLDS)))
    fitted = fit(design, X, y, rng)
    X, y, _ = design.draw(rng, 2000)
    return results_of(design, fitted, X, y, rng).mean()


def print_designs(n_sets, parallel):
    """Print coverage and widths, next to the corrected t and to samples as such."""
    print(HEADER)
    for name, design in DESIGNS.items():
        n = max(20, n_sets // 3) if name in SLOW else n_sets
        sets = parallel(delayed(intervals_of_one_set)(design, i) for i in range(n))
        truth = np.mean(
            parallel(delayed(score_of_one_fit)(design, i) for i in range(n))
        )
        bounds = np.array(sets)
        covers = ((bounds[..., 0] <= truth) & (truth <= bounds[..., 1])).mean(axis=0)
        ours, of_t, plain = np.ptp(bounds, axis=-1).mean(axis=0)
        error = 1000 * np.sqrt(covers[0] * (1 - covers[0]) / n)
        print(
            f"{name:24} {covers[0]:.3f}({error:.0f}) {ours:6.3f} {ours / of_t:5.2f} "
            f"{covers[1]:9.3f} {covers[2]:11.3f} {plain:10.3f}",
            flush=True,
        )


# --- named after looking --------------------------------------------------------------

SCALES = (0.0, 0.5, 1.0, 2.0, 4.0)
PAIR = partial(KNeighborsClassifier, 1), GaussianNB


def differences_at_all_scales(training, validation, noises):
    """Return where each of two classifiers is right, of shape (2, n_scales, n)."""
    (X, y), (X_validation, y_validation) = training, validation
    noise, validation_noise = noises
    return np.array(
        [
            [
                model()
                .fit(X + s * noise, y)
                .predict(X_validation + s * validation_noise)
                == y_validation
                for s in SCALES
            ]
            for model in PAIR
        ]
    )


def largest_difference_of_one_set(truth, seed, n=200):
    """Return whether two intervals of the largest difference hold the truth."""
    rng = np.random.default_rng([0, seed])
    X, y, _ = draw_subjects(rng, n)
    noises = rng.normal(size=(2, *X.shape))
    parts = []
    for train, validation in GroupKFold(N_FOLDS).split(X, y, rng.permutation(n)):
        sides = (X[train], y[train]), (X[validation], y[validation])
        of_sides = noises[0][train], noises[1][validation]
        parts.append(differences_at_all_scales(*sides, of_sides))
    pairs = np.concatenate(parts, axis=2)
    options = {"samples": np.arange(n), "n_train": 0.8 * n, "training_weight": 1 / 4}
    options["folds"] = np.repeat(np.arange(N_FOLDS), n // N_FOLDS)
    largest = np.argmax(np.abs(np.subtract(*pairs.mean(axis=2))))
    return [
        lower <= truth[largest] <= upper
        for level in (0.95, 1 - 0.05 / len(SCALES))
        for _, lower, upper, _ in [
            statistics.accuracy_difference(
                *pairs[:, largest], confidence=level, **options
            )
        ]
    ]


def true_differences(seed, n=200):
    """Return the differences of two classifiers that are fitted to other samples."""
    rng = np.random.default_rng([1, seed])
    training, validation = (draw_subjects(rng, size)[:2] for size in (n * 4 // 5, 2000))
    noises = [rng.normal(size=side[0].shape) for side in (training, validation)]
    return np.subtract(
        *differences_at_all_scales(training, validation, noises).mean(axis=2)
    )


def draw_classes(rng, n, n_classes=10):
    """Draw classes whose centres lie on a line, so that the outer ones are easier."""
    y = rng.integers(0, n_classes, n)
    return 1.5 * y[:, np.newaxis] + rng.normal(size=(n, 3)), y


def lowest_recall_of_one_set(seed, n=1000):
    """Return whether two intervals of the lowest recall hold that of the same fit."""
    rng = np.random.default_rng([0, seed])
    fitted = LinearDiscriminantAnalysis().fit(*draw_classes(rng, 3 * n))
    (X, y), (others, targets) = draw_classes(rng, n), draw_classes(rng, 20 * n)
    correct, known = fitted.predict(X) == y, fitted.predict(others) == targets
    lowest = min(range(10), key=lambda label: correct[y == label].mean())
    correct, truth = correct[y == lowest], known[targets == lowest].mean()
    return [
        lower <= truth <= upper
        for level in (0.95, 1 - 0.05 / 10)
        for _, lower, upper in [
            statistics.accuracy_interval(
                correct,
                samples=np.arange(len(correct)),
                n_train=1,
                training_weight=0,
                confidence=level,
            )
        ]
    ]


def print_looked(n_sets, parallel):
    """Print what intervals cover that are chosen after looking at all of them."""
    print(LOOKED_HEADER)
    truth = np.mean(parallel(delayed(true_differences)(i) for i in range(n_sets)), 0)
    found = {
        "largest difference of 5 scales": parallel(
            delayed(largest_difference_of_one_set)(truth, i) for i in range(n_sets)
        ),
        "lowest recall of 10 classes": parallel(
            delayed(lowest_recall_of_one_set)(i) for i in range(n_sets)
        ),
    }
    for name, held in found.items():
        alone, together = np.mean(held, axis=0)
        print(f"{name:31} {alone:6.3f} {together:9.3f}", flush=True)
