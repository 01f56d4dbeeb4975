"""Train a network, epoch after epoch."""

import gc
import threading
from itertools import count

import numpy as np
from sklearn.utils import gen_batches

from skn_noise._signals import interrupts_deferred
from skn_noise.network._build import build_network
from skn_noise.network._graph import borrow_graph
from skn_noise.network._tensorflow import (
    deterministic_kernels,
    forget_kernels,
    keras,
)

# Between two calls Python sees Ctrl-C, and callbacks that ask for batches are called.
_STEPS_AT_ONCE = 500
_N_NETWORKS_AS_GARBAGE = 4

# Keras and TensorFlow keep names and switches for the whole process: threads that
# trained at a time would get in each other's way.
_one_at_a_time = threading.RLock()
_numbers = count(1)


def train_network(
    blueprint, samples, *, validation_data, batch_size, epochs, callbacks, verbose
):
    """Build a network and do what ``Model.fit`` does, which takes twice as long.

    That feeds each batch through a pipeline of its own and keeps its metrics in
    variables; here the samples lie in one tensor, and a graph takes batch after batch.
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
    with _one_at_a_time:
        _free_memory()
        network = build_network(blueprint)
        lent = borrow_graph(blueprint, batch_size)
        with deterministic_kernels(), lent as graph:
            samples = graph.as_tensors(*samples)
            callbacks.set_model(graph.take_over(network))
            orders = _draw_orders(blueprint.seed, len(samples[0]), epochs)
            _run_epochs(graph, samples, orders, validation_data, callbacks)
            graph.give_back(network)
    for callback in callbacks.callbacks:  # their own methods might begin anew
        keras.callbacks.Callback.set_model(callback, network)
    return network


def _free_memory():
    """Collect what fits left behind, after every few of them, as that takes a while.

    A network is a cycle of references with megabytes of weights, but of so few objects
    that Python would not look for it for long. TensorFlow keeps a kernel for each name
    and shape of a variable, and Keras numbers the names.
    """
    if next(_numbers) % _N_NETWORKS_AS_GARBAGE == 0:
        # An error is lost if it is raised while garbage is finalised.
        with interrupts_deferred():
            gc.collect()
            forget_kernels()


def _draw_orders(seed, n_samples, epochs):
    """Draw in which order each epoch takes the samples."""
    generator = np.random.default_rng(seed)
    for _ in range(epochs):
        yield generator.permutation(n_samples).astype(np.int32)


def _run_epochs(graph, samples, orders, validation_data, callbacks):
    """Train the twin, an epoch for every order, unless a callback stops it before."""
    twin = graph.twin
    twin.stop_training = False
    callbacks.on_train_begin()
    for epoch, rows in enumerate(orders):
        callbacks.on_epoch_begin(epoch)
        figures = _run_epoch(graph, samples, rows, callbacks)
        if validation_data is not None:
            figures |= graph.validate(*validation_data, callbacks)
        callbacks.on_epoch_end(epoch, figures)
        if twin.stop_training:
            break
    twin.optimizer.finalize_variable_values(twin.trainable_variables)
    callbacks.on_train_end(figures)


def _run_epoch(graph, samples, rows, callbacks):
    """Take a step for every batch of rows; return the means over the epoch."""
    totals, n_done = np.zeros(2), 0
    for part in gen_batches(len(rows), _STEPS_AT_ONCE * graph.batch_size):
        callbacks.on_train_batch_begin(n_done // graph.batch_size)
        totals += [total.numpy() for total in graph.run_steps(*samples, rows[part])]
        n_done = part.stop
        loss, accuracy = (totals / n_done).tolist()
        figures = {"loss": loss, "accuracy": accuracy}
        callbacks.on_train_batch_end((n_done - 1) // graph.batch_size, figures)
    return figures
