"""Unit normals that are a pure function of a seed and of the row they belong to.

Three steps, each on blocks of rows that stay in the processor's cache, in buffers that
serve every block (fresh memory for each would cost more than the arithmetic):

1. a row's bytes and the seed are hashed to a 64-bit key (multilinear hashing, Carter
   and Wegman 1979; Lemire and Kaser 2014);
2. word ``j`` of the row's random bits is the finaliser of SplitMix64 at
   ``key + (j + 1) * golden`` (Steele, Lea and Flood 2014): a counter, no state;
3. pairs of uniforms become pairs of normals (Box and Muller 1958).

References
----------
Box, Muller (1958). A note on the generation of random normal deviates.
Carter, Wegman (1979). Universal classes of hash functions.
Steele, Lea, Flood (2014). Fast splittable pseudorandom number generators.
Lemire, Kaser (2014). Strongly universal string hashing is fast.
"""

import numpy as np
from sklearn.utils import assert_all_finite, gen_batches

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)

# A difference of two words that is divisible by 2**t leaves only 64 - t bits of its
# product with a random multiplier random. Signs and exponents, and round numbers as a
# whole, differ in upper bits alone; so each word is hashed again after a shift that
# brings those down, with multipliers of its own: (number of passes, shift) by dtype.
# Any two different rows share a key with probability 2**-33 at most, over the seeds
# (float32 rows that differ in nothing but the signs of every second value), and with
# about 2**-64 if they differ as data do.
_HASH_PASSES = {"float32": (2, np.uint64(31)), "float64": (3, np.uint64(22))}

_WORDS_IN_BLOCK = 2**15


def row_keys(X, seed):
    """Hash every row of `X` to the 64-bit key of its noise.

    Rows that hash to one key, equal rows above all, are told apart by their
    occurrence: the k-th of them (k = 0, 1, ...) has k added to its key.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        Samples. ``0.0`` and ``-0.0`` are the same value, and so are all NaN.

    seed : int
        Seed, 0 to 2**64 - 1; another seed gives unrelated keys.

    Returns
    -------
    keys : ndarray of shape (n_samples,), uint64

    Raises
    ------
    ValueError
        If `X` holds infinities.
    """
    n_samples, n_features = X.shape
    n_passes, shift = _HASH_PASSES[X.dtype.name]
    n_words = -(-n_features * X.itemsize // 8)
    seed_words = random_words(np.array([seed], np.uint64), 1 + n_passes * n_words)[0]
    offset, multipliers = seed_words[0], seed_words[1:].reshape(n_passes, n_words)

    sums = np.empty((n_passes, n_samples), dtype=np.uint64)
    block_length, blocks = _row_blocks(n_samples, n_words)
    buffer = np.zeros((block_length, n_words * 8 // X.itemsize), dtype=X.dtype)
    for rows in blocks:
        values = buffer[: rows.stop - rows.start]
        _copy_canonical(X[rows], out=values[:, :n_features])
        words = values.view(np.uint64)
        for pass_sums, pass_multipliers in zip(sums, multipliers, strict=True):
            np.einsum("ij,j->i", words, pass_multipliers, out=pass_sums[rows])
            words >>= shift

    keys, scratch = np.full((2, n_samples), offset)
    for pass_sums in sums:
        keys += pass_sums
        _mix(keys, scratch=scratch)
    keys += _occurrence(keys)
    return keys


def random_words(keys, n_words):
    """Generate the first `n_words` 64-bit random words of every key.

    Parameters
    ----------
    keys : ndarray of shape (n_keys,), uint64

    n_words : int

    Returns
    -------
    words : ndarray of shape (n_keys, n_words), uint64
    """
    words, scratch = np.empty((2, 1, len(keys), n_words), dtype=np.uint64)
    return _fill_words(keys, out=words, scratch=scratch)[0]


def fill_unit_normals(keys, *, out):
    """Fill `out` with the vectors of independent N(0, 1) values of the keys, by blocks.

    float32 is made of 32-bit uniforms and ends at 6.8 standard deviations, float64 of
    53-bit uniforms and ends at 8.7.

    Parameters
    ----------
    keys : ndarray of shape (n_keys,), uint64

    out : ndarray of shape (n_keys, n_features), float32 or float64

    Yields
    ------
    rows : slice
        The rows of `out` that have been filled since the last block and are
        still in the cache.
    """
    n_keys, n_features = out.shape
    n_cosines = -(-n_features // 2)
    words_in_half = -(-n_cosines * out.itemsize // 8)
    block_length, blocks = _row_blocks(n_keys, 2 * words_in_half)
    buffers = np.empty((2, 2, block_length, words_in_half), dtype=np.uint64)
    for rows in blocks:
        words, scratch = buffers[:, :, : rows.stop - rows.start]
        _fill_words(keys[rows], out=words, scratch=scratch)
        _box_muller(words, scratch=scratch, out=out[rows])
        yield rows


def _row_blocks(n_samples, n_words):
    """Choose the rows that share a block: its length and the slices."""
    block_length = max(1, _WORDS_IN_BLOCK // max(1, n_words))
    return min(block_length, n_samples), gen_batches(n_samples, block_length)


def _copy_canonical(X, *, out):
    """Copy rows so that equal values have equal bits."""
    np.add(X, 0, out=out)  # -0.0 + 0 is 0.0
    if not np.isfinite(np.einsum("ij->", out)):  # a sum that may overflow in silence
        assert_all_finite(out, allow_nan=True, input_name="X")
        out[np.isnan(out)] = np.nan


def _fill_words(keys, *, out, scratch):
    """Fill `out`, of shape (n_parts, n_keys, n), part by part with the keys' words."""
    n = out.shape[2]
    counters = np.arange(1, n + 1, dtype=np.uint64) * _GOLDEN
    np.add.outer(keys, counters, out=out[0])
    for part in range(1, len(out)):
        np.add(out[part - 1], counters[-1], out=out[part])
    return _mix(out, scratch=scratch)


def _mix(words, *, scratch):
    """Scramble 64-bit words in place by the finaliser of SplitMix64."""
    words ^= np.right_shift(words, np.uint64(30), out=scratch)
    words *= np.uint64(0xBF58476D1CE4E5B9)
    words ^= np.right_shift(words, np.uint64(27), out=scratch)
    words *= np.uint64(0x94D049BB133111EB)
    words ^= np.right_shift(words, np.uint64(31), out=scratch)
    return words


def _occurrence(keys):
    """Count, for every key, the equal keys that stand before it."""
    ordered = np.sort(keys)
    if (ordered[1:] != ordered[:-1]).all():
        return np.zeros_like(keys)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    position = np.arange(keys.size, dtype=np.uint64)
    is_first = np.append(True, ordered[1:] != ordered[:-1])
    first_position = np.maximum.accumulate(np.where(is_first, position, 0))
    occurrence = np.empty_like(keys)
    occurrence[order] = position - first_position
    return occurrence


def _fill_uniform_steps(words, radius, angle):
    """Turn two parts of random words into whole steps; return the steps in a unit."""
    radius_bits, angle_bits = words
    if radius.dtype == np.float32:
        radius[:], angle[:] = radius_bits.view(np.uint32), angle_bits.view(np.int32)
        return 2**32
    radius_bits >>= np.uint64(64 - 53)
    radius[:] = radius_bits
    signed_bits = angle_bits.view(np.int64)
    signed_bits >>= 64 - 53
    angle[:] = signed_bits
    return 2**53


def _box_muller(words, *, scratch, out):
    """Turn pairs of random words into normals: all pairs' cosines, then their sines."""
    radius, angle = scratch.view(out.dtype)
    n_steps = _fill_uniform_steps(words, radius, angle)
    radius += 0.5  # the middle of each step, so that the logarithm never sees 0
    radius *= 1 / n_steps
    np.log(radius, out=radius)
    radius *= -2
    np.sqrt(radius, out=radius)
    angle *= 2 * np.pi / n_steps

    waves = words[0].view(out.dtype)
    n_cosines = -(-out.shape[1] // 2)
    n_sines = out.shape[1] - n_cosines
    np.cos(angle, out=waves)
    np.multiply(radius[:, :n_cosines], waves[:, :n_cosines], out=out[:, :n_cosines])
    np.sin(angle, out=waves)
    np.multiply(radius[:, :n_sines], waves[:, :n_sines], out=out[:, n_cosines:])
