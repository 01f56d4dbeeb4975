"""Keras callbacks: copies of those of the user, and two of our own."""

import math
from copy import deepcopy

import numpy as np
from sklearn.utils import gen_batches

from skn_noise.network._build import build_network, copy_state
from skn_noise.network._tensorflow import keras

_PREDICTION_BATCH_SIZE = 2048


def copy_callbacks(callbacks):
    """Return a list of copies of the callbacks that the user passed, one or several."""
    # Callbacks have a state, such as the epochs without progress of EarlyStopping.
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
    """Raise an error when training diverges.

    The loss of an epoch does not include its last step, so that the weights are checked
    after every epoch, and the outputs for all training samples at the end.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_features), float32
        The training samples.
    """

    def __init__(self, samples):
        super().__init__()
        self.samples = samples

    def on_epoch_end(self, epoch, logs=None):
        """Check that the loss of the epoch and the weights are finite."""
        if not math.isfinite(logs["loss"]):
            raise _diverged(f"the loss is {logs['loss']} in epoch {epoch + 1}")
        if not all(np.isfinite(weights).all() for weights in self.model.get_weights()):
            raise _diverged(f"weights are not finite after epoch {epoch + 1}")

    def on_train_end(self, logs=None):
        """Check that the outputs for all training samples are finite."""
        # Let go of the samples: networks and their callbacks are cycles of references,
        # which stay in memory until garbage is collected.
        samples, self.samples = self.samples, None
        for rows in gen_batches(len(samples), _PREDICTION_BATCH_SIZE):
            outputs = self.model(samples[rows], training=False)
            if not np.isfinite(outputs).all():
                raise _diverged("outputs of the trained network are not finite")


def _diverged(symptom):
    return ValueError(
        f"Training diverged: {symptom}. Lower learning_rate or input_noise, or scale "
        "the samples."
    )


class EpochTasks(keras.callbacks.Callback):
    """Report every epoch to the callbacks of scikit-learn, as a task of the fit.

    Parameters
    ----------
    fit_task : sklearn.callback.CallbackContext
        Context of the whole fit.

    blueprint : Blueprint
        Description of the network in training.

    wrap : callable
        Function that wraps a network in a fitted scikeras classifier.

    **training : dict
        Arguments that every callback gets: estimator, X, y and metadata.
    """

    def __init__(self, fit_task, blueprint, wrap, **training):
        super().__init__()
        self.fit_task = fit_task
        self.blueprint = blueprint
        self.wrap = wrap
        self.training = training

    def on_epoch_begin(self, epoch, logs=None):
        """Report that the task begins."""
        self.epoch_task = self.fit_task.subcontext(task_name="epoch")
        self.epoch_task.call_on_fit_task_begin(**self.training)

    def on_epoch_end(self, epoch, logs=None):
        """Report that the task ends, and stop training if a callback asks to."""
        self.model.stop_training |= self.epoch_task.call_on_fit_task_end(
            **self.training, reconstruction_attributes=self._fitted_so_far
        )

    def _fitted_so_far(self):
        # A copy, so that an estimator that a callback keeps is not trained on.
        network = build_network(self.blueprint)
        copy_state(self.model, network)
        return {"keras_classifier_": self.wrap(network)}
