"""A process forked after TensorFlow ran lacks its threads, and would wait for ever."""

import os
import sys

_has_lost_threads = False


def refuse_after_fork():
    """Raise an error if TensorFlow ran in the process that this one was forked from."""
    if _has_lost_threads:
        raise RuntimeError(
            "TensorFlow was running when this process was forked, and cannot run in a "
            "fork. Start processes by the method 'spawn', with "
            "multiprocessing.get_context('spawn'), or through joblib's loky, as n_jobs "
            "does."
        )


def _note_fork():
    global _has_lost_threads
    context = sys.modules.get("tensorflow.python.eager.context")
    if context is not None and context.context()._initialized:
        _has_lost_threads = True


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)
