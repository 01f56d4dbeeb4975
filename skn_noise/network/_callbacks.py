"""Callbacks of Keras: the user's, and those that every training has."""

import math
from copy import deepcopy

import numpy as np
from sklearn.utils import gen_batches

from skn_noise.network._build import build_network, copy_state
from skn_noise.network._tensorflow import keras

_PREDICTED_AT_ONCE = 2048


def copy_callbacks(callbacks):
    """Return copies of the user's callbacks, one or many, as a list."""
    copies = keras.tree.flatten(deepcopy([] if callbacks is None else callbacks))
    copies = [copy() if isinstance(copy, type) else copy for copy in copies]
    for callback in copies:
        if not isinstance(callback, keras.callbacks.Callback):
            raise TypeError(
                "callbacks must be a keras.callbacks.Callback or a list of them, got "
                f"{callback!r}. Callbacks of scikit-learn are set by set_callbacks."
            )
    return copies


class StopIfDiverged(keras.callbacks.Callback):
    """Raise an error as soon as loss or weights are not finite, or outputs in the end.

    The loss alone does not tell: that of an epoch is the one before its last step.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_features), float32
        The training samples.
    """

    def __init__(self, samples):
        super().__init__()
        self.samples = samples

    def on_epoch_end(self, epoch, logs=None):
        """Look at the loss of the epoch, and at the weights."""
        if not math.isfinite(logs["loss"]):
            raise _diverged(f"the loss is {logs['loss']} in epoch {epoch + 1}")
        if not all(np.isfinite(weights).all() for weights in self.model.get_weights()):
            raise _diverged(f"weights are not finite after epoch {epoch + 1}")

    def on_train_end(self, logs=None):
        """Look at the outputs for all training samples."""
        # A network and its callbacks stay in memory until garbage is collected.
        samples, self.samples = self.samples, None
        for rows in gen_batches(len(samples), _PREDICTED_AT_ONCE):
            outputs = self.model(samples[rows], training=False)
            if not np.isfinite(outputs).all():
                raise _diverged("outputs of the trained network are not finite")


def _diverged(symptom):
    return ValueError(
        f"Training diverged: {symptom}. Lower learning_rate or input_noise, or scale "
        "the samples."
    )


class EpochTasks(keras.callbacks.Callback):
    """Make every epoch a task of the fit, for the callbacks of scikit-learn.

    Parameters
    ----------
    fit_task : sklearn.callback.CallbackContext
        Context of the whole fit.

    blueprint : Blueprint
        Of the network in training.

    hold : callable
        Makes a fitted classifier of scikeras of a network.

    **training : dict
        What scikit-learn's callbacks are told: estimator, X, y and metadata.
    """

    def __init__(self, fit_task, blueprint, hold, **training):
        super().__init__()
        self.fit_task = fit_task
        self.blueprint = blueprint
        self.hold = hold
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
        network = build_network(self.blueprint)
        copy_state(self.model, network)
        return {"keras_classifier_": self.hold(network), "model_": network}
