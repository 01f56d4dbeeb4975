"""The network: built and compiled by Keras, held by scikeras."""

import gc
import math
import random
import threading
import weakref

import joblib
import numpy as np
from sklearn import config_context

from skn_noise.network._graph import borrow_graph, train
from skn_noise.network._tensorflow import (
    KerasClassifier,
    deterministic_kernels,
    interrupts_deferred,
    keras,
)
from skn_noise.network.layers import InputNoise

_N_NETWORKS_IN_MEMORY = 4


class HeldKerasClassifier(KerasClassifier):
    """A scikeras classifier that fits, and is unpickled, without a word.

    As its class lives here, unpickling brings this module along, and TensorFlow starts
    as silently in a fresh process as it did in the first.
    """

    # Keras and TensorFlow keep names and switches for the whole process: threads that
    # trained at a time would get in each other's way.
    _training = threading.RLock()
    _networks = weakref.WeakSet()
    _watchers = ()

    def fit(self, X, y, *, watchers=(), **fit_params):
        """Train a new network under the eyes of `watchers`, callbacks not kept."""
        # The encoders inside scikeras expect arrays, whatever output transformers
        # are configured to give.
        quiet_arrays = config_context(transform_output="default")
        with self._training, quiet_arrays:
            self._free_memory()
            self._watchers = watchers
            try:
                return super().fit(X, y, **fit_params)
            finally:
                del self._watchers

    def _fit_keras_model(
        self,
        X,
        y,
        sample_weight,
        warm_start,
        epochs,
        initial_epoch,
        validation_data=None,
    ):
        self._networks.add(self.model_)
        callbacks = keras.callbacks.CallbackList(
            [*self._fit_callbacks, StopIfDiverged(), *self._watchers],
            add_history=True,
            add_progbar=self.verbose != 0,
            verbose=self.verbose,
            epochs=epochs,
            steps=-(-len(X) // self.batch_size),
        )
        lent = borrow_graph(self._kind(), self.batch_size, self._build_keras_model)
        with deterministic_kernels(), lent as graph:
            train(
                self.model_,
                graph,
                X,
                np.ravel(y),  # scikeras makes a column of it
                sample_weight=sample_weight,
                validation_data=validation_data,
                epochs=epochs,
                seed=self.model__seed,
                callbacks=callbacks,
            )
        self.history_ = self.model_.history.history

    def _kind(self):
        """Return what networks that can be trained by one graph have in common."""
        optimizer = self.optimizer
        if not isinstance(optimizer, str):
            optimizer = type(optimizer), joblib.hash(optimizer.get_config())
        return (
            tuple(self.model__hidden_layer_sizes),
            self.model__activation,
            self.model__dropout,
            self.model__input_noise > 0,
            self.n_features_in_,
            self.n_classes_,
            optimizer,
            keras.config.dtype_policy().name,
        )

    def _free_memory(self):
        """Collect networks that nobody holds, a few at a time, as that takes a while.

        Each is a cycle of references with megabytes of weights, but of so few objects
        that Python would not look for it for long.
        """
        if len(self._networks) >= _N_NETWORKS_IN_MEMORY:
            with interrupts_deferred():
                gc.collect()


class StopIfDiverged(keras.callbacks.Callback):
    """Raise an error as soon as the loss is no number any more."""

    def on_epoch_end(self, epoch, logs=None):
        """Look at the loss of the epoch."""
        if not math.isfinite(logs["loss"]):
            raise ValueError(
                f"Training diverged: the loss is {logs['loss']} in epoch {epoch + 1}. "
                "Lower learning_rate, or scale the samples."
            )


class EpochTasks(keras.callbacks.Callback):
    """Make every epoch a task of the fit, for the callbacks of scikit-learn.

    Parameters
    ----------
    fit_task : sklearn.callback.CallbackContext
        Context of the whole fit.

    **training : dict
        What scikit-learn's callbacks are told: estimator, X, y and metadata.
    """

    def __init__(self, fit_task, **training):
        super().__init__()
        self.fit_task = fit_task
        self.training = training

    def on_epoch_begin(self, epoch, logs=None):
        """Begin the task."""
        self.epoch_task = self.fit_task.subcontext(task_name="epoch")
        self.epoch_task.call_on_fit_task_begin(**self.training)

    def on_epoch_end(self, epoch, logs=None):
        """End the task, and the training if a callback asks for that."""
        self.model.stop_training |= self.epoch_task.call_on_fit_task_end(
            **self.training, reconstruction_attributes=self._fitted_so_far
        )

    def _fitted_so_far(self):
        network = keras.models.clone_model(self.model)
        network.set_weights(self.model.get_weights())
        return {"model_": network}


def build_network(
    hidden_layer_sizes, activation, dropout, input_noise, seed, meta, compile_kwargs
):
    """Build and compile the multilayer perceptron.

    scikeras calls it; `meta` is what it learnt of the data, `compile_kwargs` what it
    made of the optimizer, the loss and the metrics.
    """
    # Keras would draw these seeds from Python's global generator, which other threads,
    # those of a Dask worker for instance, draw from as well.
    seeds = random.Random(seed)

    def dense(n_units, activation, name):
        initializer = keras.initializers.GlorotUniform(seeds.randint(1, 10**9))
        return keras.layers.Dense(
            n_units, activation, kernel_initializer=initializer, name=name
        )

    layers = [keras.Input((meta["n_features_in_"],))]
    for i, n_units in enumerate(hidden_layer_sizes, start=1):
        layers.append(dense(n_units, activation, f"hidden_{i}"))
        if dropout > 0:
            seed = seeds.randint(1, 10**9)
            layers.append(keras.layers.Dropout(dropout, seed=seed, name=f"dropout_{i}"))
    layers.append(dense(meta["n_classes_"], "softmax", "classes"))
    if input_noise > 0:
        # Its seed comes last: the others are those of a network without noise.
        seed = seeds.randint(1, 10**9)
        layers.insert(1, InputNoise(input_noise, seed=seed, name="input_noise"))
    network = keras.Sequential(layers, name="multilayer_perceptron")
    # An optimizer serves one network only, and a parameter is not ours to change.
    optimizer = compile_kwargs.pop("optimizer")
    optimizer = type(optimizer).from_config(optimizer.get_config())
    network.compile(optimizer, **compile_kwargs)
    return network


def make_keras_classifier(
    *,
    hidden_layer_sizes,
    activation,
    dropout,
    input_noise,
    optimizer,
    learning_rate,
    seed,
    **kwargs,
):
    """Wrap the network as a scikeras classifier that has not been fitted."""
    if isinstance(optimizer, str):
        kwargs["optimizer__learning_rate"] = learning_rate
    return HeldKerasClassifier(
        model=build_network,
        model__hidden_layer_sizes=hidden_layer_sizes,
        model__activation=activation,
        model__dropout=dropout,
        model__input_noise=input_noise,
        model__seed=seed,
        optimizer=optimizer,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        **kwargs,
    )
