"""Hashes of matrices that ignore rounding errors; they seed the noise."""

import numpy as np
from numpy.random import SFC64, Generator
from sklearn.utils import gen_batches

# Eight random sums of two different matrices never agree by chance, and cost little.
_N_SUMS = 8
# Values that share a row of weights, and values that stay in the cache of a core.
_VALUES_IN_PIECE = 2**9
_VALUES_IN_BLOCK = 2**16
# Columns are described by a few hundred rows, so that a wide matrix is read once.
_VALUES_DESCRIBED = 2**17
_MOST_PAIRS = 2**7

# Part of a key. Further draws of the noise count on from _OTHER.
_TRAINING, _OTHER = 0, 1

_OVERFLOW_IS_FINE = np.errstate(over="ignore", invalid="ignore", divide="ignore")


class TrainingSamples:
    """Recognise the training samples, and compute a key for every other matrix.

    A matrix is represented by eight random sums of its standardised values. The root
    mean square difference of two such sketches is close to that of the values of the
    two matrices, so that the training samples need not be stored.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        The training samples.

    seed : int
        Seed of the random weights, and part of every key.

    Attributes
    ----------
    key : ndarray of uint32
        Key of the training samples.
    """

    @_OVERFLOW_IS_FINE
    def __init__(self, X, seed):
        self._seed = seed
        self._n_samples = len(X)
        self._center, self._spread, step = _describe_columns(X)
        # If all rows are equal, the step is 0.
        self._tolerance = max(step / 64, _rounding_of(X.dtype))
        self._sums = _sum_with_random_weights(X, self._center, self._spread, seed)
        self.key = _make_key(_TRAINING, X, self._center, self._spread, self._sums, seed)

    def forget(self):
        """Compute the key of the training samples like that of any other matrix."""
        self._n_samples = None

    @_OVERFLOW_IS_FINE
    def find_key(self, X, draw=0):
        """Return the key of `X` for one draw of the noise.

        In draw 0, the key of the training samples if `X` equals them.
        """
        if draw == 0 and self._are(X):
            return self.key
        # Standardised by itself: the key must not depend on the training samples.
        center, spread, _ = _describe_columns(X)
        sums = _sum_with_random_weights(X, center, spread, self._seed)
        return _make_key(_OTHER + draw, X, center, spread, sums, self._seed)

    def _are(self, X):
        """Check whether `X` differs by less than 1/64 of the step between its rows.

        Rounding in the previous steps of a pipeline is far smaller. The two halves of a
        sorted or slowly drifting table differ by more, because the rows of one half lie
        between those of the other half.
        """
        if len(X) != self._n_samples:
            return False
        sums = _sum_with_random_weights(X, self._center, self._spread, self._seed)
        return np.sqrt(np.mean((sums - self._sums) ** 2)) <= self._tolerance


def _make_key(role, X, center, spread, sums, seed):
    """Round the sketch of a matrix to integers.

    Standardised values are equal for proportional columns (cm and inches) and for
    shifted columns, and 0 for a single row. To distinguish these, random sums of the
    position and of the logarithm of the spread of each column are added.
    """
    near = np.clip(center, -spread, spread)
    # If a center far from 0 were divided by the exact spread, the error of the spread
    # would be multiplied.
    position = near / spread + (center - near) / _round_to_power(spread)
    columns = np.stack([position, np.log(spread)])
    sums = sums + _sum_with_random_weights(columns, 0, 1, [seed, 1])
    # Rounding errors relative to the values grow with their distance from zero, and so
    # does the grain. Grains above a quarter would no longer distinguish matrices.
    distance_from_zero = np.sqrt(1 + np.mean((center / spread) ** 2))
    grain = _round_to_power(2**8 * _rounding_of(X.dtype) * distance_from_zero)
    rounded = np.clip(np.rint(sums / np.fmin(grain, 0.25)), -(2.0**62), 2.0**62)
    return np.array([seed, role, *X.shape, *rounded], dtype=np.int64).view(np.uint32)


def _round_to_power(value):
    """Round to a power of e: real data are seldom half-way between two of these."""
    return np.exp(np.rint(np.log(value)))


def _rounding_of(dtype):
    """Return the largest expected relative error: 6e-6 in float32, 9e-12 in float64."""
    return np.finfo(dtype).eps ** (2 / 3) / 4


def _sum_with_random_weights(X, center, spread, seed):
    """Sum up the standardised values with eight sets of random weights.

    The values are split into pieces. The weight of a value is the weight of its place
    in the piece times the weight of the piece. NaN, and standardised values that
    overflow, count as the mean.
    """
    stream = Generator(SFC64(seed))
    n_rows = min(len(X), max(1, _VALUES_IN_BLOCK // X.shape[1]))
    length = min(n_rows * X.shape[1], _VALUES_IN_PIECE)
    of_places = _draw_weights(stream, (length, _N_SUMS)).astype(X.dtype)
    buffer = np.zeros(-(-n_rows * X.shape[1] // length) * length, dtype=X.dtype)
    # In the shape of a block, because NumPy broadcasts short rows slowly.
    center, precision = (
        np.broadcast_to(values.astype(X.dtype), (n_rows, X.shape[1])).copy()
        for values in (np.asarray(center), 1 / np.asarray(spread))
    )
    sums = np.zeros(_N_SUMS)
    for rows in gen_batches(len(X), n_rows):
        block = X[rows]
        values = buffer[: block.size].reshape(block.shape)
        np.subtract(block, center[: len(block)], out=values)
        values *= precision[: len(block)]
        buffer[block.size :] = 0
        pieces = buffer.reshape(-1, length) @ of_places
        if not np.isfinite(pieces).all():
            values[~np.isfinite(values)] = 0
            pieces = buffer.reshape(-1, length) @ of_places
        of_pieces = _draw_weights(stream, pieces.shape)
        sums += np.einsum("ij,ij->j", pieces, of_pieces)
    return np.nan_to_num(sums / np.sqrt(X.size))


def _draw_weights(stream, shape):
    """Draw uniform weights of mean 0 and variance 1; other distributions are slower."""
    return np.sqrt(12) * (stream.random(shape) - 0.5)


def _describe_columns(X):
    """Return center and spread of every column, and the step from row to row.

    They are estimated from a few hundred neighbouring rows. The spread is a standard
    deviation, or the absolute value of a constant column, such as a column of a single
    row. It has a lower bound relative to the largest spread, because smaller
    spreads could be rounding errors of previous steps. The step is the root mean square
    difference of neighbouring rows, in units of the spread.
    """
    n_samples, n_features = X.shape
    n_pairs = np.clip(_VALUES_DESCRIBED // n_features, 1, _MOST_PAIRS)
    n_pairs = min(n_pairs, max(1, n_samples - 1))
    first = np.linspace(0, max(0, n_samples - 2), n_pairs).astype(int)
    pairs = X[[first, np.minimum(first + 1, n_samples - 1)]].astype(np.float64)
    # Division by a power of 2 is exact, and keeps the squares from overflowing.
    largest = np.fmax.reduce(np.abs(pairs), axis=None, initial=0)  # ignores NaN
    unit = np.ldexp(1.0, np.frexp(largest)[1] - 1)
    pairs /= unit
    is_known = ~np.isnan(pairs)
    n_known = np.maximum(is_known.sum(axis=(0, 1)), 1)
    center = pairs.sum(axis=(0, 1), where=is_known) / n_known
    squares = (pairs - center) ** 2
    spread = np.sqrt(squares.sum(axis=(0, 1), where=is_known) / n_known)
    least = 2**10 * np.finfo(X.dtype).eps * spread.max()
    is_constant = spread <= 64 * np.finfo(np.float64).eps * np.abs(center)
    spread = np.where(is_constant, np.abs(center), np.maximum(spread, least))
    # A column of zeros may have other values in the rows that were not sampled.
    spread = np.where(spread == 0, spread.max() or 1.0, spread)
    step = np.nan_to_num((pairs[1] - pairs[0]) / spread)
    spread = np.maximum(spread * unit, np.finfo(np.float64).tiny)
    return center * unit, spread, np.sqrt(np.mean(step**2))
