"""Time noise studies against other ways of running them.

    python benchmarks/speed.py --dataset mnist
    python benchmarks/speed.py --dataset mnist --quick --studies folds

Two studies of five scales: "holdout" trains on the training samples of the data set and
validates on its test samples; "folds" cross-validates 5 000 training samples in five
folds, 20 epochs each. Every run is a process of its own, from the start of Python to
the accuracies, and the implementations take turns. For each study a table is printed:
medians of the time, the speed relative to the first implementation (of folds: to
scikeras), the peak memory of all processes together (shared pages count in each), and
the accuracies. Implementations that are not installed are named and skipped. The script
ends with an error if the accuracies do not agree.

The figures, and what was tried to gain speed, are in ``docs/measured.rst``.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from functools import partial
from importlib.util import find_spec
from statistics import median

import numpy as np
import psutil
from sklearn.model_selection import StratifiedKFold, validation_curve
from sklearn.pipeline import make_pipeline
from speed_parts import (
    N_FOLD_SAMPLES,
    SCALES,
    time_import,
    time_parts,
    time_reference,
)

from skn_noise import (
    GaussianNoiseTransformer,
    GlobalStandardScaler,
    load_dataset,
    make_noise_pipeline,
    noise_curve,
)

BASELINES = {"holdout": "notebook", "folds": "validation_curve, scikeras"}
EPOCHS_OF_FOLDS = 20
OURS = "noise_curve, n_jobs=-1"
# Largest difference of accuracies from ours. Without dropout they are lower at large
# scales.
AGREEMENT = {"validation_curve, MLPClassifier": 0.06}


def notebook(X, y, cv, epochs):
    """Train one Keras model after the other on noisy float64 copies."""
    import keras

    X, y = X.astype(np.float64), keras.utils.to_categorical(y)
    accuracies = []
    for scale in SCALES:
        for train, test in cv.split(X, y.argmax(axis=1)):
            X_train, X_test = X[train], X[test]
            mean, std = X_train.mean(), X_train.std()
            X_train, X_test = (X_train - mean) / std, (X_test - mean) / std
            X_train = X_train + np.random.normal(0, scale, X_train.shape)
            X_test = X_test + np.random.normal(0, scale, X_test.shape)
            model = build_network({"n_features_in_": X.shape[1], "n_classes_": 10})
            model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
            history = model.fit(
                X_train,
                y[train],
                batch_size=128,
                epochs=epochs,
                verbose=0,
                validation_data=(X_test, y[test]),
            )
            accuracies.append(history.history["val_accuracy"][-1])
    return np.reshape(accuracies, (len(SCALES), -1)).mean(axis=1)


def build_network(meta):
    """Build the reference network, as anyone would."""
    import keras

    return keras.Sequential(
        [
            keras.Input((meta["n_features_in_"],)),
            keras.layers.Dense(512, "relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(512, "relu"),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(meta["n_classes_"], "softmax"),
        ]
    )


def scikeras(X, y, cv, epochs):
    """Hand plain scikeras to scikit-learn's validation_curve."""
    from scikeras.wrappers import KerasClassifier

    network = KerasClassifier(
        build_network,
        optimizer="adam",
        loss="sparse_categorical_crossentropy",
        batch_size=128,
        epochs=epochs,
        verbose=0,
        random_state=0,
    )
    return validate(network, X, y, cv)


def pytorch(X, y, cv, epochs):
    """Hand a network of PyTorch, held by skorch, to scikit-learn's validation_curve."""
    import torch
    from skorch import NeuralNetClassifier

    class Network(torch.nn.Sequential):
        def __init__(self):
            linear, dropout = torch.nn.Linear, torch.nn.Dropout
            first = linear(X.shape[1], 512), torch.nn.ReLU(), dropout(0.2)
            second = linear(512, 512), torch.nn.ReLU(), dropout(0.2)
            super().__init__(*first, *second, linear(512, 10))

    torch.manual_seed(0)
    network = NeuralNetClassifier(
        Network,
        criterion=torch.nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        optimizer__fused=True,
        lr=1e-3,
        batch_size=128,
        max_epochs=epochs,
        train_split=None,
        iterator_train__shuffle=True,
        iterator_valid__batch_size=2048,
        verbose=0,
    )
    return validate(network, X.astype(np.float32), y.astype(np.int64), cv)


def mlp_classifier(X, y, cv, epochs):
    """Hand scikit-learn's perceptron, which has no dropout, to its validation_curve."""
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        (512, 512), batch_size=128, max_iter=epochs, alpha=0, random_state=0
    )
    return validate(network, X, y, cv)


def validate(network, X, y, cv):
    """Return mean validation accuracies of our scaler and noise with a network."""
    noise = GaussianNoiseTransformer(random_state=0)
    _, scores = validation_curve(
        make_pipeline(GlobalStandardScaler(), noise, network),
        X,
        y,
        param_name="gaussiannoisetransformer__scale",
        param_range=SCALES,
        cv=cv,
    )
    return scores.mean(axis=1)


def ours(X, y, cv, epochs, n_jobs, precision="float32"):
    """Run noise_curve."""
    pipeline = make_noise_pipeline(random_state=0, epochs=epochs)
    pipeline[-1].set_params(precision=precision)
    curve = noise_curve(
        pipeline, X, y, scales=SCALES, cv=cv, scoring="accuracy", n_jobs=n_jobs
    )
    return curve.summary().query("split == 'validation'")["mean"]


WAYS = {
    "notebook": notebook,
    "validation_curve, scikeras": scikeras,
    "validation_curve, MLPClassifier": mlp_classifier,
    "validation_curve, PyTorch": pytorch,
    "noise_curve, n_jobs=1": partial(ours, n_jobs=1),
    "noise_curve, n_jobs=-1": partial(ours, n_jobs=-1),
    "noise_curve, n_jobs=-1, bfloat16": partial(ours, n_jobs=-1, precision="bfloat16"),
}


def why_not(way):
    """Say why an implementation cannot run here, or return None."""
    if "PyTorch" in way:
        missing = [name for name in ("torch", "skorch") if find_spec(name) is None]
        return f"{missing[0]} is not installed" if missing else None
    if "bfloat16" in way:
        from skn_noise.network._training import refuse_unless_bfloat16

        try:
            refuse_unless_bfloat16()
        except ValueError as error:
            return str(error)
    return None


def accuracies_of(way, dataset, study, epochs):
    """Run a study; return its mean validation accuracy at every scale."""
    dataset = load_dataset(dataset)
    X, y, cv = dataset.X, dataset.y, dataset.holdout
    if study == "folds":
        X, y, cv = X[:N_FOLD_SAMPLES], y[:N_FOLD_SAMPLES], StratifiedKFold(5)
    return [float(accuracy) for accuracy in WAYS[way](X, y, cv, epochs)]


def run_in_process(command):
    """Run a command; return its output, its seconds and its peak memory in MiB."""
    start, peak = time.perf_counter(), 0
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    ended = threading.Event()

    def watch():
        nonlocal peak
        while not ended.wait(0.1):
            peak = max(peak, held_by(process.pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    printed, _ = process.communicate()
    seconds = time.perf_counter() - start
    ended.set()
    watcher.join()
    if process.returncode != 0:
        sys.exit(f"This failed: {' '.join(command)}")
    return printed, seconds, peak


def held_by(number):
    """Return the memory of a process and its children in MiB."""
    try:
        family = [psutil.Process(number)]
        family += family[0].children(recursive=True)
    except psutil.Error:
        return 0
    total = 0
    for process in family:
        try:
            total += process.memory_info().rss
        except psutil.Error:  # it has just ended
            continue
    return total / 2**20


def time_study(args, study):
    """Run a study in turns; return the implementations whose accuracies differ."""
    epochs = args.epochs_of_folds if study == "folds" else args.epochs
    command = [sys.executable, __file__, "--dataset", args.dataset, "--study", study]
    command += ["--epochs", str(epochs), "--way"]
    reasons = {way: why_not(way) for way in args.ways}
    for way, reason in reasons.items():
        if reason is not None:
            print(f"{way} is skipped: {reason}")
    runs = {way: [] for way in args.ways if reasons[way] is None}
    for _ in range(args.rounds):
        for way in runs:
            printed, *measured = run_in_process([*command, way])
            accuracies = json.loads(printed.splitlines()[-1])
            runs[way].append((accuracies, *measured))
    print_table(study, epochs, runs)
    means = {
        way: np.mean([run[0] for run in each], axis=0) for way, each in runs.items()
    }
    return [
        f"{study}, {way}"
        for way, mean in means.items()
        if OURS in means and np.abs(mean - means[OURS]).max() > AGREEMENT.get(way, 0.02)
    ]


def print_table(study, epochs, runs):
    """Print a table in Markdown, one row for each implementation."""
    n_rounds = len(next(iter(runs.values())))
    medians = {way: median(run[1] for run in each) for way, each in runs.items()}
    baseline = medians.get(BASELINES[study], next(iter(medians.values())))
    print(
        f"\n{study}: {epochs} epochs, medians of {n_rounds} rounds, "
        f"accuracies at {SCALES}"
    )
    print("\n| way | seconds (range) | times as fast | MiB | accuracies |")
    print("|---|---:|---:|---:|---|")
    for way, each in runs.items():
        seconds = [run[1] for run in each]
        peak = median(run[2] for run in each)
        accuracies = np.mean([run[0] for run in each], axis=0)
        print(
            f"| {way} | {medians[way]:.1f} ({min(seconds):.1f} to {max(seconds):.1f}) "
            f"| {baseline / medians[way]:.2f} | {peak:.0f} |",
            *(f"{accuracy:.4f}" for accuracy in accuracies),
            "|",
            flush=True,
        )


def time_all(args):
    """Time everything; end with an error if accuracies do not agree."""
    dataset = load_dataset(args.dataset)
    if not args.quick:
        time_reference()
        time_import()
        time_parts(dataset)
    studies = args.studies if dataset.holdout is not None else ["folds"]
    disagreements = [way for study in studies for way in time_study(args, study)]
    if disagreements:
        told = f"Accuracies differ from {OURS}: {disagreements}"
        sys.exit(None if args.quick else told)


def main():
    """Read the command line; with --way, run one study in this process."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dataset", default="mnist", help="name or file of images")
    parser.add_argument("--epochs", type=int, default=10, help="of the holdout")
    parser.add_argument("--studies", nargs="+", choices=BASELINES, default=[*BASELINES])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=[*WAYS])
    parser.add_argument("--rounds", type=int, default=3, help="turns of each way")
    parser.add_argument(
        "--quick", action="store_true", help="one round of few epochs, studies alone"
    )
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--study", help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.epochs_of_folds = EPOCHS_OF_FOLDS
    if args.quick:
        args.rounds, args.epochs, args.epochs_of_folds = 1, 1, 5
    if args.way:
        print(
            json.dumps(accuracies_of(args.way, args.dataset, args.study, args.epochs))
        )
    else:
        time_all(args)


if __name__ == "__main__":
    main()
