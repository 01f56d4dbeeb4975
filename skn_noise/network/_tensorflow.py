"""The one module that imports Keras, TensorFlow and scikeras.

All others import them from here, so that TensorFlow starts without messages and with
the right number of threads, and so that an error says what is missing.
"""

import ctypes
import os
from contextlib import contextmanager, suppress

__all__ = [
    "KerasClassifier",
    "deterministic_kernels",
    "keras",
    "release_kernels",
    "tf",
]


@contextmanager
def _silent_stderr():
    """Discard output to stderr, that of compiled code included."""
    stderr = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


# TensorFlow prints how it was built, that there is no GPU, and harmless errors. This
# variable silences most messages; the others are written before TensorFlow reads it.
# No real error is lost, as each raises an exception, too.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
try:
    with _silent_stderr():
        import keras

        if keras.config.backend() != "tensorflow":
            raise ImportError(
                "skn_noise needs Keras with the TensorFlow backend, but Keras is set "
                f"to {keras.config.backend()!r}; set the environment variable "
                'KERAS_BACKEND=tensorflow, or "backend": "tensorflow" in '
                "~/.keras/keras.json, before Keras is imported."
            )
        import tensorflow as tf
        from scikeras.wrappers import KerasClassifier
        from tensorflow.python.eager import context
        from tensorflow.python.framework import config
except ModuleNotFoundError as error:
    package, *_ = str(error.name).split(".")
    raise ImportError(
        f"The Keras network needs {package}, which is not installed. Install it, in a "
        "version of Python that TensorFlow supports (3.13 or older), with: "
        "pip install 'tensorflow>=2.18,<3' 'scikeras==0.13.*'. If it is another "
        "backend of Keras than TensorFlow, set KERAS_BACKEND=tensorflow instead."
    ) from error


def _limit_threads():
    """Limit the threads of TensorFlow to OMP_NUM_THREADS.

    joblib sets this variable in its workers, and other libraries heed it. TensorFlow
    would start one thread per core in each worker. Results do not depend on the number.
    """
    n_threads = os.environ.get("OMP_NUM_THREADS", "")
    if n_threads.isdecimal():
        with suppress(RuntimeError):  # TensorFlow has started its threads already
            tf.config.threading.set_intra_op_parallelism_threads(int(n_threads))
            tf.config.threading.set_inter_op_parallelism_threads(int(n_threads))


def _share_gpu_memory():
    """Let TensorFlow allocate memory of a GPU as needed, not all of it at the start."""
    for gpu in tf.config.list_physical_devices("GPU"):
        with suppress(RuntimeError):  # TensorFlow runs already, as the user set it up
            tf.config.experimental.set_memory_growth(gpu, True)


_limit_threads()
_share_gpu_memory()


@contextmanager
def deterministic_kernels():
    """Run TensorFlow with kernels whose results are the same to the last bit."""
    was_enabled = config.is_op_determinism_enabled()
    tf.config.experimental.enable_op_determinism()
    try:
        yield
    finally:
        if not was_enabled:  # other code could not draw without a seed any more
            config.disable_op_determinism()


def release_kernels():
    """Free the cached kernels of operations outside graphs.

    TensorFlow keeps one for each name and shape of a variable, and Keras numbers the
    names, so that the cache grows with every network.
    """
    context.context().clear_kernel_cache()
    with suppress(AttributeError, TypeError):  # only the C library of Linux has it
        ctypes.CDLL(None).malloc_trim(0)
