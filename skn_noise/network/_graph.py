"""The steps of training as a graph of TensorFlow, made once for many networks."""

from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import joblib
import numpy as np
from sklearn.utils import gen_batches

from skn_noise._aligned import as_aligned
from skn_noise.network._build import build_network, copy_state
from skn_noise.network._tensorflow import keras, tf

_VALIDATED_AT_ONCE = 2048
_N_GRAPHS_KEPT = 2

_graphs = {}  # the latest comes last

_losses = keras.losses.sparse_categorical_crossentropy


@contextmanager
def borrow_graph(blueprint, batch_size):
    """Lend the graph for networks of a kind; the first of its kind has it made."""
    key = _kind_of(blueprint), batch_size
    # Out of others' reach: a callback may train a network of this kind, too.
    graph = _graphs.pop(key, None)
    if graph is None:
        twin = build_network(blueprint)
        graph = TrainingGraph(twin, batch_size, blueprint.precision)
    try:
        yield graph
    finally:
        _graphs[key] = graph
        if len(_graphs) > _N_GRAPHS_KEPT:
            del _graphs[next(iter(_graphs))]


def _kind_of(blueprint):
    """Return what networks that can be trained by one graph have in common."""
    optimizer = blueprint.optimizer
    if not isinstance(optimizer, str):
        optimizer = type(optimizer), joblib.hash(optimizer.get_config())
    # The rest is state, which a graph takes over from network to network.
    shared = {"input_noise": blueprint.input_noise > 0, "optimizer": optimizer}
    return replace(blueprint, **shared, learning_rate=None, seed=None)


class TrainingGraph:
    """The steps of training, traced once for all networks of a kind.

    A graph holds on to the variables that it was traced with. These are a twin's, which
    takes over the state of a network, is trained, and gives the state back.

    Parameters
    ----------
    twin : keras.Sequential
        A compiled network of that kind, for the graph alone.

    batch_size : int
        Number of samples in one step.

    precision : {"float32", "bfloat16"}
        Of what the hidden layers multiply.
    """

    def __init__(self, twin, batch_size, precision):
        self.twin = twin
        self.batch_size = batch_size
        self.precision = precision
        _build_metrics(twin)
        twin.optimizer.build(twin.trainable_variables)
        self._update = _make_update(twin.optimizer, twin.trainable_variables)
        self._samples = (
            tf.TensorSpec(twin.input_shape, tf.float32),
            tf.TensorSpec([None], tf.int64),
            tf.TensorSpec([None], tf.float32),
        )
        # Without autograph, which takes longer to rewrite the code than TensorFlow to
        # trace it.
        self.run_steps = tf.function(
            self._run_steps, autograph=False
        ).get_concrete_function(*self._samples, tf.TensorSpec([None], tf.int32))

    def as_tensors(self, *samples):
        """Return the samples, their labels and weights as `run_steps` takes them.

        ``tf.constant`` would copy them, twice for a while.
        """
        return [
            tf.experimental.dlpack.from_dlpack(
                as_aligned(array, spec.dtype.as_numpy_dtype).__dlpack__()
            )
            for array, spec in zip(samples, self._samples, strict=True)
        ]

    def take_over(self, network):
        """Return the twin in the state of the network."""
        copy_state(network, self.twin)
        return self.twin

    def give_back(self, network):
        """Bring the network into the state of the twin."""
        copy_state(self.twin, network)
        network.history = self.twin.history

    def validate(self, X, y, callbacks):
        """Return the figures of the twin on samples that it is not trained on.

        One with a negative label, of a class that it does not know, has no loss.
        """
        totals = np.zeros(2)
        callbacks.on_test_begin()
        for number, rows in enumerate(gen_batches(len(X), _VALIDATED_AT_ONCE)):
            callbacks.on_test_batch_begin(number)
            probabilities = self.twin(X[rows], training=False)
            losses = _losses(np.maximum(y[rows], 0), probabilities)
            losses = tf.where(y[rows] < 0, np.nan, losses)
            totals += float(_sum(losses)), float(_count_hits(y[rows], probabilities))
            loss, accuracy = (totals / rows.stop).tolist()
            figures = {"loss": loss, "accuracy": accuracy}
            callbacks.on_test_batch_end(number, figures)
        callbacks.on_test_end(figures)
        return {f"val_{name}": value for name, value in figures.items()}

    def _run_steps(self, X, y, weights, rows):
        """Take a step for every batch of rows; sum up losses and hits."""

        def take_step(start, total_loss, n_hits):
            stop = start + self.batch_size
            batch = (tf.gather(array, rows[start:stop]) for array in (X, y, weights))
            loss, hits = self._step(*batch)
            return stop, total_loss + loss, n_hits + hits

        zero = tf.zeros((), tf.float64)
        _, total_loss, n_hits = tf.while_loop(
            lambda start, *_: start < tf.size(rows), take_step, (0, zero, zero)
        )
        return total_loss, n_hits

    def _step(self, x, labels, weights):
        optimizer, variables = self.twin.optimizer, self.twin.trainable_variables
        with tf.GradientTape() as tape:
            probabilities = self._forward(x)
            losses = _losses(labels, probabilities)
            losses *= tf.cast(weights, losses.dtype)
            loss = optimizer.scale_loss(tf.reduce_mean(losses))
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        self._update(gradients)
        return _sum(losses), _count_hits(labels, probabilities)

    def _forward(self, x):
        *hidden, classes = self.twin.layers
        for layer in hidden:
            if isinstance(layer, keras.layers.Dropout):
                x = _drop(x, layer.rate, layer.seed_generator.next())
            elif isinstance(layer, keras.layers.Dense) and self.precision == "bfloat16":
                x = _multiply_in_bfloat16(layer, x)
            else:
                x = layer(x, training=True)
        return classes(x, training=True)


def _build_metrics(network):
    """Build the metrics, by which callbacks know what is better, more or less.

    Keras would do so in its first step, which is not taken here.
    """
    n_features, n_classes = network.input_shape[1], network.output_shape[1]
    labels, outputs = tf.zeros((1,), tf.int64), tf.zeros((1, n_classes))
    network.compute_metrics(tf.zeros((1, n_features)), labels, outputs)
    network.reset_metrics()


def _multiply_in_bfloat16(layer, x):
    """Do what a Dense layer does; its products, backward too, take bfloat16."""
    product = tf.matmul(_bfloat16(x), _bfloat16(layer.kernel.value))
    product = tf.cast(product, layer.compute_dtype)
    return layer.activation(product + tf.cast(layer.bias.value, product.dtype))


def _bfloat16(values):
    return tf.cast(values, tf.bfloat16)


def _drop(x, rate, seed):
    """Drop units by 16 random bits each; Keras draws 32 and makes them real numbers."""
    n_samples, n_units = tf.shape(x)[0], x.shape[1]
    words = tf.random.stateless_uniform(
        (n_samples, (n_units + 1) // 2),
        tf.cast(seed, tf.int32),
        minval=None,
        maxval=None,
        dtype=tf.int32,
    )
    bits = tf.reshape(tf.bitcast(words, tf.uint16), (n_samples, -1))[:, :n_units]
    kept = tf.cast(bits >= round(rate * 2**16), x.dtype)
    return x * (kept / (1 - rate))


def _make_update(optimizer, variables):
    """Return what applies gradients in as few passes over the weights as there can be.

    Keras makes a dozen, and they are what the processor waits for.
    """
    if _is_plain_adam(optimizer):
        return partial(_apply_fused_adam, optimizer, variables)
    return tf.function(
        lambda gradients: optimizer.apply(gradients, variables), jit_compile=True
    )


def _is_plain_adam(optimizer):
    if type(optimizer) is not keras.optimizers.Adam:
        return False
    hyperparameters = {"name", "learning_rate", "beta_1", "beta_2", "epsilon"}
    plain, config = keras.optimizers.Adam().get_config(), optimizer.get_config()
    return all(config[name] == plain[name] for name in plain.keys() - hyperparameters)


def _apply_fused_adam(adam, variables, gradients):
    dtype = variables[0].dtype
    n_steps = tf.cast(adam.iterations + 1, dtype)
    hyperparameters = {
        "beta1_power": adam.beta_1**n_steps,
        "beta2_power": adam.beta_2**n_steps,
        "lr": tf.cast(adam.learning_rate, dtype),
        "beta1": adam.beta_1,
        "beta2": adam.beta_2,
        "epsilon": adam.epsilon,
    }
    states = zip(variables, adam._momentums, adam._velocities, strict=True)
    for gradient, state in zip(gradients, states, strict=True):
        var, m, v = (variable.value.handle for variable in state)
        tf.raw_ops.ResourceApplyAdam(
            var=var, m=m, v=v, grad=gradient, **hyperparameters
        )
    adam.iterations.assign_add(1)


def _count_hits(labels, probabilities):
    return _sum(tf.equal(tf.argmax(probabilities, axis=1), labels))


def _sum(values):
    return tf.reduce_sum(tf.cast(values, tf.float64))
