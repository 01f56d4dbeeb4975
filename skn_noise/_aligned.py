"""Arrays that begin where TensorFlow, too, wants data to begin, and takes it as is."""

import numpy as np

_ALIGNMENT = 64


def empty_aligned(shape, dtype):
    """Return an array like ``numpy.empty``, which begins at a multiple of 64 bytes."""
    n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
    buffer = np.empty(n_bytes + _ALIGNMENT, np.uint8)
    start = -buffer.ctypes.data % _ALIGNMENT
    return buffer[start : start + n_bytes].view(dtype).reshape(shape)


def as_aligned(array, dtype):
    """Return the array itself if it is aligned already, else an aligned copy."""
    if (
        array.dtype == dtype
        and array.flags.c_contiguous
        and array.flags.writeable
        and array.ctypes.data % _ALIGNMENT == 0
    ):
        return array
    aligned = empty_aligned(array.shape, dtype)
    aligned[...] = array
    return aligned
