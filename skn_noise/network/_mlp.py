"""The reference network as a scikit-learn classifier."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import check_random_state, compute_sample_weight, gen_batches
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
)

from skn_noise._sklearn import (
    HasMethods,
    Interval,
    StrOptions,
    check_sample_weight,
    fit_context,
    fit_task,
    has_callbacks,
    validate_samples,
)
from skn_noise.network._fork import refuse_after_fork

_PREDICTED_AT_ONCE = 2048
_UNKNOWN_CLASS = -1


class KerasMLPClassifier(CallbackSupportMixin, ClassifierMixin, BaseEstimator):
    """Multilayer perceptron with dropout, trained by Keras.

    Fully connected layers, each followed by dropout, and a softmax over the classes;
    the loss is the categorical cross-entropy. The defaults are the network of the
    classic MNIST noise experiment: 784-512-512-10, 669 706 parameters.

    Parameters
    ----------
    hidden_layer_sizes : int or array-like of int, default=(512, 512)
        Number of units in each hidden layer.

    activation : str or callable, default="relu"
        Activation of the hidden layers, as Keras takes it.

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
        that ask for batches are called every 500 steps, and at the end of an epoch.
        Copies are trained with, so that no fit sees what an earlier one left in them.
        Callbacks of scikit-learn are set by ``set_callbacks``; an epoch is a task.

    class_weight : dict, "balanced" or None, default=None
        Weights of the classes, ``{label: weight}``; ``"balanced"`` weighs them by the
        inverse of their frequency. They multiply `sample_weight`.

    verbose : {0, 1, 2}, default=0
        What Keras prints: nothing, a progress bar, or a line an epoch.

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
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        hidden_layer_sizes=(512, 512),
        *,
        activation="relu",
        dropout=0.2,
        input_noise=0.0,
        optimizer="adam",
        learning_rate=0.001,
        batch_size=128,
        epochs=20,
        callbacks=None,
        class_weight=None,
        verbose=0,
        random_state=None,
    ):
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
        self.random_state = random_state

    @fit_context
    def fit(self, X, y, sample_weight=None, X_val=None, y_val=None):
        """Train a new network.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Training samples.

        y : array-like of shape (n_samples,)
            Class labels, of any type; at least two classes.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples in the loss; None weighs them equally.

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
            If a parameter is out of its range, the data is not finite, `y` holds one
            class only, just one of `X_val` and `y_val` is given, or training diverges,
            that is the loss, a weight, or an output for a training sample is not
            finite.

        RuntimeError
            If this process was forked from one in which TensorFlow ran.
        """
        refuse_after_fork()
        X, y = validate_samples(self, X, y, dtype=np.float32)
        check_classification_targets(y)
        self.classes_, y_encoded = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "KerasMLPClassifier expects y to hold at least two classes, got one "
                f"class only: {self.classes_[0]!r}. Check how the samples were chosen."
            )
        weights = self._combine_weights(sample_weight, X, y)
        # A sample of weight 0 is as none: in a batch it would take another's place.
        used = slice(None) if weights.all() else weights != 0
        samples = X[used], y_encoded[used], weights[used]
        validation_data = self._encode_validation_data(X_val, y_val)
        blueprint = self._make_blueprint()

        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        with fit_task(self, X, y, metadata=metadata, max_subtasks=self.epochs) as task:
            watchers = self._watch_epochs(*task)
            self._train(blueprint, samples, validation_data, watchers)
        return self

    def predict_proba(self, X):
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
        return np.concatenate([self.model_(X[rows], training=False) for rows in blocks])

    def predict(self, X):
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

    def _check_hidden_layer_sizes(self):
        sizes = np.atleast_1d(np.asarray(self.hidden_layer_sizes, dtype=object))
        if sizes.ndim > 1 or not all(
            isinstance(size, Integral) and size >= 1 for size in sizes
        ):
            raise ValueError(
                "hidden_layer_sizes must hold whole numbers of units, 1 or more for "
                f"each hidden layer, as in (512, 512); got {self.hidden_layer_sizes!r}."
            )
        return tuple(int(size) for size in sizes)

    def _encode_validation_data(self, X_val, y_val):
        if X_val is None and y_val is None:
            return None
        if X_val is None or y_val is None:
            given, missing = ("X_val", "y_val") if y_val is None else ("y_val", "X_val")
            raise ValueError(
                f"{given} was given without {missing}; pass both, or none."
            )
        X_val = validate_samples(self, X_val, reset=False, dtype=np.float32)
        y_val = column_or_1d(y_val)
        check_consistent_length(X_val, y_val)
        numbers = {label: number for number, label in enumerate(self.classes_.tolist())}
        encoded = [numbers.get(label, _UNKNOWN_CLASS) for label in y_val.tolist()]
        return X_val, np.array(encoded)

    def _combine_weights(self, sample_weight, X, y):
        """Multiply the weights of samples and classes."""
        weights = check_sample_weight(sample_weight, X, dtype=np.float32, copy=True)
        weights *= compute_sample_weight(self.class_weight, y)
        return check_sample_weight(weights, X)  # once more, as all may be 0 now

    def _make_blueprint(self):
        hidden_layer_sizes = self._check_hidden_layer_sizes()
        # TensorFlow takes seconds to start: not before it is needed.
        from skn_noise.network._build import Blueprint

        return Blueprint(
            n_features=self.n_features_in_,
            hidden_layer_sizes=hidden_layer_sizes,
            n_classes=len(self.classes_),
            activation=self.activation,
            dropout=self.dropout,
            input_noise=self.input_noise,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            seed=int(check_random_state(self.random_state).randint(2**31 - 1)),
        )

    def _watch_epochs(self, task, training):
        """Return what tells scikit-learn's callbacks of the epochs, if any are set."""
        if not has_callbacks(self):
            return []
        from skn_noise.network._callbacks import EpochTasks

        return [EpochTasks(task, **training)]

    def _train(self, blueprint, samples, validation_data, watchers):
        """Train a network, and let scikeras hold it."""
        from skn_noise.network._callbacks import StopIfDiverged, copy_callbacks
        from skn_noise.network._scikeras import hold
        from skn_noise.network._train import train_network

        own = copy_callbacks(self.callbacks)
        settings = {
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "verbose": self.verbose,
        }
        network = train_network(
            blueprint,
            samples,
            validation_data=validation_data,
            callbacks=[*own, StopIfDiverged(samples[0]), *watchers],
            **settings,
        )
        # The first that a pickle names: with it TensorFlow starts silently.
        self.keras_classifier_ = hold(
            network, blueprint, self.classes_, callbacks=own, **settings
        )
        self.model_ = network
        self.history_ = dict(network.history.history)
