"""A cheap call of every public name with all arguments fine, for odd_inputs.py."""

from contextlib import contextmanager
from itertools import count

import matplotlib
import numpy as np
import pandas as pd
from sklearn.model_selection import GridSearchCV, validation_curve
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

import skn_noise as skn
from skn_noise import statistics
from skn_noise.layers import InputNoise

matplotlib.use("agg")
N = 40
RNG = np.random.default_rng(0)
Y = np.arange(N) % 2
X = RNG.normal(size=(N, 4)) + Y[:, None]
SCALES = [0.0, 1.0, 3.0]
NOISY = {"scales": np.array(SCALES), "param_name": "gaussiannoisetransformer__scale"}


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


def fine_calls(folder):
    """Return a function and its arguments by the name in the table."""
    return {
        **estimators(),
        **studies(),
        **results(),
        **displays(),
        **data(folder),
        **intervals(),
    }


def estimators():
    """Fit and apply each of them."""

    def transform(X, **params):
        return skn.GaussianNoiseTransformer(**params).fit_transform(X)

    def transform_later(X, X_later, **changes):
        fitted = skn.GaussianNoiseTransformer(random_state=0).fit(X)
        return fitted.set_params(**changes).transform(X_later)

    def standardise(X):
        scaler = skn.GlobalStandardScaler().fit(X)
        return scaler.inverse_transform(scaler.transform(X))

    def parzen(X, y, X_later, **params):
        fitted = skn.GaussianParzenClassifier(**params).fit(X, y)
        return fitted.predict_proba(X_later), fitted.median_effective_neighbors(X_later)

    def network(X, y, X_later, sample_weight, X_val, y_val, **params):
        params = {"hidden_layer_sizes": (2,), "epochs": 1, "random_state": 0} | params
        classifier = skn.KerasMLPClassifier(**params)
        classifier.fit(X, y, sample_weight, X_val=X_val, y_val=y_val)
        return classifier.predict_proba(X_later)

    def pipe(**params):
        steps_before_the_network = skn.make_noise_pipeline(**params)[:-1]
        return steps_before_the_network.fit_transform(X)

    def layer(stddev, seed):
        return np.asarray(InputNoise(stddev, seed=seed)(X, training=True))

    noise = {"scale": 1.0, "apply_to": "both", "resample": False, "random_state": 0}
    fitted_on = {"X": X, "y": Y, "X_later": X + 0.1}
    mlp = {"activation": "relu", "dropout": 0.2, "input_noise": 0.0}
    mlp |= {"optimizer": "adam", "learning_rate": 0.01, "batch_size": 32, "verbose": 0}
    mlp |= {"epochs": 1, "hidden_layer_sizes": (2,), "random_state": 0}
    mlp |= {"callbacks": None, "class_weight": None, "sample_weight": np.ones(N)}
    mlp |= {"X_val": X + 0.2, "y_val": Y.copy()}
    pipe_params = {"scale": 1.0, "random_state": 0, "memory": None}
    return {
        "GaussianNoiseTransformer": (transform, {"X": X, "loc": 0.0} | noise),
        "GaussianNoiseTransformer, fitted": (
            transform_later,
            {"X": X, "X_later": X + 1} | noise,
        ),
        "GlobalStandardScaler": (standardise, {"X": X}),
        "GaussianParzenClassifier": (
            parzen,
            {"scale": 1.0, "classes": None} | fitted_on,
        ),
        "KerasMLPClassifier": (network, fitted_on | mlp),
        "make_noise_pipeline": (pipe, pipe_params),
        "layers.InputNoise": (layer, {"stddev": 1.0, "seed": 0}),
    }


def studies():
    """Run each of them on two folds."""
    common = {"estimator": pipeline(), "X": X, "y": Y, "training": "frozen"}
    common |= {"param_name": NOISY["param_name"], "groups": None, "cv": 2}
    common |= {"scoring": "accuracy", "n_jobs": None, "memory": None, "params": None}
    common |= {"error_score": "raise", "progress": False}
    curve = common | {"scales": np.array(SCALES), "return_train_score": True}
    curve |= {"track_epochs": False}
    matrix = common | {"train_scales": np.array([0.0, 1.0])}
    matrix |= {"validation_scales": np.array([0.0, 2.0])}
    grid = {"training": "frozen", "estimator": pipeline()} | NOISY
    return {
        "noise_curve": (lambda **given: skn.noise_curve(**given).scores, curve),
        "noise_matrix": (lambda **given: skn.noise_matrix(**given).scores, matrix),
        "noise_grid": (skn.noise_grid, grid),
        "noise_grid, searched": (
            lambda **given: GridSearchCV(
                pipeline(), skn.noise_grid(**given), cv=2, error_score="raise"
            ).fit(X, Y),
            grid,
        ),
        "validation_curve": (
            lambda scale: validation_curve(
                pipeline(),
                X,
                Y,
                param_name=NOISY["param_name"],
                param_range=[scale],
                cv=2,
                error_score="raise",
            ),
            {"scale": 1.0},
        ),
    }


def make_curve():
    """Return a small curve."""
    return skn.noise_curve(pipeline(), X, Y, cv=4, scoring=["accuracy"], **NOISY)


def make_matrix():
    """Return a small matrix."""
    return skn.noise_matrix(
        pipeline(),
        X,
        Y,
        train_scales=SCALES,
        validation_scales=SCALES,
        param_name=NOISY["param_name"],
        cv=4,
        scoring=["accuracy"],
    )


def results():
    """Make them, and ask them all that they tell."""
    curve, matrix = make_curve(), make_matrix()
    noisy = {NOISY["param_name"]: SCALES}
    search = GridSearchCV(pipeline(), noisy, cv=3, return_train_score=True).fit(X, Y)
    from_search = {"search": search, "X": X, "y": Y, "groups": None}
    from_search |= {"param_name": NOISY["param_name"]}
    counts = {
        "scales": np.array([0.1, 0.5, 1.0, 2.0, 4.0]),
        "n_samples": np.full(5, 100),
    }
    counts |= {"n_correct": np.array([99, 97, 90, 75, 60]), "n_classes": 2}
    fit = skn.fit_accuracy(**counts)
    fitted = {"chance": 0.5, "lapse": 0.01, "threshold": 1.0, "slope": 2.0}
    frame = {"scores": curve.scores, "n_classes": 2}
    return {
        "NoiseCurve": (lambda **given: skn.NoiseCurve(**given).summary(), frame),
        "NoiseCurve.cost": (curve.cost, {"reference": 0.0}),
        "NoiseCurve.tolerance": (
            curve.tolerance,
            {"target": 0.6, "relative": None, "metric": "accuracy"},
        ),
        "NoiseCurve.from_search": (
            lambda **given: skn.NoiseCurve.from_search(**given).scores,
            from_search,
        ),
        "NoiseMatrix": (
            lambda **given: skn.NoiseMatrix(**given).summary(),
            {"scores": matrix.scores},
        ),
        "fit_accuracy": (skn.fit_accuracy, counts | {"n_repeats": 1}),
        "AccuracyFit": (lambda **g: skn.AccuracyFit(**g).predict([0.5]), fitted),
        "AccuracyFit.predict": (fit.predict, {"scales": np.array([0.5, 1.0])}),
        "AccuracyFit.tolerance": (fit.tolerance, {"target": 0.8}),
    }


def drawn(make, **given):
    """Draw, look at what was drawn, and close the figure."""
    from matplotlib import pyplot

    try:
        display = make(**given)
        display.figure_.canvas.draw()
        return display.frame()
    finally:
        pyplot.close("all")


def displays():
    """Draw each of them."""
    curve, matrix = make_curve(), make_matrix()
    epochs = pd.DataFrame({"scale": 1.0, "fold": 0, "epoch": [1, 2]})
    epochs = epochs.assign(split="validation", metric="accuracy", value=[0.5, 0.6])
    study = {"estimator": pipeline(), "X": X, "y": Y, "metric": "accuracy", "cv": 2}
    study |= {"ax": None}
    images = {"estimator": pipeline(), "X": X, "image_shape": (2, 2), "n_samples": 2}
    images |= {"ax": None} | NOISY
    panels = {"panels": {"a": X[:2]}, "image_shape": (2, 2)}
    makers = {
        "NoiseCurveDisplay": (
            lambda **given: skn.NoiseCurveDisplay(**given).plot(),
            {"scores": curve.scores, "metric": "accuracy"},
        ),
        "NoiseCurveDisplay.from_curve": (
            skn.NoiseCurveDisplay.from_curve,
            {"curve": curve, "metric": "accuracy", "second_metric": None}
            | {"tolerance": None, "ax": None},
        ),
        "NoiseCurveDisplay.from_estimator": (
            skn.NoiseCurveDisplay.from_estimator,
            study | NOISY | {"second_metric": None},
        ),
        "NoiseComparisonDisplay": (
            lambda **given: skn.NoiseComparisonDisplay(**given).plot(),
            {"scores": curve.scores.assign(curve="a"), "metric": "accuracy"}
            | {"chance_level": 0.5},
        ),
        "NoiseComparisonDisplay.from_curves": (
            skn.NoiseComparisonDisplay.from_curves,
            {"curves": {"a": curve, "b": curve}, "metric": "accuracy", "ax": None},
        ),
        "NoiseMatrixDisplay": (
            lambda **given: skn.NoiseMatrixDisplay(**given).plot(),
            {"scores": matrix.scores, "metric": "accuracy"},
        ),
        "NoiseMatrixDisplay.from_matrix": (
            skn.NoiseMatrixDisplay.from_matrix,
            {"matrix": matrix, "metric": "accuracy", "ax": None},
        ),
        "NoiseMatrixDisplay.from_estimator": (
            skn.NoiseMatrixDisplay.from_estimator,
            study | {"param_name": NOISY["param_name"]},
        ),
        "EpochCurveDisplay": (
            lambda **given: skn.EpochCurveDisplay(**given).plot(),
            {"epochs": epochs, "metric": "accuracy"},
        ),
        "EpochCurveDisplay.from_curve": (
            skn.EpochCurveDisplay.from_curve,
            {"curve": skn.NoiseCurve(curve.scores, epochs), "metric": "accuracy"}
            | {"ax": None},
        ),
        "NoisySamplesDisplay": (
            lambda **given: skn.NoisySamplesDisplay(**given).plot(),
            panels,
        ),
        "NoisySamplesDisplay.from_estimator": (
            skn.NoisySamplesDisplay.from_estimator,
            images,
        ),
    }
    return {
        name: (lambda make=make, **given: drawn(make, **given), fine)
        for name, (make, fine) in makers.items()
    }


def data(folder):
    """Load shipped data, and arrays from files of both kinds."""
    numbers = count()

    def load(**given):
        return vars(skn.load_dataset(**given))["X"]

    def load_npz(**given):
        path = folder / f"{next(numbers)}.npz"
        with making():
            np.savez(path, **given)
        return load(name_or_path=path, pixels=False)

    def load_csv(X, y):
        path = folder / f"{next(numbers)}.csv"
        with making():
            pd.DataFrame(np.asarray(X)).assign(label=np.asarray(y)).to_csv(path)
        return load(name_or_path=path, pixels=False)

    named = {"name_or_path": "digits", "label": "label", "white": None, "pixels": True}
    parts = {"x_train": X, "y_train": Y, "x_test": X[:9], "y_test": Y[:9]}
    made = {"X": X, "y": Y, "name": "mine", "image_shape": (2, 2), "holdout": None}
    return {
        "Dataset": (lambda **given: repr(skn.Dataset(**given)), made),
        "load_dataset": (load, named),
        "load_dataset, npz": (load_npz, parts),
        "load_dataset, csv": (load_csv, {"X": X, "y": Y}),
    }


def intervals():
    """Compute each of them."""
    correct = np.arange(N) % 3 > 0
    probability = RNG.uniform(0.1, 0.9, size=N)
    samples = {"samples": np.arange(N), "n_train": 30, "training_weight": 0.3}
    common = samples | {"confidence": 0.95}
    folds = {"validation_train_ratio": 0.25, "confidence": 0.95}
    scores = np.array([0.9, 0.8, 0.85, 0.95])
    calls = {
        "accuracy_interval": {"correct": correct} | common,
        "accuracy_difference": {"correct": correct, "reference_correct": ~correct}
        | common,
        "log_loss_interval": {"probabilities": probability} | common,
        "log_loss_difference": {"probabilities": probability}
        | {"reference_probabilities": probability[::-1].copy()}
        | common,
        "effective_n_samples": samples,
        "mean_interval": {"scores": scores} | folds,
        "paired_difference": {"scores": scores, "reference_scores": scores**2} | folds,
        "wilson_interval": {"accuracy": 0.9, "n_samples": 100, "confidence": 0.95},
        "holm_adjusted": {"p_values": np.array([0.01, 0.04, 0.5])},
    }
    return {
        f"statistics.{name}": (getattr(statistics, name), fine)
        for name, fine in calls.items()
    }
