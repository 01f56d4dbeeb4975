"""Train a network: the epochs, and the graph of TensorFlow that takes the steps."""

import gc
import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

import joblib
import numpy as np
from sklearn.utils import gen_batches

from skn_noise._aligned import as_aligned
from skn_noise._signals import interrupts_deferred
from skn_noise.network._build import build_network, copy_state
from skn_noise.network._tensorflow import (
    deterministic_kernels,
    keras,
    release_kernels,
    tf,
)

# Between two calls of the graph Python handles signals, and callbacks that ask for
# batches are called.
_STEPS_PER_CALL = 500
_VALIDATION_BATCH_SIZE = 2048
_N_GRAPHS_KEPT = 2
_FITS_PER_COLLECTION = 4

# Keras and TensorFlow keep layer names and the switch for deterministic kernels in
# globals, which threads that train at the same time would overwrite.
_lock = threading.RLock()
_fit_numbers = count(1)
_graphs = {}  # the graph used last comes last

_BFLOAT16_INSTRUCTIONS = {"amx_bf16", "avx512_bf16"}
_losses = keras.losses.sparse_categorical_crossentropy


# --- epochs ---------------------------------------------------------------------------


def train_network(
    blueprint, samples, *, validation_data, batch_size, epochs, callbacks, verbose
):
    """Build a network and train it, in about half the time of ``keras.Model.fit``.

    ``fit`` sends each batch through an input pipeline and updates metrics in variables.
    Here all samples are in one tensor, and one graph takes hundreds of steps.

    Parameters
    ----------
    blueprint : Blueprint
        Description of the network.

    samples : tuple of ndarray (X, y, weights)
        Training samples, their class numbers and their weights.

    validation_data : tuple of ndarray (X, y) or None
        Samples and class numbers to validate on after every epoch.

    batch_size : int
        Number of samples in one step, at most all.

    epochs : int
        Number of passes over the samples.

    callbacks : list of keras.callbacks.Callback
        Callbacks, which this training changes.

    verbose : {0, 1, 2}
        Output of Keras: nothing, a progress bar, or one line per epoch.

    Returns
    -------
    network : keras.Sequential
        The trained network, with the figures of every epoch in ``network.history``.
    """
    batch_size = min(batch_size, len(samples[0]))
    callbacks = keras.callbacks.CallbackList(
        callbacks,
        add_history=True,
        add_progbar=verbose != 0,
        verbose=verbose,
        epochs=epochs,
        steps=-(-len(samples[0]) // batch_size),
    )
    with _lock:
        _free_memory()
        network = build_network(blueprint)
        with deterministic_kernels(), _borrow_graph(blueprint, batch_size) as graph:
            copy_state(network, graph.twin)
            callbacks.set_model(graph.twin)
            orders = _draw_orders(blueprint.seed, len(samples[0]), epochs)
            samples = graph.as_tensors(*samples)
            _run_epochs(graph, samples, orders, validation_data, callbacks)
            copy_state(graph.twin, network)
            network.history = graph.twin.history
    for callback in callbacks.callbacks:
        # Not `callback.set_model`: a callback that overrides it might start anew.
        keras.callbacks.Callback.set_model(callback, network)
    return network


def _free_memory():
    """Collect garbage and cached kernels before every fourth fit.

    A network is a cycle of references with megabytes of weights but few objects, so
    that Python's own collection comes late. It takes .1 s, too long for every fit.
    """
    if next(_fit_numbers) % _FITS_PER_COLLECTION == 0:
        # Python discards an exception that is raised while garbage is finalised,
        # KeyboardInterrupt included.
        with interrupts_deferred():
            gc.collect()
            release_kernels()


def _draw_orders(seed, n_samples, epochs):
    """Draw the order of the samples in each epoch."""
    generator = np.random.default_rng(seed)
    for _ in range(epochs):
        yield generator.permutation(n_samples).astype(np.int32)


def _run_epochs(graph, samples, orders, validation_data, callbacks):
    """Train the twin for one epoch per order, unless a callback stops it before."""
    twin = graph.twin
    twin.stop_training = False
    callbacks.on_train_begin()
    for epoch, rows in enumerate(orders):
        callbacks.on_epoch_begin(epoch)
        figures = _run_epoch(graph, samples, rows, callbacks)
        if validation_data is not None:
            figures |= _validate(graph.twin, *validation_data, callbacks)
        callbacks.on_epoch_end(epoch, figures)
        if twin.stop_training:
            break
    # An optimizer may keep a moving average of the weights, which replaces them now.
    twin.optimizer.finalize_variable_values(twin.trainable_variables)
    callbacks.on_train_end(figures)


def _run_epoch(graph, samples, rows, callbacks):
    """Take one step per batch of rows; return loss and accuracy over the epoch."""
    totals, n_done = np.zeros(2), 0
    for part in gen_batches(len(rows), _STEPS_PER_CALL * graph.batch_size):
        callbacks.on_train_batch_begin(n_done // graph.batch_size)
        totals += [total.numpy() for total in graph.run_steps(*samples, rows[part])]
        n_done = part.stop
        loss, accuracy = (totals / n_done).tolist()
        figures = {"loss": loss, "accuracy": accuracy}
        callbacks.on_train_batch_end((n_done - 1) // graph.batch_size, figures)
    return figures


def _validate(network, X, y, callbacks):
    """Return loss and accuracy on validation samples.

    A negative class number stands for a class that the network lacks. Such a sample is
    misclassified, and its loss is NaN.
    """
    totals = np.zeros(2)
    callbacks.on_test_begin()
    for number, rows in enumerate(gen_batches(len(X), _VALIDATION_BATCH_SIZE)):
        callbacks.on_test_batch_begin(number)
        probabilities = network(X[rows], training=False)
        losses = _losses(np.maximum(y[rows], 0), probabilities)
        losses = tf.where(y[rows] < 0, np.nan, losses)
        totals += float(_sum(losses)), float(_count_hits(y[rows], probabilities))
        loss, accuracy = (totals / rows.stop).tolist()
        figures = {"loss": loss, "accuracy": accuracy}
        callbacks.on_test_batch_end(number, figures)
    callbacks.on_test_end(figures)
    return {f"val_{name}": value for name, value in figures.items()}


# --- the graph ------------------------------------------------------------------------


@contextmanager
def _borrow_graph(blueprint, batch_size):
    """Return a graph that trains such networks; tracing one takes seconds."""
    key = _graph_key(blueprint), batch_size
    # Taken out of the dict, as a callback may train a network of the same kind.
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


def _graph_key(blueprint):
    """Return the part of a blueprint that is traced into a graph.

    The seed, the learning rate and the scale of `input_noise` are variables, which are
    copied from network to network.
    """
    optimizer = blueprint.optimizer
    if not isinstance(optimizer, str):
        # Two optimizers are equal only if they are the same object: compare settings.
        optimizer = type(optimizer), joblib.hash(optimizer.get_config())
    has_noise = blueprint.input_noise > 0
    return replace(
        blueprint,
        input_noise=has_noise,
        optimizer=optimizer,
        learning_rate=None,
        seed=None,
    )


class TrainingGraph:
    """Steps of training, traced once for all networks that differ in variables only.

    A graph is bound to the variables that it was traced with. These belong to a twin:
    the variables of a network are copied to it, trained, and copied back.

    Parameters
    ----------
    twin : keras.Sequential
        A compiled network of that kind, for the graph alone.

    batch_size : int
        Number of samples in one step.

    precision : {"float32", "bfloat16"}
        Precision of the products of the hidden layers.
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
        # Autograph would take longer to rewrite the code than TensorFlow to trace it.
        self.run_steps = tf.function(
            self._run_steps, autograph=False
        ).get_concrete_function(*self._samples, tf.TensorSpec([None], tf.int32))

    def as_tensors(self, *samples):
        """Return samples, class numbers and weights as `run_steps` takes them.

        The tensors share the memory of aligned arrays; ``tf.constant`` would copy them.
        """
        return [
            tf.experimental.dlpack.from_dlpack(
                as_aligned(array, spec.dtype.as_numpy_dtype).__dlpack__()
            )
            for array, spec in zip(samples, self._samples, strict=True)
        ]

    def _run_steps(self, X, y, weights, rows):
        """Take one step per batch of rows; return the sums of losses and of hits."""

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
    """Build the metrics, in which callbacks look up whether more or less is better.

    ``keras.Model.fit`` builds them in its first step.
    """
    n_features, n_classes = network.input_shape[1], network.output_shape[1]
    labels, outputs = tf.zeros((1,), tf.int64), tf.zeros((1, n_classes))
    network.compute_metrics(tf.zeros((1, n_features)), labels, outputs)
    network.reset_metrics()


def _drop(x, rate, seed):
    """Apply dropout, with 16 random bits per unit.

    Keras draws 32 bits and converts them to floats, which takes .3 ms longer in the
    reference network, 5 % of a step in float32 and 7 % in bfloat16.
    """
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
    """Return a function that applies gradients in few passes over the weights.

    Keras makes about a dozen passes, each as long as reading all weights from memory.
    """
    if _is_plain_adam(optimizer):
        return partial(_apply_fused_adam, optimizer, variables)
    return tf.function(
        lambda gradients: optimizer.apply(gradients, variables), jit_compile=True
    )


def _is_plain_adam(optimizer):
    """Tell whether an optimizer is Adam with no option that the fused kernel lacks."""
    if type(optimizer) is not keras.optimizers.Adam:
        return False
    hyperparameters = {"name", "learning_rate", "beta_1", "beta_2", "epsilon"}
    plain, config = keras.optimizers.Adam().get_config(), optimizer.get_config()
    return all(config[name] == plain[name] for name in plain.keys() - hyperparameters)


def _apply_fused_adam(adam, variables, gradients):
    """Apply Adam with TensorFlow's kernel, one pass over each variable."""
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
    # In float64, as a sum of many float32 would lose digits.
    return tf.reduce_sum(tf.cast(values, tf.float64))


# --- bfloat16 -------------------------------------------------------------------------


def _multiply_in_bfloat16(layer, x):
    """Apply a Dense layer with bfloat16 products, in the backward pass, too."""
    product = tf.matmul(_bfloat16(x), _bfloat16(layer.kernel.value))
    product = tf.cast(product, layer.compute_dtype)
    return layer.activation(product + tf.cast(layer.bias.value, product.dtype))


def _bfloat16(values):
    return tf.cast(values, tf.bfloat16)


def refuse_unless_bfloat16():
    """Raise an error if bfloat16 products would be slow."""
    if not _BFLOAT16_INSTRUCTIONS & _processor_flags():
        raise ValueError(
            'precision="bfloat16" needs a processor with the instructions amx_bf16 or '
            'avx512_bf16, but they were not found here; pass precision="float32".'
        )


def _processor_flags():
    """Return the instruction sets that Linux lists; an empty set on other systems."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return set()
    return {flag for line in lines if line.startswith("flags") for flag in line.split()}
