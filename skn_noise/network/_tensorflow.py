"""The one door to Keras, TensorFlow and scikeras: whoever comes first, it is silent.

Every other module takes them from here.
"""

import ctypes
import json
import os
import sys
from contextlib import contextmanager, suppress
from multiprocessing import parent_process
from pathlib import Path

__all__ = [
    "KerasClassifier",
    "deterministic_kernels",
    "forget_kernels",
    "keras",
    "tf",
]


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


@contextmanager
def _no_matplotlib_in_workers():
    """Spare a worker, which draws nothing, what Keras imports for its pictures.

    It is a seventh of the time to start TensorFlow, and 25 MiB.
    """
    is_spared = parent_process() is not None and "matplotlib" not in sys.modules
    if is_spared:
        sys.modules["matplotlib"] = None  # says to Python that there is none
    try:
        yield
    finally:
        if is_spared:
            del sys.modules["matplotlib"]


def _configured_backend():
    """Return the backend that Keras will choose when it is imported."""
    folder = os.environ.get("KERAS_HOME", "~/.keras")
    try:
        settings = json.loads(Path(folder, "keras.json").expanduser().read_text())
    except (OSError, ValueError):
        settings = {}
    return os.environ.get("KERAS_BACKEND") or settings.get("backend", "tensorflow")


def _refuse_unless_tensorflow(backend):
    if backend != "tensorflow":
        raise ImportError(
            "skn_noise trains networks with Keras on TensorFlow, but Keras is set to "
            f"{backend!r}; set the environment variable KERAS_BACKEND=tensorflow, or "
            '"backend": "tensorflow" in ~/.keras/keras.json, before Keras is imported.'
        )


if not sys.modules.get("keras"):
    # Importing Keras would bring the other backend along, or fail where it is missing.
    _refuse_unless_tensorflow(_configured_backend())
# TensorFlow reports its build, the GPUs it lacks and errors that are none. Most of it
# obeys this variable, the rest is written before TensorFlow reads it; whatever does go
# wrong raises an exception as well.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
try:
    with _silent_stderr(), _no_matplotlib_in_workers():
        import keras

        _refuse_unless_tensorflow(keras.config.backend())
        import tensorflow as tf
        from scikeras.wrappers import KerasClassifier
        from tensorflow.python.eager import context
        from tensorflow.python.framework import config
except ModuleNotFoundError as error:
    package, *_ = str(error.name).split(".")
    raise ImportError(
        f"The Keras network needs {package}, which is not installed. Install it, in a "
        "Python for which TensorFlow is built (at most 3.13 today), with: "
        "pip install 'tensorflow>=2.21,<2.22' 'scikeras==0.13.*'"
    ) from error


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


def _take_memory_as_needed():
    """Leave room on a GPU for other workers; TensorFlow would take all its memory."""
    for gpu in tf.config.list_physical_devices("GPU"):
        with suppress(RuntimeError):  # TensorFlow runs already, as its user set it up
            tf.config.experimental.set_memory_growth(gpu, True)


_take_share_of_cores()
_take_memory_as_needed()


@contextmanager
def deterministic_kernels():
    """Let TensorFlow use kernels that give the same bits every time."""
    was_enabled = config.is_op_determinism_enabled()
    tf.config.experimental.enable_op_determinism()
    try:
        yield
    finally:
        if not was_enabled:  # it would keep others from drawing without a seed
            config.disable_op_determinism()


def forget_kernels():
    """Drop the kernels of operations outside of graphs, and give their memory back."""
    context.context().clear_kernel_cache()  # TensorFlow would keep all
    with suppress(AttributeError, TypeError):  # there is such a thing on Linux alone
        ctypes.CDLL(None).malloc_trim(0)
