"""The ways of doing a study of noise that speed.py times."""

from functools import partial
from importlib.util import find_spec

import numpy as np
from sklearn.model_selection import StratifiedKFold, validation_curve
from sklearn.pipeline import make_pipeline

from skn_noise import (
    GaussianNoiseTransformer,
    GlobalStandardScaler,
    load_dataset,
    make_noise_pipeline,
    noise_curve,
)

SCALES = [0.1, 0.5, 1.0, 2.0, 4.0]
N_FOLD_SAMPLES = 5_000


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


def ours(X, y, cv, epochs, n_jobs, precision="float32"):
    """Draw a noise curve."""
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
    """Say why a way cannot be gone here, None if it can."""
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
    """Do a study in a way; return its mean validation accuracy at every scale."""
    dataset = load_dataset(dataset)
    X, y, cv = dataset.X, dataset.y, dataset.holdout
    if study == "folds":
        X, y, cv = X[:N_FOLD_SAMPLES], y[:N_FOLD_SAMPLES], StratifiedKFold(5)
    return [float(accuracy) for accuracy in WAYS[way](X, y, cv, epochs)]
