"""Scikit-learn classifier for a multilayer perceptron that Keras builds."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state, compute_sample_weight, gen_batches
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
)

from skn_noise._defaults import BATCH_SIZE, EPOCHS, HIDDEN_LAYER_SIZES, PRECISIONS
from skn_noise._sklearn import (
    CallbackSupportMixin,
    DocumentedMixin,
    HasMethods,
    Interval,
    StrOptions,
    check_sample_weight,
    fit_context,
    fit_task,
    has_callbacks,
    refuse_mixed_types,
    validate_samples,
)

# TensorFlow takes seconds to start. This module imports nothing that starts it but
# inside functions, when a network is about to be trained.

_PREDICTION_BATCH_SIZE = 2048
_UNKNOWN_CLASS = -1
# In one matrix, 8 GiB. TensorFlow needs several of this size to train it.
_MAX_WEIGHTS = 2**31
# log_loss warns if the sum of float64 probabilities, for instance of averages over
# several classifiers, differs from 1 by more than 2.5e-8.
_SUM_TOLERANCE = 2e-8

_forked_from_tensorflow = False


class KerasMLPClassifier(
    DocumentedMixin, CallbackSupportMixin, ClassifierMixin, BaseEstimator
):
    """Multilayer perceptron with dropout, trained by Keras.

    Fully connected layers, each followed by dropout, and a softmax over the classes;
    the loss is the categorical cross-entropy. The defaults are the network of the
    classic MNIST noise experiment: 784-512-512-10, 669 706 parameters.

    Parameters
    ----------
    hidden_layer_sizes : int or array-like of int, default=(512, 512)
        Number of units in each hidden layer.

    activation : str, callable or keras.layers.Layer, default="relu"
        Activation of the hidden layers: a name or function as in
        ``keras.layers.Dense``, or a layer such as ``keras.layers.PReLU()``, of which
        each hidden layer gets a copy with its own weights.

    dropout : float, default=0.2
        Fraction of the outputs of each hidden layer that is set to 0 in training, in
        [0, 1).

    input_noise : float, default=0.0
        Standard deviation, in the units of `X`, of Gaussian noise that is added to the
        inputs in training and drawn afresh for every batch. Prediction has no noise.

    optimizer : str or keras.optimizers.Optimizer, default="adam"
        Name of a Keras optimizer, or an optimizer. `fit` uses a copy of it.

    learning_rate : float, default=0.001
        Learning rate if `optimizer` is a name; ignored if it is an object.

    batch_size : int, default=128
        Number of samples in one step of training. If it exceeds the number of samples,
        a step takes all of them.

    epochs : int, default=20
        Number of passes over the training samples.

    callbacks : keras.callbacks.Callback or list of them, default=None
        Keras callbacks, for instance ``keras.callbacks.EarlyStopping``. Each `fit` uses
        copies of them. Methods for training batches are called every 500 steps and at
        the end of an epoch, methods for validation batches every 2048 samples.
        ``BackupAndRestore`` does not resume a fit. Callbacks of scikit-learn are set by
        ``set_callbacks``; each epoch is a task.

    class_weight : dict, "balanced" or None, default=None
        Weights of the classes in the loss, ``{label: weight}``. If "balanced", they are
        inversely proportional to the class frequencies. If None, all classes have
        weight 1. They are multiplied with `sample_weight`, and the products are divided
        by their mean, so that a constant factor changes nothing.

    verbose : {0, 1, 2}, default=0
        Output of Keras during training: nothing, a progress bar, or one line per epoch.

    precision : {"float32", "bfloat16"}, default="float32"
        Precision of the matrix products of the hidden layers in training. "bfloat16"
        rounds their factors to 8 significant bits; sums, weights, optimizer, loss and
        prediction stay float32. Scores differ from those of float32 as much as those of
        two seeds do. It is faster from some hundred units on, and needs a processor
        with the instructions amx_bf16 or avx512_bf16.

    random_state : int, RandomState instance or None, default=None
        Determines the initial weights, the order of the samples, the dropout and the
        input noise. Pass an int for results that are the same to the last bit in every
        fit on one machine.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The class labels.

    n_features_in_ : int
        Number of features seen during :term:`fit`.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of features seen during :term:`fit`. Defined only when `X`
        has feature names that are all strings.

    history_ : dict of list
        One value per epoch of "loss" and "accuracy", the means over the training steps
        of the epoch (with dropout), and, if `X_val` was passed, of "val_loss" and
        "val_accuracy" after the epoch (without dropout).

    model_ : keras.Model
        The trained network. ``model_.save("network.keras")`` saves it. Import
        :mod:`skn_noise.layers` before you load one that was trained with `input_noise`.

    keras_classifier_ : scikeras.wrappers.KerasClassifier
        A scikeras classifier around the network. It expects `X` in float32. Its own
        ``fit`` trains another network with ``keras.Model.fit``, which replaces
        `model_`.

    See Also
    --------
    make_noise_pipeline : Pipeline of a scaler, noise and this classifier.
    sklearn.neural_network.MLPClassifier : Multilayer perceptron without dropout.

    References
    ----------
    Bishop (1995). "Training with noise is equivalent to Tikhonov regularization".
    Neural Computation 7(1).

    Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (2014). "Dropout: a simple
    way to prevent neural networks from overfitting". JMLR 15.

    Kingma, Ba (2015). "Adam: a method for stochastic optimization". ICLR.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skn_noise import KerasMLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = KerasMLPClassifier((64,), batch_size=16, random_state=0)
    >>> classifier.fit(X, y).predict_proba(X[:1]).shape
    (1, 3)
    >>> bool(classifier.score(X, y) > 0.8)
    True
    """

    # The parameter that noise_curve(training="fresh") sets to the scale of the noise.
    _noise_scale_in_training = "input_noise"

    _parameter_constraints: dict = {
        "hidden_layer_sizes": [
            "array-like",
            Interval(Integral, 1, None, closed="left"),
        ],
        "activation": [str, callable],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "input_noise": [Interval(Real, 0, None, closed="left")],
        "optimizer": [str, HasMethods(["apply_gradients", "get_config"])],
        "learning_rate": [Interval(Real, 0, None, closed="neither")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "callbacks": [list, tuple, HasMethods(["on_epoch_end", "set_model"]), None],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "verbose": [Interval(Integral, 0, 2, closed="both")],
        "precision": [StrOptions(set(PRECISIONS))],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = HIDDEN_LAYER_SIZES,
        *,
        activation: str | Callable = "relu",
        dropout: float = 0.2,
        input_noise: float = 0.0,
        optimizer: Any = "adam",
        learning_rate: float = 0.001,
        batch_size: int = BATCH_SIZE,
        epochs: int = EPOCHS,
        callbacks: Any = None,
        class_weight: dict | str | None = None,
        verbose: int = 0,
        precision: Literal["float32", "bfloat16"] = "float32",
        random_state: int | RandomState | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.dropout = dropout
        self.input_noise = input_noise
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.callbacks = callbacks
        self.class_weight = class_weight
        self.verbose = verbose
        self.precision = precision
        self.random_state = random_state

    @fit_context
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
    ) -> Self:
        """Train a new network.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples.

        y : array-like of shape (n_samples,)
            Class labels, of any type; at least two classes.

        sample_weight : array-like of shape (n_samples,), default=None
            Non-negative weights of the samples in the loss, of which only the ratios
            matter. If None, all have weight 1. A sample of weight 0 still takes a place
            in a batch.

        X_val : array-like of shape (n_validation_samples, n_features), default=None
            Validation samples, scored after every epoch. If None, none are scored.

        y_val : array-like of shape (n_validation_samples,), default=None
            Class labels of the validation samples. A sample of a class that is not in
            `y` counts as misclassified, and makes "val_loss" NaN.

        Returns
        -------
        self : object
            Fitted classifier.

        Raises
        ------
        ValueError
            If a parameter or the data is invalid, for instance if `y` is one-hot or has
            one class only; if the processor lacks the instructions for `precision`; if
            training diverges, so that the loss, a weight or an output for a training
            sample is not finite.

        RuntimeError
            If this process was forked from one in which TensorFlow ran.
        """
        # Refused before TensorFlow is imported, which takes seconds.
        _refuse_after_fork()
        _refuse_one_hot("y", y)
        X, y = validate_samples(self, X, y, dtype=np.float32)
        refuse_mixed_types(y)
        check_classification_targets(y)
        self.classes_, y_encoded = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "KerasMLPClassifier expects y to have at least two classes, got one "
                f"class only: {self.classes_[0]!r}. Check how the samples were chosen."
            )
        samples = X, y_encoded, self._combine_weights(sample_weight, X, y)
        validation_data = self._encode_validation_data(X_val, y_val)
        blueprint = self._make_blueprint()

        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        with fit_task(self, X, y, metadata=metadata, max_subtasks=self.epochs) as task:
            self._train(blueprint, samples, validation_data, task)
        return self

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Estimate the probability of every class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), float32
            Class probabilities, in the order of `classes_`.
        """
        check_is_fitted(self)
        _refuse_after_fork()
        X = validate_samples(self, X, reset=False, dtype=np.float32)
        # Not `model_.predict`, which traces a graph for every model.
        batches = gen_batches(len(X), _PREDICTION_BATCH_SIZE)
        outputs = [self.model_(X[rows], training=False) for rows in batches]
        return _as_probabilities(np.concatenate(outputs))

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict the most probable class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Class labels.
        """
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    @property
    def model_(self) -> Any:
        """The trained network, held by `keras_classifier_`."""
        return self.keras_classifier_.model_

    def __getstate__(self):
        """Return the state, in front of it a function of our module `_tensorflow`.

        Unpickling imports the module of each object as it comes. The first is ours, so
        that TensorFlow starts without messages before objects of Keras follow.
        """
        state = super().__getstate__()
        if "keras" in sys.modules and not self._needs_no_keras_to_unpickle():
            from skn_noise.network._tensorflow import deterministic_kernels

            return {"_imported_first": deterministic_kernels} | state
        return state

    def __setstate__(self, state):
        """Set the attributes, without the function that was imported first."""
        state = {key: state[key] for key in state if key != "_imported_first"}
        super().__setstate__(state)

    def _needs_no_keras_to_unpickle(self):
        has_names = isinstance(self.optimizer, str) and isinstance(self.activation, str)
        return has_names and not self.callbacks

    def _encode_validation_data(self, X_val, y_val):
        """Return validation samples and their class numbers, -1 for unknown classes."""
        if X_val is None and y_val is None:
            return None
        if X_val is None or y_val is None:
            passed, missing = (
                ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
            )
            raise ValueError(
                f"{passed} was passed without {missing}; pass both, or none."
            )
        _refuse_one_hot("y_val", y_val)
        X_val = validate_samples(self, X_val, reset=False, dtype=np.float32)
        y_val = column_or_1d(y_val)
        check_consistent_length(X_val, y_val)
        # A dict finds labels of another type, too (1 and 1.0), and lacks unknown ones.
        numbers = {label: number for number, label in enumerate(self.classes_.tolist())}
        encoded = [numbers.get(label, _UNKNOWN_CLASS) for label in y_val.tolist()]
        return X_val, np.array(encoded)

    def _combine_weights(self, sample_weight, X, y):
        """Return the products of sample and class weights, scaled to a mean of 1."""
        check = partial(check_sample_weight, X=X, ensure_non_negative=True)
        weights = check(sample_weight, dtype=np.float64, copy=True)
        weights *= compute_sample_weight(self.class_weight, y)
        weights = check(weights)  # again, as class weights may have made all of them 0
        weights /= weights.max()  # or their sum might overflow
        return (weights / weights.mean()).astype(np.float32)

    def _make_blueprint(self):
        n_features, n_classes = self.n_features_in_, len(self.classes_)
        sizes = _check_layer_sizes(self.hidden_layer_sizes, n_features, n_classes)
        _refuse_class("optimizer", self.optimizer, "keras.optimizers.Adam()")
        _refuse_class("activation", self.activation, "keras.layers.PReLU()")
        from skn_noise.network._build import Blueprint
        from skn_noise.network._tensorflow import keras
        from skn_noise.network._training import refuse_unless_bfloat16

        if self.precision == "bfloat16":
            refuse_unless_bfloat16()

        return Blueprint(
            n_features=n_features,
            hidden_layer_sizes=sizes,
            n_classes=n_classes,
            activation=self.activation,
            dropout=self.dropout,
            input_noise=self.input_noise,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            precision=self.precision,
            dtype_policy=keras.config.dtype_policy().name,
            seed=int(check_random_state(self.random_state).randint(2**31 - 1)),
        )

    def _train(self, blueprint, samples, validation_data, task):
        """Train a network and set the fitted attributes."""
        from skn_noise.network._build import wrap_in_scikeras
        from skn_noise.network._callbacks import (
            EpochTasks,
            StopIfDiverged,
            copy_callbacks,
        )
        from skn_noise.network._training import train_network

        # The scikeras classifier gets them, too, for a fit of its own.
        settings = {
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "verbose": self.verbose,
        }
        wrap = partial(
            wrap_in_scikeras,
            blueprint=blueprint,
            classes=self.classes_,
            callbacks=copy_callbacks(self.callbacks),
            **settings,
        )
        callbacks = [*copy_callbacks(self.callbacks), StopIfDiverged(samples[0])]
        if has_callbacks(self):
            context, training = task
            callbacks.append(EpochTasks(context, blueprint, wrap, **training))
        network = train_network(
            blueprint,
            samples,
            validation_data=validation_data,
            callbacks=callbacks,
            **settings,
        )
        # Set first, as a pickle keeps the order: its class starts TensorFlow silently.
        self.keras_classifier_ = wrap(network)
        self.history_ = dict(network.history.history)
        self.keras_classifier_.history_ = self.history_


# --- checks before TensorFlow starts --------------------------------------------------


def _note_fork():
    """Note in a forked process whether TensorFlow ran in the process it comes from."""
    global _forked_from_tensorflow
    context = sys.modules.get("tensorflow.python.eager.context")
    if context is not None and context.context()._initialized:
        _forked_from_tensorflow = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)


def _refuse_after_fork():
    """Raise an error in a fork without the threads of TensorFlow, which would hang."""
    if _forked_from_tensorflow:
        raise RuntimeError(
            "TensorFlow was running when this process was forked, and cannot run in a "
            "fork. Start processes by the method 'spawn', with "
            "multiprocessing.get_context('spawn'), or through joblib's loky, as n_jobs "
            "does."
        )


def _refuse_one_hot(name, y):
    """Raise an error if `y` has one row of several values per sample."""
    shape = np.asarray(y, dtype=object).shape
    if len(shape) == 2 and shape[1] > 1:
        raise ValueError(
            f"{name} must hold one label per sample, shape (n_samples,), got shape "
            f"{shape}; if its rows are one-hot, pass np.argmax({name}, axis=1)."
        )


def _refuse_class(name, value, example):
    """Raise an error if a class was passed in place of an instance."""
    if isinstance(value, type):
        raise ValueError(
            f"{name} must be a name or an object, got the class {value.__name__}; "
            f"call it to make an object, as in {example}."
        )


def _check_layer_sizes(sizes, n_features, n_classes):
    """Return `hidden_layer_sizes` as a tuple of int."""
    # As objects, since NumPy would turn [64, 2.5] into floats and True into 1.
    units = np.atleast_1d(np.asarray(sizes, dtype=object))
    if units.ndim > 1 or not all(isinstance(n, Integral) and n >= 1 for n in units):
        raise ValueError(
            "hidden_layer_sizes must hold the number of units of each hidden layer, an "
            f"int of 1 or more, as in (512, 512); got {sizes!r}."
        )
    units = tuple(int(n) for n in units)
    n_weights = max(a * b for a, b in pairwise((n_features, *units, n_classes)))
    if units and n_weights > _MAX_WEIGHTS:
        raise ValueError(
            f"hidden_layer_sizes must make layers of at most {_MAX_WEIGHTS} weights, "
            f"but {sizes!r} with {n_features} features makes one of {n_weights}; pass "
            "fewer units."
        )
    return units


# --- after prediction -----------------------------------------------------------------


def _as_probabilities(outputs):
    """Return float32 whose rows sum to 1, also when they are summed in float64."""
    probabilities = outputs.astype(np.float32)
    errors = np.abs(probabilities.sum(axis=1, dtype=np.float64) - 1)
    off = errors > _SUM_TOLERANCE
    # Most sums are near enough to 1, and the exact way takes longer.
    probabilities[off] = _round_to_float32(outputs[off].astype(np.float64))
    return probabilities


def _round_to_float32(outputs):
    """Round rows from the greatest value down, each making up for the errors so far.

    No value changes by more than half, so that none becomes 0, and the greatest stays
    the greatest.
    """
    exact = outputs / outputs.sum(axis=1, keepdims=True)
    greatest = exact.max(axis=1).astype(np.float32)
    rounded, rows = np.empty(exact.shape, np.float32), np.arange(len(exact))
    error = np.zeros(len(exact))
    for column in np.argsort(-exact, axis=1, kind="stable").T:
        value = exact[rows, column]
        most = np.minimum(1.5 * value, greatest)
        rounded[rows, column] = np.clip(value + error, value / 2, most)
        error += value - rounded[rows, column]
    return rounded
