"""The reference network as a scikit-learn classifier."""

import sys
from collections.abc import Callable, Sequence
from copy import copy
from functools import partial
from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from numpy.random import RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import check_random_state, compute_sample_weight, gen_batches
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
)

from skn_noise._defaults import BATCH_SIZE, EPOCHS, HIDDEN_LAYER_SIZES, PRECISIONS
from skn_noise._sklearn import (
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
from skn_noise.network._checks import (
    check_hidden_layer_sizes,
    check_is_object,
    refuse_one_hot,
)
from skn_noise.network._fork import refuse_after_fork
from skn_noise.network._precision import refuse_unless_bfloat16
from skn_noise.network._probabilities import as_probabilities

_PREDICTED_AT_ONCE = 2048
_UNKNOWN_CLASS = -1


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
        Activation of the hidden layers, as Keras takes it; of a layer, such as
        ``keras.layers.PReLU()``, each hidden layer has a copy with its own weights.

    dropout : float, default=0.2
        Fraction of each hidden layer's outputs dropped in training, in [0, 1).

    input_noise : float, default=0.0
        Standard deviation of Gaussian noise that is added to the inputs in training,
        drawn afresh for every batch, in the units of `X`; never when it predicts.

    optimizer : str or keras.optimizers.Optimizer, default="adam"
        Name of a Keras optimizer, or one that is set up already. A copy is trained
        with, so that the parameter itself never changes.

    learning_rate : float, default=0.001
        Learning rate of an optimizer given by name; one given as an object has its own.

    batch_size : int, default=128
        Number of samples in one step of training, at most all.

    epochs : int, default=20
        Number of passes over the training samples.

    callbacks : keras.callbacks.Callback or list of them, default=None
        Called during training, for instance ``keras.callbacks.EarlyStopping``; those
        that ask for batches are called every 500 steps, and at the end of an epoch, in
        validation every 2 048 samples. ``BackupAndRestore`` does not resume a fit.
        Copies are trained with, so that no fit sees what an earlier one left in them,
        and dropped after it. Callbacks of scikit-learn are set by ``set_callbacks``; an
        epoch is a task.

    class_weight : dict, "balanced" or None, default=None
        Weights of the classes, ``{label: weight}``; ``"balanced"`` weighs them by the
        inverse of their frequency. They multiply `sample_weight`, and the products
        are divided by their mean, so that a constant factor changes nothing.

    verbose : {0, 1, 2}, default=0
        What Keras prints: nothing, a progress bar, or a line an epoch.

    precision : {"float32", "bfloat16"}, default="float32"
        Of what the hidden layers multiply in training, forward and backward.
        ``"bfloat16"`` rounds it to 8 significant bits; sums, weights, optimizer, loss
        and prediction stay float32. Results differ as those of two seeds do, and are
        as reproducible. It pays with hundreds of units and more, and needs a processor
        with the instructions amx_bf16 or avx512_bf16.

    random_state : int, RandomState instance or None, default=None
        Determines the initial weights, the order of the samples and the dropout. Pass
        an int for bit-identical results in every fit on one machine.

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
        One value an epoch of ``"loss"`` and ``"accuracy"`` in training (a running mean
        over the epoch, dropout on) and, if `X_val` was given, of ``"val_loss"`` and
        ``"val_accuracy"`` after it.

    model_ : keras.Model
        The trained network; ``model_.save("network.keras")`` saves it. To load one that
        was trained with `input_noise`, import :mod:`skn_noise.layers` first.

    keras_classifier_ : scikeras.wrappers.KerasClassifier
        The scikeras wrapper that holds the network. It takes samples of float32. Fitted
        by itself, it trains another network, by Keras's own ``fit``.

    See Also
    --------
    make_noise_pipeline : This classifier behind a scaler and noise.
    sklearn.neural_network.MLPClassifier : A perceptron without dropout, in NumPy.

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

    # What the regimes of training set to the scale of the noise.
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
        precision: Literal["float32", "bfloat16"] = PRECISIONS[0],
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
            Weights of the samples in the loss, 0 or more; None weighs them equally.
            Only their ratios count. A sample of weight 0 keeps its place in a batch, so
            that an epoch has as many steps as without weights.

        X_val : array-like of shape (n_validation_samples, n_features), default=None
            Samples to validate on after every epoch.

        y_val : array-like of shape (n_validation_samples,), default=None
            Their class labels. A sample of a class that `y` lacks counts as
            misclassified, and leaves ``"val_loss"`` without a value, NaN.

        Returns
        -------
        self : object
            Fitted classifier.

        Raises
        ------
        ValueError
            If a parameter is out of its range, the data is not finite, `y` is one-hot
            or holds one class only, just one of `X_val` and `y_val` is given, the
            processor lacks what `precision` needs, or training diverges, that is the
            loss, a weight, or an output for a training sample is not finite.

        RuntimeError
            If this process was forked from one in which TensorFlow ran.
        """
        refuse_after_fork()
        refuse_one_hot("y", y)
        X, y = validate_samples(self, X, y, dtype=np.float32)
        refuse_mixed_types(y)
        check_classification_targets(y)
        self.classes_, y_encoded = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "KerasMLPClassifier expects y to hold at least two classes, got one "
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
            Columns in the order of `classes_`.
        """
        check_is_fitted(self)
        refuse_after_fork()
        X = validate_samples(self, X, reset=False, dtype=np.float32)
        # Calling the network avoids Model.predict, which traces a graph for each model.
        blocks = gen_batches(len(X), _PREDICTED_AT_ONCE)
        outputs = [self.model_(X[rows], training=False) for rows in blocks]
        return as_probabilities(np.concatenate(outputs))

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

    def __getstate__(self):
        """Put our door first where objects of Keras follow: it is silent.

        The network is left to who holds it, as Keras would not load code of the user's.
        """
        state = super().__getstate__()
        if "model_" in state:
            state = state | {"model_": self._holder_of_the_network()}
        if "keras" in sys.modules and not self._is_named_throughout():
            from skn_noise.network._tensorflow import deterministic_kernels as door

            return {"_door": door} | state
        return state

    def __setstate__(self, state):
        """Take the network, and not the door, which has done its work."""
        super().__setstate__({key: state[key] for key in state if key != "_door"})
        if "model_" in state:
            self.model_ = state["model_"].model_

    def _holder_of_the_network(self):
        if self.model_ is self.keras_classifier_.model_:
            return self.keras_classifier_
        holder = copy(self.keras_classifier_)  # it was fitted by itself since
        holder.model_ = self.model_
        return holder

    def _is_named_throughout(self):
        named = isinstance(self.optimizer, str) and isinstance(self.activation, str)
        return named and not self.callbacks

    def _encode_validation_data(self, X_val, y_val):
        if X_val is None and y_val is None:
            return None
        if X_val is None or y_val is None:
            given, missing = ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
            raise ValueError(
                f"{given} was given without {missing}; pass both, or none."
            )
        refuse_one_hot("y_val", y_val)
        X_val = validate_samples(self, X_val, reset=False, dtype=np.float32)
        y_val = column_or_1d(y_val)
        check_consistent_length(X_val, y_val)
        numbers = {label: number for number, label in enumerate(self.classes_.tolist())}
        encoded = [numbers.get(label, _UNKNOWN_CLASS) for label in y_val.tolist()]
        return X_val, np.array(encoded)

    def _combine_weights(self, sample_weight, X, y):
        """Multiply the weights of samples and classes; their mean becomes 1."""
        check = partial(check_sample_weight, X=X, ensure_non_negative=True)
        try:
            weights = check(sample_weight, dtype=np.float64, copy=True)
        except OverflowError as error:
            raise ValueError(
                "sample_weight must hold numbers that floats hold. Divide all by the "
                "same one, as only their ratios count."
            ) from error
        weights *= compute_sample_weight(self.class_weight, y)
        weights = check(weights)  # once more, as all may be 0 now
        weights /= weights.max()  # so that their sum is finite
        return (weights / weights.mean()).astype(np.float32)

    def _make_blueprint(self):
        n_features, n_classes = self.n_features_in_, len(self.classes_)
        sizes = check_hidden_layer_sizes(self.hidden_layer_sizes, n_features, n_classes)
        check_is_object("optimizer", self.optimizer, "keras.optimizers.Adam()")
        check_is_object("activation", self.activation, "keras.layers.PReLU()")
        if self.precision == "bfloat16":
            refuse_unless_bfloat16()
        # TensorFlow takes seconds to start: not before it is needed.
        from skn_noise.network._build import Blueprint
        from skn_noise.network._tensorflow import keras

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
        """Train a network, and let scikeras hold it."""
        from skn_noise.network._callbacks import copy_callbacks
        from skn_noise.network._scikeras import hold
        from skn_noise.network._train import train_network

        settings = {
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "verbose": self.verbose,
        }
        unused = {"callbacks": copy_callbacks(self.callbacks)}
        holder = partial(
            hold, blueprint=blueprint, classes=self.classes_, **unused, **settings
        )
        network = train_network(
            blueprint,
            samples,
            validation_data=validation_data,
            callbacks=self._make_callbacks(blueprint, samples[0], task, holder),
            **settings,
        )
        # The first that a pickle names: with it TensorFlow starts silently.
        self.keras_classifier_ = holder(network)
        self.model_ = network
        self.history_ = dict(network.history.history)
        self.keras_classifier_.history_ = self.history_

    def _make_callbacks(self, blueprint, X, task, holder):
        """Return the user's callbacks and ours, to be used once."""
        from skn_noise.network._callbacks import (
            EpochTasks,
            StopIfDiverged,
            copy_callbacks,
        )

        callbacks = [*copy_callbacks(self.callbacks), StopIfDiverged(X)]
        if has_callbacks(self):
            context, training = task
            callbacks.append(EpochTasks(context, blueprint, holder, **training))
        return callbacks
