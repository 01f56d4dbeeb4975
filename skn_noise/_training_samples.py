"""Know the training samples again, and tell all other matrices apart."""

import numpy as np
from numpy.random import SFC64, Generator
from sklearn.utils import gen_batches

# Numbers in a sketch: eight agree by chance as good as never, and cost little.
_N_NUMBERS = 8
# A piece of the samples that is weighed at once, and what stays in a core's cache.
_VALUES_IN_PIECE = 2**9
_VALUES_IN_BLOCK = 2**16
_VALUES_LOOKED_AT = 2**17
_MOST_PAIRS = 2**7

_TRAINING, _NEW = 0, 1

_OVERFLOW_IS_FINE = np.errstate(over="ignore", invalid="ignore", divide="ignore")


class TrainingSamples:
    """What a transformer keeps of the samples it was fitted on, to tell by.

    A sketch stands for a matrix: eight sums over all its values, standardised, with
    random weights. Two sketches differ, in root mean square, by as much as the values
    of their matrices do, so that these need not be kept.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        The training samples.

    seed : int
        Determines the weights, and is part of every key.
    """

    @_OVERFLOW_IS_FINE
    def __init__(self, X, seed):
        self._seed = seed
        self._n_samples = len(X)
        self._center, self._spread, step = _describe(X)
        # 6e-6 in float32, 9e-12 in float64.
        rounding = np.finfo(X.dtype).eps ** (2 / 3) / 4
        # Rows that are all the same have no step.
        self._tolerance = max(step / 64, rounding)
        self._grain = _find_grain(rounding, self._center / self._spread)
        self._sketch = self._make_sketch(X)

    @property
    def key(self):
        """The key of the training samples: integers that seed their noise."""
        return self._make_key(_TRAINING, self._n_samples, self._sketch)

    @_OVERFLOW_IS_FINE
    def find_key(self, X):
        """Return the key of a matrix: theirs if these are the training samples again.

        They are if the values differ, row by row, by less than a 64th of what
        neighbouring rows differ by. Rounding in the steps before does not come near
        that; half of a sorted or slowly drifting table does not come near the other
        half's neighbours.
        """
        sketch = self._make_sketch(X)
        distance = np.sqrt(np.mean((sketch - self._sketch) ** 2))
        if len(X) == self._n_samples and distance <= self._tolerance:
            return self.key
        return self._make_key(_NEW, len(X), sketch)

    def _make_key(self, role, n_samples, sketch):
        rounded = np.clip(np.rint(sketch / self._grain), -(2.0**62), 2.0**62)
        key = np.array([self._seed, role, n_samples, *rounded], dtype=np.int64)
        return key.view(np.uint32)

    def _make_sketch(self, X):
        """Sum up the standardised values with random weights.

        The weight of a value is that of its place in a piece times that of the piece.
        NaN, and what is too large for its type once standardised, counts as the mean.
        """
        stream = Generator(SFC64(self._seed))
        n_rows = min(len(X), max(1, _VALUES_IN_BLOCK // X.shape[1]))
        length = min(n_rows * X.shape[1], _VALUES_IN_PIECE)
        of_places = _draw_weights(stream, (length, _N_NUMBERS)).astype(X.dtype)
        buffer = np.zeros(-(-n_rows * X.shape[1] // length) * length, dtype=X.dtype)
        # In the shape of a block, as NumPy is slow to repeat a few values.
        center, precision = (
            np.tile(values.astype(X.dtype), (n_rows, 1))
            for values in (self._center, 1 / self._spread)
        )
        sketch = np.zeros(_N_NUMBERS)
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
            sketch += np.einsum("ij,ij->j", pieces, of_pieces)
        return np.nan_to_num(sketch / np.sqrt(X.size))


def _draw_weights(stream, shape):
    """Draw weights of mean 0 and variance 1, uniform as these are drawn fastest."""
    return np.sqrt(12) * (stream.random(shape) - 0.5)


def _describe(X):
    """Return the center and the spread of every feature, and how far rows are apart.

    A few hundred pairs of neighbouring rows will do. The spread is a standard
    deviation, or the value itself of a feature that is constant; none is so small that
    it could be rounding in the steps before. The last is a root mean square over the
    features, in units of their spread.
    """
    n_samples, n_features = X.shape
    n_pairs = np.clip(_VALUES_LOOKED_AT // n_features, 1, _MOST_PAIRS)
    n_pairs = min(n_pairs, max(1, n_samples - 1))
    first = np.linspace(0, max(0, n_samples - 2), n_pairs).astype(int)
    pairs = X[[first, np.minimum(first + 1, n_samples - 1)]].astype(np.float64)
    # A power of 2 changes no digit, and squares do not overflow.
    largest = np.fmax.reduce(np.abs(pairs), axis=None)  # fmax passes NaN by
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
    step = np.nan_to_num((pairs[1] - pairs[0]) / spread)  # 0 of a feature of zeros
    spread = np.where(spread == 0, 1, spread * unit)
    return center * unit, spread, np.sqrt(np.mean(step**2))


def _find_grain(rounding, center):
    """Return what sketches are rounded to, so that errors in the values do not matter.

    Relative errors of 1e-6 in float32 and of 1e-12 in float64 change a rounded number
    once in thousands of matrices. They weigh more the farther values lie from zero, at
    `center` standard deviations; but grains of a quarter are the coarsest that still
    tell matrices apart.
    """
    distance_from_zero = np.sqrt(1 + np.mean(center**2))
    return np.fmin(2**13 * rounding * distance_from_zero, 0.25)
