"""Simulate how often the intervals of accuracies and log losses cover the truth.

    nice python benchmarks/coverage.py [--quick] [--designs] [--sets 300] [--jobs 2]

Every setting is a distribution, a classifier and five scales of noise. Data sets are
drawn from it, cross-validated with noise of its own on either side of every split, and
given their intervals. The truth is the mean over many other training sets, as large as
those of the folds, on validation samples of their own. ``coverage_designs.py`` has the
settings in which validations depend on each other: groups, draws, repeats, fits that
differ much; ``coverage_tolerances.py`` simulates tolerances. The tables stand in
``docs/measured.rst``.
"""

import argparse
from collections import namedtuple
from functools import partial

import numpy as np
import sklearn
from coverage_designs import print_designs, print_looked
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import (
    RepeatedStratifiedKFold,
    StratifiedKFold,
    StratifiedShuffleSplit,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.parallel import Parallel, delayed

from skn_noise import statistics

SCALES = (0.0, 0.5, 1.0, 2.0, 4.0)
SIZES = (200, 1000)

Setting = namedtuple(
    "Setting", "classifier n_features distance shares tail rival scales"
)
setting = partial(Setting, shares=(0.5, 0.5), tail=np.inf, rival=None, scales=SCALES)
CENTROID, LDA, BAYES = NearestCentroid, LinearDiscriminantAnalysis, GaussianNB
TREE = partial(DecisionTreeClassifier, random_state=0)
NEIGHBOUR = partial(KNeighborsClassifier, n_neighbors=1)

# `distance` is that of any two centres, in standard deviations of a class.
SETTINGS = {
    "centroids": setting(CENTROID, 5, 2.0),
    "near 1": setting(CENTROID, 5, 5.2, scales=(0.0, 0.1, 0.2, 0.3, 0.4)),
    "Bayes near 1": setting(BAYES, 10, 6.0, scales=(0.0, 0.5, 1.0, 1.5, 2.0)),
    "chance": setting(BAYES, 5, 0.0),
    "LDA 40 features": setting(LDA, 40, 3.0, rival=BAYES),
    "1 in 10": setting(LDA, 5, 2.5, shares=(0.9, 0.1)),
    "3 unequal": setting(BAYES, 6, 3.0, shares=(0.6, 0.3, 0.1), rival=LDA),
    "heavy tails": setting(LDA, 5, 2.5, tail=3),
    "1 neighbour": setting(NEIGHBOUR, 5, 3.0, rival=BAYES),
    "tree": setting(TREE, 10, 3.0),
}
# A true cost of -.047 for nearest centroids trained on 160 samples, from ever lower.
POWER = [
    setting(CENTROID, 5, distance, scales=(0.0, scale))
    for distance, scale in [(6.0, 1.49), (5.2, 1.235), (3.3, 0.78), (2.0, 0.68)]
]
SPLITS = {
    "5": partial(StratifiedKFold, 5, shuffle=True),
    "10": partial(StratifiedKFold, 10, shuffle=True),
    "hold": partial(StratifiedShuffleSplit, 1, test_size=0.25),
    "3x5": partial(RepeatedStratifiedKFold, n_splits=5, n_repeats=3),
    "shuf": partial(StratifiedShuffleSplit, 10, test_size=0.2),
}
TRAIN_SHARE = {"5": 0.8, "10": 0.9, "hold": 0.75, "3x5": 0.8, "shuf": 0.8}
ALWAYS = ["5", "10", "hold"]
OFTEN = {"centroids", "near 1", "1 in 10", "tree"}
ACCURACY_HEADER = """
                           accuracy                      cost
setting             n cv   covers least width t covers   covers least width t covers"""
FURTHER_HEADER = """
setting             n cv   band  rival    least  loss     least  its cost least"""
POWER_HEADER = """
accuracy   cost   ours corrected t  a = 0"""


# --- drawing and fitting --------------------------------------------------------------


def draw(chosen, n_samples, rng):
    """Draw classes and their samples: normal, or with the tails of Student's t."""
    y = rng.choice(len(chosen.shares), size=n_samples, p=chosen.shares)
    X = rng.standard_normal((n_samples, chosen.n_features))
    if np.isfinite(chosen.tail):
        X /= np.sqrt(rng.chisquare(chosen.tail, (n_samples, 1)) / chosen.tail)
    X[np.arange(n_samples), y] += chosen.distance / np.sqrt(2)
    return X, y


def fit_and_validate(classifier, X, y, X_validation, y_validation):
    """Return which validations are correct, and the probability of every target."""
    fitted = classifier().fit(X, y)
    if isinstance(fitted, (NearestCentroid, DecisionTreeClassifier)):
        probabilities = np.zeros(len(y_validation))
        return fitted.predict(X_validation) == y_validation, probabilities
    table = fitted.predict_proba(X_validation)
    place = np.searchsorted(fitted.classes_, y_validation).clip(max=table.shape[1] - 1)
    known = fitted.classes_[place] == y_validation
    probabilities = np.where(known, table[np.arange(len(place)), place], 0.0)
    return fitted.classes_[table.argmax(axis=1)] == y_validation, probabilities


def validate_with_noise(chosen, classifier, training, validation, rng):
    """Fit and validate at every scale, with one draw of noise on either side."""
    (X, y), (X_validation, y_validation) = training, validation
    noise = rng.standard_normal(X.shape)
    validation_noise = rng.standard_normal(X_validation.shape)
    results = []
    for scale in chosen.scales:
        noisy, validated = X + scale * noise, X_validation + scale * validation_noise
        results.append(fit_and_validate(classifier, noisy, y, validated, y_validation))
    return tuple(np.array(part) for part in zip(*results, strict=True))


def cross_validate(chosen, classifier, X, y, folds, rng):
    """Return what every validation gave, of shape (n_scales, n_validations)."""
    results = []
    for train, validation in folds:
        sides = (X[train], y[train]), (X[validation], y[validation])
        results.append(validate_with_noise(chosen, classifier, *sides, rng))
    return tuple(np.concatenate(part, axis=1) for part in zip(*results, strict=True))


def score_of_one_fit(chosen, classifier, n_train, seed):
    """Return accuracy and loss at every scale of a fit on samples of its own."""
    rng = np.random.default_rng(seed)
    sides = draw(chosen, n_train, rng), draw(chosen, 1000, rng)
    correct, probabilities = validate_with_noise(chosen, classifier, *sides, rng)
    losses = -np.log(probabilities.clip(np.finfo(float).eps))
    return correct.mean(axis=1), losses.mean(axis=1)


# --- the intervals of one data set ----------------------------------------------------


def intervals_of_one_set(chosen, split, n_samples, seed):
    """Draw a data set and compute all intervals, (lower, upper) a scale and method."""
    rng = np.random.default_rng(seed)
    X, y = draw(chosen, n_samples, rng)
    folds = list(SPLITS[split](random_state=int(rng.integers(2**31))).split(X, y))
    noise_seed = rng.integers(2**63)
    correct, probabilities = cross_validate(
        chosen, chosen.classifier, X, y, folds, np.random.default_rng(noise_seed)
    )
    options = {
        "samples": np.concatenate([validation for _, validation in folds]),
        "n_train": np.mean([len(train) for train, _ in folds]),
        "folds": np.repeat(np.arange(len(folds)), [len(fold) for _, fold in folds]),
    }
    found = of_accuracies(correct, options)
    if ((probabilities > 0) & (probabilities < 1)).any():
        found |= of_losses(probabilities, options)
    if len(folds) > 1:
        found |= of_folds(correct, folds)
    if chosen.rival is not None:
        theirs, _ = cross_validate(
            chosen, chosen.rival, X, y, folds, np.random.default_rng(noise_seed)
        )
        found["rival"] = [
            statistics.accuracy_difference(*pair, training_weight=1 / 4, **options)[1:3]
            for pair in zip(correct, theirs, strict=True)
        ]
    return {method: np.array(bounds) for method, bounds in found.items()}


def of_accuracies(correct, options):
    """Compute the intervals of accuracies, those of a band, and of paired costs."""
    interval = partial(statistics.accuracy_interval, **options)
    cost = partial(
        statistics.accuracy_difference, reference_correct=correct[0], **options
    )
    level = 1 - 0.05 / len(correct)
    return {
        "accuracy": [interval(row)[1:] for row in correct],
        "band": [interval(row, confidence=level)[1:] for row in correct],
        "cost": [cost(row)[1:3] for row in correct[1:]],
        "cost a=0": [cost(row, training_weight=0)[1:3] for row in correct[1:]],
    }


def of_losses(probabilities, options):
    """Compute the intervals of mean log losses and of their paired costs."""
    return {
        "loss": [
            statistics.log_loss_interval(row, **options)[1:] for row in probabilities
        ],
        "loss cost": [
            statistics.log_loss_difference(row, probabilities[0], **options)[1:3]
            for row in probabilities[1:]
        ],
    }


def of_folds(correct, folds):
    """Compute the corrected t intervals, which stand on the scores of folds alone."""
    ends = np.cumsum([len(validation) for _, validation in folds])[:-1]
    scores = [[part.mean() for part in np.split(row, ends)] for row in correct]
    options = {"validation_train_ratio": len(folds[0][1]) / len(folds[0][0])}
    return {
        "accuracy t": [statistics.mean_interval(row, **options) for row in scores],
        "cost t": [
            statistics.paired_difference(row, scores[0], **options)[1:3]
            for row in scores[1:]
        ],
    }


# --- many data sets -------------------------------------------------------------------


def run_study(chosen, split, n_samples, *, n_sets, parallel):
    """Return the truth and the bounds of every method, each over sets and scales."""
    n_train = round(TRAIN_SHARE[split] * n_samples)
    sets = parallel(
        delayed(intervals_of_one_set)(chosen, split, n_samples, [0, number])
        for number in range(n_sets)
    )
    bounds = {method: np.array([one[method] for one in sets]) for method in sets[0]}
    accuracy, loss = find_truth(chosen, chosen.classifier, n_train, n_sets, parallel)
    truth = {"accuracy": accuracy, "accuracy t": accuracy, "band": accuracy}
    cost = accuracy[1:] - accuracy[0]
    truth |= {"cost": cost, "cost t": cost, "cost a=0": cost}
    truth |= {"loss": loss, "loss cost": loss[1:] - loss[0]}
    if chosen.rival is not None:
        theirs, _ = find_truth(chosen, chosen.rival, n_train, n_sets, parallel)
        truth["rival"] = accuracy - theirs
    return truth, bounds


def find_truth(chosen, classifier, n_train, n_fits, parallel):
    """Average accuracies and losses over training sets, of shape (n_scales,) each."""
    fits = parallel(
        delayed(score_of_one_fit)(chosen, classifier, n_train, [1, number])
        for number in range(n_fits)
    )
    return np.mean(fits, axis=0)


def is_covered(truth, bounds):
    """Tell where bounds hold the truth; NaN where there are none."""
    lower, upper = bounds[..., 0], bounds[..., 1]
    held = (lower <= truth) & (truth <= upper)
    return np.where(np.isnan(lower), np.nan, held)


# --- the table ------------------------------------------------------------------------


def short(number):
    """Write a share with three digits and no zero in front."""
    return f"{number:.3f}".removeprefix("0")


def coverage_cell(truth, bounds, method):
    """Write the mean coverage, its error in thousandths, and the least of a scale."""
    if method not in bounds or np.isnan(bounds[method]).mean() > 0.5:
        return f"{'-':>8} {'-':>5}"
    covered = is_covered(truth[method], bounds[method])
    covered = covered[~np.isnan(covered).all(axis=1)]
    of_sets = np.nanmean(covered, axis=1)
    error = np.std(of_sets) / np.sqrt(len(of_sets))
    mean, least = short(of_sets.mean()), short(np.nanmean(covered, axis=0).min())
    return f"{f'{mean}({1000 * error:.0f})':>8} {least:>5}"


def against_t_cell(truth, bounds, method):
    """Write the width relative to the corrected t, and what that covers."""
    theirs = f"{method} t"
    if theirs not in bounds:
        return f"{'-':>5} {'-':>5}"
    width, their_width = (np.ptp(bounds[m], axis=-1).mean() for m in (method, theirs))
    covered = is_covered(truth[theirs], bounds[theirs]).mean()
    return f"{width / their_width:5.2f} {short(covered):>5}"


def accuracy_row(truth, bounds):
    """Write what the intervals of accuracies and costs cover, next to corrected t."""
    cells = [
        write(truth, bounds, method)
        for method in ("accuracy", "cost")
        for write in (coverage_cell, against_t_cell)
    ]
    return "{} {}  {} {}".format(*cells)


def further_row(truth, bounds):
    """Write what a band, a rival's difference and the intervals of losses cover."""
    jointly = is_covered(truth["band"], bounds["band"]).all(axis=1).mean()
    methods = ("rival", "loss", "loss cost")
    cells = [coverage_cell(truth, bounds, method) for method in methods]
    return "  ".join([short(jointly).rjust(5), *cells])


def power_row(truth, bounds):
    """Write a true cost, and how often each method finds it."""
    found = [
        short(np.mean(bounds[method][:, 0, 1] < 0))
        for method in ("cost", "cost t", "cost a=0")
    ]
    return "  ".join([f"{truth['accuracy'][0]:.3f}", f"{truth['cost'][0]:.3f}", *found])


def studies(is_quick):
    """Yield what is simulated: setting, number of samples and split."""
    for name in SETTINGS:
        for n_samples in SIZES[:1] if is_quick else SIZES:
            for split in SPLITS:
                if split in ALWAYS or (name in OFTEN and n_samples == SIZES[0]):
                    yield name, n_samples, split


def main():
    """Read the command line, simulate all settings and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one size and few sets")
    parser.add_argument("--designs", action="store_true", help="dependent ones alone")
    parser.add_argument("--sets", type=int, default=300, help="data sets a line")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    args = parser.parse_args()
    # The samples are drawn here, so nothing about them needs a check in every fit.
    sklearn.set_config(assume_finite=True, skip_parameter_validation=True)
    options = {"n_sets": 20 if args.quick else args.sets}
    options["parallel"] = Parallel(n_jobs=args.jobs)
    print_designs(**options)
    print_looked(**options)
    if not args.designs:
        print_settings(args.quick, options)


def print_settings(is_quick, options):
    """Simulate all settings of independent samples and print their tables."""
    further = []
    print(ACCURACY_HEADER)
    for name, n_samples, split in studies(is_quick):
        study = run_study(SETTINGS[name], split, n_samples, **options)
        begin = f"{name:16} {n_samples:4} {split:>4}"
        print(begin, accuracy_row(*study), flush=True)
        further.append(f"{begin} {further_row(*study)}")
    print(FURTHER_HEADER, *further, sep="\n")
    print(POWER_HEADER)
    options["n_sets"] *= 3
    for chosen in POWER:
        print(power_row(*run_study(chosen, "5", SIZES[0], **options)), flush=True)


if __name__ == "__main__":
    main()
