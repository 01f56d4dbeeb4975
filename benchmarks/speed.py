"""Time noise studies, reference and import against what else there is to use.

    python benchmarks/speed.py --dataset mnist

Two studies of five scales: "holdout" trains on all training samples of the data set and
validates on its test samples; "folds" cross-validates 5 000 training samples in five
folds, 20 epochs each. Every way of doing them is a process of its own, from the start
of Python to the accuracies, so that none sees what another left in TensorFlow; the ways
take turns, round after round. It ends with an error if accuracies do not agree.

What the time of a fit is made of (4 000 x 784 samples, 20 epochs, 640 steps; one
thread, ms a step): the eight matrix products 2.6, the other operations forward and
backward 0.3, dropout 0.35, Adam 0.9. The products run at 165 to 185 GFLOP/s, which is
what the core can do; Adam waits for memory, of which it reads and writes 19 MB. What
was tried:

* One graph for hundreds of steps, samples gathered in it, instead of ``Model.fit``: 4.8
  to 5.6 s down to 3.1 s a fit. It is used.
* One graph for all networks of a kind, whose state it takes over: 0.6 s less a fit, and
  no memory lost. Writing it without autograph: 0.5 s less for the first. Used.
* Adam in one operation a variable: 1.2 ms less a step than Keras's dozen; as little as
  if XLA compiles Keras's, but without its 0.5 s and 100 MB. Used; other optimizers
  compiled.
* Dropout from 16 random bits a unit instead of Keras's 32: 0.2 ms less. Used.
* Garbage collected after every fourth fit, not every one: 0.1 s less. Used.
* XLA for the whole step: 1.1 s to compile, then on one thread 7 % slower, on two 14 %
  faster. Not used, as studies run on all cores with one thread each.
* Keras's dropout in XLA: 0.9 ms more, as its Philox generator is slow there; Threefry
  is not, but gains no more than 16 bits do.
* ``steps_per_execution`` of ``Model.fit``: 8 % less. TensorFlow without oneDNN: 20 %
  more. Transparent huge pages, thresholds of malloc: nothing. Two threads for each of
  two workers on two cores: 5 % more.
* Deterministic kernels cost nothing on a CPU (less than 2 %), so they stay.

With ``precision="bfloat16"`` on a processor with AMX the same step takes 1 / 1.6 of
float32's (medians of 9 turns in one process on a busy machine, 12.1 and 7.6 ms; least
7.4 and 4.2). One hidden product, forward and both backward, 784 x 512: 1.60 ms in
float32, .66 in bfloat16, of which .37 are the casts. Of what remains of a step (2.9 ms
of processor time), Adam is .9 and dropout .4. What was tried:

* Sums handed out as float32 by the product itself (``output_type``): TensorFlow has no
  such kernel for processors. Their bits are rounded once more, and cast.
* Casting by taking the upper 16 bits: as slow as TensorFlow's cast. Not used.
* Adam and the bfloat16 copy of its weights in one pass, compiled by XLA: 4.2 ms in
  place of 9.3 for 784 x 512 (least of 9 turns, on a busy machine). Not used yet: the
  loop over the steps would have to hand the copies on.
"""

import argparse
import cProfile
import json
import pstats
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.model_selection import StratifiedKFold, validation_curve
from sklearn.pipeline import make_pipeline
from sklearn.utils import gen_batches
from timing import print_times, time_in_turns

from skn_noise import (
    GaussianNoiseTransformer,
    GaussianParzenClassifier,
    GlobalStandardScaler,
    load_dataset,
    make_noise_pipeline,
    noise_curve,
)

STUDIES = ["holdout", "folds"]
SCALES = [0.1, 0.5, 1.0, 2.0, 4.0]
N_FOLD_SAMPLES = 5_000
# How far accuracies may be from ours. Without dropout they are lower at great scales.
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


def mlp_classifier(X, y, cv, epochs):
    """Hand scikit-learn's perceptron, which has no dropout, to its validation_curve."""
    from sklearn.neural_network import MLPClassifier

    network = MLPClassifier(
        (512, 512), batch_size=128, max_iter=epochs, alpha=0, random_state=0
    )
    return validate(network, X, y, cv)


def validate(network, X, y, cv):
    """Give the mean validation accuracies of our scaler and noise and a network."""
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


def ours(X, y, cv, epochs, n_jobs):
    """Draw a noise curve."""
    pipeline = make_noise_pipeline(random_state=0, epochs=epochs)
    curve = noise_curve(
        pipeline, X, y, scales=SCALES, cv=cv, scoring="accuracy", n_jobs=n_jobs
    )
    return curve.summary().query("split == 'validation'")["mean"]


WAYS = {
    "notebook": notebook,
    "validation_curve, scikeras": scikeras,
    "validation_curve, MLPClassifier": mlp_classifier,
    "noise_curve, n_jobs=1": partial(ours, n_jobs=1),
    "noise_curve, n_jobs=-1": partial(ours, n_jobs=-1),
}
REFERENCE = "noise_curve, n_jobs=-1"


def run_way(args):
    """Do a study in one of the ways and print its accuracies."""
    dataset = load_dataset(args.dataset)
    X, y, cv, epochs = dataset.X, dataset.y, dataset.holdout, args.epochs
    if args.study == "folds":
        X, y = X[:N_FOLD_SAMPLES], y[:N_FOLD_SAMPLES]
        cv, epochs = StratifiedKFold(5), 20
    print(json.dumps(list(WAYS[args.way](X, y, cv, epochs))))


def time_study(args, study):
    """Do a study in every way, in turns; return what is wrong with the accuracies."""
    accuracies = {way: [] for way in WAYS}

    def run_in_process(way):
        command = [sys.executable, __file__, "--way", way, "--study", study]
        command += ["--dataset", args.dataset, "--epochs", str(args.epochs)]
        printed = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ).stdout
        accuracies[way].append(json.loads(printed.splitlines()[-1]))

    ways = {way: partial(run_in_process, way) for way in WAYS}
    seconds = time_in_turns(ways, args.rounds)
    print(f"\n{study}: mean validation accuracy at scales {SCALES}")
    means = {way: np.mean(rows, axis=0) for way, rows in accuracies.items()}
    for way, mean in means.items():
        print(f"{way:34}", *(f"{accuracy:.4f}" for accuracy in mean))
    print_times(seconds, reference=REFERENCE)
    return [
        f"{study}, {way}"
        for way, mean in means.items()
        if np.abs(mean - means[REFERENCE]).max() > AGREEMENT.get(way, 0.02)
    ]


def time_reference():
    """Time the training-free reference against the matrix product that it needs."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((70_000, 784), dtype=np.float32)
    X_train, X_test = X[:60_000], X[60_000:]
    reference = GaussianParzenClassifier(scale=4.0)
    reference.fit(X_train, np.arange(len(X_train)) % 10)
    product = "the matrix product alone"
    ways = {
        product: lambda: multiply_in_blocks(X_test, X_train),
        "GaussianParzenClassifier.predict": lambda: reference.predict(X_test),
    }
    print("\nreference")
    print_times(time_in_turns(ways, n_rounds=5), reference=product)


def multiply_in_blocks(X_test, X_train):
    """Multiply all pairs of rows, but never hold all products."""
    for rows in gen_batches(len(X_test), 1000):
        X_test[rows] @ X_train.T


def time_import():
    """Time the import in fresh processes."""
    modules = ["sklearn.pipeline, pandas", "skn_noise"]
    ways = {
        f"import {name}": partial(
            subprocess.run, [sys.executable, "-c", f"import {name}"], check=True
        )
        for name in modules
    }
    print("\nimport")
    print_times(time_in_turns(ways), reference=f"import {modules[0]}")


def time_parts(dataset):
    """Profile a noise curve in this process and print what its time goes to."""
    X, y = dataset.X[:N_FOLD_SAMPLES], dataset.y[:N_FOLD_SAMPLES]
    pipeline = make_noise_pipeline(random_state=0)
    pipeline.fit(X[:200], y[:200])  # TensorFlow starts, the graph is traced
    profile = cProfile.Profile()
    profile.runcall(noise_curve, pipeline, X, y, scales=SCALES[:3], cv=3)
    seconds = Counter()
    for (file, _, function), (*_, cumulative, _) in pstats.Stats(profile).stats.items():
        seconds[Path(file).name, function] += cumulative
    total = seconds["curve.py", "noise_curve"]
    parts = {
        "training": [("_mlp.py", "fit")],
        "noise": [("noise.py", "fit_transform"), ("noise.py", "transform")],
        "standardising": [("scaling.py", "fit"), ("scaling.py", "transform")],
        "predicting": [("_mlp.py", "predict_proba")],
    }
    shares = {
        part: sum(seconds[function] for function in functions) / total
        for part, functions in parts.items()
    }
    shares["the rest"] = 1 - sum(shares.values())
    print("\nparts of noise_curve:")
    print(", ".join(f"{part} {share:.1%}" for part, share in shares.items()))


def time_all(args):
    """Time everything; end with an error if the ways do not agree."""
    dataset = load_dataset(args.dataset)
    time_reference()
    time_import()
    time_parts(dataset)
    studies = args.studies if dataset.holdout is not None else ["folds"]
    disagreements = [way for study in studies for way in time_study(args, study)]
    if disagreements:
        sys.exit(f"Accuracies differ from {REFERENCE}: {disagreements}")


def main():
    """Read the command line; a process of its own does a study in one way."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dataset", default="mnist", help="name or file of images")
    parser.add_argument(
        "--epochs", type=int, default=5, help="epochs of the study on all samples"
    )
    parser.add_argument(
        "--studies", nargs="+", choices=STUDIES, default=STUDIES, help="which to time"
    )
    parser.add_argument("--rounds", type=int, default=3, help="turns of each way")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--study", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.way:
        run_way(args)
    else:
        time_all(args)


if __name__ == "__main__":
    main()
