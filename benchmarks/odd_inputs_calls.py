"""A cheap call of every public name with all arguments fine, for odd_inputs.py."""

from itertools import count

import numpy as np
import pandas as pd
from odd_inputs_parts import NOISY, RNG, SCALES, N, X, Y, making, pipeline
from odd_inputs_results import displays, results
from sklearn.model_selection import GridSearchCV, validation_curve

import skn_noise as skn
from skn_noise import statistics
from skn_noise.layers import InputNoise


def fine_calls(folder):
    """Return a function and its arguments by the name in the table."""
    return {
        **estimators(),
        **studies(),
        **results(folder),
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
    mlp |= {"precision": "float32"}
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
    curve |= {"track_epochs": False, "return_predictions": True, "n_repeats": 1}
    matrix = common | {"train_scales": np.array([0.0, 1.0])}
    matrix |= {"validation_scales": np.array([0.0, 2.0])}
    grid = {"training": "frozen", "estimator": pipeline()} | NOISY
    grid |= {"scales": np.array(SCALES)}
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
    samples |= {"weights": None}
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
