"""Arrays aligned to 64 bytes, which TensorFlow uses without copying them."""

import numpy as np

_ALIGNMENT = 64


def empty_aligned(shape, dtype):
    """Return an uninitialised array that begins at a multiple of 64 bytes."""
    # NumPy aligns to 16 bytes on most systems. Take more, and begin where it fits.
    n_bytes = int(np.prod(shape)) * np.dtype(dtype).itemsize
    buffer = np.empty(n_bytes + _ALIGNMENT, np.uint8)
    start = -buffer.ctypes.data % _ALIGNMENT
    return buffer[start : start + n_bytes].view(dtype).reshape(shape)


def as_aligned(array, dtype):
    """Return the array itself if TensorFlow can use it, else an aligned copy."""
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
