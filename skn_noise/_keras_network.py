"""The network: built and compiled by Keras, held by scikeras."""

import logging
import os
from contextlib import contextmanager, suppress

from sklearn import config_context


@contextmanager
def _silent_stderr():
    """Discard what compiled code, too, writes to stderr."""
    stderr = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


# TensorFlow reports its build, the GPUs it lacks and errors that are none. Most of it
# obeys this variable, the rest is written before TensorFlow reads it; whatever does go
# wrong raises an exception as well.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with _silent_stderr():
    import keras
    import tensorflow as tf
    from scikeras.wrappers import KerasClassifier


def _take_share_of_cores():
    """Start no more threads than this process may; TensorFlow would start one a core.

    joblib tells its workers in this variable, which other libraries obey by themselves.
    The tests see to it that the trained weights do not depend on it.
    """
    n_threads = os.environ.get("OMP_NUM_THREADS", "")
    if n_threads.isdecimal():
        with suppress(RuntimeError):  # TensorFlow runs already, with threads of its own
            tf.config.threading.set_intra_op_parallelism_threads(int(n_threads))
            tf.config.threading.set_inter_op_parallelism_threads(int(n_threads))


_take_share_of_cores()


class HeldKerasClassifier(KerasClassifier):
    """A scikeras classifier that fits, and is unpickled, without a word.

    As its class lives here, unpickling brings this module along, and TensorFlow starts
    as silently in a fresh process as it did in the first.
    """

    def fit(self, X, y, **fit_params):
        """Fit without a warning that TensorFlow traces a graph for every network."""
        logger = logging.getLogger("tensorflow")
        level = logger.level
        logger.setLevel(logging.ERROR)
        try:
            # The encoders inside scikeras expect arrays, whatever output transformers
            # are configured to give.
            with config_context(transform_output="default"):
                return super().fit(X, y, **fit_params)
        finally:
            logger.setLevel(level)


def build_network(hidden_layer_sizes, activation, dropout, meta, compile_kwargs):
    """Build and compile the multilayer perceptron.

    scikeras calls it; `meta` is what it learnt of the data, `compile_kwargs` what it
    made of the optimizer, the loss and the metrics.
    """
    network = keras.Sequential([keras.Input((meta["n_features_in_"],))])
    for n_units in hidden_layer_sizes:
        network.add(keras.layers.Dense(n_units, activation=activation))
        network.add(keras.layers.Dropout(dropout))
    network.add(keras.layers.Dense(meta["n_classes_"], activation="softmax"))
    network.compile(**compile_kwargs)
    return network


def make_keras_classifier(
    *, hidden_layer_sizes, activation, dropout, optimizer, learning_rate, **kwargs
):
    """Wrap the network as a scikeras classifier that has not been fitted."""
    if isinstance(optimizer, str):
        kwargs["optimizer__learning_rate"] = learning_rate
    else:
        # An optimizer serves one network only, and a parameter is not ours to change.
        optimizer = type(optimizer).from_config(optimizer.get_config())
    return HeldKerasClassifier(
        model=build_network,
        model__hidden_layer_sizes=hidden_layer_sizes,
        model__activation=activation,
        model__dropout=dropout,
        optimizer=optimizer,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        **kwargs,
    )


def load_keras_dataset(name):
    """Load one of Keras's data sets, from its cache or the network."""
    return getattr(keras.datasets, name).load_data()
